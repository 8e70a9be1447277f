"""The way of a launch: polls, votes that facts revoke, waivers, holds, advancing, overriding and stepping back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.conftest import another
from tests.control.way import Way

from gonogo.control.room import Done
from gonogo.formats.config import parse_config
from gonogo.rules.advance import AbandonLaunch, AdvancePhase, OverrideGate, StepBack
from gonogo.rules.config_face import face_of
from gonogo.rules.hold import HoldLaunch, ResumeLaunch
from gonogo.rules.log import LogDeploy
from gonogo.rules.plan import Readiness
from gonogo.rules.poll import CallPoll, CastBallot, Poll, Vote
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.response import DeclareIncident
from gonogo.rules.verdict import Verdict
from gonogo.rules.waiver import EndWaiver, ExcuseCriterion, WaiveCriterion
from gonogo.store import watching
from gonogo.store.errors import StoreError


def test_from_hold_through_a_poll_to_go_and_on(way: Way) -> None:
    assert "Alpha cannot pass yet." in way.refused(AdvancePhase())
    way.make_green()
    assert way.board().verdict is Verdict.GO
    assert "Product, Tech, Data have not answered" in way.refused(AdvancePhase())
    assert way.do(CallPoll()) == "called the poll for Alpha"
    assert "was called already, by ann" in way.refused(CallPoll())
    way.vote()
    assert way.do(AdvancePhase(retro="ask the bank earlier")) == "passed Alpha, began Beta"
    alpha, beta = way.phase("alpha"), way.phase("beta")
    assert (alpha.state, alpha.verdict, alpha.ended_by, alpha.retro) == (
        "passed", Verdict.GO, "ann", "ask the bank earlier",
    )  # fmt: skip
    assert (beta.state, beta.started_at) == ("active", way.clock.now())
    board = way.board()
    assert [row.standing for row in board.poll] == ["silent"] * 3
    assert (board.called, board.verdict) == (None, Verdict.HOLD)
    assert all(one.ended_at for one in way.room.store.state().all(Poll))


def test_a_no_go_needs_a_reason_and_stands_in_the_way(way: Way) -> None:
    way.make_green()
    assert "A no-go needs a reason" in way.refused(CastBallot(seats=("tech",), choice="no_go", reason="  "))
    way.vote()
    way.clock.advance(1)
    way.do(CastBallot(seats=("tech",), choice="no_go", reason="the cache is cold"))
    assert "Tech says no-go" in way.refused(AdvancePhase())
    assert (way.seat("tech").standing, way.seat("data").standing) == ("no_go", "go")


def test_a_go_against_the_own_evidence_needs_a_reason(way: Way) -> None:
    """The orders are the evidence of product alone: tech and data may go without a word."""
    way.do(RenewReadiness(readiness=way.room.store.state().all(Readiness)[0].id))
    assert "Product would go against its evidence" in way.refused(CastBallot(seats=("product",), choice="go"))
    way.vote("tech", "data")
    way.vote("product", reason="the fair is on Friday")
    assert way.seat("product").standing == "go"
    assert not way.seat("product").green
    assert way.seat("tech").green


@pytest.mark.parametrize("seats", [(), ("pilot",)])
def test_a_ballot_for_nobody_is_refused(way: Way, seats: tuple[str, ...]) -> None:
    assert way.refused(CastBallot(seats=seats, choice="go", reason="x"))


def test_a_vote_lives_a_day(way: Way) -> None:
    way.make_green()
    way.vote()
    way.clock.advance(hours=23, minutes=59)
    assert way.seat("tech").standing == "go"
    way.clock.advance(minutes=1)
    assert way.seat("tech").standing == "expired"
    way.renew()
    assert "Product, Tech, Data answered too long ago" in way.refused(AdvancePhase())


def test_an_ageing_backup_revokes_the_vote_of_data_alone_while_no_screen_is_open(way: Way) -> None:
    way.make_green()
    way.clock.advance(hours=2)
    way.vote()
    way.clock.advance(hours=21, minutes=59)
    way.desk.beat()
    way.desk.latch()
    assert way.seat("data").vote.stale_at is None
    way.clock.advance(minutes=1)
    way.desk.beat()
    way.desk.latch()
    data = way.seat("data")
    assert (data.standing, data.vote.stale) == (
        "stale", "backup has gone stale (looked at 24 h ago, under 24 h wanted)",
    )  # fmt: skip
    assert data.vote.stale_at == way.clock.now()
    assert [way.seat(key).standing for key in ("product", "tech")] == ["go", "go"]
    way.renew()
    assert "Data is revoked: backup has gone stale (looked at" in way.refused(AdvancePhase())
    assert way.seat("data").standing == "stale", "a renewed backup does not bring a vote back"
    way.vote("data")
    way.do(AdvancePhase())


def test_a_build_that_changes_revokes_all_votes_of_its_environment(way: Way) -> None:
    way.make_green()
    way.do(LogDeploy(build="v1"))
    way.vote()
    way.do(LogDeploy(build="v9", environment="staging"))
    assert {row.standing for row in way.board().poll} == {"go"}, "staging is another environment"
    way.do(LogDeploy(build="v2"))
    assert {row.standing for row in way.board().poll} == {"stale"}
    assert way.seat("tech").vote.stale == "the build in production is now v2, which was v1"


def test_an_incident_revokes_all_votes(way: Way) -> None:
    way.make_green()
    way.vote()
    way.do(DeclareIncident(title="the shop is down"))
    assert {row.standing for row in way.board().poll} == {"stale"}
    assert "incident 1 opened: the shop is down" in way.seat("data").vote.stale


def test_a_vote_that_was_revoked_between_two_looks_of_the_watch_does_not_advance(way: Way) -> None:
    """No watch has latched it; advancing looks itself."""
    way.make_green()
    way.vote()
    way.do(DeclareIncident(title="the shop is down"))
    assert "Product, Tech, Data are revoked: incident 1 opened" in way.refused(AdvancePhase())


def test_between_floor_and_target_the_poll_may_waive(way: Way) -> None:
    way.make_green(orders=2)
    board = way.board()
    assert (board.verdict, board.gate.criteria[0].outcome) == (Verdict.HOLD, "inconclusive")
    assert "2 of 4; past the floor of 2" in way.refused(AdvancePhase())
    way.vote(reason="two good ones are enough")
    assert way.do(AdvancePhase()) == "passed Alpha, began Beta"
    assert way.phase("alpha").verdict is Verdict.HOLD


def test_who_answers_for_a_seat_that_another_holds_says_for_whom(way: Way) -> None:
    config = "[launch]\nid = 'tiny'\nname = 'Tiny'\n[[person]]\nname = 'ben'\nseats = ['tech', 'data']\n"
    with way.room.store.writing() as db:
        face = face_of(parse_config(config, "gonogo.toml")).model_dump_json()
        watching.accept_config(db, config, way.clock.now(), face)
        way.room.store.bump(["watch"])
    way.make_green()
    said = way.do(CastBallot(seats=("product", "tech"), choice="go"))
    assert said == "voted go for Product, Tech; answered for others: Tech is ben's"
    assert [(way.seat(key).vote.who) for key in ("product", "tech")] == ["ann", "ann for ben"]
    way.clock.advance(1)
    as_ben = another(way.room, "ben").dispatch(CastBallot(seats=("tech",), choice="no_go", reason="the cache is cold"))
    assert as_ben.said == "voted no-go for Tech: the cache is cold; instead of ann for ben's go"
    assert way.seat("tech").vote.who == "ben"


def test_below_the_floor_the_poll_may_not_waive(way: Way) -> None:
    way.make_green(orders=1)
    way.vote(reason="we are bold")
    assert "1 of 4" in way.refused(AdvancePhase())


def test_a_waiver_lets_one_criterion_pass_until_its_end_and_dies_with_the_phase(way: Way) -> None:
    way.make_green(orders=1)
    orders = way.criterion("alpha")
    assert "needs a reason" in way.refused(WaiveCriterion(criterion=orders.id, reason=""))
    until = way.clock.utc + timedelta(hours=3)
    assert "ends in the future" in way.refused(
        WaiveCriterion(criterion=orders.id, reason="x", until=way.clock.utc)
    )  # fmt: skip
    way.do(WaiveCriterion(criterion=orders.id, reason="the fair", until=until))
    board = way.board()
    assert (board.verdict, board.gate.criteria[0].outcome) == (Verdict.GO, "waived")
    assert board.gate.criteria[0].reason == "Orders: waived by ann: the fair; would be collecting: 1 of 4."
    assert board.gate.next_change_at == until
    assert "waived already, by ann" in way.refused(WaiveCriterion(criterion=orders.id, reason="again"))
    way.clock.advance(hours=3)
    assert way.board().verdict is Verdict.HOLD
    way.do(WaiveCriterion(criterion=orders.id, reason="the fair"))
    way.do(EndWaiver(criterion=orders.id))
    assert "is not waived" in way.refused(EndWaiver(criterion=orders.id))
    way.do(WaiveCriterion(criterion=orders.id, reason="the fair"))
    way.vote()
    way.do(AdvancePhase())
    way.do(StepBack(reason="too early"))
    assert way.board().gate.criteria[0].outcome == "collecting"


def test_a_criterion_that_does_not_apply(way: Way) -> None:
    way.make_green(orders=0)
    way.do(ExcuseCriterion(criterion=way.criterion("alpha").id, reason="nothing is sold here"))
    assert (way.board().verdict, way.board().gate.criteria[0].outcome) == (Verdict.GO, "not_applicable")
    way.do(ExcuseCriterion(criterion=way.criterion("beta").id, reason="nor there"))
    assert "is not active" in way.refused(WaiveCriterion(criterion=way.criterion("gamma").id, reason="x"))
    assert "no such criterion" in way.refused(EndWaiver(criterion="gone"))


def test_a_hold_refuses_the_advance_until_it_ends(way: Way) -> None:
    way.make_green()
    way.vote()
    until = way.clock.utc + timedelta(hours=4)
    assert "needs a reason" in way.refused(HoldLaunch(reason="", until=until))
    assert "ends in the future" in way.refused(HoldLaunch(reason="bank", until=way.clock.utc))
    assert "not on hold" in way.refused(ResumeLaunch())
    way.do(HoldLaunch(reason="the bank is closed", until=until))
    board = way.board()
    assert (board.verdict, board.gate.reasons) == (Verdict.HOLD, ("On hold by ann: the bank is closed.",))
    assert board.gate.next_change_at == until
    for intent in (AdvancePhase(), OverrideGate(typed="alpha", reason="now")):
        assert "on hold by ann: the bank is closed" in way.refused(intent)
    assert "on hold already, by ann" in way.refused(HoldLaunch(reason="x", until=until))
    assert way.do(ResumeLaunch()) == "resumed the launch, held for: the bank is closed"
    assert way.board().verdict is Verdict.GO
    way.do(HoldLaunch(reason="lunch", until=way.clock.utc + timedelta(minutes=30)))
    way.clock.advance(minutes=30)
    assert way.board().verdict is Verdict.GO, "it lapses by itself"
    way.do(AdvancePhase())


def test_an_override_wants_the_phase_typed_and_a_reason_and_is_kept(way: Way) -> None:
    assert "type the phase's id: alpha" in way.refused(OverrideGate(typed="Alpha!", reason="we must"))
    assert "needs a reason" in way.refused(OverrideGate(typed="alpha", reason=" "))
    said = way.do(OverrideGate(typed="alpha", reason="the fair is tomorrow"))
    assert said == "overrode the gate of Alpha at HOLD: the fair is tomorrow, began Beta"
    alpha = way.phase("alpha")
    assert (alpha.state, alpha.verdict, alpha.reason) == ("overridden", Verdict.HOLD, "the fair is tomorrow")
    assert way.board().phases[0].verdict is Verdict.HOLD


def test_there_is_nothing_to_override_at_go(way: Way) -> None:
    way.make_green()
    way.vote()
    assert "nothing to override" in way.refused(OverrideGate(typed="alpha", reason="x"))


def test_stepping_back_begins_the_phase_before_anew(way: Way) -> None:
    assert "is the first phase" in way.refused(StepBack(reason="x"))
    way.make_green()
    way.vote()
    way.do(AdvancePhase())
    way.clock.advance(hours=5)
    assert "needs a reason" in way.refused(StepBack(reason=""))
    assert way.do(StepBack(reason="two customers paid twice")) == (
        "stepped back from Beta to Alpha: two customers paid twice"
    )
    alpha, beta = way.phase("alpha"), way.phase("beta")
    assert (alpha.state, alpha.started_at, alpha.ended_at) == ("active", way.clock.now(), None)
    assert (beta.state, beta.reason) == ("stepped_back", "two customers paid twice")
    assert way.board().gate.criteria[0].reading.value == 0, "its window begins again"
    assert {row.standing for row in way.board().poll} == {"silent"}, "what was said in the first visit is over"


def test_after_the_last_phase_the_launch_is_closed_with_its_verdict(way: Way) -> None:
    for key in ("alpha", "beta", "gamma"):
        way.make_green(key)
        way.vote()
        said = way.do(AdvancePhase())
    assert said == "passed Gamma, and closed the launch"
    assert (way.launch().state, way.board().verdict, way.board().active) == ("closed", Verdict.GO, None)
    assert "is closed" in way.refused(AdvancePhase())
    assert "running" in way.refused(HoldLaunch(reason="x", until=way.clock.utc + timedelta(hours=1)))


def test_giving_up_wants_the_launch_typed(way: Way) -> None:
    assert "type the launch's id: tiny" in way.refused(AbandonLaunch(typed="x", reason="y"))
    way.do(AbandonLaunch(typed="tiny", reason="the shop is sold"))
    assert (way.launch().state, way.board().verdict) == ("abandoned", Verdict.HOLD)
    assert "is abandoned" in way.refused(StepBack(reason="x"))


def test_two_who_vote_for_one_seat_are_both_kept_and_the_newer_counts(way: Way) -> None:
    way.make_green()
    bob = another(way.room, "bob")
    way.vote()
    way.clock.advance(1)
    assert isinstance(bob.dispatch(CastBallot(seats=("tech",), choice="no_go", reason="a slow query")), Done)
    bob.store.close()
    assert [(one.by, one.choice) for one in way.room.store.state().all(Vote) if one.seat == "tech"] == [
        ("ann", "go"), ("bob", "no_go"),
    ]  # fmt: skip
    assert way.seat("tech").standing == "no_go"


def test_a_vote_that_cannot_be_written_is_not_said_to_be_cast(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk that became read-only: SQLite refuses the write in the middle of the act."""
    way.make_green()
    way.room.store.db.execute("PRAGMA query_only = 1")
    with pytest.raises(StoreError, match="read-only; nothing was written"):
        way.room.dispatch(CastBallot(seats=("tech",), choice="go"))
    way.room.store.db.execute("PRAGMA query_only = 0")
    assert way.seat("tech").standing == "silent"


