"""The checklist of a phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gonogo.rules.board import Board, ItemRow, PhaseRow, SectionRow
from gonogo.rules.clock import Instant
from gonogo.rules.ordering import depths
from gonogo.rules.plan import Item
from gonogo.tui import glyphs, times
from gonogo.tui.lines import BLANK, Row, Span, View, fit
from gonogo.tui.panes.gate import wrap

SLOT_S = 10
"""For so long an age that is shown stands: none is drawn more often."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lines of an item as they were drawn last, and what they were made of: of thousands only a few change."""

    row: ItemRow
    made_of: tuple[object, ...]
    slot: int | None
    """When, where something in it ages."""
    rows: list[Row]


ROOMY = 60
"""From how many columns on there is room beside a text to say how well a routine is kept."""
MODES = {"read-do": "read, do", "do-confirm": "do, confirm"}


@dataclass(frozen=True, slots=True)
class Look:
    """How the checklist is looked at: by whom, which phase, what is being moved, and where the cursor is."""

    actor: str
    phase: str | None = None
    moving: str | None = None
    cursor: str | None = None
    height: int = 999
    unfolded: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()
    wanted: str = ""
    """What is shown of the items; without it, all."""
    most: int | None = None
    """While that is typed, only so many are drawn, and all are counted."""
    drawn: dict[str, Drawn] = field(default_factory=dict, compare=False)


def view(board: Board, now: Instant, width: int, look: Look) -> View:
    """List a phase's items by section; where they do not fit, finished sections fold to their headings."""
    phase = shown_phase(board, look.phase)
    if phase is None:
        opens = board.launch.opens.astimezone(times.zone(board.launch.timezone))
        return View((fit(width, [(f"The first phase opens {opens:%a %d %b %H:%M}.", "dim")]),))
    rows: list[Row] = []
    if phase is not board.active:
        rows += [fit(width, [(f"{phase.phase.position} {phase.phase.name}, {phase.phase.state}", "guard")]), BLANK]
    if look.wanted:
        return _filtered(board, phase, now, width, look, rows)
    whole = [_section(board, section, now, width, look) for section in phase.sections]
    crowded = len(rows) + sum(len(part) + 1 for part in whole) - 1 > look.height
    for section, part in zip(phase.sections, whole, strict=True):
        folds = section.section.id in look.folded or (crowded and _is_folded(section, part, look))
        rows += [_heading(section, width, look, folded=True), BLANK] if folds else [*part, BLANK]
    due = sum(1 for row in phase.rows if row.state.standing in ("due", "overdue"))
    return View(tuple(rows[:-1]), f"{phase.done} of {phase.total}" + (f"   {due} due" if due else ""))


def shown_phase(board: Board, key: str | None) -> PhaseRow | None:
    """Return the phase whose checklist is shown."""
    return next((row for row in board.phases if row.phase.key == key), board.active)


def matches(row: ItemRow, wanted: Sequence[str]) -> bool:
    """Whether an item has all that is asked for: words of its text, `@owner`, `due`, `open`."""
    item, state = row.item, row.state
    for word in wanted:
        if word == "due":
            fits = state.standing in ("due", "overdue") or (item.due is not None and not state.settled)
        elif word == "open":
            fits = not state.settled
        elif word.startswith("@"):
            fits = item.owner is not None and word[1:] in item.owner.casefold()
        else:
            fits = word in item.text.casefold()
        if not fits:
            return False
    return True


def _filtered(board: Board, phase: PhaseRow, now: Instant, width: int, look: Look, rows: list[Row]) -> View:
    found, wanted = 0, look.wanted.casefold().split()
    for section in phase.sections:
        hits = [(row, 0) for row in section.rows if matches(row, wanted)]
        if hits and (look.most is None or found < look.most):
            rows += [_heading(section, width, look), *_items(board, hits, now, width, look), BLANK]
        found += len(hits)
    if not found:
        rows += [fit(width, [(f"Nothing here is “{look.wanted}”; esc shows all.", "dim")]), BLANK]
    return View(tuple(rows[:-1]), f"/{look.wanted}   {found} of {len(phase.rows)}")


