"""What orders tell of trouble: too many that fail, and silence that is not likely."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.conftest import START, Memory
from tests.rules.ground import NOW, book, fact
from tests.rules.trouble import newest, suspect

from gonogo.rules.incident import steps_of, unconfirmed
from gonogo.rules.logbook import Logbook
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.record import Changes, Fact, Refusal
from gonogo.rules.response import ClearSign, RecoverIncident, SuspectIncident
from gonogo.rules.takings import FAILING, SILENT, failing, silence

UTC = ZoneInfo("UTC")
MINUTE = timedelta(minutes=1)


def order(ago: timedelta, ok: bool = True) -> Fact:
    return fact("order", ago, ok=ok)


def failed(*minutes: float) -> Logbook:
    return book(order(timedelta(hours=3)), *(order(one * MINUTE, ok=False) for one in minutes))


@pytest.mark.parametrize(
    ("minutes", "most", "said"),
    [
        ((), 3, "over"),
        ((1, 2), 3, "nothing"),
        ((1, 2, 9), 3, "suspects"),
        ((1, 2, 16), 3, "nothing"),
        ((16, 17, 18), 3, "over"),
        ((1, 2, 3, 4), 0, "nothing"),
        ((1,), 1, "suspects"),
    ],
)
def test_so_many_failed_orders_in_so_long_are_too_many(minutes: tuple[float, ...], most: int, said: str) -> None:
    sign = failing(failed(*minutes), START, NOW, most, 900)
    assert said == ("nothing" if sign is None else "suspects" if sign.onset else "over")


def test_they_began_with_the_first_of_those_that_are_too_many() -> None:
    sign = failing(failed(1, 2, 9, 12), START, NOW, 3, 900)
    assert sign is not None
    assert (sign.onset, sign.why) == (NOW - 9 * MINUTE, "4 of 4 orders failed in 15 min")


def test_what_failed_before_the_phase_is_not_of_it() -> None:
    assert failing(failed(1, 2, 9), NOW - 5 * MINUTE, NOW, 3, 900) is None


def days(hours: tuple[int, ...], count: int = 13) -> list[Fact]:
    """Orders at these hours of each of the days before NOW (08:00)."""
    return [
        order(NOW - (NOW - timedelta(days=day)).replace(hour=hour)) for day in range(1, count + 1) for hour in hours
    ]


EACH_HOUR = tuple(range(24))


@pytest.mark.parametrize(
    ("facts", "at", "onset"),
    [
        pytest.param([], NOW, False, id="no order was ever there"),
        pytest.param(days((12,), 5), NOW + timedelta(days=9), False, id="too few to know"),
        pytest.param(days((10, 11, 12)), NOW.replace(hour=10), False, id="nobody orders at night"),
        pytest.param(days((10, 11, 12)), NOW.replace(hour=20), False, id="three a day do not prove much in a day"),
        pytest.param(days((10, 11, 12)), NOW + timedelta(days=2), True, id="but in two"),
        pytest.param(days(EACH_HOUR), NOW.replace(hour=3), False, id="one an hour: three hours"),
        pytest.param(days(EACH_HOUR), NOW.replace(hour=6), False, id="one an hour: seven hours come every few months"),
        pytest.param(days(EACH_HOUR), NOW + timedelta(hours=1), True, id="one an hour: ten hours do not"),
    ],
)
def test_silence_is_what_its_hours_make_unlikely(facts: list[Fact], at: datetime, onset: bool) -> None:
    sign = silence(book(*facts), START, at, UTC)
    assert bool(sign and sign.onset) == onset


def test_it_began_with_the_last_order_and_says_how_unlikely_it_is() -> None:
    sign = silence(book(*days(EACH_HOUR)), START, NOW + timedelta(hours=1), UTC)
    assert sign is not None
    assert sign.onset == (NOW - timedelta(days=1)).replace(hour=23)
    assert sign.why == "no order for 10 h, which chance alone brings on 0.1% of days"


@pytest.mark.parametrize(("minutes", "onset"), [(4, False), (6, True)])
def test_a_log_that_comes_a_little_late_is_no_silence(minutes: float, onset: bool) -> None:
    """Six a minute: the gap of a minute that is not likely may be the log's."""
    dense = [order(timedelta(seconds=one)) for one in range(0, 26 * 3600, 10)]
    now = NOW + timedelta(minutes=minutes)
    assert bool(getattr(silence(book(*dense), NOW - timedelta(hours=26), now, UTC), "onset", None)) == onset


