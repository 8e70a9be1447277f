"""The watch's memory of its probes: folds checks into health, time and what is to be written."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.health import MARKS, MofN, Turn, judge
from gonogo.rules.identity import Identity
from gonogo.rules.ledger import Ledger, Slots
from gonogo.rules.probe import Check, Health, Outcome, Probe, Pulse
from gonogo.rules.probe_config import ProbeBase
from gonogo.rules.uptime import US, Tally
from gonogo.rules.window import Window, say, spoken_us

KEPT_MARKS, SPARK = 20, 60
WINDOWS_S = 10.0
"""How old the windows of a probe may be while it is asked; a health that turned makes them new at once."""
PAUSE_S = 60.0
"""In which steps the time of a paused probe is kept as excluded."""
Stored = tuple[int, str, int, bytes]
"""A rollup: the probe's number, the slot's size and its start in seconds UTC, and the packed tally."""
_CONFIGURED = (
    "name", "kind", "target", "environment", "every_s", "down_after", "critical", "counts", "gone", "awaited_since",
    "insecure",
)  # fmt: skip


@dataclass(slots=True)
class _Memory:
    """What is known of one probe; `probe` is what the config says, the rest is what checks change."""

    probe: Probe
    down: MofN
    up: MofN
    ledger: Ledger
    identity: Identity
    health: Health
    since: Instant | None
    marks: str
    times: deque[Instant]
    spark: deque[int]
    passes: int
    last: Check | None = None
    settled: Instant | None = None
    turned: bool = True
    windows: dict[str, Window] = field(default_factory=dict)
    windows_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be written: checks with their probe's number, pulses, and rollups whole."""

    checks: tuple[tuple[int, Check], ...]
    probes: tuple[Pulse, ...]
    tallies: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """The phase before this one: how long it lasted, and what was seen of each probe, by its number."""

    span_s: float
    tallies: Mapping[int, Tally]


