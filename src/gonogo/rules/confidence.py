"""How sure the evidence makes us: exact, small-sample Bayesian, in the standard library."""

from __future__ import annotations

import math

_TINY, _STEPS, _CLOSE = 1e-300, 500, 1e-14


def beta_above(threshold: float, up: float, down: float) -> float:
    """P(p >= threshold) for a share with a uniform prior after `up` successes and `down` failures.

    The posterior is Beta(up + 1, down + 1); real-valued counts are fine (hours of uptime).
    """
    return 1.0 - _beta_cdf(threshold, up + 1, down + 1)


def rate_below(threshold: float, events: int, exposure: float) -> float:
    """P(rate < threshold) after `events` in `exposure` units of time; the posterior is Gamma(k + 1/2, exposure)."""
    return _gamma_cdf(events + 0.5, threshold * exposure)


def growth(before: int, now: int) -> float:
    """P(the rate grew) from two equal windows: now of (before + now) against Binomial(1/2), uniform prior."""
    return 1.0 - _beta_cdf(0.5, now + 1, before + 1)


def _beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function by Lentz's continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _beta_cdf(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1.0 / _away(1 - (a + b) * x / (a + 1))
    total = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1.0 / _away(1 + term * d), _away(1 + term / c)
            total *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return front * total


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _gamma_cdf(a: float, x: float) -> float:
    """Regularised lower incomplete gamma function: series, or continued fraction (DLMF 8.7.1, 8.9.2)."""
    if x <= 0:
        return 0.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, _STEPS * 4):
            term *= x / (a + n)
            total += term
            if term < total * _CLOSE:
                break
        return front * total
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    total = d
    for n in range(1, _STEPS * 4):
        step = -n * (n - a)
        b += 2
        d, c = 1 / _away(step * d + b), _away(b + step / c)
        total *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return 1 - front * total


def word(probability: float) -> str:
    """Say a probability as a word."""
    for least, name in ((0.99, "almost certain"), (0.9, "very likely"), (0.66, "likely"), (0.34, "open")):
        if probability >= least:
            return name
    return "unlikely"
