"""Both tails of the Beta and Gamma distributions: right far out, and for counts of a hundred million.

The smaller tail is computed, the other is what it leaves of one, so neither loses its digits. Up to a
thousand samples by continued fraction or series; above, where those grow long, by integrating
the density, which takes a fixed 70 points. Against an oracle both keep ten digits up to 1e8 samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_LARGE = 1000.0
_TINY, _STEPS, _CLOSE = 1e-300, 2000, 1e-15
_DENSE, _FIRST, _LAST = 9, -34, 38
"""How many points the integral takes per unit, and from which to which."""


def beta(part: float, rest: float, a: float, b: float) -> tuple[float, float]:
    """Return P(p < x) and P(p > x) for p ~ Beta(a, b), where x is `part` of `part + rest`."""
    if part <= 0 or rest <= 0:
        return (0.0, 1.0) if part <= 0 else (1.0, 0.0)
    x, y = part / (part + rest), rest / (part + rest)
    if x * (a + b + 2) > a + 1:
        above, below = beta(rest, part, b, a)
        return below, above
    peak = math.exp(_binomial(a, b, x, y)) * a * b / (a + b)  # x^a y^b / B(a, b)
    if peak == 0:
        return 0.0, 1.0
    if min(a, b) > _LARGE:
        slope, bend = (a - 1) / x - (b - 1) / y, (a - 1) / x**2 + (b - 1) / y**2
        below = peak / (x * y) * _outwards(
            lambda h: (a - 1) * math.log1p(-h / x) + (b - 1) * math.log1p(h / y), slope, bend, x
        )  # fmt: skip
    else:
        below = peak * _beta_fraction(x, y, a, b)
    return below, 1.0 - below


def gamma(x: float, a: float) -> tuple[float, float]:
    """Return P(g < x) and P(g > x) for g ~ Gamma(a, 1)."""
    if x <= 0:
        return 0.0, 1.0
    if math.isinf(x):
        return 1.0, 0.0
    peak = math.exp(-_gap(a) - _deviance(a, x) - 0.5 * math.log(2 * math.pi * a))  # x^a e^-x / Γ(a + 1)
    low = x < a + 1
    if peak == 0:
        tail = 0.0
    elif a > _LARGE:
        away, far = (-1, x) if low else (1, math.inf)
        slope, bend = abs((a - 1) / x - 1), (a - 1) / x**2
        tail = peak * a / x * _outwards(lambda h: (a - 1) * math.log1p(away * h / x) - away * h, slope, bend, far)
    else:
        tail = peak * (_gamma_series(x, a) if low else a * _gamma_fraction(x, a))
    return (tail, 1.0 - tail) if low else (1.0 - tail, tail)


def crossing(rises: Callable[[float], float], low: float, high: float) -> float:
    """Find where a rising function crosses zero between `low` and `high`; an end, when it does not."""
    at_low, at_high = rises(low), rises(high)
    if at_low >= 0 or at_high <= 0:
        return low if at_low >= 0 else high
    rose, width = False, high - low
    for turn in range(200):
        if high - low <= 1e-13 * max(abs(low), abs(high)):
            break
        middle = low - at_low * (high - low) / (at_high - at_low)
        if turn % 4 == 3:  # a line through the ends is quick on a slope, and hardly moves on a plain
            middle, width = (middle if high - low < width / 8 else (low + high) / 2), high - low
        found = rises(middle)
        if found == 0 or not low < middle < high:
            return middle
        again, rose = turn > 0 and rose == (found > 0), found > 0
        if rose:
            high, at_high, at_low = middle, found, at_low / (2 if again else 1)
        else:
            low, at_low, at_high = middle, found, at_high / (2 if again else 1)
    return (low + high) / 2


def _outwards(log_ratio: Callable[[float], float], slope: float, bend: float, far: float) -> float:
    """Integrate exp(log_ratio(h)) over h from 0 outwards, where it only falls (double exponential rule)."""
    scale, total = 1 / max(slope, math.sqrt(bend)), 0.0
    for point in range(_FIRST, _LAST):
        v = point / _DENSE
        h = scale * math.exp(v - math.exp(-v))
        if h >= far:
            break
        total += math.exp(log_ratio(h)) * h * (1 + math.exp(-v))
    return total / _DENSE


def _binomial(a: float, b: float, x: float, y: float) -> float:
    """Return log of x^a y^b Γ(a+b+1) / (Γ(a+1) Γ(b+1)) without the difference of large logarithms (Loader, 2000)."""
    n = a + b
    gaps = _gap(n) - _gap(a) - _gap(b)
    return gaps - _deviance(a, n * x) - _deviance(b, n * y) + 0.5 * math.log(n / (2 * math.pi * a * b))


def _gap(n: float) -> float:
    """Return what Stirling's formula lacks of log n!."""
    if n < 16:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2 * math.pi)
    m = 1 / (n * n)
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - m / 1188) * m) * m) * m) / n


def _deviance(x: float, mean: float) -> float:
    """Return x log(x / mean) + mean - x."""
    d = (x - mean) / mean
    return mean * ((1 + d) * math.log1p(d) - d) if abs(d) < 0.5 else x * math.log(x / mean) + mean - x


def _beta_fraction(x: float, y: float, a: float, b: float) -> float:
    """Return the lower tail over x^a y^b / B(a, b), by a continued fraction that subtracts nothing (Didonato, 1992)."""
    lean = a * y - b * x + 1
    total = c = _away(a * lean / (a + 1))
    d = 0.0
    for m in range(1, _STEPS):
        odd = a + 2 * m - 1
        over = (a + m - 1) * (a + b + m - 1) * m * (b - m) * x * x / (odd * odd)
        under = m + m * (b - m) * x / odd + (a + m) * (lean + m * (1 + y)) / (a + 2 * m + 1)
        d, c = 1.0 / _away(under + over * d), _away(under + over / c)
        total *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return 1 / total


def _gamma_series(x: float, a: float) -> float:
    """Return the lower tail over x^a e^-x / Γ(a + 1) (DLMF 8.7.1)."""
    term = total = 1.0
    for n in range(1, _STEPS):
        term *= x / (a + n)
        total += term
        if term < total * _CLOSE:
            break
    return total


def _gamma_fraction(x: float, a: float) -> float:
    """Return the upper tail over x^a e^-x / Γ(a), by Lentz's continued fraction (DLMF 8.9.2)."""
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    total = d
    for n in range(1, _STEPS):
        b += 2
        d, c = 1 / _away(n * (a - n) * d + b), _away(b + n * (a - n) / c)
        total *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return total


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
