"""One criterion: each outcome of DESIGN section 5, and its sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.rules.ground import DAY_S, NOW, criterion, evidence, fact, incident, probe, window, windows

from gonogo.rules.criterion import Judged
from gonogo.rules.criterion import judge as judge_criterion
from gonogo.rules.reading import Evidence
from gonogo.rules.record import Fact
from gonogo.rules.verdict import Verdict

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def judged(require: str, given: Evidence, **more: object) -> Judged:
    """Judge one criterion."""
    return judge_criterion(criterion(require, **more), given, NOW)


def orders(number: int, **data: object) -> tuple[Fact, ...]:
    return tuple(fact("order", HOUR * (place + 1), **{"ok": True, **data}) for place in range(number))


def bugs(number: int, severity: str = "low", ago: timedelta = HOUR) -> tuple[Fact, ...]:
    return tuple(fact("bug", ago * (place + 1), severity=severity, title=f"{place}") for place in range(number))


def ratings(*given: int) -> tuple[Fact, ...]:
    return tuple(fact("feedback", HOUR * (place + 1), rating=one) for place, one in enumerate(given))


def unwatched(*facts: Fact, started: timedelta = timedelta(days=14), seen: float = 0.0) -> Evidence:
    """Evidence of a phase of which little was observed."""
    return evidence(facts, (probe(windows={"phase": window(seen)}),), started=NOW - started)


def test_met() -> None:
    one = judged("orders.clean >= 20 over phase", evidence(orders(21)))
    assert (one.outcome, one.verdict, one.reading.value, one.target) == ("met", Verdict.GO, 21, 20)


def test_zero_is_met_when_somebody_looked() -> None:
    one = judged("bugs.critical == 0", evidence(bugs(3)), per_s=DAY_S)
    assert (one.outcome, one.reading.value) == ("met", 0)


def test_an_absence_that_was_broken_is_missed_at_once() -> None:
    """A critical bug happened: no further watching can make it unhappen."""
    one = judged("bugs.critical == 0", unwatched(*bugs(1, "critical"), started=HOUR * 2), per_s=DAY_S)
    assert (one.outcome, one.verdict) == ("missed", Verdict.NOGO)


def test_a_critical_of_an_earlier_phase_that_is_open_counts_and_the_words_name_the_window() -> None:
    young = unwatched(*bugs(1, "critical"), started=timedelta(seconds=2))
    one = judged("criticals.per_week < 1", young, per_s=7 * DAY_S)
    assert (one.outcome, one.verdict) == ("missed", Verdict.NOGO)
    assert "1 (0 since the phase began, 2 s ago, and 1 older still open)" in one.reason
    old = judged("criticals.per_week < 1", evidence(()), per_s=7 * DAY_S)
    assert "(0 in the last 7 days)" in old.reason


def test_a_critical_incident_breaks_the_week() -> None:
    broke = (incident("critical", "declared"),)
    assert judged("criticals.per_week < 1", evidence((), incidents=broke), per_s=7 * DAY_S).outcome == "missed"
    drill = (incident("critical", "declared", drill=True),)
    assert judged("criticals.per_week < 1", evidence((), incidents=drill), per_s=7 * DAY_S).outcome == "met"


def test_a_condition_that_does_not_hold_is_missed() -> None:
    one = judged("uptime >= 99% over 7d", evidence((), (probe(windows=windows(uptime=0.97)),)))
    assert (one.outcome, one.verdict) == ("missed", Verdict.NOGO)


def test_an_old_reading_is_stale() -> None:
    old = probe(checked_at=fact("x", HOUR * 3).at)
    one = judged("uptime >= 99% over 7d", evidence((), (old,)), max_age_s=3600.0)
    assert (one.outcome, one.verdict) == ("stale", Verdict.HOLD)
    assert "as of 3 h ago" in one.reason


def test_one_last_known_missed_stays_missed_as_of_then() -> None:
    """Switching the watch off does not turn a NO-GO into a HOLD."""
    old = probe(checked_at=fact("x", HOUR * 3).at, windows=windows(uptime=0.9))
    one = judged("uptime >= 99% over 7d", evidence((), (old,)), max_age_s=3600.0)
    assert (one.outcome, one.verdict) == ("missed", Verdict.NOGO)
    assert "as of" in one.reason


def test_a_source_that_errors_is_unmeasurable() -> None:
    """Every check of the only probe ended inside us, as with a secret that is not set."""
    broken = probe(health="unknown", failure="internal", detail="${env:TOKEN} is not set", recent="????", windows={})
    one = judged("uptime >= 99% over 7d", evidence((), (broken,)))
    assert (one.outcome, one.verdict) == ("unmeasurable", Verdict.HOLD)
    assert "${env:TOKEN}" in one.reason


@pytest.mark.parametrize(
    ("require", "more"),
    [
        ("orders.clean >= 20 over phase", {}),
        ("bugs.critical == 0", {"per_s": DAY_S}),
        ("bugs.per_day < 2", {"per_s": DAY_S}),
        ("criticals.per_week < 1", {"per_s": 7 * DAY_S}),
        ("uptime >= 99% over 7d", {}),
        ("p95 < 800ms over 24h", {}),
        ("error_rate < 1% over 24h", {}),
        ("feedback.mean > 4 over phase", {"min_samples": 5}),
        ("feedback.one_star == 0", {"per_s": DAY_S}),
        ("orders.growth > 1", {"min_samples": 10}),
        ("orders.customers >= 5 over phase", {}),
        ("questions.per_day <= 10", {"per_s": DAY_S}),
        ("orders.failed == 0", {}),
    ],
)
def test_without_any_evidence_it_is_collecting(require: str, more: dict[str, float]) -> None:
    one = judged(require, unwatched(started=timedelta(0)), **more)
    assert (one.outcome, one.verdict, one.confidence) == ("collecting", Verdict.HOLD, None)
    assert one.reason.startswith("It: ")


def test_an_absence_needs_observed_time() -> None:
    """Two weeks passed and nobody looked: “no critical bug” says nothing. One logged look a day does."""
    assert judged("bugs.critical == 0", unwatched(), per_s=DAY_S).outcome == "collecting"
    assert judged("bugs.critical == 0", unwatched(seen=DAY_S * 0.8), per_s=DAY_S).outcome == "collecting"
    assert judged("bugs.critical == 0", unwatched(seen=DAY_S), per_s=DAY_S).outcome == "met"
    looked = evidence((), (), looks=(NOW - DAY,))
    assert judged("bugs.critical == 0", looked, per_s=DAY_S).outcome == "met"


def test_a_rate_of_the_first_hours_is_collecting_not_missed() -> None:
    """One bug in the first hour is “24 a day”, which says nothing yet: a rate can come down again."""
    one = judged("bugs.per_day < 2", unwatched(*bugs(1, ago=HOUR / 2), started=HOUR, seen=3600), per_s=DAY_S)
    assert one.outcome == "collecting"


def test_a_rate_that_was_observed_and_is_too_high_is_missed() -> None:
    one = judged("bugs.per_day < 2", evidence(bugs(60)), per_s=DAY_S)
    assert (one.outcome, one.verdict) == ("missed", Verdict.NOGO)


def test_too_few_samples_are_collecting() -> None:
    one = judged("feedback.mean > 4 over phase", evidence(ratings(1, 1, 1, 1)), min_samples=5)
    assert (one.outcome, one.verdict) == ("collecting", Verdict.HOLD)
    assert one.reason.startswith("It: 4 of 5 samples; at 0.29 a day about ")


@pytest.mark.parametrize(("given", "wanted"), [((5, 5, 4, 5, 4), "met"), ((4, 4, 4, 4, 4), "missed")])
def test_ratings(given: tuple[int, ...], wanted: str) -> None:
    assert judged("feedback.mean > 4 over phase", evidence(ratings(*given)), min_samples=5).outcome == wanted


@pytest.mark.parametrize(
    ("number", "floor", "wanted"),
    [(0, 10, "collecting"), (9, 10, "collecting"), (10, 10, "inconclusive"), (19, 10, "inconclusive"),
     (20, 10, "met"), (19, None, "collecting")],
)  # fmt: skip
def test_a_count_below_its_target(number: int, floor: float | None, wanted: str) -> None:
    one = judged("orders.clean >= 20 over phase", evidence(orders(number)), floor=floor, name="clean orders")
    assert one.outcome == wanted
    assert one.verdict is (Verdict.GO if wanted == "met" else Verdict.HOLD)
    if wanted != "met":
        lack = 20 - number
        assert f"{number} of 20" in one.reason
        assert one.short == f"{lack} clean order{'' if lack == 1 else 's'}"


def test_a_confidence_between_is_inconclusive() -> None:
    """Six clean days make 79% sure of 99%: not yet the 80% that are asked."""
    short = {**windows(), "7d": window(6.4 * DAY_S)}
    one = judged("uptime >= 99% over 7d", evidence((), (probe(windows=short),)), confidence=0.8)
    assert (one.outcome, one.verdict) == ("inconclusive", Verdict.HOLD)
    assert one.confidence == pytest.approx(0.788, abs=0.01)
    assert "(80 asked)" in one.reason


def test_a_confidence_reached_is_met_and_its_opposite_missed() -> None:
    sure = judged("bugs.per_day < 2", evidence(bugs(7)), per_s=DAY_S, confidence=0.8)
    assert sure.outcome == "met"
    assert sure.confidence is not None
    assert sure.confidence > 0.99
    unsure = judged("uptime >= 99% over 7d", evidence((), (probe(windows=windows(uptime=0.95)),)), confidence=0.8)
    assert unsure.outcome == "missed"


def test_an_unfinished_checklist_holds_and_is_no_nogo() -> None:
    """An open item is a HOLD, however it is counted."""
    one = judged("checklist.share >= 100%", evidence((), settled=3, required=9))
    assert (one.outcome, one.verdict) == ("collecting", Verdict.HOLD)
    assert "3 of 9" in one.reason


def test_growth_is_this_week_against_the_last() -> None:
    before = tuple(fact("order", DAY * 8 + HOUR * place, ok=True) for place in range(10))
    one = judged("orders.growth > 1", evidence((*before, *orders(12))), min_samples=10)
    assert (one.outcome, one.reading.value) == ("met", 1.2)
    fewer = judged("orders.growth > 1", evidence((*before, *orders(5))), min_samples=10)
    assert fewer.outcome == "missed"


def test_a_clean_order_is_linked_to_nothing() -> None:
    linked = (fact("order", HOUR, incident="i", ok=True), fact("order", HOUR * 2, ok=True, bug="b"))
    given = evidence((*linked, fact("order", HOUR * 3, ok=False), *orders(3)[:1]))
    assert judged("orders.clean >= 1 over phase", given).reading.value == 1
    assert judged("orders.successful >= 1 over phase", given).reading.value == 3
    assert judged("orders.failed == 0", given).reading.value == 1


def test_facts_of_before_the_phase_do_not_count_unless_over_launch() -> None:
    early = tuple(fact("order", DAY * 3, ok=True, n=place) for place in range(20))
    given = evidence(early, started=NOW - DAY)
    assert judged("orders.clean >= 20 over phase", given).outcome == "collecting"
    assert judged("orders.clean >= 20 over launch", given).outcome == "met"
    assert judged("orders.clean >= 20 over 7d", given).outcome == "collecting"


def test_how_fast_the_budget_burns_can_be_demanded() -> None:
    spent = {label: {**found, "burn_rate": 2.5} for label, found in windows().items()}
    one = judged("burn <= 1 over 24h", evidence((), (probe(windows=spent),)))
    assert (one.outcome, one.reading.value) == ("missed", 2.5)


def test_what_a_probe_told_goes_stale_when_it_is_not_asked_for_five_minutes() -> None:
    """A watch that begins anew is borne; one that is gone is not."""
    late = probe(checked_at=fact("x", timedelta(minutes=4)).at, every_s=30.0)
    assert judged("uptime >= 99% over 7d", evidence((), (late,))).outcome == "met"
    gone = probe(checked_at=fact("x", timedelta(minutes=6)).at, every_s=30.0)
    assert judged("uptime >= 99% over 7d", evidence((), (gone,))).outcome == "stale"
