"""`gonogo incident timeline|pin|handover`: what happened, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.board import LogLine

ONLY = ("people", "watch", "probes", "messages", "pinned")
_which = click.option("--incident", "label", type=int, help="Its label; else the open one in front, or the newest.")


def _lines(room: ControlRoom, label: int | None) -> tuple[str, tuple[LogLine, ...]]:
    from gonogo.cli.comms import find_any
    from gonogo.control.timeline import timeline

    one = find_any(room, label)
    return one.id, timeline(room.store, one)


@click.command()
@click.option("--only", type=click.Choice(ONLY), help="Only what comes from there.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@_which
@click.pass_context
def timeline(context: click.Context, only: str | None, as_json: bool, label: int | None) -> None:
    """Say everything that happened in an incident, in UTC and in the launch's time."""
    from zoneinfo import ZoneInfo

    from gonogo.cli.board_json import stamp
    from gonogo.rules.plan import Launch
    from gonogo.rules.text import scrub
    from gonogo.rules.timeline import some

    with c.room(context) as room:
        _, lines = _lines(room, label)
        zone = ZoneInfo(next(iter(room.store.state().all(Launch))).timezone)
    numbers = {line.id: number for number, line in enumerate(lines, 1)}
    shown = some(lines, only)
    if as_json:
        c.print_json([
            {"number": numbers[line.id], "id": line.id, "at": stamp(line.at.utc), "actor": line.actor,
             "source": line.source, "kind": line.kind, "pinned": line.pinned, "text": line.text}
            for line in shown
        ])  # fmt: skip
        return
    for line in shown:
        local = line.at.utc.astimezone(zone)
        said = f"“{line.text}”" if line.kind == "fact" else line.text
        mark = "*" if line.pinned else " "
        when = f"{line.at.utc:%Y-%m-%d %H:%M:%S}Z  {local:%H:%M:%S %z}"
        click.echo(scrub(f"{numbers[line.id]:>3}{mark}{when}  {line.actor:<10}{said}"))


@click.command()
@click.argument("number", type=int)
@click.option("--off", is_flag=True, help="Let it go again.")
@_which
@click.pass_context
def pin(context: click.Context, number: int, off: bool, label: int | None) -> None:
    """Pin a line of the timeline by its number there, so that it is found at once."""
    from gonogo.rules.timeline import PinLine

    with c.room(context) as room:
        one, lines = _lines(room, label)
        if not 1 <= number <= len(lines):
            raise c.Failed(f"The timeline has lines 1 to {len(lines)}; `gonogo incident timeline` shows them.", c.USAGE)
        c.act(room, PinLine(incident=one, line=lines[number - 1].id, on=not off))


@click.command()
@click.option("--to", "whom", help="To whom: noted with the time.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def handover(context: click.Context, whom: str | None, as_json: bool) -> None:
    """Say what whoever takes over must know: state, why, next, timers, seats."""
    from gonogo.control.reader import BoardReader
    from gonogo.rules.handover import card
    from gonogo.rules.log import LogNote
    from gonogo.rules.response import NoteIncident
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        board = BoardReader(room.store, room.clock).board()
        lines = card(board, room.clock.now())
        if as_json:
            c.print_json([{"about": about, "text": said} for about, said in lines])
        else:
            for about, said in lines:
                click.echo(scrub(f"{about:<12}{said}"))
        if whom:
            said = f"handed over to {whom}"
            front = board.incidents[0].incident.id if board.incidents else None
            c.act(room, NoteIncident(incident=front, text=said) if front else LogNote(text=said))
