"""Incidents: their records, their steps, and where each step stands on the clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import BaseModel

from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.plan import Severity
from gonogo.rules.probe import Probe
from gonogo.rules.record import Record, State

CONFIRM_PASSES = 3
"""How many checks in a row confirm a fix."""
Stage = Literal["suspected", "declared", "mitigating", "monitoring", "resolved", "reviewed"]
OPEN: tuple[Stage, ...] = ("suspected", "declared", "mitigating", "monitoring")
RANK = {Severity.CRITICAL: 0, Severity.HIGH: 1, Severity.MEDIUM: 2, Severity.LOW: 3}


_UNTOLD = re.compile(r"(not|no|nobody|none|never|unneeded|unnecessary)\b", re.IGNORECASE)
"""How one begins who says why the customers were not told."""


class Round(BaseModel, frozen=True):
    """The times of an earlier round of an incident that was reopened."""

    onset_at: Instant | None
    detected_at: Instant
    acked_at: Instant | None
    recovered_at: Instant | None
    resolved_at: Instant | None


class Incident(Record):
    """Something that broke. T+0 is `detected_at`; `onset_at` is when it became true, if known."""

    part: ClassVar[str] = "incidents"

    label: int
    title: str
    severity: Severity = Severity.CRITICAL
    severity_set: bool = False
    state: Stage = "suspected"
    drill: bool = False
    probes: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    """What the orders told of it."""
    cleared: tuple[str, ...] = ()
    """Of those, what is over."""
    onset_at: Instant | None = None
    detected_at: Instant
    opened_by: str
    last_change: str = ""
    acked_at: Instant | None = None
    acked_by: str | None = None
    decision: str | None = None
    recovered_at: Instant | None = None
    resolved_at: Instant | None = None
    outcome: Literal["fixed", "false_alarm", "duplicate", "abandoned", "aborted"] | None = None
    """How it ended; the last two are those of a drill."""
    reason: str | None = None
    duplicate_of: int | None = None
    """The label of the incident that has it."""
    reviewed_at: Instant | None = None
    told: str | None = None
    told_at: Instant | None = None
    """When customers were told first."""
    update_due: Instant | None = None
    """When the next word to customers is promised."""
    messages: int = 0
    reopened: int = 0
    rounds: tuple[Round, ...] = ()
    """Those before this one, oldest first."""

    @property
    def untold(self) -> bool:
        """Whether it was said why the customers are not told, and no message went to them."""
        return self.told_at is None and _UNTOLD.match(self.told or "") is not None

    @property
    def called(self) -> str:
        """What it is called in a sentence: `incident 3`, or `drill 3`."""
        return f"{'drill' if self.drill else 'incident'} {self.label}"

    @property
    def uncleared(self) -> tuple[str, ...]:
        """What the orders still tell of it."""
        return tuple(one for one in self.signs if one not in self.cleared)

    @property
    def is_open(self) -> bool:
        """Whether it still asks for somebody."""
        return self.state in OPEN


AT_ONCE_S = 30.0
"""How long a step that is due at T+0 may take before it is late."""


class IncidentStep(Record):
    """One step of an incident's runbook; `due_s` counts from T+0."""

    part: ClassVar[str] = "incidents"

    incident: str
    key: str
    position: int
    text: str
    detail: str = ""
    due_s: float | None = None
    takes_s: float = 0
    command: str | None = None
    confirm: bool = False
    done_at: Instant | None = None
    done_by: str | None = None
    note: str | None = None


def open_incidents(state: State) -> list[Incident]:
    """Return the open incidents, the one to look at first in front."""
    found = [incident for incident in state.all(Incident) if incident.is_open]
    return sorted(found, key=lambda one: (one.drill, RANK[one.severity], one.label))


def steps_of(state: State, incident: Incident) -> list[IncidentStep]:
    """Return the steps of an incident in their order."""
    found = [step for step in state.all(IncidentStep) if step.incident == incident.id]
    return sorted(found, key=lambda step: (step.position, step.id))


def not_up(state: State, incident: Incident) -> list[str]:
    """Return the incident's probes that are not up now."""
    health = {probe.name: probe.health for probe in state.all(Probe)}
    return [name for name in incident.probes if health.get(name) not in ("up", "degraded")]


def all_up(state: State, incident: Incident) -> bool:
    """Whether the incident has probes or signs, and all of them are well."""
    return bool(incident.probes or incident.signs) and not incident.uncleared and not not_up(state, incident)


def unconfirmed(state: State, incident: Incident) -> list[str]:
    """Say what is missing until the probes confirm the fix: `checkout passed 2 of 3`; nothing when they have."""
    known = {probe.name: probe for probe in state.all(Probe)}
    if not incident.probes and not incident.signs:
        return ["no probe watches this"]
    short = [f"{sign}: not over yet" for sign in incident.uncleared]
    for name in incident.probes:
        probe = known.get(name)
        if probe is None or probe.health not in ("up", "degraded"):
            short.append(f"{name} is not up yet")
        elif probe.passes < CONFIRM_PASSES:
            short.append(f"{name} passed {probe.passes} of {CONFIRM_PASSES} in a row")
    return short


def by_itself(steps: Sequence[IncidentStep]) -> bool:
    """Whether nobody has done anything about it yet but look."""
    return not any(step.done_at for step in steps if step.command)


@dataclass(frozen=True, slots=True)
class StepClock:
    """Where a step stands on the clock: seconds, never negative; `start_in` allows for how long it takes."""

    done: bool
    late: bool
    left_s: float
    start_in_s: float
    late_s: float


def step_clock(incident: Incident, step: IncidentStep, now: Instant) -> StepClock:
    """Compute a step's clock from T+0 and the stored due time; what is due at once gets the time that it takes."""
    due_s = step.due_s if step.due_s != 0 else step.takes_s or AT_ONCE_S
    if step.done_at is not None:
        at = elapsed(incident.detected_at, step.done_at).seconds
        late_s = max(0.0, at - due_s) if due_s is not None else 0.0
        return StepClock(True, late_s >= 1, 0, 0, late_s)
    if due_s is None:
        return StepClock(False, False, 0, 0, 0)
    left = due_s - elapsed(incident.detected_at, now).seconds
    start = left - step.takes_s
    return StepClock(False, left < 0, max(0.0, left), max(0.0, start), max(0.0, -left))


def current_step(steps: Sequence[IncidentStep]) -> IncidentStep | None:
    """Return the first step that is not done: one at a time."""
    return next((step for step in steps if step.done_at is None), None)
