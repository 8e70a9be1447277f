"""What can be done about a run: begin it, and write down how it ended."""

from __future__ import annotations

from gonogo.rules import text, words
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.duration import countdown
from gonogo.rules.incident import Incident, IncidentStep, steps_of
from gonogo.rules.plan import Launch, Readiness, Renewal, RunbookStep
from gonogo.rules.readiness import is_rehearsed, since
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State
from gonogo.rules.run import REHEARSALS, Outcome, Run, RunKind, ending, is_too_slow, leeway_s, pace

TAIL = 4000
REDEPLOY = "redeploy"
"""The step that a rollback leaves behind."""
_EITHER = ("rollback", "hotfix")


class BeginRun(Intent):
    """A person sets a command off, the launch's id typed where it changes the site."""

    run: str
    """The id that it will have."""
    kind: RunKind
    name: str
    acts: bool
    argv: tuple[str, ...]
    timeout_s: float
    incident: str | None = None
    confirm: str | None = None
    typed: str = ""


class StopRun(Intent):
    """A person wants a run to be stopped, the launch's id typed where it changes the site."""

    run: str
    typed: str = ""


class EndRun(Intent):
    """The supervisor says how a run ended, or somebody finds it without one."""

    run: str
    outcome: Outcome
    at: Instant | None = None
    """When it ended, which may be told later."""
    exit: int | None = None
    why: str = ""
    """What ended it, where the outcome alone does not say so."""
    tail: str = ""
    status: str = ""


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about a run."""
    if isinstance(intent, BeginRun):
        return _begin(state, intent, act)
    assert isinstance(intent, StopRun | EndRun)
    run = state.get(Run, intent.run)
    if run is None:
        return Refusal("There is no such run.")
    if run.outcome is not None:
        return Refusal(f"{words.sentence(run.title)} has ended already: it {run.said}.")
    return _stop(state, run, intent, act) if isinstance(intent, StopRun) else _end(state, run, intent, act)


def not_confirmed(state: State, run: Run, typed: str) -> Refusal | None:
    """Refuse to stop what changes the site unless the launch's id was typed."""
    launch = next(iter(state.all(Launch)), None)
    if run.acts and launch is not None and typed.strip() != launch.key:
        return Refusal(f"Type the launch's id, {launch.key}, to stop it; it goes on.")
    return None


def _stop(state: State, run: Run, intent: StopRun, act: Act) -> Decision:
    """Note who wants it stopped; its supervisor does it, and says how it ended."""
    if refused := not_confirmed(state, run, intent.typed):
        return refused
    asked = run.model_copy(update={"stopped_by": run.stopped_by or act.actor})
    said = f"stops {run.title} after {countdown(run.lasted(act.at))}"
    return Changes(said, put=(asked,), undoable=False, about=run.incident)


def _begin(state: State, intent: BeginRun, act: Act) -> Decision:
    launch = next(iter(state.all(Launch)), None)
    if launch is None:
        return Refusal("There is no launch to act on.")
    if intent.acts and intent.typed.strip() != launch.key:
        return Refusal(f"Type the launch's id, {launch.key}, to run it; nothing was run.")
    other = next((one for one in state.all(Run) if one.outcome is None and one.acts), None)
    if intent.acts and other is not None:
        took = countdown(other.lasted(act.at))
        return Refusal(
            f"{words.sentence(other.title)} that {other.by} began is running, for {took} now; one at a time."
        )
    run = Run(
        id=intent.run, kind=intent.kind, name=intent.name, acts=intent.acts, argv=intent.argv,
        timeout_s=intent.timeout_s, by=act.actor, started_at=act.at, incident=intent.incident, confirm=intent.confirm,
    )  # fmt: skip
    incident = state.get(Incident, run.incident) if run.incident else None
    rows: list[Record] = [run]
    if incident is not None and incident.is_open and (run.acts or run.kind == "drill"):
        rows += _decided(state, incident, run, act)
    said = f"began {run.title}: {text.line(run.line, 300)}"
    return Changes(said, put=tuple(rows), undoable=False, about=run.incident)


