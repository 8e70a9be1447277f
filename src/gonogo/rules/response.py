"""What can be done about an incident: suspect, declare, acknowledge, grade, step."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from gonogo.rules import text, words
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.drill import as_seen, is_played
from gonogo.rules.incident import (
    CONFIRM_PASSES,
    RANK,
    Incident,
    IncidentStep,
    Round,
    by_itself,
    open_incidents,
    steps_of,
)
from gonogo.rules.letter import Kind
from gonogo.rules.plan import RunbookStep, Severity
from gonogo.rules.record import Act, Changes, Decision, Fact, Intent, MaybeProse, Prose, Record, Refusal, State, Words
from gonogo.rules.run import lacking
from gonogo.rules.takings import TITLES

REOPEN_S = 1800.0
TWICE_S = 1.0
_CHOICE = re.compile(r"(?:roll(?:ed|ing)?[ -]?back|hot[ -]?fix|fix(?:ed|ing)?|wait(?:ed|ing)?)\b", re.IGNORECASE)
SAME_S = 60.0
"""Within which two people declare the same trouble."""


class SuspectIncident(Intent):
    """The watch says that a critical probe is down."""

    probe: str
    """The probe that is down, or the sign that the orders give."""
    why: str
    onset: Instant
    last_change: str = ""
    sign: bool = False

    @property
    def kind(self) -> Literal["probes", "signs"]:
        """Among which of an incident's causes it is."""
        return "signs" if self.sign else "probes"

    def is_of(self, incident: Incident) -> bool:
        """Whether an incident has it already."""
        return self.probe in getattr(incident, self.kind)


class ClearSign(Intent):
    """The watch says that what the orders told of an incident is over."""

    incident: str
    sign: str
    why: str


class DeclareIncident(Intent):
    """A person says that something is broken, perhaps since earlier."""

    title: Words = ""
    severity: Severity | None = None
    since: Instant | None = None
    looked: bool = False
    """Whether the probes were in view, which is the first step of every runbook."""
    pressed: Instant | None = None
    """When the key was pressed, which is T+0; without it, now."""
    last_change: str = ""
    another: bool = False
    """Whether it is known to be a further one, beside what others have open."""


class AcknowledgeIncident(Intent):
    """A person says: I have it."""

    incident: str


class GradeIncident(Intent):
    """Give an incident a severity; its remaining steps become those of that runbook."""

    incident: str
    severity: Severity


class DoStep(Intent):
    """Say that a step is done, and for a step done by evidence, what and when."""

    incident: str
    step: str
    note: MaybeProse = None


class NoteIncident(Intent):
    """Write a line on the timeline."""

    incident: str
    text: Prose


class RecoverIncident(Intent):
    """The watch says that every probe of the incident is up again."""

    incident: str
    sure: bool = False
    """Whether they have passed often enough in a row."""


