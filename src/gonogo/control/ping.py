"""The outside dead-man: a URL that is called while the watch is healthy, so that its silence is noticed elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from gonogo.formats.config import SecretMissing, resolve
from gonogo.probes import http
from gonogo.probes.asking import ask
from gonogo.rules import expectation
from gonogo.rules.probe import Outcome

PING_S, DEADLINE_S = 60.0, 10.0
_GOOD = expectation.parse(["status < 300"])


class Ping:
    """Calls the URL each minute; what goes wrong with that is said, and holds up nothing else."""

    def __init__(self, healthy: Callable[[], bool], say: Callable[[str | None], Awaitable[object]]) -> None:
        self._healthy, self._say = healthy, say
        self._trouble: str | None = None
        self._changed = asyncio.Event()
        self._url: str | None = None

    def go_by(self, url: str | None) -> None:
        """Call another URL from now on, or none."""
        if url != self._url:
            self._url = url
            self._changed.set()

    async def run(self) -> None:
        """Call until cancelled; at once when the URL is another one."""
        while True:
            self._changed.clear()
            trouble = await self._call(self._url) if self._url and self._healthy() else None
            if self._healthy() and trouble != self._trouble:
                self._trouble = trouble
                await self._say(trouble)
            try:
                async with asyncio.timeout(PING_S):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def _call(self, url: str) -> str | None:
        """Call it once; return why that failed, with no secret in it."""
        try:
            question = http.HttpQuestion(resolve(url), deadline_s=DEADLINE_S, expect=_GOOD)
        except SecretMissing as error:
            return f"[watch] ping cannot be called: {error}"
        reply = await ask(question)
        return None if reply.outcome is Outcome.OK else f"[watch] ping is not heard: {reply.failure}: {reply.detail}"
