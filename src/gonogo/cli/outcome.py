"""`gonogo incident resolve|reopen|review`: how an incident ends, and comes back."""

from __future__ import annotations

import click

from gonogo.cli import context as c

_which = click.option("--incident", "label", type=int, help="Its label; else the open one in front.")


@click.command()
@click.option("--outcome", type=click.Choice(["fixed", "false_alarm", "duplicate"]), default="fixed")
@click.option("--reason", default="", help="Why; asked for when the fix is not confirmed, or nothing was wrong.")
@click.option("--told", default="", help="When and how customers were told, or “not needed because ...”.")
@click.option("--duplicate-of", "other", type=int, help="The label of the incident that has it.")
@_which
@click.pass_context
def resolve(context: click.Context, outcome: str, reason: str, told: str, other: int | None, label: int | None) -> None:
    """End an incident."""
    from gonogo.cli.incident import find
    from gonogo.rules.outcome import ResolveIncident

    how = "duplicate" if other is not None else outcome
    with c.room(context) as room:
        ending = {"incident": find(room, label).id, "outcome": how, "reason": reason, "told": told}
        c.act(room, ResolveIncident.model_validate({**ending, "duplicate_of": other}))


@click.command()
@click.argument("reason", nargs=-1, required=True)
@_which
@click.pass_context
def reopen(context: click.Context, reason: tuple[str, ...], label: int | None) -> None:
    """Say that an incident is not over: while it is monitored, or within 30 minutes of its end."""
    from gonogo.cli.comms import find_any
    from gonogo.rules.outcome import ReopenIncident

    with c.room(context) as room:
        c.act(room, ReopenIncident(incident=find_any(room, label).id, reason=" ".join(reason)))


@click.command()
@click.option("--action", "actions", multiple=True, help="What is to be done, for the backlog: “high alert on ...”.")
@click.option("--incident", "label", type=int, help="Its label; else the one that was resolved last.")
@click.pass_context
def review(context: click.Context, actions: tuple[str, ...], label: int | None) -> None:
    """Say that the postmortem was read; its actions become bugs."""
    from gonogo.cli.comms import find_any
    from gonogo.rules.outcome import ReviewIncident

    with c.room(context) as room:
        c.act(room, ReviewIncident(incident=find_any(room, label).id, actions=actions))
