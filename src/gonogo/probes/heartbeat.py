"""Heartbeat checks: how long ago a sign of life came, by `gonogo log heartbeat` or from a file."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from typing import Any

from gonogo.probes.asking import Failed, Trace, Unmeasurable
from gonogo.probes.blocking import Workers
from gonogo.rules import words
from gonogo.rules.expectation import NOTHING, Expectation
from gonogo.rules.probe import Failure

MOST_THREADS = 16
AHEAD_S = 60.0
"""How far ahead of our clock a file's time may be."""
IN_TIME = 0.9
"""In which part of the deadline the file is to be seen: a disk of ours that hangs is no fault of the site's."""
_looks: Workers[os.stat_result] = Workers("look", MOST_THREADS)
"""Looks at files; one on a network disk that is gone may hang for long."""


@dataclass(frozen=True, slots=True)
class HeartbeatQuestion:
    """Whose sign of life; `age_s` is how long ago the last one came, where it does not come from a file.

    `awaited_s` is for how long one has been waited for: beyond `borne_s` nothing is no longer unknown, but a failure.
    """

    name: str
    age_s: float | None = None
    file: str | None = None
    deadline_s: float = 5.0
    expect: Expectation = NOTHING
    awaited_s: float | None = None
    borne_s: float | None = None

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Look; one that never came says nothing about the site until it is overdue."""
        file = self.file
        if file is None:
            if self.age_s is None:
                raise self._nothing("none has come yet", f"`gonogo log heartbeat {self.name}` sends one")
            return {"age": self.age_s, "latency": 0.0}
        try:
            async with asyncio.timeout(self.deadline_s * IN_TIME):
                found = await _looks.do(file, lambda: os.stat(file))
        except TimeoutError as error:
            raise Unmeasurable(f"{file} cannot be looked at: its disk does not answer") from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._nothing(f"{file} is not there", "it is written anew by what is alive") from error
        except OSError as error:
            raise Unmeasurable(f"{file}: {error.strerror}") from error
        age = time.time() - found.st_mtime
        if age < -AHEAD_S:
            raise Unmeasurable(f"{file} is dated {-age:.0f} s ahead of this machine's clock")
        return {"age": max(0.0, age), "size": found.st_size, "latency": 0.0}

    def _nothing(self, what: str, how: str) -> Failed | Unmeasurable:
        """Say that there is no sign: not known yet, or overdue."""
        if self.awaited_s is None or self.borne_s is None or self.awaited_s <= self.borne_s:
            return Unmeasurable(f"{what}; {how}")
        due, late = words.span(self.borne_s), words.span(self.awaited_s)
        return Failed(Failure.EXPECTATION, f"no sign of life in {late}, wanted one in {due}: {what}")
