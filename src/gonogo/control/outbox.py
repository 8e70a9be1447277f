"""The watch's outbox: claims posts, sends each on its own pace, and keeps how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from gonogo.control.alarms import ACTOR
from gonogo.control.clock import Ids
from gonogo.control.sender import Answer, send
from gonogo.rules import words
from gonogo.rules.channel import ChannelConfig
from gonogo.rules.clock import Clock
from gonogo.rules.letter import Parcel
from gonogo.rules.record import Fact
from gonogo.store import evidence, outbox
from gonogo.store.errors import Busy
from gonogo.store.store import Store

LOOK_S, RETRY_S = 0.25, 0.5
T = TypeVar("T")


class Do(Protocol):
    """Does a piece of work on the store's thread."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """Do it."""
        ...


class Desk:
    """The outbox in the store; it belongs to the store's thread."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def begin(self) -> None:
        """Take over what the watch before this one was sending when it ended."""
        with self._store.writing() as db:
            outbox.release(db, self._clock.now())

    def claim(self) -> list[Parcel]:
        """Take the posts that are due; only the watch that holds the launch gets any."""
        if not outbox.has_due(self._store.db, self._clock.now()):
            return []
        with self._store.writing() as db:
            return outbox.claim(db, self._clock.now())

    def posted(self, parcel: Parcel, answer: Answer) -> None:
        """Keep how a try went; the first failure, the success and the end stand on the timeline."""
        now = self._clock.now()
        to = f"{parcel.channel} ({words.some(parcel.people)})" if parcel.people else parcel.channel
        dead = False
        with self._store.writing() as db:
            if answer.why is None:
                outbox.sent(db, parcel, now)
                said = f"told {to}: {parcel.title}"
            else:
                dead = outbox.failed(db, parcel, answer.why, now, wait_s=answer.wait_s, final=answer.final)
                said = f"could not tell {to}{', gave up' if dead else ''}: {answer.why}"
            if answer.why is None or parcel.tries == 1 or dead:
                about = dict.fromkeys(letter.incident for letter in parcel.letters)
                evidence.append(db, [
                    Fact(id=self._ids.fresh(), kind="alarm", at=now, actor=ACTOR, source="watch", incident=incident,
                         data={"text": said})
                    for incident in about
                ])  # fmt: skip
            self._store.bump(["outbox", "evidence", "incidents"])


class Outbox:
    """Sends what waits, at once when it is rung for: a slow receiver holds up nothing else."""

    def __init__(self, desk: Desk, do: Do, clock: Clock) -> None:
        self._desk, self._do, self._clock = desk, do, clock
        self._rung = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self.channels: Sequence[ChannelConfig] | None = None
        """The live config's; before there is one, nothing is sent."""

    def look(self) -> None:
        """Look for what waits now."""
        self._rung.set()

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                self._rung.clear()
                try:
                    self.send(await self._do(self.claim))
                except Busy:
                    pass
                try:
                    async with asyncio.timeout(LOOK_S):
                        await self._rung.wait()
                except TimeoutError:
                    pass
        finally:
            for task in self._under_way:
                task.cancel()

    def claim(self) -> list[Parcel]:
        """Take what is due, on the store's thread."""
        return [] if self.channels is None else self._desk.claim()

    def send(self, parcels: Sequence[Parcel]) -> None:
        """Begin to send what was taken."""
        for parcel in parcels:
            task = asyncio.create_task(self._post(parcel))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _post(self, parcel: Parcel) -> None:
        """Send one post, and keep how it went; while the disk is full that waits, and it is not sent again."""
        answer = await send(parcel, self.channels or (), self._clock)
        while True:
            try:
                await self._do(lambda: self._desk.posted(parcel, answer))
                return
            except Busy:
                await asyncio.sleep(RETRY_S)
