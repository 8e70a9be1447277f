"""`gonogo init`: ask the site, write a config, found the launch."""

from __future__ import annotations

from typing import Any

import click

from gonogo.cli.founding import Told, asks_of_site, found_here


@click.command()
@asks_of_site
@click.option("--person", "people", multiple=True, metavar="NAME[:SEAT,SEAT]", help="Who is in the team; repeatable.")
@click.option("--watch-host", help="The machine where the watch is to live.")
@click.option("--alarm", help="A webhook for alarms, best by reference: ${env:TEAM_WEBHOOK}")
@click.option("--orders", type=click.Choice(["feed", "hand"]), help="Whether the shop logs its orders, or you do.")
@click.pass_context
def init(context: click.Context, /, **told: Any) -> None:
    """Set up a launch in this folder from the bundled plan, with the probes that the site answers.

    Where a gonogo.toml is already, the launch is founded from it, and the file is left as it is.
    `gonogo plan import FILE` does the same from a plan of your own.
    """
    from gonogo.formats.plans import bundled

    found_here(context, bundled(), "the bundled plan", Told(**told))
