"""`gonogo plan`: a team's own plan, read, looked at, and taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli.plan_export import export
from gonogo.cli.plan_import import import_
from gonogo.cli.plan_lint import lint

if TYPE_CHECKING:
    from gonogo.formats.plan_file import PlanFile


@click.group()
def plan() -> None:
    """Read a team's plan, doubt it, write it back: Markdown as it is, TOML or JSON."""


plan.add_command(lint)
plan.add_command(import_)
plan.add_command(export)


def show(found: PlanFile) -> None:
    """Print what became of each line of a file, and how much of it was understood."""
    import shutil
    import sys

    from gonogo.cli.plan_preview import preview, summary
    from gonogo.rules.text import scrub

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for line in map(scrub, preview(found)):
        click.echo(f"{line[: width - 1]}…" if 0 < width < len(line) else line)
    click.echo()
    for line in map(scrub, summary(found)):
        click.echo(line)


def metrics(context: click.Context) -> dict[str, str]:
    """Return the metrics of the config that lies here, with their units; none where there is none that can be read."""
    from gonogo.cli import places
    from gonogo.formats.config import read_config
    from gonogo.formats.errors import FileError

    given = context.find_root().params.get("config")
    path = Path(given) if given else places.nearest_config(Path.cwd())
    if path is None:
        return {}
    try:
        return {metric.name: metric.scale for metric in read_config(path)[1].metric}
    except FileError:
        if given:
            raise
        return {}
