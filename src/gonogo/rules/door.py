"""The one door: which rule decides which intent."""

from __future__ import annotations

from collections.abc import Callable

from gonogo.rules import (
    adopting,
    advance,
    amend,
    bug,
    call,
    confirm,
    contact,
    drill,
    drilling,
    hold,
    item,
    launch,
    log,
    message,
    outcome,
    outline,
    pause,
    poll,
    properties,
    readiness,
    reimport,
    reply,
    response,
    roster,
    ruling,
    running,
    sealed,
    section,
    target,
    text,
    timeline,
    waiver,
)
from gonogo.rules.record import Act, AtMost, Decision, Intent, Refusal, State

Rule = Callable[[State, Intent, Act], Decision]

_RULES: dict[type[Intent], Rule] = {
    **dict.fromkeys((launch.FoundLaunch, launch.BeginLaunch, launch.NameLaunch), launch.decide),
    **dict.fromkeys(item.INTENTS, item.decide),
    **dict.fromkeys(outline.INTENTS, outline.decide),
    **dict.fromkeys(section.INTENTS, section.decide),
    properties.SetItem: properties.decide,
    **dict.fromkeys(
        (response.SuspectIncident, response.DeclareIncident, response.AcknowledgeIncident, response.GradeIncident,
         response.DoStep, response.NoteIncident, response.RecoverIncident, response.RelapseIncident,
         response.ClearSign),
        response.decide,
    ),
    **dict.fromkeys((call.SnoozeIncident, call.HandOverIncident), call.decide),
    **dict.fromkeys((pause.PauseProbe, pause.MaintainProbe, pause.ResumeProbe), pause.decide),
    readiness.RenewReadiness: readiness.decide,
    adopting.AdoptTemplate: adopting.decide,
    confirm.ConfirmChannel: confirm.decide,
    **dict.fromkeys((waiver.WaiveCriterion, waiver.ExcuseCriterion, waiver.EndWaiver), waiver.decide),
    **dict.fromkeys((hold.HoldLaunch, hold.ResumeLaunch), hold.decide),
    **dict.fromkeys((poll.CallPoll, poll.CastBallot, poll.RevokeVotes), poll.decide),
    **dict.fromkeys(
        (advance.AdvancePhase, advance.OverrideGate, advance.StepBack, advance.AbandonLaunch), advance.decide
    ),
    **dict.fromkeys((ruling.AcceptRuling, ruling.LeaveFinding), ruling.decide),
    **dict.fromkeys((reimport.ImportPlan, reimport.KeepSource), reimport.decide),
    target.SetTarget: target.decide,
    **dict.fromkeys((outcome.ResolveIncident, outcome.ReopenIncident, outcome.ReviewIncident), outcome.decide),
    **dict.fromkeys(drilling.INTENTS, drilling.decide),
    message.SendMessage: message.decide,
    timeline.PinLine: timeline.decide,
    contact.ReachContact: contact.decide,
    **dict.fromkeys((running.BeginRun, running.StopRun, running.EndRun), running.decide),
    **dict.fromkeys(log.INTENTS, log.decide),
    **dict.fromkeys(amend.INTENTS, amend.decide),
    **dict.fromkeys(bug.INTENTS, bug.decide),
    **dict.fromkeys(reply.INTENTS, reply.decide),
    **dict.fromkeys(roster.INTENTS, roster.decide),
}  # fmt: skip


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Let the rule of the intent's aggregate decide it."""
    decided = too_long(intent) or _RULES[type(intent)](state, intent, act)
    if isinstance(decided, Refusal):
        return decided
    if not isinstance(intent, reimport.ImportPlan) and (refusal := sealed.sealed(state, decided.put + decided.remove)):
        return refusal
    return drill.give_way(state, decided, act)


def too_long(intent: Intent) -> Refusal | None:
    """Refuse a text that is longer than its field takes: what a person wrote is never cut."""
    for name, field in type(intent).model_fields.items():
        most = next((one.characters for one in field.metadata if isinstance(one, AtMost)), None)
        value = getattr(intent, name)
        if most is not None and value is not None and (length := len(text.tidy(value))) > most:
            return Refusal(f"That is {length:,} characters long and at most {most:,} are taken; shorten it.", True)
    return None
