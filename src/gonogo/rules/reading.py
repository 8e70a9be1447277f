"""Readings: named numbers with a source, a time and a sample count, computed from evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

from gonogo.rules import words
from gonogo.rules.catalogue import READINGS, Nature, nearest
from gonogo.rules.drill import Drill
from gonogo.rules.incident import Incident
from gonogo.rules.lists import Lists
from gonogo.rules.logbook import (
    ALL_BUGS,
    CLEAN,
    FAILED,
    FEEDBACK,
    ORDERS,
    QUESTION,
    SUCCESSFUL,
    VISIT,
    Logbook,
    bugs_of,
)
from gonogo.rules.logged import PIPED
from gonogo.rules.measured import FRESH_INTERVALS, Meter, Meters, measure, with_logged
from gonogo.rules.plan import Severity
from gonogo.rules.probe import Failure, Probe
from gonogo.rules.watched import Watched

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
_MOMENT = timedelta(microseconds=1)


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
    since: datetime | None = field(default=None, compare=False)
    """Where its window begins."""
    instants: tuple[datetime, ...] = ()
    """Of a tally: when each happened."""
    levels: tuple[int, ...] = ()
    """Of a rating: how many gave 1, 2, 3, 4 and 5."""
    unsettled: int = 0
    """Of a tally: how many are still open, which do not pass with time."""


@dataclass(frozen=True)
class Evidence:
    """All that readings are computed from; incidents oldest first."""

    log: Logbook
    lists: Lists
    probes: Sequence[Probe]
    incidents: Sequence[Incident]
    founded: datetime
    phase_start: datetime | None
    settled: int
    """How many of the phase's required items are settled."""
    required: int
    drills: Sequence[Drill] = ()
    """The drills, oldest first."""
    looks: Sequence[datetime] = ()
    """When somebody looked at the site and logged it."""
    known: Watched | None = None
    """The same probes in columns, where somebody keeps them."""
    meters: Meters = field(default_factory=dict)
    """What is asked for and not logged."""
    zone: tzinfo = UTC
    """The launch's time zone, for what is said of instants."""
    found: dict[tuple[str, float | str | None], tuple[datetime, Reading]] = field(default_factory=dict)
    """What was read already: many criteria may ask the same."""
    spans: dict[float | str | None, _Span] = field(default_factory=dict)
    """The windows that were read: what was observed of one is the same for all that is read over it."""

    @cached_property
    def watched(self) -> Watched:
        """The probes in columns."""
        return self.known or Watched(self.probes)


@dataclass(frozen=True)
class _Span:
    """A window of the evidence."""

    evidence: Evidence
    start: datetime
    end: datetime

    @property
    def log(self) -> Logbook:
        return self.evidence.log

    @cached_property
    def observed_s(self) -> float:
        return _observed(self.evidence, self.start, self.end)

    def count(self, *sorts: int) -> int:
        return self.log.count(self.start, self.end, *sorts)

    def newest(self, *sorts: int) -> datetime | None:
        return self.log.newest(self.start, self.end, *sorts)

    @property
    def days(self) -> float:
        return max((self.end - self.start) / DAY, 1e-9)


def read(name: str, over: float | str | None, evidence: Evidence, now: datetime) -> Reading:
    """Compute a reading over a window, once: seconds, `phase` (also None) or `launch`."""
    known = evidence.found.get((name, over))
    if known is None or known[0] != now:
        known = evidence.found[name, over] = (now, _read(name, over, evidence, now))
    return known[1]


def _read(name: str, over: float | str | None, evidence: Evidence, now: datetime) -> Reading:
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
    if name in DRILLS:
        return _drills(name, evidence.drills, span)
    if name == "criticals.per_week":
        return _criticals(name, evidence, span)
    return _beside(replace(_FROM_LOG[name](name, span), since=span.start), over, evidence, now)


def _beside(found: Reading, over: float | str | None, evidence: Evidence, now: datetime) -> Reading:
    """Say that the site counts more orders than a reading that is still made of the log."""
    meter, way = evidence.meters.get("orders.successful"), _FROM_ORDERS.get(found.name)
    many = _metered(meter, over, evidence, now).value if meter is not None and way else None
    if not many or many <= (found.samples if way else 0):
        return found
    said = f"the site counts {words.count(int(many), 'order')}; {way}"
    return replace(found, detail=", ".join(filter(None, (found.detail, said))))


def _metered(meter: Meter, over: float | str | None, evidence: Evidence, now: datetime) -> Reading:
    """Read what a metric measured; what is logged counts beside it only where the config says so."""
    span = _span(over, evidence, now)
    found = measure(meter, span.start, now, newest=over is None, zone=evidence.zone)
    if meter.adds:
        sorts = _added(meter.name)
        piped = span.count(*(sort | PIPED for sort in sorts))
        found = with_logged(found, meter, span.log.instants(span.start, span.end, *sorts), piped, span.start, now)
    return Reading(
        meter.name, meter.nature, found.value, found.samples, found.source, found.at, found.exposure_s,
        found.coverage, found.detail, found.error, meter.every_s * FRESH_INTERVALS, span.start,
    )  # fmt: skip


