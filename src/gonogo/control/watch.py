"""The watch: asks the probes, keeps what they say, opens incidents, and latches the verdict. No screen."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from gonogo.control import outbox, takings
from gonogo.control.alarms import Alarms
from gonogo.control.asker import Asker
from gonogo.control.config_file import ConfigFile
from gonogo.control.desk import Desk
from gonogo.control.lookout import Lookout
from gonogo.control.metrics import Metrics
from gonogo.control.observer import Batch, Observer
from gonogo.control.ping import Ping
from gonogo.probes.schedule import Job, Schedule, host_of
from gonogo.rules import text
from gonogo.rules.clock import Clock
from gonogo.rules.config import Config
from gonogo.rules.letter import Parcel
from gonogo.rules.measured import Sample
from gonogo.rules.pause import Pause
from gonogo.rules.plan import Phase
from gonogo.rules.record import Fact
from gonogo.store import locks, watching
from gonogo.store.errors import Busy, Refused, StoreError, Superseded

FLUSH_S, CHORES_S, BEAT_S, PRUNE_S, READY_S, AWAKE_S, RING_S, LEAD_S = 0.25, 0.5, 2.0, 600.0, 60.0, 600.0, 0.5, 0.1
ORDERS_S = 5.0
"""How often the orders are looked at."""
HEALTHY_S = 15.0
"""A watch that has written nothing for longer is not well, though it may run."""
LEFT_ALONE_S, RETRY_S, LAST_WORDS_S = 60.0, 0.5, 5.0
FIRST_LOOKS, FIRST_LOOK_S = 50, 0.04
"""So many new probes are looked at at once, one after the other; the rest wait for their first turn."""
T = TypeVar("T")


class AlreadyWatched(StoreError):
    """Another watch holds this launch."""


class Watch:
    """One run of the watch over one launch."""

    def __init__(self, path: Path, config_path: Path | None, clock: Clock) -> None:
        lock = watching.take_lock(path)
        if lock is None:
            raise AlreadyWatched(f"{path} is being watched already; `gonogo status` shows by whom.")
        self._lock = lock
        self._path, self._config_path, self._clock = path, config_path, clock
        self._thread = ThreadPoolExecutor(1, "store")
        self._config: Config | None = None
        self._folder: str | None = None
        self._phase: Phase | None = None
        self._pauses: dict[str, Pause] = {}
        self._unwritten: tuple[Batch, list[Fact], list[str], list[tuple[str, Sample]]] | None = None
        self._alone, self._renew_at, self._count_at, self._prune_at = 0.0, 0.0, 0.0, time.monotonic() + PRUNE_S
        self._orders_at, self._news = 0.0, True
        self._ending = asyncio.Event()
        self._desk: Desk
        self._file: ConfigFile
        self._observer: Observer
        self._asker: Asker
        self._metrics: Metrics
        self._lookout: Lookout
        self._schedule: Schedule
        self._alarms: Alarms
        self._outbox: outbox.Outbox
        self._wrote_at = time.monotonic()
        self._ping = Ping(lambda: time.monotonic() - self._wrote_at < HEALTHY_S, self._note)

    async def run(self) -> str:
        """Watch until stopped; return why it ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        self._desk = await self._do(lambda: Desk(self._path, self._clock))
        try:
            await self._begin()
            await self._do(self._desk.catch_up)
            return await self._until_ended()
        finally:
            self._thread.submit(self._desk.store.close)
            self._thread.shutdown(wait=True)
            os.close(self._lock)

    async def _begin(self) -> None:
        """Take up where the watch before this one ended."""
        self._observer = await self._do(self._desk.observer)
        builds, beats = await self._do(self._desk.builds), self._desk.beats
        self._schedule = Schedule(
            lambda name, tick: (self._metrics if Metrics.owns(name) else self._asker).ask(name, tick)
        )
        folder = self._folder = str(self._config_path.resolve().parent) if self._config_path else None
        self._asker = Asker(
            self._observer, self._clock, self._desk.ids.fresh, builds, beats.get, self._schedule.soon, folder
        )  # fmt: skip
        self._metrics = Metrics(self._clock, folder)
        self._lookout = Lookout(
            self._clock, folder, lambda key, seen: self._bear(lambda: self._desk.renew(key, seen))
        )  # fmt: skip
        store, ids = self._desk.store, self._desk.ids
        self._alarms = Alarms(store, self._clock, ids)
        post = outbox.Desk(store, self._clock, ids)
        await self._do(post.begin)
        self._outbox = outbox.Outbox(post, self._do, self._clock)
        self._file = ConfigFile(self._config_path, await self._do(self._desk.accepted_config))
        await self._go_by(first=True)
        _keep_for_good()

    def _do(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _until_ended(self) -> str:
        loops = (
            self._schedule.run(), self._flushes(), self._chores(), self._rings(), self._outbox.run(), self._ping.run(),
            self._lookout.run(),
        )  # fmt: skip
        tasks = [asyncio.create_task(one) for one in loops]
        end = asyncio.create_task(self._ending.wait())
        try:
            done, _ = await asyncio.wait([*tasks, end], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, end):
                task.cancel()
            await asyncio.gather(*tasks, end, return_exceptions=True)
        for task in done - {end}:
            if error := task.exception():
                if isinstance(error, Superseded | Refused):
                    return str(error)
                raise error
        self._observer.settle()
        await self._flush(patience_s=LAST_WORDS_S)
        return "stopped"

    # Keeping -----------------------------------------------------------------------------------

    async def _flushes(self) -> None:
        quiet = 0.0
        while True:
            await asyncio.sleep(FLUSH_S)
            quiet += FLUSH_S
            if self._unwritten or self._pending:
                await self._flush()
                quiet = 0.0
            elif quiet >= BEAT_S:
                await self._bear(self._desk.beat)
                quiet = 0.0

    @property
    def _pending(self) -> bool:
        return self._observer.pending or self._asker.pending or self._metrics.pending

    async def _flush(self, patience_s: float = float("inf")) -> None:
        """Write what is pending; while the gate is held or the disk is full it waits, and nothing is dropped."""
        deadline = time.monotonic() + patience_s
        while self._unwritten or self._pending:
            if self._unwritten is None:
                drained = (*self._asker.drain(), self._metrics.drain())
                self._unwritten = (self._observer.drain(self._clock.now()), *drained)
            work = self._unwritten
            if await self._bear(lambda: self._desk.write(*work)):  # noqa: B023 - awaited before it changes
                self._unwritten = None
                self._outbox.look()
                return
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(RETRY_S)

    async def _bear(self, work: Callable[[], object]) -> bool:
        """Do one piece of store work; a passing trouble is no reason to end."""
        try:
            await self._do(work)
        except Busy:
            return False
        self._wrote_at = time.monotonic()
        return True

    async def _note(self, words: str | None) -> None:
        """Keep what troubles the watch."""
        await self._bear(lambda: self._desk.trouble(words))

    # Chores ------------------------------------------------------------------------------------

    async def _chores(self) -> None:
        while True:
            if self._desk.store.is_gone():
                raise Refused(f"{self._path} is gone; the watch ends.")
            try:
                await self._chore()
            except Busy:
                pass  # the gate is held or the disk is full: the next turn does it
            self._alone = 0.0 if self._is_wanted() else self._alone + CHORES_S
            if self._alone >= LEFT_ALONE_S:
                raise Refused("The demo was left alone; its watch ends.")
            await asyncio.sleep(CHORES_S)

    async def _chore(self) -> None:
        self._news = await self._do(self._desk.has_news) or self._news
        await self._go_by(look=self._news)
        if self._news:
            await self._answer_requests()
            self._news = False
        if await self._do(self._desk.begin_if_due):
            await self._go_by()
        now = time.monotonic()
        if now >= self._renew_at:
            await self._renew_ours()
            self._renew_at = now + READY_S
        await self._do(self._desk.confirm)
        await self._do(self._desk.prove)
        await self._do(self._desk.settle)
        await self._do(self._desk.latch)
        if self._config and now >= self._orders_at:
            orders, self._orders_at = self._config.orders, now + ORDERS_S
            await self._do(lambda: takings.look(self._desk, orders))
        if now >= self._prune_at:
            self._observer.trim(self._clock.now())
            more = await self._do(self._desk.prune)
            self._prune_at = now + (0 if more else PRUNE_S)

    def _is_wanted(self) -> bool:
        """A demo's watch ends when nobody has its room open; a real one goes on."""
        session = self._path.with_name("session.lock")
        return not session.exists() or locks.is_held(session, shared=True)

    async def _rings(self) -> None:
        """Ring each deadline at its instant; between them, look now and then for what has changed."""
        while True:
            try:
                parcels, wait = await self._do(self._ring)
            except Busy:
                parcels, wait = [], None
            self._outbox.send(parcels)
            await asyncio.sleep(RING_S if wait is None else min(RING_S, max(wait - LEAD_S, 0.01)))

    def _ring(self) -> tuple[list[Parcel], float | None]:
        """Ring, and take at once what is to be sent: it does not queue behind the checks a second time."""
        rang, wait = self._alarms.ring_on_time(LEAD_S)
        return self._outbox.claim() if rang else [], wait

    async def _go_by(self, *, first: bool = False, look: bool = True) -> None:
        """Take over what changed of the config, the phase, or of which probes are left alone."""
        said, config = (self._file.error, self._file.note), self._file.live
        phase, pauses = self._phase, self._pauses
        if first or look:
            self._file.fit(await self._do(self._desk.frame))
            phase = await self._do(self._desk.phase)
            await self._do(self._desk.read_beats)
            pauses = await self._do(self._desk.pauses)
        changed = self._file.look()
        pauses = {name: pause for name, pause in pauses.items() if pause.holds(self._clock.now())}
        moved = (phase.id if phase else None) != (self._phase.id if self._phase else None)
        if (self._file.error, self._file.note) != said or first:
            await self._do(lambda: self._desk.tell(self._file.error, self._file.note))
        if not (first or moved or pauses != self._pauses or (changed and self._file.live is not config)):
            return
        self._phase, self._pauses = phase, pauses
        if moved:
            await self._do(lambda: self._desk.begin_phase(self._observer))
        if live := self._file.live:
            fresh = live[1] is not self._config
            self._metrics.leave(live[1])
            await self._do(lambda: self._desk.accept(*live, self._observer, pauses))
            await self._live_by(live[1])
            if fresh and not first:
                _keep_for_good()

    async def _live_by(self, config: Config) -> None:
        """Make a config the one that is lived by; unchanged probes keep their rhythm."""
        if self._config is None or self._config.watch != config.watch:
            self._schedule.bound(config.watch.concurrency, config.watch.per_host)
        self._config, self._outbox.channels = config, config.channel
        self._ping.go_by(config.watch.ping)
        phase = self._phase.key if self._phase else None
        excluded = frozenset(name for name, one in self._pauses.items() if one.kind == "maintenance")
        await self._asker.prepare(config, phase)
        self._asker.go_by(config, phase, excluded)
        await self._metrics.go_by(config)
        await self._lookout.go_by(config)
        paused = set(self._pauses) - excluded
        fresh = self._schedule.replace([
            Job(one.name, one.every, host_of(config.target(one)))
            for one in self._asker.probes.values()
            if one.during_phase(phase) and one.name not in paused
        ] + self._metrics.jobs())  # fmt: skip
        for place, name in enumerate(fresh[:FIRST_LOOKS]):
            self._schedule.soon(name, place * FIRST_LOOK_S)

    async def _answer_requests(self) -> None:
        for request in await self._do(self._desk.requests):
            if request.kind == "stop":
                await self._do(lambda one=request: self._desk.answer(one.id, "stopping"))  # type: ignore[misc]
                self._ending.set()
            elif request.kind == "check":
                for name in request.args.get("probes") or self._observer.names():
                    self._schedule.soon(str(name), 0)
                await self._do(lambda one=request: self._desk.answer(one.id, "asking"))  # type: ignore[misc]
            elif request.kind == "ready":
                found = self._lookout.soon([str(name) for name in request.args.get("targets", ())])
                words = f"looking at {', '.join(found)}" if found else "it sees nothing of that by itself"
                await self._do(lambda one=request, said=words: self._desk.answer(one.id, said))  # type: ignore[misc]
            else:
                words = f"this watch does not know “{text.line(request.kind, 40)}”"
                await self._do(lambda one=request, said=words: self._desk.answer(one.id, said))  # type: ignore[misc]

    async def _renew_ours(self) -> None:
        """Renew what the watch knows without a look at the world."""
        if self._config is not None:
            names = [one.name for one in self._config.channel if one.alarms]
            await self._bear(lambda: self._desk.renew_alarms(names))
            if time.monotonic() >= self._count_at:
                await self._bear(self._desk.renew_awake)
                self._count_at = time.monotonic() + AWAKE_S


def _keep_for_good() -> None:
    """Let what is there for good not be looked through again for garbage: that held up checks for 80 ms."""
    gc.collect()  # of what came since the last time: what is frozen stays so, or a new config would cost those 80 ms
    gc.freeze()
