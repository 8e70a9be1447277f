"""The board: one immutable snapshot of what all faces show. It holds instants, never ages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from gonogo.rules import item as items
from gonogo.rules import readiness
from gonogo.rules.clock import Instant
from gonogo.rules.gate import Gate, Ground, Verdict, judge
from gonogo.rules.incident import Incident, IncidentStep, open_incidents, steps_of
from gonogo.rules.item import ItemState
from gonogo.rules.launch import active_phase
from gonogo.rules.pause import Pause
from gonogo.rules.plan import Criterion, Item, Launch, Phase, Readiness, Renewal, Section, Template, Tick
from gonogo.rules.probe import Probe
from gonogo.rules.readiness import ReadyState
from gonogo.rules.reading import DAY, Evidence
from gonogo.rules.record import Fact, State
from gonogo.rules.watched import Watched, unseen_at

WATCH_BORNE = timedelta(minutes=5)
"""For how long a missing watch does not yet change the verdict."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A checklist line with its last tick and where it stands."""

    item: Item
    tick: Tick | None
    state: ItemState


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section with its lines; `done` of `total` counts what is counted."""

    section: Section
    rows: tuple[ItemRow, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """A phase with its checklist; its verdict is the gate's while active, and kept when passed."""

    phase: Phase
    sections: tuple[SectionRow, ...]
    done: int
    total: int
    verdict: Verdict | None

    @property
    def rows(self) -> list[ItemRow]:
        """All lines of the phase in order."""
        return [row for section in self.sections for row in section.rows]


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A readiness target with the last word on it; `stale_at` is when that word goes stale."""

    target: Readiness
    renewal: Renewal | None
    state: ReadyState
    stale_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of what happened: who, when, what."""

    at: Instant
    actor: str
    text: str
    kind: Literal["change", "fact"] = "change"


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident with its steps and its timeline, oldest first."""

    incident: Incident
    steps: tuple[IncidentStep, ...]
    timeline: tuple[LogLine, ...] = ()
    hit: tuple[int, int] | None = None
    """How many orders failed since its onset, and of how many; nothing where no order was ever logged."""


@dataclass(frozen=True, slots=True)
class Trade:
    """Orders and voices: counts of this phase unless they say otherwise."""

    orders: int = 0
    failed: int = 0
    today: int = 0
    value: float = 0.0
    customers: int = 0
    ratings: tuple[int, ...] = ()
    bugs: int = 0
    worst_bug: str = ""
    questions: int = 0
    by_day: tuple[int, ...] = ()
    """Orders of the last days, newest last, today included."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that asks for somebody at an instant; `item` is what its key acts on."""

    at: datetime
    text: str
    item: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class WatchState:
    """Whether a watch lives, and what it says of itself."""

    running: bool = False
    """Whether it holds the launch, which the kernel knows."""
    stalled: bool = False
    """Whether it holds the launch but does nothing: stopped, or stuck."""
    heartbeat_at: Instant | None = None
    started_at: Instant | None = None
    pid: int | None = None
    config_error: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """What all faces show."""

    launch: Launch
    at: Instant
    phases: tuple[PhaseRow, ...]
    gate: Gate
    probes: tuple[Probe, ...]
    ready: tuple[ReadyRow, ...]
    trade: Trade
    incidents: tuple[IncidentRow, ...]
    """The open ones, the one to look at first in front."""
    resolved: tuple[Incident, ...]
    log: tuple[LogLine, ...]
    """The newest lines, newest first."""
    due: tuple[Due, ...]
    templates: tuple[Template, ...]
    watch: WatchState
    currency: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    """What a runbook's command names stand for on this launch: `rollback` to its argv."""
    pauses: Mapping[str, Pause] = field(default_factory=dict)
    """The probes that are left alone now, by name."""

    @property
    def active(self) -> PhaseRow | None:
        """The active phase, if there is one."""
        return next((row for row in self.phases if row.phase.state == "active"), None)

    @property
    def verdict(self) -> Verdict:
        """The launch's verdict is its active phase's."""
        return self.gate.verdict


