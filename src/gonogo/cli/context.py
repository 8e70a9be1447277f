"""What every command starts from: the launch it works on, and how errors end."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import places

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.record import Intent
    from gonogo.store.store import Store

GO, HOLD, NOGO, ERROR, USAGE, REFUSED = 0, 10, 20, 1, 2, 3
ANSWERS = {"GO": GO, "HOLD": HOLD, "NO-GO": NOGO}
"""What a command answers with that tells how the launch stands."""


class Failed(click.ClickException):
    """An ending with one sentence on stderr and an exit code."""

    def __init__(self, sentence: str, code: int = ERROR) -> None:
        super().__init__(sentence)
        self.exit_code = code  # type: ignore[misc]

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        from gonogo.rules import text

        click.echo(f"gonogo: {text.block(self.message)}", err=True)


@contextmanager
def explained() -> Iterator[None]:
    """Turn the errors that we know into one sentence and an exit code."""
    try:
        yield
    except (click.ClickException, BrokenPipeError):
        raise
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        raise Failed(f"{named}{error.strerror or error}.") from error
    except Exception as error:
        if (failed := _failed(error)) is None:
            raise
        raise failed from error


def _failed(error: Exception) -> Failed | None:
    """Return the ending that an error of ours means; the imports wait until there is one."""
    from gonogo.formats.errors import FileError
    from gonogo.store.errors import Refused, StoreError

    if isinstance(error, FileError | Refused | StoreError):
        return Failed(
            str(error), USAGE if isinstance(error, FileError) else REFUSED if isinstance(error, Refused) else 1
        )
    return None


def place(context: click.Context) -> places.Place:
    """Return what this invocation works on: the state of --state, else of the nearest gonogo.toml."""
    options = context.find_root().params
    config = Path(options["config"]) if options.get("config") else None
    state = Path(options["state"]) if options.get("state") else None
    actor = places.actor(options.get("actor"))
    if config is None and state is None:
        config = places.nearest_config(Path.cwd())
    if config is not None and state is None:
        state = state_of(config)
    if config is not None:
        actor = known_as(config, actor)
    return places.Place(state, config, actor)


def state_of(config: Path) -> Path:
    """Return the state file of a config: named after the launch's id, in the state folder."""
    from gonogo.formats import toml
    from gonogo.rules import text

    with explained():
        launch = toml.salvage(config).get("launch")
        key = launch.get("id") if isinstance(launch, dict) else None
        if key is None:
            toml.read(config)  # a mistake in the file is to be mended first
            raise Failed(f"{config}: launch.id is missing; write [launch] with id = 'my-shop'.", USAGE)
    if not isinstance(key, str) or not re.fullmatch(text.KEY, key):
        words = text.line(str(key), 40)
        raise Failed(
            f"{config}: launch.id is “{words}”; write small letters, digits and dashes, such as my-shop.", USAGE
        )
    if (beside := config.with_name("state.db")).is_file():
        return beside
    return places.state_folder() / f"{key}.db"


def known_as(config: Path, actor: str) -> str:
    """Return the person whose login or name the actor is, or the actor as it is.

    A config with a mistake in it still says who is who.
    """
    from gonogo.formats import toml
    from gonogo.formats.errors import FileError
    from gonogo.rules.text import line

    try:
        people = toml.salvage(config).get("person")
    except FileError:
        return actor
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict) and isinstance(name := person.get("name"), str):
            logins = person.get("logins")
            if actor == name or (isinstance(logins, list) and actor in logins):
                return line(name, 40)
    return actor


def mistake(config: Path, store: Store) -> str | None:
    """Return what is wrong with a launch's config file, if something is."""
    from gonogo.control.standing import notice
    from gonogo.formats.config import read_config
    from gonogo.formats.errors import FileError
    from gonogo.rules.fitting import frame_of
    from gonogo.store import watching

    try:
        return notice(read_config(config), config, frame_of(store.state()), watching.accepted_config(store.db))
    except FileError as error:
        return str(error)


@contextmanager
def room(context: click.Context) -> Iterator[ControlRoom]:
    """Open the control room of this invocation's launch."""
    from gonogo.control.clock import SystemClock
    from gonogo.control.room import ControlRoom
    from gonogo.store import opening
    from gonogo.store.errors import Refused
    from gonogo.store.store import Store

    found = place(context)
    if found.state is None:
        raise Failed(
            "There is no gonogo.toml here or above; `gonogo init` sets up a launch, `gonogo demo` shows one.", USAGE
        )
    store = Store(found.state, readable=True)
    refused = False
    try:
        with opening.explained(found.state):
            yield ControlRoom(store, SystemClock(), found.actor)
    except Refused:
        refused = True
        raise
    finally:
        store.close()
        if store.frozen and not refused:
            click.echo(store.frozen, err=True)


def act(control: ControlRoom, intent: Intent, where: str = "") -> None:
    """Carry out an intent and say what was done, and where; a refusal ends with its sentence."""
    from gonogo.rules.record import Refusal
    from gonogo.rules.text import line

    done = control.dispatch(intent)
    if isinstance(done, Refusal):
        raise Failed(done.sentence, USAGE if done.misused else ANSWERS.get(str(done.verdict), ERROR))
    click.echo(line(done.said + where, 1000))


def print_json(value: Any) -> None:
    """Print data for a program; on a terminal, letters as they are, unless they could steer it."""
    from gonogo.rules.text import is_clean

    words = json.dumps(value, ensure_ascii=False, indent=2)
    plain = sys.stdout.isatty() and is_clean(words)
    click.echo(words if plain else json.dumps(value, indent=2))
