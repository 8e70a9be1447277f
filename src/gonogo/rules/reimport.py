"""Importing a plan over a launch that runs: one change, one entry in the journal, one undo."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gonogo.rules import plan_now
from gonogo.rules.merge_plan import Import, Merged, as_here, merged
from gonogo.rules.plan import (
    Criterion,
    Item,
    Launch,
    Phase,
    Readiness,
    Renewal,
    RunbookStep,
    Seat,
    Section,
    Template,
    Tick,
)
from gonogo.rules.plan_doc import PlanDoc, records
from gonogo.rules.plan_kept import PlanSource, Remark, tick_of
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State
from gonogo.rules.words import count, some


class ImportPlan(Intent):
    """Take a file's plan over the one of a launch, without losing who did what."""

    plan: PlanDoc
    source: str
    by_key: bool = False
    pairs: dict[str, str] = {}
    take_file: bool = False
    lose_ticks: bool = False


class KeepSource(Intent):
    """Keep what a file says that was brought up to date: nothing of the plan changes."""

    plan: PlanDoc
    source: str


def look(state: State, intent: ImportPlan) -> Merged | Refusal:
    """Return what an import would make of the plan and what would be different, or why it cannot be."""
    launch = next(iter(state.all(Launch)), None)
    if launch is None:
        return Refusal("There is no launch here yet; `gonogo plan import` founds one.")
    if intent.plan.launch not in (None, launch.key):
        return Refusal(
            f"{intent.source} is the plan of the launch “{intent.plan.launch}”, and this one is “{launch.key}”;"
            " to take it all the same, take the line with its launch out."
        )
    if no := _unpaired(state, intent):
        return no
    source = next(iter(state.all(PlanSource)), None)
    mine = plan_now.plan_now(state)
    base = plan_now.checked(json.loads(source.doc)) if source else mine
    ended = {phase.key for phase in state.all(Phase) if phase.ended_at is not None}
    found = merged(base, mine, Import(intent.plan, intent.by_key, intent.pairs, intent.take_file, ended))
    kept = {phase.id for phase in found.plan.phase}
    if lost := next((phase for phase in state.all(Phase) if phase.state == "active" and phase.key not in kept), None):
        return Refusal(f"“{lost.name}” is the active phase, and {intent.source} has none like it; give one that name.")
    return found


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an import over a launch."""
    if isinstance(intent, KeepSource):
        mine = plan_now.plan_now(state)
        theirs = as_here(mine, mine, Import(intent.plan))
        kept = _source(state, theirs, mine.title, intent.source, act)
        return Changes(f"wrote the plan back to {intent.source}", put=tuple(kept), undoable=False)
    assert isinstance(intent, ImportPlan)
    found = look(state, intent)
    if isinstance(found, Refusal):
        return found
    difference = found.difference
    if difference.lost and not intent.lose_ticks:
        many = count(len(difference.lost), "tick")
        named = some([f"“{one.text}” ({one.by}: {one.why})" for one in difference.lost], 2)
        return Refusal(
            f"{many} would be lost: {named}. Pair lines with --pair KEY=TEXT, or say --lose-ticks to let them go."
        )
    launch = next(iter(state.all(Launch)))
    put, remove = _rows(state, found.plan, launch, act, intent.source)
    if launch.vote_life_s != found.plan.vote_life:
        put.append(launch.model_copy(update={"vote_life_s": found.plan.vote_life}))
    kept = _source(state, found.theirs, found.plan.title, intent.source, act)
    if not put and not remove:
        return _nothing_new(state, kept, intent.source)
    put += kept
    return Changes(f"imported {intent.source}: {difference.said()}", put=tuple(put), remove=tuple(remove))


def _nothing_new(state: State, kept: Sequence[Record], file: str) -> Changes:
    """Change nothing of the plan; what the file said is kept where it is news."""
    old, made = next(iter(state.all(PlanSource)), None), next(iter(kept), None)
    if old is not None and isinstance(made, PlanSource) and old.doc == made.doc:
        kept = ()  # only the file's name is another
    return Changes(f"found nothing new in {file}", put=tuple(kept), undoable=False)


def _unpaired(state: State, intent: ImportPlan) -> Refusal | None:
    keys = {item.key for item in state.all(Item)}
    texts = [item.text for item in intent.plan.items]
    for key, words in intent.pairs.items():
        if key not in keys:
            return Refusal(f"--pair names the item “{key}”, and there is none; the preview shows the keys.", True)
        if texts.count(words) != 1:
            there = "is not in" if words not in texts else "stands more than once in"
            return Refusal(f"--pair: “{words}” {there} {intent.source}; give the text of one line.", True)
    return None


def _source(state: State, theirs: PlanDoc, title: str, file: str, act: Act) -> list[Record]:
    """Keep what the file said, if it says something else than before."""
    old = next(iter(state.all(PlanSource)), None)
    made = plan_now.source_of(theirs, file, act).model_copy(update={"title": title})
    if old is None:
        return [made]
    if (old.doc, old.file, old.title) == (made.doc, made.file, title):
        return []
    return [made.model_copy(update={"id": old.id})]


# A plan onto the rows that there are ----------------------------------------------------------

_KINDS: tuple[type[Record], ...] = (
    Phase, Section, Item, Criterion, Readiness, RunbookStep, Template, Seat, Remark,
)  # fmt: skip
_LIVED: Mapping[type[Record], tuple[str, ...]] = {
    Phase: ("opens", "closes", "state", "started_at", "ended_at", "ended_by", "verdict", "reason", "retro"),
    Section: ("confirmed_at", "confirmed_by"), Item: ("changed_by",), Criterion: ("set_by",),
}  # fmt: skip
"""What a row has from its life, and no plan says."""
_Name = tuple[Any, ...]


def _rows(
    state: State, plan: PlanDoc, launch: Launch, act: Act, file: str
) -> tuple[list[Record], list[Record]]:  # fmt: skip
    """Return the rows to put and those to remove, so that the launch has this plan."""
    old = [row for kind in _KINDS for row in state.all(kind)]
    new = records(plan, launch.opens, act.fresh, launch.timezone)
    there = dict(zip(_names(old), old, strict=True))
    ids: dict[str, str] = {}
    made: list[Record] = []
    for name, row in zip(_names(new), new, strict=True):
        was = there.get(name)
        ids[row.id] = was.id if was else row.id
        made.append(_lived(_with_ids(row, ids), was))
    known = {row.id: row for row in old}
    made = _windows(_in_place(made, old), known)
    put = [row for row in made if known.get(row.id) != row]
    stays = {row.id for row in made}
    gone = [row for row in old if row.id not in stays]
    ticks, unticked = _ticks(state, plan, made, act, file)
    renewals = [one for row in gone if isinstance(row, Readiness) and (one := state.get(Renewal, row.id))]
    return put + ticks, gone + unticked + renewals


def _names(rows: Sequence[Record]) -> list[_Name]:
    """Return what rows are the same by in an old and a new plan."""
    keys = {row.id: row.key for row in rows if isinstance(row, Phase)}
    seen: dict[_Name, int] = defaultdict(int)
    made = []
    for row in rows:
        inner = keys.get(getattr(row, "phase", "") or "") if not isinstance(row, Item) else None
        words = getattr(row, "key", None) or getattr(row, "name", None) or getattr(row, "text", "")
        name: _Name = (type(row), inner, getattr(row, "severity", None), words)
        seen[name] += 1
        made.append((*name, seen[name]))
    return made


def _with_ids(row: Record, ids: Mapping[str, str]) -> Record:
    update = {"id": ids[row.id]}
    for name in ("phase", "section"):
        if new := ids.get(getattr(row, name, None) or ""):
            update[name] = new
    return row.model_copy(update=update)


def _lived(row: Record, was: Record | None) -> Record:
    """Keep what a row has from its life."""
    if was is None:
        return row
    kept = {name: getattr(was, name) for name in _LIVED.get(type(row), ())}
    if isinstance(row, Phase) and isinstance(was, Phase):
        days = row.closes - row.opens if row.closes else None
        lasted = was.closes - was.opens if was.closes else None
        if days != lasted and was.ended_at is None:
            kept["closes"] = was.opens + days if days else None
    if isinstance(row, Criterion) and isinstance(was, Criterion) and row.require != was.require:
        kept.pop("set_by")
    if isinstance(row, Remark) and isinstance(was, Remark):
        kept["position"] = row.position
    return row.model_copy(update=kept)


def _in_place(made: list[Record], old: Iterable[Record]) -> list[Record]:
    """Leave the positions of a group alone whose order is as it was."""
    before, after = _groups(old), _groups(made)
    kept: dict[str, float] = {}
    for group, rows in after.items():
        was = before.get(group, [])
        if [row.id for row in rows] == [row.id for row in was]:
            kept.update({row.id: getattr(row, "position") for row in was})  # noqa: B009
    return [row.model_copy(update={"position": kept[row.id]}) if row.id in kept else row for row in made]


def _groups(rows: Iterable[Record]) -> dict[_Name, list[Record]]:
    found: dict[_Name, list[Record]] = defaultdict(list)
    for row in rows:
        if hasattr(row, "position"):
            home = getattr(row, "section", None) or getattr(row, "severity", None) or getattr(row, "phase", None)
            found[type(row), home if not isinstance(row, Remark) else None].append(row)
    return {
        group: sorted(mates, key=lambda row: (getattr(row, "position"), row.id)) for group, mates in found.items()  # noqa: B009
    }  # fmt: skip


def _windows(made: list[Record], known: Mapping[str, Record]) -> list[Record]:
    """Let the windows of phases that wait follow each other from where one is new or has another length."""
    found: list[Record] = []
    before: Phase | None = None
    moved = False
    for row in made:
        if isinstance(row, Phase):
            was = known.get(row.id)
            if before and before.closes and row.state == "upcoming" and (moved or was is None):
                closes = before.closes + (row.closes - row.opens) if row.closes else None
                row = row.model_copy(update={"opens": before.closes, "closes": closes})
            moved = moved or was is None or getattr(was, "closes", None) != row.closes
            before = row
        found.append(row)
    return found


def _ticks(
    state: State, plan: PlanDoc, made: Sequence[Record], act: Act, file: str
) -> tuple[list[Record], list[Record]]:  # fmt: skip
    """Return the ticks that the file gives, and those that are gone."""
    ids = {row.key: row.id for row in made if isinstance(row, Item)}
    wanted = {ids[item.id]: item.tick for item in plan.items}
    put, remove = list[Record](), list[Record]()
    for tick in state.all(Tick):
        if wanted.get(tick.id) is None:
            remove.append(tick)
    for key, doc in wanted.items():
        was = state.get(Tick, key)
        same = was is not None and doc is not None and (was.state, was.at.utc, was.by) == (doc.state, doc.at, doc.by)
        if doc is not None and not same:
            put.append(tick_of(doc, key, act, file))
    return put, remove
