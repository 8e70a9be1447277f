"""Checklist items: ticking, taking back, editing, and where an item stands now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from gonogo.rules import text
from gonogo.rules.plan import Item, Phase, Section, Tick
from gonogo.rules.record import Act, Changes, Decision, Intent, MaybeProse, Prose, Refusal, State, Words

DAY_S = 86_400
KEPT_TICKS = 32

Standing = Literal["open", "done", "due", "overdue", "not_applicable", "broken"]


class TickItem(Intent):
    """Say that an item is done, or that a guard still holds."""

    item: str
    note: MaybeProse = None


class UntickItem(Intent):
    """Say that an item is not done after all."""

    item: str


class ExcuseItem(Intent):
    """Say that an item does not apply, and why."""

    item: str
    reason: Prose


class BreakGuard(Intent):
    """Say that a guard no longer holds, and why."""

    item: str
    reason: Prose


class AddItem(Intent):
    """Add a task to a section, after the item `after` or at its end."""

    section: str
    text: Words
    after: str | None = None


class EditItem(Intent):
    """Give an item another text."""

    item: str
    text: Words


class MoveItem(Intent):
    """Move an item up or down by one place in its section."""

    item: str
    by: Literal[-1, 1]


class RemoveItem(Intent):
    """Remove an item and its tick."""

    item: str


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about an item."""
    if isinstance(intent, AddItem):
        return _add(state, intent, act)
    item = state.get(Item, getattr(intent, "item", ""))
    if item is None:
        return Refusal("That item is not in the plan any more; look at the checklist again.")
    tick = state.get(Tick, item.id)
    match intent:
        case TickItem():
            return _tick(item, tick, intent.note, act)
        case UntickItem():
            if tick is None:
                return Refusal(f"“{item.text}” is not ticked.")
            return Changes(f"unticked “{item.text}”", remove=(tick,))
        case ExcuseItem() | BreakGuard():
            return _excuse(item, intent, act)
        case EditItem():
            return _edit(item, intent)
        case MoveItem():
            return _move(state, item, intent.by)
        case RemoveItem():
            gone = (item,) if tick is None else (item, tick)
            return Changes(f"removed “{item.text}”", remove=gone)
        case _:
            raise TypeError(f"not about an item: {intent!r}")


def _tick(item: Item, tick: Tick | None, note: str | None, act: Act) -> Decision:
    if tick and tick.state == "done" and item.kind == "task":
        return Refusal(f"“{item.text}” is ticked already, by {tick.by}.")
    recent = (*(tick.recent if tick else ()), act.at)[-KEPT_TICKS:] if item.kind != "task" else ()
    clean = text.tidy(note) if note else None
    verb = {"task": "ticked", "routine": "did", "guard": "affirmed"}[item.kind]
    done = Tick(id=item.id, state="done", at=act.at, by=act.actor, note=clean, recent=recent)
    return Changes(f"{verb} “{item.text}”" + (f": {clean}" if clean else ""), put=(done,))


def _excuse(item: Item, intent: ExcuseItem | BreakGuard, act: Act) -> Decision:
    reason = text.tidy(intent.reason)
    if not reason:
        return Refusal("A reason is wanted; write why in one line.")
    if isinstance(intent, BreakGuard):
        if item.kind != "guard":
            return Refusal(f"“{item.text}” is a {item.kind}, not a guard; only a guard can be broken.")
        broken = Tick(id=item.id, state="broken", at=act.at, by=act.actor, note=reason)
        return Changes(f"says that “{item.text}” no longer holds: {reason}", put=(broken,))
    excused = Tick(id=item.id, state="not_applicable", at=act.at, by=act.actor, note=reason)
    return Changes(f"set “{item.text}” not applicable: {reason}", put=(excused,))


def _edit(item: Item, intent: EditItem) -> Decision:
    words = text.tidy(intent.text)
    if not words:
        return Refusal("An item needs a text; to drop it, remove it.")
    if words == item.text:
        return Refusal("The text is the same as before.")
    return Changes(f"reworded “{item.text}” to “{words}”", put=(item.model_copy(update={"text": words}),))


def _add(state: State, intent: AddItem, act: Act) -> Decision:
    words = text.tidy(intent.text)
    section = state.get(Section, intent.section)
    if section is None:
        return Refusal("That section is not in the plan any more; look at the checklist again.")
    if not words:
        return Refusal("An item needs a text.")
    mates = in_section(state.all(Item), section.id)
    after = next((place for place, mate in enumerate(mates) if mate.id == intent.after), len(mates) - 1)
    position = _between(mates, after)
    moved: tuple[Item, ...] = ()
    if position is None:  # no number lies between the two any more: number the section anew
        moved = tuple(mate.model_copy(update={"position": float(place)}) for place, mate in enumerate(mates, 1))
        position = after + 1.5
    taken = {item.key for item in state.all(Item)}
    key, number = text.slug(words), 2
    while key in taken:
        key, number = f"{text.slug(words)[:36]}-{number}", number + 1
    made = Item(id=act.fresh(), key=key, phase=section.phase, section=section.id, position=position, text=words)
    return Changes(f"added “{words}”", put=(*moved, made))


def _between(mates: Sequence[Item], after: int) -> float | None:
    if not mates:
        return 1.0
    low = mates[after].position
    if after + 1 == len(mates):
        return low + 1
    high = mates[after + 1].position
    middle = (low + high) / 2
    return middle if low < middle < high else None


def _move(state: State, item: Item, by: Literal[-1, 1]) -> Decision:
    mates = in_section(state.all(Item), item.section)
    place = next(number for number, mate in enumerate(mates) if mate.id == item.id)
    other = place + by
    if not 0 <= other < len(mates):
        return Refusal(f"“{item.text}” is already at the {'top' if by < 0 else 'end'} of its section.")
    swapped = mates[other]
    return Changes(
        f"moved “{item.text}” {'up' if by < 0 else 'down'}",
        put=(
            item.model_copy(update={"position": swapped.position}),
            swapped.model_copy(update={"position": item.position}),
        ),
    )


def in_section(items: Sequence[Item], section: str) -> list[Item]:
    """Return the items of a section in their order."""
    return sorted((item for item in items if item.section == section), key=lambda item: (item.position, item.id))


# Where an item stands -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemState:
    """Where an item stands: due instants are UTC; `grace_ends` is when a due routine becomes overdue."""

    standing: Standing
    due: datetime | None = None
    grace_ends: datetime | None = None
    today: int = 0
    wanted_today: int = 0

    @property
    def settled(self) -> bool:
        """Whether it counts as done."""
        return self.standing in ("done", "not_applicable")


def standing(item: Item, tick: Tick | None, phase: Phase, now: datetime) -> ItemState:
    """Tell where an item stands; a routine or guard whose time has come is due, never ticked."""
    if tick and tick.state in ("not_applicable", "broken"):
        return ItemState(tick.state)
    if item.every_s is None:
        return ItemState("done" if tick else "open")
    started = phase.started_at.utc if phase.started_at else None
    if tick is None and started is None:
        return ItemState("open")
    every = timedelta(seconds=item.every_s)
    grace = timedelta(seconds=item.grace_s if item.grace_s is not None else item.every_s / 2)
    due = tick.at.utc + every if tick else started
    assert due is not None
    day_ago = now - timedelta(seconds=DAY_S)
    today = sum(1 for at in (tick.recent if tick else ()) if at.utc > day_ago)
    wanted = max(1, round(DAY_S / item.every_s)) if item.every_s < DAY_S else 0
    place: Standing = "done" if now < due else "due" if now < due + grace else "overdue"
    return ItemState(place, due, due + grace, today, wanted)
