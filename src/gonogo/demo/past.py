"""What the demo's probes saw before there was a watch: five minutes at a time, so that all windows agree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

from gonogo.rules.clock import Instant
from gonogo.rules.config import Config
from gonogo.rules.health import MARKS
from gonogo.rules.ledger import Ledger
from gonogo.rules.probe import Check, Failure, Outcome, Phases, Probe
from gonogo.rules.probe_config import HttpProbe, ProbeConfig, TcpProbe
from gonogo.rules.record import Fact
from gonogo.rules.uptime import US, Tally
from gonogo.rules.window import DAY_S, FIVE_MIN_S, HOUR_S
from gonogo.store import evidence, rollups, rows, series
from gonogo.store.store import Store

BASE_MS = {"checkout": 20, "shop": 0.4, "home": 13, "health": 6, "invoices": 15, "admin": 8, "worker": 0}
"""How long each probe's answer takes about."""
ASLEEP_S = (36 * HOUR_S, 36 * HOUR_S + 40 * 60)
"""The laptop slept in the second night: an honest gap, in seconds from the phase's start."""
DEPLOYED_AGO_S = 9 * HOUR_S
_SAMPLES, _SPARK, _RECENT = 2, 60, 20
_BLIPS = {"checkout": 0.01, "home": 0.004, "invoices": 0.006}
"""In what share of five minutes one check failed."""


class Trouble(NamedTuple):
    """A span in which a probe did badly, and how."""

    probe: str
    begin: int
    end: int
    outcome: Outcome
    failure: Failure | None
    detail: str
    took_ms: float | None = None


def troubles(start_s: int, now_s: int) -> tuple[Trouble, ...]:
    """Return what went wrong since the phase's start."""
    night, deployed, slow = start_s + 7 * HOUR_S, now_s - DEPLOYED_AGO_S, now_s - 3 * HOUR_S
    late, odd = now_s - 38 * 60, now_s - 22 * 60
    failed, refused = Outcome.FAILED, (Outcome.FAILED, Failure.REFUSED, "the connection was refused")
    status = Failure.HTTP_STATUS
    return (
        Trouble("invoices", night, night + 600, failed, status, "wanted status == 200, saw 503", 14),
        Trouble("checkout", deployed, deployed + 3, *refused),
        Trouble("shop", deployed, deployed + 3, *refused),
        Trouble("invoices", slow, slow + 480, Outcome.SLOW, None, "wanted latency < 800ms, saw 1.21s", 1210),
        Trouble("admin", late, late + 10, failed, Failure.TIMEOUT_FIRST_BYTE, "no answer within 2 s", None),
        Trouble("checkout", odd, odd + 3, failed, status, "wanted status == 200, saw 502", 21),
    )


