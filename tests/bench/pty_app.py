"""A program in a pseudo-terminal of 120x40: what it writes and when, and which row it highlights."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

COLUMNS, LINES = 120, 40
_ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[ -/]*[0-~])")
_MOVE_OR_STYLE = re.compile(rb"\x1b\[(?:(\d+);(\d+)H|([0-9;]*)m)")
_PARTIAL = 64


class PtyApp:
    """Runs until closed; `close` ends the process by its id and waits for it."""

    turns: ClassVar[list[tuple[float, float]]] = []
    """For each program that was closed: how long it ran, and how long it waited for a core, in seconds."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], cwd: Path) -> None:
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(cwd)
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
                os.execve(argv[0], list(argv), dict(environ))
            finally:
                os._exit(127)
        self.seen = bytearray()
        self.written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, until: float) -> tuple[float, bytes]:
        """Wait for output until a moment of perf_counter; return when some came, and it, or nothing."""
        ready, _, _ = select.select([self.fd], [], [], max(0.0, until - time.perf_counter()))
        at = time.perf_counter()
        if not ready:
            return at, b""
        try:
            chunk = os.read(self.fd, 1 << 16)
        except OSError:
            raise RuntimeError(f"the program ended: {self.text()[-300:]}") from None
        self.written += len(chunk)
        return at, chunk

    def text(self) -> str:
        """Return what was written since the start, without escape sequences."""
        return _ESCAPE.sub(b"", bytes(self.seen)).decode("utf-8", "replace")

    def shows(self, marks: Sequence[str], within_s: float = 20.0) -> float:
        """Wait until the screen was given all marks; return the seconds since the start."""
        missing, stop = list(marks), time.perf_counter() + within_s
        while True:
            at, chunk = self.read(stop)
            if not chunk:
                raise RuntimeError(f"the screen never said {missing[0]!r}: {self.text()[-300:]}")
            self.seen += chunk
            text = self.text()
            missing = [mark for mark in missing if mark not in text]
            if not missing:
                return at - self.began

    def drain(self, seconds: float) -> int:
        """Read along for a while; return how many bytes came."""
        before, stop = self.written, time.perf_counter() + seconds
        while self.read(stop)[1]:
            pass
        return self.written - before

    def send(self, keys: bytes) -> float:
        """Press keys; return when."""
        at = time.perf_counter()
        os.write(self.fd, keys)
        return at

    def close(self) -> None:
        """Ask the program to end, insist after a while, and reap it."""
        self._note_waiting()
        for number, patience_s in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 5.0)):
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                break
            if self._reaped(patience_s):
                break
        try:
            os.close(self.fd)
        except OSError:
            pass

    def _note_waiting(self) -> None:
        try:
            ran, waited = Path(f"/proc/{self.pid}/schedstat").read_text(encoding="ascii").split()[:2]
            self.turns.append((int(ran) / 1e9, int(waited) / 1e9))
        except (OSError, ValueError):
            pass  # a kernel that does not tell

    def _reaped(self, within_s: float) -> bool:
        stop = time.perf_counter() + within_s
        while time.perf_counter() < stop:
            try:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return True
                self.drain(0.02)  # a program may wait for its last words to be read
            except ChildProcessError:
                return True
            except RuntimeError:
                time.sleep(0.02)
        return False


class Highlight:
    """Follows the cursor moves and background colours in a stream, to see which row is highlighted."""

    def __init__(self, colour: str, left: int = 0) -> None:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        self._back = f"48;2;{red};{green};{blue}".encode()
        self._left, self._rest = left, b""
        self._line = self._column = 0
        self.line = 0
        """The line that was highlighted last, from 1."""

    def feed(self, chunk: bytes) -> bool:
        """Take over output; return whether another line is highlighted now."""
        data, before = self._rest + chunk, self.line
        end = 0
        for found in _MOVE_OR_STYLE.finditer(data):
            end = found.end()
            if found[1]:
                self._line, self._column = int(found[1]), int(found[2])
            elif self._back in found[3] and self._column >= self._left:
                self.line = self._line
        self._rest = data[max(end, len(data) - _PARTIAL) :]
        return self.line != before
