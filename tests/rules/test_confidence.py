"""Confidence: the numbers of DESIGN section 5; exact arithmetic and scipy as oracles."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from gonogo.rules.confidence import LEVELS, beta_above, growth, rate_below, rating_above, says, word


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


@pytest.mark.parametrize(
    ("threshold", "up", "down", "wanted"), [(0.99, 20, 0, 0.19), (0.95, 75, 1, 0.90), (0.95, 102, 2, 0.90)]
)
def test_shares_of_the_research(threshold: float, up: float, down: float, wanted: float) -> None:
    assert round(beta_above(threshold, up, down), 2) == wanted


@pytest.mark.parametrize(("before", "now", "wanted"), [(20, 25, 0.28), (20, 30, 0.10), (20, 35, 0.03)])
def test_growth_leaves_no_more_doubt_than_the_one_sided_binomial_test(before: int, now: int, wanted: float) -> None:
    p = stats.binom.sf(now - 1, before + now, 0.5)
    assert round(p, 2) == pytest.approx(wanted, abs=0.011)
    assert growth(before, now) == pytest.approx(1 - stats.binom.sf(now, before + now + 1, 0.5), abs=1e-9)
    assert 1 - growth(before, now) < p


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


@given(st.floats(0, 1e8), st.floats(0, 1e8), st.floats(0, 1))
def test_a_share_agrees_with_scipy(up: float, down: float, threshold: float) -> None:
    assert beta_above(threshold, up, down) == pytest.approx(stats.beta.sf(threshold, up + 1, down + 1), abs=1e-9)


@given(st.integers(0, 10**6), st.floats(0.5, 2), st.floats(0.1, 1000))
def test_a_rate_agrees_with_scipy(events: int, times: float, exposure: float) -> None:
    threshold = (events + 0.5) * times / exposure
    wanted = stats.gamma.cdf(threshold, events + 0.5, scale=1 / exposure)
    assert rate_below(threshold, events, exposure) == pytest.approx(wanted, abs=1e-9)


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


# Ratings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [((0, 0, 0, 2, 3), 0.85), ((0, 0, 0, 0, 5), 0.94), ((0, 0, 1, 3, 6), 0.92), ((1, 0, 0, 0, 9), 0.88)],
)
def test_ratings(counts: tuple[int, ...], wanted: float) -> None:
    assert round(rating_above(4, counts), 2) == wanted


def mixture(parts: list[tuple[float, float]], terms: int) -> tuple[float, float, list[float]]:
    """A sum of w·Gamma(a) as a mixture of b·Gamma(shape + k) (Moschopoulos, 1985): b, shape and the weights of k."""
    least = min(w for w, _ in parts)
    powers = np.array([sum(a * (1 - least / w) ** k for w, a in parts) for k in range(1, terms)])
    found = [math.prod((least / w) ** a for w, a in parts)]
    for k in range(1, terms):
        found.append(float(powers[:k] @ found[::-1]) / k)
    assert math.fsum(found) == pytest.approx(1, abs=1e-10)
    return least, sum(a for _, a in parts), found


def rating_above_by_mixtures(target: float, counts: tuple[int, ...], terms: int = 320) -> float:
    shapes = [(level - target, count + 0.2) for level, count in zip(LEVELS, counts, strict=True)]
    good, up, ups = mixture([(w, a) for w, a in shapes if w > 0], terms)
    bad, down, downs = mixture([(-w, a) for w, a in shapes if w < 0], terms)
    step = np.arange(terms)
    return float(ups @ special.betainc(down + step, up + step[:, None], good / (good + bad)) @ downs)


COUNTS = st.tuples(*[st.integers(0, 12)] * 5)


@given(st.sampled_from([2.0, 2.5, 3.0, 3.5, 4.0]), COUNTS)
@settings(max_examples=30)
def test_ratings_agree_with_mixtures_of_betas(target: float, counts: tuple[int, ...]) -> None:
    assert rating_above(target, counts) == pytest.approx(rating_above_by_mixtures(target, counts), abs=1e-9)


@pytest.mark.parametrize(
    "counts", [(40, 60, 100, 400, 310), (500, 500, 1000, 4000, 4000), (100, 500, 1000, 6000, 2399)]
)
def test_many_ratings_agree_with_the_swinging_integral(counts: tuple[int, ...]) -> None:
    """Gil-Pelaez on the real line, which needs no saddle point and no bend."""
    parts = [(level - 4, count + 0.2) for level, count in zip(LEVELS, counts, strict=True)]
    spread = math.sqrt(sum(a * w * w for w, a in parts))

    def swing(u: float) -> float:
        size = sum(a / 2 * math.log1p((w * u / spread) ** 2) for w, a in parts)
        return math.exp(-size) * math.sin(sum(a * math.atan(w * u / spread) for w, a in parts)) / u

    area, _ = integrate.quad(swing, 0, 40, limit=2000, epsabs=1e-12, epsrel=1e-12)
    assert rating_above(4, counts) == pytest.approx(0.5 + area / math.pi, abs=1e-9)


@given(st.floats(1, 5), COUNTS, st.integers(0, 3))
def test_a_better_rating_is_more_and_a_higher_target_less(target: float, counts: tuple[int, ...], level: int) -> None:
    found = rating_above(target, counts)
    worse = (*counts[:level], counts[level] + 1, *counts[level + 1 :])
    better = (*counts[: level + 1], counts[level + 1] + 1, *counts[level + 2 :])
    assert -1e-12 <= found <= 1 + 1e-12
    assert rating_above(target, better) >= rating_above(target, worse) - 1e-11
    assert rating_above(min(5.0, target + 0.1), counts) <= found + 1e-11


@given(COUNTS, st.floats(1.01, 4.99))
def test_ratings_turned_upside_down(counts: tuple[int, ...], target: float) -> None:
    assert rating_above(6 - target, counts[::-1]) == pytest.approx(1 - rating_above(target, counts), abs=1e-11)


@pytest.mark.parametrize(("target", "wanted"), [(0, 1.0), (1, 1.0), (5, 0.0), (6, 0.0)])
def test_targets_outside_the_levels(target: float, wanted: float) -> None:
    assert rating_above(target, (1, 1, 1, 1, 1)) == wanted


def test_a_rating_counts_five_levels() -> None:
    with pytest.raises(ValueError, match="shorter"):
        rating_above(4, [1, 2, 3])


@pytest.mark.parametrize(
    ("sure", "asked", "wanted"),
    [(0.84, 0.8, "likely, 84% (80 asked)"), (0.899, 0.9, "likely, 89.9% (90 asked)"),
     (0.9, 0.9, "very likely, 90% (90 asked)"),
     (0.9999, None, "almost certain, over 99.9%"), (0.7996, 0.8, "likely, 79.9% (80 asked)")],
)  # fmt: skip
def test_rounding_never_makes_it_enough(sure: float, asked: float | None, wanted: str) -> None:
    assert says(sure, asked) == wanted
