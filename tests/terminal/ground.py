"""A real pseudo-terminal with gonogo in it: what is typed, what is drawn, and every byte that came."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyte
from tests.conftest import FakeClock

GONOGO = [sys.executable, "-m", "gonogo"]
UNWATCHED = [
    sys.executable,
    "-c",
    "import gonogo.control.spawn as spawn\n"
    "spawn.start_watch = lambda state, config: 'no watch in this test'\n"
    "from gonogo.cli.main import run\nrun()",
]
"""gonogo, but it starts no watch."""


class Terminal:
    """A process on a terminal of its own; it is killed at the end, whatever happens."""

    def __init__(self, argv: Sequence[str], cwd: Path, size: tuple[int, int] = (120, 40), **env: str) -> None:
        self.raw = b""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.master, slave = pty.openpty()
        _set_size(slave, size)
        plain = {
            name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "COLUMNS", "LINES"))
        }
        self.process = subprocess.Popen(
            argv, cwd=cwd, env={**plain, "TERM": "xterm-256color", "COLORTERM": "truecolor", **env},
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True, preexec_fn=_take_terminal,
        )  # fmt: skip
        os.close(slave)

    @property
    def pid(self) -> int:
        """The process in the terminal."""
        return self.process.pid

    def drain(self, wait_s: float = 0.0) -> int:
        """Take in what was written, waiting at most so long for it; how many bytes there were."""
        before = len(self.raw)
        deadline = time.monotonic() + wait_s
        while True:
            ready, _, _ = select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return len(self.raw) - before
            try:
                found = os.read(self.master, 65_536)
            except OSError:  # the other side is closed
                return len(self.raw) - before
            if not found:
                return len(self.raw) - before
            self.raw += found
            self._stream.feed(found)

    @property
    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def until(self, holds: Callable[[], object], what: str, within_s: float = 10.0) -> float:
        """Take in what is written until something holds; how long that took."""
        began = time.monotonic()
        while not holds():
            self.drain(0.02)
            if time.monotonic() - began > within_s:
                raise AssertionError(f"{what} did not happen within {within_s:g} s:\n{self.text}\n{self.raw[-300:]!r}")
        return time.monotonic() - began

    def sees(self, part: str, within_s: float = 10.0) -> float:
        """Wait until the terminal shows something; how long that took."""
        return self.until(lambda: part in self.text, f"showing {part!r}", within_s)

    def type(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size; the kernel tells the process."""
        self._screen.resize(height, width)
        _set_size(self.master, (width, height))

    def ended(self, within_s: float = 5.0) -> int:
        """Wait for the end; the exit code."""
        self.until(lambda: self.process.poll() is not None, "the end", within_s)
        self.drain()
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        os.close(self.master)
        self.master = -1

    def close(self) -> None:
        """End the process, if it lives, and the terminal."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=10)
        if self.master >= 0:
            os.close(self.master)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _set_size(handle: int, size: tuple[int, int]) -> None:
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))


@contextmanager
def terminal(argv: Sequence[str], cwd: Path, size: tuple[int, int] = (120, 40), **env: str) -> Iterator[Terminal]:
    """Run something on a terminal."""
    made = Terminal(argv, cwd, size, **env)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def watching(state: Path, config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a watch beside it."""
    child = subprocess.Popen(
        [*GONOGO, "--state", str(state), "--config", str(config), "watch"], cwd=state.parent,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(timeout=5)


def days_ago(days: float = 3.3) -> FakeClock:
    """Return a clock that stands some days before now, on this machine's wall."""
    now = datetime.now(UTC).replace(second=7, microsecond=0)
    return FakeClock(utc=now - timedelta(days=days), boot_id="before", boot_us=0)


def end(pid: int) -> None:
    """End a process that a test has started through gonogo."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
