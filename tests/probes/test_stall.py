"""A check during which this process stood still says nothing about the site."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import pytest

from gonogo.probes import asking
from gonogo.probes.asking import Trace
from gonogo.rules.expectation import NOTHING, Expectation
from gonogo.rules.probe import Failure, Outcome


@dataclass
class Stuck:
    """A question that holds up the whole process for a while, and then waits for an answer in vain."""

    held_s: float
    deadline_s: float = 0.05
    expect: Expectation = NOTHING

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Never come to an end."""
        time.sleep(self.held_s)  # noqa: ASYNC251 - this is what is tried
        await asyncio.sleep(60)
        return {}


@pytest.mark.parametrize(
    ("held_s", "outcome", "failure"),
    [(0.0, Outcome.FAILED, Failure.TIMEOUT_FIRST_BYTE), (0.4, Outcome.UNKNOWN, Failure.INTERNAL)],
)
def test_a_deadline_that_passed_in_a_stall_is_unknown(
    monkeypatch: pytest.MonkeyPatch, held_s: float, outcome: Outcome, failure: Failure
) -> None:
    monkeypatch.setattr(asking, "STOOD_STILL_S", 0.3)
    reply = asyncio.run(asking.ask(Stuck(held_s)))
    assert (reply.outcome, reply.failure) == (outcome, failure)
