"""The table of outcomes is a function: for every case one outcome, and the first rule that matches wins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.ground import NOW, at, criterion

from gonogo.rules.case import VERDICT_OF, Case, Outcome
from gonogo.rules.catalogue import NATURES
from gonogo.rules.condition import Answer
from gonogo.rules.criterion import TABLE, parse
from gonogo.rules.outlook import look_ahead
from gonogo.rules.reading import Reading
from gonogo.rules.verdict import Verdict
from gonogo.rules.waiver import Waiver

DAY_S = 86_400.0
WAIVER = Waiver(id="w", phase="p", criterion="c", kind="waived", reason="the fair", by="ann", at=at(NOW))


def decide(case: Case) -> Outcome:
    """Return the outcome of the first rule that matches."""
    return next(found for rule in TABLE if (found := rule(case)) is not None)[0]


def case(
    require: str, value: float | None, waiver: Waiver | None = None, sure: float | None = None, **more: object
) -> Case:
    """Make a case with a reading of that value, seen now by enough people for long enough."""
    demands = {name: more.pop(name) for name in ("min_samples", "max_age_s", "confidence", "floor") if name in more}
    parsed = parse(require)
    facts = {"samples": 30, "source": "log", "at": NOW, "exposure_s": 30 * DAY_S, **more}
    reading = Reading(parsed.reading, NATURES[parsed.reading], value, **facts)
    target = float(parsed.right.value)
    passes = {">=": lambda v: v >= target, "<": lambda v: v < target, "==": lambda v: v == target}[parsed.op]
    answer = Answer.UNKNOWN if value is None else Answer.PASS if passes(value) else Answer.FAIL
    return Case(criterion(require, **demands), parsed, reading, target, answer, sure, waiver, NOW)


OLD = {"at": NOW - timedelta(hours=2), "max_age_s": 60.0}
ABSENT, COUNT, SHARE = "bugs.critical == 0", "orders.clean >= 20", "uptime >= 99%"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (case(ABSENT, 1, WAIVER), "waived"),
        (case(ABSENT, 1, WAIVER.model_copy(update={"kind": "not_applicable"})), "not_applicable"),
        (case(ABSENT, 1, error="gone", **OLD), "missed"),
        (case(SHARE, 0.9, error="gone", **OLD), "missed"),
        (case(SHARE, 1.0, error="gone", **OLD), "stale"),
        (case(COUNT, 3, error="gone", **OLD), "stale"),
        (case(SHARE, 1.0, error="gone"), "unmeasurable"),
        (case(SHARE, 0.9, error="gone"), "missed"),
        (case(SHARE, None, error="gone"), "unmeasurable"),
        (case(SHARE, None), "collecting"),
        (case(SHARE, 1.0, min_samples=40), "collecting"),
        (case(ABSENT, 0, exposure_s=0.5 * DAY_S), "collecting"),
        (case(COUNT, 9, floor=10), "collecting"),
        (case(COUNT, 9), "collecting"),
        (case(COUNT, 10, floor=10), "inconclusive"),
        (case(SHARE, 1.0, confidence=0.8, sure=0.7), "inconclusive"),
        (case(SHARE, 0.98, confidence=0.8, sure=0.3), "inconclusive"),
        (case(SHARE, 1.0, confidence=0.8), "inconclusive"),
        (case(SHARE, 0.98, confidence=0.8, sure=0.1), "missed"),
        (case(SHARE, 1.0, confidence=0.8, sure=0.8), "met"),
        (case(COUNT, 20), "met"),
        (case(SHARE, 0.98), "missed"),
    ],
)  # fmt: skip
def test_the_first_that_matches_wins(given: Case, wanted: Outcome) -> None:
    assert decide(given) == wanted


CASES = st.builds(
    case,
    st.sampled_from([ABSENT, COUNT, SHARE, "p95 < 800ms over 24h", "bugs.per_day < 2", "criticals.per_week < 1",
                     "checklist.share >= 100%", "orders.success >= 95%"]),
    st.sampled_from([None, 0.0, 0.5, 0.99, 1.0, 2.0, 20.0]),
    st.sampled_from([None, None, None, WAIVER]),
    st.sampled_from([None, 0.0, 0.2, 0.5, 0.8, 1.0]),
    samples=st.sampled_from([0, 1, 30]), exposure_s=st.sampled_from([0.0, DAY_S, 30 * DAY_S]),
    error=st.sampled_from(["", "gone"]), at=st.sampled_from([None, NOW, NOW - timedelta(hours=2)]),
    max_age_s=st.sampled_from([None, 60.0]), confidence=st.sampled_from([None, 0.8]),
    min_samples=st.sampled_from([0, 5]), floor=st.sampled_from([None, 1.0]),
)  # fmt: skip


@given(CASES)
def test_every_case_has_one_outcome_and_what_is_missing_never_passes(one: Case) -> None:
    outcome = decide(one)
    assert decide(one) == outcome
    if VERDICT_OF[outcome] is not Verdict.GO or one.waiver:
        return
    assert outcome == "met"
    assert one.answer is Answer.PASS
    assert not one.reading.error
    assert one.reading.samples >= one.one.min_samples
    old = one.reading.at is not None and NOW - one.reading.at > timedelta(minutes=1)
    assert not (old and (one.one.max_age_s or one.reading.max_age_s))
    assert one.one.confidence is None or (one.sure or 0) >= one.one.confidence


@given(CASES)
def test_what_does_not_pass_says_when_or_why_not(one: Case) -> None:
    outcome = decide(one)
    ahead = look_ahead(one, outcome)
    assert (ahead is None) == (VERDICT_OF[outcome] is Verdict.GO)
    if ahead is not None:
        assert ahead.said
        assert ahead.at is None or ahead.at >= NOW
