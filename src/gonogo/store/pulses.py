"""What checks change of the rows of probes: written in place, and read back only where it changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from gonogo.rules.clock import Instant
from gonogo.rules.probe import Failure, Pulse

if TYPE_CHECKING:
    from sqlite_utils import Database

_HOT = (
    "health", "since", "recent", "spark", "checked_at", "latency_ms", "failure", "detail", "passes", "settled_at",
)  # fmt: skip
_SET = ", ".join(f"{name} = ?" for name in (*_HOT, "seq"))
_encode = json.JSONEncoder(separators=(",", ":")).encode


def put(db: Database, pulses: Iterable[Pulse]) -> None:
    """Write pulses; each row gets the number that this change of the part “pulse” will have."""
    (seq,) = db.conn.execute("SELECT n + 1 FROM revision WHERE part = 'pulse'").fetchone()
    same, fresh = [], []
    for one in pulses:
        checked = _stamp(one.checked_at)
        settled = checked if one.settled_at is one.checked_at else _stamp(one.settled_at)
        row = (
            one.health, _stamp(one.since), one.recent, f"[{','.join(map(str, one.spark))}]", checked, one.latency_ms,
            one.failure, one.detail, one.passes, settled, seq,
        )  # fmt: skip
        if one.windows is None:
            same.append((*row, one.number))
        else:
            fresh.append((*row, _encode(one.windows), seq, one.number))
    db.conn.executemany(f"UPDATE probe SET {_SET} WHERE number = ?", same)
    db.conn.executemany(f"UPDATE probe SET {_SET}, windows = ?, windows_seq = ? WHERE number = ?", fresh)


def _stamp(at: Instant | None) -> str | None:
    return None if at is None else at.encode()


def read_after(db: Database, seq: int) -> list[tuple[int, Mapping[str, Any]]]:
    """Read the numbers of the probes whose pulse changed after a change of that number, and what it is now."""
    found = db.conn.execute(
        f"SELECT number, {', '.join(_HOT)}, CASE WHEN windows_seq > ? THEN windows END FROM probe WHERE seq > ?",
        [seq, seq],
    )
    return [(row[0], _decoded(row)) for row in found]


def _decoded(row: tuple[Any, ...]) -> Mapping[str, Any]:
    _, health, since, recent, spark, checked, latency, failure, detail, passes, settled, windows = row
    checked_at = _instant(checked)
    hot = {
        "health": health, "since": _instant(since), "recent": recent, "spark": tuple(from_json(spark)),
        "checked_at": checked_at, "latency_ms": latency, "failure": Failure(failure) if failure else None,
        "detail": detail, "passes": passes, "settled_at": checked_at if settled == checked else _instant(settled),
    }  # fmt: skip
    return hot if windows is None else {**hot, "windows": from_json(windows)}


def _instant(text: str | None) -> Instant | None:
    return None if text is None else Instant.decode(text)
