"""The watch: asks the probes, keeps what they say, opens incidents, and latches the verdict. No screen."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import jmespath

from gonogo.control.checking import check_probe
from gonogo.control.desk import ACTOR, Desk
from gonogo.control.observer import Batch, Observer
from gonogo.control.readiness import files_ready
from gonogo.control.sender import send
from gonogo.formats.config import parse_config, read_config
from gonogo.formats.errors import FileError
from gonogo.probes import http
from gonogo.probes.schedule import Job, Schedule, Tick, host_of
from gonogo.rules import text
from gonogo.rules.clock import Clock
from gonogo.rules.config import Config, ProbeConfig
from gonogo.rules.health import REQUICK_S
from gonogo.rules.plan import Phase
from gonogo.rules.probe import Check, Outcome
from gonogo.rules.record import Fact
from gonogo.store import locks, watching
from gonogo.store.errors import Busy, Refused, StoreError, Superseded
from gonogo.store.outbox import Letter

FLUSH_S, CHORES_S, BEAT_S, PRUNE_S, READY_S = 0.25, 0.5, 2.0, 600.0, 60.0
LEFT_ALONE_S, RETRY_S, LAST_WORDS_S = 60.0, 0.5, 5.0
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
        self._live: tuple[str, Config] | None = None
        self._stamp: tuple[int, int] | None = None
        self._error: str | None = None
        self._phase: Phase | None = None
        self._builds: dict[str, str] = {}
        self._facts: list[Fact] = []
        self._turned: set[str] = set()
        self._unwritten: tuple[Batch, list[Fact], list[str]] | None = None
        self._alone, self._renew_at, self._prune_at = 0.0, 0.0, time.monotonic() + PRUNE_S
        self._news = True
        self._ending = asyncio.Event()
        self._desk: Desk
        self._observer: Observer
        self._schedule: Schedule

    async def run(self) -> str:
        """Watch until stopped; return why it ended."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(32, "dns"))  # hung lookups must not starve the rest
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        self._desk = await self._do(lambda: Desk(self._path, self._clock))
        self._observer = await self._do(self._desk.observer)
        self._builds = await self._do(self._desk.builds)
        await http.warm()
        self._schedule = Schedule(self._ask)
        try:
            await self._reload(first=True)
            await self._do(self._desk.catch_up)
            return await self._until_ended()
        finally:
            self._thread.submit(self._desk.store.close)
            self._thread.shutdown(wait=True)
            os.close(self._lock)

    def _do(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _until_ended(self) -> str:
        loops = (self._schedule.run(), self._flushes(), self._chores(), self._post())
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

    # Asking ------------------------------------------------------------------------------------

    async def _ask(self, name: str, tick: Tick) -> None:
        found = next((one for one in self._config.probe if one.name == name), None) if self._config else None
        if found is None or self._config is None:
            return
        check = await check_probe(self._config, found, self._phase.key if self._phase else None, self._clock, tick)
        turn = self._observer.take(check)
        if turn is None:
            return
        if turn.turned:
            self._turned.add(name)
            self._say_turn(name, check)
        elif check.outcome is Outcome.FAILED and turn.health in ("up", "unknown", "degraded"):
            self._schedule.soon(name, min(REQUICK_S, found.every / 3))
        self._read_build(found, check)

    def _say_turn(self, name: str, check: Check) -> None:
        probe = self._observer.probe(name)
        why = f": {check.detail}" if check.detail else ""
        data = {"text": f"{name} is {probe.health}{why}", "probe": name, "health": probe.health}
        at = probe.since or check.at
        self._facts.append(Fact(id=self._desk.ids.fresh(), kind="health", at=at, actor=ACTOR, data=dict(data)))

    def _read_build(self, probe: ProbeConfig, check: Check) -> None:
        """Log a build id that changed; it is read from the answers of a probe that asks its path anyway."""
        assert self._config is not None
        place = self._config.environment.get(probe.environment)
        if place is None or place.build is None or probe.url != place.build.path:
            return
        body = check.facts.get("body")
        build = jmespath.search(place.build.pick, body) if isinstance(body, dict) else None
        if not isinstance(build, str | int | float):
            return
        name, before = text.line(str(build), 60), self._builds.get(probe.environment)
        self._builds[probe.environment] = name
        if before == name:
            return
        kind = "deploy" if before else "build"  # the first that is seen is no change
        data = {"build": name, "environment": probe.environment}
        self._facts.append(
            Fact(id=self._desk.ids.fresh(), kind=kind, at=check.at, actor=ACTOR, source="probe", data=dict(data))
        )

    # Keeping -----------------------------------------------------------------------------------

    async def _flushes(self) -> None:
        quiet = 0.0
        while True:
            await asyncio.sleep(FLUSH_S)
            quiet += FLUSH_S
            if self._unwritten or self._observer.pending or self._facts:
                await self._flush()
                quiet = 0.0
            elif quiet >= BEAT_S:
                await self._bear(self._desk.beat)
                quiet = 0.0

    async def _flush(self, patience_s: float = float("inf")) -> None:
        """Write what is pending; while the gate is held or the disk is full it waits, and nothing is dropped."""
        deadline = time.monotonic() + patience_s
        while self._unwritten or self._observer.pending or self._facts:
            if self._unwritten is None:
                self._unwritten = (self._observer.drain(self._clock.now()), self._facts, sorted(self._turned))
                self._facts, self._turned = [], set()
            work = self._unwritten
            if await self._bear(lambda: self._desk.write(*work)):  # noqa: B023 - awaited before it changes
                self._unwritten = None
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
        return True

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
        await self._reload(look=self._news)
        if self._news:
            await self._answer_requests()
            self._news = False
        if await self._do(self._desk.begin_if_due):
            await self._reload(first=True)
        now = time.monotonic()
        if now >= self._renew_at:
            await self._renew_files()
            self._renew_at = now + READY_S
        await self._do(self._desk.confirm)
        await self._do(self._desk.latch)
        if now >= self._prune_at:
            self._observer.trim(self._clock.now())
            more = await self._do(self._desk.prune)
            self._prune_at = now + (0 if more else PRUNE_S)

    def _is_wanted(self) -> bool:
        """A demo's watch ends when nobody has its room open; a real one goes on."""
        session = self._path.with_name("session.lock")
        return not session.exists() or locks.is_held(session, shared=True)

    async def _post(self) -> None:
        """Send what waits in the outbox, on its own pace: a slow receiver holds up nothing else."""
        while True:
            try:
                letters = await self._do(self._desk.letters)
            except Busy:
                letters = []
            await asyncio.gather(*(self._post_one(letter) for letter in letters))
            await asyncio.sleep(CHORES_S)

    async def _post_one(self, letter: Letter) -> None:
        why = await send(letter, self._config.channel if self._config else ())
        await self._bear(lambda: self._desk.posted(letter, why))

    async def _reload(self, *, first: bool = False, look: bool = True) -> None:
        """Take over the config when its file or the phase changed; an invalid one leaves the old one running."""
        stamp = self._file_stamp()
        phase = await self._do(self._desk.phase) if first or look else self._phase
        moved = (phase.id if phase else None) != (self._phase.id if self._phase else None)
        if stamp == self._stamp and not first and not moved:
            return
        self._phase = phase
        if moved:
            await self._do(lambda: self._desk.begin_phase(self._observer))
        error: str | None = None
        try:
            self._live = read_config(self._config_path) if self._config_path else self._live
            if self._config_path is None:
                error = "no gonogo.toml was named; `gonogo init` writes one."
        except FileError as trouble:
            error = str(trouble)
        live = self._live or await self._kept()
        if live:
            self._live = live
            await self._do(lambda: self._desk.accept(*live, self._observer))
            self._go_by(live[1])
        if error != self._error or first:
            await self._do(lambda: self._desk.tell(error, None))
        self._error, self._stamp, self._phase = error, stamp, phase

    def _file_stamp(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._config_path) if self._config_path else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size) if found else None

    async def _kept(self) -> tuple[str, Config] | None:
        """Return the config that was accepted last, which stands in for one that is bad from the start."""
        text = await self._do(lambda: watching.accepted_config(self._desk.store.db))
        try:
            return (text, parse_config(text, "the last accepted config")) if text else None
        except FileError:  # accepted by another version
            return None

    def _go_by(self, config: Config) -> None:
        """Make a config the one that is lived by; unchanged probes keep their rhythm."""
        if self._config is None or self._config.watch != config.watch:
            self._schedule.bound(config.watch.concurrency, config.watch.per_host)
        self._config = config
        self._schedule.replace(self._jobs(config))

    def _jobs(self, config: Config) -> list[Job]:
        phase = self._phase.key if self._phase else None
        return [
            Job(one.name, one.at(phase).every, host_of(config.target(one)))
            for one in config.probe
            if one.during_phase(phase)
        ]

    async def _answer_requests(self) -> None:
        for request in await self._do(self._desk.requests):
            if request.kind == "stop":
                await self._do(lambda one=request: self._desk.answer(one.id, "stopping"))  # type: ignore[misc]
                self._ending.set()
            elif request.kind == "check":
                for name in request.args.get("probes") or self._observer.names():
                    self._schedule.soon(str(name), 0)
                await self._do(lambda one=request: self._desk.answer(one.id, "asking"))  # type: ignore[misc]
            else:
                words = f"this watch does not know “{text.line(request.kind, 40)}”"
                await self._do(lambda one=request, said=words: self._desk.answer(one.id, said))  # type: ignore[misc]

    async def _renew_files(self) -> None:
        if self._config is None:
            return
        for key, source in self._config.readiness.items():
            ok, detail = await asyncio.to_thread(files_ready, source, self._clock.now().utc)
            await self._bear(lambda key=key, ok=ok, detail=detail: self._desk.renew(key, ok, detail))  # type: ignore[misc]
