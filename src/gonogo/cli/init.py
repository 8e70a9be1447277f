"""`gonogo init`: ask the site, write a config, found the launch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gonogo.cli import context as c
from gonogo.cli import places
from gonogo.cli.founding import Seed, Told, asks_of_site, found_here, must_know_the_site


@click.command()
@asks_of_site
@click.option("--person", "people", multiple=True, metavar="NAME[:SEAT,SEAT]", help="Who is in the team; repeatable.")
@click.option("--watch-host", help="The machine where the watch is to live.")
@click.option("--alarm", help="A webhook for alarms, best by reference: ${env:TEAM_WEBHOOK}")
@click.option("--orders", type=click.Choice(["feed", "hand"]), help="Whether the shop logs its orders, or you do.")
@click.option("--from", "past", metavar="LAUNCH", help="Begin with the plan and the people of a past launch.")
@click.pass_context
def init(context: click.Context, /, past: str | None, **told: Any) -> None:
    """Set up a launch in this folder from the bundled plan, with the probes that the site answers.

    Where a gonogo.toml is already, the launch is founded from it, and the file is left as it is.
    `gonogo plan import FILE` does the same from a plan of your own; --from LAUNCH from a past launch, of which it takes
    plan, runbooks, templates, contacts and rulings, never ticks, votes or readings.
    """
    from gonogo.formats.plans import bundled

    said = Told(**told)
    if past is None:
        found_here(context, Seed(bundled(), "the bundled plan"), said)
        return
    path = _past(past)
    must_know_the_site(context, said)
    _from_past(context, path, said)


def _past(named: str) -> Path:
    """Return the state of a past launch: of that id, or that file."""
    by_id = places.state_folder() / f"{named}.db"
    found = next((path for path in (by_id, Path(named).expanduser()) if path.is_file()), None)
    if found is None:
        raise c.Failed(f"There is no launch “{named}”; `gonogo launches` lists those that are here.", c.USAGE)
    return found


def _from_past(context: click.Context, path: Path, told: Told) -> None:
    from gonogo.control.past import read_past
    from gonogo.rules.text import scrub
    from gonogo.rules.words import count

    past = read_past(path)
    plan = past.plan
    steps = sum(len(book.step) for book in plan.runbook)
    click.echo(
        scrub(
            f"From {past.name}: {count(len(plan.items), 'item')} in {count(len(plan.phase), 'phase')},"
            f" {count(steps, 'runbook step')}, {count(len(plan.template), 'template')},"
            f" {count(len(past.rulings), 'ruling')}; nothing is ticked."
        )
    )
    for head, rows in (
        ("Still to do after it", past.actions),
        ("Ticked without a word, so they caught nothing", past.quiet),
    ):
        if rows:
            click.echo(f"{head} ({len(rows)}):")
            for row in rows:
                click.echo(scrub(f"  {row}"))
    found_here(context, Seed(plan, f"the launch {past.key}", past.rulings, past.people), told)
