"""One criterion: the first outcome of the table that matches wins, with its numbers and one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from gonogo.rules import condition, confidence, words
from gonogo.rules.case import MINUTE, VERDICT_OF, Case, Outcome, exposure_lack_s, minute_of, unit_s
from gonogo.rules.catalogue import Nature
from gonogo.rules.condition import Answer
from gonogo.rules.outlook import Outlook, look_ahead
from gonogo.rules.plan import Criterion
from gonogo.rules.reading import Evidence, Reading, read
from gonogo.rules.verdict import Verdict
from gonogo.rules.waiver import Waiver


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
    waiver: Waiver | None = None
    outlook: Outlook | None = None
    """When it can pass, where it does not."""
    beneath: Outcome | None = None
    """What it would be without the waiver that lets it pass."""

    @property
    def verdict(self) -> Verdict:
        """What this criterion alone says."""
        return VERDICT_OF[self.outcome]

    @property
    def stale_at(self) -> datetime | None:
        """When its newest evidence is too old, or was."""
        most, newest = self.criterion.max_age_s or self.reading.max_age_s, self.reading.at
        return newest + timedelta(seconds=most) if most and newest else None

    @property
    def passes(self) -> bool:
        """Whether it stands in nobody's way."""
        return self.verdict is Verdict.GO


Question = tuple[str, float | str | None]
"""A reading, and the window over which it is read."""
Finding = tuple[Outcome, str, str]
"""An outcome, why, and what is missing in a few words."""


class Judge:
    """Judges criteria of a phase, and again only those whose reading, waiver or age has changed.

    Dates are said to the minute, so a judgement stands within its minute while all that it rests on is the same.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[object, ...], datetime, datetime, Judged]] = {}
        self._readings: dict[Question, tuple[Reading, Reading]] = {}
        """The newest answer to each question, and the first that was the same."""

    def judge(
        self, one: Criterion, evidence: Evidence, now: datetime, waiver: Waiver | None, timezone: str,
        closes: datetime | None,
    ) -> Judged:  # fmt: skip
        """Decide a criterion's outcome; `closes` is the planned end of its phase."""
        asked = _asked(one.require)
        reading = read(*asked, evidence, now)
        rests_on = (one, self._first(asked, reading), waiver, timezone, closes)
        known = self._known.get(one.id)
        if known is not None and known[1] <= now < known[2] and known[0] == rests_on:
            return known[3]
        made = judge_reading(one, reading, now, waiver, timezone=timezone, closes=closes)
        minute, stale_at = minute_of(now), made.stale_at or now
        until = minute + MINUTE
        self._known[one.id] = (rests_on, now, min(until, stale_at) if stale_at > now else until, made)
        return made

    def _first(self, asked: Question, reading: Reading) -> Reading:
        """Return the first of the answers that are the same: many criteria may rest on one, which compares at once."""
        newest, first = self._readings.get(asked, (None, reading))
        if newest is not reading:
            first = first if first == reading else reading
            self._readings[asked] = (reading, first)
        return first


def judge(
    one: Criterion, evidence: Evidence, now: datetime, waiver: Waiver | None = None, *, timezone: str = "UTC",
    closes: datetime | None = None,
) -> Judged:  # fmt: skip
    """Decide a criterion's outcome; `closes` is the planned end of its phase."""
    return Judge().judge(one, evidence, now, waiver, timezone, closes)


def judge_reading(
    one: Criterion, reading: Reading, now: datetime, waiver: Waiver | None, *, timezone: str, closes: datetime | None
) -> Judged:
    """Decide a criterion's outcome from what was read."""
    parsed = parse(one.require)
    target, answer = _answer(one.require, reading.value)
    sure = how_sure(reading, parsed.op, target)
    case = Case(one, parsed, reading, target, answer, sure, waiver, now, timezone, closes)
    outcome, why, short = next(found for rule in TABLE if (found := rule(case)) is not None)
    ahead = look_ahead(case, outcome)
    dated = f"; {ahead.said}" if ahead and ahead.at else ""
    beneath, would = _beneath(case) if outcome == "waived" else (None, "")
    reason = f"{words.sentence(one.name)}: {why}{would}{dated}."
    shown = None if outcome in ("collecting", "not_applicable") else sure
    return Judged(one, outcome, reading, target, reason, short, shown, waiver, ahead, beneath)


def _beneath(case: Case) -> tuple[Outcome, str]:
    """Return what a waived criterion would be without its waiver, and the words for it where it would not pass."""
    bare = replace(case, waiver=None)
    outcome, why, _ = next(found for rule in TABLE if (found := rule(bare)) is not None)
    return outcome, "" if outcome == "met" else f"; would be {outcome}: {why}"


@lru_cache(maxsize=512)
def parse(require: str) -> condition.Condition:
    """Read a criterion's condition, which was checked when its plan was loaded."""
    return condition.parse(require)


@lru_cache(maxsize=512)
def _asked(require: str) -> Question:
    parsed = parse(require)
    return parsed.reading, parsed.over


@lru_cache(maxsize=2048)
def _answer(require: str, value: float | None) -> tuple[float | None, Answer]:
    """Return the target of a condition, and what it says of a value."""
    parsed = parse(require)
    number = condition.number(parsed.right.value)
    return None if number is None else float(number), condition.evaluate(parsed, {parsed.reading: _exact(value)})


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


# The table, in its order ----------------------------------------------------------------------


