"""Metrics and their samples: each answer for a week, and from then on one for each hour.

Plain answers also lie packed by the hour on a tape, written in the same transaction: from it a board reads a week.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from math import nan
from operator import itemgetter
from typing import TYPE_CHECKING

from gonogo.rules.measured import Columns, Sample, Series
from gonogo.rules.metric_config import Kind
from gonogo.rules.window import DAY_S, HOUR_S

if TYPE_CHECKING:
    from sqlite_utils import Database

RAW_DAYS, HOURLY_DAYS, HOURS_A_STEP = 7, 400, 5
_HOUR_MS = HOUR_S * 1000
_COLUMNS = "at_ms, value, of_n, coalesce(error, ''), anew, moved, resets, seen_ms, area"


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
    query = (
        "INSERT OR IGNORE INTO sample (metric, at_ms, value, of_n, error, anew, moved, resets, seen_ms, area)"
        " VALUES (?, ?, ?, ?, nullif(?, ''), ?, ?, ?, ?, ?)"
    )
    fresh = [one for one in numbered if db.conn.execute(query, (one[0], *one[1])).rowcount == 1]
    packed: dict[tuple[int, int], array[float]] = {}
    for number, sample in fresh:
        if not (sample.error or sample.anew or sample.moved is not None):
            value, of = nan if sample.value is None else sample.value, -1 if sample.of is None else sample.of
            packed.setdefault((number, sample.at_ms // _HOUR_MS), array("d")).extend((sample.at_ms, value, of))
    db.conn.executemany(
        "INSERT INTO sample_tape (metric, hour, answers) VALUES (?, ?, ?) ON CONFLICT (metric, hour)"
        " DO UPDATE SET answers = CAST(answers || excluded.answers AS BLOB)",
        [(*place, answers.tobytes()) for place, answers in packed.items()],
    )
    return len(fresh)


def read_all(db: Database) -> tuple[int, dict[int, list[Sample]], dict[int, Columns]]:
    """Read all samples: the number of the last, and by their metric's those that are no plain answers, and those."""
    tapes: dict[int, list[bytes]] = {}
    for number, answers in db.conn.execute("SELECT metric, answers FROM sample_tape ORDER BY metric, hour"):
        tapes.setdefault(number, []).append(answers)
    plain = {}
    for number, answers in tapes.items():
        made = array("d", b"".join(answers))
        plain[number] = Columns(array("q", map(int, made[::3])), made[1::3], array("q", map(int, made[2::3])))
    return *_read(db, "moved IS NOT NULL OR anew = 1 OR error IS NOT NULL"), plain


def read_after(db: Database, seq: int = 0) -> tuple[int, dict[int, list[Sample]]]:
    """Read the samples that were appended after a number, by their metric's, and the number of the last."""
    return _read(db, "seq > ?", seq)


def _read(db: Database, where: str, *given: int) -> tuple[int, dict[int, list[Sample]]]:
    found: dict[int, list[Sample]] = {}
    rows = db.conn.execute(f"SELECT metric, {_COLUMNS} FROM sample WHERE {where} ORDER BY seq", given)
    for number, *row in rows:
        found.setdefault(number, []).append(Sample._make(row))
    for samples in found.values():  # they came nearly so; in SQLite that would cost more than all the rest
        samples.sort(key=itemgetter(0))
    (last,) = db.conn.execute("SELECT coalesce(max(seq), 0) FROM sample").fetchone()
    return last, found


def prune(db: Database, now_s: int, kept: Iterable[tuple[int, int]] = ()) -> bool:
    """Fold a few old hours into one sample each; return whether there is more to do.

    What lies in spans of seconds that are kept, such as the hours in which phases began, stays as it is.
    """
    old_ms = (now_s - now_s % HOUR_S - RAW_DAYS * DAY_S) * 1000
    spare = "".join(f" AND NOT (at_ms >= {int(a) * 1000} AND at_ms < {int(b) * 1000})" for a, b in kept)
    rows = {one.number: one for one in metrics(db)}
    for number in rows:
        gone_ms = (now_s - now_s % HOUR_S - HOURLY_DAYS * DAY_S) * 1000
        db.conn.execute("DELETE FROM sample WHERE metric = ? AND at_ms < ?", [number, gone_ms])
        db.conn.execute("DELETE FROM sample_tape WHERE metric = ? AND hour < ?", [number, gone_ms // _HOUR_MS])
    for _ in range(HOURS_A_STEP):
        oldest = db.conn.execute(
            f"SELECT metric, at_ms FROM sample WHERE moved IS NULL AND anew = 0 AND at_ms < ?{spare}"
            " ORDER BY at_ms LIMIT 1", [old_ms],
        ).fetchone()  # fmt: skip
        if oldest is None:
            return False
        _fold(db, rows[oldest[0]], oldest[1] // _HOUR_MS)
    return True


def _fold(db: Database, metric: MetricRow, hour: int) -> None:
    """Put one sample in place of those of an hour, with what happened since the one before them; drop its errors."""
    first_ms, stop_ms = hour * _HOUR_MS, (hour + 1) * _HOUR_MS
    before = db.conn.execute(
        "SELECT max(at_ms) FROM sample WHERE metric = ? AND at_ms < ? AND error IS NULL AND anew = 0",
        [metric.number, first_ms],
    ).fetchone()[0]
    rows = db.conn.execute(
        f"SELECT {_COLUMNS} FROM sample WHERE metric = ? AND at_ms >= ? AND at_ms < ?",
        [metric.number, first_ms if before is None else before, stop_ms],
    ).fetchall()
    one = Series(metric.kind, metric.every_s, map(Sample._make, rows)).fold(first_ms, stop_ms)
    db.conn.execute(
        "DELETE FROM sample WHERE metric = ? AND at_ms >= ? AND at_ms < ? AND anew = 0",
        [metric.number, first_ms, stop_ms],
    )
    db.conn.execute("DELETE FROM sample_tape WHERE metric = ? AND hour = ?", [metric.number, hour])
    if one is not None:
        _insert(db, [(metric.number, one)])
