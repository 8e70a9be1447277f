"""Sections of a phase: added, named, moved, removed, and how their items are done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from gonogo.rules import text, words
from gonogo.rules.ordering import in_section
from gonogo.rules.plan import Item, Mode, Phase, Section, Tick
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State, Words


class AddSection(Intent):
    """Add a section to a phase, after another one or at its end."""

    phase: str
    name: Words
    after: str | None = None


class RenameSection(Intent):
    """Give a section another name; `was` is the one that the edit began from."""

    section: str
    name: Words
    was: str | None = None


class MoveSection(Intent):
    """Move a section up or down by one place in its phase."""

    section: str
    by: Literal[-1, 1]


class RemoveSection(Intent):
    """Remove a section, and its items only where that is said."""

    section: str
    with_items: bool = False


class SetMode(Intent):
    """Say how a section's items are done: one after the other, or in any order and then confirmed."""

    section: str
    mode: Mode | None


class ConfirmSection(Intent):
    """Confirm together what was done in any order."""

    section: str


INTENTS = (AddSection, RenameSection, MoveSection, RemoveSection, SetMode, ConfirmSection)
MODES = {"read-do": "one after the other", "do-confirm": "in any order, then confirmed", None: "in any order"}


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about a section."""
    if isinstance(intent, AddSection):
        return _add(state, intent, act)
    section = state.get(Section, getattr(intent, "section", ""))
    if section is None:
        return Refusal("That section is not in the plan any more; look at the checklist again.")
    match intent:
        case RenameSection():
            return _rename(section, intent)
        case MoveSection():
            return _move(state, section, intent.by)
        case RemoveSection():
            return _remove(state, section, with_items=intent.with_items)
        case SetMode():
            if intent.mode == section.mode:
                return Refusal(f"“{section.name}” is done {MODES[intent.mode]} already.")
            plain = {"mode": intent.mode, "confirmed_at": None, "confirmed_by": None}
            said = f"said that “{section.name}” is done {MODES[intent.mode]}"
            return Changes(said, put=(section.model_copy(update=plain),))
        case ConfirmSection():
            return _confirm(state, section, act)
        case _:
            raise TypeError(f"not about a section: {intent!r}")


def mates_of(state: State, phase: str) -> list[Section]:
    """Return the sections of a phase in their order."""
    return sorted((one for one in state.all(Section) if one.phase == phase), key=lambda one: (one.position, one.id))


def _numbered(mates: Sequence[Section], fresh: str = "") -> tuple[Section, ...]:
    """Number sections anew; return those that change, and the one that is new."""
    order = enumerate(mates, 1)
    return tuple(
        one.model_copy(update={"position": place}) for place, one in order if one.position != place or one.id == fresh
    )


def _add(state: State, intent: AddSection, act: Act) -> Decision:
    name, phase = text.tidy(intent.name), state.get(Phase, intent.phase)
    if phase is None:
        return Refusal("That phase is not in the plan any more.")
    if not name:
        return Refusal("A section needs a name.")
    mates = mates_of(state, phase.id)
    place = next((number for number, one in enumerate(mates) if one.id == intent.after), len(mates) - 1) + 1
    made = Section(id=act.fresh(), phase=phase.id, position=0, name=name)
    return Changes(
        f"added the section “{name}” to {phase.name}", put=_numbered([*mates[:place], made, *mates[place:]], made.id)
    )


def _rename(section: Section, intent: RenameSection) -> Decision:
    name = text.tidy(intent.name)
    if not name:
        return Refusal("A section needs a name; to drop it, remove it.")
    if name == section.name:
        return Refusal("The name is the same as before.")
    if intent.was is not None and text.tidy(intent.was) != section.name:
        return Refusal(f"Meanwhile it was renamed to “{section.name}”.", outrun=True)
    named = section.model_copy(update={"name": name})
    return Changes(f"renamed the section “{section.name}” to “{name}”", put=(named,))


def _move(state: State, section: Section, by: Literal[-1, 1]) -> Decision:
    mates = mates_of(state, section.phase)
    place = next(number for number, one in enumerate(mates) if one.id == section.id)
    if not 0 <= place + by < len(mates):
        return Refusal(f"“{section.name}” is already {'first' if by < 0 else 'last'} in its phase.")
    mates[place], mates[place + by] = mates[place + by], mates[place]
    return Changes(f"moved the section “{section.name}” {'up' if by < 0 else 'down'}", put=_numbered(mates))


def _remove(state: State, section: Section, *, with_items: bool) -> Decision:
    items = in_section(state.all(Item), section.id)
    if items and not with_items:
        many = words.count(len(items), "item")
        return Refusal(f"“{section.name}” has {many}; move them first, or remove them with it.")
    ticks = [tick for one in items if (tick := state.get(Tick, one.id)) is not None]
    gone: tuple[Record, ...] = (section, *items, *ticks)
    also = f" with {words.count(len(items), 'item')}" if items else ""
    return Changes(f"removed the section “{section.name}”{also}", remove=gone)


def is_confirmed(section: Section, items: Sequence[tuple[Item, Tick | None]]) -> bool:
    """Whether what was done in any order is confirmed, and nothing was ticked or added since."""
    if section.confirmed_at is None:
        return False
    at = section.confirmed_at.utc
    return all(item.optional or (tick is not None and tick.at.utc <= at) for item, tick in items)


def _confirm(state: State, section: Section, act: Act) -> Decision:
    if section.mode != "do-confirm":
        return Refusal(f"“{section.name}” is not confirmed as a whole; only a do-confirm section is.")
    items = [(one, state.get(Tick, one.id)) for one in in_section(state.all(Item), section.id)]
    if is_confirmed(section, items):
        return Refusal(f"“{section.name}” is confirmed already, by {section.confirmed_by}.")
    waiting = [one.text for one, tick in items if not one.optional and (tick is None or tick.state == "broken")]
    if waiting:
        return Refusal(f"“{section.name}” is not done yet: {words.some(waiting)}.")
    confirmed = section.model_copy(update={"confirmed_at": act.at, "confirmed_by": act.actor})
    return Changes(f"confirmed “{section.name}”", put=(confirmed,))
