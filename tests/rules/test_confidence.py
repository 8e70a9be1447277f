"""Confidence: the numbers of DESIGN section 5, and exact arithmetic as the oracle."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.confidence import beta_above, growth, rate_below, word


@pytest.mark.parametrize(
    ("threshold", "up", "down", "wanted"),
    [(0.90, 20, 0, 0.89), (0.95, 20, 0, 0.66), (0.95, 44, 0, 0.90), (0.99, 168, 0, 0.82)],
)
def test_shares(threshold: float, up: float, down: float, wanted: float) -> None:
    assert round(beta_above(threshold, up, down), 2) == wanted


@pytest.mark.parametrize(
    ("threshold", "events", "exposure", "wanted"),
    [(2, 7, 7, 0.98), (2, 13, 7, 0.59), (1, 0, 1, 0.84), (1, 0, 2, 0.95)],
)
def test_rates(threshold: float, events: int, exposure: float, wanted: float) -> None:
    assert round(rate_below(threshold, events, exposure), 2) == wanted


def exact_beta_above(threshold: Fraction, up: int, down: int) -> Fraction:
    """P(Beta(up + 1, down + 1) >= t) as a binomial sum, which is exact for whole counts."""
    n = up + down + 1
    return sum(
        (math.comb(n, i) * threshold**i * (1 - threshold) ** (n - i) for i in range(up + 1)), start=Fraction(0)
    )  # fmt: skip


@given(st.integers(0, 300), st.integers(0, 60), st.integers(1, 99))
def test_a_share_agrees_with_the_exact_sum(up: int, down: int, percent: int) -> None:
    threshold = Fraction(percent, 100)
    assert beta_above(float(threshold), up, down) == pytest.approx(
        float(exact_beta_above(threshold, up, down)), abs=1e-9
    )


def exact_gamma_below(events: int, x: float) -> float:
    """P(Gamma(k + 1/2) < x) by the recurrence from erf, which is exact for half-whole shapes."""
    found = math.erf(math.sqrt(x))
    for k in range(events):
        a = k + 0.5
        found -= math.exp(a * math.log(x) - x - math.lgamma(a + 1))
    return found


@given(st.integers(0, 60), st.floats(0.01, 20), st.floats(0.1, 30))
def test_a_rate_agrees_with_the_recurrence(events: int, threshold: float, exposure: float) -> None:
    assert rate_below(threshold, events, exposure) == pytest.approx(
        exact_gamma_below(events, threshold * exposure), abs=1e-9
    )


@given(st.integers(0, 400), st.integers(0, 400))
def test_growth_agrees_with_the_exact_sum(before: int, now: int) -> None:
    assert growth(before, now) == pytest.approx(float(exact_beta_above(Fraction(1, 2), now, before)), abs=1e-9)


def test_growth_of_nothing_is_even() -> None:
    assert growth(0, 0) == pytest.approx(0.5)
    assert growth(12, 12) == pytest.approx(0.5)


@given(st.floats(0, 5000), st.floats(0, 5000), st.floats(0, 1))
def test_a_share_is_a_probability_and_more_success_is_more(up: float, down: float, threshold: float) -> None:
    less, more = beta_above(threshold, up, down), beta_above(threshold, up + 1, down)
    assert -1e-9 <= less <= 1 + 1e-9
    assert more >= less - 1e-9


@given(st.integers(0, 2000), st.floats(0, 100), st.floats(0, 500))
def test_a_rate_is_a_probability_and_more_events_are_less(events: int, threshold: float, exposure: float) -> None:
    less, more = rate_below(threshold, events + 1, exposure), rate_below(threshold, events, exposure)
    assert -1e-9 <= less <= 1 + 1e-9
    assert more >= less - 1e-9


@pytest.mark.parametrize(("threshold", "wanted"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (2.0, 0.0)])
def test_thresholds_at_the_ends(threshold: float, wanted: float) -> None:
    assert beta_above(threshold, 5, 5) == wanted


def test_a_rate_without_exposure_is_not_known_to_be_low() -> None:
    assert rate_below(2, 0, 0) == 0.0


def test_a_month_of_hours_converges() -> None:
    assert 0.99 < beta_above(0.99, 719.0, 1.0) < 1.0


@pytest.mark.parametrize(
    ("probability", "wanted"),
    [(1.0, "almost certain"), (0.99, "almost certain"), (0.9, "very likely"), (0.84, "likely"), (0.5, "open"),
     (0.34, "open"), (0.33, "unlikely"), (0.0, "unlikely")],
)  # fmt: skip
def test_words(probability: float, wanted: str) -> None:
    assert word(probability) == wanted
