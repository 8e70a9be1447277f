"""Readings: named numbers with a source, a time and a sample count, computed from evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

from gonogo.rules.catalogue import READINGS, Nature, nearest
from gonogo.rules.incident import Incident
from gonogo.rules.measured import FRESH_INTERVALS, Meter, Meters, measure, with_logged
from gonogo.rules.plan import Severity
from gonogo.rules.probe import Failure, Probe
from gonogo.rules.record import Fact
from gonogo.rules.watched import Watched

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reading:
    """A named number. Shares are 0 to 1, latencies seconds; `exposure_s` is the time that was observed."""

    name: str
    nature: Nature
    value: float | None
    samples: int
    source: str
    at: datetime | None = None
    exposure_s: float = 0.0
    coverage: float | None = None
    detail: str = ""
    error: str = ""
    """Why the source could not be asked, when it could not."""
    max_age_s: float | None = None
    """When it goes stale by itself: three intervals of a source that is polled; nothing for a log."""
    since: datetime | None = None
    """Where its window begins."""
    instants: tuple[datetime, ...] = ()
    """Of a tally: when each happened."""
    levels: tuple[int, ...] = ()
    """Of a rating: how many gave 1, 2, 3, 4 and 5."""


@dataclass(frozen=True)
class Evidence:
    """All that readings are computed from; facts and incidents oldest first."""

    facts: Sequence[Fact]
    probes: Sequence[Probe]
    incidents: Sequence[Incident]
    founded: datetime
    phase_start: datetime | None
    settled: int
    """How many of the phase's required items are settled."""
    required: int
    looks: Sequence[datetime] = ()
    """When somebody looked at the site and logged it."""
    known: Watched | None = None
    """The same probes in columns, where somebody keeps them."""
    meters: Meters = field(default_factory=dict)
    """What is asked for and not logged."""
    zone: tzinfo = UTC
    """The launch's time zone, for what is said of instants."""

    @cached_property
    def watched(self) -> Watched:
        """The probes in columns."""
        return self.known or Watched(self.probes)


@dataclass(frozen=True, slots=True)
class _Span:
    start: datetime
    end: datetime
    facts: tuple[Fact, ...]
    observed_s: float

    def of(self, kind: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.kind == kind]

    @property
    def days(self) -> float:
        return max((self.end - self.start) / DAY, 1e-9)


def read(name: str, over: float | str | None, evidence: Evidence, now: datetime) -> Reading:
    """Compute a reading over a window: seconds, `phase` (also None) or `launch`."""
    if (meter := evidence.meters.get(name)) is not None:
        return _metered(meter, over, evidence, now)
    if name not in NAMES:
        near = nearest(name, evidence.meters)
        why = f"gonogo.toml has no [[metric]] named {name}" + (f"; is {near} meant?" if near else "")
        return Reading(name, "gauge", None, 0, "", error=why)
    if name in _BY_PROBE:
        return _probes(name, over, evidence, now)
    if name == "checklist.share":
        share = evidence.settled / evidence.required if evidence.required else None
        return Reading(
            name,
            "progress",
            share,
            evidence.required,
            "checklist",
            now,
            detail=f"{evidence.settled} of {evidence.required}",
        )
    span = _span(over, evidence, now)
    if name == "criticals.per_week":
        return _criticals(name, evidence, span)
    return replace(_FROM_FACTS[name](name, evidence, span), since=span.start)


def _metered(meter: Meter, over: float | str | None, evidence: Evidence, now: datetime) -> Reading:
    """Read what a metric measured; what is logged counts beside it only where the config says so."""
    span = _span(over, evidence, now)
    found = measure(meter, span.start, now, newest=over is None, zone=evidence.zone)
    if meter.adds:
        found = with_logged(found, meter, _logged(meter.name, span), span.start, now)
    return Reading(
        meter.name, meter.nature, found.value, found.samples, found.source, found.at, found.exposure_s,
        found.coverage, found.detail, found.error, meter.every_s * FRESH_INTERVALS,
    )  # fmt: skip


