"""`gonogo probe`: what is known of each probe, leaving one alone for a while, and taking over another tool's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.rules.record import Intent


@click.group()
def probe() -> None:
    """List probes, pause them, open maintenance, take over a Gatus file."""


@probe.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List the probes with health, latency and uptime."""
    from gonogo.cli import board_json
    from gonogo.control.reader import BoardReader
    from gonogo.rules.alone import alone
    from gonogo.rules.probe import UNVERIFIED
    from gonogo.rules.text import scrub
    from gonogo.rules.window import share_seen

    with c.room(context) as room:
        board = BoardReader(room.store, room.clock).board()
    found = board_json.probes(board)
    if as_json:
        c.print_json(found)
        return
    for one, row in zip(board.probes, found, strict=True):
        took = f"{one.latency_ms:.0f} ms" if one.latency_ms is not None else "-"
        day = one.windows.get("24h", {})
        uptime, part = day.get("uptime"), share_seen(day)
        share = f"{float(uptime):.2%}" if uptime is not None else "-"
        watched = f"{part} watched" if uptime is not None and part else ""
        why = ", ".join(filter(None, (watched, row["pause"] or one.detail, UNVERIFIED if one.insecure else "")))
        how = "maint." if alone(one, board) == "maintenance" else one.health
        click.echo(scrub(f"{how:<9}{one.name:<20}{took:>9}{share:>9}  {why}".rstrip()))


def _seconds(context: click.Context, parameter: click.Parameter, value: str) -> float:
    from gonogo.rules.duration import seconds

    try:
        return seconds(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


_FOR = click.option("--for", "for_s", required=True, callback=_seconds, metavar="TIME", help="How long, such as 30m.")


def _do(context: click.Context, intent: Intent) -> None:
    with c.room(context) as room:
        c.act(room, intent)


@probe.command()
@click.argument("name")
@click.argument("reason", nargs=-1, required=True)
@_FOR
@click.pass_context
def pause(context: click.Context, name: str, reason: tuple[str, ...], for_s: float) -> None:
    """Do not ask a probe for a while, and say why."""
    from gonogo.rules.pause import PauseProbe

    _do(context, PauseProbe(probe=name, reason=" ".join(reason), for_s=for_s))


@probe.command()
@click.argument("name")
@click.argument("reason", nargs=-1)
@_FOR
@click.pass_context
def maintenance(context: click.Context, name: str, reason: tuple[str, ...], for_s: float) -> None:
    """Go on asking a probe for a while, and let nothing count that it says."""
    from gonogo.rules.pause import MaintainProbe

    _do(context, MaintainProbe(probe=name, reason=" ".join(reason) or "maintenance", for_s=for_s))


@probe.command()
@click.argument("name")
@click.pass_context
def resume(context: click.Context, name: str) -> None:
    """End a pause or a maintenance before its time."""
    from gonogo.rules.pause import ResumeProbe

    _do(context, ResumeProbe(probe=name))


@probe.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def import_(context: click.Context, file: Path) -> None:
    """Print a Gatus file's endpoints as probes for gonogo.toml; what cannot be carried over is named.

    Exits 0 when they are all there, 10 when an endpoint, or one of its conditions, had to be left out.
    """
    from gonogo.formats import gatus
    from gonogo.rules.text import block

    found = gatus.read(file)
    click.echo(block(found.text), nl=False)
    for words in found.left:
        click.echo(f"gonogo: {block(words)}", err=True)
    context.exit(c.HOLD if found.lacking else c.GO)
