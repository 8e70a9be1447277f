"""What of a launch's plan a team's own file does not say yet: marks, words, new lines, lines to take out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from gonogo.rules.back_left import left_here
from gonogo.rules.plan_doc import ItemDoc, PlanDoc
from gonogo.rules.record import Refusal

Mark = Literal["open", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class Fresh:
    """An item that the file does not have: its neighbours before and behind it, nearest first, by their keys."""

    key: str
    text: str
    mark: Mark
    depth: int
    before: tuple[tuple[str, int], ...]
    """(key, depth) of each item before it in its section."""
    behind: tuple[str, ...]
    section: str
    earlier: tuple[tuple[str, int], ...] = ()
    """What stands before its section in the phase, where the file has no such section."""
    phase: str = ""
    """The phase's name: two phases may have sections of one name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be in the file: how its lines are to be, what is to go and what is to come."""

    marks: Mapping[str, Mark]
    texts: Mapping[str, str]
    gone: tuple[str, ...]
    fresh: tuple[Fresh, ...]
    left: tuple[str, ...] = ()
    """What stays here, one text for each kind with its count."""


def wanted(base: PlanDoc, mine: PlanDoc, theirs: PlanDoc, due: Collection[str], file: str) -> Wanted | Refusal:
    """Say what the file is to become; refused where it says what nobody here has read yet.

    `theirs` is the file's plan with the ids of here; `due` are routines that were ticked and have come due again.
    """
    was, here = {one.id: one for one in base.items}, {one.id: one for one in mine.items}
    unread = [said for one in theirs.items if (said := _unread(one, was.get(one.id), here.get(one.id)))]
    if unread:
        more = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
        return Refusal(
            f"{file} says what was not imported yet: {unread[0]}{more}. Import it first, then write it back."
        )
    there = {one.id for one in theirs.items}
    kept = [one for one in mine.items if one.id in there]
    return Wanted(
        {one.id: mark_of(one, due) for one in kept},
        {one.id: one.text for one in kept},
        tuple(one.id for one in theirs.items if one.id not in here),
        tuple(_fresh(mine, there | was.keys(), due)),
        left_here(mine, theirs),
    )


def mark_of(item: ItemDoc, due: Collection[str]) -> Mark:
    """Return what the box of an item is to say."""
    if item.tick is None or item.tick.state == "broken" or item.id in due:
        return "open"
    return "done" if item.tick.state == "done" else "dropped"


def _unread(there: ItemDoc, was: ItemDoc | None, here: ItemDoc | None) -> str:
    if was is None and here is None:
        return f"“{there.text}” is new"
    known = [one for one in (was, here) if one is not None]
    if there.text not in [one.text for one in known]:
        return f"“{there.text}” was reworded"
    if here is not None and _state(there) not in map(_state, known):
        return f"“{there.text}” was marked" if there.tick else f"the mark of “{there.text}” was taken away"
    return ""


def _state(item: ItemDoc) -> str:
    return item.tick.state if item.tick else ""


def _fresh(mine: PlanDoc, known: Collection[str], due: Collection[str]) -> Iterator[Fresh]:
    for phase in mine.phase:
        earlier: list[tuple[str, int]] = []
        for section in phase.section:
            rows = section.item
            for place, one in enumerate(rows):
                if one.id not in known:
                    before = [(row.id, row.depth) for row in reversed(rows[:place])]
                    behind = tuple(row.id for row in rows[place + 1 :])
                    mark = mark_of(one, due)
                    yield Fresh(
                        one.id, one.text, mark, one.depth, tuple(before), behind, section.name, tuple(earlier),
                        phase.name,
                    )  # fmt: skip
            earlier = [*((row.id, 0) for row in reversed(rows) if row.depth == 0), *earlier]