class Observer:
    """Folds checks; `drain` hands over what is to be written and forgets that it was pending.

    Checks come in on the loop's thread while the store's thread takes over a config: hence the lock.
    """

    def __init__(
        self, slots: Mapping[int, Slots] = {}, phase_start: Instant | None = None, before: Before | None = None
    ) -> None:
        self._lock = threading.Lock()
        self._slots = dict(slots)
        self._phase_start, self._before = phase_start, before
        self._memories: dict[str, _Memory] = {}
        self._ledgers: dict[int, Ledger] = {}
        """The time of every probe that was ever observed, by its number: a rename, or a return, goes on with it."""
        self._checks: list[tuple[int, Check]] = []
        self._touched: set[str] = set()

    def begin_phase(self, start: Instant | None, before: Before | None = None, slots: Mapping[int, Slots] = {}) -> None:
        """Take over the active phase's start, the phase before it, and the slots that windows reach."""
        with self._lock:
            self._phase_start, self._before = start, before
            self._slots |= slots
            for number, ledger in self._ledgers.items():
                ledger.begin_phase(self._phase_s, self._baseline(number), slots.get(number, {}))
            for memory in self._memories.values():
                memory.turned = True

    @property
    def _phase_s(self) -> int | None:
        return None if self._phase_start is None else int(self._phase_start.utc.timestamp())

    def _baseline(self, number: int) -> Window | None:
        tally = self._before.tallies.get(number) if self._before else None
        return say(tally, self._before.span_s) if self._before and tally else None

    def keep(
        self, probe: Probe, config: ProbeBase, times: Iterable[Instant], *, at: Instant | None = None,
        identity: Identity | None = None,
    ) -> None:  # fmt: skip
        """Begin or go on to observe a probe; `times` are those of its recent marks, newest last.

        `at` is when a pause began or ended, if one did.
        """
        with self._lock:
            known = self._memories.get(probe.name)
            if known is None:
                known = self._memories[probe.name] = self._remember(probe, config, times, identity or Identity())
                resting = probe.settled_at not in (None, probe.checked_at)
            else:
                resting = known.health == "paused"
            if at is not None and resting and known.health == "paused":
                _rest(known, at)
            known.probe = known.probe.model_copy(update={name: getattr(probe, name) for name in _CONFIGURED})
            if "paused" in (probe.health, known.health):
                if known.health == "paused" != probe.health:  # what was seen before the pause turns nothing after it
                    known.marks, known.passes = "", 0
                    known.times.clear()
                    known.since = at or known.since
                known.health = probe.health
                known.settled = at or known.settled
            known.down, known.up = config.down_after, config.up_after
            known.turned = True
            self._touched.add(probe.name)

    def _remember(self, probe: Probe, config: ProbeBase, times: Iterable[Instant], identity: Identity) -> _Memory:
        stamps = deque(times, maxlen=KEPT_MARKS)
        marks = probe.recent[len(probe.recent) - len(stamps) :]
        settled = probe.settled_at or probe.checked_at or (stamps[-1] if stamps else None)
        ledger = self._ledgers.get(probe.number)
        if ledger is None:
            ledger = self._ledgers[probe.number] = Ledger(
                self._slots.pop(probe.number, {}), self._phase_s, self._baseline(probe.number)
            )
        last = None
        if probe.checked_at:
            latency = None if probe.latency_ms is None else probe.latency_ms / 1000
            last = Check(probe.name, probe.checked_at, Outcome.UNKNOWN, latency, probe.failure, probe.detail)
        return _Memory(
            probe, config.down_after, config.up_after, ledger, identity, probe.health, probe.since, marks, stamps,
            deque(probe.spark, maxlen=SPARK), probe.passes, last, settled, windows=probe.windows,
        )  # fmt: skip

    def forget(self, names: Iterable[str]) -> None:
        """Stop observing probes that are gone from the config."""
        with self._lock:
            for name in names:
                self._memories.pop(name, None)
                self._touched.discard(name)

    def probe(self, name: str) -> Probe:
        """Return a probe as it is now."""
        memory = self._memories[name]
        hot = _pulse(memory, memory.windows)
        return memory.probe.model_copy(update={field: getattr(hot, field) for field in Pulse.__slots__})

    def settle(self) -> None:
        """Let the next drain hand over everything, also what could wait: the last one of a watch."""
        with self._lock:
            for name, memory in self._memories.items():
                memory.turned = True
                self._touched.add(name)

    def is_failing(self, name: str) -> bool:
        """Whether a probe is down, or failed when it was asked last."""
        memory = self._memories.get(name)
        return memory is not None and (memory.health == "down" or memory.marks.endswith("x"))

    def awaited_since(self, name: str) -> Instant | None:
        """Return since when a probe has been asked what it asks now."""
        memory = self._memories.get(name)
        return memory.probe.awaited_since if memory else None

    def names(self) -> list[str]:
        """Return the names of all probes that are observed."""
        return list(self._memories)

    def take(self, check: Check) -> Turn | None:
        """Fold one check; return whether and how the health turned, or nothing for a forgotten probe."""
        with self._lock:
            memory = self._memories.get(check.probe)
            if memory is None:
                return None
            if changed := memory.identity.note(check):
                check = replace(check, changed=changed)
            if memory.health == "paused":  # asked by hand, or under way when the pause began
                check = replace(check, excluded=True)
                _rest(memory, check.at)
            turn = Turn(memory.health, False, None) if check.excluded else _judge(memory, check)
            latency = check.latency_s
            passed = check.outcome in (Outcome.OK, Outcome.SLOW)
            memory.spark.append(round(latency * 1000) if passed and latency is not None else -1)
            memory.last = check
            _settle(memory, check)
            self._checks.append((memory.probe.number, check))
            self._touched.add(check.probe)
            return turn

    @property
    def pending(self) -> bool:
        """Whether there is something to write."""
        return bool(self._touched)

    def drain(self, now: Instant) -> Batch:
        """Hand over what is to be written; windows are made new every ten seconds, and when the health turned."""
        with self._lock:
            pulses: list[Pulse] = []
            tallies: list[Stored] = []
            self._rest_all(now)
            for name in sorted(self._touched):
                memory = self._memories[name]
                windows = self._windows(memory, now)
                pulses.append(_pulse(memory, windows))
                if windows is not None:  # a rollup costs as much as its check: each other one of a quick probe will do
                    tallies += [(memory.probe.number, *slot) for slot in memory.ledger.drain()]
            batch = Batch(tuple(self._checks), tuple(pulses), tuple(tallies))
            self._checks, self._touched = [], set()
            return batch

    def _windows(self, memory: _Memory, now: Instant) -> dict[str, Window] | None:
        """Return the windows, or nothing while the last ones are young enough."""
        made = memory.windows_at
        if made and not memory.turned and 0 <= elapsed(made, now).seconds < WINDOWS_S:
            return None
        lasted = elapsed(self._phase_start, now).seconds if self._phase_start else 0.0
        memory.windows = memory.ledger.windows(int(now.utc.timestamp()), lasted)
        memory.windows_at, memory.turned = now, False
        return memory.windows

    def _rest_all(self, now: Instant) -> None:
        """Keep the time of paused probes as excluded, each minute."""
        for name, memory in self._memories.items():
            if memory.health == "paused" and memory.settled and elapsed(memory.settled, now).seconds >= PAUSE_S:
                _rest(memory, now)
                self._touched.add(name)

    def trim(self, now: Instant) -> None:
        """Forget rollups that no window reaches any more."""
        with self._lock:
            second = int(now.utc.timestamp())
            for ledger in self._ledgers.values():
                ledger.trim(second)