def _decided(state: State, incident: Incident, run: Run, act: Act) -> list[Record]:
    """Whoever runs it has the incident; and rollback or hotfix are decided with it, where nobody wrote that down."""
    update: dict[str, object] = {"state": "mitigating"} if incident.state in ("suspected", "declared") else {}
    update |= {"acked_at": act.at, "acked_by": act.actor} if incident.acked_by is None else {}
    rows: list[Record] = []
    step = next((one for one in steps_of(state, incident) if one.key == "decide" and one.done_at is None), None)
    if run.name in _EITHER and step is not None:
        choice = "roll back" if run.name == "rollback" else "hotfix"
        note = f"{choice}, by running it"
        rows.append(step.model_copy(update={"done_at": act.at, "done_by": act.actor, "note": note}))
        update["decision"] = note
    return [*rows, incident.model_copy(update=update)] if update else rows


def _end(state: State, run: Run, intent: EndRun, act: Act) -> Decision:
    at = intent.at or act.at
    took_s = run.timeout_s if intent.outcome == "timed_out" else max(0.0, elapsed(run.started_at, at).seconds)
    said = text.line(ending(run.kind, intent.outcome, intent.exit, took_s, intent.why, run.stopped_by), 400)
    ended = run.model_copy(
        update={
            "ended_at": at, "outcome": intent.outcome, "exit": intent.exit, "said": said,
            "tail": text.block(intent.tail[-TAIL:]), "status": text.block(intent.status[-TAIL:]),
        }
    )  # fmt: skip
    rows: list[Record] = [ended]
    incident = state.get(Incident, run.incident) if run.incident else None
    if incident is not None and incident.is_open and intent.outcome == "ok" and (run.acts or run.kind == "drill"):
        rows += _done(state, incident, ended, act)
    rows += _rehearsed(state, ended, act)
    return Changes(f"{run.title} {said}", put=tuple(rows), undoable=False, about=run.incident)


def _done(state: State, incident: Incident, run: Run, act: Act) -> list[Record]:
    """A step that runs a command is done by the command's end; a rollback leaves a step of its own behind."""
    steps = steps_of(state, incident)
    names = _EITHER if run.name in _EITHER else (run.name,)
    step = next((one for one in steps if one.done_at is None and one.command in names), None)
    rows: list[Record] = []
    if run.confirm and run.confirm not in incident.probes and not incident.drill:
        rows.append(incident.model_copy(update={"probes": (*incident.probes, run.confirm)}))
    if step is not None:
        note = f"{run.title} {run.said}"
        rows.append(step.model_copy(update={"done_at": run.ended_at, "done_by": run.by, "note": note}))
    if run.name == "rollback" and run.acts and not any(one.key == REDEPLOY for one in steps):
        rows.append(
            IncidentStep(
                id=act.fresh(), incident=incident.id, key=REDEPLOY, text="Make new deploys live again",
                position=max((one.position for one in steps), default=0) + 1,
                detail="After a rollback many providers stay at the old version: promote the next good deploy by hand.",
            )
        )  # fmt: skip
    return rows


def _rehearsed(state: State, run: Run, act: Act) -> list[Record]:
    """What a rollback or its rehearsal took is the last word on its readiness; one that was lost says nothing."""
    target = next((one for one in state.all(Readiness) if is_rehearsed(one)), None)
    if target is None or run.kind not in REHEARSALS or run.outcome in ("lost", "stopped"):
        return []
    runs = [*(one for one in state.all(Run) if one.id != run.id), run]
    found = pace(runs)
    if run.outcome == "ok" and found is not None:
        slow, leeway = is_too_slow(found, state.all(RunbookStep)), leeway_s(state.all(RunbookStep))
        ok, detail = not slow, found.words + (f", and the runbook leaves {countdown(leeway or 0)}" if slow else "")
    else:
        ok, detail = False, f"{run.title.removeprefix('the ')} {run.said}"
    fresh = Renewal(
        id=target.id, at=run.ended_at or act.at, by=run.by, ok=ok, detail=text.line(detail, 200), measured=True
    )  # fmt: skip
    return [since(target, state.get(Renewal, target.id), fresh)]
