"""`gonogo watch`: watch a launch without a screen."""

from __future__ import annotations

import sys

import click

from gonogo.cli import context as c


@click.command()
@click.option("--stop", is_flag=True, help="Ask the running watch to stop.")
@click.pass_context
def watch(context: click.Context, stop: bool) -> None:
    """Ask the probes and keep what they say, until stopped."""
    found = c.place(context)
    if found.state is None:
        raise c.Failed("There is no gonogo.toml here or above; `gonogo init` sets up a launch.", c.USAGE)
    if stop:
        from gonogo.control.requests import ask_watch

        with c.room(context) as room:
            click.echo(ask_watch(room, "stop"))
        return
    import asyncio

    from gonogo.control.clock import SystemClock
    from gonogo.control.watch import Watch

    if not found.state.exists():
        raise c.Failed(f"There is no launch at {found.state}; `gonogo init` creates one.", c.REFUSED)
    keeper = Watch(found.state, found.config, SystemClock())
    click.echo(f"watching {found.state}; ctrl-c stops", err=True)
    words = asyncio.run(keeper.run())
    click.echo(words, err=True)
    sys.exit(0)
