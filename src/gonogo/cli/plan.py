"""`gonogo plan`: a team's own plan, read, looked at, and taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c
from gonogo.cli.plan_lint import lint

if TYPE_CHECKING:
    from gonogo.formats.plan_file import PlanFile


@click.group()
def plan() -> None:
    """Read a team's plan: Markdown as it is, TOML or JSON."""


plan.add_command(lint)


@plan.command(name="import")
@click.argument("file", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Show what the file would become, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def import_(context: click.Context, file: str, dry_run: bool, as_json: bool) -> None:
    """Say line by line what FILE becomes: phases, items, criteria, runbooks, and what stays text."""
    from gonogo.formats.plan_file import read_plan_file

    if not dry_run:
        raise c.Failed("plan import changes no launch yet; --dry-run shows what the file would become.", c.USAGE)
    found = read_plan_file(Path(file).expanduser(), metrics(context))
    if not found.draft.phases:
        raise c.Failed(
            f"{file}: there is no box, no phase and no criterion in it; write work as “- [ ] …” under headings.",
            c.USAGE,
        )
    if as_json:
        from gonogo.cli.plan_json import draft_json

        c.print_json(draft_json(found))
    else:
        _show(found)


def _show(found: PlanFile) -> None:
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