class RelapseIncident(Intent):
    """The watch says that a probe of a recovered incident is down again."""

    incident: str
    probe: str


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about an incident."""
    if isinstance(intent, SuspectIncident):
        return _suspect(state, intent, act)
    if isinstance(intent, DeclareIncident):
        return _declare(state, intent, act)
    incident = state.get(Incident, getattr(intent, "incident", ""))
    if incident is None:
        return Refusal("There is no such incident; `gonogo incident list` shows them.")
    if not incident.is_open and not isinstance(intent, NoteIncident):
        return Refusal(f"Incident {incident.label} is {incident.state} already.")
    match intent:
        case AcknowledgeIncident():
            return _acknowledge(incident, act)
        case GradeIncident():
            return _grade(state, incident, intent.severity, act)
        case DoStep():
            return _step(state, incident, intent, act)
        case NoteIncident():
            return _note(incident, intent.text, act)
        case RecoverIncident():
            return _recover(state, incident, act, sure=intent.sure)
        case RelapseIncident():
            return _relapse(state, incident, intent.probe)
        case ClearSign():
            return _clear(incident, intent)
        case _:
            raise TypeError(f"not about an incident: {intent!r}")


def _suspect(state: State, intent: SuspectIncident, act: Act) -> Decision:
    for incident in open_incidents(state):
        if is_played(state, incident) or (incident.severity is not Severity.CRITICAL and not intent.is_of(incident)):
            continue
        again, known = incident.state == "monitoring", intent.is_of(incident)
        if known and not again and intent.probe not in incident.cleared:
            return Refusal(f"{intent.probe} is part of {incident.called} already.")
        joined = incident.model_copy(
            update={**_with(incident, intent), "recovered_at": None, **({"state": "mitigating"} if again else {})}
        )
        how = "failed again in" if known and not intent.sign else "again in" if known else "joined"
        said = f"{intent.probe} {how} {incident.called}: {intent.why}"
        open_again = undone(state, incident) if again else ()
        told: Kind | None = "relapsed" if again else None if known else "joined"
        return Changes(said, put=(joined, *open_again), undoable=False, about=incident.id, alarms=told)
    for incident in reversed(state.all(Incident)):
        ended = incident.resolved_at if incident.outcome == "fixed" and not incident.drill else None
        if ended and intent.is_of(incident) and elapsed(ended, act.at).seconds <= REOPEN_S:
            return _reopen(state, incident, intent, act)
    title = TITLES[intent.probe] if intent.sign else f"{intent.probe} down"
    made = Incident(
        id=act.fresh(), label=next_label(state), title=title, onset_at=intent.onset, detected_at=act.at,
        opened_by=act.actor, last_change=intent.last_change,
    )  # fmt: skip
    made = made.model_copy(update=_with(made, intent))
    steps = looked(ladder(state, made, act), act, intent.why)
    said = f"suspects incident {made.label}, critical: {title}, {intent.why}"
    return Changes(said, put=(made, *steps), undoable=False, about=made.id, alarms="opened")


def _with(incident: Incident, intent: SuspectIncident) -> dict[str, tuple[str, ...]]:
    """Return an incident's causes with this one among them, which is not over."""
    kept: tuple[str, ...] = getattr(incident, intent.kind)
    cleared = tuple(one for one in incident.cleared if one != intent.probe)
    return {intent.kind: tuple(dict.fromkeys((*kept, intent.probe))), "cleared": cleared}


def _clear(incident: Incident, intent: ClearSign) -> Decision:
    if intent.sign not in incident.uncleared:
        return Refusal(f"{intent.sign}: not part of {incident.called}, or over already.")
    over = incident.model_copy(update={"cleared": (*incident.cleared, intent.sign)})
    said = f"sees {incident.called} clear of {intent.sign}: {intent.why}"
    return Changes(said, put=(over,), undoable=False, about=incident.id)


def _reopen(state: State, incident: Incident, intent: SuspectIncident, act: Act) -> Changes:
    """Begin a new round of a resolved incident that failed again."""
    said = f"reopens {incident.called}: {intent.probe} failed within 30 minutes, {intent.why}"
    again = incident.model_copy(update=_with(incident, intent))
    return new_round(state, again, act, said, intent.onset, intent.last_change, saw=intent.why)


def new_round(
    state: State, incident: Incident, act: Act, said: str, onset: Instant, last_change: str, *, saw: str = ""
) -> Changes:
    """Begin a new round of a resolved incident: its T+0 is now and everybody is asked again.

    The round before stays on the timeline; what customers were told then says nothing of what fails now.
    """
    cleared = (
        "acked_at", "acked_by", "decision", "recovered_at", "resolved_at", "outcome", "reason", "told", "told_at",
        "update_due",
    )  # fmt: skip
    fresh = {
        "state": "suspected", "detected_at": act.at, "onset_at": onset, "last_change": last_change,
        "reopened": incident.reopened + 1, "rounds": (*incident.rounds, Round.model_validate(incident.model_dump())),
    }  # fmt: skip
    again = incident.model_copy(update={**dict.fromkeys(cleared), **fresh})
    gone = tuple(steps_of(state, incident))
    steps = looked(ladder(state, again, act), act, saw)
    return Changes(said, put=(again, *steps), remove=gone, undoable=False, about=incident.id, alarms="reopened")


