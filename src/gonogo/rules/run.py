"""Runs: a command that a person set off, how it ended, and how long such a command takes."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.duration import countdown
from gonogo.rules.incident import CONFIRM_PASSES, Incident, IncidentStep, unconfirmed
from gonogo.rules.plan import RunbookStep, Severity
from gonogo.rules.probe import Probe
from gonogo.rules.record import Record, State

RunKind = Literal["rollback", "hotfix", "step", "dry_run", "drill"]
Outcome = Literal["ok", "failed", "killed", "timed_out", "stopped", "not_started", "lost"]
REHEARSALS: tuple[RunKind, ...] = ("rollback", "dry_run", "drill")
"""Whose durations say how long a rollback takes."""
RECENT = 20
"""How many of the newest count; what was slow a year ago says little."""


class Run(Record):
    """A command that was set off; without an outcome it is under way."""

    part: ClassVar[str] = "runs"

    kind: RunKind
    name: str
    """What it is called in the config: `rollback`, `hotfix`, or the NAME of `[command.NAME]`."""
    acts: bool
    """Whether it changes the site: one such at a time, while a dry run may hang beside it."""
    argv: tuple[str, ...]
    timeout_s: float
    by: str
    started_at: Instant
    incident: str | None = None
    stopped_by: str | None = None
    """Who asked for it to be stopped."""
    confirm: str | None = None
    """The probe that has to be up again after it, whichever the incident began with."""
    ended_at: Instant | None = None
    outcome: Outcome | None = None
    exit: int | None = None
    """The exit code; below zero, the signal that ended it."""
    said: str = ""
    """How it ended, in a sentence."""
    tail: str = ""
    """Its last lines."""
    status: str = ""
    """What the status command said after we stopped waiting."""

    @property
    def title(self) -> str:
        """What it is, as one says it."""
        return {
            "rollback": "the rollback", "hotfix": "the hotfix", "dry_run": "the dry run of the rollback",
            "drill": "the drill's rehearsal of the rollback",
        }.get(self.kind, f"the command “{self.name}”")  # fmt: skip

    @property
    def line(self) -> str:
        """Its words as one would type them."""
        return shlex.join(self.argv)

    def stands(self, now: Instant) -> str:
        """How it stands: `was done in 0:42`, or for how long it has run."""
        return self.said or f"runs for {countdown(self.lasted(now))} of at most {countdown(self.timeout_s)}"

    def lasted(self, now: Instant) -> float:
        """How many seconds it took, or has taken until now."""
        return max(0.0, elapsed(self.started_at, self.ended_at or now).seconds)


def in_front(runs: Sequence[Run]) -> Run | None:
    """Return the run that is under way; one that changes the site before a rehearsal."""
    going = [one for one in runs if one.outcome is None]
    return next((one for one in going if one.acts), going[0] if going else None)


def ending(
    kind: RunKind, outcome: Outcome, exit_code: int | None, took_s: float, why: str = "", by: str | None = None
) -> str:
    """Say how a run ended; `by` is who had it stopped."""
    took = countdown(took_s)
    after = "the provider may still be rolling back" if kind in REHEARSALS else "what it began may still go on"
    match outcome:
        case "ok":
            return f"was done in {took}"
        case "failed":
            return f"failed with exit code {exit_code} after {took}"
        case "killed":
            return f"was ended by {why} after {took}"
        case "timed_out":
            return f"was not done after {took}: we stopped waiting; {after}"
        case "stopped":
            return f"was stopped by {by or 'hand'} after {took}: we ended our command; {after}"
        case "not_started":
            return f"did not start: {why}"
        case "lost":
            return "was left alone by its supervisor, which is gone: nobody knows how it ended" + why


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a rollback takes: of `count` that went well, half took at most `p50_s`, nine in ten `p90_s`."""

    count: int
    p50_s: float
    p90_s: float
    last: Run

    @property
    def words(self) -> str:
        """The pace in a few words."""
        if self.count == 1:
            return f"took {countdown(math.ceil(self.p90_s))}, rehearsed once"
        p50, p90 = countdown(math.ceil(self.p50_s)), countdown(math.ceil(self.p90_s))
        return f"P50 {p50}, P90 {p90} of {self.count} runs"


