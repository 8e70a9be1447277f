"""A plan as lines that say something, each with what it is and where it stands: what the linter reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypedDict

from gonogo.rules.draft import TO_JUDGE, CriterionDraft, Draft, Origin, PhaseDraft
from gonogo.rules.plan import Criterion, Item, Phase, Readiness, RunbookStep, Section
from gonogo.rules.record import State

Role = Literal["title", "phase", "section", "goal", "item", "criterion", "step", "readiness", "note"]


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a plan; `id` is its record's, where it has one, and `line` its number in a file."""

    text: str
    role: Role
    id: str = ""
    phase: int = 0
    """Counted from 1; 0 belongs to no phase."""
    section: str = ""
    line: int | None = None
    origin: str = ""
    """What the file says, where that differs."""
    kind: str = "task"
    require: str | None = None
    floor: float | None = None
    owner: str | None = None
    when: str | None = None
    command: str | None = None
    severity: str | None = None
    due_s: float | None = None
    max_age_s: float | None = None

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        where = f"line {self.line}" if self.line else self.section
        return where or (f"phase {self.phase}" if self.phase else "the plan")


@dataclass(frozen=True, slots=True)
class Sheet:
    """All lines of a plan in order; `ends` are the numbers of the phases that have a planned end."""

    said: tuple[Said, ...]
    phases: int
    ends: frozenset[int] = frozenset()
    seats: bool = False
    """Whether the plan says who answers for what."""
    run: bool = False
    """Whether gonogo runs it: then T+0 is the detection, a phase can be stepped back, an incident is reviewed."""

    def of(self, *roles: Role) -> list[Said]:
        """Return the lines of some roles, in order."""
        return [one for one in self.said if one.role in roles]


def of_state(state: State) -> Sheet:
    """Return the plan of a launch, as it stands."""
    from gonogo.rules.plan import Seat

    phases = sorted(state.all(Phase), key=lambda one: one.position)
    numbers = {phase.id: number for number, phase in enumerate(phases, 1)}
    said = [one for phase in phases for one in _phase(state, phase, numbers[phase.id])]
    said += [
        Said(step.text, "step", step.id, section=f"{step.severity} runbook", severity=str(step.severity),
             due_s=step.due_s, command=step.command, origin=f"{step.text} {step.detail}")
        for step in sorted(state.all(RunbookStep), key=lambda one: (str(one.severity), one.position))
    ]  # fmt: skip
    said += [
        Said(
            one.name, "readiness", one.id, section="readiness", max_age_s=one.max_age_s, origin=f"{one.name} {one.text}"
        )
        for one in sorted(state.all(Readiness), key=lambda one: one.position)
    ]
    ends = frozenset(numbers[phase.id] for phase in phases if phase.closes)
    return Sheet(tuple(said), len(phases), ends, bool(state.all(Seat)), run=True)


def _phase(state: State, phase: Phase, number: int) -> Iterator[Said]:
    yield Said(phase.name, "phase", phase.id, number, phase.name)
    if phase.goal:
        yield Said(phase.goal, "goal", phase.id, number, phase.name)
    items: dict[str, list[Item]] = {}
    for item in state.all(Item):
        items.setdefault(item.section, []).append(item)
    for section in sorted((one for one in state.all(Section) if one.phase == phase.id), key=lambda one: one.position):
        yield Said(section.name, "section", section.id, number, section.name)
        for item in sorted(items.get(section.id, ()), key=lambda one: one.position):
            if section.name == TO_JUDGE:
                yield Said(
                    item.text, "criterion", item.id, number, section.name, origin=f"{item.text} {item.note or ''}"
                )
                continue
            yield Said(item.text, "item", item.id, number, section.name, kind=item.kind, owner=item.owner,
                       when=item.when, command=item.command, origin=f"{item.text} {item.note or ''}")  # fmt: skip
    for row in sorted((one for one in state.all(Criterion) if one.phase == phase.id), key=lambda one: one.position):
        yield Said(row.text or row.name, "criterion", row.id, number, phase.name, require=row.require, floor=row.floor,
                   origin=f"{row.name} {row.text} {row.ask}")  # fmt: skip


def of_draft(draft: Draft) -> Sheet:
    """Return a plan as its file writes it: every box is a task there, whatever it will become."""
    said = [Said(draft.title, "title")]
    for number, phase in enumerate(draft.phases, 1):
        said += _drafted(phase, number)
    for book in draft.runbooks:
        severity = str(book.severity) if book.severity else None
        said += [
            Said(step.text, "step", section=book.name, severity=severity, due_s=step.due_s, command=step.command,
                 **_where(step.origin))
            for step in book.steps
        ]  # fmt: skip
    said += [Said(one.text, "readiness", section=one.group, **_where(one.origin)) for one in draft.readiness]
    said += [
        Said(
            note.text,
            "note",
            phase=0 if note.phase is None else note.phase + 1,
            section=note.section,
            **_where(note.origin),
        )
        for note in draft.notes
    ]
    said += [Said(tip, "note") for tip in draft.tips]
    said.sort(key=lambda one: one.line or 0)
    ends = frozenset(number for number, phase in enumerate(draft.phases, 1) if phase.days and "+" not in phase.window)
    return Sheet(tuple(said), len(draft.phases), ends)


def _drafted(phase: PhaseDraft, number: int) -> Iterator[Said]:
    yield Said(phase.name, "phase", phase=number, section=phase.name, **_where(phase.origin))
    for section in phase.sections:
        yield Said(section.name, "section", phase=number, section=section.name, **_where(section.origin))
        for item in section.items:
            yield Said(item.text, "item", phase=number, section=section.name, owner=item.owner, command=item.command,
                       **_where(item.origin))  # fmt: skip
    for row in phase.criteria:
        if not row.boxed:
            require = _as_written(row)
            yield Said(row.text, "criterion", phase=number, section=phase.name, require=require, floor=row.floor,
                       **_where(row.origin))  # fmt: skip


def _as_written(row: CriterionDraft) -> str | None:
    """Leave out the window that the file does not name."""
    if row.require is None or re.search(r"\d+ ?(?:h|d|hours?|days?|weeks?)\b|\bper\b", row.text, re.I):
        return row.require
    return re.sub(r" over \w+$", "", row.require)


class _Where(TypedDict, total=False):
    line: int | None
    origin: str


def _where(origin: Origin | None) -> _Where:
    return {"line": origin.first, "origin": origin.text} if origin else {}
