"""Working on several items at once: in and out, cut and pasted, split, doubled, removed, and a list taken over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from gonogo.rules import pasted, text, words
from gonogo.rules.item import free_key
from gonogo.rules.ordering import block, depths, in_section, inserted, with_children
from gonogo.rules.plan import DEEPEST, Item, Phase, Section, Tick
from gonogo.rules.record import Act, AtMost, Changes, Decision, Intent, Record, Refusal, State

GONE = "That item is not in the plan any more; look at the checklist again."


class IndentItems(Intent):
    """Move items further in, or out, with what stands under them."""

    items: tuple[str, ...]
    by: Literal[-1, 1]


class PlaceItems(Intent):
    """Put items behind another one, or at the end of a section of any phase; their ticks go along."""

    items: tuple[str, ...]
    section: str
    after: str | None = None


class SplitItem(Intent):
    """Make several items of one: it keeps its tick and the first text; `was` is the text that this began from."""

    item: str
    texts: tuple[str, ...]
    was: str | None = None


class DuplicateItems(Intent):
    """Add the same items again behind the last of them, not ticked."""

    items: tuple[str, ...]


class RemoveItems(Intent):
    """Remove items with what stands under them, and their ticks."""

    items: tuple[str, ...]


class PasteItems(Intent):
    """Add the items of a Markdown list behind an item, or at the end of a section; its ticks are kept."""

    section: str
    text: Annotated[str, AtMost(pasted.LONGEST)]
    after: str | None = None


INTENTS = (IndentItems, PlaceItems, SplitItem, DuplicateItems, RemoveItems, PasteItems)


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about several items."""
    match intent:
        case SplitItem():
            return _split(state, intent, act)
        case PasteItems():
            return _paste(state, intent, act)
        case IndentItems() | PlaceItems() | DuplicateItems() | RemoveItems():
            chosen = _chosen(state, intent.items)
            if isinstance(chosen, Refusal):
                return chosen
        case _:
            raise TypeError(f"not about several items: {intent!r}")
    match intent:
        case IndentItems():
            return _indent(state, chosen, intent.by, act)
        case PlaceItems():
            return _place(state, chosen, intent)
        case DuplicateItems():
            return _duplicate(state, chosen, act)
        case RemoveItems():
            ticks = [tick for one in chosen if (tick := state.get(Tick, one.id)) is not None]
            gone: tuple[Record, ...] = (*chosen, *ticks)
            return Changes(f"removed {_named(chosen)}", remove=gone)


def _named(items: Sequence[Item]) -> str:
    return f"“{items[0].text}”" + (f" and {len(items) - 1} more" if len(items) > 1 else "")


def _chosen(state: State, ids: Sequence[str]) -> list[Item] | Refusal:
    """Return the items that are meant with all that stand under them, section by section, in their order."""
    found = [state.get(Item, one) for one in ids]
    known = [one for one in found if one is not None]
    if not known:
        return Refusal("No item is chosen." if not ids else GONE)
    if len(known) < len(found):
        return Refusal(
            f"{words.count(len(found) - len(known), 'item')} of those is not in the plan any more; look again."
        )
    sections = dict.fromkeys(one.section for one in known)
    everything = state.all(Item)
    return [
        one for section in sections for one in with_children(in_section(everything, section), [one.id for one in known])
    ]


def _indent(state: State, chosen: Sequence[Item], by: Literal[-1, 1], act: Act) -> Decision:
    """Move each block as a whole; its first can stand at most one further in than what is above it."""
    moved: list[Item] = []
    wanted = {one.id for one in chosen}
    for section in dict.fromkeys(one.section for one in chosen):
        mates = in_section(state.all(Item), section)
        deep = depths(mates)
        for place, one in enumerate(mates):
            if one.id not in wanted:
                continue
            now = deep[place] + by
            top = place == 0 or mates[place - 1].id not in wanted
            above = deep[place - 1] if place else -1
            if now < 0 or now > DEEPEST or (by > 0 and top and now > above + 1):
                return Refusal(_why_not(one, now, above))
            moved.append(one.model_copy(update={"depth": now}))
    return Changes(f"moved {_named(chosen)} {'in' if by > 0 else 'out'}", put=tuple(moved))


def _why_not(item: Item, now: int, above: int) -> str:
    if now < 0:
        return f"“{item.text}” stands out as far as it goes."
    if now > DEEPEST:
        return f"“{item.text}” stands in as far as it goes, which is {DEEPEST}."
    return f"“{item.text}” has nothing above it that it could stand under." if above < 0 else (
        f"“{item.text}” stands under the item above it already."
    )  # fmt: skip


def _target(state: State, section: str, after: str | None) -> tuple[Section, list[Item], int, int] | Refusal:
    """Return a section, its items, the place behind which something is put, and how far in."""
    found = state.get(Section, section)
    if found is None:
        return Refusal("That section is not in the plan any more; look at the checklist again.")
    mates = in_section(state.all(Item), section)
    place = next((number for number, one in enumerate(mates) if one.id == after), None)
    if place is None:
        return found, mates, len(mates) - 1, 0
    return found, mates, block(mates, place).stop - 1, depths(mates)[place]


