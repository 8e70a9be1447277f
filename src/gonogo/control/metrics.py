"""The metrics of a config: a row for each, and one turn of asking it."""

from __future__ import annotations

import asyncio
import hashlib
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import jmespath

from gonogo.control.questions import Questions
from gonogo.probes.schedule import Job, Tick, host_of
from gonogo.rules import text
from gonogo.rules.clock import Clock, Instant
from gonogo.rules.config import Config
from gonogo.rules.facts import NOT_JSON, Absent, Body
from gonogo.rules.measured import Sample, Unfit, value_of
from gonogo.rules.metric_config import MetricConfig
from gonogo.rules.numbers import number
from gonogo.rules.probe import Check, Outcome
from gonogo.store import samples
from gonogo.store.samples import MetricRow
from gonogo.store.store import Store

LONGEST = 60
_MARK = "metric:"
"""Tells a metric's turns from a probe's, whose names have no colon."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A metric with what it asks as a digest: an answer to another question is no sample of it."""

    metric: MetricConfig
    question: str


class Metrics:
    """Asks metrics when their time has come; `drain` hands over the samples."""

    def __init__(self, clock: Clock, folder: str | None = None) -> None:
        self._clock, self._folder = clock, folder
        self._asked: Mapping[str, _Asked] = {}
        self._questions: Questions | None = None
        self._config: Config | None = None
        self._samples: list[tuple[str, Sample]] = []

    def leave(self, config: Config) -> None:
        """Forget what a new config asks otherwise: its answers that are under way count nowhere."""
        fresh = _asked(config)
        self._asked = {name: one for name, one in self._asked.items() if fresh.get(name) == one}

    async def go_by(self, config: Config) -> None:
        """Take over a config."""
        if config is self._config:
            return
        questions = questions_of(config, self._clock, self._folder) if config.metric else None
        if questions is not None:
            await questions.prepare()
        self._config, self._questions, self._asked = config, questions, _asked(config)

    def jobs(self) -> list[Job]:
        """Return when each is to be asked."""
        config = self._config
        if config is None:
            return []
        return [Job(_MARK + one.name, one.every, _host(config, one)) for one in config.metric]

    @staticmethod
    def owns(job: str) -> bool:
        """Whether a turn is that of a metric."""
        return job.startswith(_MARK)

    async def ask(self, job: str, tick: Tick) -> None:
        """Ask one metric once and keep its answer."""
        name = job.removeprefix(_MARK)
        asked, questions = self._asked.get(name), self._questions
        if asked is None or questions is None:
            return
        sample = sample_of(asked.metric, await questions.check(name, tick), questions)
        if self._asked.get(name) == asked:
            self._samples.append((name, sample))

    @property
    def pending(self) -> bool:
        """Whether there is something to write."""
        return bool(self._samples)

    def drain(self) -> list[tuple[str, Sample]]:
        """Hand over what is to be written, and forget it."""
        found, self._samples = self._samples, []
        return found


def questions_of(config: Config, clock: Clock, folder: str | None) -> Questions:
    """Return the questions of a config's metrics: those of probes that ask the same."""
    asking = config.model_copy(update={"probe": tuple(one.asks() for one in config.metric)})
    return Questions(asking, None, lambda name: None, clock, folder)


def sample_of(metric: MetricConfig, check: Check, questions: Questions) -> Sample:
    """Turn a check into a sample: a value, or the sentence that says why there is none."""
    at_ms = int(check.at.utc.timestamp() * 1000)
    if check.outcome is not Outcome.OK:
        return Sample(at_ms, error=check.detail or str(check.failure or "no answer"))
    try:
        found = _answer(metric, check)
        many = None if metric.samples is None else _many(metric, check)
        value = None if many == 0 else value_of(found, metric)
        return Sample(at_ms, value, many)
    except Unfit as error:
        return Sample(at_ms, error=text.line(questions.hide(str(error)), 160))


def _answer(metric: MetricConfig, check: Check) -> object:
    """Return what stands in an answer where it was picked."""
    if metric.query is not None:
        found = check.facts["value"]
        if isinstance(found, Absent):
            raise Unfit(f"the query gives {found.why}")
        return found
    body = check.facts["output" if metric.command is not None else "body"]
    return body if metric.pick is None else picked(metric.pick, body)


def _many(metric: MetricConfig, check: Check) -> int:
    found = number(picked(str(metric.samples), check.facts["output" if metric.command is not None else "body"]))
    if found is None or found < 0 or found != found.to_integral_value():
        raise Unfit(f"{metric.samples} is no count of ratings")
    return int(found)


def picked(pick: str, body: object) -> object:
    """Return what stands at a JMESPath in a JSON answer; Unfit when it is none."""
    if not isinstance(body, Body) or body.value is NOT_JSON:
        raise Unfit("the answer is not JSON")
    try:
        return jmespath.search(pick, body.value)
    except (jmespath.exceptions.JMESPathError, RecursionError):
        raise Unfit(f"{pick} cannot be picked out of the answer") from None


async def ask_once(config: Config, names: Collection[str], clock: Clock, folder: str) -> list[tuple[str, str, Sample]]:
    """Ask metrics once, aside from any watch; return each one's name, where it is asked, and its answer."""
    questions = questions_of(config, clock, folder)
    wanted = [one for one in config.metric if one.name in names]
    if not wanted:
        return []
    await questions.prepare()
    most = asyncio.Semaphore(config.watch.per_host)

    async def bounded(metric: MetricConfig) -> tuple[str, str, Sample]:
        async with most:
            check = await questions.check(metric.name, Tick(0, 0))
        return metric.name, source_of(config, metric), sample_of(metric, check, questions)

    return list(await asyncio.gather(*map(bounded, wanted)))


# Rows -----------------------------------------------------------------------------------------


def enroll(store: Store, config: Config, now: Instant) -> bool:
    """Write a row for each metric of a config, kept through renames; return whether anything changed."""
    db = store.db
    before = samples.metrics(db)
    known = {one.name: one for one in before}
    free, rows = max((one.number for one in before), default=0) + 1, dict[int, MetricRow]()
    for wanted in config.metric:
        old = known.get(wanted.name) or known.get(wanted.was or "")
        number, free = (old.number, free) if old else (free, free + 1)
        row = MetricRow(number, wanted.name, wanted.kind, source_of(config, wanted), wanted.every, wanted.adds,
                        _question(config, wanted))  # fmt: skip
        if old is not None and (old.gone or old.question != row.question):
            samples.begin_anew(db, number, int(now.utc.timestamp() * 1000))
        rows[number] = row
    after = [rows.get(one.number) or replace(one, gone=True) for one in before]
    after += [row for number, row in rows.items() if number not in {one.number for one in before}]
    if after == before:
        return False
    samples.keep(db, after)
    return True


def _asked(config: Config) -> dict[str, _Asked]:
    return {one.name: _Asked(one, _question(config, one)) for one in config.metric}


def _question(config: Config, metric: MetricConfig) -> str:
    parts = (config.target(metric.asks()), metric.pick, metric.samples, metric.unit, metric.kind)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _host(config: Config, metric: MetricConfig) -> str:
    return host_of(metric.url or "" if metric.query is not None else config.target(metric.asks()))


def source_of(config: Config, metric: MetricConfig) -> str:
    """Say where a metric is asked, without what may be secret in a URL."""
    if metric.command is not None:
        said = shlex.join(metric.command)
    elif metric.query is not None:
        said = f"{metric.query} at {host_of(metric.url or '')}"
    else:
        where = urlsplit(config.target(metric.asks()))
        said = f"{where.netloc}{where.path}"
    return text.line(said, LONGEST)
