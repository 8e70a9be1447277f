"""What can be done about a drill: begin it, and end it early."""

from __future__ import annotations

from gonogo.rules import response, text, words
from gonogo.rules.drill import BREAK, BREAK_BUILD, Drill, Scenario, ended, scenarios
from gonogo.rules.incident import Incident, open_incidents
from gonogo.rules.plan import Launch, RunbookStep, Severity
from gonogo.rules.probe import Probe
from gonogo.rules.record import Act, Changes, Decision, Intent, Prose, Refusal, State, Words


class BeginDrill(Intent):
    """A person begins a drill; which of the scenarios, the seed says, or chance where there is none."""

    probe: Words = ""
    seed: int | None = None
    last_change: str = ""
    real: bool = False
    """Whether the demo's shop is really broken for it."""


class EndDrill(Intent):
    """A person ends a drill early, and says why; it is not scored."""

    incident: str
    reason: Prose


INTENTS = (BeginDrill, EndDrill)


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about a drill."""
    if isinstance(intent, BeginDrill):
        return _begin(state, intent, act)
    assert isinstance(intent, EndDrill)
    incident = state.get(Incident, intent.incident)
    if incident is None or not incident.drill:
        return Refusal("There is no such drill; `gonogo drill list` shows them.")
    if not incident.is_open:
        return Refusal(f"Drill {incident.label} is over already.")
    reason = text.tidy(intent.reason)
    if not reason:
        return Refusal("Say in one line why the drill ends early.")
    rows = ended(state, incident, "abandoned", reason, act)
    said = f"ended drill {incident.label} early: {reason}"
    return Changes(said, put=rows, undoable=False, about=incident.id, alarms="resolved")


def _begin(state: State, intent: BeginDrill, act: Act) -> Decision:
    found = scenarios(state.all(Probe))
    if refused := _untimely(state) or _unplayable(state, found, intent.probe):
        return refused
    if intent.real and not any(one.demo for one in state.all(Launch)):
        return Refusal("Only the demo's shop is broken for a drill; a real site is never touched.")
    change = f"{BREAK_BUILD}, let out by this drill" if intent.real else intent.last_change
    mine = [one for one in found if intent.probe in ("", one.probe) and (not intent.real or one == BREAK)]
    if not mine:
        return Refusal("The demo's shop breaks at its checkout, which no probe asks now; choose no other.")
    seed = int(act.fresh().replace("-", "")[-8:], 16) if intent.seed is None else intent.seed
    played = mine[seed % len(mine)]
    probe = next(one for one in state.all(Probe) if one.name == played.probe and not one.gone)
    failures = int(probe.down_after.split()[0])
    incident = Incident(
        id=act.fresh(), label=response.next_label(state), title=f"{played.probe} down", drill=True,
        probes=(played.probe,), detected_at=act.at,
        onset_at=act.at if intent.real else act.at.after(-(failures - 1) * probe.every_s),
        opened_by=act.actor, last_change=change,
    )  # fmt: skip
    drill = Drill(
        id=incident.id, probe=played.probe, failure=played.failure, detail=played.detail, every_s=probe.every_s,
        real=intent.real,
    )  # fmt: skip
    steps = response.looked(response.ladder(state, incident, act), act, played.detail)
    said = f"began drill {incident.label}: {incident.title}, {played.detail}"
    return Changes(said, put=(incident, drill, *steps), undoable=False, about=incident.id, alarms="opened")


def _untimely(state: State) -> Refusal | None:
    """Refuse while something is going on: one thing at a time."""
    if next(iter(state.all(Launch)), None) is None:
        return Refusal("There is no launch to drill for.")
    for one in open_incidents(state):
        if one.drill:
            return Refusal(f"Drill {one.label} is under way; it ends first.")
        return Refusal(f"Incident {one.label} is open, and it is real; a drill waits until it is over.")
    failing = [one.name for one in state.all(Probe) if one.critical and one.counts and one.recent.endswith("x")]
    if failing:
        return Refusal(f"{words.some(failing)} really fails now; a drill waits until that is over.")
    return None


def _unplayable(state: State, found: list[Scenario], probe: str) -> Refusal | None:
    """Refuse what cannot be played with this plan and these probes."""
    if not any(one.severity is Severity.CRITICAL for one in state.all(RunbookStep)):
        return Refusal("The plan has no runbook for what is critical, so that there is nothing to drill.")
    names = list(dict.fromkeys(one.probe for one in found))
    if not names:
        return Refusal("No critical probe is asked now; critical = true on a [[probe]] gives a drill its scenarios.")
    if probe and probe not in names:
        return Refusal(f"There is no scenario for “{text.line(probe, 40)}”; there is {words.some(names)}.")
    return None
