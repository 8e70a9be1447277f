"""Who is called to an incident: handed to somebody else, or quiet for a while."""

from __future__ import annotations

from typing import ClassVar

from gonogo.rules import text, words
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.duration import countdown
from gonogo.rules.incident import Incident
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State, Words

SHORTEST_S, LONGEST_S = 60.0, 4 * 3600.0


class Call(Record):
    """The last word on who is called; its id is the incident's. One of before a reopening holds no longer."""

    part: ClassVar[str] = "incidents"

    to: str | None = None
    """Whom the incident was handed to."""
    turn: int = 0
    """How often it was handed on."""
    called_at: Instant | None = None
    quiet_from: Instant | None = None
    quiet_until: Instant | None = None
    quiet_by: str | None = None

    def quiet(self, incident: Incident) -> tuple[float, float] | None:
        """Return from when to when it is quiet, in seconds after T+0."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        begin, end = (elapsed(incident.detected_at, at).seconds for at in (self.quiet_from, self.quiet_until))
        return (begin, end) if begin >= 0 else None

    def called_s(self, incident: Incident) -> float | None:
        """Return when it was handed on, in seconds after T+0."""
        if self.called_at is None:
            return None
        at = elapsed(incident.detected_at, self.called_at).seconds
        return at if at >= 0 else None


class SnoozeIncident(Intent):
    """Let an incident be quiet for a while; what comes due meanwhile is told at its end."""

    incident: str
    for_s: float


class HandOverIncident(Intent):
    """Give an incident to the next contact, who is told at once and has to acknowledge."""

    incident: str
    to: Words


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about who is called."""
    assert isinstance(intent, SnoozeIncident | HandOverIncident)
    incident = state.get(Incident, intent.incident)
    if incident is None:
        return Refusal("There is no such incident; `gonogo incident list` shows them.")
    if not incident.is_open:
        return Refusal(f"Incident {incident.label} is {incident.state} already.")
    call = state.get(Call, incident.id) or Call(id=incident.id)
    if isinstance(intent, SnoozeIncident):
        return _snooze(incident, call, intent.for_s, act)
    return _hand_over(incident, call, text.line(intent.to, 60), act)


def _snooze(incident: Incident, call: Call, for_s: float, act: Act) -> Decision:
    if not SHORTEST_S <= for_s <= LONGEST_S:
        return Refusal(f"A snooze is from 1 minute to {words.span(LONGEST_S)} long, such as 10m.", True)
    update = {"quiet_from": act.at, "quiet_until": act.at.after(for_s), "quiet_by": act.actor}
    said = f"snoozed incident {incident.label} for {words.span(for_s)}, until T+{_until(incident, act, for_s)}"
    return Changes(said, put=(call.model_copy(update=update),), undoable=False, about=incident.id)


def _until(incident: Incident, act: Act, for_s: float) -> str:
    return countdown(elapsed(incident.detected_at, act.at).seconds + for_s)


def _hand_over(incident: Incident, call: Call, to: str, act: Act) -> Decision:
    if not to:
        return Refusal("Hand it to whom? There is no other contact; [[person]] and [[channel]] people name them.")
    if to == act.actor and incident.acked_by == act.actor:
        return Refusal(f"Incident {incident.label} is yours already.")
    update = {
        "to": to, "turn": call.turn + 1, "called_at": act.at, "quiet_from": None, "quiet_until": None, "quiet_by": None,
    }  # fmt: skip
    free = incident.model_copy(update={"acked_at": None, "acked_by": None})
    said = f"handed incident {incident.label} to {to}"
    rows = (free, call.model_copy(update=update))
    return Changes(said, put=rows, undoable=False, about=incident.id, alarms="handed")
