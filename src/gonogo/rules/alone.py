"""Probes that are left alone: paused, in maintenance, or not asked in this phase; the same words on every face."""

from __future__ import annotations

from datetime import tzinfo
from typing import Literal

from gonogo.rules.board import Board
from gonogo.rules.probe import Probe

Alone = Literal["", "pause", "maintenance", "phase"]


def alone(probe: Probe, board: Board) -> Alone:
    """Return how a probe is left alone; a pause is known here before the watch has taken it over."""
    if pause := board.pauses.get(probe.name):
        return pause.kind
    during = () if probe.counts else board.during.get(probe.name, ())
    return "phase" if during and _phase(board) not in during else ""


def why_alone(probe: Probe, board: Board, zone: tzinfo) -> str:
    """Say why a probe is not asked, or counts for nothing; empty where it is asked and counts."""
    if pause := board.pauses.get(probe.name):
        return pause.said(pause.until.utc.astimezone(zone))
    if alone(probe, board) == "phase":
        phase = _phase(board)
        where = f"in phase {phase}" if phase else "before a phase has begun"
        return f"not asked {where} (during = {', '.join(board.during[probe.name])})"
    return "" if probe.counts else "left alone until the watch takes over that it counts again"


def _phase(board: Board) -> str | None:
    return board.active.phase.key if board.active else None
