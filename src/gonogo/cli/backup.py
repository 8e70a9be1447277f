"""`gonogo backup` and `restore`: the whole launch in one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from gonogo.cli import context as c


@click.command()
@click.argument("file", type=click.Path(), required=False)
@click.pass_context
def backup(context: click.Context, file: str | None) -> None:
    """Copy the launch into FILE, whole, while everything runs; without FILE beside its state."""
    from gonogo.store import opening

    with c.room(context) as room:
        path = Path(file).expanduser().absolute() if file else _beside(room.store.path, "backup")
        if path.is_dir():
            raise c.Failed(f"{path} is a folder; name the file in it.", c.USAGE)
        if path.exists():
            raise c.Failed(f"{path} is there already; a backup is never written over.", c.USAGE)
        if not path.parent.is_dir():
            raise c.Failed(f"There is no folder {path.parent}; make it, or choose another.", c.USAGE)
        opening.backup(room.store.db, path)
    click.echo(f"kept in {path}")


@click.command()
@click.argument("file", type=click.Path())
@click.option("--yes", metavar="ID", help="The launch's id, for scripts; else it is asked for.")
@click.pass_context
def restore(context: click.Context, file: str, yes: str | None) -> None:
    """Put the backup FILE in the place of the launch's state; what was there is kept beside it."""
    from gonogo.store.restoring import restore as put_back

    state = c.place(context).state
    if state is None:
        raise c.Failed("There is no gonogo.toml here or above; --state FILE says which launch is meant.", c.USAGE)
    if (yes or click.prompt(f"The launch of {state} goes back to {file}; type its id, {state.stem}")) != state.stem:
        raise c.Failed(f"That is not its id, {state.stem}; nothing was changed.", c.USAGE)
    kept = _beside(state, "before-restore")
    was = state.exists()
    put_back(Path(file).expanduser(), state, kept)
    click.echo(f"restored {state} from {file}" + (f"; what was there is kept in {kept}" if was else ""))


def _beside(state: Path, what: str) -> Path:
    from gonogo.control.clock import SystemClock

    name = f"{state.name}.{what}-{SystemClock().now().utc:%Y%m%d-%H%M%S}"
    names = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return next(path for one in names if not (path := state.with_name(one)).exists())
