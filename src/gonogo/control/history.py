"""What the board does not hold: a probe's newest checks and its strip, and the facts that a reading is made of."""

from __future__ import annotations

from datetime import datetime, timedelta

from gonogo.rules import why
from gonogo.rules.board import Board, LogLine
from gonogo.rules.logged import what
from gonogo.rules.probe import Cell, CheckDetail, Probe
from gonogo.store import evidence, journal, logged, series
from gonogo.store.store import Store

CHECKS = 200
MOST_GROUNDS = 30


def read_history(
    store: Store, probe: Probe, now: datetime, span_s: int, cells: int
) -> tuple[tuple[Cell, ...], tuple[CheckDetail, ...], tuple[datetime, ...]]:
    """Read the strip over a span, the newest checks, and when a build of its environment went out."""
    until = int(now.timestamp() * 1000)
    with store.reading() as db:
        strip = series.strip(db, probe.number, until - span_s * 1000, until, cells)
        checks = series.details(db, probe.number, CHECKS)
        deploys = [
            fact.at.utc
            for fact in evidence.read(db, ["deploy"])
            if fact.data.get("environment", "production") == probe.environment
            and fact.at.utc > now - timedelta(seconds=span_s)
        ]
    return tuple(strip), tuple(checks), tuple(deploys)


def grounds(store: Store, reading: str, board: Board) -> tuple[LogLine, ...]:
    """Return what a reading of the active phase is made of as it stands now, newest first; what is void is not."""
    kind = why.kind_of(reading)
    if kind is None or board.active is None:
        return ()
    found = logged.counted(store.db, kind, board.active.phase.started_at, MOST_GROUNDS)
    return tuple(LogLine(row.at, row.actor, f"{row.name}  {what(row)}", "fact") for row in found)


def ahead(store: Store, actor: str) -> tuple[str, str]:
    """Return what the next undo and the next redo of somebody are about."""
    return journal.ahead(store.db, actor)