def _judge(memory: _Memory, check: Check) -> Turn:
    """Let a check turn the health, or not; one in maintenance never does."""
    memory.marks = (memory.marks + MARKS[check.outcome])[-KEPT_MARKS:]
    memory.times.append(check.at)
    turn = judge(memory.health, memory.marks, memory.times, memory.down, memory.up)
    memory.health = turn.health
    memory.since = turn.onset or memory.since or check.at
    memory.passes = memory.passes + 1 if check.outcome in (Outcome.OK, Outcome.SLOW) else 0
    memory.turned = memory.turned or turn.turned
    return turn


def _settle(memory: _Memory, check: Check) -> None:
    """Account for the time since the last check."""
    since = None if memory.settled is None else _gap_us(memory.settled, check.at)
    speaks = spoken_us(since, round(memory.probe.every_s * US))
    memory.ledger.add(check, utc_us(check.at.utc), speaks)
    _settled_to(memory, check.at)


def _settled_to(memory: _Memory, at: Instant) -> None:
    """Account for the time up to then; a check that began before a pause did and ended in it takes nothing back."""
    settled = memory.settled
    if settled is None or settled.boot_id != at.boot_id or settled.boot_us < at.boot_us:
        memory.settled = at


def _rest(memory: _Memory, now: Instant) -> None:
    """Keep the time of a pause until now as excluded."""
    if memory.settled is not None:
        memory.ledger.exclude(utc_us(now.utc), max(0, _gap_us(memory.settled, now)))
    _settled_to(memory, now)


def _gap_us(since: Instant, now: Instant) -> int:
    if since.boot_id == now.boot_id:
        return now.boot_us - since.boot_us
    return round(elapsed(since, now).seconds * US)


def utc_us(at: datetime) -> int:
    """Return microseconds since 1970."""
    return round(at.timestamp() * US)


def _pulse(memory: _Memory, windows: dict[str, Window] | None) -> Pulse:
    last, probe = memory.last, memory.probe
    latency = None if last is None or last.latency_s is None else round(last.latency_s * 1000, 1)
    return Pulse(
        probe.number, probe.name, probe.critical, memory.health, memory.since, memory.marks, tuple(memory.spark),
        last.at if last else None, latency, last.failure if last else None, last.detail if last else "",
        memory.passes, memory.settled, windows,
    )  # fmt: skip
