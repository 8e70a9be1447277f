"""Plans as data: TOML and JSON as gonogo writes them, and the JSON that a preview prints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from gonogo.formats import plans, toml
from gonogo.formats.encoding import Text
from gonogo.formats.errors import FileError
from gonogo.formats.plan_sheet import read_sheet
from gonogo.formats.plan_sheet.words import begin, escape
from gonogo.rules.draft import (
    CriterionDraft,
    Draft,
    ItemDraft,
    Line,
    NoteDraft,
    Origin,
    PhaseDraft,
    ReadinessDraft,
    RunbookDraft,
    SectionDraft,
    State,
    StepDraft,
    TemplateDraft,
)
from gonogo.rules.plan_doc import ItemDoc, PlanDoc
from gonogo.rules.text import Line as OneLine

M = TypeVar("M", bound=BaseModel)


def from_toml(path: Path, text: Text, metrics: Mapping[str, str]) -> tuple[PlanDoc, Draft]:
    """Read a plan in gonogo's own TOML."""
    plan = (
        plans.read_plan(path, metrics)
        if text.repaired is None
        else _validated(toml.parse(text.text, str(path)), path, metrics)
    )
    return plan, _draft(plan, text, _TomlPlaces(text.lines))


def from_sheet(path: Path, text: Text, metrics: Mapping[str, str]) -> tuple[PlanDoc, Draft]:
    """Read a plan in Markdown as gonogo writes it."""
    plan = _validated(read_sheet(text.lines), path, metrics)
    return plan, _draft(plan, text, _SheetPlaces(text.lines))


def from_json(path: Path, text: Text, metrics: Mapping[str, str]) -> tuple[PlanDoc | None, Draft]:
    """Read a plan in JSON: with the keys of the TOML (`phase`), or as a preview prints it (`phases`)."""
    try:
        data = json.loads(text.text)
    except json.JSONDecodeError as error:
        raise FileError(
            f"{path} is not JSON: {error.msg.lower()}, line {error.lineno}, column {error.colno}."
        ) from error
    except (RecursionError, ValueError) as error:
        raise FileError(f"{path} is nested too deep, or holds a number past all bounds.") from error
    if not isinstance(data, dict) or not ({"phase", "phases"} & data.keys()):
        raise FileError(f'{path} holds no plan; it is one JSON object with "phase", as the TOML has it, or "phases".')
    if "phase" in data:
        plan = _validated(data, path, metrics)
        return plan, _draft(plan, text, _JsonPlaces(text.lines))
    return None, _previewed(_checked(_Printed, data, path, {}), text)


def _validated(tables: Mapping[str, Any], path: Path, metrics: Mapping[str, str]) -> PlanDoc:
    return _checked(PlanDoc, tables, path, {"metrics": metrics})


def _checked(model: type[M], data: Mapping[str, Any], path: Path, context: Mapping[str, Any]) -> M:
    """Turn data into a model; the error names the place, and no line, which JSON has no use for."""
    try:
        return toml.validate(model, data, "", str(path), context)
    except FileError as error:
        raise FileError(str(error).replace(f"{path}:1:", f"{path}:", 1)) from None


# Where things stand ---------------------------------------------------------------------------


class _TomlPlaces:
    """The lines of the tables of a TOML file, each kind in its order."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        heads = [
            (number, found[1].replace(" ", ""))
            for number, line in enumerate(lines, 1)
            if (found := re.match(r"\s*\[\[\s*([\w. ]+?)\s*\]\]", line))
        ]
        ends = [number - 1 for number, _ in heads[1:]] + [len(lines)]
        self._found: dict[str, Iterator[tuple[int, int]]] = {}
        for kind in {kind for _, kind in heads}:
            spans = [(number, end) for (number, name), end in zip(heads, ends, strict=True) if name == kind]
            self._found[kind] = iter(spans)

    def next(self, kind: str, said: str) -> Origin:
        """Return where the next table of a kind stands."""
        first, last = next(self._found.get(kind, iter(())), (1, 1))
        while last > first and (not self.lines[last - 1].strip() or self.lines[last - 1].lstrip().startswith("#")):
            last -= 1
        return Origin(first, last, "\n".join(self.lines[first - 1 : last]))


class _JsonPlaces:
    """The lines on which texts stand in a JSON file, in the order in which they are asked for."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self._at = 0

    def next(self, kind: str, said: str) -> Origin:
        """Return the next line that says a text."""
        forms = self.forms(said)
        for place in range(self._at, len(self.lines)):
            if any(form in self.lines[place] for form in forms):
                self._at = place
                break
        return Origin(self._at + 1, self._at + 1, self.lines[self._at] if self.lines else "")

    def forms(self, said: str) -> tuple[str, ...]:
        """Return how a text may be written in the file."""
        return json.dumps(said), json.dumps(said, ensure_ascii=False)


class _SheetPlaces(_JsonPlaces):
    """The lines on which texts stand in a sheet."""

    def forms(self, said: str) -> tuple[str, ...]:
        """Return how a text is written in a sheet."""
        return begin(said), escape(said)


