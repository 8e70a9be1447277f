"""What metrics measured: samples in columns, read over windows."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import accumulate, islice, pairwise
from math import isnan, nan
from operator import lt, mul
from typing import Any, NamedTuple

from gonogo.rules import catalogue, words
from gonogo.rules.facts import Body, written
from gonogo.rules.metric_config import FACTORS, Kind, MetricConfig
from gonogo.rules.numbers import number
from gonogo.rules.text import line
from gonogo.rules.window import GAP

FRESH_INTERVALS = 3
"""After how many intervals without an answer a reading is stale."""
BEST_RATING = 5
WEEK = timedelta(days=7)
_GROWS: tuple[Kind, ...] = ("counter", "count")


class Sample(NamedTuple):
    """One answer of a source: a value (a rating may have none yet), or why there is none."""

    at_ms: int
    value: float | None = None
    of: int | None = None
    """How many things a rating is the mean of."""
    error: str = ""
    anew: bool = False
    """No answer, but a mark: from here on something else is asked, and nothing leads over from what was before."""
    moved: float | None = None
    """With the rest, what became of the samples of an hour, and of the time before each: this one stands for all."""
    resets: int = 0
    seen_ms: int = 0
    area: float = 0.0
    """Value times milliseconds, for means over time."""


class Unfit(ValueError):
    """An answer that is no value of such a metric; the sentence says why."""


def value_of(found: Any, metric: MetricConfig) -> float | None:
    """Turn what stands in an answer into a value in our own unit; nothing is a rating of nobody. Unfit says why not."""
    what = metric.pick or "the answer"
    plain = found.plain if isinstance(found, Body) else found
    if plain is None and metric.kind == "rating":
        return None
    amount = number(plain)
    if amount is None:
        saw = "nothing" if plain is None else line(written(plain) or "something too deep to show", 40)
        kind = f"“{saw}”" if isinstance(plain, str) else saw
        raise Unfit(f"{what} is {kind}, and a number is wanted")
    value = float(amount) * FACTORS[metric.unit]
    if metric.kind in _GROWS and value < 0:
        raise Unfit(f"{what} is {amount:g}, and a {metric.kind} is never below 0")
    if metric.kind == "rating" and not 1 <= value <= BEST_RATING:
        raise Unfit(f"{what} is {amount:g}, and a rating is from 1 to {BEST_RATING}")
    return value


class Columns(NamedTuple):
    """Plain answers, one after the other: when each came, its value, and of how many it speaks."""

    at_ms: array[int]
    value: array[float]
    """Not a number where there is none."""
    of: array[int]
    """-1 where it does not say."""


class Series:
    """The samples of one metric by their instants, in columns, with sums that make any window a matter of two places.

    `moved` adds up what a counter rose by (a fall means that it began again at 0), and what a count was corrected by.
    """

    def __init__(self, kind: Kind, every_s: float, samples: Iterable[Sample] = ()) -> None:
        self._kind, self._gap_ms = kind, int(GAP * every_s * 1000)
        self._at, self._value, self._of = Columns(array("q"), array("d"), array("q"))
        self._folded: dict[int, Sample] = {}
        """Those that stand for an hour, by their instants."""
        self._moved, self._area = array("d"), array("d")
        self._seen, self._resets = array("q"), array("q")
        """Of the resets it is when each was seen."""
        self._anew = array("q")
        self._trouble: Sample | None = None
        self.put(*samples)

    def put(self, *samples: Sample) -> None:
        """Take over samples: one that came before counts once, and one that comes late takes its own place."""
        first = len(self._at)
        for sample in samples:
            if sample.error:
                if self._trouble is None or sample.at_ms > self._trouble.at_ms:
                    self._trouble = sample
            elif sample.anew:
                self._anew.insert(bisect_left(self._anew, sample.at_ms), sample.at_ms)
                first = min(first, bisect_left(self._at, sample.at_ms))
            else:
                first = min(first, self._take(sample))
        self._add_up(first)

    def _take(self, sample: Sample) -> int:
        """Take one answer in, unless it is there; return from which place on the sums are otherwise."""
        place = bisect_left(self._at, sample.at_ms)
        if place < len(self._at) and self._at[place] == sample.at_ms:
            return len(self._at)
        self._at.insert(place, sample.at_ms)
        self._value.insert(place, nan if sample.value is None else sample.value)
        self._of.insert(place, -1 if sample.of is None else sample.of)
        if sample.moved is not None:
            self._folded[sample.at_ms] = sample
        return place

    def load(self, plain: Columns) -> None:
        """Take over many plain answers at once: one by one, a week of them would take four times as long."""
        first = len(self._at)
        self._at.extend(plain.at_ms)
        self._value.extend(plain.value)
        self._of.extend(plain.of)
        if not all(map(lt, self._at, self._at[1:])):
            first, places = 0, {at: place for place, at in reversed(list(enumerate(self._at)))}
            order = [places[at] for at in sorted(places)]
            self._at, self._of = (array("q", map(one.__getitem__, order)) for one in (self._at, self._of))
            self._value = array("d", map(self._value.__getitem__, order))
        self._add_up(first)

    def __len__(self) -> int:
        return len(self._at)

    def sample(self, place: int) -> Sample:
        """Return the sample at a place."""
        at, value, of = self._at[place], self._value[place], self._of[place]
        return self._folded.get(at) or Sample(at, None if isnan(value) else value, None if of < 0 else of)

    def _add_up(self, first: int) -> None:
        """Make the sums from a place on; at the end, where nearly all samples go, that is one step."""
        if first == len(self._at):
            return
        del self._resets[bisect_left(self._resets, self._at[first]) :]
        moved, seen, area, resets = self._steps(first)
        before = (self._moved[first - 1], self._seen[first - 1], self._area[first - 1]) if first else (0.0, 0, 0.0)
        self._moved[first:] = array("d", islice(accumulate(moved, initial=before[0]), 1, None))
        self._seen[first:] = array("q", islice(accumulate(seen, initial=before[1]), 1, None))
        self._area[first:] = array("d", islice(accumulate(area, initial=before[2]), 1, None))
        self._resets.extend(self._at[first + step] for step in sorted(resets) for _ in range(resets[step]))

    def _steps(self, first: int) -> tuple[list[float], list[int], list[float], dict[int, int]]:
        """Return what each sample from a place on adds to the sums, and at which of these steps there are resets."""
        start = max(0, first - 1)
        value = [0.0 if isnan(one) else one for one in self._value[start:]]
        seen = [min(after - before, self._gap_ms) for before, after in pairwise(self._at[start:])]
        area = list(map(mul, value, seen))
        moved = [after - before for before, after in pairwise(value)]
        if first == 0:
            seen, area, moved = [0, *seen], [0.0, *area], [0.0, *moved]
        resets: dict[int, int] = {}
        if self._kind == "counter":
            resets = {step: 1 for step, by in enumerate(moved) if by < 0}
            for step in resets:
                moved[step] = self._value[first + step]
        for mark in self._anew[bisect_right(self._anew, self._at[start]) :]:  # nothing leads over
            step = bisect_left(self._at, mark) - first
            if 0 <= step < len(moved):
                moved[step], seen[step], area[step] = 0.0, 0, 0.0
                resets.pop(step, None)
        for at_ms in self._folded.keys() & set(self._at[first:]) if self._folded else ():
            step, one = bisect_left(self._at, at_ms) - first, self._folded[at_ms]
            moved[step], seen[step], area[step] = one.moved or 0.0, one.seen_ms, one.area
            resets[step] = one.resets
        return moved, seen, area, resets

    def fold(self, first_ms: int, stop_ms: int) -> Sample | None:
        """Return one sample in place of those from an instant up to another; nothing when there are none."""
        first, stop = bisect_left(self._at, first_ms), bisect_left(self._at, stop_ms)
        if first == stop:
            return None
        last, before = stop - 1, first - 1
        resets = bisect_left(self._resets, stop_ms) - bisect_left(self._resets, first_ms)
        moved, seen, area = self._moved[last], self._seen[last], self._area[last]
        if first:
            moved, seen, area = moved - self._moved[before], seen - self._seen[before], area - self._area[before]
        return self.sample(last)._replace(moved=moved, resets=resets, seen_ms=seen, area=area)

    def over(self, start: datetime, end: datetime) -> Span:
        """Look at a window."""
        return Span(self, _ms(start), _ms(end))


class Span:
    """A window of a series: its first and last sample in it, and what lies between."""

    def __init__(self, series: Series, start_ms: int, end_ms: int) -> None:
        self._series, self._start_ms, self._end_ms = series, start_ms, end_ms
        self._first = bisect_left(series._at, start_ms)
        self._stop = bisect_right(series._at, end_ms)

    @property
    def count(self) -> int:
        """How many samples lie in it."""
        return max(0, self._stop - self._first)

    @property
    def newest(self) -> Sample | None:
        """The newest sample at its end, be it in it or before it."""
        return self._series.sample(self._stop - 1) if self._stop else None

    @property
    def trouble(self) -> str:
        """Why the source gave no answer after its newest one, if it did not."""
        trouble, newest = self._series._trouble, self.newest
        if trouble is None or trouble.at_ms > self._end_ms or (newest and newest.at_ms >= trouble.at_ms):
            return ""
        return trouble.error

    @property
    def moved(self) -> float | None:
        """What was counted in it; a counter's rise to its first sample lies before it, a count is known from before."""
        if not self.count:
            return None
        series, base = self._series, self._first
        if series._kind == "count" and series._at[base] > self._start_ms:
            base = max(0, base - 1)
        return max(0.0, series._moved[self._stop - 1] - series._moved[base])

    @property
    def seen_ms(self) -> int:
        """How much of it the samples speak for."""
        if not self.count:
            return 0
        series, first = self._series, self._first
        own = series._seen[first] - (series._seen[first - 1] if first else 0)
        return series._seen[self._stop - 1] - series._seen[first] + min(own, series._at[first] - self._start_ms)

    @property
    def mean(self) -> float | None:
        """The mean over time: each value stands until the next; unobserved time counts neither way."""
        if not self.count:
            return None
        last, series = self._stop - 1, self._series
        seen = series._seen[last] - series._seen[self._first]
        return (series._area[last] - series._area[self._first]) / seen if seen else series.sample(last).value

    def resets(self) -> Sequence[int]:
        """When the counter began again in it, oldest first."""
        if not self.count:
            return ()
        sums = self._series._resets
        return sums[bisect_right(sums, self._series._at[self._first]) : bisect_right(sums, self._end_ms)]

    def doubles(self, logged: Sequence[datetime]) -> int:
        """Count what was logged between two samples between which the counter rose by as many: it may be the same."""
        found: dict[int, int] = {}
        for at in logged:
            place = bisect_left(self._series._at, _ms(at))
            if self._first < place < self._stop:
                found[place] = found.get(place, 0) + 1
        moved = self._series._moved
        return sum(min(many, max(0, int(moved[place] - moved[place - 1]))) for place, many in found.items())


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


