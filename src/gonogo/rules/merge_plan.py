"""A file's plan into the plan of a launch that runs: identity is kept, and so is what was edited here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from gonogo.rules import merge, text
from gonogo.rules.difference import Difference, compare
from gonogo.rules.pairing import Place, Told, pair
from gonogo.rules.plan_doc import CriterionDoc, ItemDoc, PhaseDoc, PlanDoc, RunbookDoc, SectionDoc


@dataclass(frozen=True, slots=True)
class Import:
    """What is imported: the file's plan, and how the operator wants doubts decided."""

    theirs: PlanDoc
    by_key: bool = False
    """Whether the ids in the file mean items here, as in what gonogo exported."""
    pairs: Mapping[str, str] = field(default_factory=dict)
    """Items here by their keys, and the texts of the lines that they are in the file."""
    take_file: bool = False
    """Whether the file is right where both changed."""
    ended: Collection[str] = ()
    """The keys of the phases that have ended."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The plan as it is after an import, the file's plan with the ids of here, and what is different."""

    plan: PlanDoc
    theirs: PlanDoc
    difference: Difference


_NTH = "\0"
"""What stands between a section's name and its number among those of one name."""
_Placed = dict[str, tuple[ItemDoc, Place]]


def merged(base: PlanDoc, mine: PlanDoc, wanted: Import) -> Merged:
    """Merge the file's plan into that of here; `base` is what the file said when it was read last."""
    found = Difference()
    theirs = as_here(base, mine, wanted)
    clash = _Clash(wanted.take_file, found).decide
    phases = _phases(base, mine, theirs, wanted, clash, found)
    plan = mine.model_copy(update={
        "title": merge.one(base.title, mine.title, theirs.title),
        "vote_life": merge.one(base.vote_life, mine.vote_life, theirs.vote_life),
        "phase": phases,
        "readiness": merge.rows(base.readiness, mine.readiness, theirs.readiness, clash),
        "runbook": _runbooks(base, mine, theirs, clash),
        "template": merge.rows(base.template, mine.template, theirs.template, clash),
        "seat": merge.rows(base.seat, mine.seat, theirs.seat, clash),
        "tip": merge.one(base.tip, mine.tip, theirs.tip),
        "note": tuple(
            one for one in merge.one(base.note, mine.note, theirs.note)
            if one.phase is None or one.phase in {phase.id for phase in phases}
        ),
    })  # fmt: skip
    return Merged(plan, theirs, compare(mine, plan, found))


def as_here(base: PlanDoc, mine: PlanDoc, wanted: Import) -> PlanDoc:
    """Return the file's plan with the ids of here, its lines in the order in which they were."""
    return _as_here(_phases_as_here(wanted.theirs, base, mine, wanted.by_key), base, mine, wanted)


class _Clash:
    """Decides what both sides changed, and keeps what was said about it."""

    def __init__(self, take_file: bool, into: Difference) -> None:
        self._take_file, self._into = take_file, into

    def decide(self, whose: str, name: str, ours: object, files: object) -> bool:
        taken, other = (files, ours) if self._take_file else (ours, files)
        words = [text.line(str(one), 60) if one not in (None, "") else "nothing" for one in (taken, other)]
        side = "as the file has it" if self._take_file else "as it is here"
        self._into.ours.append(f"{whose}: {name.replace('_', ' ')} stays “{words[0]}” {side}, not “{words[1]}”")
        return self._take_file


# The file's ids into those of here ------------------------------------------------------------


def _phases_as_here(theirs: PlanDoc, base: PlanDoc, mine: PlanDoc, by_key: bool) -> PlanDoc:
    """Give the file's phases the ids of those here: by id, by name, or by the most similar name."""
    known = {one.id: {one.name} for one in mine.phase}
    for one in base.phase:
        known.setdefault(one.id, set()).add(one.name)
    ids: dict[int, str] = {}
    for matches in (_same_id if by_key else _same_name, _same_name, _same_id, _like_name):
        for place, phase in enumerate(theirs.phase):
            left = {key: names for key, names in known.items() if key not in ids.values()}
            if place not in ids and (key := matches(phase, left)):
                ids[place] = key
    taken = set(known)
    renamed = {}
    for place, phase in enumerate(theirs.phase):
        ids.setdefault(place, _fresh(phase.id, taken))
        taken.add(ids[place])
        renamed[phase.id] = ids[place]
    return theirs.model_copy(update={
        "phase": tuple(phase.model_copy(update={"id": ids[place]}) for place, phase in enumerate(theirs.phase)),
        "note": tuple(
            one.model_copy(update={"phase": renamed[one.phase]}) if one.phase else one for one in theirs.note
        ),
    })  # fmt: skip


