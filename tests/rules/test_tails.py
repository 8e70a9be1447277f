"""The tails of Beta and Gamma against scipy, which knows them by other ways."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from gonogo.rules import tails

SHAPES = st.floats(-0.3, 8).map(lambda power: 10.0**power)
DEVIATIONS = st.floats(-6, 6)


def near_its_mean(a: float, b: float, away: float) -> float:
    """A place so many standard deviations from the mean of Beta(a, b), within its bounds."""
    mean = a / (a + b)
    return min(max(mean + away * math.sqrt(mean * (1 - mean) / (a + b + 1)), 1e-9), 1 - 1e-9)


@given(SHAPES, SHAPES, DEVIATIONS)
def test_both_tails_of_a_share_agree_with_scipy_up_to_a_hundred_million(a: float, b: float, away: float) -> None:
    x = near_its_mean(a, b, away)
    below, above = tails.beta(x, 1 - x, a, b)
    assert below == pytest.approx(special.betainc(a, b, x), rel=1e-10, abs=1e-200)
    assert above == pytest.approx(special.betaincc(a, b, x), rel=1e-10, abs=1e-200)


@given(SHAPES, st.floats(-4, 4))
def test_both_tails_of_a_rate_agree_with_scipy_up_to_a_hundred_million(a: float, away: float) -> None:
    # scipy itself loses its digits further out than this, where its own series stops at 2,000 terms
    x = max(a + away * math.sqrt(a), a / 100)
    below, above = tails.gamma(x, a)
    assert below == pytest.approx(special.gammainc(a, x), rel=1e-10)
    assert above == pytest.approx(special.gammaincc(a, x), rel=1e-10)


@given(st.floats(0.3, 20_000), st.floats(0.01, 100))
def test_far_tails_of_a_rate_keep_their_digits(a: float, times: float) -> None:
    below, above = tails.gamma(a * times, a)
    assert below == pytest.approx(special.gammainc(a, a * times), rel=1e-9, abs=1e-250)
    assert above == pytest.approx(special.gammaincc(a, a * times), rel=1e-9, abs=1e-250)


@pytest.mark.parametrize("up", [20, 93_872_633])
@pytest.mark.parametrize("rest", [3.2e-8, 0.01, 0.4])
def test_a_share_that_never_failed_is_a_power(up: int, rest: float) -> None:
    with localcontext() as context:
        context.prec = 50
        exact = (1 - Decimal(rest)) ** up
    below, above = tails.beta(1 - rest, rest, up, 1)
    assert below == pytest.approx(float(exact), rel=1e-11, abs=1e-300)
    assert above == pytest.approx(float(1 - exact), rel=1e-11)


@given(SHAPES, SHAPES, st.floats(0, 1))
def test_the_tails_make_one(a: float, b: float, x: float) -> None:
    for below, above in (tails.beta(x, 1 - x, a, b), tails.gamma(x * a * 2, a)):
        assert 0 <= below <= 1
        assert 0 <= above <= 1
        assert below + above == pytest.approx(1, abs=1e-15)


@given(SHAPES, SHAPES, st.floats(0, 1), st.floats(0, 1))
def test_further_is_more_below(a: float, b: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert tails.beta(low, 1 - low, a, b)[0] <= tails.beta(high, 1 - high, a, b)[0] + 1e-12
    assert tails.gamma(low * a * 2, a)[0] <= tails.gamma(high * a * 2, a)[0] + 1e-12


@pytest.mark.parametrize("a", [0.5, 20.0, 1e4, 1e8])
@pytest.mark.parametrize("x", [5e-324, 1e-200, 1e200, 1.7e308])
def test_the_ends_of_the_numbers_are_the_ends_of_the_distribution(a: float, x: float) -> None:
    small = x < 1
    assert tails.gamma(x, a)[0] == pytest.approx(0 if small else 1, abs=1e-90)
    assert tails.beta(x, 1, a, 3)[0] == pytest.approx(0 if small else 1, abs=1e-90)


def test_where_nothing_or_everything_lies_below() -> None:
    assert tails.beta(0, 1, 2, 3) == tails.gamma(0, 2) == (0.0, 1.0)
    assert tails.beta(1, 0, 2, 3) == tails.gamma(math.inf, 2) == (1.0, 0.0)


@given(SHAPES, SHAPES, st.floats(0.001, 0.999))
def test_a_crossing_is_where_the_function_is_zero(a: float, b: float, wanted: float) -> None:
    found = tails.crossing(lambda x: tails.beta(x, 1 - x, a, b)[0] - wanted, 0.0, 1.0)
    assert tails.beta(found, 1 - found, a, b)[0] == pytest.approx(wanted, abs=1e-7)


def test_a_function_that_does_not_cross_ends_at_an_end() -> None:
    assert tails.crossing(lambda x: x + 1, 0, 5) == 0
    assert tails.crossing(lambda x: x - 9, 0, 5) == 5
