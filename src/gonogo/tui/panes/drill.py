"""Drills on a page: what each came to, the newest with its ladder. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from gonogo.rules.board import Board
from gonogo.rules.drill import Drill, said_of
from gonogo.rules.incident import Incident
from gonogo.tui import glyphs, times
from gonogo.tui.lines import BLANK, Row, fit
from gonogo.tui.panes.gate import wrap

_STYLES = {"scored": "bright", None: "guard"}
NEVER = "No drill yet; `drill` in the commands (:) begins one."


def page(board: Board, width: int) -> list[Row]:
    """Say what each drill came to, the newest first."""
    labels = {one.id: one for one in (*board.resolved, *(row.incident for row in board.incidents))}
    found = [(labels[one.id], one) for one in board.drills if one.id in labels]
    rows = [row for incident, one in found for row in (*_drill(board, incident, one, width), BLANK)]
    return rows or [Row(((NEVER, "dim"),))]


def _drill(board: Board, incident: Incident, one: Drill, width: int) -> Sequence[Row]:
    at = times.clock(incident.detected_at.utc, board.launch.timezone, board.at.utc)
    head = f"{glyphs.DRILL} DRILL {incident.label}  {one.probe}, {one.detail}"
    said = said_of(one)
    points = said.split(": ", 1)[1].split("; ") if one.outcome == "scored" else []
    lines = [
        part for text in ([said.split(": ", 1)[0], *points] if points else [said]) for part in wrap(text, width - 2)
    ]
    style = _STYLES.get(one.outcome, "dim")
    return [
        fit(width, [(head, "guard bold")], [(f"{incident.opened_by}, {at}", "dim")]),
        *(Row(((f"  {part}", _late(part) or style),)) for part in lines),
    ]


def _late(part: str) -> str:
    """Return the style of what was late or left out."""
    bad = " late by " in part or part.startswith(("not ", "never ", "customers not ")) or part.endswith(" skipped")
    return "hold" if bad else ""