def _same_id(phase: PhaseDoc, known: Mapping[str, set[str]]) -> str | None:
    return phase.id if phase.id in known else None


def _same_name(phase: PhaseDoc, known: Mapping[str, set[str]]) -> str | None:
    return next((key for key, names in known.items() if phase.name.casefold() in map(str.casefold, names)), None)


def _like_name(phase: PhaseDoc, known: Mapping[str, set[str]]) -> str | None:
    scores = sorted(
        ((max(SequenceMatcher(None, phase.name.casefold(), one.casefold()).ratio() for one in names), key)
         for key, names in known.items()), reverse=True,
    )  # fmt: skip
    clear = len(scores) < 2 or scores[0][0] - scores[1][0] >= 0.1
    return scores[0][1] if scores and scores[0][0] >= 0.7 and clear else None


def _fresh(key: str, taken: Collection[str]) -> str:
    made, number = key, 2
    while made in taken:
        made, number = f"{key[:36].rstrip('-')}-{number}", number + 1
    return made


def _as_here(theirs: PlanDoc, base: PlanDoc, mine: PlanDoc, wanted: Import) -> PlanDoc:
    """Give the file's items and criteria the ids of those that they are here."""
    was, here = _placed(base), _placed(mine)
    old = [
        Told(key, *(tuple(dict.fromkeys(values)) for values in zip(
            *((item.text, place) for side in (was, here) if key in side for item, place in [side[key]]), strict=True)))
        for key in dict.fromkeys([*was, *here])
    ]  # fmt: skip
    new = [Told(key, (item.text,), (place,)) for key, (item, place) in _placed(theirs).items()]
    by_hand = {one.key: key for key, words in wanted.pairs.items() for one in new if one.texts[0] == words}
    paired = pair(
        [one for one in new if one.key not in by_hand],
        [one for one in old if one.key not in by_hand.values()],
        wanted.by_key,
    )
    ids = {**paired, **by_hand}
    taken = {*was, *here}
    for one in new:
        if one.key not in ids:
            ids[one.key] = _fresh(one.key, taken)
            taken.add(ids[one.key])
    phases = []
    for phase in theirs.phase:
        sections = tuple(
            section.model_copy(update={"item": tuple(
                item.model_copy(update={"id": ids[item.id]}) for item in section.item)})
            for section in phase.section
        )  # fmt: skip
        criteria = _criteria_as_here(phase, base, mine)
        phases.append(phase.model_copy(update={"section": sections, "criterion": criteria}))
    return theirs.model_copy(update={"phase": tuple(phases)})


def _criteria_as_here(phase: PhaseDoc, base: PlanDoc, mine: PlanDoc) -> tuple[CriterionDoc, ...]:
    """Give a phase's criteria the ids of those here that say the same, of which one may have been edited since."""
    known = {(row.require, row.id) for plan in (mine, base) for one in plan.phase if one.id == phase.id
             for row in one.criterion}  # fmt: skip
    ids = {row.id: row.id for row in phase.criterion if (row.require, row.id) in known}
    for row in phase.criterion:
        free = sorted(key for require, key in known if require == row.require and key not in ids.values())
        if row.id not in ids and free:
            ids[row.id] = free[0]
    taken = set(ids.values())
    for row in phase.criterion:
        if row.id not in ids:
            ids[row.id] = _fresh(row.id, taken)
            taken.add(ids[row.id])
    return tuple(row.model_copy(update={"id": ids[row.id]}) for row in phase.criterion)


def _placed(plan: PlanDoc) -> _Placed:
    return {
        item.id: (item, (phase.id, name))
        for phase in plan.phase for name, section in _sections(phase).items() for item in section.item
    }  # fmt: skip


# Putting it together --------------------------------------------------------------------------


