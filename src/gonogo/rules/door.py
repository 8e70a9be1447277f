"""The one door: which rule decides which intent."""

from __future__ import annotations

from collections.abc import Callable

from gonogo.rules import item, launch, log, pause, readiness, response
from gonogo.rules.record import Act, Decision, Intent, State

Rule = Callable[[State, Intent, Act], Decision]

_RULES: dict[type[Intent], Rule] = {
    **dict.fromkeys((launch.FoundLaunch, launch.BeginLaunch), launch.decide),
    **dict.fromkeys(
        (item.TickItem, item.UntickItem, item.ExcuseItem, item.BreakGuard,
         item.AddItem, item.EditItem, item.MoveItem, item.RemoveItem),
        item.decide,
    ),
    **dict.fromkeys(
        (response.SuspectIncident, response.DeclareIncident, response.AcknowledgeIncident, response.GradeIncident,
         response.DoStep, response.NoteIncident, response.RecoverIncident, response.RelapseIncident,
         response.ResolveIncident),
        response.decide,
    ),
    **dict.fromkeys((pause.PauseProbe, pause.MaintainProbe, pause.ResumeProbe), pause.decide),
    readiness.RenewReadiness: readiness.decide,
    **dict.fromkeys(log.INTENTS, log.decide),
}  # fmt: skip


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Let the rule of the intent's aggregate decide it."""
    return _RULES[type(intent)](state, intent, act)
