"""The timeline's pane, and one line of it in full."""

from __future__ import annotations

from gonogo.rules.board import Board, IncidentRow, LogLine
from gonogo.rules.clock import Instant
from gonogo.rules.timeline import some
from gonogo.tui import times
from gonogo.tui.lines import Row, Span, View, pad
from gonogo.tui.panes.gate import wrap

BOTH = 70
"""From this width on a line says UTC too."""


def timeline(board: Board, row: IncidentRow, now: Instant, width: int, actor: str, only: str | None = None) -> View:
    """Everything that happened, or some of it; newest at the bottom."""
    rows: list[Row] = []
    shown = some(row.timeline, only)
    both = width >= BOTH
    for line in shown:
        who = "you" if line.actor == actor else line.actor
        at = line.at.utc.astimezone(times.zone(board.launch.timezone))
        utc = f"{line.at.utc:%H:%M:%S}Z " if both else ""
        head: list[Span] = [(f"{utc}{at:%H:%M:%S} ", "dim"), (pad(who, 9), "text")]
        margin = 18 + len(utc)
        style = "accent" if line.pinned else "bright" if line.kind == "fact" else "text"
        said = ("* " if line.pinned else "") + (f"“{line.text}”" if line.kind == "fact" else line.text)
        for place, part in enumerate(wrap(said, max(10, width - margin))):
            spans = (*head, (part, style)) if place == 0 else ((" " * margin, ""), (part, style))
            rows.append(Row(spans, line.id or None))
    offset = f"UTC{times.offset(now.utc, board.launch.timezone)}"
    part = f"{only}: {len(shown)} of {len(row.timeline)}   " if only else ""
    return View(tuple(rows), part + offset)


def in_full(board: Board, line: LogLine) -> list[Span]:
    """One line with who, both times, and where it comes from."""
    local = line.at.utc.astimezone(times.zone(board.launch.timezone))
    offset = times.offset(line.at.utc, board.launch.timezone)
    return [
        (f"{line.actor}, from the {line.source}" if line.source != "people" else line.actor, "dim"),
        (f"{local:%a %d %b %H:%M:%S} {offset}   {line.at.utc:%Y-%m-%d %H:%M:%S}Z", "dim"),
        ("", ""),
        (line.text, "text"),
    ]