# A reading of a metric ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meter:
    """A metric of the config, with its samples."""

    name: str
    kind: Kind
    source: str
    """Where it is asked, as people read it: `shop.example/stats.json`."""
    every_s: float
    adds: bool
    series: Series

    @property
    def nature(self) -> catalogue.Nature:
        """What the reading is: one of ours stays what it was, another is what its kind makes it."""
        fresh: dict[Kind, catalogue.Nature] = {"counter": "count", "count": "count", "rating": "rating"}
        return catalogue.NATURES.get(self.name) or fresh.get(self.kind, "gauge")


Meters = Mapping[str, Meter]
"""The metrics of the config, by the reading that each gives."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a metric says over a window."""

    value: float | None
    samples: int
    source: str
    at: datetime | None
    exposure_s: float
    coverage: float
    detail: str
    error: str


def measure(meter: Meter, start: datetime, now: datetime, *, newest: bool, zone: tzinfo) -> Measured:
    """Read a metric over a window; `newest` wants a gauge as it stands now, and not its mean."""
    start = max(start, now - WEEK) if meter.nature == "tally" else start
    span = meter.series.over(start, now)
    value, samples, detail = _said(meter, span, start, now, newest)
    at = datetime.fromtimestamp(span.newest.at_ms / 1000, UTC) if span.newest else None
    seen_s, whole_s = span.seen_ms / 1000, (now - start).total_seconds()
    if meter.kind == "counter" and (resets := span.resets()):
        last = f"{datetime.fromtimestamp(resets[-1] / 1000, zone):%a %H:%M}"
        said = f"reset at {last}" if len(resets) == 1 else f"{len(resets)} resets, the last at {last}"
        detail = ", ".join(filter(None, (detail, said)))
    error = span.trouble
    if error and at is not None:
        error += f"; its last answer is {words.ago(now - at)} old"
    coverage = min(1.0, seen_s / whole_s) if whole_s > 0 else 0.0
    return Measured(value, samples, meter.source, at, seen_s, coverage, detail, error)