def pace(runs: Sequence[Run]) -> Pace | None:
    """Return how long a rollback takes, by the newest that went well; nothing when there is none."""
    good = [one for one in runs if one.kind in REHEARSALS and one.outcome == "ok" and one.ended_at]
    recent = sorted(good, key=lambda one: one.started_at.utc)[-RECENT:]
    if not recent:
        return None
    took = sorted(one.lasted(one.started_at) for one in recent)
    return Pace(len(took), _nearest(took, 0.5), _nearest(took, 0.9), recent[-1])


def _nearest(ranked: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile: a value that was measured, never one between two."""
    return ranked[max(1, math.ceil(share * len(ranked))) - 1]


def leeway_s(book: Sequence[RunbookStep]) -> float | None:
    """Return how long the critical runbook leaves from the decision to the rollback's end; nothing if it says none."""
    due = {
        "act" if one.command == "rollback" else one.key: one.due_s for one in book if one.severity is Severity.CRITICAL
    }
    decide, act = due.get("decide"), due.get("act")
    return act - decide if decide is not None and act is not None and act > decide else None


def mended_at(runs: Sequence[Run], incident: str) -> Instant | None:
    """Return when the newest command that changed the site ended well in an incident; nothing when none did."""
    ends = [one.ended_at for one in runs if one.incident == incident and one.acts and one.outcome == "ok"]
    return max((end for end in ends if end), key=lambda end: end.utc, default=None)


def changing(state: State, incident: Incident) -> Run | None:
    """Return the command under way that changes the site for an incident."""
    going = (one for one in state.all(Run) if one.incident == incident.id and one.acts and one.outcome is None)
    return next(going, None)


def changed_at(runs: Sequence[Run], incident: str) -> Instant | None:
    """Return when a command that may have changed the site for an incident ended last, however it ended."""
    mine = (one for one in runs if one.incident == incident and one.acts and one.outcome != "not_started")
    return max((one.ended_at for one in mine if one.ended_at), key=lambda end: end.utc, default=None)


def lacking(state: State, incident: Incident) -> list[str]:
    """Say what is missing until the fix is confirmed, all of it after the site was changed; nothing when it is."""
    if going := changing(state, incident):
        return [f"{going.title} still runs"]
    since = changed_at(state.all(Run), incident.id)
    if short := unconfirmed(state, incident):
        return short
    mine = (one for one in state.all(Probe) if one.name in incident.probes)
    early = [one.name for one in mine if since and not is_confirmed(one, since)]
    return [f"{name} has not passed {CONFIRM_PASSES} times since the site was changed" for name in early]


def is_confirmed(probe: Probe, since: Instant | None) -> bool:
    """Whether a probe is up and passed often enough in a row, and all of that after the site was changed."""
    if probe.passes < CONFIRM_PASSES or probe.checked_at is None or probe.health not in ("up", "degraded"):
        return False
    return since is None or elapsed(since, probe.checked_at).seconds >= (CONFIRM_PASSES - 1) * probe.every_s


def is_too_slow(found: Pace | None, book: Sequence[RunbookStep]) -> bool:
    """Whether a rollback takes longer than the critical runbook leaves for it."""
    leeway = leeway_s(book)
    return found is not None and leeway is not None and found.p90_s > leeway


def paced(steps: Sequence[IncidentStep], found: Pace | None) -> Sequence[IncidentStep]:
    """Let a rollback's step take what rehearsals took, nine times in ten, instead of what the plan supposes."""
    if found is None:
        return steps
    takes = {"takes_s": float(math.ceil(found.p90_s))}
    return [one.model_copy(update=takes) if one.command == "rollback" else one for one in steps]
