"""Tallies that add up and come back as they were stored; percentiles within 5%."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.probe import Outcome
from gonogo.rules.uptime import BUCKETS, Tally, bucket_of, histogram, merge, percentiles_ms


def counted(*checks: tuple[Outcome, float | None]) -> Tally:
    """Count checks as (outcome, latency)."""
    made = Tally()
    for outcome, latency in checks:
        made.count(outcome, latency)
    return made


def test_slow_is_counted_apart_and_unknown_not_at_all() -> None:
    made = counted((Outcome.SLOW, 2.0), (Outcome.UNKNOWN, None), (Outcome.OK, 0.1), (Outcome.FAILED, None))
    assert (made.checks, made.slow, made.failed) == (3, 1, 1)


def test_failures_have_no_latency() -> None:
    assert sum(histogram(counted((Outcome.FAILED, 4.9), (Outcome.OK, 0.1)).latencies)) == 1


latencies = st.lists(st.floats(0.001, 120), min_size=1, max_size=200)


@given(latencies, st.sampled_from([500, 950, 990]))
def test_a_percentile_is_right_within_five_per_cent(values: list[float], permille: int) -> None:
    made = counted(*[(Outcome.OK, value) for value in values])
    rank = math.ceil(Fraction(permille, 1000) * len(values))
    true = sorted(values)[rank - 1] * 1000
    (found,) = percentiles_ms(made.latencies, permille)
    assert found is not None
    assert abs(found - true) <= 0.05 * true


@pytest.mark.parametrize("count", [20, 40, 60, 100, 180, 200, 700, 1000])
def test_a_percentile_falls_on_the_right_rank(count: int) -> None:
    """95% of n checks at 10 ms, the rest at a second: the 95th percentile is the 10 ms."""
    few = count // 20
    quick, late = (Outcome.OK, 0.01), (Outcome.OK, 1.0)
    most = counted(*[quick] * (count - few), *[late] * few)
    assert percentiles_ms(most.latencies, 950) == [pytest.approx(10, rel=0.05)]
    fewer = counted(*[quick] * (count - few - 1), *[late] * (few + 1))
    assert percentiles_ms(fewer.latencies, 950) == [pytest.approx(1000, rel=0.05)]


def test_nothing_has_no_percentile() -> None:
    assert percentiles_ms(0, 500, 950) == [None, None]


@pytest.mark.parametrize("latency", [0.0, 1e-9, 0.0005, 0.001])
def test_a_latency_below_a_millisecond_is_in_the_first_bucket(latency: float) -> None:
    assert bucket_of(latency) == 0


def test_a_latency_beyond_all_measure_is_in_the_last_bucket() -> None:
    assert bucket_of(1e9) == BUCKETS - 1
    assert percentiles_ms(counted((Outcome.OK, 1e9)).latencies, 500)[0] is not None


times = st.integers(0, 10**15)
counts = st.integers(0, 2**32 - 1)
tallies = st.builds(
    lambda time, numbers, found: Tally(*time, *numbers, counted(*[(Outcome.OK, one) for one in found]).latencies),
    st.tuples(times, times, times), st.tuples(counts, counts, counts, counts), st.lists(st.floats(0, 600), max_size=30),
)  # fmt: skip


@given(tallies, tallies, tallies)
def test_merging_is_associative_and_commutative(one: Tally, two: Tally, three: Tally) -> None:
    whole = merge((one, two, three))
    assert merge((merge((one, two)), three)) == whole
    assert merge((three, merge((two, one)))) == whole
    assert merge((Tally(), one)) == one


@given(tallies, tallies)
def test_merging_changes_none_of_its_parts(one: Tally, two: Tally) -> None:
    before = (one.pack(), two.pack())
    merge((one, two)).checks += 1
    assert (one.pack(), two.pack()) == before


@given(tallies)
def test_a_tally_comes_back_as_it_was_stored(one: Tally) -> None:
    assert Tally.unpack(one.pack()) == one


def test_a_stored_hour_is_small() -> None:
    hour = counted(*[(Outcome.OK, 0.08 + 0.001 * turn) for turn in range(120)])
    assert len(hour.pack()) < 100
