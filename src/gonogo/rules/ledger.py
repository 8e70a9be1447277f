"""One probe's time: spread over slots, kept, and read as windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gonogo.rules.probe import Check, Outcome
from gonogo.rules.uptime import US, Tally, merge_packed
from gonogo.rules.window import DAY_S, HOUR_S, SIZES, WINDOWS, Range, Window, begin_of, end_of_day, ranges, say, up_to

Slots = Mapping[str, Mapping[int, bytes]]
"""The stored slots of one probe: by their size (`m`, `h`, `d`), then by their start in seconds UTC."""
_SIZES = tuple(SIZES.items())


class Ledger:
    """Keeps the open slots as tallies and the closed ones packed: those are many, and few are looked at again."""

    def __init__(self, slots: Slots, phase_s: int | None = None, before: Window | None = None) -> None:
        self._closed: dict[str, dict[int, bytes]] = {span: {} for span in SIZES}
        self._open: dict[str, tuple[int, Tally]] = {}
        self._dirty: set[tuple[str, int]] = set()
        self._sums: dict[str, tuple[tuple[int, int, int], list[Range], Tally]] = {}
        self._turns = 0
        self.begin_phase(phase_s, before, slots)

    def begin_phase(self, phase_s: int | None, before: Window | None, slots: Slots) -> None:
        """Take over where the active phase begins, what was before it, and slots that are not yet here."""
        self._phase_s, self._before = phase_s, before
        for span, stored in slots.items():
            self._closed[span] = {**stored, **self._closed[span]}
            if span in self._open:
                self._closed[span].pop(self._open[span][0], None)
        self._turns += 1

    # Writing -----------------------------------------------------------------------------------

    def add(self, check: Check, at_us: int, speaks_us: int) -> None:
        """Count a check in the slots of its instant, and spread the time for which it speaks over those before."""
        up = check.outcome in (Outcome.OK, Outcome.SLOW)
        second = at_us // US
        for span, size in _SIZES:
            tally = self._slot(span, self._begin(span, second, size))
            if speaks_us and (check.excluded or check.outcome is not Outcome.UNKNOWN):
                inside = min(speaks_us, at_us - self._open[span][0] * US)
                if inside < speaks_us:
                    self._spread(span, at_us - speaks_us, at_us - inside, up, check.excluded)
                    tally = self._slot(span, self._begin(span, second, size))
                _speak(tally, inside, up, check.excluded)
            tally.missed += check.missed
            if not check.excluded:
                tally.count(check.outcome, check.latency_s)

    def exclude(self, until_us: int, paused_us: int) -> None:
        """Keep time in which nobody was to ask: it counts neither way."""
        for span in SIZES:
            self._spread(span, until_us - paused_us, until_us, False, True)

    def _spread(self, span: str, from_us: int, until_us: int, up: bool, excluded: bool) -> None:
        size, at = SIZES[span], from_us
        while at < until_us:
            start = self._begin(span, at // US, size)
            stop = min(until_us, self._end(span, start, size) * US)
            _speak(self._slot(span, start), stop - at, up, excluded)
            at = stop

    def _begin(self, span: str, second: int, size: int) -> int:
        start = second - second % size
        phase = self._phase_s
        return phase if span == "m" and phase is not None and start < phase <= second else start

    def _end(self, span: str, start: int, size: int) -> int:
        end = start - start % size + size
        phase = self._phase_s
        return phase if span == "m" and phase is not None and start < phase < end else end

    def _slot(self, span: str, start: int) -> Tally:
        found = self._open.get(span)
        if found is None or found[0] != start:
            if found:
                self._closed[span][found[0]] = found[1].pack()
            packed = self._closed[span].pop(start, None)
            found = self._open[span] = (start, Tally.unpack(packed) if packed else Tally())
            self._turns += 1
        self._dirty.add((span, start))
        return found[1]

    def drain(self) -> list[tuple[str, int, bytes]]:
        """Hand over the slots that changed since the last time."""
        found = []
        for span, start in self._dirty:
            at, tally = self._open[span]
            found.append((span, start, tally.pack() if at == start else self._closed[span][start]))
        self._dirty.clear()
        return found

    # Reading -----------------------------------------------------------------------------------

    def windows(self, now_s: int, phase_span_s: float) -> dict[str, Window]:
        """Return all windows of a moment; `phase_span_s` is how long the phase has lasted."""
        found = {}
        for name in WINDOWS:
            start = begin_of(name, now_s)
            found[name] = say(self._sum(name, start, now_s), max(1, now_s - start))
        if self._phase_s is not None:
            found["phase"] = say(self._sum("phase", self._phase_s, now_s), max(1.0, phase_span_s))
        if self._before is not None:
            found["before"] = self._before
        return found

    def _sum(self, name: str, start_s: int, now_s: int) -> Tally:
        """Add up a window; the sum of its closed slots stands until a slot closes or the window moves on."""
        key = (start_s, end_of_day(now_s), self._turns)
        known = self._sums.get(name)
        if known is None or known[0] != key:
            parts = ranges(*key[:2])
            known = self._sums[name] = (key, parts, self._sum_closed(parts))
        total = Tally()
        total.add(known[2])
        for span, first, stop in known[1]:
            at, tally = self._open.get(span, (stop, total))
            if first <= at < stop:
                total.add(tally)
        return total

    def _sum_closed(self, parts: Iterable[Range]) -> Tally:
        found: list[bytes] = []
        for span, first, stop in parts:
            slots = self._closed[span]
            if span == "m":  # these may be cut by a phase
                found += [packed for start, packed in slots.items() if first <= start < stop]
            else:
                found += [slots[start] for start in range(first, stop, SIZES[span]) if start in slots]
        return merge_packed(found)

    def trim(self, now_s: int) -> None:
        """Forget slots that no window reaches any more."""
        phase = now_s if self._phase_s is None else self._phase_s
        hour, day = up_to(phase, HOUR_S), up_to(phase, DAY_S)
        kept = {
            "m": (now_s - 2 * HOUR_S, phase, hour),
            "h": (now_s - 8 * DAY_S, hour, day),
            "d": (min(now_s - 31 * DAY_S, phase), 0, 0),
        }
        for span, (oldest, first, stop) in kept.items():
            slots = self._closed[span]
            self._closed[span] = {
                at: one for at, one in slots.items() if at >= oldest or first <= at < stop or (span, at) in self._dirty
            }
        self._turns += 1


def _speak(tally: Tally, time_us: int, up: bool, excluded: bool) -> None:
    if excluded:
        tally.excluded_us += time_us
        return
    tally.seen_us += time_us
    if up:
        tally.up_us += time_us
