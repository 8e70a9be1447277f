"""`gonogo undo` and `gonogo redo`."""

from __future__ import annotations

import click

from gonogo.cli import context as c


@click.command()
@click.pass_context
def undo(context: click.Context) -> None:
    """Take back your newest change of items, ticks or readiness; what was logged stays."""
    from gonogo.rules.undo import Undo

    with c.room(context) as room:
        c.act(room, Undo())


@click.command()
@click.pass_context
def redo(context: click.Context) -> None:
    """Do again what you took back last."""
    from gonogo.rules.undo import Redo

    with c.room(context) as room:
        c.act(room, Redo())
