"""Drills: incidents that are not real. The shadow that they cast on a probe, and their score against the ladder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from gonogo.rules import words
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.deadline import UNHEARD_S
from gonogo.rules.duration import countdown
from gonogo.rules.incident import RANK, Incident, IncidentStep, open_incidents, steps_of
from gonogo.rules.plan import Severity
from gonogo.rules.probe import Failure, Probe
from gonogo.rules.record import Act, Changes, Fact, Record, Records, State
from gonogo.rules.run import Run

Ending = Literal["scored", "abandoned", "aborted"]
KEPT_MARKS, SPARK, UP_PASSES = 20, 60, 2


class Drill(Record):
    """What is played in a drill, and how it ended; its id is that of its incident."""

    part: ClassVar[str] = "incidents"

    probe: str
    failure: Failure
    detail: str
    """What the probe is shown to say."""
    every_s: float
    """How often it is asked."""
    real: bool = False
    """Whether the demo's shop is really broken for it, so that nothing has to be played."""
    ended_at: Instant | None = None
    outcome: Ending | None = None
    reason: str = ""
    """Why it ended early."""
    gave_way_to: int | None = None
    """The label of the real incident that it was aborted for."""
    score: str = ""
    decision_s: float | None = None
    """How long after T+0 it was decided, where it was."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that a probe can find: as what a drill begins."""

    probe: str
    failure: Failure
    detail: str


_FAILURES: dict[str, tuple[tuple[Failure, str], ...]] = {
    "http": (
        (Failure.HTTP_STATUS, "status 502"),
        (Failure.TIMEOUT_TOTAL, "no answer in time"),
        (Failure.REFUSED, "connection refused"),
        (Failure.TLS_EXPIRED, "the certificate has expired"),
    ),
    "tcp": ((Failure.REFUSED, "connection refused"), (Failure.TIMEOUT_CONNECT, "no connection in time")),
    "tls": ((Failure.TLS_EXPIRED, "the certificate has expired"), (Failure.REFUSED, "connection refused")),
    "dns": ((Failure.DNS_NXDOMAIN, "no such name"), (Failure.DNS_TIMEOUT, "the name server does not answer")),
}
BREAK, BREAK_BUILD = Scenario("checkout", Failure.HTTP_STATUS, "status 502"), "v1.8.3"
"""What the demo's shop really does when it is broken for a drill, and the build that does it."""
_OTHERWISE = ((Failure.EXPECTATION, "not as expected"),)


def scenarios(probes: Iterable[Probe]) -> list[Scenario]:
    """Return what a drill can play: each way in which a critical probe that is asked now can fail."""
    return [
        Scenario(one.name, failure, detail)
        for one in sorted(probes, key=lambda one: one.number)
        if one.critical and one.counts and not one.gone and one.health != "paused"
        for failure, detail in _FAILURES.get(one.kind, _OTHERWISE)
        if failure is not Failure.TLS_EXPIRED or not one.target.startswith("http://")
    ]


# The shadow -----------------------------------------------------------------------------------


def healed_at(steps: Sequence[IncidentStep]) -> Instant | None:
    """Return when all was done that mends it: the decision, and what runs a command; nothing before."""
    mends = [one for one in steps if one.command or one.key == "decide"]
    mends = mends or [one for one in steps if not one.confirm and one.key != "tell"]
    done = [one.done_at for one in mends if one.done_at]
    return max(done, key=lambda at: at.utc) if mends and len(done) == len(mends) else None


def seen(
    probes: Sequence[Probe], incident: Incident, drill: Drill | None, steps: Sequence[IncidentStep], now: Instant
) -> tuple[Probe, ...]:
    """Return the probes as an incident has them: in a drill its probe fails since the onset, until it is mended."""
    if drill is None or drill.real:
        return tuple(probes)
    healed = healed_at(steps)
    return tuple(_shadow(one, incident, drill, healed, now) if one.name == drill.probe else one for one in probes)


def is_played(state: State, incident: Incident) -> bool:
    """Whether what its probes really say is nothing to an incident: not where the demo's shop is broken for it."""
    drill = state.get(Drill, incident.id)
    return incident.drill and not (drill and drill.real)


def as_seen(state: State, incident: Incident, now: Instant) -> State:
    """Return the probes, the steps and the runs of an incident as it has them."""
    steps = steps_of(state, incident)
    return Records(
        (*seen(state.all(Probe), incident, state.get(Drill, incident.id), steps, now), *steps, *state.all(Run))
    )


