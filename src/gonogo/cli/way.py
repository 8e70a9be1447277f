"""The way of a launch by command: advance, step back, close, hold, resume, waive, and what the gate demands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from datetime import datetime

    from gonogo.control.room import ControlRoom
    from gonogo.rules.plan import Criterion

_REASON = click.option("--reason", default="", help="Why; it is kept and shown.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what stands in the way and what would change; exits alike.")
@click.option("--retro", default="", help="What this phase taught, for the next one.")
@click.option("--override", metavar="PHASE", help="Go past a gate that is not GO: its phase's id, with --reason.")
@_REASON
@click.pass_context
def advance(context: click.Context, dry_run: bool, retro: str, override: str | None, reason: str) -> None:
    """Pass the active phase and begin the next; after the last, close the launch.

    Exits 0 when it passed (or would), 10 when HOLD stands in the way, 20 when NO-GO does, 1 at an error.
    """
    from gonogo.rules.advance import AdvancePhase, OverrideGate

    with c.room(context) as room:
        if dry_run:
            context.exit(_prospect(room))
        if override is not None:
            c.act(room, OverrideGate(typed=override, reason=reason, retro=retro))
        else:
            c.act(room, AdvancePhase(retro=retro))


def _prospect(room: ControlRoom) -> int:
    from gonogo.control.way import outlook
    from gonogo.rules.text import scrub

    ahead = outlook(room)
    for line in ahead.in_the_way:
        click.echo(scrub(f"in the way: {line}"))
    for line in ahead.changes:
        click.echo(scrub(f"would change: {line}"))
    return c.ANSWERS.get(str(ahead.verdict), c.ERROR)


@click.command("step-back")
@click.argument("reason", nargs=-1, required=True)
@click.pass_context
def step_back(context: click.Context, reason: tuple[str, ...]) -> None:
    """Leave the active phase and go back to the one before, and say why."""
    from gonogo.rules.advance import StepBack

    with c.room(context) as room:
        c.act(room, StepBack(reason=" ".join(reason)))


@click.command()
@click.option("--abandon", metavar="LAUNCH", help="Give it up instead: the launch's id, with --reason.")
@click.option("--retro", default="", help="What the launch taught.")
@_REASON
@click.pass_context
def close(context: click.Context, abandon: str | None, retro: str, reason: str) -> None:
    """Close the launch: pass its last phase, or give it up."""
    from gonogo.rules.advance import AbandonLaunch, AdvancePhase, next_phase
    from gonogo.rules.launch import active_phase
    from gonogo.rules.plan import Phase

    with c.room(context) as room:
        if abandon is not None:
            c.act(room, AbandonLaunch(typed=abandon, reason=reason))
            return
        state = room.store.state()
        phase = active_phase(state)
        if phase is not None and (following := next_phase(state.all(Phase), phase)):
            raise c.Failed(f"{following.name} is still ahead; `gonogo close --abandon LAUNCH --reason WHY` gives up.")
        c.act(room, AdvancePhase(retro=retro))


def _end(room: ControlRoom, mark: str) -> datetime:
    from gonogo.rules.plan import Launch
    from gonogo.rules.record import Refusal
    from gonogo.rules.until import until

    launch = next(iter(room.store.state().all(Launch)), None)
    found = until(mark, room.clock.now().utc, launch.timezone if launch else "UTC")
    if isinstance(found, Refusal):
        raise c.Failed(found.sentence, c.USAGE)
    return found


@click.command()
@click.argument("reason", nargs=-1, required=True)
@click.option("--until", "end", required=True, metavar="TIME", help="Its end: 4h, 18:00, fri 11:00, 2026-11-27 11:00.")
@click.pass_context
def hold(context: click.Context, reason: tuple[str, ...], end: str) -> None:
    """Hold the launch where it is, with a reason and an end."""
    from gonogo.rules.hold import HoldLaunch

    with c.room(context) as room:
        c.act(room, HoldLaunch(reason=" ".join(reason), until=_end(room, end)))


@click.command()
@click.pass_context
def resume(context: click.Context) -> None:
    """End the hold before its end."""
    from gonogo.control.reader import BoardReader
    from gonogo.rules.hold import ResumeLaunch
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        c.act(room, ResumeLaunch())
        for line in BoardReader(room.store, room.clock).board().gate.reasons:
            click.echo(scrub(f"  - {line}"))


def find(room: ControlRoom, name: str) -> Criterion:
    """Find a criterion of the active phase by its key or its name; others by `phase/key`."""
    from gonogo.rules.launch import active_phase
    from gonogo.rules.plan import Criterion, Phase

    state = room.store.state()
    active = active_phase(state)
    keys = {one.id: one.key for one in state.all(Phase)}
    everything = state.all(Criterion)
    mine = [one for one in everything if active and one.phase == active.id]
    found = [one for one in mine if name.lower() in (one.key, one.name.lower())]
    found = found or [one for one in everything if name == f"{keys[one.phase]}/{one.key}"]
    if not found:
        names = ", ".join(one.key for one in mine) or "none: no phase is active"
        raise c.Failed(f"There is no criterion “{name}”; there are {names}; others as PHASE/CRITERION.", c.USAGE)
    return found[0]


@click.command()
@click.argument("criterion")
@click.argument("reason", nargs=-1)
@click.option("--until", "end", metavar="TIME", help="Its end; else the end of the phase.")
@click.option("--not-applicable", is_flag=True, help="It does not apply to this launch.")
@click.option("--end", "ends", is_flag=True, help="Demand it again.")
@click.pass_context
def waive(
    context: click.Context, criterion: str, reason: tuple[str, ...], end: str | None, not_applicable: bool, ends: bool
) -> None:
    """Let one criterion of the active phase pass, with a reason and an end."""
    from gonogo.rules.waiver import EndWaiver, ExcuseCriterion, WaiveCriterion

    with c.room(context) as room:
        one, why = find(room, criterion), " ".join(reason)
        if ends:
            c.act(room, EndWaiver(criterion=one.id))
        elif not_applicable:
            c.act(room, ExcuseCriterion(criterion=one.id, reason=why))
        else:
            c.act(room, WaiveCriterion(criterion=one.id, reason=why, until=_end(room, end) if end else None))


def _share(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        return float(value.removesuffix("%")) / 100 if value.endswith("%") else float(value)
    except ValueError as error:
        raise click.BadParameter("write a share, such as 80% or 0.8; 0 demands none") from error


@click.command()
@click.argument("criterion")
@click.argument("target", default="")
@click.option("--confidence", callback=_share, metavar="SHARE", help="How sure one must be, such as 80%; 0: no matter.")
@click.pass_context
def demand(context: click.Context, criterion: str, target: str, confidence: float | None) -> None:
    """Set what the gate demands of a criterion: its number, and how sure one must be."""
    from gonogo.rules.target import SetTarget

    with c.room(context) as room:
        c.act(room, SetTarget(criterion=find(room, criterion).id, target=target, confidence=confidence))
