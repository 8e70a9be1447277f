"""`gonogo poll` and `gonogo vote`: the go/no-go poll by command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.rules.board import Board
    from gonogo.rules.poll import SeatRow

_WORDS = {"go": "GO", "no_go": "NO-GO", "stale": "revoked", "expired": "expired", "silent": "silent"}


@click.command()
@click.option("--call", is_flag=True, help="Call it: ask every seat for its vote.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def poll(context: click.Context, call: bool, as_json: bool) -> None:
    """Show how each seat stands and what it looks at: exits 0 when all say go, 20 at a no-go, 10 otherwise."""
    from gonogo.control.reader import BoardReader
    from gonogo.rules.poll import CallPoll
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        if call:
            c.act(room, CallPoll())
        board = BoardReader(room.store, room.clock).board()
    if not board.poll:
        raise c.Failed("There is no poll: " + ("the plan has no seats." if board.active else "no phase is active."))
    if as_json:
        c.print_json(as_data(board))
    else:
        for line in as_text(board):
            click.echo(scrub(line))
    standings = {row.standing for row in board.poll}
    context.exit(c.NOGO if "no_go" in standings else c.GO if standings == {"go"} else c.HOLD)


def as_data(board: Board) -> dict[str, Any]:
    """Dump the poll of a board."""
    from gonogo.cli.board_json import stamp

    called = board.called
    return {
        "called_at": stamp(called.called_at.utc) if called else None,
        "called_by": called.called_by if called else None,
        "seats": [
            {"id": row.seat.key, "name": row.seat.name, "standing": row.standing, "green": row.green,
             "by": row.vote.by if row.vote else None, "for": row.vote.behalf or None if row.vote else None,
             "reason": row.vote.reason if row.vote else None,
             "at": stamp(row.vote.at.utc) if row.vote else None, "until": stamp(row.vote.until) if row.vote else None,
             "stale": row.vote.stale or None if row.vote else None,
             "evidence": [{"text": line.text, "verdict": str(line.verdict)} for line in row.lines]}
            for row in board.poll
        ],
    }  # fmt: skip


def as_text(board: Board) -> list[str]:
    """Say the poll in plain lines."""
    head = f"called by {board.called.called_by}" if board.called else "not called yet"
    lines = [f"poll for {board.active.phase.name if board.active else '-'}: {head}"]
    for row in board.poll:
        lines.append(f"  {_WORDS[row.standing]:<8} {row.seat.name:<10}{_answer(row)}")
        lines += [f"             {line.verdict:<6} {line.text}" for line in row.lines]
    return lines


def _answer(row: SeatRow) -> str:
    if row.vote is None:
        return f"`gonogo vote go {row.seat.key}`"
    why = f": {row.vote.reason}" if row.vote.reason else ""
    moved = f"  ({row.vote.stale})" if row.vote.stale else ""
    return f"{row.vote.who}{why}{moved}"


@click.command()
@click.argument("choice", type=click.Choice(["go", "no-go"]))
@click.argument("seats", nargs=-1)
@click.option("--reason", default="", help="Why; a no-go needs one, and a go against the seat's own evidence.")
@click.pass_context
def vote(context: click.Context, choice: str, seats: tuple[str, ...], reason: str) -> None:
    """Answer the poll for one seat or several; without any, for those that you hold."""
    from gonogo.control.reader import BoardReader
    from gonogo.rules.poll import CastBallot, held_by

    with c.room(context) as room:
        board = BoardReader(room.store, room.clock).board()
        mine = seats or held_by(board.people, room.actor)
        if not mine and board.watch.started_at is None:
            raise c.Failed("No watch has read gonogo.toml yet, so who holds which seat is not known; name it:"
                           " gonogo vote go tech.", c.USAGE)  # fmt: skip
        if not mine:
            raise c.Failed(f"{room.actor} holds no seat in gonogo.toml; name the seat: gonogo vote go tech.", c.USAGE)
        c.act(room, CastBallot(seats=mine, choice="go" if choice == "go" else "no_go", reason=reason))
