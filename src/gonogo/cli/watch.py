"""`gonogo watch`: watch a launch without a screen."""

from __future__ import annotations

import sys

import click

from gonogo.cli import context as c


@click.command()
@click.option("--stop", is_flag=True, help="Ask the running watch to stop.")
@click.option("--here", is_flag=True, help="Watch from this machine, though [watch] host names another.")
@click.pass_context
def watch(context: click.Context, stop: bool, here: bool) -> None:
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
    from gonogo.control.home import elsewhere
    from gonogo.control.watch import Watch
    from gonogo.rules import words

    if not found.state.exists():
        raise c.Failed(f"There is no launch at {found.state}; `gonogo init` creates one.", c.REFUSED)
    if not here and (away := elsewhere(found.state, found.config)):
        raise c.Failed(f"{words.sentence(away)}; start it there, or here with `gonogo watch --here`.")
    keeper = Watch(found.state, found.config, SystemClock())
    click.echo(f"watching {found.state}; ctrl-c stops", err=True)
    click.echo(asyncio.run(keeper.run()), err=True)
    sys.exit(0)
