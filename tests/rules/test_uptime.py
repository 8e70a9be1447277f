"""Uptime: weighted by time, honest about gaps; percentiles within 5%; tallies that add up."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.probe import Outcome
from gonogo.rules.uptime import Tally, bucket_of, merge, percentile, spoken, window


def tally(*checks: tuple[Outcome, float, float | None]) -> Tally:
    """Count checks as (outcome, seconds it speaks for, latency)."""
    made = Tally()
    for outcome, seconds, latency in checks:
        made.add(outcome, seconds, latency)
    return made


def test_uptime_is_weighted_by_time_not_by_checks() -> None:
    """One failure that speaks for five minutes outweighs ten quick passes."""
    made = tally((Outcome.FAILED, 300, None), *[(Outcome.OK, 30, 0.1)] * 10)
    found = window(made, 600)
    assert found.uptime == 0.5
    assert found.error_rate == pytest.approx(1 / 11)
    assert (found.checks, found.coverage) == (11, 1.0)


def test_slow_is_up_and_unknown_is_not_observed() -> None:
    made = tally((Outcome.SLOW, 30, 2.0), (Outcome.UNKNOWN, 30, None), (Outcome.OK, 30, 0.1))
    found = window(made, 90)
    assert (found.uptime, found.checks, found.error_rate) == (1.0, 2, 0.0)
    assert found.coverage == pytest.approx(2 / 3)


def test_without_observed_time_there_is_no_uptime() -> None:
    made = Tally()
    made.add(Outcome.UNKNOWN, 30, None, missed=4)
    found = window(made, 3600)
    assert (found.uptime, found.error_rate, found.p95_s, found.coverage, found.checks) == (None, None, None, 0.0, 0)
    assert made.missed == 4


def test_failures_have_no_latency() -> None:
    made = tally((Outcome.FAILED, 30, 4.9), (Outcome.OK, 30, 0.1))
    assert sum(made.latencies.values()) == 1


@pytest.mark.parametrize(
    ("since_last", "wanted"),
    [(None, 30), (30.0, 30), (29.0, 29), (45.0, 45), (46.0, 45), (36_000.0, 45), (0.0, 0), (-5.0, 0)],
)
def test_a_check_speaks_for_the_time_since_the_last_but_not_over_a_gap(since_last: float | None, wanted: float) -> None:
    assert spoken(since_last, 30) == wanted


def test_a_gap_is_not_up_and_not_down_but_unobserved() -> None:
    """An hour in which the watch slept for half: uptime is that of the other half, coverage says so."""
    made = Tally()
    for _ in range(60):
        made.add(Outcome.OK, spoken(30, 30), 0.1)
    made.add(Outcome.OK, spoken(1800, 30), 0.1)
    found = window(made, 3600)
    assert found.uptime == 1.0
    assert 0.5 <= found.coverage < 0.52


def test_coverage_is_never_more_than_all() -> None:
    assert window(tally((Outcome.OK, 5000, 0.1)), 3600).coverage == 1.0


latencies = st.lists(st.floats(0.001, 120), min_size=1, max_size=200)


@given(latencies, st.sampled_from(["0.5", "0.95", "0.99"]))
def test_a_percentile_is_right_within_five_per_cent(values: list[float], share: str) -> None:
    made = tally(*[(Outcome.OK, 30, value) for value in values])
    rank = math.ceil(Fraction(share) * len(values))
    true = sorted(values)[rank - 1]
    found = percentile(made.latencies, float(share))
    assert found is not None
    assert abs(found - true) <= 0.05 * true


@pytest.mark.parametrize("count", [20, 40, 60, 100, 180, 200, 700, 1000])
def test_a_percentile_falls_on_the_right_rank(count: int) -> None:
    """95% of n checks at 10 ms, the rest at a second: the 95th percentile is the 10 ms."""
    few = count // 20
    assert percentile({bucket_of(0.01): count - few, bucket_of(1.0): few}, 0.95) == pytest.approx(0.01, rel=0.05)
    assert percentile({bucket_of(0.01): count - few - 1, bucket_of(1.0): few + 1}, 0.95) == pytest.approx(1, rel=0.05)


def test_nothing_has_no_percentile() -> None:
    assert percentile({}, 0.95) is None


@pytest.mark.parametrize("latency", [0.0, 1e-9, 0.0005, 0.001])
def test_a_latency_below_a_millisecond_is_in_the_first_bucket(latency: float) -> None:
    assert bucket_of(latency) == 0


checks = st.lists(
    st.tuples(st.sampled_from(Outcome), st.integers(0, 90).map(float), st.one_of(st.none(), st.floats(0, 60))),
    max_size=30,
)


def same(one: Tally, two: Tally) -> bool:
    """Whether two tallies say the same; whole seconds add up exactly in floats."""
    return one == two


@given(checks, checks, checks)
def test_merging_is_associative_and_commutative(a: list, b: list, c: list) -> None:
    one, two, three = tally(*a), tally(*b), tally(*c)
    whole = tally(*a, *b, *c)
    assert same(merge((merge((one, two)), three)), whole)
    assert same(merge((one, merge((two, three)))), whole)
    assert same(merge((three, two, one)), whole)
    assert same(merge((Tally(), one)), one)


@given(checks, checks)
def test_merging_changes_none_of_its_parts(a: list, b: list) -> None:
    one, two = tally(*a), tally(*b)
    merge((one, two)).latencies[0] = 10**9
    assert same(one, tally(*a))
    assert same(two, tally(*b))


@given(checks)
def test_shares_are_shares(a: list) -> None:
    found = window(tally(*a), 3600)
    assert 0 <= found.coverage <= 1
    assert found.uptime is None or 0 <= found.uptime <= 1
    assert found.error_rate is None or 0 <= found.error_rate <= 1
