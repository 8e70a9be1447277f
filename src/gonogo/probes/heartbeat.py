"""Heartbeat checks: how long ago a sign of life came, by `gonogo log heartbeat` or from a file."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from typing import Any

from gonogo.probes.asking import Trace, Unmeasurable
from gonogo.rules.expectation import NOTHING, Expectation


@dataclass(frozen=True, slots=True)
class HeartbeatQuestion:
    """Whose sign of life; `age_s` is how long ago the last one came, where it does not come from a file."""

    name: str
    age_s: float | None = None
    file: str | None = None
    deadline_s: float = 5.0
    expect: Expectation = NOTHING

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Look; one that never came says nothing about the site."""
        if self.file is None:
            if self.age_s is None:
                raise Unmeasurable(f"none has come yet; `gonogo log heartbeat {self.name}` sends one")
            return {"age": self.age_s, "latency": 0.0}
        try:
            found = await asyncio.to_thread(os.stat, self.file)  # a network disk may hang
        except OSError as error:
            raise Unmeasurable(f"{self.file}: {error.strerror}") from error
        return {"age": max(0.0, time.time() - found.st_mtime), "size": found.st_size, "latency": 0.0}