def _logged(name: str, span: _Span) -> list[datetime]:
    """Return when the things that a reading counts were logged to have been."""
    if name == "feedback.count":
        return [fact.at.utc for fact in span.of("feedback")]
    wanted = name == "orders.successful"
    return [fact.at.utc for fact in span.of("order") if bool(fact.data.get("ok", True)) is wanted]


def _span(over: float | str | None, evidence: Evidence, now: datetime) -> _Span:
    phase = evidence.phase_start or evidence.founded
    start = evidence.founded if over == "launch" else phase
    if isinstance(over, float):
        start = max(phase, now - timedelta(seconds=over))
    facts = tuple(fact for fact in evidence.facts if start <= fact.at.utc <= now)
    return _Span(start, now, facts, _observed(evidence, start, now))


def _observed(evidence: Evidence, start: datetime, now: datetime, label: str = "phase") -> float:
    """Return how much of a span somebody watched: the watch's coverage, or a day for each logged look."""
    whole = (now - start).total_seconds()
    looks = len({at.date() for at in evidence.looks if at >= start})
    return min(whole, max(evidence.watched.seen_s(label), looks * DAY.total_seconds()))


def _newest(facts: Sequence[Fact]) -> datetime | None:
    return facts[-1].at.utc if facts else None


def _orders(name: str, evidence: Evidence, span: _Span) -> Reading:
    orders = span.of("order")
    good = [fact for fact in orders if fact.data.get("ok", True)]
    kept = {
        "orders.successful": good,
        "orders.failed": [fact for fact in orders if not fact.data.get("ok", True)],
        "orders.clean": [fact for fact in good if not fact.incident and not fact.data.get("bug")],
    }[name]
    nature: Nature = "open_count" if name == "orders.failed" else "count"
    return Reading(name, nature, len(kept), len(orders), "log", _newest(orders), span.observed_s)


def _success(name: str, evidence: Evidence, span: _Span) -> Reading:
    """The share of orders that came in clean: successful, and linked to no bug or incident."""
    orders = span.of("order")
    clean = _orders("orders.clean", evidence, span).value or 0
    value = clean / len(orders) if orders else None
    detail = f"{clean:.0f} of {len(orders)}"
    return Reading(name, "proportion", value, len(orders), "log", _newest(orders), span.observed_s, detail=detail)


def _customers(name: str, evidence: Evidence, span: _Span) -> Reading:
    good = [fact for fact in span.of("order") if fact.data.get("ok", True) and fact.data.get("customer")]
    return Reading(name, "count", len({fact.data["customer"] for fact in good}), len(good), "log", _newest(good))


def _growth(name: str, evidence: Evidence, span: _Span) -> Reading:
    good = [fact.at.utc for fact in evidence.facts if fact.kind == "order" and fact.data.get("ok", True)]
    now = sum(1 for at in good if span.end - WEEK < at <= span.end)
    before = sum(1 for at in good if span.end - 2 * WEEK < at <= span.end - WEEK)
    value = now / before if before else None
    return Reading(
        name,
        "growth",
        value,
        now + before,
        "log",
        good[-1] if good else None,
        detail=f"{now} this week, {before} the week before",
    )


def _feedback(name: str, evidence: Evidence, span: _Span) -> Reading:
    ratings = [float(str(fact.data["rating"])) for fact in span.of("feedback")]
    count, at = len(ratings), _newest(span.of("feedback"))
    if name == "feedback.mean":
        levels = tuple(sum(1 for one in ratings if one == level) for level in range(1, 6))
        return Reading(name, "rating", sum(ratings) / count if count else None, count, "log", at, levels=levels)
    if name == "feedback.one_star":
        return Reading(name, "open_count", sum(1 for one in ratings if one <= 1), count, "log", at, span.observed_s)
    return Reading(name, "count", count, count, "log", at)


_GRADES = {
    "bugs.open": tuple(Severity),
    "bugs.major": (Severity.CRITICAL, Severity.HIGH),
    "bugs.critical": (Severity.CRITICAL,),
}