def _added(name: str) -> tuple[int, ...]:
    """Return the sorts of logged things that a reading counts."""
    return FEEDBACK if name == "feedback.count" else SUCCESSFUL if name == "orders.successful" else (FAILED,)


def _span(over: float | str | None, evidence: Evidence, now: datetime) -> _Span:
    over = None if over == "phase" else over
    known = evidence.spans.get(over)
    if known is not None and known.end == now:
        return known
    phase = evidence.phase_start or evidence.founded
    start = evidence.founded if over == "launch" else phase
    if isinstance(over, float):
        start = max(phase, now - timedelta(seconds=over))
    made = evidence.spans[over] = _Span(evidence, start, now)
    return made


def _observed(evidence: Evidence, start: datetime, now: datetime, label: str = "phase") -> float:
    """Return how much of a span somebody watched: the watch's coverage, or a day for each logged look."""
    whole = (now - start).total_seconds()
    visits = evidence.log.instants(start, now, VISIT)
    looks = len({at.date() for at in (*evidence.looks, *visits) if at >= start})
    return min(whole, max(evidence.watched.seen_s(label), looks * DAY.total_seconds()))


def _orders(name: str, span: _Span) -> Reading:
    kept = {"orders.successful": SUCCESSFUL, "orders.failed": (FAILED,), "orders.clean": (CLEAN,)}[name]
    nature: Nature = "open_count" if name == "orders.failed" else "count"
    newest = span.newest(*ORDERS)
    return Reading(name, nature, span.count(*kept), span.count(*ORDERS), "log", newest, span.observed_s)


def _success(name: str, span: _Span) -> Reading:
    """The share of orders that came in clean: successful, and linked to no bug or incident."""
    clean, orders = span.count(CLEAN), span.count(*ORDERS)
    value, said = clean / orders if orders else None, f"{clean} of {orders}"
    return Reading(name, "proportion", value, orders, "log", span.newest(*ORDERS), span.observed_s, detail=said)


def _customers(name: str, span: _Span) -> Reading:
    many = span.log.customers(span.start)
    return Reading(name, "count", many, span.count(*SUCCESSFUL), "log", span.newest(*SUCCESSFUL))


def _growth(name: str, span: _Span) -> Reading:
    middle, first = span.end - WEEK, span.end - 2 * WEEK
    now = span.log.count(middle + _MOMENT, span.end, *SUCCESSFUL)
    before = span.log.count(first + _MOMENT, middle, *SUCCESSFUL)
    newest, said = span.log.newest(first, span.end, *SUCCESSFUL), f"{now} this week, {before} the week before"
    return Reading(name, "growth", now / before if before else None, now + before, "log", newest, detail=said)


def _feedback(name: str, span: _Span) -> Reading:
    stars = span.log.ratings(span.start, span.end)
    count, at = sum(stars), span.newest(*FEEDBACK)
    if name == "feedback.mean":
        mean = sum(place * many for place, many in enumerate(stars, 1)) / count if count else None
        return Reading(name, "rating", mean, count, "log", at, levels=stars)
    if name == "feedback.one_star":
        waiting = sum(1 for one in span.evidence.lists.unanswered if one.logged.at.utc <= span.end)
        return Reading(name, "open_count", waiting, max(count, waiting), "log", at, span.observed_s)
    return Reading(name, "count", count, count, "log", at)


def _testers(name: str, span: _Span) -> Reading:
    """Count the people who have tested something, whoever they are."""
    tested = [row.member.name for row in span.evidence.lists.people if row.member.tested]
    return Reading(name, "count", len(tested), len(tested), "people", detail=words.some(tested))


_GRADES = {
    "bugs.open": tuple(Severity),
    "bugs.major": (Severity.CRITICAL, Severity.HIGH),
    "bugs.critical": (Severity.CRITICAL,),
}


def _bugs(name: str, span: _Span) -> Reading:
    """Count the bugs whose fix is not verified yet, whenever they came in: a phase does not forgive one."""
    kept, came = len(span.evidence.lists.open_bugs(*_GRADES[name])), span.count(*ALL_BUGS)
    return Reading(name, "open_count", kept, max(kept, came), "log", span.newest(*ALL_BUGS), span.observed_s)


def _per_day(name: str, span: _Span) -> Reading:
    sorts = ALL_BUGS if name == "bugs.per_day" else (QUESTION,)
    many = span.count(*sorts)
    said = words.within(many, span.days * DAY.total_seconds())
    return Reading(name, "rate", many / span.days, many, "log", span.newest(*sorts), span.observed_s, detail=said)


