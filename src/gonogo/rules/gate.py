"""The gate: a phase's criteria, items, readiness and incidents, rolled up to a verdict with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from gonogo.rules import condition, confidence, words
from gonogo.rules.condition import Answer
from gonogo.rules.incident import Incident
from gonogo.rules.item import ItemState
from gonogo.rules.plan import Criterion, Item, Launch, Phase, Severity
from gonogo.rules.readiness import ReadyState
from gonogo.rules.reading import Evidence, Reading, read


class Verdict(StrEnum):
    """GO, HOLD or NO-GO: advice with reasons; it stops nothing."""

    GO = "GO"
    HOLD = "HOLD"
    NOGO = "NO-GO"


RANK = {Verdict.GO: 0, Verdict.HOLD: 1, Verdict.NOGO: 2}
Outcome = Literal["missed", "stale", "unmeasurable", "collecting", "inconclusive", "met"]
_VERDICT: dict[Outcome, Verdict] = {
    "missed": Verdict.NOGO, "stale": Verdict.HOLD, "unmeasurable": Verdict.HOLD, "collecting": Verdict.HOLD,
    "inconclusive": Verdict.HOLD, "met": Verdict.GO,
}  # fmt: skip
MIN_COVERAGE = 0.9


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with its outcome, its numbers and one sentence."""

    criterion: Criterion
    outcome: Outcome
    reading: Reading
    target: float | None
    reason: str
    short: str
    """What is missing, in a few words: `6 clean orders`."""
    confidence: float | None = None

    @property
    def verdict(self) -> Verdict:
        """What this criterion alone says."""
        return _VERDICT[self.outcome]


@dataclass(frozen=True, slots=True)
class Gate:
    """The verdict of a phase with its reasons, the worst first, and when it may change by itself."""

    verdict: Verdict
    reasons: tuple[str, ...]
    criteria: tuple[Judged, ...] = ()
    to_go: tuple[str, ...] = ()
    next_change_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a gate is judged by."""

    launch: Launch
    phase: Phase | None
    criteria: Sequence[Criterion]
    items: Sequence[tuple[Item, ItemState]]
    ready: Sequence[tuple[str, ReadyState, datetime | None]]
    """Each readiness target's name, its state, and when that state goes stale."""
    incidents: Sequence[Incident]
    evidence: Evidence
    watched: bool
    """Whether a watch lives, or lived within the time that a missing one is borne."""


@dataclass(slots=True)
class _Tally:
    found: list[tuple[Verdict, str]] = field(default_factory=list)
    to_go: list[str] = field(default_factory=list)
    changes: list[datetime] = field(default_factory=list)

    def say(self, verdict: Verdict, reason: str) -> None:
        self.found.append((verdict, reason))


def judge(ground: Ground, now: datetime) -> Gate:
    """Judge the active phase; nothing that is missing can make a GO."""
    launch, phase = ground.launch, ground.phase
    if launch.state == "planned":
        opens = launch.opens if launch.opens > now else None
        return Gate(Verdict.HOLD, ("The launch is planned; it has not begun.",), next_change_at=opens)
    if phase is None:
        return Gate(Verdict.HOLD, ("No phase is active.",))
    tally = _Tally()
    _incidents(ground, tally)
    judged = tuple(judge_criterion(one, ground.evidence, now) for one in ground.criteria)
    for one in judged:
        if one.outcome != "met":
            tally.say(one.verdict, one.reason)
            tally.to_go += [one.short] if one.short else []
    _items(ground, tally, now)
    _ready(ground, tally, now)
    if not ground.watched:
        tally.say(Verdict.HOLD, "Nobody watches: no watch is running.")
    if launch.state == "hold":
        tally.say(Verdict.HOLD, "The launch is on hold.")
    if not ground.criteria and all(item.optional for item, _ in ground.items):
        tally.say(Verdict.HOLD, "This phase demands nothing, so nothing can be said of it.")
    worst = max((verdict for verdict, _ in tally.found), key=lambda v: RANK[v], default=Verdict.GO)
    reasons = tuple(reason for _, reason in sorted(tally.found, key=lambda pair: -RANK[pair[0]]))
    later = [at for at in tally.changes if at > now]
    return Gate(worst, reasons, judged, tuple(dict.fromkeys(tally.to_go)), min(later, default=None))


