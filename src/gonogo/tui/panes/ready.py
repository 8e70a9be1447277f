"""What must always be ready, and why it is or is not."""

from __future__ import annotations

from gonogo.rules import ready_words
from gonogo.rules.board import Board, ReadyRow
from gonogo.rules.clock import Instant
from gonogo.tui import glyphs
from gonogo.tui.lines import BLANK, Row, Span, View, fit, pad
from gonogo.tui.panes.gate import wrap

_LABEL = 10


def view(board: Board, now: Instant, width: int, *, looks: bool = False) -> View:
    """List the readiness targets; one that was never set up says which key does it."""
    rows = []
    for row in board.ready:
        glyph, style = glyphs.READY[row.state]
        if row.state == "not_set_up":
            said: list[Span] = [(row.said or ("never looked at" if looks else "not set up: space"), "dim")]
        else:
            said = [(ready_words.marked(row, now.utc), "dim" if row.state == "ready" else style)]
        name = "dim" if row.state == "not_set_up" else "text" if row.state == "ready" else "bright"
        rows.append(fit(width, [(f"{glyph} ", style), (pad(row.target.name, 11), name), *said], (), row.target.key))
    good = sum(1 for row in board.ready if row.state == "ready")
    return View(tuple(rows), f"{good} of {len(board.ready)}" if board.ready else "")


def explain(board: Board, key: str, width: int, *, looks: bool = False) -> list[Row]:
    """Say a readiness target in full: what is looked at, the facts, since when and until when, how it is renewed."""
    row = next(one for one in board.ready if one.target.key == key)
    glyph, style = glyphs.READY[row.state]
    lines = [Row(((f"{glyph} ", style), (row.target.name, "bright"))), BLANK]
    return lines + _lines(row, board, width, looks=looks)


def _lines(row: ReadyRow, board: Board, width: int, *, looks: bool) -> list[Row]:
    lines, before = [], ""
    for label, said in ready_words.explained(row, board.at.utc, board.launch.timezone):
        if looks and label in ("renew", ""):
            continue
        for place, part in enumerate(wrap(said, max(20, width - _LABEL))):
            shown = label if place == 0 and label != before else ""
            lines.append(Row(((pad(shown, _LABEL), "dim"), (part, "text"))))
        before = label
    return lines
