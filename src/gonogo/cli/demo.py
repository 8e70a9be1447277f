"""`gonogo demo`: a sample shop that can be broken and mended, with a launch of its own."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from gonogo.cli import context as c
from gonogo.cli import places

_UNKEPT = "The demo cannot be kept in {} ({}); name a folder that can be written with GONOGO_STATE_DIR."


@click.group(invoke_without_command=True)
@click.option("--fresh", is_flag=True, help="Throw the demo's state away first.")
@click.pass_context
def demo(context: click.Context, fresh: bool) -> None:
    """Open the room on a sample shop; everything it keeps can be thrown away."""
    if context.invoked_subcommand is not None:
        return
    from gonogo.cli.open import is_terminal, show
    from gonogo.store import locks

    folder = places.demo_folder()
    if fresh:
        _throw_away(folder)
    session = _begin_session(folder)
    try:
        config, state = _prepare(folder)
        if is_terminal():
            named = places.named(context.find_root().params.get("actor"))
            context.exit(show(state, config, places.actor(named) if named else "you", _act(folder)))
        _print_once(context, state, config)
    finally:
        if session is not None:
            os.close(session)
        if not locks.is_held(folder / "session.lock", shared=True):
            from gonogo.demo.control import stop_shop

            stop_shop(folder)


def _begin_session(folder: Path) -> int | None:
    """Make the demo's folder and hold it while the demo is open."""
    from gonogo.store import locks

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise c.Failed(_UNKEPT.format(folder, error.strerror)) from error
    if not os.access(folder, os.W_OK):
        raise c.Failed(_UNKEPT.format(folder, "it is read-only"))
    return locks.hold(folder / "session.lock", shared=True)


def _prepare(folder: Path) -> tuple[Path, Path]:
    """Start the shop and, the first time, seed its launch; return its config and state."""
    from gonogo.demo.config import set_url
    from gonogo.demo.control import ShopError, is_running, shop_url, start_shop
    from gonogo.demo.seed import seed

    state = folder / "state.db"
    try:
        if not is_running(folder):
            start_shop(folder)
    except ShopError as error:
        raise c.Failed(str(error)) from error
    url = shop_url(folder)
    if url is None:
        raise c.Failed("The sample shop did not start; look at " + str(folder / "shop.log"))
    if not state.exists():
        half = folder / "half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        seed(half, url, place=folder)
        (half / "gonogo.toml").rename(folder / "gonogo.toml")
        (half / "state.db").rename(state)
        shutil.rmtree(half)
    set_url(folder, url)
    return folder / "gonogo.toml", state


def _print_once(context: click.Context, state: Path, config: Path) -> None:
    """Without a terminal: let the watch look once, print the board, and leave nothing running."""
    from gonogo.cli.status import print_board
    from gonogo.control.clock import SystemClock
    from gonogo.control.requests import ask_watch
    from gonogo.control.room import ControlRoom
    from gonogo.control.spawn import start_watch
    from gonogo.store import opening, watching
    from gonogo.store.store import Store

    began = datetime.now(UTC)
    ours = not watching.is_alive(state)
    words = start_watch(state, config)
    click.echo(f"demo: {words}", err=True)
    store = Store(state)
    try:
        with opening.explained(state):
            room = ControlRoom(store, SystemClock(), "you")
            _await_checks(room, began)
            print_board(room, config)
            if ours:
                ask_watch(room, "stop")
    finally:
        store.close()


def _await_checks(room: object, began: datetime) -> None:
    import time

    from gonogo.control.room import ControlRoom
    from gonogo.rules.probe import Probe

    assert isinstance(room, ControlRoom)
    deadline = time.monotonic() + 6
    while time.monotonic() < deadline:
        if all(one.checked_at and one.checked_at.utc >= began for one in room.store.state().all(Probe)):
            return
        time.sleep(0.1)


def _throw_away(folder: Path) -> None:
    from gonogo.demo.control import stop_shop
    from gonogo.store import locks

    if locks.is_held(folder / "session.lock", shared=True):
        raise c.Failed("The demo is open in another terminal; close it first.")
    if folder.exists():
        stop_shop(folder)
        shutil.rmtree(folder)


def _act(folder: Path):  # type: ignore[no-untyped-def]
    from gonogo.demo.control import ShopError, break_shop, mend_shop

    def act(name: str) -> str:
        try:
            return break_shop(folder) if name == "break" else mend_shop(folder)
        except ShopError as error:
            return str(error)

    return act


@demo.command(name="break")
@click.argument("how", type=click.Choice(["errors", "slow", "refused"]), default="errors")
def break_(how: str) -> None:
    """Break the shop's checkout: errors, slow, or refused connections."""
    from gonogo.demo.control import ShopError, break_shop

    try:
        click.echo(break_shop(places.demo_folder(), how))
    except ShopError as error:
        raise c.Failed(str(error)) from error


@demo.command()
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would be done.")
def mend(dry: bool) -> None:
    """Roll the shop back to its last good version."""
    from gonogo.demo.control import ShopError, mend_shop, would_mend

    try:
        click.echo((would_mend if dry else mend_shop)(places.demo_folder()))
    except ShopError as error:
        raise c.Failed(str(error)) from error
