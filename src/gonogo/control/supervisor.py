"""Running one command to its end: without a terminal, in a session of its own, its output drained whatever it is."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gonogo.control.output import Output
from gonogo.rules.clock import Clock, Instant, elapsed
from gonogo.rules.run import Outcome

TICK_S = 0.05
SAVE_S = 0.2
GRACE_S = 5.0
"""How long a command has to end after TERM, before KILL."""
LINGER_S = 0.3
"""How long its output is still read after it ended, whoever else may hold the pipe."""
PIPE_BYTES = 1 << 20
_SET_PIPE_SIZE = getattr(fcntl, "F_SETPIPE_SZ", None)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended: its exit code (below zero, a signal), and why where that needs words."""

    outcome: Outcome
    exit: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be run: words, never a line for a shell."""

    argv: Sequence[str]
    folder: str
    env: Mapping[str, str]
    """All of its environment."""
    timeout_s: float
    grace_s: float = GRACE_S


class Supervisor:
    """Runs commands one after the other, and keeps what they say in one file."""

    def __init__(self, clock: Clock, output: Output, file: Path, stopped: Callable[[], bool] = lambda: False) -> None:
        self._clock, self._output, self._file, self._stopped = clock, output, file, stopped
        self._saved: Instant | None = None

    def run(self, job: Job, began: Callable[[int], None] = lambda pid: None) -> Ending:
        """Run a command to its end, or to its deadline; `began` is told its pid."""
        if isinstance(child := _start(job), str):
            return Ending("not_started", why=child)
        process, pipe = child
        try:
            began(process.pid)
            return self._attend(job, process, _Ear(pipe))
        finally:
            os.close(pipe)
            self._output.save(self._file)

    def _attend(self, job: Job, child: subprocess.Popen[bytes], ear: _Ear) -> Ending:
        start = self._clock.now()
        while child.poll() is None:
            self._hear(ear, TICK_S)
            late = elapsed(start, self._clock.now()).seconds >= job.timeout_s
            if (late or self._stopped()) and child.poll() is None:
                self._end(child, job.grace_s, ear)
                return Ending("timed_out" if late else "stopped", child.returncode)
        self._drain(ear)
        code = child.returncode
        if code < 0:
            return Ending("killed", code, _signal(-code))
        return Ending("ok" if code == 0 else "failed", code)

    def _hear(self, ear: _Ear, wait_s: float) -> bool:
        """Take what is said within a while, and save now and then; return whether there may be more."""
        said = ear.hear(wait_s)
        self._output.feed(said)
        now = self._clock.now()
        if self._output.changed and (self._saved is None or elapsed(self._saved, now).seconds >= SAVE_S):
            self._saved = now
            self._output.save(self._file)
        return bool(said)

    def _drain(self, ear: _Ear) -> None:
        deadline = time.monotonic() + LINGER_S
        while self._hear(ear, 0) and time.monotonic() < deadline:
            pass

    def _end(self, child: subprocess.Popen[bytes], grace_s: float, ear: _Ear) -> None:
        """End the command's process group: asked first, so that it can tidy up, and then by force."""
        _tell(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace_s
        while time.monotonic() < deadline:
            self._hear(ear, TICK_S)
            if child.poll() is not None and not _tell(child.pid, 0):
                break
        _tell(child.pid, signal.SIGKILL)
        child.wait()
        self._drain(ear)


def _start(job: Job) -> tuple[subprocess.Popen[bytes], int] | str:
    """Start a command and return it with the pipe that it speaks into; or why it cannot be started."""
    listen, speak = os.pipe()
    if _SET_PIPE_SIZE is not None:
        with suppress(OSError):
            fcntl.fcntl(listen, _SET_PIPE_SIZE, PIPE_BYTES)
    try:
        # It inherits the listening end too: were we killed, its next word must not end it half-way (SIGPIPE).
        child = subprocess.Popen(
            list(job.argv), stdin=subprocess.DEVNULL, stdout=speak, stderr=speak, cwd=job.folder, env=dict(job.env),
            start_new_session=True, pass_fds=(listen,),
        )  # fmt: skip
    except (OSError, ValueError) as error:
        os.close(listen)
        return cannot_start(job.argv[0], job.folder, error)
    finally:
        os.close(speak)
    return child, listen


def cannot_start(word: str, folder: str, error: OSError | ValueError) -> str:
    """Say why a command cannot be started, and what would be right."""
    if isinstance(error, ValueError):
        return "it has a NUL in it"
    if not os.path.isdir(folder):
        return f"its folder {folder} is not there"
    match error:
        case FileNotFoundError():
            return f"“{word}” is not found" + ("" if "/" in word else " on the PATH; write where it lies")
        case PermissionError():
            return f"“{word}” may not be executed; chmod +x it"
        case OSError(errno=8):
            return f"“{word}” is no program; begin a script with a line such as #!/bin/sh"
    return f"“{word}”: {error.strerror}"


class _Ear:
    """The listening end of a pipe; who listens never waits for more than a while."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)
        self._ended = False

    def hear(self, wait_s: float) -> bytes:
        """Return what was said, or nothing after a while."""
        if self._ended:
            time.sleep(wait_s)
            return b""
        if not self._poll.poll(wait_s * 1000):
            return b""
        said = os.read(self._pipe, PIPE_BYTES)
        self._ended = not said
        return said


def _tell(group: int, number: int) -> bool:
    """Send a signal to a process group; return whether there is one."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
