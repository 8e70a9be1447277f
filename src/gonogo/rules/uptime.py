"""Uptime and latency over windows: time-weighted, with coverage, from mergeable tallies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gonogo.rules.probe import Outcome, Window

HOUR_S, DAY_S = 3600, 86_400
WINDOWS = {"1h": HOUR_S, "24h": DAY_S, "7d": 7 * DAY_S, "30d": 30 * DAY_S}
_STEP = math.log(1.1)
GAP = 1.5
"""A check speaks for at most so many intervals before it; the rest of a longer gap is not observed."""


@dataclass(slots=True)
class Tally:
    """What was seen in one span: seconds, counts, and a histogram of latencies of successes.

    Histogram buckets are 10% wide: bucket b holds latencies from 1.1^b to 1.1^(b+1) ms,
    so a percentile is right within 5%.
    """

    up_s: float = 0.0
    seen_s: float = 0.0
    checks: int = 0
    failed: int = 0
    missed: int = 0
    latencies: dict[int, int] = field(default_factory=dict)

    def add(self, outcome: Outcome, spoken_s: float, latency_s: float | None, missed: int = 0) -> None:
        """Count one check that speaks for `spoken_s` seconds; an unknown one observed nothing."""
        self.missed += missed
        if outcome is Outcome.UNKNOWN:
            return
        self.checks += 1
        self.seen_s += spoken_s
        if outcome is Outcome.FAILED:
            self.failed += 1
            return
        self.up_s += spoken_s
        if latency_s is not None:
            bucket = bucket_of(latency_s)
            self.latencies[bucket] = self.latencies.get(bucket, 0) + 1


def bucket_of(latency_s: float) -> int:
    """Return the histogram bucket of a latency."""
    return max(0, math.floor(math.log(max(1.0, latency_s * 1000)) / _STEP))


def merge(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up."""
    total = Tally()
    for one in tallies:
        total.up_s += one.up_s
        total.seen_s += one.seen_s
        total.checks += one.checks
        total.failed += one.failed
        total.missed += one.missed
        for bucket, count in one.latencies.items():
            total.latencies[bucket] = total.latencies.get(bucket, 0) + count
    return total


def percentile(latencies: Mapping[int, int], share: float) -> float | None:
    """Return the latency in seconds below which that share of successes lies, or nothing."""
    total = sum(latencies.values())
    if not total:
        return None
    wanted, seen = share * total, 0
    for bucket in sorted(latencies):
        seen += latencies[bucket]
        if seen >= wanted:
            return math.exp((bucket + 0.5) * _STEP) / 1000
    return None


def window(tally: Tally, span_s: float) -> Window:
    """Say what a tally means over a span; without observed time there is no uptime."""
    return Window(
        uptime=tally.up_s / tally.seen_s if tally.seen_s else None,
        coverage=min(1.0, tally.seen_s / span_s) if span_s else 0.0,
        checks=tally.checks,
        p50_s=percentile(tally.latencies, 0.50),
        p95_s=percentile(tally.latencies, 0.95),
        p99_s=percentile(tally.latencies, 0.99),
        error_rate=tally.failed / tally.checks if tally.checks else None,
    )


def spoken(since_last_s: float | None, every_s: float) -> float:
    """Return for how many seconds a check speaks: the time since the last one, capped."""
    return every_s if since_last_s is None else max(0.0, min(since_last_s, GAP * every_s))
