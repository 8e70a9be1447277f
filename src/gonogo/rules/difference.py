"""What an import would change of a plan, for people to look at before it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel

from gonogo.rules.plan_doc import ItemDoc, PlanDoc
from gonogo.rules.words import count


@dataclass(frozen=True, slots=True)
class LostTick:
    """A tick that an import would lose: of which item, by whom, and why."""

    key: str
    text: str
    by: str
    why: str


@dataclass(slots=True)
class Difference:
    """What an import would change; every list holds sentences or texts for people."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    """(key, text) of each item that the file no longer has."""
    ticked: list[str] = field(default_factory=list)
    lost: list[LostTick] = field(default_factory=list)
    kept: int = 0
    """How many ticks stay."""
    other: list[str] = field(default_factory=list)
    """What changes beside items."""
    ours: list[str] = field(default_factory=list)
    """What was edited here and in the file: what is taken, and what is not."""
    left: list[str] = field(default_factory=list)
    """What the file says of phases that have ended, which is not touched."""

    @property
    def empty(self) -> bool:
        """Whether nothing of the plan would change."""
        return not (self.new or self.changed or self.moved or self.gone or self.ticked or self.lost or self.other)

    def said(self) -> str:
        """Say in a few words what changes, for the journal."""
        parts = (
            (len(self.new), "new"), (len(self.changed), "changed"), (len(self.moved), "moved"),
            (len(self.gone), "gone"), (len(self.ticked), "ticked"),
        )  # fmt: skip
        words = [f"{number} {what}" for number, what in parts if number]
        words += [f"{count(len(self.lost), 'tick')} lost"] if self.lost else []
        words += [f"{count(len(self.other), 'change')} beside the items"] if self.other else []
        return ", ".join(words) or "nothing changed"


def compare(mine: PlanDoc, merged: PlanDoc, into: Difference) -> Difference:
    """Fill in what is different in a merged plan."""
    before, after = dict(_placed(mine)), dict(_placed(merged))
    for key, (item, place) in after.items():
        if key not in before:
            into.new.append(item.text)
            into.ticked += [item.text] if item.tick else []
            continue
        was, old_place = before[key]
        if said := _changes(was, item, ("tick",)):
            into.changed.append(f"“{was.text}”: {said}")
        if place != old_place:
            into.moved.append(f"“{item.text}” to {place[2]}")
        _ticks(was, item, into)
    for key, (item, _) in before.items():
        if key not in after:
            into.gone.append((key, item.text))
            if item.tick:
                into.lost.append(LostTick(key, item.text, item.tick.by or "", "the file no longer has it"))
    into.other += _others(mine, merged)
    return into


def _ticks(was: ItemDoc, item: ItemDoc, into: Difference) -> None:
    if was.tick and item.tick is None:
        into.lost.append(LostTick(was.id, was.text, was.tick.by or "", "the file took its mark away"))
    elif was.tick and was.tick == item.tick:
        into.kept += 1
    elif item.tick:
        into.ticked.append(item.text)


def _placed(plan: PlanDoc) -> Iterator[tuple[str, tuple[ItemDoc, tuple[str, str, str]]]]:
    for phase in plan.phase:
        for section in phase.section:
            for item in section.item:
                yield item.id, (item, (phase.id, section.name, f"{phase.name}, {section.name}"))


def _changes(was: BaseModel, now: BaseModel, apart: tuple[str, ...] = ()) -> str:
    """Say which fields changed, and the words that are new."""
    found = []
    for name in type(was).model_fields:
        if name in apart or getattr(was, name) == (new := getattr(now, name)):
            continue
        label = name.replace("_", " ")
        if isinstance(new, str | int | float) and not isinstance(new, bool):
            found.append(f"{label} “{new}”")
        else:
            found.append(f"no {label}" if new is None or new is False else label)
    return "; ".join(found)


def _others(mine: PlanDoc, merged: PlanDoc) -> Iterator[str]:
    """Yield what is different beside items: phases, their gates, readiness, runbooks, templates, seats, texts."""
    before, after = {one.id: one for one in mine.phase}, {one.id: one for one in merged.phase}
    yield from (f"phase “{one.name}” is new" for key, one in after.items() if key not in before)
    yield from (f"phase “{one.name}” is gone" for key, one in before.items() if key not in after)
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield "the phases stand in another order"
    for key in (key for key in after if key in before):
        was, now = before[key], after[key]
        if said := _changes(was, now, ("section", "criterion")):
            yield f"phase “{was.name}”: {said}"
        yield from _rows(f"gate of “{now.name}”", was.criterion, now.criterion)
        if [(one.name, one.mode) for one in was.section] != [(one.name, one.mode) for one in now.section]:
            yield f"phase “{now.name}”: its sections"
    for what in ("readiness", "runbook", "template", "seat"):
        yield from _rows(what, getattr(mine, what), getattr(merged, what))
    yield from (what for what, name in (("the tips", "tip"), ("the notes", "note"), ("the title", "title"),
                                        ("how long a vote holds", "vote_life"))
                if getattr(mine, name) != getattr(merged, name))  # fmt: skip


def _rows(what: str, was: tuple[BaseModel, ...], now: tuple[BaseModel, ...]) -> Iterator[str]:
    before, after = {_key(one): one for one in was}, {_key(one): one for one in now}
    yield from (f"{what}: “{key}” is new" for key in after if key not in before)
    yield from (f"{what}: “{key}” is gone" for key in before if key not in after)
    for key in (key for key in after if key in before):
        if said := _changes(before[key], after[key]):
            yield f"{what}: “{key}”: {said}"


def _key(one: BaseModel) -> str:
    return str(getattr(one, "id", None) or getattr(one, "severity", ""))