def _is_folded(section: SectionRow, part: list[Row], look: Look) -> bool:
    """A finished section folds, unless it was opened or the cursor is in it."""
    open_still = any(not row.state.settled and not row.item.optional for row in section.rows)  # counted or not
    if open_still or section.section.id in look.unfolded:
        return False
    return look.cursor is None or all(row.key != look.cursor for row in part[1:])


def _heading(section: SectionRow, width: int, look: Look, *, folded: bool = False) -> Row:
    one = section.section
    full = section.total > 0 and section.done == section.total
    name = f"▸ {one.name}" if folded else one.name
    glyph = "↕ " if look.moving == one.id else ""
    count = f"{section.done}/{section.total}" if section.total else ""
    right: list[Span] = []
    if one.mode:
        confirmed = f"confirmed by {one.confirmed_by}" if one.confirmed_by and full else MODES[one.mode]
        right.append((f"{confirmed}  ", "dim"))
    left = [(glyph, "accent"), (name, "dim" if full else "bright")]
    return fit(width, left, [*right, (count, "dim")], f"section:{one.id}")


def _section(board: Board, section: SectionRow, now: Instant, width: int, look: Look) -> list[Row]:
    deep = depths([row.item for row in section.rows])
    lines = _items(board, list(zip(section.rows, deep, strict=True)), now, width, look)
    return [_heading(section, width, look), *lines]


def _items(
    board: Board, lines: Sequence[tuple[ItemRow, int]], now: Instant, width: int, look: Look
) -> list[Row]:  # fmt: skip
    """Draw items; one that is as it was drawn before is taken from there."""
    found: list[Row] = []
    slot = int(now.utc.timestamp()) // SLOT_S
    for row, depth in lines:
        item = row.item.id
        made_of = (item == look.moving, item in look.marked, item in look.cut, depth, width)
        known = look.drawn.get(item)
        if known is None or known.made_of != made_of or known.slot not in (None, slot) or known.row != row:
            right, below = _right(board, row, now, width, look.actor), _below(board, row, now)
            ages = row.tick is not None or row.state.due is not None
            known = Drawn(row, made_of, slot if ages else None, _item(row, right, below, *made_of))
            look.drawn[item] = known
        found += known.rows
    return found


def _item(
    row: ItemRow, right: Sequence[Span], below: Span | None, moving: bool, marked: bool, cut: bool, depth: int,
    width: int,
) -> list[Row]:  # fmt: skip
    state, key = row.state, f"item:{row.item.id}"
    glyph, style = _glyph(row)
    if moving:
        glyph, style = "↕", "accent"
    text = "dim" if state.settled or cut else "bright" if state.standing in ("due", "overdue", "broken") else "text"
    edge: Span = ("▌", "accent") if marked else ("┆", "accent") if cut else (" ", "")
    left: list[Span] = [edge, ("  " * depth, ""), (f"{glyph} ", style), (row.item.text[: 2 * width], text)]
    rows = [fit(width, left, right, key)]
    if below is not None:
        rows.append(fit(width, [("     " + "  " * depth, ""), below], (), key))
    return rows


