"""Taking many logged things in at once: a batch is one transaction, and what is wrong with one keeps out no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from gonogo.control import shelf
from gonogo.control.clock import Ids
from gonogo.control.room import ControlRoom
from gonogo.rules import door
from gonogo.rules.logged import Logged
from gonogo.rules.record import Act, Fact, Intent, Refusal
from gonogo.store import evidence, rows


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A key that came again with other content; the first was kept."""

    number: int
    key: str
    name: str
    """What the list calls the one that was kept, where it calls it anything."""


@dataclass(slots=True)
class Taken:
    """What became of what was given."""

    new: int = 0
    repeated: int = 0
    otherwise: list[Otherwise] = field(default_factory=list)
    """Of the repeated, those with other content."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """By its number, why one was not taken."""


def take(room: ControlRoom, numbered: Iterable[tuple[int, Intent]], taken: Taken) -> None:
    """Log a batch; when this returns, it is on disk."""
    facts: list[Fact] = []
    numbers: dict[str, int] = {}
    with room.store.writing() as db:
        act = Act(room.actor, room.clock.now(), Ids(room.clock).fresh, named=partial(shelf.target, room.store))
        state = room.store.state()
        for number, intent in numbered:
            decision = door.decide(state, intent, act)
            if isinstance(decision, Refusal):
                taken.refused.append((number, decision.sentence))
            else:
                facts += decision.facts
                numbers |= {fact.id: number for fact in decision.facts}
        fresh = evidence.append(db, facts)
        if fresh < len(facts):
            for fact, kept in evidence.otherwise(db, facts):
                row = rows.read_one(db, Logged, kept)
                taken.otherwise.append(Otherwise(numbers[fact.id], fact.key or "", row.name if row else ""))
        if fresh:
            room.store.bump(["evidence"])
    taken.new += fresh
    taken.repeated += len(facts) - fresh