def _shadow(probe: Probe, incident: Incident, drill: Drill, healed: Instant | None, now: Instant) -> Probe:
    onset = incident.onset_at or incident.detected_at
    failed = 1 + int(max(0.0, elapsed(onset, healed or now).seconds) // drill.every_s)
    passes = int(max(0.0, elapsed(healed, now).seconds) // drill.every_s) if healed else 0
    marks = "." * KEPT_MARKS + "x" * min(failed, KEPT_MARKS) + "." * min(passes, KEPT_MARKS)
    spark = (*probe.spark, *(-1,) * min(failed, SPARK), *probe.spark[-1:] * min(passes, SPARK))
    up = passes >= UP_PASSES
    last = healed.after(passes * drill.every_s) if healed else onset.after((failed - 1) * drill.every_s)
    told = {"failure": None, "detail": ""} if passes else {"failure": drill.failure, "detail": drill.detail}
    return probe.model_copy(
        update={
            "health": "up" if up else "down", "passes": passes, "checked_at": last, "recent": marks[-KEPT_MARKS:],
            "since": healed.after(drill.every_s) if healed and up else onset, "spark": spark[-SPARK:],
            "latency_ms": probe.latency_ms if passes else None, **told,
        }
    )  # fmt: skip


# The score ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that a drill is scored by, in seconds after T+0; without `at_s` it was not done."""

    done: str
    undone: str
    due_s: float | None
    at_s: float | None

    @property
    def late_s(self) -> float:
        """How late it was."""
        return max(0.0, self.at_s - self.due_s) if self.at_s is not None and self.due_s is not None else 0.0

    @property
    def in_time(self) -> bool:
        """Whether it was done, and not late by a second."""
        return self.at_s is not None and self.late_s < 1

    @property
    def said(self) -> str:
        """It in a few words: `decided at 1:42 of 2:00`."""
        if self.at_s is None:
            return self.undone
        if not self.in_time:
            return f"{self.done} late by {countdown(self.late_s)}"
        of = f" of {countdown(self.due_s)}" if self.due_s is not None else ""
        return f"{self.done} at {countdown(self.at_s)}{of}"


_WORDS = {"decide": ("decided", "not decided"), "tell": ("customers told", "customers not told")}


def marks(incident: Incident, steps: Sequence[IncidentStep], told_at: Instant | None = None) -> list[Mark]:
    """Hold what was done in a drill against its ladder; `told_at` is when customers were told, whoever ticked what."""

    def after(at: Instant | None) -> float | None:
        return None if at is None else max(0.0, elapsed(incident.detected_at, at).seconds)

    called = UNHEARD_S if incident.severity in (Severity.CRITICAL, Severity.HIGH) else None
    found = [Mark("acknowledged", "never acknowledged", called, after(incident.acked_at))]
    for one in steps:
        if one.key == "look" and not one.due_s:
            continue
        by = ("done", "not done") if one.command else ("confirmed", "not confirmed") if one.confirm else None
        did, not_done = _WORDS.get(one.key) or by or (f"“{one.text}” done", f"“{one.text}” skipped")
        at = one.done_at or (told_at or incident.told_at if one.key == "tell" else None)
        found.append(Mark(did, not_done, one.due_s, after(at)))
    return found


def score(found: Sequence[Mark]) -> str:
    """Say in one line how a drill went."""
    timed = [one for one in found if one.due_s is not None]
    good = sum(1 for one in timed if one.in_time)
    return f"{good} of {len(timed)} in time: " + "; ".join(one.said for one in found)


def decision_s(steps: Sequence[IncidentStep], incident: Incident) -> float | None:
    """Return how long after T+0 it was decided."""
    step = next((one for one in steps if one.key == "decide" and one.done_at), None)
    return max(0.0, elapsed(incident.detected_at, step.done_at).seconds) if step and step.done_at else None


# The end --------------------------------------------------------------------------------------


def scored(state: State, incident: Incident, act: Act, told: str) -> tuple[Drill, ...]:
    """Return the drill of an incident with its score; nothing for a real one."""
    drill = state.get(Drill, incident.id)
    if drill is None:
        return ()
    steps = steps_of(state, incident)
    said = score(marks(incident, steps, act.at if told else None))
    return (
        drill.model_copy(
            update={"ended_at": act.at, "outcome": "scored", "score": said, "decision_s": decision_s(steps, incident)}
        ),
    )


def ended(
    state: State, incident: Incident, outcome: Ending, reason: str, act: Act, real: int | None = None
) -> tuple[Record, ...]:
    """Return the rows of a drill that ended before it could be scored."""
    over = {"state": "resolved", "resolved_at": act.at, "outcome": outcome, "reason": reason}
    drill = state.get(Drill, incident.id)
    told = {"ended_at": act.at, "outcome": outcome, "reason": reason, "gave_way_to": real}
    return (incident.model_copy(update=over), *((drill.model_copy(update=told),) if drill else ()))


def give_way(state: State, changes: Changes, act: Act) -> Changes:
    """Abort a drill in the same act by which something real and grave is open; anything else is as it was."""
    grave = [
        one for one in changes.put
        if isinstance(one, Incident) and not one.drill and one.is_open and RANK[one.severity] <= RANK[Severity.HIGH]
    ]  # fmt: skip
    played = next((one for one in open_incidents(state) if one.drill), None) if grave else None
    if played is None or grave[0].state == "monitoring":
        return changes
    why = f"incident {grave[0].label} is real: {grave[0].title}"
    data = {"text": f"DRILL ABORTED: {why}"}
    fact = Fact(id=act.fresh(), kind="drill", at=act.at, actor=act.actor, incident=played.id, data={**data})
    return replace(
        changes, said=f"{changes.said}; NO DRILL: drill {played.label} is aborted",
        put=(*changes.put, *ended(state, played, "aborted", why, act, grave[0].label)), facts=(*changes.facts, fact),
    )  # fmt: skip


def ousts(real: Incident, drills: Iterable[Drill]) -> bool:
    """Whether a drill was aborted for a real incident, in the round that it is in."""
    ends = [one.ended_at for one in drills if one.gave_way_to == real.label]
    return not real.drill and any(end and elapsed(real.detected_at, end).seconds >= 0 for end in ends)


def said_of(drill: Drill) -> str:
    """Say how a drill stands."""
    match drill.outcome:
        case "scored":
            return drill.score
        case "abandoned" | "aborted":
            return f"{drill.outcome}: {words.sentence(drill.reason)}"
        case _:
            return "under way"
