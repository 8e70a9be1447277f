"""`gonogo look`: the room for someone who only looks."""

from __future__ import annotations

import click

from gonogo.cli import context as c


@click.command()
@click.pass_context
def look(context: click.Context) -> None:
    """Open the room only to look: nothing is changed, no watch is started. Without a terminal, print the board."""
    from gonogo.cli.open import is_terminal, show
    from gonogo.cli.status import print_board

    found = c.place(context)
    if found.state is None or not is_terminal():
        with c.room(context) as room:
            print_board(room, found.config)
        return
    context.exit(show(found.state, found.config, found.actor, looks=True))
