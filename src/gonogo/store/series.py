"""Checks as a series: raw rows kept 7 days, and the details of what a person would ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gonogo.rules.identity import ADDRESSES, Identity, expiry_s
from gonogo.rules.probe import Cell, Check, CheckDetail, Failure, Outcome, Phases, Probe
from gonogo.rules.uptime import Tally
from gonogo.rules.window import SIZES
from gonogo.store import rollups, rows

if TYPE_CHECKING:
    from sqlite_utils import Database

RAW_DAYS, ROLLUP_DAYS, DETAILS = 7, 400, 500
_CODES = {Outcome.OK: 0, Outcome.SLOW: 1, Outcome.FAILED: 2, Outcome.UNKNOWN: 3}
_OUTCOMES = {code: outcome for outcome, code in _CODES.items()}
_EXCLUDED = 4
"""Added to the code of a check that was asked in maintenance."""
INSERT = "INSERT OR IGNORE INTO checks (probe, at_ms, outcome, latency_ms, late_ms) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class RawCheck:
    """One check as the series keeps it."""

    at_ms: int
    outcome: Outcome
    latency_ms: int | None
    excluded: bool = False


def put_probes(db: Database, probes: Iterable[Probe]) -> None:
    """Write the rows of probes whole."""
    for probe in probes:
        rows.put(db, "probe", rows.encode(probe))


def append(db: Database, numbered: Iterable[tuple[int, Check]]) -> None:
    """Append checks with their details; those of failures and changes are marked to be kept longer."""
    raw, details = [], []
    for number, check in numbered:
        at = at_ms(check)
        code = _CODES[check.outcome] + (_EXCLUDED if check.excluded else 0)
        latency = None if check.latency_s is None else round(check.latency_s * 1000)
        raw.append((number, at, code, latency, round(check.late_s * 1000) or None))
        details.append(_detail_row(number, at, check))
    db.conn.executemany(INSERT, raw)
    db.conn.executemany(
        "INSERT OR IGNORE INTO check_detail (probe, kept, at_ms, missed, dns_us, connect_us, tls_us, first_us,"
        " transfer_us, ip, url, cert_s, failure, detail, changed, excerpt)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        details,
    )


def _detail_row(number: int, at: int, check: Check) -> tuple[Any, ...]:
    """Keep what a person would ask for; bodies and headers may hold secrets and are left out."""
    facts, phases = check.facts, check.phases
    kept = check.failure is not None or bool(check.changed)
    return (
        number, int(kept), at, check.missed or None, _us(phases.dns), _us(phases.connect), _us(phases.tls),
        _us(phases.first_byte), _us(phases.transfer), _words(facts.get("ip")), _words(facts.get("url")),
        expiry_s(check),
        check.failure, check.detail or None, check.changed or None, check.excerpt or None,
    )  # fmt: skip


def _words(fact: object) -> str | None:
    return None if fact is None else str(fact)[:200]


def _us(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1_000_000)


def at_ms(check: Check) -> int:
    """Return a check's time in milliseconds UTC."""
    return int(check.at.utc.timestamp() * 1000)


def tail(db: Database, probe: int, count: int) -> list[RawCheck]:
    """Read a probe's newest checks, oldest first."""
    found = db.conn.execute(
        "SELECT at_ms, outcome, latency_ms FROM checks WHERE probe = ? ORDER BY at_ms DESC LIMIT ?", [probe, count]
    ).fetchall()
    return [RawCheck(at, _OUTCOMES[code % _EXCLUDED], took, code >= _EXCLUDED) for at, code, took in found[::-1]]


def identity(db: Database, probe: int) -> Identity:
    """Read who answered the last checks of a probe."""
    addresses = db.conn.execute(
        "SELECT ip FROM check_detail WHERE probe = ? AND ip IS NOT NULL GROUP BY ip ORDER BY max(at_ms) DESC LIMIT ?",
        [probe, ADDRESSES],
    ).fetchall()
    expiry = db.conn.execute(
        "SELECT cert_s FROM check_detail WHERE probe = ? AND cert_s IS NOT NULL ORDER BY at_ms DESC LIMIT 1", [probe]
    ).fetchone()
    return Identity.of((ip for (ip,) in reversed(addresses)), expiry[0] if expiry else None)


def details(db: Database, probe: int, count: int) -> list[CheckDetail]:
    """Read a probe's newest checks with their details, newest first."""
    found = db.query(
        "SELECT c.at_ms AS checked_ms, c.outcome, c.latency_ms, c.late_ms, d.* FROM checks c LEFT JOIN check_detail d"
        " ON d.probe = c.probe AND d.kept IN (0, 1) AND d.at_ms = c.at_ms"
        " WHERE c.probe = ? ORDER BY c.at_ms DESC LIMIT ?",
        [probe, count],
    )
    return [_detail(row) for row in found]


