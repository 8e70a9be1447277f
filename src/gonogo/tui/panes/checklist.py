"""The checklist of the active phase."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.rules.board import Board, ItemRow, PhaseRow, SectionRow
from gonogo.rules.clock import Instant
from gonogo.tui import glyphs, times
from gonogo.tui.lines import BLANK, Row, Span, View, fit
from gonogo.tui.panes.gate import wrap


@dataclass(frozen=True, slots=True)
class Look:
    """How the checklist is looked at: by whom, which phase, what is being moved, and where the cursor is."""

    actor: str
    phase: str | None = None
    moving: str | None = None
    cursor: str | None = None
    height: int = 999
    unfolded: frozenset[str] = frozenset()


def view(board: Board, now: Instant, width: int, look: Look) -> View:
    """List a phase's items by section; where they do not fit, finished sections fold to their headings."""
    phase = next((row for row in board.phases if row.phase.key == look.phase), board.active)
    if phase is None:
        opens = board.launch.opens.astimezone(times.zone(board.launch.timezone))
        return View((fit(width, [(f"The first phase opens {opens:%a %d %b %H:%M}.", "dim")]),))
    rows: list[Row] = []
    if phase is not board.active:
        rows += [fit(width, [(f"{phase.phase.position} {phase.phase.name}, {phase.phase.state}", "guard")]), BLANK]
    whole = [_section(board, section, now, width, look) for section in phase.sections]
    crowded = len(rows) + sum(len(part) + 1 for part in whole) - 1 > look.height
    for section, part in zip(phase.sections, whole, strict=True):
        folds = crowded and _is_folded(section, part, look)
        rows += [_heading(section, width, folded=True), BLANK] if folds else [*part, BLANK]
    due = sum(1 for row in phase.rows if row.state.standing in ("due", "overdue"))
    return View(tuple(rows[:-1]), f"{phase.done} of {phase.total}" + (f"   {due} due" if due else ""))


def _is_folded(section: SectionRow, part: list[Row], look: Look) -> bool:
    """A finished section folds, unless it was opened or the cursor is in it."""
    open_still = any(not row.state.settled and not row.item.optional for row in section.rows)  # counted or not
    if open_still or section.section.id in look.unfolded:
        return False
    return look.cursor is None or all(row.key != look.cursor for row in part[1:])


def _heading(section: SectionRow, width: int, *, folded: bool = False) -> Row:
    full = section.total > 0 and section.done == section.total
    name = f"▸ {section.section.name}" if folded else section.section.name
    count = f"{section.done}/{section.total}" if section.total else ""
    return fit(width, [(name, "dim" if full else "bright")], [(count, "dim")], f"section:{section.section.id}")


def _section(board: Board, section: SectionRow, now: Instant, width: int, look: Look) -> list[Row]:
    rows = [_heading(section, width)]
    for row in section.rows:
        rows += _item(board, row, now, width, look.actor, look.moving)
    return rows


def _item(board: Board, row: ItemRow, now: Instant, width: int, actor: str, moving: str | None) -> list[Row]:
    item, state, key = row.item, row.state, f"item:{row.item.id}"
    glyph, style = _glyph(row)
    if moving == item.id:
        glyph, style = "↕", "accent"
    text = "dim" if state.settled else "bright" if state.standing in ("due", "overdue", "broken") else "text"
    right: list[Span] = []
    if state.wanted_today:
        right.append(
            (
                f"{min(state.today, state.wanted_today)} of {state.wanted_today} today",
                "text" if not state.settled else "dim",
            )
        )
    elif item.kind == "guard" and state.settled and state.standing == "done":
        right += [("true ", "guard"), (_who(row, now, actor, who=False), "dim")]
    elif row.tick:
        right.append((_who(row, now, actor), "dim"))
    elif item.when:
        right.append((item.when, "dim"))
    elif item.optional:
        right.append(("optional", "dim"))
    rows = [fit(width, [(f" {glyph} ", style), (item.text, text)], right, key)]
    if state.due and state.standing in ("due", "overdue"):
        late = f"due since {times.clock(state.due, board.launch.timezone, now.utc)}, {times.age(now.utc - state.due)}"
        rows.append(fit(width, [(f"     {late}", "hold" if state.standing == "due" else "nogo")], (), key))
    elif state.due and state.wanted_today:
        soon = f"due {times.clock(state.due, board.launch.timezone, now.utc)}, in {times.age(state.due - now.utc)}"
        rows.append(fit(width, [(f"     {soon}", "dim")], (), key))
    return rows


def _glyph(row: ItemRow) -> tuple[str, str]:
    if row.item.kind == "guard" and row.state.standing == "done":
        return "◆", "guard"
    if row.item.kind == "guard" and row.state.standing == "open":
        return "◇", "text"
    return glyphs.STANDING[row.state.standing]


def _who(row: ItemRow, now: Instant, actor: str, *, who: bool = True) -> str:
    assert row.tick is not None
    age = times.age(now.utc - row.tick.at.utc)
    return f"{row.tick.by} {age}" if who and row.tick.by != actor else age


def explain(board: Board, key: str, width: int) -> list[Row]:
    """Say an item in full."""
    found: tuple[PhaseRow, ItemRow] | None = next(
        ((phase, row) for phase in board.phases for row in phase.rows if row.item.id == key), None
    )
    if found is None:
        return [Row((("This item is gone.", "dim"),))]
    phase, row = found
    item, tick = row.item, row.tick
    lines = [Row(((part, "bright"),)) for part in wrap(item.text, width)]
    lines.append(fit(width, [(f"{item.kind}, {row.state.standing.replace('_', ' ')}, {phase.phase.name}", "dim")]))
    lines.append(BLANK)
    facts = [
        ("key", item.key),
        ("note", item.note),
        ("command", item.command),
        ("only", item.when),
        ("owner", item.owner),
        (
            "last",
            f"{tick.by}, {tick.at.utc.astimezone(times.zone(board.launch.timezone)):%a %d %b %H:%M}" if tick else None,
        ),
        ("said", tick.note if tick else None),
        ("due", times.clock(row.state.due, board.launch.timezone, board.at.utc) if row.state.due else None),
    ]
    for name, said in facts:
        for place, part in enumerate(wrap(said or "", width - 10)):
            lines.append(Row(((f"{name if place == 0 else '':<10}", "dim"), (part, "text"))))
    return lines