def _set_aside(case: Case) -> Finding | None:
    if case.waiver is None:
        return None
    if case.waiver.kind == "waived":
        return "waived", f"waived by {case.waiver.by}: {case.waiver.reason.removesuffix('.')}", ""
    return "not_applicable", f"does not apply, says {case.waiver.by}: {case.waiver.reason}", ""


def _broken_for_good(case: Case) -> Finding | None:
    """An absence that was broken stays broken, however few the samples; a rate can come down again."""
    if not (case.absence and case.reading.nature != "rate" and case.reading.samples and case.fails):
        return None
    return "missed", f"{case.said}, wanted {case.wanted}", f"{case.one.name} {case.wanted}"


def _stale(case: Case) -> Finding | None:
    at, most = case.reading.at, case.one.max_age_s or case.reading.max_age_s
    if not most or at is None or case.now - at <= timedelta(seconds=most):
        return None
    why = f"; {case.reading.error}" if case.reading.error else ""
    as_of = f"{case.said}, as of {words.ago(case.minute - at)} ago{why}"
    if case.fails and not case.growing:
        return "missed", f"{as_of}, wanted {case.wanted}", f"{case.one.name} {case.wanted}"
    return "stale", as_of, f"fresh {case.one.name}"


def _unmeasurable(case: Case) -> Finding | None:
    if not case.reading.error:
        return None
    why = f"cannot be measured: {case.reading.error}"
    if case.fails and not case.growing:
        return (
            "missed",
            f"{case.said} when it was last measured, wanted {case.wanted}; {why}",
            f"{case.one.name} measured",
        )
    return "unmeasurable", why, f"{case.one.name} measured"


def _nothing_yet(case: Case) -> Finding | None:
    if case.reading.value is not None and case.answer is not Answer.UNKNOWN:
        return None
    detail = f" ({case.reading.detail})" if case.reading.detail else ""
    return "collecting", f"nothing to judge yet{detail}, wanted {case.wanted}", f"{case.one.name} seen"


def _too_few(case: Case) -> Finding | None:
    lack = case.one.min_samples - case.reading.samples
    if lack <= 0:
        return None
    why = f"{case.reading.samples} of {words.count(case.one.min_samples, 'sample')}"
    return "collecting", why, words.count(lack, case.one.name.removesuffix("s"))


def _too_short(case: Case) -> Finding | None:
    lack_s = exposure_lack_s(case)
    if lack_s <= 0:
        return None
    left = words.span(lack_s)
    return "collecting", f"{case.said}; needs {left} more of watching", f"{left} of watching"


def _short_of_target(case: Case) -> Finding | None:
    if not (case.growing and case.fails):
        return None
    if case.reading.nature == "progress":
        return "collecting", f"{case.said}, wanted {case.wanted}", ""
    value, target = case.reading.value or 0, case.target or 0
    short = words.count(int(target - value) + (case.parsed.op == ">"), case.one.name.removesuffix("s"))
    if case.one.floor is None or value < case.one.floor:
        return "collecting", f"{case.said} of {case.parsed.right.text}", short
    return "inconclusive", f"{case.said} of {case.parsed.right.text}; past the floor of {case.one.floor:g}", short


def _unsure(case: Case) -> Finding | None:
    asked, sure = case.one.confidence, case.sure
    if asked is None or (sure is not None and not 1 - asked < sure < asked):
        return None
    how = f"cannot be told how sure ({asked:.0%} asked)" if sure is None else confidence.says(sure, asked)
    return "inconclusive", f"{case.value}, {how}", f"more {case.one.name}"


def _decided(case: Case) -> Finding:
    sure = case.one.confidence is None or (case.sure or 0) >= case.one.confidence
    if case.answer is Answer.PASS and sure:
        return "met", f"{case.said}, wanted {case.wanted}", ""
    return "missed", f"{case.said}, wanted {case.wanted}", f"{case.one.name} {case.wanted}"


TABLE: tuple[Callable[[Case], Finding | None], ...] = (
    _set_aside, _broken_for_good, _stale, _unmeasurable, _nothing_yet, _too_few, _too_short, _short_of_target,
    _unsure, _decided,
)  # fmt: skip


_CERTAIN: tuple[Nature, ...] = ("count", "open_count", "progress", "gauge")
"""What is as it is: no sample of something else, so that there is nothing to be unsure of."""


def how_sure(reading: Reading, op: str, target: float | None) -> float | None:
    """Return how sure the evidence makes us that the true value meets the target; nothing where it has no chance."""
    return None if reading.nature in _CERTAIN else _chance(reading, op, target)


@lru_cache(maxsize=2048)
def _chance(reading: Reading, op: str, target: float | None) -> float | None:
    if reading.value is None or target is None:
        return None
    above = op in (">=", ">")
    if reading.nature == "rating" and reading.levels and above:
        return confidence.rating_above(target, reading.levels)
    if reading.nature == "proportion" and above:
        good = reading.value * reading.samples
        return confidence.beta_above(target, good, reading.samples - good)
    if reading.name == "uptime" and above:
        hours = reading.exposure_s / 3600
        return confidence.beta_above(target, hours * reading.value, hours * (1 - reading.value))
    if reading.nature in ("rate", "tally") and op in ("<", "<="):
        return confidence.rate_below(target, reading.samples, reading.exposure_s / unit_s(reading.name))
    if reading.name == "orders.growth" and above:
        now = round(reading.value / (1 + reading.value) * reading.samples)
        return confidence.growth(reading.samples - now, now)
    return None
