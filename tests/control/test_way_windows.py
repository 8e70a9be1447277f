"""Windows that slip by whole days, and the numbers that a phase asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.control.way import Way

from gonogo.rules.advance import OverrideGate, begin
from gonogo.rules.clock import Instant
from gonogo.rules.plan import Phase
from gonogo.rules.target import SetTarget
from gonogo.store import rows


@pytest.mark.parametrize(("late", "days"), [(timedelta(days=10), 3), (timedelta(days=7, hours=6), 0)])
def test_windows_move_by_whole_days_behind_a_phase_that_slips(way: Way, late: timedelta, days: int) -> None:
    beta, gamma = way.phase("beta"), way.phase("gamma")
    way.clock.advance(late.total_seconds())
    way.do(OverrideGate(typed="alpha", reason="go on"))
    moved = timedelta(days=days)
    for before in (beta, gamma):
        now = way.phase(before.key)
        assert (now.opens, now.closes) == (before.opens + moved, before.closes + moved)


@pytest.mark.parametrize("early", [timedelta(days=5), timedelta(days=2, hours=10), timedelta(hours=10)])
def test_a_phase_that_begins_early_opens_now_and_later_windows_come_after_it(way: Way, early: timedelta) -> None:
    """Ten hours past the planned time of day, the window must not have opened ten hours ago."""
    way.clock.advance((timedelta(days=7) - early).total_seconds())
    gamma, now = way.phase("gamma"), way.clock.utc
    way.do(OverrideGate(typed="alpha", reason="go on"))
    beta, later = way.phase("beta"), way.phase("gamma")
    assert beta.opens == now
    assert beta.closes is not None
    assert now < beta.closes <= later.opens < gamma.opens + timedelta(days=1)
    way.do(OverrideGate(typed="beta", reason="go on"))
    assert way.phase("gamma").opens == way.clock.utc


def test_a_window_shorter_than_a_day_keeps_its_length_when_it_opens_now() -> None:
    opens = datetime.fromisoformat("2026-10-23T08:00:00+00:00")
    hours = [timedelta(hours=3 * number) for number in range(3)]
    short = [Phase(id=f"p{n}", key=f"p{n}", position=n, name="P", opens=opens + hours[n], closes=opens + hours[n + 1])
             for n in range(2)]  # fmt: skip
    at = opens - timedelta(hours=12)
    first, second = begin(short, short[0], Instant(at, "boot", 0), "UTC")
    assert first.opens == at
    assert first.closes is not None
    assert at < first.closes <= second.opens


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
    said = way.do(SetTarget(criterion=beta.id, target="7"))
    assert said == "set “orders” to orders.successful >= 7 over phase", "nothing had come that it could judge"
    way.do(SetTarget(criterion=beta.id, target="6"))
    way.orders(1)
    said = way.do(SetTarget(criterion=beta.id, target="5"))
    assert said == (
        "moved the goalposts of “orders” from orders.successful >= 6 over phase to orders.successful >= 5 over phase"
    )
    assert way.do(SetTarget(criterion=way.criterion("gamma").id, target="9")).startswith("set “orders” to")


@pytest.mark.parametrize(
    ("given", "words"),
    [({"target": "many"}, "does not fit"), ({"target": "5%"}, "does not fit"), ({"target": "4"}, "demands that"),
     ({"confidence": 1.5}, "between 50% and 100%"), ({"confidence": 0.2}, "between 50% and 100%"),
     ({"target": "5 over launch"}, "does not fit"), ({"target": "'five'"}, ""),
     ({"confidence": 0.9}, "A count has a chance, not a confidence: orders.successful is as it is."),
     ({"target": "-5"}, "Orders.successful counts whole things: write a whole number from 1 up, such as 20."),
     ({"target": "0"}, "a whole number from 1 up"), ({"target": "12.5"}, "a whole number from 1 up")],
)  # fmt: skip
def test_a_target_that_does_not_fit_is_refused(way: Way, given: dict[str, object], words: str) -> None:
    sentence = way.refused(SetTarget(criterion=way.criterion("alpha").id, **given))
    assert words in sentence
    assert "\n" not in sentence


def test_a_floor_that_a_lower_target_reaches_falls_away(way: Way) -> None:
    alpha = way.criterion("alpha")
    way.do(SetTarget(criterion=alpha.id, target="3"))
    assert way.criterion("alpha").floor == 2
    way.do(SetTarget(criterion=alpha.id, target="2"))
    assert way.criterion("alpha").floor is None


def test_a_demanded_share_may_be_sure(way: Way) -> None:
    alpha = way.criterion("alpha").model_copy(update={"require": "orders.success >= 95%", "floor": None})
    with way.room.store.writing() as db:
        rows.put(db, "criterion", rows.encode(alpha))
    assert "80% sure" in way.do(SetTarget(criterion=alpha.id, confidence=0.8))
    assert "sure" not in way.do(SetTarget(criterion=alpha.id, confidence=0)).rpartition(" to ")[2]


def test_a_demand_of_none_at_all_has_no_other_number(way: Way) -> None:
    """`== 3` would be met by exactly three, and missed by none."""
    one = way.criterion("alpha")
    none = one.model_copy(update={"require": "bugs.critical == 0"})
    with way.room.store.writing() as db:
        rows.put(db, "criterion", rows.encode(none))
    assert "has no more and no less; it can be waived" in way.refused(SetTarget(criterion=one.id, target="3"))
