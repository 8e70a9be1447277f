"""Forecasts: the chance and dates of a count against scipy, and how much more each kind of proof needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gonogo.rules import confidence, forecast

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = 86_400.0
NEEDED = st.integers(1, 5000)
EVENTS = st.integers(1, 5000)
SPANS = st.floats(60, 1e8)


# A count ---------------------------------------------------------------------------------------


@given(NEEDED, st.integers(0, 5000), SPANS, SPANS)
def test_a_chance_is_negative_binomial(needed: int, events: int, exposure: float, left: float) -> None:
    wanted = stats.nbinom.sf(needed - 1, events + 0.5, exposure / (exposure + left))
    assert forecast.chance(needed, events, exposure, left) == pytest.approx(wanted, abs=1e-9)


@given(NEEDED, EVENTS, SPANS)
def test_dates_are_beta_prime(needed: int, events: int, exposure: float) -> None:
    found = forecast.quantiles(needed, events, exposure)
    assert found == pytest.approx(exposure * stats.betaprime.ppf((0.1, 0.5, 0.9), needed, events + 0.5), rel=1e-9)


@given(NEEDED, EVENTS, SPANS, st.floats(0.001, 0.999))
def test_the_chance_by_a_date_is_that_dates_probability(
    needed: int, events: int, exposure: float, probability: float
) -> None:
    found = forecast.quantiles(needed, events, exposure, (probability,))
    assert found is not None
    assert forecast.chance(needed, events, exposure, found[0]) == pytest.approx(probability, abs=1e-9)


@given(NEEDED, st.integers(0, 5000), SPANS, SPANS)
def test_a_chance_grows_with_time_and_with_what_came_and_falls_with_what_is_needed(
    needed: int, events: int, exposure: float, left: float
) -> None:
    found = forecast.chance(needed, events, exposure, left)
    later = forecast.chance(needed, events, exposure, left * 1.5)
    richer = forecast.chance(needed, events + 1, exposure, left)
    harder = forecast.chance(needed + 1, events, exposure, left)
    assert found is not None
    assert later is not None
    assert richer is not None
    assert harder is not None
    assert harder - 1e-12 <= found <= min(later, richer) + 1e-12


def test_a_count_that_is_reached_has_come() -> None:
    assert forecast.chance(0, 20, DAY, 0) == 1.0
    assert forecast.quantiles(-3, 20, DAY) == (0.0, 0.0, 0.0)


def test_no_time_left_is_no_chance() -> None:
    assert forecast.chance(1, 20, DAY, 0) == 0.0
    assert forecast.chance(1, 20, DAY, -5) == 0.0


def test_nothing_yet_has_a_small_chance_and_no_date() -> None:
    found = forecast.chance(6, 0, 7 * DAY, 7 * DAY)
    assert found is not None
    assert 0 < found < 0.01
    assert forecast.quantiles(6, 0, 7 * DAY) is None
    assert forecast.arrival(6, 0, 7 * DAY, NOW) is None


def test_nothing_observed_has_neither() -> None:
    assert forecast.chance(6, 0, 0, DAY) is None
    assert forecast.quantiles(6, 3, 0) is None


def test_a_date_is_said_with_its_rate_and_its_spread() -> None:
    found = forecast.arrival(6, 14, 14 / 4.3 * DAY, NOW)
    assert found is not None
    assert found.says("Asia/Kuala_Lumpur") == "at 4.3 a day about Fri 00:16 (80%: Thu 09:02 to Sat 02:34)"


def test_a_far_date_has_no_time_of_day_and_one_without_end_says_so() -> None:
    far = forecast.arrival(300, 20, 10 * DAY, NOW)
    assert far is not None
    assert far.says("UTC") == "at 2 a day about Thu 22 Apr (80%: Wed 17 Mar to Tue 15 Jun)"
    endless = forecast.arrival(40, 1, 30 * DAY, NOW)
    assert endless is not None
    assert endless.late is None
    assert endless.says("UTC").endswith("to no end in sight)")


def test_more_than_ten_years_is_no_date() -> None:
    assert forecast.arrival(10_000, 3, 30 * DAY, NOW) is None


# How much more ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "demanded", "failures", "wanted"),
    [(0.95, 0.9, 0, 44), (0.95, 0.9, 1, 75), (0.95, 0.9, 2, 102), (0.9, 0.9, 0, 21), (0.0, 0.9, 0, 0)],
)
def test_clean_orders_needed(threshold: float, demanded: float, failures: int, wanted: int) -> None:
    """76 orders in all with one failure and 104 with two, so 75 and 102 clean ones."""
    assert forecast.clean_needed(threshold, demanded, failures) == wanted


@given(st.floats(0.05, 0.999), st.floats(0.5, 0.99), st.integers(0, 20))
def test_so_many_clean_orders_prove_it_and_one_less_does_not(threshold: float, demanded: float, failures: int) -> None:
    found = forecast.clean_needed(threshold, demanded, failures)
    assert found is not None
    assert confidence.beta_above(threshold, found, failures) >= demanded
    assert found == 0 or confidence.beta_above(threshold, found - 1, failures) < demanded


def test_no_number_of_orders_proves_that_none_ever_fails() -> None:
    assert forecast.clean_needed(1.0, 0.9) is None


@given(st.floats(0.5, 0.9999), st.floats(0.5, 0.99), st.floats(0, 500), st.floats(0, 20))
def test_hours_needed_prove_it(threshold: float, demanded: float, up: float, down: float) -> None:
    found = forecast.hours_needed(threshold, demanded, up, down)
    assert found is not None
    sure = confidence.beta_above(threshold, up + found, down)
    assert sure >= demanded - 1e-9
    assert found == 0 or sure == pytest.approx(demanded, abs=1e-9)


def test_a_window_forgets_what_was_down_and_can_be_too_short() -> None:
    assert forecast.hours_needed(0.99, 0.8, 100, 0, 168) == pytest.approx(59.1377243)
    assert forecast.hours_needed(0.99, 0.8, 100, 0) == pytest.approx(59.1377243)
    assert forecast.hours_needed(0.99, 0.8, 160, 3, 168) == 168
    assert forecast.hours_needed(0.99, 0.9, 168, 0, 168) is None
    assert forecast.hours_needed(0.99, 0.8, 168, 0, 168) == 0
    assert forecast.hours_needed(1.0, 0.8, 168, 0) is None


@given(st.floats(0.1, 50), st.floats(0.5, 0.99), st.integers(0, 200), st.floats(0.01, 60), st.booleans())
def test_exposure_needed_proves_it(
    threshold: float, demanded: float, events: int, exposure: float, same_rate: bool
) -> None:
    found = forecast.exposure_needed(threshold, demanded, events, exposure, same_rate)
    rate = events / exposure if same_rate else 0.0
    if found is None:
        assert rate >= threshold * 0.99
        return
    sure = confidence.rate_below(threshold, events + rate * found, exposure + found)
    assert sure >= demanded - 1e-9
    assert found == 0 or sure == pytest.approx(demanded, abs=1e-9)


def test_a_rate_that_is_too_high_is_never_proved_low_by_more_of_it() -> None:
    assert forecast.exposure_needed(2, 0.8, 13, 7) == pytest.approx(1.2279219)
    assert forecast.exposure_needed(2, 0.8, 13, 7, same_rate=True) == pytest.approx(63.0589079)
    assert forecast.exposure_needed(2, 0.8, 14, 7, same_rate=True) is None
    assert forecast.exposure_needed(2, 0.8, 7, 7) == 0
    assert forecast.exposure_needed(0, 0.8, 0, 7) is None


def test_the_event_that_must_leave_the_window() -> None:
    events = [NOW - timedelta(days=days) for days in (9, 6, 5, 1)]
    week = 7 * DAY
    last = forecast.passes_again(events, week, 1, NOW)
    assert last == forecast.Leaves(NOW - timedelta(days=1), NOW + timedelta(days=6, microseconds=1))
    first = forecast.passes_again(events, week, 3, NOW)
    assert first == forecast.Leaves(NOW - timedelta(days=6), NOW + timedelta(days=1, microseconds=1))
    assert forecast.passes_again(events, week, 4, NOW) is None
    assert forecast.passes_again(events, week, 0, NOW) is None


@given(st.lists(st.integers(0, 14 * 86_400), max_size=30), st.floats(0.1, 12))
def test_at_that_instant_the_count_is_below_and_just_before_it_is_not(ages: list[int], target: float) -> None:
    events, window = [NOW - timedelta(seconds=age) for age in ages], timedelta(days=7)

    def count(at: datetime) -> int:
        return sum(1 for event in events if at - window <= event <= at)

    found = forecast.passes_again(events, window.total_seconds(), target, NOW)
    if found is None:
        assert count(NOW) < target
        return
    assert count(found.at) < target <= count(found.at - timedelta.resolution)


@pytest.mark.parametrize(
    ("target", "counts", "demanded", "wanted"),
    [
        (4, (0, 0, 0, 2, 3), None, 0), (4, (0, 0, 0, 5, 0), None, 1), (4, (1, 0, 0, 0, 1), None, 3),
        (4, (0, 0, 0, 0, 0), None, 1), (4, (0, 0, 0, 5, 1), 0.8, 2), (4.2, (0, 0, 0, 4, 1), None, 1),
        (5, (0, 0, 0, 0, 9), None, None),
    ],
)  # fmt: skip
def test_fives_needed(target: float, counts: tuple[int, ...], demanded: float | None, wanted: int | None) -> None:
    assert forecast.fives_needed(target, counts, demanded) == wanted


@given(st.integers(0, 2000), st.floats(0.5, 0.99))
def test_growth_needed_proves_it_and_one_less_does_not(before: int, demanded: float) -> None:
    found = forecast.growth_needed(before, demanded)
    assert found is not None
    assert confidence.growth(before, found) >= demanded
    assert found == 0 or confidence.growth(before, found - 1) < demanded
