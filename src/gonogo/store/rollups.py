"""Rollups: packed tallies of five minutes, an hour and a day, for each probe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gonogo.rules.uptime import Tally, merge_packed
from gonogo.rules.window import DAY_S, HOUR_S, SIZES, ranges, up_to

if TYPE_CHECKING:
    from sqlite_utils import Database

Stored = tuple[int, str, int, bytes]
"""A rollup: the probe's number, the slot's size (`m`, `h`, `d`), its start in seconds UTC, and the packed tally."""


def put(db: Database, tallies: Iterable[Stored]) -> None:
    """Write rollups whole, replacing what stood there."""
    db.conn.executemany("INSERT OR REPLACE INTO rollup (probe, span, start_s, tally) VALUES (?, ?, ?, ?)", tallies)


def reached(db: Database, now_s: int, phase_s: int | None) -> list[Stored]:
    """Read the rollups that some window of this moment, or of the days to come, is made of."""
    phase = now_s if phase_s is None else phase_s
    hour, day = up_to(phase, HOUR_S), up_to(phase, DAY_S)
    recent = {"m": now_s - 2 * HOUR_S, "h": now_s - 8 * DAY_S, "d": min(phase, now_s - 31 * DAY_S)}
    found: list[Stored] = []
    for span, first in recent.items():
        found += _between(db, span, first, None)
    for span, first, stop in (("m", phase, hour), ("h", hour, day)):  # the edge at which the phase began
        found += _between(db, span, first, min(stop, recent[span]))
    return found


def _between(db: Database, span: str, first: int, stop: int | None) -> list[Stored]:
    end = 2**62 if stop is None else stop
    return db.conn.execute(
        "SELECT probe, span, start_s, tally FROM rollup WHERE span = ? AND start_s >= ? AND start_s < ?",
        [span, first, end],
    ).fetchall()


def total(db: Database, start_s: int, end_s: int) -> dict[int, Tally]:
    """Add up all that was seen of each probe between two seconds."""
    found: dict[int, list[bytes]] = {}
    for span, first, stop in ranges(start_s, end_s):
        for number, _, _, packed in _between(db, span, first, stop):
            found.setdefault(number, []).append(packed)
    return {number: merge_packed(stored) for number, stored in found.items()}


def of_probe(db: Database, number: int, span: str, first: int, stop: int) -> list[tuple[int, Tally]]:
    """Read a probe's rollups of one size that begin at whole slots of a span, oldest first."""
    size = SIZES[span]
    starts = list(range(up_to(first, size), stop, size))
    marks = ", ".join("?" * len(starts))  # each start is one seek; a range would walk through every other probe
    found = db.conn.execute(
        f"SELECT start_s, tally FROM rollup WHERE span = ? AND start_s IN ({marks}) AND probe = ? ORDER BY start_s",
        [span, *starts, number],
    )
    return [(start, Tally.unpack(packed)) for start, packed in found]


def prune(db: Database, span: str, before_s: int, limit: int, kept: Iterable[tuple[int, int]] = ()) -> int:
    """Drop at most so many rollups that begin before a second, except those in spans that are kept; count them."""
    spare = "".join(f" AND NOT (start_s >= {int(first)} AND start_s < {int(stop)})" for first, stop in kept)
    rows = db.conn.execute(
        f"SELECT start_s, probe FROM rollup WHERE span = ? AND start_s < ?{spare} LIMIT ?", [span, before_s, limit]
    ).fetchall()
    db.conn.executemany(
        "DELETE FROM rollup WHERE span = ? AND start_s = ? AND probe = ?", [(span, *row) for row in rows]
    )
    return len(rows)
