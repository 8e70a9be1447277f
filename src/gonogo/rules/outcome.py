"""How an incident ends, and comes back: resolved, reviewed, reopened by a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from gonogo.rules import response, text, words
from gonogo.rules.clock import elapsed
from gonogo.rules.drill import as_seen, scored
from gonogo.rules.duration import countdown
from gonogo.rules.incident import Incident, open_incidents, steps_of
from gonogo.rules.plan import Severity
from gonogo.rules.record import Act, Changes, Decision, Fact, Intent, Prose, Record, Refusal, State, Words
from gonogo.rules.run import changing, lacking

LEVELS = tuple(str(one) for one in Severity)


class ResolveIncident(Intent):
    """Close an incident: how it ended, and whether the customers were told or why not."""

    incident: str
    outcome: Literal["fixed", "false_alarm", "duplicate"] = "fixed"
    reason: Prose = ""
    told: Prose = ""
    duplicate_of: int | None = None
    """The label of the incident that has it."""


class ReopenIncident(Intent):
    """A person says that it is not over: from monitoring, or within 30 minutes of its end."""

    incident: str
    reason: Prose


class ReviewIncident(Intent):
    """The postmortem was read; its actions become bugs, each perhaps with its severity first."""

    incident: str
    actions: tuple[Words, ...] = ()


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about the end of an incident."""
    incident = state.get(Incident, getattr(intent, "incident", ""))
    if incident is None:
        return Refusal("There is no such incident; `gonogo incident list` shows them.")
    match intent:
        case ResolveIncident():
            return _resolve(state, incident, intent, act)
        case ReopenIncident():
            return _reopen(state, incident, text.tidy(intent.reason), act)
        case ReviewIncident():
            return _review(incident, intent, act)
        case _:
            raise TypeError(f"not about the end of an incident: {intent!r}")


def confirmed(state: State, incident: Incident) -> list[str]:
    """Say what is missing until the fix counts as confirmed, by its probes or by its step."""
    short = lacking(state, incident)
    steps = [step for step in steps_of(state, incident) if step.confirm]
    if not incident.probes:
        return short if any(not step.done_at for step in steps) else []
    settled = any(step.done_at for step in steps) and not any("not up" in one for one in short)
    return [] if settled else short


def wants_telling(state: State, incident: Incident) -> bool:
    """Whether it may not end before somebody says whether customers were told."""
    done = any(step.key == "tell" and step.done_at for step in steps_of(state, incident))
    return incident.severity in (Severity.CRITICAL, Severity.HIGH) and not done and not incident.told_at


def _resolve(state: State, incident: Incident, intent: ResolveIncident, act: Act) -> Decision:
    if not incident.is_open:
        return Refusal(f"Incident {incident.label} is {incident.state} already.")
    if incident.drill and intent.outcome != "fixed":
        return Refusal("A drill is done, or it ends early with a reason: `gonogo drill end`.")
    if intent.outcome == "duplicate":
        return _duplicate(state, incident, intent, act)
    reason, told = text.tidy(intent.reason), text.tidy(intent.told)
    if intent.outcome == "false_alarm" and not reason:
        return Refusal("A false alarm needs a reason; write why in one line.")
    if intent.outcome == "fixed":
        if (run := changing(state, incident)) and not reason:
            return Refusal(
                f"{words.sentence(run.title)} of {countdown(run.lasted(act.at))} ago still runs; wait for its end, "
                "stop it with `gonogo stop`, or say why it is over all the same: --reason."
            )
        if (short := confirmed(as_seen(state, incident, act.at), incident)) and not reason:
            return Refusal(f"The fix is not confirmed: {words.some(short)}; wait, or say why it ends all the same.")
        if not told and wants_telling(state, incident):
            return Refusal("Were the customers told? Say when and how, or “not needed because ...”.")
    return _ended(state, incident, intent.outcome, reason, told, act)


