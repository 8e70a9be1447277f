"""When the evidence will be enough: the chance and the dates of a count, and how much more each kind of proof needs.

What arrives is taken to come by chance at a steady rate, of which the past says Gamma(k + 1/2, exposure).
None always means: there is no honest date.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from gonogo.rules import confidence, tails
from gonogo.rules.confidence import LEVELS

_MOST = 10**9
"""More than this many of anything is never."""
_FAR = timedelta(days=3650)
_MIDDLE = (0.1, 0.5, 0.9)


def chance(needed: int, events: int, exposure_s: float, left_s: float) -> float | None:
    """P(at least `needed` more arrive in `left_s`) after `events` in `exposure_s`: negative binomial.

    None while nothing was observed for any time. Nothing in a week is evidence too: the rate is
    then Gamma(1/2, a week), and the chance a small one.
    """
    if needed <= 0:
        return 1.0
    if exposure_s <= 0:
        return None
    return tails.beta(left_s, exposure_s, needed, events + 0.5)[0]


def quantiles(
    needed: int, events: int, exposure_s: float, probabilities: Sequence[float] = _MIDDLE
) -> tuple[float, ...] | None:
    """Return by how many seconds from now the last of `needed` more has arrived, with each probability.

    None when nothing has arrived yet: how soon would then be the prior's word and nobody's evidence.
    """
    if needed <= 0:
        return (0.0,) * len(probabilities)
    if events <= 0 or exposure_s <= 0:
        return None
    return tuple(exposure_s * _times(needed, events, probability) for probability in probabilities)


@lru_cache(maxsize=1024)
def _times(needed: int, events: int, probability: float) -> float:
    """Return a quantile of the wait over the time so far, Beta-prime(needed, k + 1/2), sought in its logarithm."""
    middle = math.log(needed / (events + 0.5))
    reach = 3 * math.sqrt(1 / needed + 1 / (events + 0.5))

    def short(log: float) -> float:
        return tails.beta(math.exp(log), 1, needed, events + 0.5)[0] - probability

    low, high = middle - reach, middle + reach
    while short(low) > 0:
        low -= reach
    while short(high) < 0:
        high += reach
    return math.exp(tails.crossing(short, low, high))


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a count is reached: as likely before as after `about`, and with 80% from `early` to `late`."""

    now: datetime
    about: datetime
    early: datetime
    late: datetime | None
    """None when that is more than ten years away."""
    per_day: float

    def says(self, timezone: str) -> str:
        """Say it: `at 4.3 a day about Thu 04:00 (80%: Wed 13:00 to Fri 07:00)`."""
        zone = ZoneInfo(timezone)
        about, early = (_when(at, self.now, zone) for at in (self.about, self.early))
        late = _when(self.late, self.now, zone) if self.late else "no end in sight"
        pace = f"{self.per_day:.2g}" if self.per_day < 99.5 else f"{self.per_day:,.0f}"
        return f"at {pace} a day about {about} (80%: {early} to {late})"


def arrival(needed: int, events: int, exposure_s: float, now: datetime) -> Arrival | None:
    """Return when `needed` more have arrived; None when nothing has arrived yet, or it would take ten years."""
    found = quantiles(needed, events, exposure_s)
    if found is None or found[1] > _FAR.total_seconds():
        return None
    early, about = (now + timedelta(seconds=seconds) for seconds in found[:2])
    late = now + timedelta(seconds=found[2]) if found[2] <= _FAR.total_seconds() else None
    return Arrival(now, about, early, late, events * 86_400 / exposure_s if exposure_s > 0 else 0.0)


def _when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    local, away = at.astimezone(zone), at - now
    if away < timedelta(days=6):
        return f"{local:%a %H:%M}"
    return f"{local:%a} {local.day} {local:%b}" if away < timedelta(days=300) else f"{local:%b %Y}"


# How much more ---------------------------------------------------------------------------------


def clean_needed(threshold: float, demanded: float, failures: int = 0) -> int | None:
    """Return how many clean orders, beside `failures`, prove a share of `threshold`; None for a share of all.

    Counted are all clean ones, not those that are still to come: with 20 clean, 44 means 24 more.
    """
    return _least(lambda clean: confidence.beta_above(threshold, clean, failures) >= demanded)


def hours_needed(
    threshold: float, demanded: float, up: float, down: float, window: float | None = None
) -> float | None:
    """Return how many more hours, all of them up, prove an uptime; None when no time would.

    A window forgets: when its hours are not enough beside those that were down, the answer is the
    whole window, after which they have left; and None, when even a clean window proves too little.
    """

    def proves(more: float) -> float:
        return confidence.beta_above(threshold, up + more, down) - demanded

    more = _more(proves, max(1.0, up + down))
    if window is None or more == 0 or (more is not None and up + down + more <= window):
        return more
    return window if confidence.beta_above(threshold, window, 0) >= demanded else None


def exposure_needed(
    threshold: float, demanded: float, events: int, exposure: float, same_rate: bool = False
) -> float | None:
    """Return how much more exposure proves a rate below `threshold`, without another event or at the rate so far.

    None when no time would: the rate so far is not below it. Counted in the unit of the exposure.
    """
    rate = events / exposure if same_rate and exposure > 0 else 0.0
    if rate >= threshold > 0:
        return None
    return _more(
        lambda more: confidence.rate_below(threshold, events + rate * more, exposure + more) - demanded,
        max(exposure, 1e-6),
    )


@dataclass(frozen=True, slots=True)
class Leaves:
    """The event that must leave the window, and the first instant without it."""

    event: datetime
    at: datetime


def passes_again(instants: Sequence[datetime], window_s: float, target: float, now: datetime) -> Leaves | None:
    """Return when a windowed count falls below `target` by itself; None when it is below already, or can never be.

    For `<= n` of whole counts ask for n + 1. Nothing further is assumed to happen.
    """
    window = timedelta(seconds=window_s)
    inside = sorted(at for at in instants if now - window <= at <= now)
    most = math.ceil(target) - 1
    if most < 0 or len(inside) <= most:
        return None
    event = inside[len(inside) - most - 1]
    return Leaves(event, event + window + timedelta.resolution)


def fives_needed(target: float, counts: Sequence[int], demanded: float | None = None) -> int | None:
    """Return how many more ratings, all of them 5, lift the mean above `target`, and how sure when demanded.

    None when no number would: no mean is above 5.
    """
    exact, total = Fraction(str(target)), sum(counts)
    points = sum(level * count for level, count in zip(LEVELS, counts, strict=True))

    def enough(more: int) -> bool:
        return points + 5 * more > exact * (total + more) and (
            demanded is None or confidence.rating_above(target, (*counts[:4], counts[4] + more)) >= demanded
        )

    return _least(enough) if target < LEVELS[-1] else None


def growth_needed(before: int, demanded: float) -> int | None:
    """Return how many in this window, in all, prove that it has grown against `before` in the last."""
    return _least(lambda now: confidence.growth(before, now) >= demanded)


def _least(enough: Callable[[int], bool]) -> int | None:
    """Return the least number that is enough, where every larger one is too."""
    if enough(0):
        return 0
    high = 1
    while not enough(high):
        high *= 2
        if high > _MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _more(proves: Callable[[float], float], first: float) -> float | None:
    """Return the least more with which it is proved (at or above 0), sought from `first` upwards."""
    if proves(0) >= 0:
        return 0.0
    high = first
    while proves(high) < 0:
        high *= 2
        if high > _MOST:
            return None
    return tails.crossing(proves, 0, high)
