"""Dropping what is older than it is kept, in steps that hold the write gate for a few milliseconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gonogo.rules.window import DAY_S, HOUR_S, SIZES
from gonogo.store import rollups, samples, series

if TYPE_CHECKING:
    from sqlite_utils import Database

ROWS, PROBES = 1000, 50
"""How many rows a step drops, and how many probes it looks at."""


def step(db: Database, after: int, now_s: int, begun: Iterable[int]) -> int | None:
    """Drop one step's worth, going on after a probe; return after which the next one goes on, or nothing at the end.

    `begun` are the seconds at which phases began: the five minutes of those hours stay as
    long as the hourly rollups, so that a phase is read from its first second on.
    """
    room = ROWS
    for _ in range(PROBES):
        probe = series.next_probe(db, after)
        if probe is None:
            return _rollups(db, after, now_s, begun)
        room -= series.prune(db, probe, now_s, room)
        if room <= 0:
            return after
        after = probe
    return after


def _rollups(db: Database, after: int, now_s: int, begun: Iterable[int]) -> int | None:
    hours = [(second - second % HOUR_S, second - second % HOUR_S + HOUR_S) for second in begun]
    more = samples.prune(db, now_s, hours)
    gone = rollups.prune(db, "m", now_s - series.RAW_DAYS * DAY_S, ROWS, hours)
    gone += sum(rollups.prune(db, span, now_s - series.ROLLUP_DAYS * DAY_S, ROWS) for span in SIZES)
    return after if more or gone >= ROWS else None
