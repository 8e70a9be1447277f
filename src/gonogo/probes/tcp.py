"""TCP checks: does it take a connection, and does it answer what it should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gonogo.probes.asking import Failed, Trace
from gonogo.probes.connection import connect
from gonogo.rules.expectation import NOTHING, Expectation
from gonogo.rules.probe import Failure

REPLY_BYTES = 4096


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
            if self.say is not None:
                await line.send(self.say)
            if self.hears:
                trace.enter("first_byte")
                facts["reply"] = (await line.receive())[:REPLY_BYTES].decode("utf-8", "replace")
                if not facts["reply"]:
                    raise Failed(Failure.RESET, "closed without a word")
                trace.leave()
            return facts
        finally:
            line.close()
