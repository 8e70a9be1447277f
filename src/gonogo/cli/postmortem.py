"""`gonogo incident postmortem`, and the times across incidents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom


@click.command()
@click.argument("label", type=int, required=False)
@click.option("--print", "printing", is_flag=True, help="Print it, and write no file.")
@click.option("--file", "file", type=click.Path(dir_okay=False), help="Where to; else beside the state.")
@click.pass_context
def postmortem(context: click.Context, label: int | None, printing: bool, file: str | None) -> None:
    """Write the postmortem of an incident as Markdown; one that a person has edited is never written over."""
    from gonogo.cli.comms import find_any
    from gonogo.control.postmortem import place_of, read_postmortem, write_postmortem
    from gonogo.formats.postmortem import as_markdown

    with c.room(context) as room:
        one = find_any(room, label)
        if printing:
            click.echo(as_markdown(read_postmortem(room, one)), nl=False)
            return
        wanted = Path(file).absolute() if file else place_of(room.store.path, one)
        _, path = write_postmortem(room, one, wanted)
    click.echo(f"wrote {path}")
    if path != wanted:
        click.echo(f"gonogo: {wanted} was edited and stays as it is; the fresh one lies beside it", err=True)


def say_times(room: ControlRoom, *, as_json: bool) -> None:
    """Say the median of each time across the incidents that count, of how many, and what it measures."""
    from gonogo.rules import postmortem, words
    from gonogo.rules.incident import Incident, steps_of

    state = room.store.state()
    real = [one for one in state.all(Incident) if postmortem.counts(one)]
    found = postmortem.across(postmortem.times(one, steps_of(state, one)) for one in real)
    if as_json:
        c.print_json({
            name: {"median_s": found[name][0] if name in found else None,
                   "incidents": found[name][1] if name in found else 0, "definition": definition}
            for name, definition in postmortem.DEFINITIONS.items()
        })  # fmt: skip
        return
    for name, definition in postmortem.DEFINITIONS.items():
        value = f"{words.span(found[name][0])} (median of {found[name][1]})" if name in found else "no incident yet"
        click.echo(f"to {name:<12}{value:<26}{definition}")
    click.echo("Drills, false alarms and duplicates are not counted.")
