"""`gonogo status`: the board once, for people or programs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from pathlib import Path

    from gonogo.control.room import ControlRoom


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Print the board: exits 0 for GO, 10 for HOLD, 20 for NO-GO."""
    with c.room(context) as room:
        context.exit(print_board(room, c.place(context).config, as_json=as_json))


def print_board(room: ControlRoom, config: Path | None, *, as_json: bool = False) -> int:
    """Print a room's board; return the exit code of its verdict.

    A mistake in the config is the watch's to say; while none runs, the file is looked at here.
    """
    from gonogo.cli import board_json
    from gonogo.control.reader import BoardReader
    from gonogo.rules.text import scrub

    board = BoardReader(room.store, room.clock).board()
    if config is not None and not board.watch.running:
        board = replace(board, watch=replace(board.watch, config_error=c.mistake(config, room.store)))
    now = room.clock.now()
    if as_json:
        c.print_json(board_json.as_data(board, now))
    else:
        for words in board_json.as_text(board, now):
            click.echo(scrub(words))
    return {"GO": c.GO, "HOLD": c.HOLD, "NO-GO": c.NOGO}[str(board.verdict)]
