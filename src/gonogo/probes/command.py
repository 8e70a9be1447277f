"""Command checks: a command of the operator's, its exit code and what it says."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from gonogo.probes.asking import Failed, Trace, Unmeasurable
from gonogo.rules.expectation import NOTHING, Expectation
from gonogo.rules.facts import read_body
from gonogo.rules.probe import Failure

OUTPUT_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class CommandQuestion:
    """What to run: words, never a line for a shell."""

    argv: tuple[str, ...]
    folder: str = "/"
    env: Mapping[str, str] = field(default_factory=dict)
    """What is added to this process's environment."""
    deadline_s: float = 5.0
    expect: Expectation = NOTHING

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Run it to its end; whatever it started is ended with it."""
        with _Ear() as ear:
            child = await self._start(ear)
            try:
                trace.enter("transfer")
                code = await _ended(child, ear)
            finally:
                # The group too: what the command left running would be there again with every check.
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.pid, signal.SIGKILL)
                if child.returncode is None:
                    await asyncio.shield(child.wait())
            said = ear.heard()
        if code < 0:
            raise Failed(Failure.RESET, f"{self.argv[0]} was ended by {_signal(-code)}")
        return {"exit": code, "output": read_body(said.decode("utf-8", "replace").strip())}

    async def _start(self, ear: _Ear) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self.argv, stdin=asyncio.subprocess.DEVNULL, stdout=ear.mouth,
                stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
                cwd=self.folder, env={**os.environ, **self.env},
            )  # fmt: skip
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it has a NUL in it"
            where = f" in {self.folder}" if getattr(error, "filename", None) == self.folder else ""
            raise Unmeasurable(f"{self.argv[0]} cannot be started{where}: {why}") from error
        finally:
            ear.shut_mouth()


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


async def _ended(child: asyncio.subprocess.Process, ear: _Ear) -> int:
    """Wait for the command's end; Failed when it says too much before."""
    end = asyncio.ensure_future(child.wait())
    try:
        await asyncio.wait((end, ear.full), return_when=asyncio.FIRST_COMPLETED)
        if ear.full.done():
            raise Failed(Failure.TOO_LARGE, f"it says more than {OUTPUT_BYTES} bytes")
        return await end
    finally:
        end.cancel()


class _Ear:
    """A pipe that listens until the command has ended, whoever else may still hold its other side."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._from, self.mouth = os.pipe()
        os.set_blocking(self._from, False)
        self._said = bytearray()
        self.full: asyncio.Future[None] = self._loop.create_future()

    def __enter__(self) -> _Ear:
        self._loop.add_reader(self._from, self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.remove_reader(self._from)
        self.full.cancel()
        os.close(self._from)
        self.shut_mouth()

    def shut_mouth(self) -> None:
        """Close our own end of the side that speaks."""
        if self.mouth >= 0:
            os.close(self.mouth)
            self.mouth = -1

    def heard(self) -> bytes:
        """Return all that was said; Failed when that is too much."""
        while self._listen():
            pass
        if len(self._said) > OUTPUT_BYTES:
            raise Failed(Failure.TOO_LARGE, f"it says more than {OUTPUT_BYTES} bytes")
        return bytes(self._said)

    def _listen(self) -> bool:
        """Take what is there; whether there may be more."""
        try:
            said = os.read(self._from, OUTPUT_BYTES)
        except BlockingIOError:
            return False
        if not said:
            self._loop.remove_reader(self._from)
        self._said += said
        if len(self._said) > OUTPUT_BYTES:
            self._loop.remove_reader(self._from)
            if not self.full.done():
                self.full.set_result(None)
            return False
        return bool(said)
