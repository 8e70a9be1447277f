"""`gonogo doctor`: whether everything that a launch needs works here."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo import __version__
from gonogo.cli import context as c
from gonogo.cli import places
from gonogo.cli.sleep import slept

if TYPE_CHECKING:
    from gonogo.rules.config import Config
    from gonogo.rules.letter import Post
    from gonogo.store.store import Store
    from gonogo.store.watching import WatchRow

Finding = tuple[str, str]
"""`ok`, `note` or `bad`, and a sentence."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Examine the program, the config, the state and the watch; exits 1 when something is bad."""
    findings = list(dict.fromkeys(_examine(context)))
    from gonogo.rules.text import block

    if as_json:
        c.print_json([{"mark": mark, "finding": words} for mark, words in findings])
    else:
        for mark, words in findings:
            click.echo(f"{mark:<5}{block(words)}")
    context.exit(c.ERROR if any(mark == "bad" for mark, _ in findings) else c.GO)


def _examine(context: click.Context) -> Iterator[Finding]:
    import platform

    yield "ok", f"gonogo {__version__}, Python {platform.python_version()}, {platform.system()}"
    yield from _themes()
    yield from _folder(places.state_folder())
    options = context.find_root().params
    path = options.get("config") or places.nearest_config(Path.cwd())
    if path is None and options.get("state") is None:
        yield "note", "there is no gonogo.toml here or above; `gonogo init` sets up a launch"
        return
    config = Path(path).resolve() if path else None
    if config is not None:
        yield from _config(config)
    try:
        state = c.place(context).state
    except c.Failed as error:
        yield "bad", error.message
        return
    if state is not None:
        yield from _state(state, config)


def _themes() -> Iterator[Finding]:
    from gonogo.formats.themes import load

    themes, failures = load(places.config_folder() / "themes")
    yield "ok", f"themes: {', '.join(themes)}"
    for words in failures:
        yield "bad", f"a theme is skipped: {words}"


def _folder(folder: Path) -> Iterator[Finding]:
    """Whether a new launch could be kept in the state folder, made or not."""
    nearest = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        why = "is read-only" if nearest.is_dir() else "is no folder"
        yield "bad", f"no launch can be kept in {folder}: {nearest} {why}; GONOGO_STATE_DIR names another folder"


def _config(path: Path) -> Iterator[Finding]:
    from gonogo.formats.config import SecretMissing, read_config, resolve
    from gonogo.formats.errors import FileError
    from gonogo.rules.channel import NO_APPRISE
    from gonogo.rules.config_difference import insecure

    try:
        _, config = read_config(path)
    except FileError as error:
        yield "bad", str(error)
        return
    yield "ok", f"{path}: {len(config.probe)} probes"
    for probe in config.probe:
        try:
            for words in probe.references():
                resolve(words)
        except SecretMissing as error:
            yield "bad", f"the probe {probe.name} cannot be measured from here: {error}"
    for words in insecure(config):
        yield "note", f"{words}; `ca` names a file with the authority to trust"
    for channel in config.channel:
        try:
            for place in (channel.webhook, channel.slack, channel.ntfy, channel.token, channel.apprise):
                resolve(place or "")
        except SecretMissing as error:
            yield "bad", f"nobody would be told through {channel.name}: {error}"
        if channel.apprise and importlib.util.find_spec("apprise") is None:
            yield "bad", f"nobody would be told through {channel.name}: {NO_APPRISE}"
        if channel.command and shutil.which(channel.command[0]) is None:
            yield "bad", f"nobody would be told through {channel.name}: “{channel.command[0]}” is not found"
    yield from _commands(config, path.parent)


def _commands(config: Config, folder: Path) -> Iterator[Finding]:
    """Whether what would be run in need is there, and the secrets that it is given."""
    from gonogo.control.runs import missing
    from gonogo.formats.config import SecretMissing, resolve

    if config.rollback is None:
        yield "note", "no [rollback] command is set up"
    for name, act in config.acts().items():
        extra = {word: getattr(act, word, None) for word in ("status", "dry_run")}
        for what, argv in {"": act.command, **extra}.items():
            if argv and (why := missing(argv, folder, act)):
                part = f" ({what})" if what else ""
                yield "bad", f"the {name} command{part} cannot run here: {why}"
        try:
            for value in act.env.values():
                resolve(value)
        except SecretMissing as error:
            why = str(error).replace("where the watch runs", "where gonogo is opened")
            yield "bad", f"the {name} command cannot run from here: {why}"
            continue
        if missing(act.command, folder, act) is None:
            yield "ok", f"the {name} command runs here: {shlex.join(act.command)}"


def _state(path: Path, config: Path | None) -> Iterator[Finding]:
    from gonogo.store import opening, watching
    from gonogo.store.errors import StoreError
    from gonogo.store.store import Store

    if (kind := opening.network_filesystem(path)) is not None:
        yield (
            "bad",
            f"{path} lies on a network file system ({kind}), where SQLite can lose data; keep it on a local disk",
        )
    if not path.exists():
        yield "bad", f"there is no state at {path}; `gonogo init` creates it"
        return
    try:
        store = Store(path, thorough=True)
    except StoreError as error:
        yield "bad", str(error)
        return
    mode = path.stat().st_mode & 0o777
    yield ("ok", f"{path}: intact, mode {mode:04o}") if mode == 0o600 else (
        "bad", f"{path} can be read by others (mode {mode:04o}); chmod 600 it"
    )  # fmt: skip
    version = opening.driver().sqlite_version
    raced = tuple(map(int, version.split("."))) < (3, 51, 3)
    yield "ok", f"SQLite {version}" + ("; gonogo's write gate keeps clear of its WAL-reset bug" if raced else "")
    wrong = c.mistake(config, store) if config else None
    if wrong:
        yield "bad", wrong
    yield from _watch(path, config, watching.read(store.db), wrong)
    yield from _messages(store)
    yield from slept(store)
    store.close()


def _messages(store: Store) -> Iterator[Finding]:
    """Whether messages were given up, or wait for long."""
    from gonogo.rules import words
    from gonogo.store import outbox

    for name, posts in _by_channel(outbox.dead(store.db)).items():
        said = f"{words.count(len(posts), 'message')} never arrived through {name}: {posts[-1].error}"
        yield "bad", f"{said}; `gonogo notify retry` tries again, `gonogo notify drop` forgets them"
    waiting = [post for post in outbox.newest(store.db, 200) if post.state in ("due", "sending") and post.error]
    for name, posts in _by_channel(waiting).items():
        yield "bad", f"{words.count(len(posts), 'message')} to {name} cannot be sent so far: {posts[0].error}"


def _by_channel(posts: Sequence[Post]) -> dict[str, list[Post]]:
    found: dict[str, list[Post]] = {}
    for post in posts:
        found.setdefault(post.letter.channel, []).append(post)
    return found


def _watch(path: Path, config: Path | None, row: WatchRow | None, wrong: str | None) -> Iterator[Finding]:
    from gonogo.control.home import elsewhere
    from gonogo.store import watching

    away = elsewhere(path, config)
    if not watching.is_alive(path):
        yield "note", f"no watch is running here; {away or '`gonogo watch` starts one'}"
        return
    yield "ok", f"a watch is running, pid {row.pid if row else '?'}"
    if away:
        yield "note", away
    if row and row.trouble:
        yield "bad", row.trouble
    if row and row.config_error:
        why = "" if row.config_error == wrong else f": {row.config_error}"
        yield "bad", f"the watch runs on the last good config{why}"