def _incidents(ground: Ground, tally: _Tally) -> None:
    for one in ground.incidents:
        if one.drill or not one.is_open or one.severity is Severity.LOW:
            continue
        grave = one.state != "suspected" and one.severity in (Severity.CRITICAL, Severity.HIGH)
        verdict = Verdict.NOGO if grave else Verdict.HOLD
        tally.say(verdict, f"Incident {one.label} is {one.state}: {one.title}.")
        tally.to_go.append(f"incident {one.label} resolved")


def _items(ground: Ground, tally: _Tally, now: datetime) -> None:
    tasks: list[Item] = []
    for item, state in ground.items:
        tally.changes += [at for at in (state.due, state.grace_ends) if at]
        if item.optional:
            continue
        if state.standing == "broken":
            tally.say(Verdict.NOGO, f"“{item.text}” no longer holds.")
        elif item.kind == "guard" and state.standing in ("open", "overdue"):
            tally.say(Verdict.HOLD, f"“{item.text}” has not been affirmed lately.")
            tally.to_go.append(item.text)
        elif item.kind == "routine" and state.standing == "overdue":
            tally.say(Verdict.HOLD, f"“{item.text}” is overdue.")
            tally.to_go.append(item.text)
        elif item.kind == "task" and state.standing == "open":
            tasks.append(item)
    if tasks:
        _open_tasks(tasks, tally)


def _open_tasks(tasks: Sequence[Item], tally: _Tally) -> None:
    """Say how many tasks are open as the checklist counts them; one that is not counted is wanted all the same."""
    counted = sum(1 for item in tasks if item.counted)
    apart = len(tasks) - counted
    many, beside, wanted = words.count(counted or apart, "item"), "", ""
    if apart and counted:
        beside = f", and {apart} that {'is' if apart == 1 else 'are'} not counted"
        wanted = f" and {apart} not counted"
    elif apart:
        beside = ", not counted"
    tally.say(Verdict.HOLD, f"{many} open{beside}: {words.some([item.text for item in tasks])}.")
    tally.to_go.append(many + wanted)


_READY = {"stale": "has gone stale", "not_ready": "is not ready", "not_set_up": "is not set up"}


def _ready(ground: Ground, tally: _Tally, now: datetime) -> None:
    for state in ("not_ready", "stale", "not_set_up"):
        names = [name for name, found, _ in ground.ready if found == state]
        if names:
            verb = _READY[state].replace("has", "have").replace("is", "are") if len(names) > 1 else _READY[state]
            tally.say(Verdict.HOLD, f"{words.sentence(words.some(names))} {verb}.")
            tally.to_go.append(f"{len(names)} ready" if len(names) > 1 else f"{names[0]} ready")
    tally.changes += [at for _, _, at in ground.ready if at]


# One criterion --------------------------------------------------------------------------------


def judge_criterion(one: Criterion, evidence: Evidence, now: datetime) -> Judged:
    """Decide a criterion's outcome; the first of DESIGN's table that matches wins."""
    parsed = _parsed(one.require)
    reading = read(parsed.reading, parsed.over, evidence, now)
    number = condition.number(parsed.right.value)
    target = None if number is None else float(number)
    answer = condition.evaluate(parsed, {parsed.reading: _exact(reading.value)})
    sure = _confidence(reading, parsed.op, target, one, evidence)
    outcome, why, short = _outcome(one, parsed, reading, target, answer, sure, now)
    reason = f"{words.sentence(one.name)}: {why}."
    return Judged(one, outcome, reading, target, reason, short, None if outcome == "collecting" else sure)


def _could_grow(parsed: condition.Condition, reading: Reading) -> bool:
    """Whether a condition that fails now is only short of its target."""
    return parsed.op in (">=", ">") and reading.nature in ("count", "progress")


@lru_cache(maxsize=256)
def _parsed(require: str) -> condition.Condition:
    return condition.parse(require)


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