def _detail(row: dict[str, Any]) -> CheckDetail:
    parts = ("dns_us", "connect_us", "tls_us", "first_us", "transfer_us")
    return CheckDetail(
        at=datetime.fromtimestamp(row["checked_ms"] / 1000, UTC),
        outcome=_OUTCOMES[row["outcome"] % _EXCLUDED],
        excluded=row["outcome"] >= _EXCLUDED,
        latency_ms=row["latency_ms"],
        late_ms=row["late_ms"] or 0,
        missed=row["missed"] or 0,
        phases=Phases(*(None if row[part] is None else row[part] / 1_000_000 for part in parts)),
        ip=row["ip"],
        url=row["url"],
        cert_expires=None if row["cert_s"] is None else datetime.fromtimestamp(row["cert_s"], UTC),
        failure=Failure(row["failure"]) if row["failure"] else None,
        detail=row["detail"] or "",
        changed=row["changed"] or "",
        excerpt=row["excerpt"] or "",
    )


# A history strip ------------------------------------------------------------------------------


def strip(db: Database, probe: int, since_ms: int, until_ms: int, cells: int) -> list[Cell]:
    """Read a probe's history in so many cells, oldest first; from rollups where a cell is wide enough for one."""
    width = (until_ms - since_ms) / cells
    span = next((span for span in ("d", "h", "m") if SIZES[span] * 1000 <= width), None)
    if span is None:
        return _raw_strip(db, probe, since_ms, until_ms, cells)
    sums = [Tally() for _ in range(cells)]
    for start, tally in rollups.of_probe(db, probe, span, since_ms // 1000, until_ms // 1000):
        place = int((start * 1000 - since_ms) / width)
        if 0 <= place < cells:
            sums[place].add(tally)
    return [_cell(one) for one in sums]


def _cell(tally: Tally) -> Cell:
    up = tally.up_us / tally.seen_us if tally.seen_us else None
    worst = Outcome.FAILED if tally.failed else Outcome.SLOW if tally.slow else Outcome.OK if tally.checks else None
    return Cell(up, worst, tally.excluded_us > 0)


def _raw_strip(db: Database, probe: int, since_ms: int, until_ms: int, cells: int) -> list[Cell]:
    found = db.conn.execute(
        "SELECT (at_ms - ?) * ? / ?, max(CASE WHEN outcome < 3 THEN outcome END), sum(outcome < 2),"
        " sum(outcome < 3), sum(outcome > 3) FROM checks WHERE probe = ? AND at_ms >= ? AND at_ms < ? GROUP BY 1",
        [since_ms, cells, until_ms - since_ms, probe, since_ms, until_ms],
    ).fetchall()
    made = [Cell()] * cells
    for place, worst, up, seen, excluded in found:
        made[place] = Cell(up / seen if seen else None, None if worst is None else _OUTCOMES[worst], excluded > 0)
    return made


# What is old ----------------------------------------------------------------------------------


def prune(db: Database, probe: int, now_s: int, limit: int) -> int:
    """Drop at most about so many of a probe's checks and details that are older than they are kept; count them."""
    old = (now_s - RAW_DAYS * 86_400) * 1000
    newest = db.conn.execute(
        "SELECT at_ms FROM checks WHERE probe = ? ORDER BY at_ms DESC LIMIT 1 OFFSET ?", [probe, DETAILS - 1]
    ).fetchone()
    passing = max(old, newest[0]) if newest else old
    gone = _drop(db, "checks", "probe = ?", [probe], old, limit)
    gone += _drop(db, "check_detail", "probe = ? AND kept = 0", [probe], passing, limit)
    return gone + _drop(db, "check_detail", "probe = ? AND kept = 1", [probe], old, limit)


def _drop(db: Database, table: str, where: str, given: list[int], before: int, limit: int) -> int:
    last = db.conn.execute(
        f"SELECT at_ms FROM {table} WHERE {where} AND at_ms < ? ORDER BY at_ms LIMIT 1 OFFSET ?",
        [*given, before, limit],
    ).fetchone()
    return db.conn.execute(
        f"DELETE FROM {table} WHERE {where} AND at_ms < ?", [*given, last[0] if last else before]
    ).rowcount


def next_probe(db: Database, after: int) -> int | None:
    """Return the next number under which there are checks, also of a probe that is in no config any more."""
    found = db.conn.execute("SELECT min(probe) FROM checks WHERE probe > ?", [after]).fetchone()[0]
    kept = db.conn.execute("SELECT min(probe) FROM check_detail WHERE probe > ?", [after]).fetchone()[0]
    return min((one for one in (found, kept) if one is not None), default=None)
