"""Where the watch should live: `[watch] host`, and whether that is this machine."""

from __future__ import annotations

import os
from pathlib import Path

from gonogo.formats import toml
from gonogo.formats.errors import FileError
from gonogo.rules.text import line
from gonogo.store import watching
from gonogo.store.store import Store


def elsewhere(state: Path, config: Path | None) -> str | None:
    """Say that the watch should live on another machine; nothing when it may live here.

    The file decides, also one with a mistake in it; without one, the config that was accepted last.
    """
    try:
        tables = toml.salvage(config) if config else toml.parse(_accepted(state), "the accepted config")
    except FileError:
        return None
    watch = tables.get("watch")
    host = watch.get("host") if isinstance(watch, dict) else None
    here = os.uname().nodename
    if not isinstance(host, str) or is_here(host, here):
        return None
    return f"the watch should live on {line(host, 80)}, and this is {line(here, 80)}"


def is_here(host: str, here: str) -> bool:
    """Tell whether a host's name means this machine; either may be written without its domain."""
    host, here = host.strip().lower().rstrip("."), here.lower()
    if host in ("", "localhost", here):
        return True
    one_is_short = ("." in host) != ("." in here)
    return one_is_short and host.split(".")[0] == here.split(".")[0]


def _accepted(state: Path) -> str:
    store = Store(state)
    try:
        return watching.accepted_config(store.db) or ""
    finally:
        store.close()