class Past:
    """The checks of the last hour one by one, and what those before them add up to."""

    def __init__(self, config: Config, begin: datetime, real: Instant, random: Random) -> None:
        self._config, self._random = config, random
        self._start, self._now = int(begin.timestamp()), int(real.utc.timestamp())
        self._recent_from = (self._now - HOUR_S) // FIVE_MIN_S * FIVE_MIN_S
        self._troubles = troubles(self._start, self._now)

    def write(self, store: Store, fresh: Callable[[], str]) -> None:
        """Write a row for each probe, with its checks, rollups, and the turns of its health."""
        with store.writing() as db:
            for number, one in enumerate(self._config.probe, 1):
                checks, tallies = self._of(one)
                slots: dict[str, dict[int, bytes]] = {"m": {}, "h": {}, "d": {}}
                for (span, at), tally in tallies.items():
                    slots[span][at] = tally.pack()
                series.append(db, [(number, check) for check in checks])
                rollups.put(db, [(number, span, at, packed) for span in slots for at, packed in slots[span].items()])
                rows.put(db, "probe", rows.encode(self._row(number, one, checks, slots, fresh())))
            evidence.append(db, list(self._turns(fresh)))
            store.bump(["probes", "evidence"])

    def _row(
        self, number: int, one: ProbeConfig, checks: list[Check], slots: Mapping[str, Mapping[int, bytes]], key: str
    ) -> Probe:
        asked, last = self._config.at(one, "soft-launch"), checks[-1]
        marks = "".join(MARKS[check.outcome] for check in checks[-_RECENT:])
        took = round((last.latency_s or 0) * 1000, 1)
        return Probe(
            id=key, number=number, name=one.name, kind=one.kind, target=self._config.target(one), every_s=asked.every,
            down_after=str(asked.down_after), critical=asked.critical, health="up", since=_at(self._up_since(one.name)),
            recent=marks, spark=tuple(map(_ms, checks[-_SPARK:])), passes=100, checked_at=last.at, latency_ms=took,
            windows=Ledger(slots, self._start).windows(self._now, self._now - self._start),
        )  # fmt: skip

    def _up_since(self, name: str) -> int:
        downs = [one.end for one in self._downs() if one.probe == name]
        return max(downs, default=self._start)

    def _downs(self) -> list[Trouble]:
        """Return the troubles that lasted long enough for a probe to be down."""
        return [one for one in self._troubles if one.outcome is Outcome.FAILED and one.end - one.begin > 60]

    def _turns(self, fresh: Callable[[], str]) -> Iterator[Fact]:
        for one in self._downs():
            for at, health, why in ((one.begin, "down", f": {one.detail}"), (one.end, "up", "")):
                said = f"{one.probe} is {health}{why}"
                data = {"text": said, "probe": one.probe, "health": health}
                yield Fact(id=fresh(), kind="health", at=_at(at), actor="watch", data=dict(data))

    # Five minutes ------------------------------------------------------------------------------

    def _of(self, one: ProbeConfig) -> tuple[list[Check], dict[tuple[str, int], Tally]]:
        """Make a probe's checks and tallies; an hour and a day are the sums of their five minutes."""
        checks: list[Check] = []
        found: dict[tuple[str, int], Tally] = {}
        every = round(self._config.at(one, "soft-launch").every)
        at = self._start
        while at < self._now:
            stop = min(at - at % FIVE_MIN_S + FIVE_MIN_S, self._now)
            if not ASLEEP_S[0] <= at - self._start < ASLEEP_S[1]:
                tally = self._recent(one, at, stop, every, checks) if at >= self._recent_from else None
                tally = tally or self._older(one.name, at, stop, every)
                for span, size in (("m", 1), ("h", HOUR_S), ("d", DAY_S)):
                    found.setdefault((span, at - at % size), Tally()).add(tally)
            at = stop
        return checks, found

    def _recent(self, one: ProbeConfig, at: int, stop: int, every: int, checks: list[Check]) -> Tally:
        """Make the checks of five minutes, and add them up."""
        tally = Tally()
        for second in range(at, stop, every):
            check = self._check(one, second)
            checks.append(check)
            tally.count(check.outcome, check.latency_s)
            tally.seen_us += every * US
            tally.up_us += every * US * (check.outcome is not Outcome.FAILED)
        return tally

    def _older(self, name: str, at: int, stop: int, every: int) -> Tally:
        """Say what five minutes added up to, with a few latencies that stand for all."""
        checks, seen = (stop - at) // every, stop - at
        lost = {outcome: self._lost(name, at, stop, outcome) for outcome in (Outcome.FAILED, Outcome.SLOW)}
        if not any(lost.values()) and self._random.random() < _BLIPS.get(name, 0):
            lost[Outcome.FAILED] = every
        failed, slow = (min(checks, -(-lost[outcome] // every)) for outcome in (Outcome.FAILED, Outcome.SLOW))
        tally = Tally()
        for _ in range(_SAMPLES):
            tally.count(Outcome.OK, self._latency(name, at))
        tally.latencies *= max(0, checks - failed - slow) // _SAMPLES
        for _ in range(slow):
            tally.count(Outcome.SLOW, 1.21)
        tally.up_us, tally.seen_us = (seen - min(seen, failed * every)) * US, seen * US
        tally.checks, tally.failed, tally.slow = checks, failed, slow
        return tally

    def _lost(self, name: str, at: int, stop: int, outcome: Outcome) -> int:
        """Return how many seconds of a span a probe did badly."""
        mine = (one for one in self._troubles if one.probe == name and one.outcome is outcome)
        return sum(max(0, min(stop, one.end) - max(at, one.begin)) for one in mine)

    # One check ---------------------------------------------------------------------------------

    def _check(self, one: ProbeConfig, second: int) -> Check:
        at, latency = _at(second), self._latency(one.name, second)
        bad = next((b for b in self._troubles if b.probe == one.name and b.begin <= second < b.end), None)
        if bad is not None:
            took = None if bad.took_ms is None else bad.took_ms / 1000
            answered = self._answer(one, took) if took else ({}, Phases(dns=0.00001, connect=0.0003))
            return Check(
                one.name, at, bad.outcome, took, bad.failure, bad.detail, facts=answered[0], phases=answered[1]
            )
        facts, phases = self._answer(one, latency)
        return Check(one.name, at, Outcome.OK, latency, facts=facts, phases=phases)

    def _answer(self, one: ProbeConfig, latency: float) -> tuple[dict[str, object], Phases]:
        """Return who answered, and how the time was spent."""
        if isinstance(one, TcpProbe):
            return {"ip": "127.0.0.1"}, Phases(dns=0.00001, connect=latency - 0.00001)
        if not isinstance(one, HttpProbe):
            return {}, Phases()
        connect, transfer = latency * 0.03, latency * 0.01
        parts = Phases(0.00001, connect, None, latency - connect - transfer - 0.00001, transfer)
        return {"ip": "127.0.0.1", "url": self._config.target(one)}, parts

    def _latency(self, name: str, second: int) -> float:
        """Return a latency in seconds: slower by day than by night, and a little quicker since the last build."""
        day = 1 + 0.2 * math.sin(second / DAY_S * 2 * math.pi)
        build = 1.0 if second > self._now - DEPLOYED_AGO_S else 1.15
        return BASE_MS[name] * day * build * self._random.uniform(0.75, 1.4) / 1000


def _at(second: int) -> Instant:
    """Return an instant of before this machine was started, as far as clocks go."""
    return Instant(datetime.fromtimestamp(second, UTC), "before", 0)


def _ms(check: Check) -> int:
    passed = check.outcome is not Outcome.FAILED
    return round(check.latency_s * 1000) if passed and check.latency_s is not None else -1
