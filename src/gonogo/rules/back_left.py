"""What of a launch's plan does not go back into the team's own file, by kind and with counts."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

from gonogo.rules.plan_doc import ItemDoc, PlanDoc
from gonogo.rules.words import count

_Place = tuple[str, str]
_OWN = {"depth": "changed indent", "owner": "changed owner", "due": "changed due time", "note": "changed note"}
_ALSO = (
    "kind",
    "every",
    "grace",
    "cron",
    "optional",
    "counted",
    "command",
    "when",
    "evidence",
    "done_when",
    "sign_off",
)


def left_here(mine: PlanDoc, theirs: PlanDoc) -> tuple[str, ...]:
    """Count what stays here: moved items, other sections, and what an item has beside its text and its mark.

    `theirs` is the file's plan with the ids of here.
    """
    here, there = _places(mine), _places(theirs)
    names = _renamed(mine, theirs, here, there)
    new = _sections(mine) - _sections(theirs) - names.keys()
    gone = _sections(theirs) - _sections(mine) - {*names.values()}
    phases = {phase.id: phase.name for phase in theirs.phase}
    found = Counter({
        "renamed phase": sum(1 for one in mine.phase if one.id in phases and one.name != phases[one.id]),
        "renamed section": len(names),
        "new section": len(new),
        "removed section": len(gone),
        "moved item": _moved(here, there, names),
    })  # fmt: skip
    file = {one.id: one for one in theirs.items}
    for one in mine.items:
        found.update(_properties(one, file.get(one.id)))
    return tuple(count(many, kind) for kind, many in found.items() if many)


def _places(plan: PlanDoc) -> dict[str, _Place]:
    return {
        item.id: (phase.id, section.name) for phase in plan.phase for section in phase.section for item in section.item
    }


def _sections(plan: PlanDoc) -> set[_Place]:
    return {(phase.id, section.name) for phase in plan.phase for section in phase.section}


def _renamed(
    mine: PlanDoc, theirs: PlanDoc, here: Mapping[str, _Place], there: Mapping[str, _Place]
) -> dict[_Place, _Place]:  # fmt: skip
    """Return the sections that have another name here, by what most of their items stand under in the file."""
    new, gone = _sections(mine) - _sections(theirs), _sections(theirs) - _sections(mine)
    pairs = Counter(
        (place, there[key]) for key, place in here.items() if key in there and place in new and there[key] in gone
    )
    names: dict[_Place, _Place] = {}
    for (place, old), _ in pairs.most_common():
        if place not in names and old not in names.values():
            names[place] = old
    return names


def _moved(here: Mapping[str, _Place], there: Mapping[str, _Place], names: Mapping[_Place, _Place]) -> int:
    """Count the items of another section, and the fewest that are to move for the others to be in order."""
    number = {key: at for at, key in enumerate(there)}
    rows: dict[_Place, list[int]] = {}
    moved = 0
    for key, place in here.items():
        if key not in there:
            continue
        if names.get(place, place) == there[key]:
            rows.setdefault(place, []).append(number[key])
        else:
            moved += 1
    return moved + sum(len(row) - _rising(row) for row in rows.values())


def _rising(row: list[int]) -> int:
    """Return how many of a row are in order, at most."""
    tails: list[int] = []
    for number in row:
        place = bisect_left(tails, number)
        tails[place : place + 1] = [number]
    return len(tails)


def _properties(one: ItemDoc, file: ItemDoc | None) -> list[str]:
    """Return the kinds of what an item has here and not in the file; a new one is written with its indent."""
    other = file or ItemDoc(id=one.id, text=one.text, depth=one.depth)
    found = [kind for name, kind in _OWN.items() if getattr(one, name) != getattr(other, name)]
    also = any(getattr(one, name) != getattr(other, name) for name in _ALSO)
    return [*found, *(["other changed property"] if also else [])]