def _bugs(name: str, evidence: Evidence, span: _Span) -> Reading:
    bugs = span.of("bug")
    if name == "bugs.per_day":
        return Reading(
            name,
            "rate",
            len(bugs) / span.days,
            len(bugs),
            "log",
            _newest(bugs),
            span.observed_s,
            detail=f"{len(bugs)} in {span.days:.1f} days",
        )
    kept = [fact for fact in bugs if fact.data.get("severity") in _GRADES[name]]
    return Reading(name, "open_count", len(kept), len(bugs), "log", _newest(bugs), span.observed_s)


def _questions(name: str, evidence: Evidence, span: _Span) -> Reading:
    asked = span.of("question")
    return Reading(
        name,
        "rate",
        len(asked) / span.days,
        len(asked),
        "log",
        _newest(asked),
        span.observed_s,
        detail=f"{len(asked)} in {span.days:.1f} days",
    )


def _criticals(name: str, evidence: Evidence, span: _Span) -> Reading:
    start = max(span.start, span.end - WEEK)
    observed_s = _observed(evidence, start, span.end, "7d" if start > span.start else "phase")
    bugs = [fact for fact in span.of("bug") if fact.data.get("severity") == Severity.CRITICAL and fact.at.utc >= start]
    broke = [
        one
        for one in evidence.incidents
        if one.severity is Severity.CRITICAL
        and not one.drill
        and one.state != "suspected"
        and one.outcome in (None, "fixed")
        and start <= one.detected_at.utc <= span.end
    ]
    count = len(bugs) + len(broke)
    return Reading(
        name,
        "tally",
        float(count),
        count,
        "log and incidents",
        None,
        observed_s,
        detail=f"{count} in the last 7 days",
        instants=(*(fact.at.utc for fact in bugs), *(one.detected_at.utc for one in broke)),
    )


_FROM_FACTS: Mapping[str, Callable[[str, Evidence, _Span], Reading]] = {
    **dict.fromkeys(("orders.successful", "orders.failed", "orders.clean"), _orders),
    "orders.success": _success,
    "orders.customers": _customers,
    "orders.growth": _growth,
    **dict.fromkeys(("feedback.mean", "feedback.one_star", "feedback.count"), _feedback),
    **dict.fromkeys(("bugs.open", "bugs.critical", "bugs.major", "bugs.per_day"), _bugs),
    "questions.per_day": _questions,
}
_BY_PROBE = ("uptime", "p95", "error_rate")
NAMES = READINGS
_WINDOW_OF = {3600.0: "1h", 86_400.0: "24h", 604_800.0: "7d", 2_592_000.0: "30d"}


def _probes(name: str, over: float | str | None, evidence: Evidence, now: datetime) -> Reading:
    """Take the worst of the critical probes that are asked in this phase (of all, when none is critical).

    A window ends at the phase's start, so a phase younger than it is read whole; a window
    that nobody keeps is never answered from another.
    """
    nature: Nature = "gauge" if name == "p95" else "share"
    begun = evidence.phase_start
    young = isinstance(over, float) and begun is not None and (now - begun).total_seconds() < over
    label = _WINDOW_OF.get(over, "") if isinstance(over, float) else "" if over == "launch" else "phase"
    label = "phase" if young else label
    field = {"uptime": "uptime", "p95": "p95_ms", "error_rate": "error_rate"}[name]
    probe = evidence.watched.worst(label, field, low=name == "uptime")
    if probe is None:  # one that nobody could ask is not passed over
        broken = evidence.watched.broken(Failure.INTERNAL)
        error = f"{broken.name}: {broken.detail}" if broken else ""
        return Reading(name, nature, None, 0, "probes", None, error=error)
    one = probe.windows[label]
    value = float(one[field] or 0) / (1000 if name == "p95" else 1)
    at = probe.checked_at.utc if probe.checked_at else None
    return Reading(
        name, nature, value, int(one.get("checks") or 0), probe.name, at, float(one.get("seen_s") or 0),
        float(one.get("coverage") or 0), f"{label}, {probe.name}",
    )  # fmt: skip
