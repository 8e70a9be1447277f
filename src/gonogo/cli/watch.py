"""`gonogo watch`: watch a launch without a screen."""

from __future__ import annotations

import sys

import click

from gonogo.cli import context as c
from gonogo.cli.places import Place


@click.command()
@click.option("--stop", is_flag=True, help="Ask the running watch to stop.")
@click.option("--here", is_flag=True, help="Watch from this machine, though [watch] host names another.")
@click.option("--install", is_flag=True, help="Write a service of this user, which begins with the machine.")
@click.option("--uninstall", is_flag=True, help="Take that service away.")
@click.pass_context
def watch(context: click.Context, stop: bool, here: bool, install: bool, uninstall: bool) -> None:
    """Ask the probes and keep what they say, until stopped."""
    found = c.place(context)
    if found.state is None:
        raise c.Failed("There is no gonogo.toml here or above; `gonogo init` sets up a launch.", c.USAGE)
    if install or uninstall:
        _service(found, uninstall)
        return
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


def _service(found: Place, uninstall: bool) -> None:
    """Write the service, or take it away, and say which commands are left to type."""
    from gonogo.control.service import service
    from gonogo.rules.plan import Launch
    from gonogo.store.store import Store

    assert found.state is not None
    if not found.state.exists():
        raise c.Failed(f"There is no launch at {found.state}; `gonogo init` creates one.", c.REFUSED)
    store = Store(found.state)
    launch = next(iter(store.state().all(Launch)), None)
    store.close()
    wanted = service(launch.key if launch else found.state.stem, found.state, found.config)
    if uninstall:
        if not wanted.uninstall():
            raise c.Failed(f"There is no {wanted.path}; nothing was installed.")
        click.echo(f"removed {wanted.path}; to end it now:")
        commands = wanted.end
    else:
        click.echo(f"wrote {wanted.path}:\n" if wanted.install() else f"{wanted.path} is as it should be:\n")
        click.echo(wanted.content)
        click.echo("A watch that runs now is ended first: gonogo watch --stop. Then, to begin, and to go on")
        click.echo("after you log out (secrets in ${env:...} have to be set for the service, or be ${file:...}):")
        commands = wanted.begin
    for command in commands:
        click.echo(f"  {command}")
