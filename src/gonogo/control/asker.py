"""One turn of a probe: asked, set in its context, folded, and what follows from it noted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import jmespath

from gonogo.control.blame import FRESH_S, OF_THE_WAY, SelfCheck
from gonogo.control.observer import Observer
from gonogo.control.questions import Questions
from gonogo.probes.schedule import Tick
from gonogo.rules import text
from gonogo.rules.clock import Clock, Instant
from gonogo.rules.config import Config
from gonogo.rules.facts import Body
from gonogo.rules.health import REQUICK_S
from gonogo.rules.probe import Check, Failure, Outcome
from gonogo.rules.probe_config import HttpProbe, ProbeConfig
from gonogo.rules.record import Fact

ACTOR = "watch"


class Asker:
    """Asks probes when their time has come; `drain` hands over the facts, and whose health turned."""

    def __init__(
        self, observer: Observer, clock: Clock, fresh: Callable[[], str], builds: dict[str, str],
        beats: Callable[[str], Instant | None], soon: Callable[[str, float], None], folder: str | None = None,
    ) -> None:  # fmt: skip
        self._observer, self._clock, self._fresh, self._builds = observer, clock, fresh, builds
        self._beats, self._soon, self._folder = beats, soon, folder
        self._looks: dict[str, tuple[float, asyncio.Task[Check]]] = {}
        self._self_check = SelfCheck()
        self._facts: list[Fact] = []
        self._turned: set[str] = set()
        self._config: Config | None = None
        self._questions: Questions | None = None
        self._next: Questions | None = None
        self._excluded: frozenset[str] = frozenset()

    async def prepare(self, config: Config, phase: str | None) -> None:
        """Make ready what a config asks in a phase, aside from the asking that goes on."""
        if config is not self._config or self._questions is None or self._questions.phase != phase:
            self._next = self._questions_of(config, phase)
            await self._next.prepare()

    def _questions_of(self, config: Config, phase: str | None) -> Questions:
        return Questions(config, phase, self._beats, self._clock, self._folder, self._observer.awaited_since)

    def go_by(self, config: Config, phase: str | None, excluded: frozenset[str]) -> None:
        """Take over a config, the phase, and which probes are in maintenance."""
        if config is not self._config or self._questions is None or self._questions.phase != phase:
            self._questions = self._next or self._questions_of(config, phase)
            self._next = None
        self._config, self._excluded = config, excluded
        self._self_check.go_by(config.watch.canaries)

    @property
    def probes(self) -> Mapping[str, ProbeConfig]:
        """The probes as the phase has them."""
        return self._questions.probes if self._questions else {}

    @property
    def pending(self) -> bool:
        """Whether there is something to write."""
        return bool(self._facts)

    def drain(self) -> tuple[list[Fact], list[str]]:
        """Hand over what is to be written, and forget it."""
        facts, turned = self._facts, sorted(self._turned)
        self._facts, self._turned = [], set()
        return facts, turned

    async def ask(self, name: str, tick: Tick) -> None:
        """Ask one probe once and fold its answer."""
        probe = self.probes.get(name)
        if probe is None or self._questions is None:
            return
        check = await self._questions.check(name, tick)
        if name in self._excluded:
            check = replace(check, excluded=True)
        elif check.outcome is Outcome.FAILED:
            check = await self._in_context(probe, check)
        self._read_build(probe, check)
        turn = self._observer.take(check)
        if turn is None or check.excluded:
            return
        if turn.turned:
            self._turned.add(name)
            self._say_turn(name, check)
        elif check.outcome is not Outcome.UNKNOWN and (check.outcome is Outcome.FAILED) != (turn.health == "down"):
            # It speaks against what its health is: whether that holds is known sooner than in an interval.
            self._soon(name, min(REQUICK_S, probe.every / 3))

    async def _in_context(self, probe: ProbeConfig, check: Check) -> Check:
        """Call a failure unknown where another probe, or this machine, is to blame."""
        parents = self._parents(probe)
        if failing := next(filter(self._observer.is_failing, parents), None):
            return _unknown(check, Failure.PARENT_DOWN, f"{failing}, on which it depends, does not answer")
        for parent in parents:
            self._soon(parent, 0)
        for parent in parents:  # it is to blame before it is known to be, or its children would be told of first
            if (await self._look(parent)).outcome is Outcome.FAILED:
                return _unknown(check, Failure.PARENT_DOWN, f"{parent}, on which it depends, does not answer")
        if check.failure in OF_THE_WAY and await self._self_check.is_offline():
            return _unknown(check, Failure.SELF_OFFLINE, "this machine is offline: no canary answers")
        return check

    async def _look(self, parent: str) -> Check:
        """Ask a parent aside from its turn; many children that fail at once share one look, believed for a while."""
        assert self._questions is not None
        asked_at, task = self._looks.get(parent, (0.0, None))
        if task is None or (task.done() and time.monotonic() - asked_at > FRESH_S):
            task = asyncio.create_task(self._questions.check(parent, Tick(0.0, 0)))
            self._looks[parent] = time.monotonic(), task
        return await asyncio.shield(task)

    def _parents(self, probe: ProbeConfig) -> list[str]:
        """Return what a probe depends on, its parents' parents too; one that is left alone now tells nothing."""
        found, waiting = dict[str, None](), list(probe.depends_on)
        while waiting:
            parent = self.probes.get(name := waiting.pop(0))
            if parent is not None and name not in found:
                found[name] = None
                waiting += parent.depends_on
        asked = {name for name in self._observer.names() if self._observer.probe(name).counts} | self._excluded
        return [name for name in found if name in asked]

    def _say_turn(self, name: str, check: Check) -> None:
        probe = self._observer.probe(name)
        why = f": {check.detail}" if check.detail else ""
        data = {"text": f"{name} is {probe.health}{why}", "probe": name, "health": probe.health}
        at = probe.since or check.at
        self._facts.append(Fact(id=self._fresh(), kind="health", at=at, actor=ACTOR, data=dict(data)))

    def _read_build(self, probe: ProbeConfig, check: Check) -> None:
        """Log a build id that changed; it is read from the answers of a probe that asks its path anyway."""
        place = self._config.environment.get(probe.environment) if self._config else None
        if place is None or place.build is None or not isinstance(probe, HttpProbe) or probe.url != place.build.path:
            return
        build = _picked(place.build.pick, check.facts.get("body"))
        if build is None:
            return
        name, before = text.line(build, 60), self._builds.get(probe.environment)
        self._builds[probe.environment] = check.facts["build"] = name
        if before == name:
            return
        kind = "deploy" if before else "build"  # the first that is seen is no change
        data = {"build": name, "environment": probe.environment}
        self._facts.append(Fact(id=self._fresh(), kind=kind, at=check.at, actor=ACTOR, source="probe", data=dict(data)))


def _picked(pick: str, body: object) -> str | None:
    """Return the build id that stands in an answer, if there is one."""
    try:
        build = jmespath.search(pick, body.value) if isinstance(body, Body) and isinstance(body.value, dict) else None
    except (jmespath.exceptions.JMESPathError, RecursionError):
        return None
    plain = isinstance(build, str | int | Decimal) and not isinstance(build, bool)
    return str(build) if plain and build != "" else None


def _unknown(check: Check, failure: Failure, detail: str) -> Check:
    return replace(check, outcome=Outcome.UNKNOWN, failure=failure, detail=detail)
