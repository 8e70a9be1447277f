"""The poll: how each seat stands, and the evidence of the one that is chosen."""

from __future__ import annotations

from gonogo.rules import words
from gonogo.rules.advance import blockers
from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.poll import SeatRow
from gonogo.rules.verdict import Verdict
from gonogo.tui import glyphs, times
from gonogo.tui.lines import BLANK, Row, Span, View, fit, pad
from gonogo.tui.panes.gate import wrap

STANDING = {
    "go": ("✓ GO", "go"), "no_go": ("✕ NO-GO", "nogo"), "stale": ("↺ revoked", "hold"),
    "expired": ("◔ expired", "hold"), "silent": ("– silent", "dim"),
}  # fmt: skip


def banner(board: Board, now: Instant, width: int) -> Row:
    """Say which poll this is, who called it, and what it comes to."""
    active = board.active
    name = f"{active.phase.position} {active.phase.name}" if active else "no phase"
    glyph, style = glyphs.VERDICT[board.verdict]
    called, who = board.called, "not called yet: P calls it"
    if called:
        who = f"called by {called.called_by} {times.age(now.utc - called.called_at.utc)} ago"
    going = sum(1 for row in board.poll if row.standing == "go")
    right: list[Span] = [(f"{going} of {len(board.poll)} go ", "go" if going == len(board.poll) else "text")]
    if board.sight is not None and not blockers(board.sight, board.poll):
        right += [("  A", "bright"), (" advances ", "dim")]
    left: list[Span] = [
        (" Poll  ", "accent bold"),
        (name, "bright"),
        ("  ", ""),
        (f" {glyph} {board.verdict} ", f"on-{style}"),
    ]
    return fit(width, [*left, (f"  {who}", "dim")], right)


def seats(board: Board, actor: str, now: Instant, width: int) -> View:
    """List the seats: answer, holder, how its evidence looks, until when the answer lives."""
    mine = board.people.get(actor, ())
    rows: list[Row] = []
    for row in board.poll:
        word, style = STANDING[row.standing]
        holders = [name for name, held in board.people.items() if row.seat.key in held]
        who = "you" if row.seat.key in mine else words.some(holders, 2) or "nobody named"
        against = sum(1 for line in row.lines if line.verdict is not Verdict.GO)
        looks: Span = (f"{against} against", "hold") if against else ("all green", "go")
        aside = sum(1 for line in row.lines if line.marked)
        looks = (f"{aside} set aside", "hold") if aside and not against else looks
        looks = looks if row.lines else ("nothing to look at", "dim")
        left: list[Span] = [
            (pad(word, 11), f"{style} bold"),
            (pad(row.seat.name, 11), "bright"),
            (pad(who, 14), "text"),
        ]
        rows.append(fit(width, [*left, looks], [(_life(row, board, now), "dim")], row.seat.key))
        tone = "hold" if row.standing in ("stale", "no_go") else "dim"
        for part in wrap(_said(row), max(10, width - 11)):
            rows.append(fit(width, [("           ", ""), (part, tone)], (), row.seat.key))
    open_ = sum(1 for row in board.poll if row.standing not in ("go", "no_go"))
    return View(tuple(rows), f"{open_} unanswered" if open_ else "all have answered")


def _life(row: SeatRow, board: Board, now: Instant) -> str:
    if row.vote is None or row.standing not in ("go", "no_go"):
        return ""
    return f"until {times.clock(row.vote.until, board.launch.timezone, now.utc)}"


def _said(row: SeatRow) -> str:
    if row.vote is None:
        return ""
    said = row.vote.who + (f": {row.vote.reason}" if row.vote.reason else "")
    return f"{said}; revoked: {row.vote.stale}" if row.vote.stale else said


def evidence(board: Board, key: str | None, width: int) -> View:
    """Say what a seat looks at before it answers, what speaks against going first."""
    row = next((one for one in board.poll if one.seat.key == key), None)
    if row is None:
        return View(())
    rows: list[Row] = []
    if row.seat.evidence:
        rows += [*(Row(((part, "dim"),)) for part in wrap(row.seat.evidence, width)), BLANK]
    for line in sorted(row.lines, key=lambda one: one.verdict is Verdict.GO):
        glyph, style = glyphs.VERDICT[line.verdict]
        for place, part in enumerate(wrap(line.text, max(10, width - 2))):
            rows.append(Row(((f"{glyph} " if place == 0 else "  ", style), (part, "text"))))
    return View(tuple(rows), row.seat.name)


def open_and_green(board: Board, actor: str) -> list[SeatRow]:
    """Return the seats that somebody can answer with one key: green, unanswered, and theirs (or nobody is named)."""
    mine, anybody = board.people.get(actor, ()), not any(board.people.values())
    return [row for row in board.poll if row.green and row.standing != "go" and (anybody or row.seat.key in mine)]