def _place(state: State, chosen: Sequence[Item], intent: PlaceItems) -> Decision:
    if any(one.id == intent.after for one in chosen):
        return Refusal("Items cannot be put behind themselves; choose another place.")
    found = _target(state, intent.section, intent.after)
    if isinstance(found, Refusal):
        return found
    section, mates, place, deep = found
    rest = [one for one in mates if one not in chosen]
    after = next((number for number, one in enumerate(rest) if place >= 0 and one.id == mates[place].id), len(rest) - 1)
    stood = _stood(state, chosen)
    base = stood[chosen[0].id]
    fresh = []
    for one in chosen:
        base = min(base, stood[one.id])
        depth = min(deep + stood[one.id] - base, DEEPEST)
        fresh.append(one.model_copy(update={"section": section.id, "phase": section.phase, "depth": depth}))
    phase = state.get(Phase, section.phase)
    abroad = phase is not None and any(one.phase != phase.id for one in chosen)
    where = f" of {phase.name}" if abroad and phase else ""
    return Changes(f"put {_named(chosen)} into “{section.name}”{where}", put=inserted(rest, after, fresh))


def _stood(state: State, chosen: Sequence[Item]) -> dict[str, int]:
    """Return how far in each item stands now."""
    found: dict[str, int] = {}
    for section in {one.section for one in chosen}:
        mates = in_section(state.all(Item), section)
        found |= {one.id: depth for one, depth in zip(mates, depths(mates), strict=True)}
    return found


def _split(state: State, intent: SplitItem, act: Act) -> Decision:
    item = state.get(Item, intent.item)
    if item is None:
        return Refusal(GONE)
    texts = [clean for one in intent.texts if (clean := text.tidy(one))]
    if len(texts) < 2:
        return Refusal("Two texts are wanted at least; put // where it splits.")
    if too := next((one for one in texts if len(one) > pasted.LONGEST_TEXT), None):
        return Refusal(f"“{too[:40]}…” is {len(too):,} characters long and at most {pasted.LONGEST_TEXT} are taken.")
    if intent.was is not None and text.tidy(intent.was) != item.text:
        who = item.changed_by or "somebody"
        return Refusal(f"{who} has meanwhile reworded it to “{item.text}”.", outrun=True)
    mates = in_section(state.all(Item), item.section)
    place = mates.index(item)
    fresh, keys = [], set[str]()
    for one in texts[1:]:
        keys.add(key := free_key(state, one, keys))
        more = {"id": act.fresh(), "key": key, "text": one, "changed_by": act.actor}
        fresh.append(_plain(item).model_copy(update=more))
    rows = {one.id: one for one in (item, *inserted(mates, place, fresh))}
    rows[item.id] = rows[item.id].model_copy(update={"text": texts[0], "changed_by": act.actor})
    return Changes(f"split “{item.text}” into {len(texts)}", put=tuple(rows.values()))


def _plain(item: Item) -> Item:
    """Return a task in the place of an item, with its owner."""
    kept = ("id", "key", "phase", "section", "position", "text", "owner", "optional", "depth")
    return Item.model_validate({name: getattr(item, name) for name in kept})


def _duplicate(state: State, chosen: Sequence[Item], act: Act) -> Decision:
    last = chosen[-1]
    mates = in_section(state.all(Item), last.section)
    fresh, keys = [], set[str]()
    for one in chosen:
        keys.add(key := free_key(state, one.text, keys))
        here = {"id": act.fresh(), "key": key, "section": last.section, "phase": last.phase, "changed_by": act.actor}
        fresh.append(one.model_copy(update=here))
    place = block(mates, mates.index(last)).stop - 1
    return Changes(f"added {_named(chosen)} again", put=inserted(mates, place, fresh))


def _paste(state: State, intent: PasteItems, act: Act) -> Decision:
    lines = pasted.read(intent.text)
    if isinstance(lines, Refusal):
        return lines
    found = _target(state, intent.section, intent.after)
    if isinstance(found, Refusal):
        return found
    section, mates, place, deep = found
    fresh: list[Item] = []
    ticks: list[Tick] = []
    keys = {item.key for item in state.all(Item)}
    for line in lines:
        key = text.key_of(line.text, keys)
        keys.add(key)
        made = Item(id=act.fresh(), key=key, phase=section.phase, section=section.id, position=0, text=line.text,
                    depth=min(deep + line.depth, DEEPEST), changed_by=act.actor)  # fmt: skip
        fresh.append(made)
        if line.done:
            ticks.append(Tick(id=made.id, state="done", at=act.at, by=act.actor, note="ticked in the list"))
    said = f"added {words.count(len(fresh), 'item')} to “{section.name}”: {words.some([one.text for one in fresh], 2)}"
    return Changes(said, put=(*inserted(mates, place, fresh), *ticks))
