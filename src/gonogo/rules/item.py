"""Checklist items: ticking, taking back, editing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Literal

from gonogo.rules import text
from gonogo.rules.ordering import block, depths, in_section, inserted, swapped
from gonogo.rules.plan import Item, Section, Tick
from gonogo.rules.record import Act, Changes, Decision, Intent, MaybeProse, Prose, Refusal, State, Words
from gonogo.rules.standing import KEPT_TICKS


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
    """Give an item another text; `was` is the one that the edit began from."""

    item: str
    text: Words
    was: str | None = None


class MoveItem(Intent):
    """Move an item up or down by one place in its section."""

    item: str
    by: Literal[-1, 1]


class RemoveItem(Intent):
    """Remove an item and its tick."""

    item: str


class SignItem(Intent):
    """Sign an item that somebody else has ticked."""

    item: str


class ProveItem(Intent):
    """Tick an item because the evidence that it waits for is there."""

    item: str
    said: Prose


INTENTS = (
    TickItem, UntickItem, ExcuseItem, BreakGuard, AddItem, EditItem, MoveItem, RemoveItem, SignItem, ProveItem,
)  # fmt: skip


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
            return _tick(state, item, tick, intent.note, act)
        case UntickItem():
            if tick is None:
                return Refusal(f"“{item.text}” is not ticked.")
            return Changes(f"unticked “{item.text}”", remove=(tick,))
        case ExcuseItem() | BreakGuard():
            return _excuse(item, intent, act)
        case EditItem():
            return _edit(item, intent, act)
        case MoveItem():
            return _move(state, item, intent.by)
        case RemoveItem():
            return _remove(state, item, tick)
        case SignItem():
            return _sign(item, tick, act)
        case ProveItem():
            return _prove(item, tick, intent.said, act)
        case _:
            raise TypeError(f"not about an item: {intent!r}")


def _tick(state: State, item: Item, tick: Tick | None, note: str | None, act: Act) -> Decision:
    if tick and tick.state == "done" and item.kind == "task":
        return Refusal(f"“{item.text}” is ticked already, by {tick.by}.")
    clean = text.tidy(note) if note else None
    if not clean and (why := by_hand(state, item)):
        return Refusal(f"{why}.")
    return _done(item, tick, clean, act)


def _done(item: Item, tick: Tick | None, note: str | None, act: Act) -> Decision:
    recent = (*(tick.recent if tick else ()), act.at)[-KEPT_TICKS:] if item.kind != "task" else ()
    verb = {"task": "ticked", "routine": "did", "guard": "affirmed"}[item.kind]
    done = Tick(id=item.id, state="done", at=act.at, by=act.actor, note=note, recent=recent)
    return Changes(f"{verb} “{item.text}”" + (f": {note}" if note else ""), put=(done,))


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


def _edit(item: Item, intent: EditItem, act: Act) -> Decision:
    words = text.tidy(intent.text)
    if not words:
        return Refusal("An item needs a text; to drop it, remove it.")
    if words == item.text:
        return Refusal("The text is the same as before.")
    if intent.was is not None and text.tidy(intent.was) != item.text:
        who = item.changed_by or "somebody"
        return Refusal(f"{who} has meanwhile reworded it to “{item.text}”.", outrun=True)
    worded = item.model_copy(update={"text": words, "changed_by": act.actor})
    return Changes(f"reworded “{item.text}” to “{words}”", put=(worded,))


def _add(state: State, intent: AddItem, act: Act) -> Decision:
    words = text.tidy(intent.text)
    section = state.get(Section, intent.section)
    if section is None:
        return Refusal("That section is not in the plan any more; look at the checklist again.")
    if not words:
        return Refusal("An item needs a text.")
    mates = in_section(state.all(Item), section.id)
    place = next((number for number, mate in enumerate(mates) if mate.id == intent.after), len(mates) - 1)
    depth = depths(mates)[place] if intent.after and mates else 0
    depth += (
        len(block(mates, place)) > 1 if intent.after and mates else 0
    )  # below one that has others under it: under it
    key = free_key(state, words)
    made = Item(
        id=act.fresh(), key=key, phase=section.phase, section=section.id, position=0, text=words, depth=depth,
        changed_by=act.actor,
    )  # fmt: skip
    return Changes(f"added “{words}”", put=inserted(mates, place, [made]))


def free_key(state: State, words: str, taken: Iterable[str] = ()) -> str:
    """Return a key made of an item's text that no other item has."""
    return text.key_of(words, {item.key for item in state.all(Item)} | {*taken})


def _move(state: State, item: Item, by: Literal[-1, 1]) -> Decision:
    mates = in_section(state.all(Item), item.section)
    place, deep = next(number for number, mate in enumerate(mates) if mate.id == item.id), depths(mates)
    mine = block(mates, place)
    other = place - 1 if by < 0 else mine.stop
    while by < 0 <= other and deep[other] > deep[place]:
        other -= 1
    if not 0 <= other < len(mates):
        return Refusal(f"“{item.text}” is already at the {'top' if by < 0 else 'end'} of its section.")
    if deep[other] < deep[place]:
        return Refusal(
            f"“{item.text}” is already {'first' if by < 0 else 'last'} of those under its parent; < moves it out."
        )
    theirs = block(mates, other)
    first, second = (theirs, mine) if by < 0 else (mine, theirs)
    return Changes(f"moved “{item.text}” {'up' if by < 0 else 'down'}", put=swapped(mates, first, second))


def _remove(state: State, item: Item, tick: Tick | None) -> Decision:
    """Remove an item; what stood under it moves out by one."""
    mates = in_section(state.all(Item), item.section)
    place, deep = mates.index(item), depths(mates)
    out = [mates[one].model_copy(update={"depth": deep[one] - 1}) for one in block(mates, place)[1:]]
    gone = (item,) if tick is None else (item, tick)
    return Changes(f"removed “{item.text}”", put=tuple(out), remove=gone)


def _sign(item: Item, tick: Tick | None, act: Act) -> Decision:
    if not item.sign_off:
        return Refusal(f"“{item.text}” asks for no signature.")
    if tick is None or tick.state != "done":
        return Refusal(f"“{item.text}” is not ticked yet; it is signed after that.")
    if tick.signed_by is not None:
        return Refusal(f"“{item.text}” is signed already, by {tick.signed_by}.")
    if tick.by == act.actor:
        return Refusal(f"You ticked “{item.text}”; somebody else signs it.")
    signed = tick.model_copy(update={"signed_at": act.at, "signed_by": act.actor})
    return Changes(f"signed “{item.text}”", put=(signed,))


def _prove(item: Item, tick: Tick | None, said: str, act: Act) -> Decision:
    if item.done_when is None:
        return Refusal(f"“{item.text}” is not ticked by evidence.")
    if tick is not None and item.kind == "task":
        return Refusal(f"“{item.text}” is ticked already, by {tick.by}.")
    return _done(item, tick, said, act)


def by_hand(state: State, item: Item) -> str | None:
    """Say why ticking an item by hand wants a reason; nothing when it is plain to tick."""
    if item.done_when is not None:
        return f"“{item.text}” is ticked by its evidence ({item.done_when}); to tick it by hand, say what you saw"
    section = state.get(Section, item.section)
    if section is None or section.mode != "read-do":
        return None
    before = itertools.takewhile(lambda one: one.id != item.id, in_section(state.all(Item), section.id))
    first = next((one for one in before if not one.optional and state.get(Tick, one.id) is None), None)
    return None if first is None else f"“{first.text}” comes first in “{section.name}”; to do this one now, say why"
