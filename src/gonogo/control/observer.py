"""The watch's memory of its probes: folds checks into health, windows and rollups."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.health import MARKS, MofN, Turn, judge
from gonogo.rules.probe import Check, Outcome, Probe
from gonogo.rules.probe_config import ProbeBase
from gonogo.rules.uptime import DAY_S, HOUR_S, WINDOWS, Tally, merge, spoken, window

KEPT_MARKS, SPARK = 20, 60
Slot = tuple[int, str, int]
SIZES = {"m": 300, "h": HOUR_S, "d": DAY_S}
"""The rollups and their sizes: the shortest window is kept in steps of five minutes."""
_CONFIGURED = ("name", "kind", "target", "environment", "every_s", "down_after", "critical", "counts", "gone")
_HOURLY_UP_TO = 8 * DAY_S


@dataclass(slots=True)
class _Memory:
    probe: Probe
    down: MofN
    up: MofN
    times: deque[Instant]
    last: Instant | None = None
    closed: dict[tuple[str, int], Tally] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be written: checks with their probe's number, probes, and rollups whole."""

    checks: tuple[tuple[int, Check], ...]
    probes: tuple[Probe, ...]
    tallies: Mapping[Slot, Tally]


class Observer:
    """Folds checks; `drain` hands over what is to be written and forgets that it was pending."""

    def __init__(self, tallies: Mapping[Slot, Tally], phase_start: Instant | None) -> None:
        self._tallies = dict(tallies)
        self._phase_start = phase_start
        self._memories: dict[str, _Memory] = {}
        self._checks: list[tuple[int, Check]] = []
        self._touched: set[str] = set()
        self._slots: set[Slot] = set()

    def begin_phase(self, start: Instant | None) -> None:
        """Take over the start of the active phase, for its window."""
        self._phase_start = start
        for memory in self._memories.values():
            memory.closed.clear()

    def keep(self, probe: Probe, config: ProbeBase, times: Iterable[Instant]) -> None:
        """Begin or go on to observe a probe; `times` are those of its recent marks, newest last."""
        known = self._memories.get(probe.name)
        if known:
            fresh = {name: getattr(probe, name) for name in _CONFIGURED}
            if "paused" in (probe.health, known.probe.health):
                fresh["health"] = probe.health
            known.probe = known.probe.model_copy(update=fresh)
            known.down, known.up = config.down_after, config.up_after
        else:
            stamps = deque(times, maxlen=KEPT_MARKS)
            probe = probe.model_copy(update={"recent": probe.recent[len(probe.recent) - len(stamps) :]})
            self._memories[probe.name] = _Memory(
                probe, config.down_after, config.up_after, stamps, stamps[-1] if stamps else None
            )
        self._touched.add(probe.name)

    def forget(self, names: Iterable[str]) -> None:
        """Stop observing probes that are gone from the config."""
        for name in names:
            self._memories.pop(name, None)
            self._touched.discard(name)

    def probe(self, name: str) -> Probe:
        """Return a probe as it is now."""
        return self._memories[name].probe

    def is_failing(self, name: str) -> bool:
        """Whether a probe is down, or failed when it was asked last."""
        memory = self._memories.get(name)
        return memory is not None and (memory.probe.health == "down" or memory.probe.recent.endswith("x"))

    def names(self) -> list[str]:
        """Return the names of all probes that are observed."""
        return list(self._memories)

    def take(self, check: Check) -> Turn | None:
        """Fold one check; return whether and how the health turned, or nothing for a forgotten probe."""
        memory = self._memories.get(check.probe)
        if memory is None:
            return None
        before = memory.probe
        marks = (before.recent + MARKS[check.outcome])[-KEPT_MARKS:]
        memory.times.append(check.at)
        turn = judge(before.health, marks, list(memory.times), memory.down, memory.up)
        passed = check.outcome in (Outcome.OK, Outcome.SLOW)
        latency = None if check.latency_s is None else round(check.latency_s * 1000, 1)
        point = round(latency) if passed and latency is not None else -1
        memory.probe = before.model_copy(
            update={
                "recent": marks,
                "health": turn.health,
                "since": turn.onset or before.since or check.at,
                "spark": (*before.spark, point)[-SPARK:],
                "checked_at": check.at,
                "latency_ms": latency,
                "failure": check.failure,
                "detail": check.detail,
                "passes": before.passes + 1 if passed else 0,
            }
        )
        self._tally(memory, check)
        self._checks.append((before.number, check))
        self._touched.add(check.probe)
        return turn

    def _tally(self, memory: _Memory, check: Check) -> None:
        since = elapsed(memory.last, check.at).seconds if memory.last else None
        speaks = spoken(since, memory.probe.every_s)
        memory.last = check.at
        second = int(check.at.utc.timestamp())
        for span, size in SIZES.items():
            slot = (memory.probe.number, span, second - second % size)
            self._tallies.setdefault(slot, Tally()).add(check.outcome, speaks, check.latency_s, check.missed)
            self._slots.add(slot)

    @property
    def pending(self) -> bool:
        """Whether there is something to write."""
        return bool(self._touched)

    def drain(self, now: Instant) -> Batch:
        """Hand over what is to be written, with the windows of each touched probe made new."""
        probes = []
        for name in sorted(self._touched):
            memory = self._memories[name]
            memory.probe = memory.probe.model_copy(update={"windows": self._windows(memory, now)})
            probes.append(memory.probe)
        slots = {slot: self._tallies[slot] for slot in self._slots}
        batch = Batch(tuple(self._checks), tuple(probes), slots)
        self._checks, self._touched, self._slots = [], set(), set()
        return batch

    def _windows(self, memory: _Memory, now: Instant) -> dict[str, dict[str, float | int | None]]:
        second = int(now.utc.timestamp())
        spans = dict(WINDOWS)
        if self._phase_start:
            spans["phase"] = max(1, int(elapsed(self._phase_start, now).seconds))
        return {name: self._window(memory, name, span, second) for name, span in spans.items()}

    def _window(self, memory: _Memory, name: str, span_s: int, second: int) -> dict[str, float | int | None]:
        span = "m" if span_s <= HOUR_S else "h" if span_s <= _HOURLY_UP_TO else "d"
        size = SIZES[span]
        current = second - second % size
        key = (name, current)
        first = min(current, -(-(second - span_s) // size) * size)  # whole steps only, and none that begins before
        if key not in memory.closed:
            memory.closed = {old: tally for old, tally in memory.closed.items() if old[0] != name}
            slots = ((memory.probe.number, span, start) for start in range(first, current, size))
            memory.closed[key] = merge(self._tallies[slot] for slot in slots if slot in self._tallies)
        open_tally = self._tallies.get((memory.probe.number, span, current), Tally())
        total = merge((memory.closed[key], open_tally))
        found = window(total, max(1, second - first))
        return {
            "uptime": found.uptime, "coverage": round(found.coverage, 4), "checks": found.checks,
            "p50_ms": _ms(found.p50_s), "p95_ms": _ms(found.p95_s), "p99_ms": _ms(found.p99_s),
            "error_rate": found.error_rate, "seen_s": round(total.seen_s, 1), "up_s": round(total.up_s, 1),
        }  # fmt: skip

    def trim(self, now: Instant) -> None:
        """Forget rollups that no window reaches any more."""
        second = int(now.utc.timestamp())
        oldest = {"m": second - 2 * HOUR_S, "h": second - 9 * DAY_S, "d": second - 32 * DAY_S}
        self._tallies = {slot: tally for slot, tally in self._tallies.items() if slot[2] >= oldest[slot[1]]}


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
