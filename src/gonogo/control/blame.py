"""Whose fault a failed check is: the site's, that of a probe it depends on, or this machine's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from gonogo.probes.asking import ask
from gonogo.probes.tcp import TcpQuestion
from gonogo.rules.config_values import split_place
from gonogo.rules.probe import Failure, Outcome

CANARY_S = 2.0
FRESH_S = 5.0
"""For how long one answer of the canaries is believed."""
OF_THE_WAY = frozenset((
    Failure.DNS_NXDOMAIN, Failure.DNS_TIMEOUT, Failure.UNREACHABLE, Failure.RESET, Failure.TIMEOUT_CONNECT,
    Failure.TIMEOUT_FIRST_BYTE, Failure.TIMEOUT_TOTAL,
))  # fmt: skip
"""Failures that a machine without a network sees everywhere."""


class SelfCheck:
    """Tells whether this machine is offline, by asking places elsewhere; many who ask at once share one look."""

    def __init__(self) -> None:
        self._canaries: tuple[str, ...] = ()
        self._looking: asyncio.Task[bool] | None = None
        self._looked_at = 0.0

    def go_by(self, canaries: Sequence[str]) -> None:
        """Take over the places to ask."""
        if tuple(canaries) != self._canaries:
            self._canaries, self._looking = tuple(canaries), None

    async def is_offline(self) -> bool:
        """Whether no canary answers; without any, nobody can say so."""
        if not self._canaries:
            return False
        if self._looking is None or (self._looking.done() and time.monotonic() - self._looked_at > FRESH_S):
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> bool:
        questions = [TcpQuestion(*split_place(one), deadline_s=CANARY_S) for one in self._canaries]
        replies = await asyncio.gather(*map(ask, questions))
        self._looked_at = time.monotonic()
        return not any(reply.outcome is Outcome.OK for reply in replies)
