"""Leaving a probe alone for a while: paused, it is not asked; in maintenance, it is asked and counts for nothing."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from gonogo.rules import text, words
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.probe import Probe
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State, Words

LONGEST_S = 30 * 86_400.0
Kind = Literal["pause", "maintenance"]


class Pause(Record):
    """A probe that is left alone; its id is the probe's."""

    part: ClassVar[str] = "plan"

    kind: Kind
    reason: str
    since: Instant
    until: Instant
    by: str

    def holds(self, now: Instant) -> bool:
        """Whether it has not ended yet."""
        return elapsed(self.until, now).seconds < 0

    def said(self, local: datetime) -> str:
        """Say it in one line; `local` is its end in the launch's time zone."""
        word = "paused" if self.kind == "pause" else "in maintenance"
        return f"{word} until {local:%a %H:%M}: {self.reason}"


class PauseProbe(Intent):
    """Do not ask a probe for a while."""

    probe: str
    reason: Words
    for_s: float


class MaintainProbe(Intent):
    """Ask a probe, and let nothing count that it says, for a while."""

    probe: str
    reason: Words = "maintenance"
    for_s: float


class ResumeProbe(Intent):
    """End a pause or a maintenance before its time."""

    probe: str


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about leaving a probe alone."""
    assert isinstance(intent, PauseProbe | MaintainProbe | ResumeProbe)
    probe = next((one for one in state.all(Probe) if one.name == intent.probe and not one.gone), None)
    if probe is None:
        return Refusal(f"There is no probe “{text.line(intent.probe, 40)}”.")
    old = state.get(Pause, probe.id)
    if isinstance(intent, ResumeProbe):
        if old is None or not old.holds(act.at):
            return Refusal(f"{probe.name} is neither paused nor in maintenance.")
        return Changes(f"let {probe.name} count again", remove=(old,))
    reason = text.tidy(intent.reason)
    if not reason:
        return Refusal("A pause needs a reason, such as: the provider moves the database.")
    if not 60 <= intent.for_s <= LONGEST_S:
        return Refusal("A pause has an end: write how long, from 1m to 30d.")
    kind: Kind = "pause" if isinstance(intent, PauseProbe) else "maintenance"
    pause = Pause(id=probe.id, kind=kind, reason=reason, since=act.at, until=act.at.after(intent.for_s), by=act.actor)
    verb = "paused" if kind == "pause" else "opened maintenance of"
    return Changes(f"{verb} {probe.name} for {words.span(intent.for_s)}: {reason}", put=(pause,))
