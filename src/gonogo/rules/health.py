"""When a probe's health turns: down on M of N failures, up on K of L passes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from gonogo.rules.clock import Instant
from gonogo.rules.probe import Health, Outcome

MARKS = {Outcome.OK: ".", Outcome.SLOW: "~", Outcome.FAILED: "x", Outcome.UNKNOWN: "?"}
REQUICK_S = 5.0
"""How soon a probe is asked again after its first failure."""


@dataclass(frozen=True, slots=True)
class MofN:
    """`m` of the last `n`."""

    m: int
    n: int

    def __str__(self) -> str:
        return f"{self.m} of {self.n}"


def read_m_of_n(value: object) -> MofN:
    """Read `2 of 3`; ValueError says what would be right."""
    if isinstance(value, MofN):
        return value
    match = re.fullmatch(r"\s*(\d+)\s+of\s+(\d+)\s*", str(value))
    if match is None or not 1 <= int(match[1]) <= int(match[2]) <= 20:
        raise ValueError("write it as 'M of N' with 1 <= M <= N <= 20, such as '2 of 3'")
    return MofN(int(match[1]), int(match[2]))


Threshold = Annotated[MofN, BeforeValidator(read_m_of_n)]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a probe's health is after a check; `onset` is when it became true."""

    health: Health
    turned: bool
    onset: Instant | None


def judge(health: Health, marks: Sequence[str], times: Sequence[Instant], down: MofN, up: MofN) -> Turn:
    """Tell the health after the newest mark; `marks` and `times` run side by side, newest last.

    An unknown check says nothing, but N of them in a row make the health unknown. A first
    result only initialises: one pass is up, while one failure waits for its M of N. Slow
    checks degrade by the same M of N.
    """
    if health == "up" and set(marks[-down.n :]) == {"."}:
        return Turn(health, False, None)  # nearly every check
    seen = [(mark, at) for mark, at in zip(marks, times, strict=True) if mark != "?"]
    if all(mark == "?" for mark in marks[-down.n :]) and len(marks) >= down.n:
        turned = health not in ("unknown", "paused")
        return Turn("unknown" if turned else health, turned, times[-down.n] if turned else None)
    if not seen or marks[-1] == "?":
        return Turn(health, False, None)
    failures = [at for mark, at in seen[-down.n :] if mark == "x"]
    slow = [at for mark, at in seen[-down.n :] if mark in "x~"]
    wanted: Health = health
    onset: Instant | None = seen[-1][1]
    if health != "down" and len(failures) >= down.m and seen[-1][0] == "x":
        wanted, onset = "down", failures[0]
    elif health == "down":
        passes = [at for mark, at in seen[-up.n :] if mark != "x"]
        if len(passes) >= up.m and seen[-1][0] != "x":
            wanted, onset = ("degraded" if seen[-1][0] == "~" else "up"), passes[0]
    elif len(slow) >= down.m and seen[-1][0] == "~":
        wanted, onset = "degraded", slow[0]
    elif health in ("unknown", "paused"):
        wanted = "unknown" if seen[-1][0] == "x" else "up"
    elif health == "degraded" and len(slow) < down.m and seen[-1][0] == ".":
        wanted = "up"
    return Turn(wanted, wanted != health, onset if wanted != health else None)
