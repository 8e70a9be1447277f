"""Windows: the slots that they are made of, and what a tally means over one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.uptime import US, Tally
from gonogo.rules.window import DAY_S, SIZES, WINDOWS, begin_of, ranges, say, spoken_us

DAY = 20_000 * DAY_S
"""Some midnight."""


@pytest.mark.parametrize(
    ("since_last", "wanted"),
    [(None, 30), (30.0, 30), (29.0, 29), (45.0, 45), (46.0, 45), (36_000.0, 45), (0.0, 0), (-5.0, 0)],
)
def test_a_check_speaks_for_the_time_since_the_last_but_not_over_a_gap(since_last: float | None, wanted: float) -> None:
    assert spoken_us(None if since_last is None else int(since_last * US), 30 * US) == wanted * US


def test_uptime_is_weighted_by_time_not_by_checks() -> None:
    """One failure that speaks for five minutes outweighs ten quick passes."""
    found = say(Tally(300 * US, 600 * US, 0, 11, 1), 600)
    assert (found["uptime"], found["coverage"], found["seen_s"], found["up_s"]) == (0.5, 1.0, 600.0, 300.0)
    assert found["error_rate"] == pytest.approx(1 / 11)


@pytest.mark.parametrize(("down_s", "burns"), [(0, 0.0), (10, 1.0), (144, 14.4), (1000, 100.0)])
def test_the_budget_burns_at_one_when_it_is_used_up_exactly(down_s: int, burns: float) -> None:
    assert say(Tally((1000 - down_s) * US, 1000 * US), 3600)["burn_rate"] == pytest.approx(burns)


def test_an_objective_may_be_another() -> None:
    assert say(Tally(999 * US, 1000 * US), 3600, 0.999)["burn_rate"] == pytest.approx(1.0)


def test_what_is_excluded_is_no_part_of_the_span() -> None:
    """An hour with half of it in maintenance, and half of the rest seen."""
    found = say(Tally(900 * US, 900 * US, 1800 * US, 30), 3600)
    assert (found["coverage"], found["uptime"], found["excluded_s"]) == (0.5, 1.0, 1800.0)
    assert say(Tally(excluded_us=3600 * US), 3600)["coverage"] == 0.0


def test_without_observed_time_there_is_no_share() -> None:
    found = say(Tally(missed=4), 3600)
    shares = ("uptime", "error_rate", "burn_rate", "p95_ms")
    assert [found[name] for name in shares] == [None] * 4
    assert (found["coverage"], found["checks"], found["missed"]) == (0.0, 0, 4)


def test_coverage_is_never_more_than_all() -> None:
    assert say(Tally(5000 * US, 5000 * US), 3600)["coverage"] == 1.0


seconds = st.integers(DAY, DAY + 40 * DAY_S)


@given(seconds, seconds)
def test_ranges_cut_a_span_into_whole_slots_without_gap_or_overlap(one: int, two: int) -> None:
    start, end = min(one, two), max(one, two)
    at = start
    for span, first, stop in ranges(start, end):
        assert first == at < stop
        assert span == "m" or first % SIZES[span] == stop % SIZES[span] == 0
        at = stop
    assert at == end


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        (0, 3 * DAY_S, [("d", 0, 3 * DAY_S)]),
        (36_450, 2 * DAY_S, [("m", 36_450, 39_600), ("h", 39_600, DAY_S), ("d", DAY_S, 2 * DAY_S)]),
        (36_450, 39_000, [("m", 36_450, 39_000)]),
        (36_450, 47_000, [("m", 36_450, 39_600), ("h", 39_600, 46_800), ("m", 46_800, 47_000)]),
        (82_800, DAY_S + 7200, [("h", 82_800, DAY_S), ("h", DAY_S, DAY_S + 7200)]),
        (500, 500, []),
        (900, 500, []),
    ],
)
def test_ranges_take_the_greatest_slots(start: int, end: int, wanted: list[tuple[str, int, int]]) -> None:
    moved = [(span, first + DAY, stop + DAY) for span, first, stop in wanted]
    assert ranges(start + DAY, end + DAY) == moved


@given(seconds, st.sampled_from(list(WINDOWS)))
def test_a_window_begins_at_the_first_whole_slot_in_it(now: int, name: str) -> None:
    length, size = WINDOWS[name]
    start = begin_of(name, now)
    assert start % size == 0
    assert now - length <= start < now - length + size