def _phases(
    base: PlanDoc, mine: PlanDoc, theirs: PlanDoc, wanted: Import, clash: merge.Clash, found: Difference
) -> tuple[PhaseDoc, ...]:  # fmt: skip
    was, here, there = ({one.id: one for one in plan.phase} for plan in (base, mine, theirs))
    items = dict(_items(_placed(base), _placed(mine), _placed(theirs), wanted.ended, clash))
    made = {}
    for key in merge.order_of([*was], [*here], [*there]):
        if key in wanted.ended:
            made[key] = here[key]
            if key in there and there[key] != was.get(key):
                found.left.append(f"“{here[key].name}” has ended and stays as it is")
        elif key in here and (key in there or key not in was):
            made[key] = merge.fields(
                was.get(key, here[key]), here[key], there.get(key, here[key]), clash, here[key].name,
                ("section", "criterion"),
            )  # fmt: skip
        elif key in there and key not in was:
            made[key] = there[key]
    return tuple(
        phase if key in wanted.ended else _filled(phase, was.get(key), here.get(key), there.get(key), items, clash)
        for key, phase in made.items()
    )


def _items(
    was: _Placed, here: _Placed, there: _Placed, ended: Collection[str], clash: merge.Clash
) -> Iterator[tuple[str, tuple[ItemDoc, Place]]]:  # fmt: skip
    """Yield the items that are left, as they are then and where they stand."""
    for key, (item, place) in here.items():
        if place[0] in ended:
            continue
        if key in there:
            old, old_place = was.get(key, here[key])
            new, new_place = there[key]
            made = merge.fields(old, item, new, clash, f"“{text.line(item.text, 40)}”", ("tick",))
            state = _state(old), _state(item), _state(new)
            if state[2] not in state[:2]:
                made = made.model_copy(update={"tick": new.tick})
            moved = new_place != old_place and place == old_place and new_place[0] not in ended
            yield key, (made, new_place if moved else place)
        elif key not in was:
            yield key, (item, place)
    for key, (item, place) in there.items():
        if key not in here and key not in was and place[0] not in ended:
            yield key, (item, place)


def _state(item: ItemDoc) -> str:
    return item.tick.state if item.tick else ""


def _filled(
    phase: PhaseDoc, was: PhaseDoc | None, here: PhaseDoc | None, there: PhaseDoc | None,
    items: Mapping[str, tuple[ItemDoc, Place]], clash: merge.Clash,
) -> PhaseDoc:  # fmt: skip
    """Put sections, items and criteria into a phase."""
    sides = [_sections(one) for one in (was, here, there)]
    mates: dict[str, list[str]] = defaultdict(list)
    for key, (_, place) in items.items():
        if place[0] == phase.id:
            mates[place[1]].append(key)
    made = []
    names = merge.order_of(*([*side] for side in sides))
    for name in dict.fromkeys([*names, *mates]):
        rows = [side.get(name) for side in sides]
        if not mates.get(name) and _dropped(*rows):
            continue
        order = merge.order_of(*([item.id for item in row.item] if row else [] for row in rows))
        keys = [key for key in dict.fromkeys([*order, *mates[name]]) if key in mates[name]]
        head = next(row for row in (rows[1], rows[2], rows[0], SectionDoc(name=name.split(_NTH)[0])) if row is not None)
        if rows[1] and rows[2]:
            head = merge.fields(rows[0] or rows[1], rows[1], rows[2], clash, name, ("item", "name"))
        made.append(head.model_copy(update={"item": tuple(items[key][0] for key in keys)}))
    before, ours, files = (one.criterion if one else () for one in (was, here, there))
    return phase.model_copy(update={"section": tuple(made), "criterion": merge.rows(before, ours, files, clash)})


def _dropped(was: SectionDoc | None, here: SectionDoc | None, there: SectionDoc | None) -> bool:
    """Whether the file or somebody here dropped an empty section."""
    return was is not None and (here is None or there is None)


def _sections(phase: PhaseDoc | None) -> dict[str, SectionDoc]:
    """Return a phase's sections by name, those of one name numbered."""
    made: dict[str, SectionDoc] = {}
    for one in phase.section if phase else ():
        name, number = one.name, 2
        while name in made:
            name, number = f"{one.name}{_NTH}{number}", number + 1
        made[name] = one
    return made


def _runbooks(base: PlanDoc, mine: PlanDoc, theirs: PlanDoc, clash: merge.Clash) -> tuple[RunbookDoc, ...]:
    was, here, there = ({book.severity: book for book in plan.runbook} for plan in (base, mine, theirs))
    made = []
    for severity, book in {**there, **here}.items():
        before, ours, files = (side[severity].step if severity in side else () for side in (was, here, there))
        if rows := merge.rows(before, ours, files, clash):
            made.append(book.model_copy(update={"step": rows}))
    return tuple(made)
