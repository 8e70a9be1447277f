"""Bad news that no other line of the gate tells: what a waiver covers, and critical bugs of whichever phase."""

from __future__ import annotations

from tests.control.way import Way

from gonogo.rules.advance import AdvancePhase
from gonogo.rules.log import LogBug
from gonogo.rules.poll import CastBallot
from gonogo.rules.verdict import Verdict
from gonogo.rules.waiver import WaiveCriterion
from gonogo.store import rows


def test_a_critical_bug_revokes_the_vote_that_did_not_know_of_it(way: Way) -> None:
    """The plan has no seat for support, so that its evidence is the first one's."""
    way.make_green()
    way.vote()
    way.do(LogBug(severity="critical", title="invoice blank"))
    assert way.seat("product").vote.stale == "critical bug 1 is open: invoice blank"
    assert way.seat("tech").standing == "go"
    assert "would go against its evidence" in way.refused(CastBallot(seats=("product",), choice="go"))
    way.vote("product", reason="a template was missing, and is there")
    assert "began Beta" in way.do(AdvancePhase())
    assert "critical bug 1 is open: invoice blank" in [line.text for line in way.seat("product").lines]


def test_what_gets_worse_beneath_a_waiver_is_said_and_revokes_the_votes(way: Way) -> None:
    one = way.criterion("alpha")
    calm = one.model_copy(update={"require": "criticals.per_week < 1", "name": "criticals", "seat": "data"})
    with way.room.store.writing() as db:
        rows.put(db, "criterion", rows.encode(calm))
        way.room.store.bump(["plan"])
    way.make_green(orders=0)
    way.do(WaiveCriterion(criterion=one.id, reason="nobody uses it yet."))
    way.vote(reason="we are few")
    way.vote("data", reason="we are few")
    assert way.seat("data").standing == "go"
    way.do(LogBug(severity="critical", title="invoice blank"))
    board = way.board()
    judged = board.gate.criteria[0]
    assert (board.verdict, judged.outcome, judged.beneath) == (Verdict.GO, "waived", "missed")
    assert judged.reason.startswith("Criticals: waived by ann: nobody uses it yet; would be missed: 1 (")
    assert way.seat("data").standing == "stale"
    assert "would be missed: 1 (" in way.seat("data").vote.stale
