"""Holds: an act with a reason and an end that refuses `advance` and makes the verdict HOLD."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import AwareDatetime

from gonogo.rules import text
from gonogo.rules.clock import Instant
from gonogo.rules.plan import Launch
from gonogo.rules.record import Act, Changes, Decision, Intent, Prose, Record, Refusal, State

LONGEST = timedelta(days=366)


class Hold(Record):
    """The launch stands still, why, and until when; it lapses by itself at its end."""

    part: ClassVar[str] = "gate"

    reason: str
    by: str
    since: Instant
    until: AwareDatetime
    ended_at: Instant | None = None
    ended_by: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it has neither been ended nor lapsed."""
        return self.ended_at is None and now < self.until


class HoldLaunch(Intent):
    """Stop the launch where it is, until an instant."""

    reason: Prose
    until: AwareDatetime


class ResumeLaunch(Intent):
    """End the hold before its end."""


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about holds."""
    launch = next(iter(state.all(Launch)), None)
    if launch is None or launch.state != "running":
        return Refusal("Only a running launch can be held and resumed.")
    held = holding(state, act.at.utc)
    if isinstance(intent, ResumeLaunch):
        if held is None:
            return Refusal("The launch is not on hold.")
        ended = held.model_copy(update={"ended_at": act.at, "ended_by": act.actor})
        return Changes(f"resumed the launch, held for: {held.reason}", put=(ended,), undoable=False)
    assert isinstance(intent, HoldLaunch)
    reason = text.tidy(intent.reason)
    if not reason:
        return Refusal("A hold needs a reason: what is waited for?", misused=True)
    if not act.at.utc < intent.until <= act.at.utc + LONGEST:
        return Refusal("A hold ends in the future, within a year: 4h, or 2d.", misused=True)
    if held is not None:
        return Refusal(f"The launch is on hold already, by {held.by}: {held.reason}. Resume it first.")
    made = Hold(id=act.fresh(), reason=reason, by=act.actor, since=act.at, until=intent.until)
    return Changes(f"held the launch: {reason}", put=(made,), undoable=False)


def holding(state: State, now: datetime) -> Hold | None:
    """Return the hold that holds now, if one does."""
    return next((one for one in state.all(Hold) if one.holds(now)), None)