def _criticals(name: str, evidence: Evidence, span: _Span) -> Reading:
    """Count the criticals of a week at most, and those that are older and still open: a phase forgives none."""
    start = max(span.start, span.end - WEEK)
    observed_s = _observed(evidence, start, span.end, "7d" if start > span.start else "phase")
    broke = [
        one
        for one in evidence.incidents
        if one.severity is Severity.CRITICAL
        and not one.drill
        and one.state != "suspected"
        and one.outcome in (None, "fixed")
        and start <= one.detected_at.utc <= span.end
    ]
    bugs = span.log.instants(start, span.end, *bugs_of(Severity.CRITICAL))
    open_bugs = span.evidence.lists.open_bugs(Severity.CRITICAL)
    older = sum(1 for one in open_bugs if one.logged.at.utc < start)
    recent = len(bugs) + len(broke)
    said = f"{recent} {_since(span, start)}" + (f", and {older} older still open" if older else "")
    instants = (*bugs, *(one.detected_at.utc for one in broke))
    return Reading(
        name, "tally", float(recent + older), recent + older, "log and incidents", None, observed_s, detail=said,
        instants=instants, unsettled=len(open_bugs),
    )  # fmt: skip


def _since(span: _Span, start: datetime) -> str:
    """Say how far back a window reaches that ends now: over less than a week one does not speak of a week."""
    length = span.end - start
    if length >= WEEK:
        return "in the last 7 days"
    if start not in (span.evidence.phase_start, span.evidence.founded):
        return f"in the last {words.span(length.total_seconds())}"
    what = "phase" if start == span.evidence.phase_start else "launch"
    return f"since the {what} began, {words.ago(length)} ago"


def _drills(name: str, drills: Sequence[Drill], span: _Span) -> Reading:
    """Count the drills that were done, and say how long the newest took to its decision; others were not done."""
    done = [
        one for one in drills
        if one.outcome == "scored" and one.ended_at and span.start <= one.ended_at.utc <= span.end
    ]  # fmt: skip
    newest = done[-1] if done else None
    at = newest.ended_at.utc if newest and newest.ended_at else None
    if name == "drills.count":
        return Reading(name, "count", len(done), len(done), "drills", at, since=span.start)
    said = "" if newest is None else f"{newest.probe}" if newest.decision_s is not None else "nothing was decided"
    value = newest.decision_s if newest else None
    return Reading(name, "gauge", value, len(done), "drills", at, detail=said, since=span.start)


_FROM_LOG: Mapping[str, Callable[[str, _Span], Reading]] = {
    **dict.fromkeys(("orders.successful", "orders.failed", "orders.clean"), _orders),
    "orders.success": _success,
    "orders.customers": _customers,
    "orders.growth": _growth,
    **dict.fromkeys(("feedback.mean", "feedback.one_star", "feedback.count"), _feedback),
    **dict.fromkeys(("bugs.open", "bugs.critical", "bugs.major"), _bugs),
    **dict.fromkeys(("bugs.per_day", "questions.per_day"), _per_day),
    "testers": _testers,
}
_FROM_ORDERS = {
    "orders.clean": "this counts clean ones of the log: name the metric orders.clean, or demand orders.successful",
    "orders.success": "this is a share of those of the log",
    "orders.customers": "this counts customers of the log: a metric orders.customers takes over",
    "orders.growth": "this is reckoned from the log: a metric orders.growth takes over",
}
"""What is made of logged orders, and what to do where the site counts orders that are not logged."""
DRILLS = ("drills.count", "drill.decision")
_BY_PROBE = {"uptime": "uptime", "p95": "p95_ms", "error_rate": "error_rate", "burn": "burn_rate"}
"""What probes tell, and the field of a window that holds it."""
BORNE_S = 300.0
"""For how long at least a probe that is not asked does not yet make its numbers stale: a watch may begin anew."""
NAMES = READINGS
_WINDOW_OF = {3600.0: "1h", 86_400.0: "24h", 604_800.0: "7d", 2_592_000.0: "30d"}


def _probes(name: str, over: float | str | None, evidence: Evidence, now: datetime) -> Reading:
    """Take the worst of the critical probes that are asked in this phase (of all, when none is critical).

    A window ends at the phase's start, so a phase younger than it is read whole; a window
    that nobody keeps is never answered from another.
    """
    nature: Nature = "gauge" if name in ("p95", "burn") else "share"
    begun = evidence.phase_start
    young = isinstance(over, float) and begun is not None and (now - begun).total_seconds() < over
    label = _WINDOW_OF.get(over, "") if isinstance(over, float) else "" if over == "launch" else "phase"
    label = "phase" if young else label
    field = _BY_PROBE[name]
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
        max_age_s=max(FRESH_INTERVALS * probe.every_s, BORNE_S),
    )  # fmt: skip
