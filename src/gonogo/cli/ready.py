"""`gonogo ready`: what must always be ready."""

from __future__ import annotations

import click

from gonogo.cli import context as c


@click.group()
def ready() -> None:
    """List and renew what must always be ready."""


@ready.command()
@click.argument("name")
@click.argument("detail", default="")
@click.option("--not", "not_ready", is_flag=True, help="Say that it is not ready.")
@click.pass_context
def renew(context: click.Context, name: str, detail: str, not_ready: bool) -> None:
    """Say that something is ready, having looked."""
    from gonogo.rules.plan import Readiness
    from gonogo.rules.readiness import RenewReadiness

    with c.room(context) as room:
        targets = room.store.state().all(Readiness)
        found = next((one for one in targets if name.lower() in (one.key, one.name.lower(), one.id)), None)
        if found is None:
            keys = ", ".join(one.key for one in targets)
            raise c.Failed(f"There is no readiness target “{name}”; there are {keys}.", c.USAGE)
        c.act(room, RenewReadiness(readiness=found.id, detail=detail, ok=not not_ready))


@ready.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def list_ready(context: click.Context, as_json: bool) -> None:
    """List the readiness targets."""
    from gonogo.cli.board_json import as_data
    from gonogo.control.reader import BoardReader
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        board = BoardReader(room.store, room.clock).board()
        rows = as_data(board, room.clock.now())["readiness"]
    if as_json:
        c.print_json(rows)
        return
    for row, target in zip(rows, board.ready, strict=True):
        state = row["state"].replace("_", " ")
        click.echo(scrub(f"{state:<11}{row['id']:<12}{row['detail'] or target.target.text}"))
