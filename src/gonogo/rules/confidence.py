"""How sure the evidence makes us: exact, small-sample Bayesian, in the standard library."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from functools import lru_cache

from gonogo.rules import tails, words

LEVELS = (1, 2, 3, 4, 5)
_LEVEL_PRIOR = 0.2
"""What each level of a rating counts before anybody has rated: one rating in all, spread evenly."""


def beta_above(threshold: float, up: float, down: float) -> float:
    """P(p >= threshold) for a share with a uniform prior after `up` successes and `down` failures.

    The posterior is Beta(up + 1, down + 1); real-valued counts are fine (hours of uptime).
    """
    return tails.beta(threshold, 1 - threshold, up + 1, down + 1)[1]


def rate_below(threshold: float, events: float, exposure: float) -> float:
    """P(rate < threshold) after `events` in `exposure` units of time; the posterior is Gamma(k + 1/2, exposure)."""
    return tails.gamma(threshold * exposure, events + 0.5)[0]


@lru_cache(maxsize=256)
def growth(before: int, now: int) -> float:
    """P(the rate grew) from two equal windows: now of (before + now) against Binomial(1/2), uniform prior."""
    return tails.beta(1, 1, now + 1, before + 1)[1]


def rating_above(target: float, counts: Sequence[int]) -> float:
    """P(the mean rating > target) from how many gave 1, 2, 3, 4 and 5: a Dirichlet with 0.2 for each level.

    Right to 1e-9 up to ten million ratings.
    """
    return _rating_above(target, tuple(counts))


@lru_cache(maxsize=256)
def _rating_above(target: float, counts: tuple[int, ...]) -> float:
    """Dirichlet shares are independent Gammas over their sum, so the mean is above when their weighted sum is."""
    parts = [(level - target, count + _LEVEL_PRIOR) for level, count in zip(LEVELS, counts, strict=True)]
    if target <= LEVELS[0] or target >= LEVELS[-1]:
        return 1.0 if target <= LEVELS[0] else 0.0
    if sum(weight * shape for weight, shape in parts) > 0:  # the smaller tail keeps its digits
        return 1.0 - _sum_positive([(-weight, shape) for weight, shape in parts])
    return _sum_positive(parts)


def _sum_positive(parts: Sequence[tuple[float, float]]) -> float:
    """P(sum of w·Gamma(a) > 0) for a mean below 0, by inverting its transform, the product of (1 - w t)^-a.

    The path runs through the saddle point, bent as a sinh: there the integrand swings least, and
    the trapezoid rule doubles its digits with each halving of the step.
    """
    low, high = 0.0, 1 / max(weight for weight, _ in parts)
    for _ in range(50):  # any path will do; this one is the quickest
        c = (low + high) / 2
        low, high = (c, high) if sum(a * w * c / (1 - w * c) for w, a in parts) < 1 else (low, c)
    width = 1 / math.sqrt(sum(a * (w / (1 - w * c)) ** 2 for w, a in parts) + 1 / c**2)

    def term(v: float) -> complex:
        t = complex(c, width * math.sinh(v))
        return cmath.exp(-sum(a * cmath.log(1 - w * t) for w, a in parts)) / t * (width * math.cosh(v))

    def row(first: float, step: float) -> float:
        total, v = 0.0, first
        while abs(found := term(v)) > least:
            total += found.real
            v += step
        return total

    middle, step = term(0.0).real, 0.5
    least = middle * 1e-17
    total = middle / 2 + row(step, step)
    for _ in range(6):
        before, total = total * step, total + row(step / 2, step)
        step /= 2
        if abs(total * step - before) <= 1e-8 * abs(before):
            break
    return total * step / math.pi


def word(probability: float) -> str:
    """Say a probability as a word."""
    for least, name in ((0.99, "almost certain"), (0.9, "very likely"), (0.66, "likely"), (0.34, "open")):
        if probability >= least:
            return name
    return "unlikely"


def says(sure: float, asked: float | None = None) -> str:
    """Say how sure as a word beside its demand: `likely, 84% (80 asked)`; rounding never makes it enough."""
    number = words.probability(sure)
    if asked is None:
        return f"{word(sure)}, {number}"
    if sure < asked and number == words.probability(asked):
        number = f"{math.floor(sure * 1000) / 10:g}%"
    return f"{word(sure)}, {number} ({asked * 100:g} asked)"