@dataclass(frozen=True, slots=True)
class Parts:
    """What a board is made of, part by part; a part that did not change is the same object."""

    plan: State
    ticks: State
    incidents: State
    timelines: Mapping[str, tuple[LogLine, ...]]
    probes: tuple[Probe, ...]
    facts: tuple[Fact, ...]
    log: tuple[LogLine, ...]
    watch: WatchState
    looks: tuple[datetime, ...] = ()
    currency: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    watched: Watched | None = None
    """The same probes in columns, kept while only some of them change."""


def assemble(parts: Parts, launch: Launch, now: Instant) -> Board:
    """Make the board of this moment out of its parts."""
    active = active_phase(parts.plan)
    if parts.watched is None or not parts.watched.are_seen(now.utc):
        parts = replace(parts, probes=tuple(_as_seen(probe, now) for probe in parts.probes))
    rows = [_phase(parts, phase, now.utc) for phase in _ordered(parts.plan.all(Phase))]
    ready = _ready(parts, now.utc)
    front = open_incidents(parts.incidents)
    mine = next((row for row in rows if active and row.phase.id == active.id), None)
    evidence = _evidence(parts, launch, active, mine)
    gate = judge(_ground(parts, launch, active, mine, ready, front, evidence, now), now.utc)
    return Board(
        launch=launch,
        at=now,
        phases=tuple(_with_verdict(row, gate) for row in rows),
        gate=gate,
        probes=parts.probes,
        ready=ready,
        trade=_trade(parts.facts, active, now.utc),
        incidents=tuple(_incident(parts, one) for one in front),
        resolved=tuple(one for one in reversed(parts.incidents.all(Incident)) if not one.is_open),
        log=parts.log,
        due=_due(mine, ready, now.utc),
        templates=tuple(parts.plan.all(Template)),
        watch=parts.watch,
        currency=parts.currency,
        commands=parts.commands,
        pauses=_pauses(parts, now),
    )


def _incident(parts: Parts, one: Incident) -> IncidentRow:
    since = (one.onset_at or one.detected_at).utc
    orders = [fact for fact in parts.facts if fact.kind == "order"]
    struck = [bool(fact.data.get("ok", True)) for fact in orders if fact.at.utc >= since]
    hit = (struck.count(False), len(struck)) if orders else None
    return IncidentRow(one, tuple(steps_of(parts.incidents, one)), parts.timelines.get(one.id, ()), hit)


def _pauses(parts: Parts, now: Instant) -> dict[str, Pause]:
    held = {one.id: one for one in parts.plan.all(Pause) if one.holds(now)}
    return {probe.name: held[probe.id] for probe in parts.probes if probe.id in held} if held else {}


def _as_seen(probe: Probe, now: Instant) -> Probe:
    """What nobody has asked for a while is unknown, whatever it was."""
    ends = unseen_at(probe)
    if ends is None or now.utc <= ends:
        return probe
    return probe.model_copy(update={"health": "unknown", "detail": "not asked lately", "since": probe.checked_at})


def _ordered(phases: Sequence[Phase]) -> list[Phase]:
    return sorted(phases, key=lambda phase: phase.position)


def _phase(parts: Parts, phase: Phase, now: datetime) -> PhaseRow:
    if phase.ended_at:
        now = phase.ended_at.utc  # what came due later is no longer asked for
    plan, everything = parts.plan, parts.plan.all(Item)
    made: list[SectionRow] = []
    for section in sorted(plan.all(Section), key=lambda one: one.position):
        if section.phase != phase.id:
            continue
        lines = []
        for item in items.in_section(everything, section.id):
            tick = parts.ticks.get(Tick, item.id)
            lines.append(ItemRow(item, tick, items.standing(item, tick, phase, now)))
        counted = [line for line in lines if line.item.counted]
        done = sum(1 for line in counted if line.state.settled)
        made.append(SectionRow(section, tuple(lines), done, len(counted)))
    done, total = sum(one.done for one in made), sum(one.total for one in made)
    kept = Verdict.GO if phase.state in ("passed", "overridden") else None
    return PhaseRow(phase, tuple(made), done, total, kept)


