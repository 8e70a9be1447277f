"""The way of a launch: polls, votes that facts revoke, waivers, holds, advancing, overriding and stepping back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import FakeClock, found, item_of

from gonogo.control.desk import Desk
from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.advance import AbandonLaunch, AdvancePhase, OverrideGate, StepBack
from gonogo.rules.board import Board
from gonogo.rules.hold import HoldLaunch, ResumeLaunch
from gonogo.rules.item import TickItem
from gonogo.rules.log import LogDeploy, LogOrder
from gonogo.rules.plan import Criterion, Launch, Phase, Readiness
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.poll import CallPoll, CastBallot, Poll, SeatRow
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Intent, Refusal
from gonogo.rules.response import DeclareIncident
from gonogo.rules.target import SetTarget
from gonogo.rules.verdict import Verdict
from gonogo.rules.waiver import EndWaiver, ExcuseCriterion, WaiveCriterion

PLAN = {
    "title": "Three steps",
    "phase": [
        {
            "id": key, "name": key.title(), "days": 7,
            "section": [{"name": "Do", "item": [{"id": f"{key}-it", "text": f"Do {key}"}]}],
            "criterion": [{"id": "orders", "name": "orders", "require": "orders.successful >= 4 over phase", "floor": 2,
                           "ask": "How many orders do you want to see?" if key == "beta" else ""}],
        }
        for key in ("alpha", "beta", "gamma")
    ],
    "readiness": [{"id": "backup", "name": "backup", "max_age": "24h"}],
    "seat": [{"id": "product", "name": "Product"}, {"id": "tech", "name": "Tech"}, {"id": "data", "name": "Data"}],
}  # fmt: skip


@dataclass
class Way:
    """A launch under way, read as a screen reads it; its watch is a desk that latches when it is told."""

    room: ControlRoom
    clock: FakeClock
    desk: Desk

    def board(self) -> Board:
        self.desk.beat()
        return BoardReader(self.room.store, self.clock).board()

    def do(self, intent: Intent) -> str:
        self.desk.beat()
        done = self.room.dispatch(intent)
        assert isinstance(done, Done), done
        return done.said

    def refused(self, intent: Intent) -> str:
        self.desk.beat()
        refusal = self.room.dispatch(intent)
        assert isinstance(refusal, Refusal), refusal
        return refusal.sentence

    def seat(self, key: str) -> SeatRow:
        return next(row for row in self.board().poll if row.seat.key == key)

    def phase(self, key: str) -> Phase:
        return next(one for one in self.room.store.state().all(Phase) if one.key == key)

    def criterion(self, phase: str) -> Criterion:
        wanted = self.phase(phase).id
        return next(one for one in self.room.store.state().all(Criterion) if one.phase == wanted)

    def launch(self) -> Launch:
        return self.room.store.state().all(Launch)[0]

    def orders(self, number: int) -> None:
        for _ in range(number):
            self.do(LogOrder(value=5))

    def make_green(self, phase: str = "alpha", orders: int = 4) -> None:
        """Bring a phase to GO, or to between floor and target."""
        self.orders(orders)
        self.do(TickItem(item=item_of(self.room, f"{phase}-it").id))
        self.renew()

    def renew(self) -> None:
        self.do(RenewReadiness(readiness=self.room.store.state().all(Readiness)[0].id))

    def vote(self, *seats: str, reason: str = "") -> None:
        self.do(CastBallot(seats=seats or ("product", "tech", "data"), choice="go", reason=reason))


@pytest.fixture
def way(state_path: Path, clock: FakeClock) -> Iterator[Way]:
    room = found(state_path, clock, PlanDoc.model_validate(PLAN))
    desk = Desk(state_path, clock)
    yield Way(room, clock, desk)
    desk.store.close()
    room.store.close()


def test_from_hold_through_a_poll_to_go_and_on(way: Way) -> None:
    assert "Alpha cannot pass yet." in way.refused(AdvancePhase())
    way.make_green()
    assert way.board().verdict is Verdict.GO
    assert "Product has not answered; Tech has not answered; Data has not answered" in way.refused(AdvancePhase())
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
    assert "Tech answered too long ago" in way.refused(AdvancePhase())


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
    assert (data.standing, data.vote.stale) == ("stale", "backup has gone stale")
    assert data.vote.stale_at == way.clock.now()
    assert [way.seat(key).standing for key in ("product", "tech")] == ["go", "go"]
    way.renew()
    assert "Data is revoked: backup has gone stale" in way.refused(AdvancePhase())
    assert way.seat("data").standing == "stale", "a renewed backup does not bring a vote back"
    way.vote("data")
    way.do(AdvancePhase())


def test_a_build_that_changes_revokes_all_votes_of_its_environment(way: Way) -> None:
    way.make_green()
    way.do(LogDeploy(build="v1"))
    way.vote()
    way.do(LogDeploy(build="v9", environment="staging"))
    assert {row.standing for row in way.board().poll} == {"go"}
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
    assert "Tech is revoked: incident 1 opened" in way.refused(AdvancePhase())


def test_between_floor_and_target_the_poll_may_waive(way: Way) -> None:
    way.make_green(orders=2)
    board = way.board()
    assert (board.verdict, board.gate.criteria[0].outcome) == (Verdict.HOLD, "inconclusive")
    assert "2 of 4; past the floor of 2" in way.refused(AdvancePhase())
    way.vote(reason="two good ones are enough")
    assert way.do(AdvancePhase()) == "passed Alpha, began Beta"
    assert way.phase("alpha").verdict is Verdict.HOLD


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
    assert board.gate.criteria[0].reason == "Orders: waived, says ann: the fair."
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


@pytest.mark.parametrize(("late", "days"), [(timedelta(days=10), 3), (timedelta(days=5), -2), (timedelta(days=7), 0)])
def test_windows_move_by_whole_days_behind_a_phase_that_slips(way: Way, late: timedelta, days: int) -> None:
    beta, gamma = way.phase("beta"), way.phase("gamma")
    way.clock.advance(late.total_seconds())
    way.do(OverrideGate(typed="alpha", reason="go on"))
    moved = timedelta(days=days)
    for before in (beta, gamma):
        now = way.phase(before.key)
        assert (now.opens, now.closes) == (before.opens + moved, before.closes + moved)


def test_a_window_keeps_its_wall_time_over_a_change_to_winter_time() -> None:
    from gonogo.rules.advance import slipped

    opens = datetime.fromisoformat("2026-10-23T11:00:00+02:00")  # a Friday in Lisbon's summer, at 10:00 there
    one = Phase(id="p", key="p", position=1, name="P", opens=opens)
    moved = slipped([one], 3, "Europe/Lisbon")[0].opens
    assert moved.isoformat() == "2026-10-26T10:00:00+00:00"


def test_a_number_is_asked_for_until_somebody_sets_it(way: Way) -> None:
    assert way.board().asks == ()
    way.do(OverrideGate(typed="alpha", reason="go on"))
    assert [one.ask for one in way.board().asks] == ["How many orders do you want to see?"]
    beta = way.criterion("beta")
    assert way.do(SetTarget(criterion=beta.id, target="6")) == "set “orders” to orders.successful >= 6 over phase"
    assert way.board().asks == ()
    said = way.do(SetTarget(criterion=beta.id, target="5"))
    assert said == (
        "moved the goalposts of “orders” from orders.successful >= 6 over phase to orders.successful >= 5 over phase"
    )
    gamma = way.criterion("gamma")
    assert way.do(SetTarget(criterion=gamma.id, confidence=0.8)).startswith("set “orders” to")
    assert way.do(SetTarget(criterion=gamma.id, confidence=0)).startswith("set “orders” to")


@pytest.mark.parametrize(
    ("given", "words"),
    [({"target": "many"}, "does not fit"), ({"target": "5%"}, "does not fit"), ({"target": "4"}, "demands that"),
     ({"confidence": 1.5}, "between 50% and 100%"), ({"confidence": 0.2}, "between 50% and 100%"),
     ({"target": "5 over launch"}, "does not fit"), ({"target": "'five'"}, "")],
)  # fmt: skip
def test_a_target_that_does_not_fit_is_refused(way: Way, given: dict[str, object], words: str) -> None:
    sentence = way.refused(SetTarget(criterion=way.criterion("alpha").id, **given))
    assert words in sentence
    assert "\n" not in sentence
