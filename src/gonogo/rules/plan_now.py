"""The plan as it stands in a launch, back as the document that a plan file writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from gonogo.rules import condition, duration
from gonogo.rules.catalogue import READINGS
from gonogo.rules.grammar import Literal
from gonogo.rules.ordering import in_section
from gonogo.rules.plan import Criterion, Item, Launch, Phase, Readiness, RunbookStep, Seat, Section, Template, Tick
from gonogo.rules.plan_doc import (
    CriterionDoc,
    ItemDoc,
    PhaseDoc,
    PlanDoc,
    ReadinessDoc,
    SeatDoc,
    SectionDoc,
    StepDoc,
    TemplateDoc,
)
from gonogo.rules.plan_kept import PlanSource, Remark
from gonogo.rules.record import Act, R, Record, State

Table = dict[str, Any]
_DAY_S = 86_400


def plan_now(state: State) -> PlanDoc:
    """Return the plan of a launch, its ticks included."""
    return checked(tables_now(state))


def tables_now(state: State) -> Table:
    """Return the plan of a launch as the tables of its file; what is as usual is left out."""
    launch = next(iter(state.all(Launch)))
    source = next(iter(state.all(PlanSource)), None)
    phases = sorted(state.all(Phase), key=lambda phase: phase.position)
    keys = {phase.id: phase.key for phase in phases}
    remarks = sorted(state.all(Remark), key=lambda one: (one.position, one.id))
    made: Table = {
        "title": source.title if source else launch.name,
        "launch": launch.key,
        "phase": list(_phases(state, phases)),
        "readiness": [_table(ReadinessDoc, one) for one in _ordered(state.all(Readiness))],
        "runbook": list(_runbooks(state)),
        "template": [_table(TemplateDoc, one) for one in sorted(state.all(Template), key=lambda one: one.id)],
        "seat": [_table(SeatDoc, one) for one in _ordered(state.all(Seat))],
        "tip": [one.text for one in remarks if one.kind == "tip"],
        "note": [
            {"text": one.text, **({"phase": keys[one.phase]} if one.phase in keys else {}),
             **({"kind": one.kind} if one.kind != "note" else {})}
            for one in remarks if one.kind != "tip"
        ],
    }  # fmt: skip
    if launch.vote_life_s != _DAY_S:
        made["vote_life"] = duration.written(launch.vote_life_s)
    return {name: value for name, value in made.items() if value != []}


def checked(tables: Mapping[str, Any]) -> PlanDoc:
    """Read tables of a plan that is in use: what its criteria read is taken as it is."""
    return PlanDoc.model_validate(tables, context={"metrics": stand_ins(_conditions(tables))})


def stand_ins(conditions: Iterable[str]) -> dict[str, str]:
    """Return the readings of conditions that are none of gonogo's own, with the units that they are compared in."""
    found: dict[str, str] = {}
    for words in conditions:
        try:
            one = condition.parse(words)
        except condition.ConditionError:
            continue
        if isinstance(one.left, condition.Path) and one.reading not in READINGS:
            found[one.reading] = one.right.scale if isinstance(one.right, Literal) else ""
    return found


def _conditions(tables: Mapping[str, Any]) -> Iterator[str]:
    for phase in tables.get("phase", ()):
        yield from (one["require"] for one in phase.get("criterion", ()))
        for section in phase.get("section", ()):
            yield from (one["done_when"] for one in section.get("item", ()) if one.get("done_when"))


def _phases(state: State, phases: Iterable[Phase]) -> Iterator[Table]:
    lines: dict[str, list[Item]] = {}
    for item in state.all(Item):
        lines.setdefault(item.section, []).append(item)
    for phase in phases:
        made = _table(PhaseDoc, phase)
        if phase.closes is not None:
            made["days"] = (phase.closes - phase.opens).total_seconds() / _DAY_S
        made["section"] = [
            {**_table(SectionDoc, one),
             "item": [_item(state, item) for item in in_section(lines.get(one.id, ()), one.id)]}
            for one in _ordered(one for one in state.all(Section) if one.phase == phase.id)
        ]  # fmt: skip
        made["criterion"] = [
            _table(CriterionDoc, one) for one in _ordered(one for one in state.all(Criterion) if one.phase == phase.id)
        ]
        yield made


def _item(state: State, item: Item) -> Table:
    made = _table(ItemDoc, item)
    if tick := state.get(Tick, item.id):
        said = {"state": tick.state if tick.state != "done" else None, "at": tick.at.utc, "by": tick.by,
                "note": tick.note}  # fmt: skip
        made["tick"] = {name: value for name, value in said.items() if value is not None}
    return made


def _runbooks(state: State) -> Iterator[Table]:
    books: dict[str, list[RunbookStep]] = {}
    for step in _ordered(state.all(RunbookStep)):
        books.setdefault(step.severity, []).append(step)
    for severity in ("critical", "high", "medium", "low"):
        if severity in books:
            yield {"severity": severity, "step": [_table(StepDoc, step) for step in books[severity]]}


def _ordered(records: Iterable[R]) -> list[R]:
    return sorted(records, key=lambda one: (getattr(one, "position"), one.id))  # noqa: B009


_APART = frozenset(("id", "section", "criterion", "item", "step", "tick", "file"))


def _table(doc: type[BaseModel], record: Record) -> Table:
    """Write what a record says under the names of its document; what is as usual is left out."""
    made: Table = {"id": getattr(record, "key")} if "id" in doc.model_fields else {}  # noqa: B009
    for name, field in doc.model_fields.items():
        if name in _APART:
            continue
        if hasattr(record, name):
            value = getattr(record, name)
        elif (seconds := getattr(record, f"{name}_s", None)) is not None:
            value = duration.written(seconds) if seconds != field.default else None
        else:
            continue
        if value is not None and value != field.default:
            made[name] = value
    return made


def source_of(plan: PlanDoc, file: str, act: Act) -> PlanSource:
    """Keep a plan as it was read, so that what is edited later can be told from it."""
    return PlanSource(id=act.fresh(), file=file, title=plan.title, at=act.at, by=act.actor, doc=as_json(plain(plan)))


def as_json(tables: Mapping[str, Any], indent: int | None = None) -> str:
    """Write tables as JSON; days and instants as text."""
    return json.dumps(tables, ensure_ascii=False, indent=indent, default=_text)


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"nothing writes {type(value).__name__} as JSON")


# A document back into tables ------------------------------------------------------------------

_DURATIONS = frozenset(("every", "grace", "max_age", "per", "takes", "vote_life"))


def plain(doc: BaseModel) -> Table:
    """Return a document as the tables of its file; what is as usual is left out."""
    made: Table = {}
    for name, field in type(doc).model_fields.items():
        value = getattr(doc, name)
        if value is None or value == field.default or name == "file":
            continue
        if name in _DURATIONS or (name == "due" and isinstance(value, float)):
            made[name] = duration.written(value)
        elif isinstance(value, BaseModel):
            made[name] = plain(value)
        elif isinstance(value, tuple):
            made[name] = [plain(one) if isinstance(one, BaseModel) else one for one in value]
        else:
            made[name] = value
    return made
