"""The plan: what must be true. Its records, and the document that it is written in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from gonogo.rules import condition
from gonogo.rules.catalogue import READINGS
from gonogo.rules.clock import Instant
from gonogo.rules.duration import Duration, PositiveDuration
from gonogo.rules.record import Record
from gonogo.rules.text import KEY, Block, Line


class Severity(StrEnum):
    """One scale for incidents and bugs; “major” is critical or high."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Launch(Record):
    """One rollout of one product. `key` is the short name that one types to confirm."""

    key: str
    name: str
    timezone: str
    state: Literal["planned", "running", "hold", "closed", "abandoned"] = "planned"
    opens: AwareDatetime
    demo: bool = False


class Phase(Record):
    """A stage with a goal, a planned window and a gate; without `closes` the window is open-ended."""

    key: str
    position: int
    name: str
    goal: str = ""
    environment: str = "production"
    state: Literal["upcoming", "active", "passed", "overridden", "stepped_back"] = "upcoming"
    opens: AwareDatetime
    closes: AwareDatetime | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None


class Section(Record):
    """A headed group of items in a phase."""

    phase: str
    position: int
    name: str


class Item(Record):
    """One checklist line: a task (once), a routine (comes due again) or a guard (must stay true)."""

    key: str
    phase: str
    section: str
    position: float
    text: str
    kind: Literal["task", "routine", "guard"] = "task"
    every_s: float | None = None
    grace_s: float | None = None
    optional: bool = False
    counted: bool = True
    command: str | None = None
    when: str | None = None
    owner: str | None = None
    note: str | None = None


class Tick(Record):
    """The last word on an item (same id): done, not applicable or broken, by whom and when."""

    part: ClassVar[str] = "ticks"

    state: Literal["done", "not_applicable", "broken"]
    at: Instant
    by: str
    note: str | None = None
    recent: tuple[Instant, ...] = ()
    """The last ticks of a routine, newest last."""


class Criterion(Record):
    """A condition on a reading that a phase's gate demands."""

    key: str
    phase: str
    position: int
    name: str
    require: str
    text: str = ""
    floor: float | None = None
    min_samples: int = 0
    confidence: float | None = None
    max_age_s: float | None = None
    per_s: float | None = None
    """The unit of time that must have been observed before an absence or a rate counts."""


class Readiness(Record):
    """Something that must always be ready, and how old the last word on it may be."""

    key: str
    position: int
    name: str
    text: str = ""
    max_age_s: float
    source: str = "person"


class Renewal(Record):
    """The last word on a readiness (same id): who looked, or what the watch saw."""

    part: ClassVar[str] = "ticks"

    at: Instant
    by: str
    ok: bool = True
    detail: str = ""


class RunbookStep(Record):
    """A step of the runbook for a severity, due so long after T+0."""

    key: str
    severity: Severity
    position: int
    text: str
    detail: str = ""
    due_s: float | None = None
    takes_s: float = 0
    command: str | None = None
    confirm: bool = False


class Template(Record):
    """A message that waits to be filled: `$product`, `$since`, `$what`."""

    key: str
    name: str
    audience: str
    body: str


class Seat(Record):
    """A hat in the go/no-go poll."""

    key: str
    position: int
    name: str
    evidence: str = ""


# The document ---------------------------------------------------------------------------------