def undone(state: State, incident: Incident) -> tuple[IncidentStep, ...]:
    """Open the confirming steps again: what confirmed them holds no longer."""
    again = {"done_at": None, "done_by": None, "note": None}
    return tuple(step.model_copy(update=again) for step in steps_of(state, incident) if step.confirm and step.done_at)


def _declare(state: State, intent: DeclareIncident, act: Act) -> Decision:
    title = text.tidy(intent.title) or "Something is wrong"
    began = intent.since
    if began and began.utc > act.at.utc:
        return Refusal("An incident cannot have begun in the future; give a time that has passed.")
    if not intent.another and (same := _same(state, act)):
        lasted = elapsed(same.detected_at, act.at).seconds
        return Refusal(
            f"Incident {same.label}, {same.title}, is open since {words.span(lasted)}; `gonogo incident ack` or `note` "
            "joins it; --another declares a further one."
        )
    severity = intent.severity or Severity.CRITICAL
    made = Incident(
        id=act.fresh(), label=next_label(state), title=title, severity=severity,
        severity_set=intent.severity is not None, state="declared", onset_at=began,
        detected_at=intent.pressed or act.at, opened_by=act.actor, acked_at=act.at, acked_by=act.actor,
        last_change=intent.last_change,
    )  # fmt: skip
    said = f"declared incident {made.label}, {severity}: {title}"
    steps = ladder(state, made, act)
    steps = looked(steps, replace(act, at=made.detected_at), "") if intent.looked else steps
    return Changes(said, put=(made, *steps), undoable=False, about=made.id, alarms="opened")


def _same(state: State, act: Act) -> Incident | None:
    """Return what somebody else has just opened, or opened and nobody works on yet: likely the same trouble."""
    theirs = (one for one in open_incidents(state) if not one.drill and one.opened_by != act.actor)
    return next(
        (
            one for one in theirs
            if one.state in ("suspected", "declared") or elapsed(one.detected_at, act.at).seconds <= SAME_S
        ),
        None,
    )  # fmt: skip


def next_label(state: State) -> int:
    """Return the number of the next incident."""
    return max((incident.label for incident in state.all(Incident)), default=0) + 1


def looked(steps: tuple[IncidentStep, ...], act: Act, saw: str) -> tuple[IncidentStep, ...]:
    """Mark the first look as done by whoever opened the incident with the probes in view."""
    done = {"done_at": act.at, "done_by": act.actor, "note": saw or None}
    return tuple(step.model_copy(update=done) if step.key == "look" else step for step in steps)


def ladder(state: State, incident: Incident, act: Act) -> tuple[IncidentStep, ...]:
    """Return the steps of an incident as its runbook has them."""
    book = [step for step in state.all(RunbookStep) if step.severity == incident.severity]
    return tuple(
        IncidentStep(
            id=act.fresh(), incident=incident.id, key=step.key, position=step.position, text=step.text,
            detail=step.detail, due_s=step.due_s, takes_s=step.takes_s, command=step.command, confirm=step.confirm,
        )
        for step in sorted(book, key=lambda step: step.position)
    )  # fmt: skip


def _acknowledge(incident: Incident, act: Act) -> Decision:
    if incident.acked_by:
        return Refusal(f"Incident {incident.label} is acknowledged already, by {incident.acked_by}.")
    stage = "declared" if incident.state == "suspected" else incident.state
    update = {"acked_at": act.at, "acked_by": act.actor, "state": stage}
    said = f"acknowledged {incident.called}"
    return Changes(said, put=(incident.model_copy(update=update),), undoable=False, about=incident.id)


def _grade(state: State, incident: Incident, severity: Severity, act: Act) -> Decision:
    if severity == incident.severity and incident.severity_set:
        return Refusal(f"Incident {incident.label} is {severity} already.")
    graded = incident.model_copy(update={"severity": severity, "severity_set": True})
    said = f"set {incident.called} to {severity}"
    if severity == incident.severity:
        return Changes(said, put=(graded,), undoable=False, about=incident.id)
    steps = steps_of(state, incident)
    keep = [step for step in steps if step.done_at]
    kept = {step.key for step in keep}
    fresh = tuple(step for step in ladder(state, graded, act) if step.key not in kept)
    gone = tuple(step for step in steps if not step.done_at)
    worse: Kind | None = "raised" if RANK[severity] < RANK[incident.severity] else None
    return Changes(said, put=(graded, *fresh), remove=gone, undoable=False, about=incident.id, alarms=worse)


