"""When each probe is asked: one heap, fixed rate, spread by name, bounded, never overlapping."""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Job:
    """A probe as the schedule sees it; `host` bounds how many run against one place at once."""

    name: str
    every_s: float
    host: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One turn of a probe: how late it began through our fault, and how many turns before it were missed."""

    late_s: float
    missed: int


def host_of(url: str) -> str:
    """Return the host and port of a URL."""
    return urlsplit(url).netloc


def spread(name: str, every_s: float) -> float:
    """Return a probe's fixed offset within its interval, from a hash of its name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32 * every_s


Ask = Callable[[str, Tick], Awaitable[None]]


class Schedule:
    """Runs jobs until cancelled; `replace` swaps them without a gap for those that stay."""

    def __init__(self, ask: Ask, concurrency: int = 20, per_host: int = 4) -> None:
        self._ask = ask
        self.bound(concurrency, per_host)
        self._jobs: dict[str, Job] = {}
        self._next: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._running: dict[str, asyncio.Task[None]] = {}
        self._missed: dict[str, int] = {}
        self._changed = asyncio.Event()

    def bound(self, concurrency: int, per_host: int) -> None:
        """Bound how many checks run at once, in all and against one host; those under way are not counted anew."""
        self._all = asyncio.Semaphore(concurrency)
        self._per_host = per_host
        self._hosts: dict[str, asyncio.Semaphore] = {}

    def replace(self, jobs: list[Job]) -> None:
        """Take over a new set of jobs; an unchanged one keeps its rhythm, a new one starts within its interval."""
        now = time.monotonic()
        wanted = {job.name: job for job in jobs}
        for name, job in wanted.items():
            if self._jobs.get(name) != job or name not in self._next:
                first = name not in self._jobs
                delay = spread(name, min(job.every_s, 2.0) if first else job.every_s)
                self._push(name, now + delay)
        for name in set(self._next) - set(wanted):
            del self._next[name]
        self._jobs = wanted
        self._changed.set()

    def soon(self, name: str, within_s: float) -> None:
        """Ask a probe again soon, such as after its first failure."""
        due = time.monotonic() + within_s
        if name in self._jobs and self._next.get(name, 0) > due:
            self._push(name, due)
            self._changed.set()

    def _push(self, name: str, due: float) -> None:
        self._next[name] = due
        heapq.heappush(self._heap, (due, name))

    async def run(self) -> None:
        """Start each probe at its time, for ever."""
        try:
            while True:
                await self._wait()
                self._start_due(time.monotonic())
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _wait(self) -> None:
        self._changed.clear()
        delay = self._heap[0][0] - time.monotonic() if self._heap else None
        if delay is not None and delay <= 0:
            return
        try:
            await asyncio.wait_for(self._changed.wait(), delay)
        except TimeoutError:
            pass

    def _start_due(self, now: float) -> None:
        while self._heap and self._heap[0][0] <= now:
            due, name = heapq.heappop(self._heap)
            job = self._jobs.get(name)
            if job is None or self._next.get(name) != due:
                continue
            behind = int((now - due) // job.every_s)  # after a suspend: no burst, the turns are counted missed
            self._push(name, due + (behind + 1) * job.every_s)
            missed = self._missed.pop(name, 0) + behind
            if name in self._running:
                self._missed[name] = missed + 1
                continue
            self._running[name] = asyncio.create_task(self._turn(job, due + behind * job.every_s, missed))

    async def _turn(self, job: Job, due: float, missed: int) -> None:
        try:
            host = self._hosts.setdefault(job.host, asyncio.Semaphore(self._per_host))
            async with host, self._all:
                await self._ask(job.name, Tick(max(0.0, time.monotonic() - due), missed))
        finally:
            self._running.pop(job.name, None)
