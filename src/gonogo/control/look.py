"""One look at the probes of a config, bounded and judged as the watch does it, of which nothing is kept."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from gonogo.control.blame import OF_THE_WAY, SelfCheck
from gonogo.control.questions import Questions
from gonogo.control.standing import Standing
from gonogo.probes.schedule import Tick, host_of
from gonogo.rules.clock import Clock
from gonogo.rules.config import Config
from gonogo.rules.probe import Check, Failure, Outcome


class Look:
    """Asks each probe at most once, also one on which several others depend."""

    def __init__(self, config: Config, stands: Standing, clock: Clock, folder: str) -> None:
        self._config, self._stands = config, stands
        self._questions = Questions(config, stands.phase, stands.beats.get, clock, folder)
        self.hide = self._questions.hide
        self._self_check = SelfCheck()
        self._most = asyncio.Semaphore(config.watch.concurrency)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(config.watch.per_host))
        self._asked: dict[str, asyncio.Task[Check]] = {}

    def resting(self) -> Mapping[str, str]:
        """Return the probes that are not asked now, and why."""
        phase, zone = self._stands.phase, ZoneInfo(self._config.launch.timezone)
        found = {}
        for probe in self._config.probe:
            pause = self._stands.pauses.get(probe.name)
            if self._stands.frame.launch and not probe.during_phase(phase):
                where = f"in the phase {phase}" if phase else "while no phase is active"
                found[probe.name] = f"not asked {where}, only during {', '.join(probe.during)}"
            elif pause is not None and pause.kind == "pause":
                found[probe.name] = pause.said(pause.until.utc.astimezone(zone))
        return found

    async def checks(self, names: Iterable[str]) -> list[Check]:
        """Ask probes, and call a failure unknown where a parent, or this machine, is to blame."""
        await self._questions.prepare()
        self._self_check.go_by(self._config.watch.canaries)
        return list(await asyncio.gather(*map(self._in_context, names)))

    async def _in_context(self, name: str) -> Check:
        check = await self._once(name)
        if check.outcome is not Outcome.FAILED:
            return check
        for parent in self._parents(name):
            if (await self._once(parent)).outcome is Outcome.FAILED:
                return _unknown(check, Failure.PARENT_DOWN, f"{parent}, on which it depends, does not answer")
        if check.failure in OF_THE_WAY and await self._self_check.is_offline():
            return _unknown(check, Failure.SELF_OFFLINE, "this machine is offline: no canary answers")
        return check

    def _parents(self, name: str) -> list[str]:
        """Return what a probe depends on, its parents' parents too; one that is not asked now tells nothing."""
        found, waiting, resting = dict[str, None](), list(self._questions.probes[name].depends_on), self.resting()
        while waiting:
            parent = waiting.pop(0)
            if parent not in found:
                found[parent] = None
                waiting += self._questions.probes[parent].depends_on
        return [parent for parent in found if parent not in resting]

    def _once(self, name: str) -> asyncio.Task[Check]:
        if name not in self._asked:
            self._asked[name] = asyncio.create_task(self._bounded(name))
        return self._asked[name]

    async def _bounded(self, name: str) -> Check:
        # As the watch does: what waits for us must not count as the site's latency.
        async with self._hosts[host_of(self._config.target(self._questions.probes[name]))], self._most:
            return await self._questions.check(name, Tick(0, 0))


def _unknown(check: Check, failure: Failure, detail: str) -> Check:
    return replace(check, outcome=Outcome.UNKNOWN, failure=failure, detail=detail)