_Places = _TomlPlaces | _JsonPlaces


# A plan into a draft --------------------------------------------------------------------------


def _draft(plan: PlanDoc, text: Text, places: _Places) -> Draft:
    phases = []
    for number, phase in enumerate(plan.phase, 1):
        origin = places.next("phase", phase.name)
        sections = tuple(
            SectionDraft(
                section.name, places.next("phase.section", section.name),
                tuple(_item(item, places) for item in section.item),
            )
            for section in phase.section
        )  # fmt: skip
        criteria = tuple(
            CriterionDraft(one.text or one.name, places.next("phase.criterion", one.name), one.require, one.floor)
            for one in phase.criterion
        )
        phases.append(
            PhaseDraft(phase.name, origin, number, phase.goal, "", phase.days, phase.environment, sections, criteria)
        )
    lines, notes = _lines(text, places)
    return Draft(
        plan.title,
        tuple(phases),
        tuple(
            RunbookDraft(
                str(book.severity),
                book.severity,
                tuple(
                    StepDraft(step.text, places.next("runbook.step", step.text), step.due, step.command)
                    for step in book.step
                ),
            )
            for book in plan.runbook
        ),
        (),
        tuple(
            ReadinessDraft(one.text or one.name, places.next("readiness", one.name), "", f"{one.max_age:g}s")
            for one in plan.readiness
        ),
        tuple(TemplateDraft(one.name, one.body, places.next("template", one.name)) for one in plan.template),
        plan.tip,
        notes,
        lines,
    )


_STATES: dict[str, State] = {"done": "done", "not_applicable": "dropped", "broken": "open"}


def _item(item: ItemDoc, places: _Places) -> ItemDraft:
    return ItemDraft(
        item.text,
        places.next("phase.section.item", item.text),
        item.kind,
        _STATES[item.tick.state] if item.tick else "open",
        counted=item.counted,
        optional=item.optional,
        every=f"{item.every:g}s" if item.every else None,
        owner=item.owner,
        note=item.note,
        command=item.command,
        when=item.when,
    )


def _lines(text: Text, places: _Places | None) -> tuple[tuple[Line, ...], tuple[NoteDraft, ...]]:
    """Say what became of each line: all of a file that has one meaning is used, but for comments."""
    lines, notes = list[Line](), list[NoteDraft]()
    for number, line in enumerate(text.lines, 1):
        words = line.strip()
        comment = words.startswith("#") and not isinstance(places, _JsonPlaces)
        if comment:
            notes.append(NoteDraft(line, Origin(number, number, line), kind="comment"))
        lines.append(Line(number, line, "comment" if comment else "setting" if words else "blank"))
    return tuple(lines), tuple(notes)


# What a preview prints ------------------------------------------------------------------------


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _PrintedItem(_Row):
    text: OneLine
    kind: Literal["task", "routine", "guard"] = "task"
    done: bool = False
    counted: bool = True
    optional: bool = False
    every: str | None = None
    owner: OneLine | None = None
    due: OneLine | None = None
    note: OneLine | None = None
    command: OneLine | None = None
    condition: OneLine | None = None
    when: OneLine | None = None
    depth: int = Field(0, ge=0, le=1000)


class _PrintedSection(_Row):
    name: OneLine = ""
    items: tuple[_PrintedItem, ...] = ()


class _PrintedCriterion(_Row):
    text: OneLine
    require: OneLine | None = None
    floor: float | None = None
    metric: OneLine | None = None


class _PrintedPhase(_Row):
    name: OneLine
    goal: OneLine = ""
    window: OneLine = ""
    days: float | None = Field(None, gt=0, le=3660, allow_inf_nan=False)
    environment: OneLine = "production"
    sections: tuple[_PrintedSection, ...] = ()
    criteria: tuple[_PrintedCriterion, ...] = ()


class _Printed(_Row):
    title: OneLine = "Plan"
    phases: tuple[_PrintedPhase, ...]


def _previewed(data: _Printed, text: Text) -> Draft:
    places = _JsonPlaces(text.lines)
    phases = []
    for number, phase in enumerate(data.phases, 1):
        origin = places.next("", phase.name)
        sections = tuple(
            SectionDraft(section.name, None, tuple(
                ItemDraft(
                    state="done" if item.done else "open", origin=places.next("", item.text),
                    **item.model_dump(exclude={"done"}),
                )
                for item in section.items
            ))
            for section in phase.sections
        )  # fmt: skip
        criteria = tuple(
            CriterionDraft(one.text, places.next("", one.text), one.require, one.floor, one.metric)
            for one in phase.criteria
        )
        phases.append(
            PhaseDraft(
                phase.name, origin, number, phase.goal, phase.window, phase.days, phase.environment, sections, criteria
            )
        )
    lines, notes = _lines(text, places)
    return Draft(data.title, tuple(phases), notes=notes, lines=lines)
