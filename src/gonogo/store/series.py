"""Checks as a series: raw rows kept 7 days, details of what matters, rollups kept 400 days."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gonogo.rules.probe import Check, Outcome, Probe
from gonogo.rules.uptime import Tally
from gonogo.store import rows

if TYPE_CHECKING:
    from sqlite_utils import Database

RAW_DAYS, ROLLUP_DAYS, DETAILS = 7, 400, 500
_CODES = {Outcome.OK: 0, Outcome.SLOW: 1, Outcome.FAILED: 2, Outcome.UNKNOWN: 3}
_OUTCOMES = {code: outcome for outcome, code in _CODES.items()}

Slot = tuple[int, str, int]
"""Which rollup: the probe's number, its size (`m` five minutes, `h` an hour, `d` a day), its start in seconds UTC."""


@dataclass(frozen=True, slots=True)
class RawCheck:
    """One check as the series keeps it."""

    at_ms: int
    outcome: Outcome
    latency_ms: int | None


def put_probes(db: Database, probes: Iterable[Probe]) -> None:
    """Write the rows of probes."""
    for probe in probes:
        rows.put(db, "probe", rows.encode(probe))


def append(db: Database, numbered: Iterable[tuple[int, Check]]) -> None:
    """Append checks; the details of failures and the newest answers are kept beside them."""
    checks = [(number, at_ms(check), check) for number, check in numbered]
    db.conn.executemany(
        "INSERT OR IGNORE INTO checks (probe, at_ms, outcome, latency_ms, late_ms) VALUES (?, ?, ?, ?, ?)",
        [
            (number, at, _CODES[check.outcome], None if check.latency_s is None else round(check.latency_s * 1000),
             round(check.late_s * 1000) or None)
            for number, at, check in checks
        ],
    )  # fmt: skip
    db.conn.executemany(
        "INSERT OR IGNORE INTO check_detail (probe, at_ms, failure, detail, facts) VALUES (?, ?, ?, ?, ?)",
        [(number, at, check.failure, check.detail, json.dumps(_small(check.facts))) for number, at, check in checks],
    )


def at_ms(check: Check) -> int:
    """Return a check's time in milliseconds UTC."""
    return int(check.at.utc.timestamp() * 1000)


def _small(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a person would ask for; bodies and headers may hold secrets and are left out."""
    return {name: facts[name] for name in ("status", "ip", "url", "cert") if facts.get(name) is not None}


def tail(db: Database, probe: int, count: int) -> list[RawCheck]:
    """Read a probe's newest checks, oldest first."""
    found = db.query(
        "SELECT at_ms, outcome, latency_ms FROM checks WHERE probe = ? ORDER BY at_ms DESC LIMIT ?",
        [probe, count],
    )
    return [RawCheck(row["at_ms"], _OUTCOMES[row["outcome"]], row["latency_ms"]) for row in found][::-1]


def details(db: Database, probe: int, count: int) -> list[dict[str, Any]]:
    """Read the details of a probe's newest checks, newest first."""
    return list(
        db.query(
            "SELECT c.at_ms, c.latency_ms, c.late_ms, c.outcome, d.failure, d.detail, d.facts FROM checks c"
            " LEFT JOIN check_detail d USING (probe, at_ms) WHERE c.probe = ? ORDER BY c.at_ms DESC LIMIT ?",
            [probe, count],
        )
    )


def put_tallies(db: Database, tallies: Mapping[Slot, Tally]) -> None:
    """Write rollups whole, replacing what stood there."""
    db.conn.executemany(
        "INSERT OR REPLACE INTO rollup (probe, span, start_s, up_s, seen_s, checks, failed, missed, latencies)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (*slot, one.up_s, one.seen_s, one.checks, one.failed, one.missed,
             json.dumps(one.latencies, separators=(",", ":")))
            for slot, one in tallies.items()
        ],
    )  # fmt: skip


def tallies_since(db: Database, span: str, start_s: int) -> dict[Slot, Tally]:
    """Read the rollups of a span that start at or after a second."""
    found = db.query("SELECT * FROM rollup WHERE span = ? AND start_s >= ?", [span, start_s])
    return {
        (row["probe"], row["span"], row["start_s"]): Tally(
            row["up_s"], row["seen_s"], row["checks"], row["failed"], row["missed"],
            {int(bucket): count for bucket, count in json.loads(row["latencies"]).items()},
        )
        for row in found
    }  # fmt: skip


def prune(db: Database, now_s: int, limit: int = 5000) -> int:
    """Drop a small step of what is older than it is kept; return how many rows went."""
    old = (now_s - RAW_DAYS * 86_400) * 1000
    before = db.conn.total_changes
    for (probe,) in db.conn.execute("SELECT DISTINCT probe FROM checks").fetchall():
        last = db.conn.execute(
            "SELECT at_ms FROM checks WHERE probe = ? AND at_ms < ? ORDER BY at_ms LIMIT 1 OFFSET ?",
            [probe, old, limit],
        ).fetchone()
        db.conn.execute("DELETE FROM checks WHERE probe = ? AND at_ms < ?", [probe, last[0] if last else old])
        kept = db.conn.execute(
            "SELECT at_ms FROM checks WHERE probe = ? ORDER BY at_ms DESC LIMIT 1 OFFSET ?", [probe, DETAILS]
        ).fetchone()
        db.conn.execute("DELETE FROM check_detail WHERE probe = ? AND at_ms < ?", [probe, last[0] if last else old])
        if kept:
            db.conn.execute(
                "DELETE FROM check_detail WHERE probe = ? AND at_ms < ? AND failure IS NULL", [probe, kept[0]]
            )
    db.conn.execute("DELETE FROM rollup WHERE start_s < ?", [now_s - ROLLUP_DAYS * 86_400])
    db.conn.execute("DELETE FROM rollup WHERE span = 'm' AND start_s < ?", [now_s - 86_400])
    return int(db.conn.total_changes - before)