def test_one_reason_does_not_cover_the_seats_whose_evidence_speaks_against(way: Way) -> None:
    way.renew()
    said = way.refused(CastBallot(seats=("product", "tech"), choice="go", reason="fine"))
    assert said == "Product would go against evidence: answer for each alone, with its own reason."
    assert way.seat("tech").standing == "silent"


def test_whose_answer_a_vote_replaces_is_said(way: Way) -> None:
    way.make_green()
    bob = another(way.room, "bob")
    bob.dispatch(CastBallot(seats=("tech",), choice="no_go", reason="a slow query"))
    bob.store.close()
    way.clock.advance(1)
    said = way.do(CastBallot(seats=("tech",), choice="go"))
    assert said == "voted go for Tech; instead of bob's no-go (a slow query)"


def test_a_build_that_becomes_known_revokes_and_so_does_one_of_the_only_environment_there_is(way: Way) -> None:
    way.make_green()
    way.vote()
    way.do(LogDeploy(build="v1", environment="staging"))
    assert way.seat("tech").vote.stale == "the build in staging is now v1, and none was known before"


def test_what_was_set_aside_is_not_green(way: Way) -> None:
    way.make_green(orders=1)
    way.do(WaiveCriterion(criterion=way.criterion("alpha").id, reason="the fair"))
    assert (way.seat("product").green, way.seat("tech").green) == (False, True)
    way.vote()
    way.do(AdvancePhase())