def test_a_burst_on_the_first_day_tells_no_rate() -> None:
    burst = [order(timedelta(hours=5) + one * MINUTE) for one in range(20)]
    assert silence(book(*burst), NOW - timedelta(hours=6), NOW, UTC) is None


def test_the_hours_are_those_of_the_launch() -> None:
    facts = days((1, 2, 3))  # 01:00 UTC is the morning in Kuala Lumpur; the rates are of the same hours either way
    for zone in ("UTC", "Asia/Kuala_Lumpur"):
        assert not getattr(silence(book(*facts), START, NOW.replace(hour=20), ZoneInfo(zone)), "onset", None)


# What follows -----------------------------------------------------------------------------------


def orders_fail(memory: Memory, sign: str = FAILING) -> Changes | Refusal:
    onset = memory.clock.now().after(-60)
    return memory.do(SuspectIncident(probe=sign, sign=True, why="3 of 4 orders failed", onset=onset), "watch")


def clear(memory: Memory, sign: str = FAILING) -> Changes | Refusal:
    return memory.do(ClearSign(incident=newest(memory).id, sign=sign, why="no order failed in 15 min"), "watch")


def test_orders_open_an_incident_as_a_probe_does(memory: Memory) -> None:
    done = orders_fail(memory)
    assert isinstance(done, Changes)
    assert (done.said, done.alarms) == (
        "suspects incident 1, critical: Orders fail, 3 of 4 orders failed", "opened",
    )  # fmt: skip
    one = newest(memory)
    assert (one.state, one.probes, one.signs, one.uncleared) == ("suspected", (), (FAILING,), (FAILING,))
    assert [step.key for step in steps_of(memory.state, one)] == ["look", "decide", "act", "confirm", "tell"]
    assert orders_fail(memory) == Refusal("failed orders is part of incident 1 already.")


def test_they_join_what_is_open_and_probes_join_them(memory: Memory) -> None:
    suspect(memory)
    orders_fail(memory)
    orders_fail(memory, SILENT)
    assert (newest(memory).label, newest(memory).probes, newest(memory).signs) == (
        1, ("checkout",), (FAILING, SILENT),
    )  # fmt: skip


def test_clearing_is_said_and_may_come_again(memory: Memory) -> None:
    orders_fail(memory)
    assert unconfirmed(memory.state, newest(memory)) == ["failed orders: not over yet"]
    cleared = clear(memory)
    assert isinstance(cleared, Changes)
    assert cleared.said == "sees incident 1 clear of failed orders: no order failed in 15 min"
    assert isinstance(clear(memory), Refusal)
    assert unconfirmed(memory.state, newest(memory)) == []
    again = orders_fail(memory)
    assert isinstance(again, Changes)
    assert (again.said, newest(memory).uncleared) == (
        "failed orders again in incident 1: 3 of 4 orders failed", (FAILING,),
    )  # fmt: skip


def test_one_that_was_resolved_comes_back_within_half_an_hour(memory: Memory) -> None:
    orders_fail(memory)
    clear(memory)
    memory.do(RecoverIncident(incident=newest(memory).id), "watch")
    memory.do(ResolveIncident(incident=newest(memory).id, told="not needed"))
    assert newest(memory).state == "resolved"
    memory.clock.advance(600)
    orders_fail(memory)
    assert (newest(memory).label, newest(memory).reopened, newest(memory).uncleared) == (1, 1, (FAILING,))
