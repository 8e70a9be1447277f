"""Rollups: packed tallies of five minutes, an hour and a day, for each probe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gonogo.rules.ledger import Slots
from gonogo.rules.uptime import Tally, merge_packed
from gonogo.rules.window import DAY_S, HOUR_S, SIZES, ranges, up_to

if TYPE_CHECKING:
    from sqlite_utils import Database

_END = 2**62
Stored = tuple[int, str, int, bytes]
"""A rollup: the probe's number, the slot's size (`m`, `h`, `d`), its start in seconds UTC, and the packed tally."""


def put(db: Database, tallies: Iterable[Stored]) -> None:
    """Write rollups whole, replacing what stood there."""
    db.conn.executemany("INSERT OR REPLACE INTO rollup (probe, span, start_s, tally) VALUES (?, ?, ?, ?)", tallies)


def reached(db: Database, now_s: int, phase_s: int | None) -> dict[int, Slots]:
    """Read the rollups that some window of this moment, or of the days to come, is made of, by the probe's number."""
    phase = now_s if phase_s is None else phase_s
    hour, day = up_to(phase, HOUR_S), up_to(phase, DAY_S)
    recent = {"m": now_s - 2 * HOUR_S, "h": now_s - 8 * DAY_S, "d": min(phase, now_s - 31 * DAY_S)}
    parts = [(span, first, _END) for span, first in recent.items()]
    parts += [("m", phase, min(hour, recent["m"])), ("h", hour, min(day, recent["h"]))]  # where the phase began
    found: dict[int, dict[str, dict[int, bytes]]] = {}
    for span, first, stop in parts:
        for number, start, packed in _between(db, span, first, stop):
            slots = found.get(number)
            if slots is None:
                slots = found[number] = {size: {} for size in SIZES}
            slots[span][start] = packed
    return {**found}


def _between(db: Database, span: str, first: int, stop: int) -> Iterator[tuple[int, int, bytes]]:
    return db.conn.execute(
        "SELECT probe, start_s, tally FROM rollup WHERE span = ? AND start_s >= ? AND start_s < ?", [span, first, stop]
    )


def total(db: Database, start_s: int, end_s: int) -> dict[int, Tally]:
    """Add up all that was seen of each probe between two seconds."""
    found: dict[int, list[bytes]] = {}
    for span, first, stop in ranges(start_s, end_s):
        for number, _, packed in _between(db, span, first, stop):
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


def most_asked(db: Database, limit: int) -> list[int]:
    """Return the numbers of the probes that are asked most often, those of the config in front."""
    found = db.conn.execute("SELECT number FROM probe ORDER BY gone, every_s, number LIMIT ?", [limit])
    return [number for (number,) in found]


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