def _outcome(
    one: Criterion, parsed: condition.Condition, reading: Reading, target: float | None, answer: Answer,
    sure: float | None, now: datetime,
) -> tuple[Outcome, str, str]:  # fmt: skip
    value = words.reading(reading.value, parsed.right.text, reading.name)
    wanted = f"{words.OPS.get(parsed.op, parsed.op)} {parsed.right.text}"
    absence = parsed.op in ("==", "<", "<=") and reading.nature in ("open_count", "tally", "rate")
    detail = f" ({reading.detail})" if reading.detail else ""
    if absence and reading.nature != "rate" and reading.samples and answer is Answer.FAIL:
        return "missed", f"{value}{detail}, wanted {wanted}", f"{one.name} {wanted}"
    if one.max_age_s and reading.at and now - reading.at > timedelta(seconds=one.max_age_s):
        as_of = f"{value}{detail}, as of {words.ago(now - reading.at)} ago"
        if answer is Answer.FAIL and not _could_grow(parsed, reading):
            return "missed", f"{as_of}, wanted {wanted}", f"{one.name} {wanted}"
        return "stale", as_of, f"fresh {one.name}"
    if reading.error:
        return "unmeasurable", f"cannot be measured: {reading.error}", f"{one.name} measured"
    if reading.value is None or answer is Answer.UNKNOWN:
        short = f"{one.name} seen"
        return "collecting", f"nothing to judge yet{detail}, wanted {wanted}", short
    if one.min_samples > reading.samples:
        lack = one.min_samples - reading.samples
        return (
            "collecting",
            f"{reading.samples} of {one.min_samples} samples",
            words.count(lack, one.name.removesuffix("s")),
        )
    if (lack_s := _exposure_lack(one, parsed, reading, absence)) > 0:
        left = words.span(lack_s)
        return "collecting", f"{value}{detail}; needs {left} more of watching", f"{left} of watching"
    if reading.nature == "progress" and answer is Answer.FAIL:
        return "collecting", f"{value}{detail}, wanted {wanted}", ""
    if parsed.op in (">=", ">") and reading.nature == "count" and target is not None and answer is Answer.FAIL:
        lack = int(target - (reading.value or 0)) + (parsed.op == ">")
        short = words.count(lack, one.name.removesuffix("s"))
        if one.floor is None or (reading.value or 0) < one.floor:
            return "collecting", f"{value} of {parsed.right.text}", short
        return "inconclusive", f"{value} of {parsed.right.text}; past the floor of {one.floor:g}", short
    if one.confidence is not None and (sure is None or 1 - one.confidence < sure < one.confidence):
        how = "cannot be told how sure" if sure is None else f"{confidence.word(sure)}, {sure:.0%}"
        return "inconclusive", f"{value}, {how} ({one.confidence:.0%} asked)", f"more {one.name}"
    if answer is Answer.PASS and (one.confidence is None or (sure or 0) >= one.confidence):
        return "met", f"{value}{detail}, wanted {wanted}", ""
    return "missed", f"{value}{detail}, wanted {wanted}", f"{one.name} {wanted}"


def _exposure_lack(one: Criterion, parsed: condition.Condition, reading: Reading, absence: bool) -> float:
    """Return how many more seconds must be observed before this may be judged."""
    if absence:
        unit = one.per_s or (7 * 86_400 if "week" in reading.name else 86_400)
        return unit * MIN_COVERAGE - reading.exposure_s
    if reading.coverage is not None and isinstance(parsed.over, float):
        return parsed.over * MIN_COVERAGE - reading.exposure_s
    return 0.0


def _confidence(reading: Reading, op: str, target: float | None, one: Criterion, evidence: Evidence) -> float | None:
    if reading.value is None or target is None:
        return None
    if reading.name == "uptime" and op in (">=", ">"):
        hours = reading.exposure_s / 3600
        return confidence.beta_above(target, hours * reading.value, hours * (1 - reading.value))
    if reading.nature in ("rate", "tally") and op in ("<", "<="):
        unit = 7 * 86_400 if "week" in reading.name else 86_400
        return confidence.rate_below(target, reading.samples, reading.exposure_s / unit)
    if reading.name == "orders.growth" and op in (">", ">="):
        now = round(reading.value / (1 + reading.value) * reading.samples)
        return confidence.growth(reading.samples - now, now)
    return None
