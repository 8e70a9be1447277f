"""`gonogo drill`: an incident that is not real, on the same clock, scored against its ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.drill import Drill
    from gonogo.rules.incident import Incident


@click.group(invoke_without_command=True)
@click.option("--list", "lists", is_flag=True, help="Only say what can be played: each way in which a probe can fail.")
@click.option("--probe", default="", metavar="NAME", help="The critical probe that is played to fail; else any.")
@click.option("--seed", type=int, help="Which scenario: the same number, the same scenario.")
@click.option("--demo", "real", is_flag=True, help="In the demo: really break its shop; R then really mends it.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def drill(context: click.Context, *, lists: bool, probe: str, seed: int | None, real: bool, as_json: bool) -> None:
    """Begin a drill: a critical probe is played to fail, the site is not touched, and what is real comes first."""
    if context.invoked_subcommand is not None:
        return
    with c.room(context) as room:
        if lists:
            _list_scenarios(room, as_json=as_json)
        else:
            _begin(room, probe, seed, real=real, as_json=as_json)


def _list_scenarios(room: ControlRoom, *, as_json: bool) -> None:
    from gonogo.rules.drill import scenarios
    from gonogo.rules.probe import Probe
    from gonogo.rules.text import scrub

    found = scenarios(room.store.state().all(Probe))
    if as_json:
        c.print_json([{"probe": one.probe, "failure": one.failure, "detail": one.detail} for one in found])
        return
    for one in found:
        click.echo(scrub(f"{one.probe:<20}{one.failure:<17}{one.detail}"))
    if not found:
        click.echo("No critical probe is asked now; critical = true on a [[probe]] gives a drill its scenarios.")


def _begin(room: ControlRoom, probe: str, seed: int | None, *, real: bool, as_json: bool) -> None:
    from gonogo.control import drill as drills
    from gonogo.rules.record import Refusal
    from gonogo.rules.text import line

    done = drills.begin(room, probe, seed, real=real)
    if isinstance(done, Refusal):
        raise c.Failed(done.sentence)
    if real:
        _break(room)
    if as_json:
        incident, begun = drills.drills(room)[0]
        c.print_json(_data(incident, begun))
        return
    click.echo(line(done.said, 1000))
    click.echo("DRILL: work it in the room, or by `gonogo incident`; `gonogo incident resolve` scores it.", err=True)


def _break(room: ControlRoom) -> None:
    from gonogo.demo.control import ShopError, break_shop

    try:
        click.echo(break_shop(room.store.path.parent), err=True)
    except ShopError as error:
        raise c.Failed(str(error)) from error


@drill.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def list_drills(context: click.Context, *, as_json: bool) -> None:
    """Say what each drill came to, the newest first."""
    from gonogo.cli.board_json import stamp
    from gonogo.control.drill import drills
    from gonogo.rules.drill import said_of
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        found = drills(room)
    if as_json:
        c.print_json([_data(*one) for one in found])
        return
    for incident, one in found:
        click.echo(scrub(f"{incident.label:>3}  {stamp(incident.detected_at.utc)}  {one.probe}, {one.detail}"))
        click.echo(scrub(f"     {said_of(one)}"))
    if not found:
        click.echo("No drill yet; `gonogo drill` begins one.")


@drill.command()
@click.argument("reason", nargs=-1, required=True)
@click.pass_context
def end(context: click.Context, reason: tuple[str, ...]) -> None:
    """End the drill early, and say why; it is not scored."""
    from gonogo.rules.drilling import EndDrill
    from gonogo.rules.incident import open_incidents

    with c.room(context) as room:
        found = next((one for one in open_incidents(room.store.state()) if one.drill), None)
        if found is None:
            raise c.Failed("No drill is under way.")
        c.act(room, EndDrill(incident=found.id, reason=" ".join(reason)))


def _data(incident: Incident, one: Drill) -> dict[str, Any]:
    from gonogo.cli.board_json import stamp

    return {
        "id": one.id, "label": incident.label, "probe": one.probe, "failure": one.failure, "detail": one.detail,
        "state": incident.state, "by": incident.opened_by, "detected_at": stamp(incident.detected_at.utc),
        "ended_at": stamp(one.ended_at.utc) if one.ended_at else None, "outcome": one.outcome,
        "reason": one.reason or None, "score": one.score or None, "decision_s": one.decision_s,
    }  # fmt: skip
