"""An asker over real ports, with its observer, and what it did."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from tests.conftest import FakeClock
from tests.probes.hostile import Handler, nobody, says, serving

from gonogo.control.asker import Asker
from gonogo.control.observer import Observer
from gonogo.formats.config import parse_config
from gonogo.probes.schedule import Tick
from gonogo.rules.clock import Instant
from gonogo.rules.config import Config
from gonogo.rules.probe import Check, Outcome, Probe
from gonogo.rules.record import Fact

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
HELLO = b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"version": 42}'
HEAD = '[launch]\nid = "tiny"\nname = "Tiny"\n'
SILENT = says(b"")


def config(probes: str, more: str = "") -> Config:
    """Read a config of some probes."""
    return parse_config(HEAD + more + probes, "c")


def probe(name: str, port: int, *lines: str) -> str:
    """Write a probe of a port over HTTP."""
    return f'[[probe]]\nname = "{name}"\nurl = "http://127.0.0.1:{port}/"\ntimeout = "2s"\n' + "\n".join(lines) + "\n"


class Room:
    """An asker with its observer, and what it did."""

    def __init__(
        self, made: Config, clock: FakeClock, phase: str | None = None, excluded: tuple[str, ...] = ()
    ) -> None:
        self.clock, self.observer, self.soon, self.builds = clock, Observer({}, None), list[str](), dict[str, str]()
        self.beats: dict[str, Instant] = {}
        for number, one in enumerate(made.probe, 1):
            row = Probe(
                id=one.name, number=number, name=one.name, counts=one.name not in excluded, awaited_since=clock.now()
            )
            self.observer.keep(row, one, ())
        self.asker = Asker(
            self.observer, clock, iter(map(str, range(1000))).__next__, self.builds, self.beats.get,
            lambda name, _: self.soon.append(name),
        )  # fmt: skip
        self.asker.go_by(made, phase, frozenset(excluded))

    async def ask(self, *names: str, times: int = 1) -> Check:
        """Ask some probes so many times in turn; return the last check."""
        found = len(self.observer._checks)
        for _ in range(times):
            for name in names:
                await self.asker.ask(name, Tick(0.0, 0))
                self.clock.advance(30)
        assert len(self.observer._checks) == found + times * len(names)
        return self.observer._checks[-1][1]

    def facts(self) -> list[Fact]:
        """Return what it noted."""
        return self.asker.drain()[0]


def play(script: Callable[..., Awaitable[None]], *handlers: Handler) -> None:
    """Run a script with the ports of some servers and of one where nobody is."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            ports = [await stack.enter_async_context(serving(one)) for one in handlers]
            await script(*ports, stack.enter_context(nobody()))

    asyncio.run(run())
