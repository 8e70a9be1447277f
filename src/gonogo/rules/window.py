"""Windows: which slots they are made of, and what a tally means over one.

Time is kept in slots of five minutes, an hour and a day of UTC. A window begins at the
first whole slot in it (1h: five minutes, 24h and 7d: an hour, 30d: a day) and runs to now.
The phase's window begins at the second at which the phase began, because the slots of
five minutes are cut there, and those of that hour are kept as long as the hourly ones.
"""

from __future__ import annotations

from gonogo.rules.uptime import US, Tally, percentiles_ms

FIVE_MIN_S, HOUR_S, DAY_S = 300, 3600, 86_400
SIZES = {"m": FIVE_MIN_S, "h": HOUR_S, "d": DAY_S}
"""The rollups and their sizes in seconds."""
WINDOWS = {"1h": (HOUR_S, FIVE_MIN_S), "24h": (DAY_S, HOUR_S), "7d": (7 * DAY_S, HOUR_S), "30d": (30 * DAY_S, DAY_S)}
"""Each window's length, and the slots at which it begins, in seconds."""
OBJECTIVE = 0.99
"""The share of the observed time that should be up; what is left of it is the budget that burns."""
WATCHED = 0.9
"""The share of a window that must be observed for its uptime to stand without saying so."""
GAP = 1.5
"""A check speaks for at most so many intervals before it; the rest of a longer gap is not observed."""

Window = dict[str, float | int | None]
"""What a window says: `uptime`, `coverage` and `error_rate` as shares; `burn_rate`, where 1.0 uses the budget up
exactly; `checks`, `failed`, `slow`, `missed`; `p50_ms`, `p95_ms`, `p99_ms` of successes; `seen_s`, `up_s` and
`excluded_s` in seconds."""
Range = tuple[str, int, int]
"""Slots of one size: all that begin at or after a second and before another."""


def share_seen(window: Window) -> str:
    """Say how much of a window was observed, where that is less than it should be: `1%`, `<1%`; else nothing."""
    coverage = float(window.get("coverage") or 0)
    if coverage >= WATCHED:
        return ""
    return f"{int(coverage * 100)}%" if coverage >= 0.01 else "<1%"


def spoken_us(since_last_us: int | None, every_us: int) -> int:
    """Return for how long a check speaks: the time since the last one, capped; the first for one interval."""
    return every_us if since_last_us is None else max(0, min(since_last_us, int(GAP * every_us)))


def up_to(second: int, size: int) -> int:
    """Return the first multiple of a size that is not before a second."""
    return -(-second // size) * size


def begin_of(name: str, now_s: int) -> int:
    """Return the second at which a window begins."""
    span, size = WINDOWS[name]
    return up_to(now_s - span, size)


def end_of_day(now_s: int) -> int:
    """Return where the windows of a moment end: what was stamped later today, before the clock was set back, counts."""
    return now_s - now_s % DAY_S + DAY_S


def ranges(start_s: int, end_s: int) -> list[Range]:
    """Cut a span into the fewest slots: five minutes up to the hour, hours up to the day, days, and down again."""
    hour, day = min(up_to(start_s, HOUR_S), end_s), min(up_to(start_s, DAY_S), end_s)
    last_hour = max(hour, end_s - end_s % HOUR_S)
    last_day = max(day, end_s - end_s % DAY_S)
    if day == end_s:  # no whole day in it
        last_day = day = max(hour, last_hour)
    if hour == end_s:  # nor a whole hour
        last_hour = last_day = day = hour
    cut = [
        ("m", start_s, hour), ("h", hour, day), ("d", day, last_day), ("h", last_day, last_hour),
        ("m", last_hour, end_s),
    ]  # fmt: skip
    return [one for one in cut if one[1] < one[2]]


def say(tally: Tally, span_s: float, objective: float = OBJECTIVE) -> Window:
    """Say what a tally means over a span; what is excluded is no part of the span, and without time there is no share.

    Coverage is at most all: a clock that was set back lives an hour twice.
    """
    seen, asked_us = tally.seen_us, span_s * US - tally.excluded_us
    uptime = tally.up_us / seen if seen else None
    p50, p95, p99 = percentiles_ms(tally.latencies, 500, 950, 990)
    return {
        "uptime": uptime,
        "coverage": min(1.0, seen / asked_us) if asked_us > 0 else 0.0,
        "checks": tally.checks, "failed": tally.failed, "slow": tally.slow, "missed": tally.missed,
        "p50_ms": p50, "p95_ms": p95, "p99_ms": p99,
        "error_rate": tally.failed / tally.checks if tally.checks else None,
        "burn_rate": (seen - tally.up_us) / seen / (1 - objective) if seen else None,
        "seen_s": seen / US, "up_s": tally.up_us / US, "excluded_s": tally.excluded_us / US,
    }  # fmt: skip
