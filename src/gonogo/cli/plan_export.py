"""`gonogo plan export`: the plan as it stands, as a file; and the team's own file brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom

_ENDINGS = {".md": "md", ".markdown": "md", ".toml": "toml", ".json": "json"}


@click.command()
@click.argument("file", required=False, type=click.Path())
@click.option("--format", "form", type=click.Choice(["md", "toml", "json"]), help="Else by FILE's name, else md.")
@click.option("--write-back", type=click.Path(), metavar="FILE", help="Bring the team's own Markdown up to date.")
@click.option("--repair", is_flag=True, help="With --write-back: mend an encoding that was damaged, in all lines.")
@click.option("--dry-run", is_flag=True, help="With --write-back: print what would change, and write nothing.")
@click.pass_context
def export(
    context: click.Context, file: str | None, form: str | None, write_back: str | None, repair: bool, dry_run: bool
) -> None:
    """Write the plan with its ticks, who and when: Markdown with task lists, TOML or JSON.

    Without FILE it is printed. All three are read by `gonogo plan import`. With --write-back, only what changed here is
    changed in the team's own file: marks, texts, new and removed items; every other line stays as it is to the byte.
    """
    if write_back is not None:
        if file is not None or form is not None:
            raise c.Failed("--write-back names the file and its form already; leave the others out.", c.USAGE)
        from gonogo.cli.plan_back import bring_up_to_date

        bring_up_to_date(context, Path(write_back).expanduser(), repair=repair, dry_run=dry_run)
        return
    if repair or dry_run:
        raise c.Failed("--repair and --dry-run belong to --write-back.", c.USAGE)
    path = Path(file).expanduser() if file else None
    form = form or (_ENDINGS.get(path.suffix.lower(), "md") if path else "md")
    with c.room(context) as room:
        words = _words(room, form)
    if path is None:
        click.echo(words, nl=False)
        return
    _write(path, words)
    click.echo(f"{path}: the plan with its ticks; `gonogo plan import` reads it back.")


def _words(room: ControlRoom, form: str) -> str:
    from gonogo.formats.plan_sheet import write_sheet
    from gonogo.formats.plan_toml import as_toml
    from gonogo.rules import plan_now

    state = room.store.state()
    tables = plan_now.tables_now(state)
    if form == "json":
        return plan_now.as_json(tables, indent=2) + "\n"
    if form == "toml":
        return as_toml(tables)
    return write_sheet(tables, due(room))


def due(room: ControlRoom) -> set[str]:
    """Return the keys of routines and guards that were ticked once and are due again."""
    from gonogo.control.reader import BoardReader

    board = BoardReader(room.store, room.clock).board()
    return {
        row.item.key
        for phase in board.phases for section in phase.sections for row in section.rows
        if row.tick and row.tick.state == "done" and row.item.kind != "task" and not row.state.settled
    }  # fmt: skip


def _write(path: Path, words: str) -> None:
    """Write over what gonogo exported, and over nothing else."""
    from gonogo.formats.errors import FileError
    from gonogo.formats.plan_sheet.words import BEGINS
    from gonogo.formats.whole import fit_to_write, write_whole

    fit_to_write(path)
    raw = path.read_bytes() if path.exists() else None
    if raw:
        head = raw[:4000].decode("utf-8", "replace")
        if not head.startswith(BEGINS) and '\nlaunch = "' not in head and '\n  "launch": "' not in head:
            raise FileError(f"{path} is there and gonogo did not export it; name another, or say --write-back {path}.")
    write_whole(path, words.encode(), raw)