def _step(state: State, incident: Incident, intent: DoStep, act: Act) -> Decision:
    steps = steps_of(state, incident)
    step = next((one for one in steps if intent.step in (one.id, one.key)), None)
    if step is None:
        return Refusal(f"Incident {incident.label} has no step “{text.line(intent.step, 40)}”.")
    if step.done_at:
        return Refusal(f"“{step.text}” is done already, by {step.done_by}.")
    ages = [elapsed(one.done_at, act.at).seconds for one in steps if one.done_at and one.done_by == act.actor]
    if any(0 <= age < TWICE_S for age in ages):
        return Refusal("The last step was marked done less than a second ago; press again if you mean the next.")
    note = text.tidy(intent.note) if intent.note else None
    if step.key == "decide" and not note:
        return Refusal("What was decided, and why? Write the choice with its reason: roll back, because ...")
    if step.key == "decide" and note and not _CHOICE.match(note):
        return Refusal("A decision begins with its choice: roll back, hotfix, fix forward or wait; then its reason.")
    if step.confirm and not note and (short := lacking(as_seen(state, incident, act.at), incident)):
        return Refusal(f"“{step.text}” is done by its probes: {words.some(short)}; or say what you did and saw.")
    if step.command and not note:
        return Refusal(f"“{step.text}” runs a command; done outside gonogo? Say what and when.")
    done = step.model_copy(update={"done_at": act.at, "done_by": act.actor, "note": note})
    update: dict[str, object] = {}
    if incident.state in ("suspected", "declared") and (step.command or step.confirm):
        update["state"] = "mitigating"
    if step.key == "decide":
        update["decision"] = note
    rows: tuple[Record, ...] = (done, incident.model_copy(update=update)) if update else (done,)
    at = elapsed(incident.detected_at, act.at).seconds
    late = f", late by {int(at - step.due_s)} s" if step.due_s and at > step.due_s else ""
    said = f"did “{step.text}”{late}" + (f": {note}" if note else "")
    return Changes(said, put=rows, undoable=False, about=incident.id)


def _note(incident: Incident, said: str, act: Act) -> Decision:
    clean = text.tidy(said)
    if not clean:
        return Refusal("A note needs a text.")
    fact = Fact(id=act.fresh(), kind="note", at=act.at, actor=act.actor, incident=incident.id, data={"text": clean})
    return Changes(clean, facts=(fact,), undoable=False, about=incident.id)


def _recover(state: State, incident: Incident, act: Act, *, sure: bool) -> Decision:
    if incident.state == "monitoring":
        return Refusal(f"Incident {incident.label} is being monitored already.")
    update = {"state": "monitoring", "recovered_at": act.at}
    alone = " by itself" if by_itself(steps_of(state, incident)) else ""
    well = f"{', '.join(incident.probes)} up again" if incident.probes else f"{', '.join(incident.signs)} over"
    ask = "asks to be resolved" if sure else f"is watched until {CONFIRM_PASSES} checks in a row have passed"
    said = f"sees {well}{alone}; {incident.called} {ask}"
    recovered = incident.model_copy(update=update)
    return Changes(said, put=(recovered,), undoable=False, about=incident.id, alarms="recovered")


def _relapse(state: State, incident: Incident, probe: str) -> Decision:
    if incident.state != "monitoring":
        return Refusal(f"Incident {incident.label} is not being monitored.")
    update = {"state": "mitigating", "recovered_at": None}
    said = f"sees {probe} down again in {incident.called}"
    rows = (incident.model_copy(update=update), *undone(state, incident))
    return Changes(said, put=rows, undoable=False, about=incident.id, alarms="relapsed")
