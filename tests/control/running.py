"""A real watch in this process, over a real server on loopback, with a script that plays beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.conftest import found, until
from tests.probes.server import Site

from gonogo.control.clock import SystemClock
from gonogo.control.reader import BoardReader
from gonogo.control.requests import ask_watch
from gonogo.control.room import ControlRoom
from gonogo.control.watch import Watch
from gonogo.rules.board import Board
from gonogo.rules.clock import Clock
from gonogo.rules.incident import Incident
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.probe import Probe
from gonogo.store import evidence, watching
from gonogo.store.store import Store

PROBE = """
[[probe]]
name = "checkout"
url = "/health"
every = "1s"
timeout = "900ms"
expect = ["status == 200"]
critical = true
"""


class Stage:
    """A launch, its config, its site, and ways to look at what the watch made of them."""

    def __init__(
        self, folder: Path, plan: PlanDoc, site: Site, *, clock: Clock | None = None, begin: bool = True
    ) -> None:
        self.path, self.config, self.site = folder / "state.db", folder / "gonogo.toml", site
        self.clock = clock or SystemClock()
        self.room: ControlRoom = found(self.path, self.clock, plan, begin=begin)
        self.write(PROBE)

    def write(self, probes: str, more: str = "") -> None:
        """Write the config with some probes, whole at once, as editors do."""
        text = (
            f'[launch]\nid = "tiny"\nname = "Tiny"\n\n[environment.production]\nurl = "{self.site.url}"\n{more}{probes}'
        )
        half = self.config.with_suffix(".half")
        half.write_text(text)
        half.rename(self.config)

    def close(self) -> None:
        """Close the room."""
        self.room.store.close()

    # What there is now ----------------------------------------------------------------------------

    def board(self) -> Board:
        """Return the board as a screen that opens now would have it."""
        store = Store(self.path)
        try:
            return BoardReader(store, self.clock).board()
        finally:
            store.close()

    def probe(self, name: str = "checkout") -> Probe | None:
        """Return a probe of the config as it lies in the store."""
        return next((one for one in self.room.store.state().all(Probe) if one.name == name and not one.gone), None)

    def health(self, name: str = "checkout") -> str | None:
        """Return a probe's health."""
        probe = self.probe(name)
        return probe.health if probe else None

    def incidents(self) -> list[Incident]:
        """Return all incidents."""
        return list(self.room.store.state().all(Incident))

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """Return the data of all facts of a kind."""
        return [dict(one.data) for one in evidence.read(self.room.store.db, [kind])]

    def error(self) -> str | None:
        """Return what the watch has to say of its config."""
        row = watching.read(self.room.store.db)
        return row.config_error if row else None

    def ask(self, kind: str, **args: object) -> str:
        """Ask the watch for something; return its answer."""
        return ask_watch(self.room, kind, dict(args))

    # Playing --------------------------------------------------------------------------------------

    def play(self, script: Callable[[], object], *, stop: bool = True) -> str:
        """Run a watch while the script plays in a thread; return why the watch ended."""
        return asyncio.run(self._play(script, stop))

    async def _play(self, script: Callable[[], object], stop: bool) -> str:
        watch = Watch(self.path, self.config, self.clock)
        run = asyncio.create_task(watch.run())
        pool = ThreadPoolExecutor(1, "script")
        try:
            play = asyncio.get_running_loop().run_in_executor(pool, self._after_start, script)
            await asyncio.wait({run, play}, return_when=asyncio.ALL_COMPLETED if not stop else asyncio.FIRST_COMPLETED)
            if run.done() and run.exception():
                run.result()
            await play
            if stop:
                assert await asyncio.get_running_loop().run_in_executor(pool, self.ask, "stop") == "stopping"
            async with asyncio.timeout(10):
                return await run
        finally:
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)
            pool.shutdown(wait=True)

    def _after_start(self, script: Callable[[], object]) -> None:
        until(lambda: watching.read(self.room.store.db), 10, "the start of the watch")
        script()
