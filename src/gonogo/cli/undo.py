"""`gonogo undo` and `gonogo redo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom


_DRY = click.option("--dry-run", "dry", is_flag=True, help="Only say what it would be.")


def _say_ahead(room: ControlRoom, place: int) -> None:
    from gonogo.rules.text import line
    from gonogo.store import journal

    said = journal.ahead(room.store.db, room.actor)[place]
    verb = ("take back", "do again")[place]
    click.echo(line(f"would {verb}: {said}" if said else f"There is nothing of yours to {verb}.", 1000))


@click.command()
@_DRY
@click.pass_context
def undo(context: click.Context, dry: bool) -> None:
    """Take back your newest change of items, ticks or readiness; what was logged stays."""
    from gonogo.rules.undo import Undo

    with c.room(context) as room:
        if dry:
            _say_ahead(room, 0)
        else:
            c.act(room, Undo())


@click.command()
@_DRY
@click.pass_context
def redo(context: click.Context, dry: bool) -> None:
    """Do again what you took back last."""
    from gonogo.rules.undo import Redo

    with c.room(context) as room:
        if dry:
            _say_ahead(room, 1)
        else:
            c.act(room, Redo())