def _duplicate(state: State, incident: Incident, intent: ResolveIncident, act: Act) -> Decision:
    other = next((one for one in state.all(Incident) if one.label == intent.duplicate_of), None)
    if other is None:
        rest = [one for one in open_incidents(state) if one.id != incident.id]
        which = f"; open is {words.some([str(one.label) for one in rest])}" if rest else ""
        return Refusal(f"Of which incident is it a duplicate? Give the number of one that is there{which}.")
    if other.id == incident.id:
        return Refusal("An incident is no duplicate of itself; give the number of the other one.")
    if other.drill:
        return Refusal(f"{other.label} is a drill, which has nothing that is real.")
    if other.outcome == "duplicate":
        return Refusal(f"Incident {other.label} is itself a duplicate, of {other.duplicate_of}; give that number.")
    joined = other.model_copy(
        update={
            "probes": tuple(dict.fromkeys((*other.probes, *incident.probes))),
            "signs": tuple(dict.fromkeys((*other.signs, *incident.uncleared))),
        }
    )
    more = (joined,) if other.is_open and joined != other else ()
    ended = incident.model_copy(update={"duplicate_of": other.label})
    return _ended(state, ended, "duplicate", text.tidy(intent.reason), text.tidy(intent.told), act, more)


def _ended(
    state: State, incident: Incident, outcome: str, reason: str, told: str, act: Act, more: tuple[Record, ...] = ()
) -> Changes:
    step = next((one for one in steps_of(state, incident) if one.key == "tell" and one.done_at), None)
    update = {
        "state": "resolved", "resolved_at": act.at, "outcome": outcome, "reason": reason or None,
        "told": told or (step.note or "told" if step else incident.told),
    }  # fmt: skip
    how = f"duplicate of {incident.duplicate_of}" if outcome == "duplicate" else outcome.replace("_", " ")
    said = f"resolved {incident.called}: {how}" + (f", {reason}" if reason else "")
    drill = scored(state, incident, act, told)
    said = f"ended {incident.called}: {drill[0].score}" if drill else said
    rows = (incident.model_copy(update=update), *drill, *more)
    return Changes(said, put=rows, undoable=False, about=incident.id, alarms="resolved")


def _reopen(state: State, incident: Incident, reason: str, act: Act) -> Decision:
    if incident.drill:
        return Refusal("What is played is not reopened; `gonogo drill` begins another drill.")
    if not reason:
        return Refusal("Say in one line what is still wrong.")
    if incident.state == "monitoring":
        back = incident.model_copy(update={"state": "mitigating", "recovered_at": None})
        said = f"says that incident {incident.label} is not over: {reason}"
        rows = (back, *response.undone(state, incident))
        return Changes(said, put=rows, undoable=False, about=incident.id, alarms="relapsed")
    if incident.is_open:
        return Refusal(f"Incident {incident.label} is open and being worked on already.")
    if incident.outcome == "duplicate":
        return Refusal(f"Incident {incident.label} is a duplicate; reopen incident {incident.duplicate_of}.")
    since = elapsed(incident.resolved_at, act.at).seconds if incident.resolved_at else response.REOPEN_S + 1
    if incident.state == "reviewed" or since > response.REOPEN_S:
        return Refusal(f"Incident {incident.label} ended more than 30 minutes ago or is reviewed; declare a new one.")
    said = f"reopens incident {incident.label}: {reason}"
    anew = response.new_round(state, incident, act, said, act.at, incident.last_change)
    mine = {"state": "declared", "acked_at": act.at, "acked_by": act.actor}
    return replace(anew, put=(anew.put[0].model_copy(update=mine), *anew.put[1:]))


def _review(incident: Incident, intent: ReviewIncident, act: Act) -> Decision:
    if incident.state != "resolved":
        word = "still open" if incident.is_open else "reviewed already"
        return Refusal(f"Incident {incident.label} is {word}; what is reviewed is resolved before, and once.")
    facts = []
    for action in intent.actions:
        first, _, rest = text.tidy(action).partition(" ")
        level, title = (first.lower(), rest.strip()) if first.lower() in LEVELS else ("medium", text.tidy(action))
        if not title:
            return Refusal("An action says what is to be done: high alert on failed payments.")
        data = {"severity": level, "title": title, "who": f"incident {incident.label}"}
        facts.append(Fact(id=act.fresh(), kind="bug", at=act.at, actor=act.actor, incident=incident.id, data={**data}))
    reviewed = incident.model_copy(update={"state": "reviewed", "reviewed_at": act.at})
    many = f", {words.count(len(facts), 'action')} for the backlog" if facts else ", no action"
    said = f"reviewed incident {incident.label}{many}"
    return Changes(said, put=(reviewed,), facts=tuple(facts), undoable=False, about=incident.id)
