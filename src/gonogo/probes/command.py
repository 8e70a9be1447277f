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
        child = await self._start()
        try:
            trace.enter("transfer")
            said = await _heard(child)
            code = await child.wait()
        finally:
            # The group too: what the command left running would be there again with every check.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            if child.returncode is None:
                await asyncio.shield(child.wait())
        if code < 0:
            raise Failed(Failure.RESET, f"{self.argv[0]} was ended by {signal.Signals(-code).name}")
        return {"exit": code, "output": read_body(said.decode("utf-8", "replace").strip())}

    async def _start(self) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self.argv, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
                cwd=self.folder, env={**os.environ, **self.env},
            )  # fmt: skip
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it has a NUL in it"
            raise Unmeasurable(f"{self.argv[0]} cannot be started: {why}") from error


async def _heard(child: asyncio.subprocess.Process) -> bytes:
    assert child.stdout is not None
    said = bytearray()
    while chunk := await child.stdout.read(OUTPUT_BYTES):
        said += chunk
        if len(said) > OUTPUT_BYTES:
            raise Failed(Failure.TOO_LARGE, f"it says more than {OUTPUT_BYTES} bytes")
    return bytes(said)
