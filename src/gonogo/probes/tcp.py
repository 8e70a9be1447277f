"""TCP checks: does it take a connection, and does it answer what it should."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from gonogo.probes.asking import Failed, Trace
from gonogo.probes.connection import Connection, connect
from gonogo.rules import expectation
from gonogo.rules.condition import Answer
from gonogo.rules.expectation import NOTHING, Expectation
from gonogo.rules.probe import Failure

REPLY_BYTES = 4096
LAST_PART = 0.1
"""Which part of the deadline is left to judge by what was heard, when more was hoped for."""


@dataclass(frozen=True, slots=True)
class TcpQuestion:
    """A place to connect to; with `hears`, what it says is listened to, after `say` was said."""

    host: str
    port: int
    say: bytes | None = None
    hears: bool = False
    deadline_s: float = 5.0
    expect: Expectation = NOTHING

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Connect; say and hear, where that is wanted."""
        line = await connect(self.host, self.port, trace)
        try:
            facts: dict[str, Any] = {"connected": True}
            trace.enter("first_byte")
            if self.say is not None:
                await line.send(self.say)
            if self.hears:
                facts["reply"] = await self._reply(line, trace)
            return facts
        finally:
            line.close()

    async def _reply(self, line: Connection, trace: Trace) -> str:
        """Listen until what is expected was said, or the end, or nearly the deadline: a reply may come in pieces."""
        heard = await line.receive()
        if not heard:
            raise Failed(Failure.RESET, "closed without a word")
        trace.leave()
        left = self.deadline_s * (1 - LAST_PART) - trace.so_far()
        try:
            async with asyncio.timeout(max(0.0, left)):
                while len(heard) < REPLY_BYTES and not self._is_met(heard) and (more := await line.receive()):
                    heard += more
        except (TimeoutError, ConnectionError):
            pass  # what was heard is what is judged
        return _text(heard)

    def _is_met(self, heard: bytes) -> bool:
        facts = {"reply": _text(heard)}
        about = Expectation(
            tuple(group for group in self.expect.groups if any(one.reading == "reply" for one in group))
        )
        return expectation.evaluate(about, facts).answer is Answer.PASS


def _text(heard: bytes) -> str:
    return heard[:REPLY_BYTES].decode("utf-8", "replace")
