"""The config file as the watch follows it: a valid version goes live, a bad one is named and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

from gonogo.control.standing import notice
from gonogo.formats.config import parse_config, read_config
from gonogo.formats.errors import FileError
from gonogo.rules.config import Config
from gonogo.rules.fitting import Frame


class ConfigFile:
    """Follows one file; `live` is the (text, config) to go by, if there ever was a valid one."""

    def __init__(self, path: Path | None, accepted: str | None) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._frame = Frame()
        self.live = _parsed(accepted)
        self.error: str | None = None if path else "no gonogo.toml was named; `gonogo init` writes one."
        self.note: str | None = None
        """What does not fit any more, since the plan has changed."""

    def fit(self, frame: Frame) -> None:
        """Take over what the config has to fit; when that changed, the next look reads the file again."""
        if frame != self._frame:
            self._frame, self._stamp = frame, None

    def look(self) -> bool:
        """Read the file when it changed; return whether there is another config, error or notice."""
        stamp = self._look()
        if self._path is None or (stamp == self._stamp and stamp is not None):
            return False
        before, self._stamp = (self.live, self.error, self.note), stamp
        try:
            found = read_config(self._path)
            self.note = notice(found, self._path, self._frame, self.live[0] if self.live else None)
            self.live, self.error = found, None
        except FileError as trouble:
            self.error, self.note = str(trouble), None
        return before != (self.live, self.error, self.note)

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