def _right(board: Board, row: ItemRow, now: Instant, width: int, actor: str) -> list[Span]:
    """Say at the right how it stands: how often, by whom, when, for whom, or what it waits for."""
    item, state = row.item, row.state
    kept = _kept(row)
    roomy = width >= ROOMY and _below(board, row, now) is None
    found: list[Span] = [(f"{kept} ", "dim")] if kept and roomy else []
    if state.wanted_today:
        tone = "text" if not state.settled else "dim"
        return [*found, (f"{min(state.today, state.wanted_today)} of {state.wanted_today} today", tone)]
    if item.kind == "guard" and state.standing == "done":
        return [("true ", "guard"), (_who(row, now, actor, who=False), "dim")]
    if row.tick is not None:
        sign = [("to sign ", "hold")] if state.standing == "to_sign" else []
        return [*found, *sign, (_who(row, now, actor), "dim")]
    plain = [f"@{item.owner}"] if item.owner else []
    if state.due and item.due is not None and state.standing == "open":
        plain.append(_by(item, state.due, board.launch.timezone, now))
    plain += [f"when {item.done_when}"] if item.done_when else [item.when] if item.when else []
    plain += ["optional"] if item.optional and not plain else []
    words = " ".join(plain)
    most = max(10, width // 2)
    return [*found, (words if len(words) <= most else words[: most - 1] + "…", "dim")] if words else found


def _below(board: Board, row: ItemRow, now: Instant) -> Span | None:
    """Say under it since when, or until when, it is due."""
    state, zone = row.state, board.launch.timezone
    if state.due is None:
        return None
    at = _by(row.item, state.due, zone, now)
    kept = f", {_kept(row)}" if _kept(row) else ""
    if state.standing in ("due", "overdue"):
        if state.due > now.utc:  # a task whose day has come
            by = at if at == "today" else f"by {at}"
            return f"due {by}, in {times.age(state.due - now.utc)}", "hold"
        tone = "hold" if state.standing == "due" else "nogo"
        return f"due since {at}, {times.age(now.utc - state.due)}{kept}", tone
    return (f"due {at}, in {times.age(state.due - now.utc)}{kept}", "dim") if state.wanted_today else None


def _by(item: Item, due: datetime, zone: str, now: Instant) -> str:
    """Say when an item is due: a day is said as that day, and not as the midnight that ends it."""
    if item.due is None or isinstance(item.due, datetime):
        return times.clock(due, zone, now.utc)
    return times.day(item.due, zone, now.utc)


def _kept(row: ItemRow) -> str:
    """Say how well a routine is kept: how often in a row, or how often it was missed while that is news."""
    if row.state.streak > 2:
        return f"{row.state.streak} in a row"
    return f"missed {row.state.missed}" if row.state.missed else ""


def _glyph(row: ItemRow) -> tuple[str, str]:
    if row.item.kind == "guard" and row.state.standing == "done":
        return "◆", "guard"
    if row.item.kind == "guard" and row.state.standing == "open":
        return "◇", "text"
    return glyphs.STANDING[row.state.standing]


def _who(row: ItemRow, now: Instant, actor: str, *, who: bool = True) -> str:
    assert row.tick is not None
    age = times.age(now.utc - row.tick.at.utc)
    by = "evidence" if row.tick.by == "watch" else row.tick.by
    return f"{by} {age}" if who and row.tick.by != actor else age


def explain(board: Board, key: str, width: int) -> list[Row]:
    """Say an item in full."""
    found: tuple[PhaseRow, ItemRow] | None = next(
        ((phase, row) for phase in board.phases for row in phase.rows if row.item.id == key), None
    )
    if found is None:
        return [Row((("This item is gone.", "dim"),))]
    phase, row = found
    lines = [Row(((part, "bright"),)) for part in wrap(row.item.text, width)]
    lines.append(fit(width, [(f"{row.item.kind}, {row.state.standing.replace('_', ' ')}, {phase.phase.name}", "dim")]))
    lines.append(BLANK)
    for name, said in _facts(board, row):
        for place, part in enumerate(wrap(said or "", width - 10)):
            lines.append(Row(((f"{name if place == 0 else '':<10}", "dim"), (part, "text"))))
    return lines


def _facts(board: Board, row: ItemRow) -> list[tuple[str, str | None]]:
    item, tick, state, zone = row.item, row.tick, row.state, board.launch.timezone
    proof = board.proofs.get(item.id)
    local = times.zone(zone)
    signed = tick.signed_at.utc.astimezone(local) if tick and tick.signed_at else None
    kept = (
        f"{state.streak} in a row, missed {state.missed}"
        if item.kind == "routine" and (state.streak or state.missed)
        else None
    )
    return [
        ("key", item.key),
        ("note", item.note),
        ("command", item.command),
        ("only", item.when),
        ("owner", item.owner),
        ("evidence", item.evidence),
        ("done when", item.done_when),
        ("so far", proof.said if proof else None),
        ("comes due", f"by {item.cron}" if item.cron else None),
        ("last", f"{tick.by}, {tick.at.utc.astimezone(local):%a %d %b %H:%M}" if tick else None),
        ("said", tick.note if tick else None),
        ("signed", f"{tick.signed_by}, {signed:%a %d %b %H:%M}" if tick and signed else None),
        ("", "wants the signature of somebody else" if state.standing == "to_sign" else None),
        ("kept", kept),
        ("due", _by(item, state.due, zone, board.at) if state.due else None),
        ("reworded", f"by {item.changed_by}" if item.changed_by else None),
    ]  # fmt: skip
