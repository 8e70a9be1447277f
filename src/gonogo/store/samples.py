"""Metrics and their samples: each answer for a week, and from then on one for each hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gonogo.rules.measured import Folded, Sample, Series
from gonogo.rules.metric_config import Kind
from gonogo.rules.window import DAY_S, HOUR_S

if TYPE_CHECKING:
    from sqlite_utils import Database

RAW_DAYS, HOURLY_DAYS, HOURS_A_STEP = 7, 400, 200
_COLUMNS = "seq, metric, at_ms, value, of_n, error, anew, moved, resets, seen_ms, area"


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric as the watch has taken it over; its number stays through renames."""

    number: int
    name: str
    kind: Kind
    source: str
    every_s: float
    adds: bool
    question: str
    """What is asked and what the answer means, as a digest: another one begins the series anew."""
    gone: bool = False


def metrics(db: Database) -> list[MetricRow]:
    """Read all metrics that ever were."""
    found = db.query("SELECT * FROM metric ORDER BY number")
    return [MetricRow(**{**row, "adds": bool(row["adds"]), "gone": bool(row["gone"])}) for row in found]


def keep(db: Database, rows: Iterable[MetricRow]) -> None:
    """Write metrics whole."""
    db.conn.executemany(
        "INSERT OR REPLACE INTO metric (number, name, kind, source, every_s, adds, question, gone)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(one.number, one.name, one.kind, one.source, one.every_s, int(one.adds), one.question, int(one.gone))
         for one in rows],
    )  # fmt: skip


def append(db: Database, named: Iterable[tuple[str, Sample]]) -> int:
    """Append samples by the name of their metric, if there is one; return how many were new."""
    numbers = {one.name: one.number for one in metrics(db) if not one.gone}
    return _insert(db, [(numbers[name], sample) for name, sample in named if name in numbers])


def begin_anew(db: Database, number: int, at_ms: int) -> None:
    """Mark that from an instant on something else is asked."""
    _insert(db, [(number, Sample(at_ms, anew=True))])


def _insert(db: Database, numbered: Iterable[tuple[int, Sample]]) -> int:
    before = db.conn.total_changes
    db.conn.executemany(
        "INSERT OR IGNORE INTO sample (metric, at_ms, value, of_n, error, anew, moved, resets, seen_ms, area)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(number, one.at_ms, one.value, one.of, one.error or None, int(one.anew), *_folded(one.folded))
         for number, one in numbered],
    )  # fmt: skip
    return int(db.conn.total_changes - before)


def _folded(one: Folded | None) -> tuple[Any, ...]:
    return (None,) * 4 if one is None else (one.moved, one.resets, one.seen_ms, one.area)


def read_after(db: Database, seq: int = 0) -> tuple[int, list[tuple[int, Sample]]]:
    """Read the samples that were appended after a number, by their metric's, and the number of the last."""
    rows = db.conn.execute(f"SELECT {_COLUMNS} FROM sample WHERE seq > ? ORDER BY metric, at_ms", [seq]).fetchall()
    return max((row[0] for row in rows), default=seq), [(row[1], _sample(row)) for row in rows]


def _sample(row: Sequence[Any]) -> Sample:
    _, _, at_ms, value, of, error, anew, moved, resets, seen_ms, area = row
    folded = None if moved is None else Folded(moved, resets, seen_ms, area)
    return Sample(at_ms, value, of, error or "", bool(anew), folded)


def prune(db: Database, now_s: int, kept: Iterable[tuple[int, int]] = ()) -> bool:
    """Fold a step's worth of old hours into one sample each; return whether there is more to do.

    What lies in spans of seconds that are kept, such as the hours in which phases began, stays as it is.
    """
    old_ms = (now_s - now_s % HOUR_S - RAW_DAYS * DAY_S) * 1000
    db.conn.execute("DELETE FROM sample WHERE at_ms < ?", [(now_s - HOURLY_DAYS * DAY_S) * 1000])
    db.conn.execute("DELETE FROM sample WHERE at_ms < ? AND error IS NOT NULL", [old_ms])
    spare = "".join(f" AND NOT (at_ms >= {int(a) * 1000} AND at_ms < {int(b) * 1000})" for a, b in kept)
    hours = db.conn.execute(
        "SELECT metric, at_ms / 3600000 AS hour FROM sample WHERE at_ms < ? AND moved IS NULL AND anew = 0"
        f"{spare} GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?", [old_ms, HOURS_A_STEP],
    ).fetchall()  # fmt: skip
    rows = {one.number: one for one in metrics(db)}
    for number, hour in hours:
        _fold(db, rows[number], hour * HOUR_S * 1000)
    return len(hours) == HOURS_A_STEP


def _fold(db: Database, metric: MetricRow, first_ms: int) -> None:
    """Put one sample in place of those of an hour, with what happened since the one before them."""
    stop_ms = first_ms + HOUR_S * 1000
    before = db.conn.execute(
        "SELECT max(at_ms) FROM sample WHERE metric = ? AND at_ms < ? AND error IS NULL AND anew = 0",
        [metric.number, first_ms],
    ).fetchone()[0]
    rows = db.conn.execute(
        f"SELECT {_COLUMNS} FROM sample WHERE metric = ? AND at_ms >= ? AND at_ms < ?",
        [metric.number, first_ms if before is None else before, stop_ms],
    ).fetchall()
    one = Series(metric.kind, metric.every_s, map(_sample, rows)).fold(first_ms, stop_ms)
    if one is not None:
        db.conn.execute(
            "DELETE FROM sample WHERE metric = ? AND at_ms >= ? AND at_ms < ? AND anew = 0",
            [metric.number, first_ms, stop_ms],
        )
        _insert(db, [(metric.number, one)])
