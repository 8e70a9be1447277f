"""The watch's sleep is held against what the gates must prove, with the arithmetic in words."""

from __future__ import annotations

import pytest
from tests.rules.ground import NOW, criterion

from gonogo.rules import awake
from gonogo.rules.awake import Sleep, slept
from gonogo.rules.window import HOUR_S

UPTIME = criterion("uptime >= 99% over 7d")
SECOND = int(NOW.timestamp())


def hours(awake_h: int, days: int = 7) -> dict[int, float]:
    """A watch that is awake for some hours of each day."""
    first = SECOND - SECOND % HOUR_S - days * 24 * HOUR_S
    return {first + number * HOUR_S: 3600.0 for number in range(days * 24) if number % 24 < awake_h}


def test_a_watch_that_sleeps_nine_hours_can_cover_62_of_the_90_percent() -> None:
    seen = awake.judged(slept(hours(15), SECOND), [UPTIME], NOW)
    assert (seen.ok, seen.detail) == (False, "asleep 9 h a day: at most 62% coverage of the 90% wanted")


def test_a_watch_that_never_sleeps_is_ready() -> None:
    seen = awake.judged(slept(hours(24), SECOND), [UPTIME], NOW)
    assert (seen.ok, seen.detail) == (True, "awake 24.0 h a day: 100% coverage of the 90% wanted")


@pytest.mark.parametrize(("asleep_h", "ok"), [(2, True), (3, False)])
def test_ninety_percent_is_the_line(asleep_h: int, ok: bool) -> None:
    assert awake.judged(slept(hours(24 - asleep_h), SECOND), [UPTIME], NOW).ok is ok


def test_less_than_a_day_tells_nothing_and_is_never_ready() -> None:
    first = SECOND - SECOND % HOUR_S - 5 * HOUR_S
    seen = awake.judged(slept({first + n * HOUR_S: 3600.0 for n in range(5)}, SECOND), [UPTIME], NOW)
    assert (seen.ok, seen.detail) == (None, "watched for 5 h so far; a whole day tells how much it sleeps")
    assert awake.judged(slept({}, SECOND), [UPTIME], NOW).ok is None


def test_where_no_gate_asks_for_uptime_sleep_does_no_harm() -> None:
    assert awake.judged(slept(hours(1), SECOND), [criterion("orders.clean >= 20 over phase")], NOW).ok is True


def test_only_the_last_week_counts_and_an_hour_has_no_more_than_an_hour() -> None:
    long_ago = {SECOND - SECOND % HOUR_S - n * HOUR_S: 0.0 for n in range(200, 400)}
    assert slept(long_ago | hours(24), SECOND).share == 1.0
    assert slept(dict.fromkeys(hours(12), 7200.0), SECOND) == Sleep(168, 7 * 12 * 3600.0)


def test_the_running_hour_is_no_sleep() -> None:
    at = SECOND - SECOND % HOUR_S + 1800
    assert slept({**hours(24), SECOND - SECOND % HOUR_S: 1800.0}, at).share == 1.0


def test_init_says_what_the_gates_ask_before_there_is_a_watch() -> None:
    said = awake.asks([UPTIME, criterion("bugs.open == 0")])
    assert said.startswith("1 gate must see 90% of a window (uptime >= 99% over 7d): the watch has to be awake 21.6 h")
    assert awake.asks([]) == ""