def _with_verdict(row: PhaseRow, gate: Gate) -> PhaseRow:
    if row.phase.state != "active":
        return row
    return PhaseRow(row.phase, row.sections, row.done, row.total, gate.verdict)


def _ready(parts: Parts, now: datetime) -> tuple[ReadyRow, ...]:
    rows = []
    for target in sorted(parts.plan.all(Readiness), key=lambda one: one.position):
        renewal = parts.ticks.get(Renewal, target.id)
        state, stale_at = readiness.standing(target, renewal, now)
        rows.append(ReadyRow(target, renewal, state, stale_at))
    return tuple(rows)


def _evidence(parts: Parts, launch: Launch, active: Phase | None, mine: PhaseRow | None) -> Evidence:
    required = [row for row in (mine.rows if mine else []) if row.item.counted and not row.item.optional]
    begun = active.started_at.utc if active and active.started_at else None
    return Evidence(
        facts=parts.facts,
        probes=parts.probes,
        incidents=() if launch.demo else parts.incidents.all(Incident),
        founded=launch.opens,
        phase_start=begun,
        settled=sum(1 for row in required if row.state.settled),
        required=len(required),
        looks=parts.looks,
        known=parts.watched,
    )


def _ground(
    parts: Parts,
    launch: Launch,
    active: Phase | None,
    mine: PhaseRow | None,
    ready: tuple[ReadyRow, ...],
    front: Sequence[Incident],
    evidence: Evidence,
    now: Instant,
) -> Ground:
    criteria = [one for one in parts.plan.all(Criterion) if active and one.phase == active.id]
    beat = parts.watch.heartbeat_at
    lately = beat is not None and now.utc - beat.utc < WATCH_BORNE
    return Ground(
        launch=launch,
        phase=active,
        criteria=sorted(criteria, key=lambda one: one.position),
        items=[(row.item, row.state) for row in (mine.rows if mine else [])],
        ready=[(row.target.name, row.state, row.stale_at) for row in ready],
        incidents=front,
        evidence=evidence,
        watched=lately or (parts.watch.running and not parts.watch.stalled),
    )


def _trade(facts: Sequence[Fact], active: Phase | None, now: datetime) -> Trade:
    start = active.started_at.utc if active and active.started_at else now
    mine = [fact for fact in facts if fact.at.utc >= start]
    orders = [fact for fact in mine if fact.kind == "order"]
    good = [fact for fact in orders if fact.data.get("ok", True)]
    bugs = [fact for fact in mine if fact.kind == "bug"]
    days = [0] * 28
    for fact in facts:
        age = int((now - fact.at.utc) / (DAY / 4))
        if fact.kind == "order" and fact.data.get("ok", True) and 0 <= age < len(days):
            days[-1 - age] += 1
    return Trade(
        orders=len(good),
        failed=len(orders) - len(good),
        today=sum(1 for fact in good if fact.at.utc > now - DAY),
        value=sum(float(str(fact.data.get("value") or 0)) for fact in good),
        customers=len({fact.data["customer"] for fact in good if fact.data.get("customer")}),
        ratings=tuple(int(str(fact.data["rating"])) for fact in mine if fact.kind == "feedback"),
        bugs=len(bugs),
        worst_bug=min((str(fact.data["severity"]) for fact in bugs), key=_grade, default=""),
        questions=sum(1 for fact in mine if fact.kind == "question"),
        by_day=tuple(days),
    )


def _grade(severity: str) -> int:
    return ("critical", "high", "medium", "low").index(severity)


def _due(mine: PhaseRow | None, ready: tuple[ReadyRow, ...], now: datetime) -> tuple[Due, ...]:
    horizon = now + DAY
    found = [
        Due(row.state.due, row.item.text, row.item.id, row.state.standing == "overdue")
        for row in (mine.rows if mine else [])
        if row.state.due and row.state.due <= horizon and row.state.standing in ("done", "due", "overdue")
    ]
    found += [
        Due(row.stale_at, f"look at {row.target.name}") for row in ready if row.stale_at and row.stale_at <= horizon
    ]
    return tuple(sorted(found, key=lambda one: one.at))
