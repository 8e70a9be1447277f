"""The watch's looks at what must always be ready: each source at its own pace, and none waits for another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from gonogo.control.readiness import Sources, sources_of
from gonogo.rules.clock import Clock
from gonogo.rules.config import Config
from gonogo.rules.readiness import Seen

TURN_S, AGAIN_S = 0.25, 2.0
Keep = Callable[[str, Seen], Awaitable[object]]


class Lookout:
    """Looks at the sources of a config; `keep` writes down what was seen."""

    def __init__(self, clock: Clock, folder: str | None, keep: Keep) -> None:
        self._clock, self._folder, self._keep = clock, folder, keep
        self._sources: Sources | None = None
        self._due: dict[str, float] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._good: set[str] = set()
        """What was last seen to be ready."""

    async def go_by(self, config: Config) -> None:
        """Take over a config; what it looks at is looked at anew."""
        before = self._sources.config if self._sources else None
        if before and (before.readiness, before.environment) == (config.readiness, config.environment):
            return
        for task in self._under_way.values():
            task.cancel()
        self._under_way.clear()
        sources = sources_of(config, self._clock, self._folder)
        if config.readiness:
            await sources.questions.prepare()
        self._sources, self._due = sources, dict.fromkeys(config.readiness, 0.0)

    def soon(self, names: list[str]) -> list[str]:
        """Look at some sources now; return those that there are."""
        found = [name for name in names if name in self._due]
        self._due |= dict.fromkeys(found, 0.0)
        return found

    async def run(self) -> None:
        """Look at each when its time has come, for ever."""
        try:
            while True:
                now = time.monotonic()
                for name in [name for name, due in self._due.items() if due <= now]:
                    self._begin(name, now)
                await asyncio.sleep(TURN_S)
        finally:
            tasks = list(self._under_way.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, name: str, now: float) -> None:
        sources, before = self._sources, self._under_way.get(name)
        if sources is None or (before is not None and not before.done()):
            return
        self._due[name] = now + sources.config.readiness[name].pace
        self._under_way[name] = asyncio.create_task(self._look(sources, name))

    async def _look(self, sources: Sources, name: str) -> None:
        seen = await sources.look(name)
        if seen.ok is None and name in self._good:  # one answer that did not come takes no word back
            await asyncio.sleep(AGAIN_S)
            seen = await sources.look(name)
        (self._good.add if seen.ok else self._good.discard)(name)
        await self._keep(name, seen)
