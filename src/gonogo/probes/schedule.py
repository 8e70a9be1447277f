"""When each probe is asked: one heap, fixed rate, spread by name, bounded, never overlapping."""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
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

TOO_LATE_S = 1.0
"""A turn that is found later than this is missed: what fell into a suspend is not made up for in one burst."""


@dataclass(slots=True)
class _Probe:
    """A job with its next turn, and how many were missed since it was asked last."""

    job: Job
    due: float
    soon: float | None = None
    """When it is to be asked once more, out of its rhythm."""
    missed: int = 0
    waiting: _Turn | None = None
    gone: bool = False

    @property
    def next(self) -> float:
        return self.due if self.soon is None else min(self.due, self.soon)


@dataclass(slots=True)
class _Turn:
    """A turn that waits for its place or has it; an extra one answers for the regular one that comes meanwhile."""

    probe: _Probe
    host: _Host
    due: float
    extra: bool


@dataclass(slots=True)
class _Host:
    """How many turns have a place at a host, and those that wait for one."""

    taken: int = 0
    waiting: deque[_Turn] = field(default_factory=deque)


class Schedule:
    """Runs jobs until cancelled; `replace` swaps them without a gap for those that stay.

    At most one turn of each probe waits or runs. The next one that comes due meanwhile is missed, and
    counted: so an overload keeps no more in its queue than there are probes, and ends when its cause does.
    """

    def __init__(self, ask: Ask, concurrency: int = 20, per_host: int = 4) -> None:
        self._ask = ask
        self._most, self._per_host = concurrency, per_host
        self._probes: dict[str, _Probe] = {}
        self._heap: list[tuple[float, str]] = []
        self._hosts: dict[str, _Host] = {}
        self._ready: deque[_Turn] = deque()
        self._running: dict[str, tuple[_Turn, asyncio.Task[None]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._ended: asyncio.Future[None] | None = None

    def bound(self, concurrency: int, per_host: int) -> None:
        """Bound how many checks run at once, in all and against one host."""
        self._most, self._per_host = concurrency, per_host
        for host in self._hosts.values():
            self._admit(host)
        self._fill()

    def replace(self, jobs: list[Job]) -> list[str]:
        """Take over a new set of jobs; an unchanged one keeps its rhythm, a new one starts within its interval.

        Returns the names of the new ones.
        """
        now = time.monotonic()
        wanted = {job.name: job for job in jobs}
        fresh = [name for name in wanted if name not in self._probes]
        for name in set(self._probes) - set(wanted):
            self._probes.pop(name).gone = True
        for name, job in wanted.items():
            probe = self._probes.get(name)
            if probe is not None and probe.job.every_s == job.every_s:
                probe.job = job
                continue
            due = now + (spread(name, job.every_s) - now) % job.every_s
            if probe is None:
                probe = self._probes[name] = _Probe(job, due)
            probe.job, probe.due = job, due
            self._push(probe)
        self._arm()
        return fresh

    def soon(self, name: str, within_s: float) -> None:
        """Ask a probe once more soon, such as after its first failure; its rhythm stays."""
        due = time.monotonic() + within_s
        probe = self._probes.get(name)
        if probe is not None and probe.next > due:
            probe.soon = due
            self._push(probe)
            self._arm()

    async def run(self) -> None:
        """Start each probe at its time, for ever."""
        self._ended = asyncio.get_running_loop().create_future()
        try:
            self._wake()
            await self._ended
        finally:
            self._ended = None
            if self._timer:
                self._timer.cancel()
            tasks = [task for _, task in self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _push(self, probe: _Probe) -> None:
        heapq.heappush(self._heap, (probe.next, probe.job.name))

    def _arm(self) -> None:
        """Set the one timer to the turn that comes first."""
        if self._ended is None or not self._heap:
            return
        due = self._heap[0][0]
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(due, self._wake)

    def _wake(self) -> None:
        self._timer = None
        try:
            now = time.monotonic()
            while self._heap and self._heap[0][0] <= now:
                due, name = heapq.heappop(self._heap)
                probe = self._probes.get(name)
                if probe is not None and probe.next == due:
                    self._come_due(probe, now)
                    self._push(probe)
            self._fill()
            self._arm()
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            if self._ended is not None and not self._ended.done():
                self._ended.set_exception(error)

    def _come_due(self, probe: _Probe, now: float) -> None:
        """Line a probe up for its turn, unless an earlier one is not over."""
        busy = probe.waiting or self._running.get(probe.job.name, (None,))[0]
        if probe.soon is not None and probe.soon <= probe.due:
            due, probe.soon = probe.soon, None
            if busy is None:
                self._line_up(probe, due, extra=True)
            return
        behind = int((now - probe.due) // probe.job.every_s)
        due = probe.due + behind * probe.job.every_s
        probe.due = due + probe.job.every_s
        probe.missed += behind
        if busy is None and now - due <= TOO_LATE_S:
            self._line_up(probe, due, extra=False)
        elif busy is None or not busy.extra:
            probe.missed += 1
        if probe.waiting:
            probe.waiting.due = due  # from now on it is this one that is late

    def _line_up(self, probe: _Probe, due: float, *, extra: bool) -> None:
        host = self._hosts.setdefault(probe.job.host, _Host())
        probe.waiting = _Turn(probe, host, due, extra)
        host.waiting.append(probe.waiting)
        self._admit(host)

    def _admit(self, host: _Host) -> None:
        """Give the free places at a host to those who wait for one; they then wait for one of all places."""
        while host.waiting and host.taken < self._per_host:
            host.taken += 1
            self._ready.append(host.waiting.popleft())

    def _fill(self) -> None:
        """Start turns while there are places, and while it runs at all."""
        while self._ended is not None and self._ready and len(self._running) < self._most:
            turn = self._ready.popleft()
            if turn.probe.gone or turn.probe.job.name in self._running:
                self._leave(turn.host)
            else:
                self._start(turn)

    def _start(self, turn: _Turn) -> None:
        probe, name = turn.probe, turn.probe.job.name
        tick = Tick(max(0.0, time.monotonic() - turn.due), probe.missed)
        probe.waiting, probe.missed = None, 0
        self._running[name] = turn, asyncio.create_task(self._turn(turn, tick))

    async def _turn(self, turn: _Turn, tick: Tick) -> None:
        try:
            await self._ask(turn.probe.job.name, tick)
        finally:
            del self._running[turn.probe.job.name]
            self._leave(turn.host)
            self._fill()

    def _leave(self, host: _Host) -> None:
        host.taken -= 1
        self._admit(host)
