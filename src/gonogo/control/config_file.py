"""The config file as the watch follows it: a valid version goes live, a bad one is named and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

from gonogo.formats.config import parse_config, read_config
from gonogo.formats.errors import FileError
from gonogo.rules.config import Config


class ConfigFile:
    """Follows one file; `live` is the (text, config) to go by, if there ever was a valid one."""

    def __init__(self, path: Path | None, accepted: str | None) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self.live = _parsed(accepted)
        self.error: str | None = None if path else "no gonogo.toml was named; `gonogo init` writes one."

    def look(self) -> bool:
        """Read the file when it changed; return whether there is another config, or another error."""
        stamp = self._look()
        if self._path is None or (stamp == self._stamp and stamp is not None):
            return False
        before, self._stamp = (self.live, self.error), stamp
        try:
            self.live, self.error = read_config(self._path), None
        except FileError as trouble:
            self.error = str(trouble)
        return before != (self.live, self.error)

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self._path) if self._path else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None


def _parsed(text: str | None) -> tuple[str, Config] | None:
    """Read the config that was accepted last, which stands in for a file that is bad from the start."""
    try:
        return (text, parse_config(text, "the last accepted config")) if text else None
    except FileError:  # accepted by another version
        return None
