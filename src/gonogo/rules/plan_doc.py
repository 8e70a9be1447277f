"""The plan as its file writes it, and how it becomes records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from gonogo.rules import condition, demand, message, proven
from gonogo.rules.cron import Cron
from gonogo.rules.duration import Duration, PositiveDuration
from gonogo.rules.placed import placed
from gonogo.rules.plan import (
    DEEPEST,
    Criterion,
    Item,
    Mode,
    Phase,
    Readiness,
    ReadySource,
    RunbookStep,
    Seat,
    Section,
    Severity,
    Template,
)
from gonogo.rules.plan_kept import NoteDoc, Remark, TickDoc
from gonogo.rules.record import Record
from gonogo.rules.text import KEY, Block, Line


class _Doc(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


Key = Field(pattern=KEY)


def _due(value: object) -> object:
    """Read a day or an instant, also one without an offset, from TOML or from text."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(
            f"“{value[:40]}” is no day and no instant, such as 2026-11-27 or 2026-11-27T17:00:00"
        ) from None


def _in_zone(due: datetime | date | None, timezone: str) -> datetime | date | None:
    """Resolve an instant that was written without its offset."""
    if not isinstance(due, datetime):
        return due
    return (due if due.tzinfo else due.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


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
    due: Annotated[datetime | date | None, BeforeValidator(_due)] = None
    """An instant, or a day of the launch's calendar; without an offset it is in the launch's time zone."""
    cron: Cron | None = None
    evidence: Line | None = None
    done_when: Line | None = None
    sign_off: bool = False
    depth: int = Field(0, ge=0, le=DEEPEST)
    tick: TickDoc | None = None

    @model_validator(mode="after")
    def _recurs(self, info: ValidationInfo) -> Self:
        if self.kind == "routine" and self.every is None and self.cron is None:
            raise ValueError(f"the routine “{self.id}” says no `every`, such as '1d', and no `cron`")
        if self.every is not None and self.cron is not None:
            raise ValueError(f"“{self.id}” says both `every` and `cron`; one of them says when it comes due")
        if self.kind == "task" and self.cron is not None:
            raise ValueError(f"“{self.id}” is a task, which is done once; with `cron` it is a routine or a guard")
        if self.done_when is not None:
            with placed("done_when"):
                proven.check(self.done_when, (info.context or {}).get("metrics", {}))
        return self


class SectionDoc(_Doc):
    """A section as the plan file writes it."""

    name: Line
    mode: Mode | None = None
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
    seat: str | None = None
    ask: Line = ""

    @model_validator(mode="after")
    def _reads(self, info: ValidationInfo) -> Self:
        """Refuse what no source can give; the context may name the metrics of the config, with their units."""
        with placed("require"):
            found = self._check_reading((info.context or {}).get("metrics", {}))
            _refuse(demand.number_amiss(found))
        if self.floor is not None:
            with placed("floor"):
                _refuse(demand.floor_amiss(found, self.floor))
        if self.confidence is not None:
            with placed("confidence"):
                _refuse(demand.confidence_amiss(found))
        return self

    def _check_reading(self, metrics: Mapping[str, str]) -> condition.Condition:
        found = proven.readable(self.require, metrics)
        if not isinstance(found.left, condition.Path) or not isinstance(found.right.value, Decimal):
            raise ValueError(f"“{self.require}”: a criterion compares a reading with a number: orders.clean >= 20")
        return found


def _refuse(amiss: str) -> None:
    if amiss:
        raise ValueError(amiss)


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
    source: ReadySource = "person"
    seat: str | None = None


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
    """A template as the plan file writes it; its body stands there, or in a file of its own."""

    id: str = Key
    name: Line
    audience: Line
    file: str = ""
    body: Block = ""
    sample: bool = False
    """Whether the body is as gonogo ships it."""

    @model_validator(mode="after")
    def _fillable(self) -> Self:
        message.check(self.body)
        return self


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
    note: tuple[NoteDoc, ...] = ()
    vote_life: PositiveDuration = 86_400.0
    """For how long a vote in the poll holds."""
    launch: str | None = None
    """The launch whose plan this is, where it was exported from one."""

    @property
    def items(self) -> list[ItemDoc]:
        """All items, in the order of the phases."""
        return [item for phase in self.phase for section in phase.section for item in section.item]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        named: list[tuple[str, list[str]]] = [
            ("template", [row.id for row in self.template]),
            ("seat", [row.id for row in self.seat]),
            ("runbook", [str(row.severity) for row in self.runbook]),
            *(("criterion", [row.id for row in phase.criterion]) for phase in self.phase),
            *(("step", [row.id for row in book.step]) for book in self.runbook),
        ]
        for what, keys in (
            ("phase", [phase.id for phase in self.phase]),
            ("item", [item.id for item in self.items]),
            ("readiness", [row.id for row in self.readiness]),
            *named,
        ):
            if twice := {key for key, many in Counter(keys).items() if many > 1}:
                raise ValueError(f"the {what} id “{min(twice)}” stands twice; each needs one of its own")
        self._check_seats()
        phases = {phase.id for phase in self.phase}
        if lost := next(
            (note.phase for note in self.note if note.phase is not None and note.phase not in phases), None
        ):
            raise ValueError(f"a note names the phase “{lost}”, and there is no such phase")
        return self

    def _check_seats(self) -> None:
        seats = {seat.id for seat in self.seat}
        named = [(row.id, row.seat) for phase in self.phase for row in phase.criterion]
        named += [(row.id, row.seat) for row in self.readiness]
        for key, seat in named:
            if seat is not None and seat not in seats:
                there = f"there are {', '.join(sorted(seats))}" if seats else "the plan has none"
                raise ValueError(f"“{key}” names the seat “{seat}”, and there is no such seat; {there}")


def records(doc: PlanDoc, opens: datetime, fresh: Callable[[], str], timezone: str = "UTC") -> tuple[Record, ...]:
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
        made += _sections(phase, phase_id, fresh, timezone)
        made += [
            Criterion(id=fresh(), key=row.id, phase=phase_id, position=place, name=row.name, require=row.require,
                      text=row.text, floor=row.floor, min_samples=row.min_samples, confidence=row.confidence,
                      max_age_s=row.max_age, per_s=row.per, seat=row.seat, ask=row.ask)
            for place, row in enumerate(phase.criterion, 1)
        ]  # fmt: skip
        start = closes or start
    made += [
        Readiness(id=fresh(), key=ready.id, position=place, name=ready.name, text=ready.text,
                  max_age_s=ready.max_age, source=ready.source, seat=ready.seat)
        for place, ready in enumerate(doc.readiness, 1)
    ]  # fmt: skip
    made += [
        RunbookStep(id=fresh(), key=step.id, severity=book.severity, position=place, text=step.text,
                    detail=step.detail, due_s=step.due, takes_s=step.takes, command=step.command, confirm=step.confirm)
        for book in doc.runbook
        for place, step in enumerate(book.step, 1)
    ]  # fmt: skip
    made += [
        Template(id=fresh(), key=t.id, name=t.name, audience=t.audience, body=t.body, sample=t.sample)
        for t in doc.template
    ]
    made += [
        Seat(id=fresh(), key=seat.id, position=place, name=seat.name, evidence=seat.evidence)
        for place, seat in enumerate(doc.seat, 1)
    ]
    return (*made, *_remarks(doc, {row.key: row.id for row in made if isinstance(row, Phase)}, fresh))


def _remarks(doc: PlanDoc, phases: Mapping[str, str], fresh: Callable[[], str]) -> list[Remark]:
    notes = [
        Remark(id=fresh(), kind=note.kind, phase=phases.get(note.phase or ""), position=place, text=note.text)
        for place, note in enumerate(doc.note, 1)
    ]
    tips = [Remark(id=fresh(), kind="tip", position=place, text=tip) for place, tip in enumerate(doc.tip, 1)]
    return [*notes, *tips]


def _sections(phase: PhaseDoc, phase_id: str, fresh: Callable[[], str], timezone: str) -> list[Record]:
    made: list[Record] = []
    for place, section in enumerate(phase.section, 1):
        section_id = fresh()
        made.append(Section(id=section_id, phase=phase_id, position=place, name=section.name, mode=section.mode))
        made += [
            Item(id=fresh(), key=item.id, phase=phase_id, section=section_id, position=line, text=item.text,
                 kind=item.kind, every_s=item.every, grace_s=item.grace, optional=item.optional,
                 counted=item.counted, command=item.command, when=item.when, owner=item.owner, note=item.note,
                 due=_in_zone(item.due, timezone), cron=item.cron, evidence=item.evidence, done_when=item.done_when,
                 sign_off=item.sign_off, depth=item.depth)
            for line, item in enumerate(section.item, 1)
        ]  # fmt: skip
    return made
