"""The phases: how far each is, and what its gate says."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gonogo.rules.board import Board, PhaseRow, SectionRow
from gonogo.rules.clock import Instant
from gonogo.rules.plan import Passage, Phase
from gonogo.tui import glyphs, times
from gonogo.tui.lines import BLANK, Row, Span, View, fit, meter
from gonogo.tui.panes.gate import wrap

_STATE = {
    "upcoming": ("○", "dim"), "active": ("▶", "accent"), "passed": ("✓", "go"), "overridden": ("!", "guard"),
    "stepped_back": ("↩", "hold"),
}  # fmt: skip


def view(board: Board, now: Instant, width: int) -> View:
    """List the phases; the active one with its meter."""
    rows: list[Row] = []
    for row in board.phases:
        rows += _phase(board, row, now, width)
    share = f"{sum(row.done for row in board.phases)} of {sum(row.total for row in board.phases)}"
    return View(tuple(rows), share)


def _phase(board: Board, row: PhaseRow, now: Instant, width: int) -> list[Row]:
    phase = row.phase
    glyph, style = _STATE[phase.state]
    active = phase.state == "active"
    name = "bright" if active else "dim" if phase.state == "upcoming" else "text"
    right: list[Span] = [(_count(row), name)]
    if row.verdict is not None:
        right.append((f"  {row.verdict:>5}", glyphs.VERDICT[row.verdict][1] if active else "dim"))
    else:
        right.append(("      –", "dim"))
    rows = [fit(width, [(f"{glyph} ", style), (f"{phase.position} {phase.name}", name)], right, phase.key)]
    if active:
        done, rest = meter(row.done / row.total if row.total else 0, max(0, width - 4))
        rows.append(Row((("    ", ""), (done, "accent"), (rest, "line")), phase.key))
    elif phase.reason:
        rows.append(fit(width, [(f"    {phase.reason}", style), (f", {phase.ended_by}", "dim")], (), phase.key))
    elif phase.state == "upcoming":
        following = board.active and board.active.phase.position == phase.position - 1
        slipped = board.slipped.get(phase.id)
        if following and slipped:
            earliest = times.clock(slipped, board.launch.timezone, now.utc)
            rows.append(fit(width, [(f"    slips, at the earliest {earliest}", "hold")], (), phase.key))
        elif following and phase.opens > now.utc:
            opens = f"    planned {times.clock(phase.opens, board.launch.timezone, now.utc)}"
            rows.append(fit(width, [(opens, "dim")], (), phase.key))
    return rows


def _carried(board: Board, phase: Phase, width: int) -> list[Row]:
    """Say what the phase before taught: it is what this one begins with."""
    before = [row.phase for row in board.phases if row.phase.position == phase.position - 1]
    said = [f"{one.name} taught: {taught}" for one in before for taught in one.taught]
    return [Row(((part, "accent"),)) for line in said for part in wrap(line, width)]


def _ending(row: PhaseRow, zone: ZoneInfo, width: int) -> list[Row]:
    """Say how each run of a phase ended: by whom, at which verdict, why, and what it taught."""
    lines: list[str] = []
    runs: tuple[Passage | Phase, ...] = (*row.phase.passages, row.phase)
    for run in runs:
        if run.ended_at is None:
            continue
        said = f"{run.state.replace('_', ' ')} {run.ended_at.utc.astimezone(zone):%a %d %b %H:%M}"
        said += f" by {run.ended_by}" if run.ended_by else ""
        said += f" at {run.verdict}" if run.verdict else ""
        lines += [said + (f": {run.reason}" if run.reason else "")]
        lines += [f"taught: {run.retro}"] if run.retro else []
    return [BLANK, *(Row(((part, "text"),)) for line in lines for part in wrap(line, width))] if lines else []


def _count(row: PhaseRow | SectionRow) -> str:
    """Say how much of what is counted is done; nothing where nothing is counted."""
    return f"{row.done}/{row.total}" if row.total else ""


def explain(board: Board, key: str, width: int) -> list[Row]:
    """Say a phase in full: goal, window, what is done and open."""
    row = next(one for one in board.phases if one.phase.key == key)
    zone, phase = times.zone(board.launch.timezone), row.phase
    closes = f" to {phase.closes.astimezone(zone):%a %d %b %H:%M}" if phase.closes else ", open-ended"
    window = f"{phase.opens.astimezone(zone):%a %d %b %H:%M}{closes}, in {phase.environment}"
    lines = [
        Row(((f"{phase.position} {phase.name}", "bright"), (f"   {phase.state}", "dim"))),
        fit(width, [(phase.goal, "text")]),
        fit(width, [(window, "dim")]),
        *_carried(board, phase, width),
        *_ending(row, zone, width),
        BLANK,
    ]
    for section in row.sections:
        lines.append(fit(width, [(section.section.name, "bright")], [(_count(section), "dim")]))
        for item in section.rows:
            glyph, style = glyphs.STANDING[item.state.standing]
            lines.append(fit(width, [(f"  {glyph} ", style), (item.item.text, "text")]))
    return lines