def _said(meter: Meter, span: Span, start: datetime, now: datetime, newest: bool) -> tuple[float | None, int, str]:
    """Return the value of a window, how many things it speaks of, and what is to be said beside it."""
    last = span.newest
    if meter.kind in _GROWS:
        moved = span.moved
        many = int(moved or 0)
        if meter.nature == "growth":
            return _grown(meter, now)
        if meter.nature == "rate":
            days = max((now - start) / timedelta(days=1), 1e-9)
            return (None if moved is None else moved / days), many, words.within(many, days * 86_400)
        return moved, many, ""
    if last is None:
        return None, 0, ""
    if meter.kind == "rating":
        return last.value, (1 if last.value is not None else 0) if last.of is None else last.of, ""
    return (last.value if newest else span.mean), span.count, ""


def rose(meter: Meter, start: datetime, end: datetime) -> float | None:
    """Return how much was counted between two instants; nothing where nothing was asked."""
    return meter.series.over(start, end).moved


def _grown(meter: Meter, now: datetime) -> tuple[float | None, int, str]:
    spans = (meter.series.over(now - WEEK, now), meter.series.over(now - 2 * WEEK, now - WEEK))
    this, before = (int(span.moved or 0) for span in spans)
    return (this / before if before else None), this + before, f"{this} this week, {before} the week before"


def with_logged(
    found: Measured, meter: Meter, logged: Sequence[datetime], piped: int, start: datetime, now: datetime
) -> Measured:
    """Add what was logged beside a counter, how much of it by hand, and how much may have been counted twice."""
    many, twice = len(logged), meter.series.over(start, now).doubles(logged)
    if not many or found.value is None:
        return replace(found, source=f"{found.source} and log")
    total = found.value + many
    ways = [f"{number} {how}" for number, how in ((piped, "piped"), (many - piped, "by hand")) if number]
    detail = f"{total:.15g} = {' + '.join([f'{found.value:.15g} site', *ways])}"
    if twice:
        how = "logged" if len(ways) > 1 else "piped" if piped else "by hand"
        detail += f"; {twice} {how} may be among the {found.value:.15g}"
    return replace(
        found, value=total, samples=found.samples + many, source=f"{found.source} and log",
        detail=", ".join(filter(None, (detail, found.detail))),
    )  # fmt: skip
