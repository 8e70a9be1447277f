"""The order of items in a section, and which of them belong under which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gonogo.rules.plan import DEEPEST, Item


def in_section(items: Iterable[Item], section: str) -> list[Item]:
    """Return the items of a section in their order."""
    return sorted((item for item in items if item.section == section), key=lambda item: (item.position, item.id))


def depths(mates: Sequence[Item]) -> list[int]:
    """Return how far each stands in: at most one further than the item above it."""
    found: list[int] = []
    for item in mates:
        found.append(min(item.depth, found[-1] + 1 if found else 0, DEEPEST))
    return found


def block(mates: Sequence[Item], place: int) -> range:
    """Return the places of an item and of all that stand under it."""
    deep, end = depths(mates), place + 1
    while end < len(mates) and deep[end] > deep[place]:
        end += 1
    return range(place, end)


def with_children(mates: Sequence[Item], chosen: Iterable[str]) -> list[Item]:
    """Return the chosen items and all that stand under them, in their order."""
    wanted = set(chosen)
    places = {place for at, one in enumerate(mates) if one.id in wanted for place in block(mates, at)}
    return [mates[place] for place in sorted(places)]


def inserted(mates: Sequence[Item], after: int, fresh: Sequence[Item]) -> tuple[Item, ...]:
    """Give new items their positions behind the one at a place (-1: in front of all); return what changes.

    Where no numbers lie between two neighbours any more, the section is numbered anew.
    """
    low = mates[after].position if after >= 0 else (mates[0].position - len(fresh) - 1 if mates else 0.0)
    high = mates[after + 1].position if after + 1 < len(mates) else low + len(fresh) + 1
    step = (high - low) / (len(fresh) + 1)
    found = [low + step * number for number in range(1, len(fresh) + 1)]
    if all(a < b for a, b in zip([low, *found], [*found, high], strict=True)):
        return tuple(at(one, place) for one, place in zip(fresh, found, strict=True))
    order = [*mates[: after + 1], *fresh, *mates[after + 1 :]]
    known = {id(one) for one in fresh}
    anew = [(one, at(one, float(place))) for place, one in enumerate(order, 1)]
    return tuple(new for old, new in anew if id(old) in known or new.position != old.position)


def swapped(mates: Sequence[Item], first: range, second: range) -> tuple[Item, ...]:
    """Let two neighbouring blocks change places; return what changes."""
    places = [mates[one].position for one in (*first, *second)]
    moved = [mates[one] for one in (*second, *first)]
    return tuple(at(one, place) for one, place in zip(moved, places, strict=True) if one.position != place)


def at(item: Item, position: float) -> Item:
    """Return an item at another position."""
    return item.model_copy(update={"position": position})
