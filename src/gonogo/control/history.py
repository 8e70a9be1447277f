"""What the board does not hold of a probe: its newest checks, its history as a strip, and the deploys beside it."""

from __future__ import annotations

from datetime import datetime, timedelta

from gonogo.rules.probe import Cell, CheckDetail, Probe
from gonogo.store import evidence, series
from gonogo.store.store import Store

CHECKS = 200


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
