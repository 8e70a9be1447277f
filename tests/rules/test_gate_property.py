"""For any evidence at all: a GO means that everything was there, seen, and good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.ground import (
    CRITERIA,
    HOLDING,
    LAUNCH,
    NOW,
    PHASE,
    START,
    criterion,
    evidence,
    fact,
    incident,
    item,
    probe,
    window,
)

from gonogo.rules.criterion import Judge
from gonogo.rules.gate import Ground, asked_by, judge
from gonogo.rules.incident import OPEN
from gonogo.rules.plan import Severity
from gonogo.rules.standing import ItemState
from gonogo.rules.verdict import RANK, Verdict

DAY_S = 86_400.0
hours = st.integers(0, 24 * 20).map(lambda number: timedelta(hours=number))
facts = st.lists(
    st.one_of(
        st.builds(lambda ago, ok: fact("order", ago, ok=ok), hours, st.booleans()),
        st.builds(
            lambda ago, s: fact("bug", ago, severity=s, title="x"), hours, st.sampled_from(["critical", "high", "low"])
        ),
        st.builds(lambda ago, n: fact("feedback", ago, rating=n), hours, st.integers(1, 5)),
        st.builds(lambda ago: fact("question", ago, text="?"), hours),
    ),
    max_size=25,
).map(lambda found: sorted(found, key=lambda one: one.at.utc))
shares = st.sampled_from([0.0, 0.5, 0.98, 0.99, 0.999, 1.0])
one_window = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"uptime": st.none(), "seen_s": st.just(0.0), "p95_ms": st.none(), "error_rate": st.none()}),
    st.builds(
        lambda seen, up, p95, bad: window(seen, uptime=up, p95_ms=p95, errors=bad),
        st.sampled_from([0.0, 3600.0, DAY_S, 6.5 * DAY_S, 7 * DAY_S, 14 * DAY_S]), shares,
        st.sampled_from([90.0, 799.0, 800.0, 5000.0]), st.sampled_from([0.0, 0.005, 0.5]),
    ),
)  # fmt: skip
probes = st.lists(
    st.builds(
        lambda critical, counts, windows: probe(critical=critical, counts=counts, windows=windows),
        st.booleans(), st.booleans(),
        st.dictionaries(st.sampled_from(["1h", "24h", "7d", "30d", "phase"]), one_window),
    ),
    max_size=3,
)  # fmt: skip
POSSIBLE = {
    "task": ["open", "done", "not_applicable"],
    "routine": ["done", "due", "overdue", "not_applicable"],
    "guard": ["open", "done", "due", "overdue", "not_applicable", "broken"],
}
lines = st.builds(
    lambda pair, optional: (item(pair[0], optional=optional), ItemState(pair[1])),
    st.sampled_from([(kind, standing) for kind, found in POSSIBLE.items() for standing in found]),
    st.booleans(),
)
items = st.lists(lines, max_size=4)
incidents = st.lists(
    st.builds(
        lambda severity, state, drill: incident(severity, state, drill=drill),
        st.sampled_from(Severity), st.sampled_from([*OPEN, "resolved"]), st.booleans(),
    ),
    max_size=2,
)  # fmt: skip
ready = st.lists(
    st.tuples(st.just("backup"), st.sampled_from(["ready", "ready", "stale", "not_ready", "not_set_up"]), st.none()),
    max_size=2,
)
DEMANDS = (
    *CRITERIA,
    criterion("error_rate < 1% over 24h"),
    criterion("questions.per_day <= 10", per_s=DAY_S),
    criterion("criticals.per_week < 1", per_s=7 * DAY_S, confidence=0.8),
    criterion("orders.growth > 1", min_samples=10),
)
demands = st.lists(st.sampled_from(DEMANDS), max_size=4, unique_by=lambda one: one.id)
grounds = st.builds(
    lambda launch, phase, criteria, items, ready, incidents, watched, facts, probes, started, settled: Ground(
        LAUNCH.model_copy(update={"state": launch.replace("hold", "running")}),
        PHASE if phase else None, criteria, asked_by(items), ready, incidents,
        evidence(facts, probes, started=started, settled=settled), watched, HOLDING if launch == "hold" else None,
    ),
    st.sampled_from(["running", "running", "running", "planned", "hold"]), st.sampled_from([True, True, True, False]),
    demands, items, ready, incidents, st.sampled_from([True, True, False]), facts, probes,
    st.sampled_from([START, NOW - timedelta(days=7), NOW - timedelta(hours=1), NOW]), st.integers(0, 4),
)  # fmt: skip


@settings(max_examples=150)
@given(grounds)
def test_a_go_means_that_everything_was_there(found: Ground) -> None:
    gate = judge(found, NOW)
    assert bool(gate.reasons) == (gate.verdict is not Verdict.GO)
    if gate.verdict is not Verdict.GO:
        return
    assert found.watched
    assert found.phase is not None
    assert found.launch.state == "running"
    assert found.hold is None
    assert found.criteria or [one for one, _ in found.asked.items if not one.optional]
    assert all(state == "ready" for _, state, _ in found.ready)
    assert not [one for one in found.incidents if one.is_open and not one.drill and one.severity is not Severity.LOW]
    for one, state in found.asked.items:
        assert one.optional or state.standing in ("done", "not_applicable", "due")
        assert one.optional or one.kind != "task" or state.settled
    for judged in gate.criteria:
        assert judged.outcome == "met"
        assert judged.reading.value is not None
        assert judged.reading.samples >= judged.criterion.min_samples
        if judged.reading.nature in ("open_count", "rate"):
            assert judged.reading.exposure_s >= 0.9 * (judged.criterion.per_s or 0)
        if judged.criterion.confidence is not None:
            assert judged.confidence is not None
            assert judged.confidence >= judged.criterion.confidence


@settings(max_examples=80)
@given(grounds)
def test_what_is_taken_away_never_makes_it_better(found: Ground) -> None:
    """Without probes, facts and a watch the verdict is no better than with them, unless they spoke against it."""
    verdict = judge(found, NOW).verdict
    blind = Ground(
        found.launch, found.phase, found.criteria, found.asked, found.ready, found.incidents,
        evidence((), (), settled=found.evidence.settled), watched=False,
    )  # fmt: skip
    assert judge(blind, NOW).verdict is not Verdict.GO
    assert RANK[judge(blind, NOW).verdict] >= min(RANK[verdict], RANK[Verdict.HOLD])


@settings(max_examples=80)
@given(grounds, incidents)
def test_a_further_incident_never_makes_it_better(found: Ground, more: list) -> None:
    worse = replace(found, incidents=[*found.incidents, *more])
    assert RANK[judge(worse, NOW).verdict] >= RANK[judge(found, NOW).verdict]


@settings(max_examples=80)
@given(st.lists(st.tuples(grounds, st.sampled_from([0.0, 20.0, 60.0, 3600.0, DAY_S, 8 * DAY_S])), max_size=5))
def test_what_a_judge_remembers_is_what_one_without_memory_says(story: list[tuple[Ground, float]]) -> None:
    """Whatever comes and goes, and when only time has passed: what has gone stale is not remembered as good."""
    judge_, now, minutes = Judge(), NOW, set()
    for found, later in story:
        now += timedelta(seconds=later)
        kept, fresh = judge(replace(found, judge=judge_), now), judge(replace(found, judge=Judge()), now)
        assert kept.verdict is fresh.verdict
        assert [one.outcome for one in kept.criteria] == [one.outcome for one in fresh.criteria]
        if now.replace(second=0) not in minutes:  # within a minute a date may be told as at its first look
            assert kept == fresh
        minutes.add(now.replace(second=0))