class _Doc(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


Key = Field(pattern=KEY)


class ItemDoc(_Doc):
    """An item as the plan file writes it."""

    id: str = Key
    text: Line
    kind: Literal["task", "routine", "guard"] = "task"
    every: PositiveDuration | None = None
    grace: Duration | None = None
    optional: bool = False
    counted: bool = True
    command: Line | None = None
    when: Line | None = None
    owner: Line | None = None
    note: Line | None = None

    @model_validator(mode="after")
    def _recurs(self) -> Self:
        if self.kind == "routine" and self.every is None:
            raise ValueError(f"the routine “{self.id}” says no `every`, such as '1d'")
        return self


class SectionDoc(_Doc):
    """A section as the plan file writes it."""

    name: Line
    item: tuple[ItemDoc, ...] = ()


class CriterionDoc(_Doc):
    """A criterion as the plan file writes it."""

    id: str = Key
    name: Line
    require: str
    text: Line = ""
    floor: float | None = None
    min_samples: int = 0
    confidence: float | None = Field(None, ge=0.5, lt=1)
    max_age: PositiveDuration | None = None
    per: PositiveDuration | None = None

    @model_validator(mode="after")
    def _reads(self) -> Self:
        found = condition.parse(self.require, READINGS.__contains__)
        if not isinstance(found.left, condition.Path) or not isinstance(found.right.value, Decimal):
            raise ValueError(f"“{self.require}”: a criterion compares a reading with a number: orders.clean >= 20")
        return self


class PhaseDoc(_Doc):
    """A phase as the plan file writes it."""

    id: str = Key
    name: Line
    goal: Line = ""
    environment: str = "production"
    days: float | None = Field(None, gt=0, le=3660, allow_inf_nan=False)
    section: tuple[SectionDoc, ...] = ()
    criterion: tuple[CriterionDoc, ...] = ()


class ReadinessDoc(_Doc):
    """A readiness target as the plan file writes it."""

    id: str = Key
    name: Line
    text: Line = ""
    max_age: PositiveDuration
    source: str = "person"


class StepDoc(_Doc):
    """A runbook step as the plan file writes it."""

    id: str = Key
    text: Line
    detail: Line = ""
    due: Duration | None = None
    takes: Duration = 0.0
    command: Line | None = None
    confirm: bool = False


class RunbookDoc(_Doc):
    """The runbook of one severity as the plan file writes it."""

    severity: Severity
    step: tuple[StepDoc, ...]


class TemplateDoc(_Doc):
    """A template as the plan file writes it; its body is a file of its own."""

    id: str = Key
    name: Line
    audience: Line
    file: str
    body: Block = ""


class SeatDoc(_Doc):
    """A seat as the plan file writes it."""

    id: str = Key
    name: Line
    evidence: Line = ""


class PlanDoc(_Doc):
    """A whole plan file."""

    title: Line
    phase: tuple[PhaseDoc, ...] = Field(min_length=1)
    readiness: tuple[ReadinessDoc, ...] = ()
    runbook: tuple[RunbookDoc, ...] = ()
    template: tuple[TemplateDoc, ...] = ()
    seat: tuple[SeatDoc, ...] = ()
    tip: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        named: list[tuple[str, list[str]]] = [
            ("template", [row.id for row in self.template]),
            ("seat", [row.id for row in self.seat]),
            ("runbook", [str(row.severity) for row in self.runbook]),
            *(("criterion", [row.id for row in phase.criterion]) for phase in self.phase),
            *(("step", [row.id for row in book.step]) for book in self.runbook),
        ]
        items = [item.id for phase in self.phase for section in phase.section for item in section.item]
        for what, keys in (
            ("phase", [phase.id for phase in self.phase]),
            ("item", items),
            ("readiness", [row.id for row in self.readiness]),
            *named,
        ):
            if twice := {key for key in keys if keys.count(key) > 1}:
                raise ValueError(f"the {what} id “{min(twice)}” stands twice; each needs one of its own")
        return self


def records(doc: PlanDoc, opens: datetime, fresh: Callable[[], str]) -> tuple[Record, ...]:
    """Turn a plan document into records, its first window opening at `opens`."""
    made: list[Record] = []
    start = opens.astimezone(UTC)
    for number, phase in enumerate(doc.phase, 1):
        closes = start + timedelta(days=phase.days) if phase.days else None
        phase_id = fresh()
        made.append(
            Phase(id=phase_id, key=phase.id, position=number, name=phase.name, goal=phase.goal,
                  environment=phase.environment, opens=start, closes=closes)
        )  # fmt: skip
        made += _sections(phase, phase_id, fresh)
        made += [
            Criterion(id=fresh(), key=row.id, phase=phase_id, position=place, name=row.name, require=row.require,
                      text=row.text, floor=row.floor, min_samples=row.min_samples, confidence=row.confidence,
                      max_age_s=row.max_age, per_s=row.per)
            for place, row in enumerate(phase.criterion, 1)
        ]  # fmt: skip
        start = closes or start
    made += [
        Readiness(id=fresh(), key=ready.id, position=place, name=ready.name, text=ready.text,
                  max_age_s=ready.max_age, source=ready.source)
        for place, ready in enumerate(doc.readiness, 1)
    ]  # fmt: skip
    made += [
        RunbookStep(id=fresh(), key=step.id, severity=book.severity, position=place, text=step.text,
                    detail=step.detail, due_s=step.due, takes_s=step.takes, command=step.command, confirm=step.confirm)
        for book in doc.runbook
        for place, step in enumerate(book.step, 1)
    ]  # fmt: skip
    made += [Template(id=fresh(), key=t.id, name=t.name, audience=t.audience, body=t.body) for t in doc.template]
    made += [
        Seat(id=fresh(), key=seat.id, position=place, name=seat.name, evidence=seat.evidence)
        for place, seat in enumerate(doc.seat, 1)
    ]
    return tuple(made)


def _sections(phase: PhaseDoc, phase_id: str, fresh: Callable[[], str]) -> list[Record]:
    made: list[Record] = []
    for place, section in enumerate(phase.section, 1):
        section_id = fresh()
        made.append(Section(id=section_id, phase=phase_id, position=place, name=section.name))
        made += [
            Item(id=fresh(), key=item.id, phase=phase_id, section=section_id, position=line, text=item.text,
                 kind=item.kind, every_s=item.every, grace_s=item.grace, optional=item.optional,
                 counted=item.counted, command=item.command, when=item.when, owner=item.owner, note=item.note)
            for line, item in enumerate(section.item, 1)
        ]  # fmt: skip
    return made
