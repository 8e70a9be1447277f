"""Observer and windows held against plain arithmetic over every stretch of time, through whatever a clock can do."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import FakeClock

from gonogo.control.observer import Observer
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.probe import Check, Outcome, Probe, Pulse
from gonogo.rules.probe_config import HttpProbe

EVERY_S = 30
HOME = HttpProbe.model_validate({"name": "home", "url": "https://x.example/", "every": f"{EVERY_S}s"})
LENGTHS = {"1h": (3600, 300), "24h": (86_400, 3600), "7d": (604_800, 3600), "30d": (2_592_000, 86_400)}
NEAR_MIDNIGHT = datetime(2026, 10, 24, 23, 41, 7, 250_000, tzinfo=UTC)
"""An hour before Europe's clocks go back, and minutes before a new day, hour and five minutes."""


def us(at: datetime) -> int:
    """Return microseconds since 1970, exactly."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@dataclass
class Oracle:
    """Remembers every stretch and every check, and adds them up one by one."""

    stretches: list[tuple[int, int, str]] = field(default_factory=list)
    checks: list[tuple[int, Check]] = field(default_factory=list)
    settled: Instant | None = None
    paused: bool = False
    phase: Instant | None = None
    phases: list[tuple[Instant, Instant]] = field(default_factory=list)
    latest: int = 0

    def _gap_us(self, now: Instant) -> int:
        assert self.settled is not None
        return max(0, round(elapsed(self.settled, now).seconds * 1e6))

    def check(self, check: Check) -> None:
        cap = EVERY_S * 1_500_000
        speaks = EVERY_S * 1_000_000 if self.settled is None else min(cap, self._gap_us(check.at))
        at = us(check.at.utc)
        kind = "excluded" if check.excluded else {"failed": "down", "unknown": ""}.get(check.outcome, "up")
        self.stretches.append((at - speaks, at, kind))
        self.checks.append((at, check))
        self.settled, self.latest = check.at, max(self.latest, at)

    def rest(self, now: Instant, least_s: float = 0) -> None:
        """Count a pause until now, if one is on and is so long."""
        if self.paused and self.settled and elapsed(self.settled, now).seconds >= least_s:
            end = us(now.utc)
            self.stretches.append((end - self._gap_us(now), end, "excluded"))
            self.settled, self.latest = now, max(self.latest, end)

    def window(self, start_s: int, now: Instant, span_s: float, *, end_us: int | None = None) -> dict[str, Any]:
        begin = start_s * 1_000_000
        end = end_us or (us(now.utc) // 86_400_000_000 + 1) * 86_400_000_000
        time = dict.fromkeys(("up", "down", "excluded", ""), 0)
        for first, last, kind in self.stretches:
            time[kind] += max(0, min(last, end) - max(first, begin))
        inside = [check for at, check in self.checks if begin <= at < end]
        counted = [check for check in inside if not check.excluded and check.outcome != "unknown"]
        failed = sum(check.outcome == "failed" for check in counted)
        seen, asked = time["up"] + time["down"], span_s * 1e6 - time["excluded"]
        passed = [check for check in counted if check.outcome != "failed"]
        return {
            "uptime": time["up"] / seen if seen else None, "coverage": min(1.0, seen / asked) if asked > 0 else 0.0,
            "checks": len(counted), "failed": failed, "slow": sum(check.outcome == "slow" for check in counted),
            "missed": sum(check.missed for check in inside), "error_rate": failed / len(counted) if counted else None,
            "burn_rate": time["down"] / seen / (1 - 0.99) if seen else None,
            "seen_s": seen / 1e6, "up_s": time["up"] / 1e6, "excluded_s": time["excluded"] / 1e6,
            "latencies": sorted(check.latency_s * 1000 for check in passed if check.latency_s is not None),
        }  # fmt: skip


class Run:
    """A watch over one probe that keeps what it drains, so that another can go on from there."""

    def __init__(self, start: datetime) -> None:
        self.clock, self.oracle = FakeClock(start), Oracle()
        self.slots: dict[str, dict[int, bytes]] = {"m": {}, "h": {}, "d": {}}
        self.row = Probe(id="home", number=1, name="home", every_s=EVERY_S)
        self.observer = self._begin()

    def _begin(self) -> Observer:
        observer = Observer({1: self.slots}, self.oracle.phase)
        observer.keep(self.row, HOME, (), at=self.clock.now())
        return observer

    def store(self) -> None:
        """Write everything, as a watch does at its end."""
        self.oracle.rest(self.clock.now(), 60)
        self.observer.settle()
        batch = self.observer.drain(self.clock.now())
        for _, span, start, packed in batch.tallies:
            self.slots[span][start] = packed
        (pulse,) = batch.probes
        hot = {name: getattr(pulse, name) for name in Pulse.__slots__ if name != "windows"}
        self.row = self.row.model_copy(update={**hot, "windows": pulse.windows or self.row.windows})

    def check(self, outcome: Outcome, latency_s: float, after_s: float, excluded: bool, missed: int) -> None:
        self.clock.advance(after_s)
        if self.oracle.paused:
            return
        check = Check("home", self.clock.now(), outcome, None if outcome in ("failed", "unknown") else latency_s,
                      missed=missed, excluded=excluded)  # fmt: skip
        self.oracle.check(check)
        self.observer.take(check)

    def checks(self, count: int, outcome: Outcome) -> None:
        for _ in range(count):
            self.check(outcome, 0.12, EVERY_S, False, 0)

    def gap(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def step(self, seconds: float) -> None:
        self.clock.step_wall(seconds)

    def restart(self, seconds: float, boots: bool) -> None:
        self.store()
        self.clock.advance(seconds)
        if boots:
            self.clock.reboot(40, f"boot {len(self.oracle.stretches)} {self.clock.boot_us}")
        self.oracle.rest(self.clock.now())
        self.observer = self._begin()

    def trim(self) -> None:
        self.observer.trim(self.clock.now())

    def pause(self) -> None:
        """Pause, or go on."""
        now = self.clock.advance(1)
        self.oracle.rest(now)
        self.oracle.paused = not self.oracle.paused
        self.oracle.settled = now
        health = "paused" if self.oracle.paused else "unknown"
        self.row = self.row.model_copy(update={"health": health})
        self.observer.keep(self.row, HOME, (), at=now)

    def phase(self) -> None:
        """Begin a phase on a whole second, unless the clock was set back over what is stamped already."""
        at = self.clock.utc
        now = self.clock.advance((at.replace(microsecond=0) + timedelta(seconds=2) - at).total_seconds())
        if us(now.utc) <= self.oracle.latest:
            return
        self.oracle.phase = now
        self.observer.begin_phase(now)

    def agrees(self) -> None:
        """Hold all windows of this moment against the oracle."""
        self.store()
        now, windows = self.clock.now(), self.row.windows
        second = us(now.utc) // 1_000_000
        for name, (length, size) in LENGTHS.items():
            start = math.ceil((second - length) / size) * size
            same(windows[name], self.oracle.window(start, now, max(1, second - start)))
        if phase := self.oracle.phase:
            lasted = max(1.0, elapsed(phase, now).seconds)
            same(windows["phase"], self.oracle.window(us(phase.utc) // 1_000_000, now, lasted))


def same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Times and counts are the same, shares to the last bit or so, percentiles within a bucket."""
    latencies = wanted.pop("latencies")
    for name, value in wanted.items():
        assert found[name] == (value if value is None else pytest.approx(value, rel=1e-12, abs=1e-12)), name
    for name, permille in (("p50_ms", 500), ("p95_ms", 950), ("p99_ms", 990)):
        if not latencies:
            assert found[name] is None
            continue
        true = latencies[-(-len(latencies) * permille // 1000) - 1]
        assert abs(found[name] - true) <= 0.05 * true


checks = st.tuples(
    st.just("check"), st.sampled_from(Outcome), st.floats(0.001, 60),
    st.one_of(st.sampled_from([30.0, 30.0, 30.004, 29.99, 0.0, 45.0]), st.floats(0, 400).map(lambda s: round(s, 3))),
    st.sampled_from([False, False, False, True]), st.sampled_from([0, 0, 0, 3]),
)  # fmt: skip
events = st.one_of(
    checks, checks, checks,
    st.tuples(st.just("checks"), st.integers(1, 60), st.sampled_from(Outcome)),
    st.tuples(st.just("gap"), st.sampled_from([1.0, 290.0, 3600.0, 10_000.0, 86_400.0, 700_000.0])),
    st.tuples(st.just("step"), st.sampled_from([-3600.0, -7.5, -0.004, 0.004, 7.5, 3600.0, 90_000.0, -90_000.0])),
    st.tuples(st.just("restart"), st.sampled_from([0.0, 2.0, 600.0, 9000.0]), st.booleans()),
    st.just(("pause",)), st.just(("phase",)), st.just(("trim",)), st.just(("agrees",)),
)  # fmt: skip


@settings(max_examples=150)
@given(st.integers(0, 7200), st.lists(events, max_size=40))
def test_windows_are_those_of_plain_arithmetic(offset: int, told: list[tuple[Any, ...]]) -> None:
    run = Run(NEAR_MIDNIGHT + timedelta(seconds=offset))
    for act, *given_ in told:
        getattr(run, act)(*given_)
    run.agrees()


def test_a_month_is_that_of_plain_arithmetic() -> None:
    """Long enough for every window to move on: outages, maintenance, a pause, a phase, a restart each week."""
    run = Run(NEAR_MIDNIGHT)
    for day in range(36):
        for hour in range(24):
            run.checks(4 if hour == day % 24 else 2, Outcome.FAILED if (hour + day) % 11 == 0 else Outcome.OK)
            run.check(Outcome.SLOW, 0.9, EVERY_S, hour % 7 == 0, hour % 5)
            run.gap(3600 - 3 * EVERY_S)
        if day % 7 == 3:
            run.restart(600, boots=day > 20)
            run.trim()
        if day in (9, 21):
            run.phase()
        if day in (12, 13, 30):
            run.pause()
        if day == 30:
            run.gap(5000)
            run.pause()
        if day > 25:
            run.agrees()
