"""When a criterion can pass, and when the gate can be GO: a date with its ground, or why there is none."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.rules.ground import (
    DAY_S,
    NOW,
    PHASE,
    RATINGS,
    criterion,
    evidence,
    fact,
    ground,
    incident,
    item,
    probe,
    window,
    windows,
)

from gonogo.rules import criterion as criteria
from gonogo.rules.criterion import Judged
from gonogo.rules.gate import asked_by, judge
from gonogo.rules.lists import Lists
from gonogo.rules.outlook import Outlook
from gonogo.rules.reading import Evidence
from gonogo.rules.standing import ItemState

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def judged(require: str, given: Evidence, closes: datetime | None = None, **more: object) -> Judged:
    return criteria.judge(criterion(require, **more), given, NOW, closes=closes)


def ahead(require: str, given: Evidence, **more: object) -> Outlook:
    found = judged(require, given, **more).outlook
    assert found is not None
    return found


def orders(number: int, over: timedelta) -> tuple:
    return tuple(fact("order", over * (place + 0.5) / number, ok=True) for place in reversed(range(number)))


def test_a_count_has_a_date_with_its_bounds_and_a_chance() -> None:
    """DESIGN's sentence: 14 of 20 at 4.3 a day. Six more arrive in about six fifteenths of the time so far."""
    since = timedelta(days=14 / 4.3)
    given = evidence(orders(14, since), started=NOW - since)
    one = judged("orders.clean >= 20 over phase", given, closes=NOW + 3 * DAY, floor=10, name="orders")
    assert one.outlook is not None
    assert one.reason.startswith("Orders: 14 of 20; past the floor of 10; at 4.3 a day about Tue ")
    assert "(80%: " in one.reason
    assert one.outlook.at is not None
    assert NOW + DAY < one.outlook.at < NOW + 2 * DAY
    assert one.outlook.chance == pytest.approx(0.9615, abs=0.0001)


def test_without_an_arrival_there_is_no_date_but_a_chance() -> None:
    found = ahead("orders.clean >= 20 over phase", evidence(), closes=NOW + 3 * DAY)
    assert (found.at, found.said) == (None, "no date: none has come yet")
    assert found.chance is not None
    assert found.chance < 0.01


def test_a_missing_exposure_is_watched_for() -> None:
    given = evidence((), (probe(windows={"phase": window(0.5 * DAY_S)}),))
    found = ahead("bugs.critical == 0", given, per_s=DAY_S)
    assert found.at == NOW + timedelta(days=0.4)
    assert "if it is watched without a gap" in found.said


def test_missing_ratings_arrive_as_ratings_did() -> None:
    found = ahead("feedback.mean > 4 over phase", evidence(RATINGS[:4]), min_samples=5)
    assert found.at is not None
    assert found.at > NOW + DAY


def test_a_mean_that_is_too_low_needs_fives() -> None:
    given = evidence(tuple(fact("feedback", HOUR * n, rating=4) for n in range(1, 6)))
    found = ahead("feedback.mean > 4 over phase", given, min_samples=5)
    assert found.said.startswith("1 more 5 would do; at ")


def test_an_uptime_that_fell_short_comes_back_if_nothing_goes_down() -> None:
    found = ahead("uptime >= 99%", evidence((), (probe(windows=windows(uptime=0.985)),)), confidence=None)
    assert found.at is not None
    assert NOW + 6 * DAY < found.at < NOW + 8 * DAY
    assert "if nothing goes down until then" in found.said


def test_an_uptime_that_is_not_sure_yet_needs_clean_hours() -> None:
    found = ahead("uptime >= 99%", evidence((), (probe(windows={"phase": window(100 * 3600)}),)), confidence=0.8)
    assert found.at is not None
    assert found.at - NOW == pytest.approx(timedelta(hours=59.1), abs=HOUR)


def test_a_broken_week_passes_again_when_the_event_is_a_week_old() -> None:
    broke = fact("bug", 2 * DAY, severity="critical", title="x")
    found = ahead("criticals.per_week < 1", evidence((broke,), lists=Lists()), per_s=7 * DAY_S)
    assert found.at is not None
    assert found.at - NOW == pytest.approx(5 * DAY, abs=timedelta(seconds=1))
    assert found.said.startswith("again Sat ")


def test_a_critical_that_is_open_does_not_pass_with_time() -> None:
    broke = fact("bug", 2 * DAY, severity="critical", title="x")
    found = ahead("criticals.per_week < 1", evidence((broke,)), per_s=7 * DAY_S)
    assert (found.at, found.by_hand) == (None, True)


def test_a_rate_that_is_not_sure_yet_needs_quiet_days() -> None:
    bugs = tuple(fact("bug", HOUR * 12 * n, severity="low", title="x") for n in range(1, 28))
    found = ahead("bugs.per_day < 2", evidence(bugs), per_s=DAY_S, confidence=0.8)
    assert found.at is not None
    assert found.said.endswith("if no further one comes")


def test_the_share_of_clean_orders_needs_so_many_more() -> None:
    given = evidence(orders(20, 10 * DAY))
    one = judged("orders.success >= 95%", given, confidence=0.9, name="success")
    assert one.outcome == "inconclusive"
    assert one.confidence == pytest.approx(0.66, abs=0.005)
    assert one.outlook is not None
    assert one.outlook.said.startswith("24 more clean ones would do; at 1.4 a day")


@pytest.mark.parametrize(
    ("require", "given", "more"),
    [
        ("bugs.critical == 0", evidence((fact("bug", severity="critical", title="x"),)), {}),
        ("p95 < 800ms over 24h", evidence((), (probe(windows=windows(p95_ms=900.0)),)), {}),
        ("uptime >= 99%", evidence((), (probe(checked_at=fact("x", HOUR * 3).at),)), {"max_age_s": 3600.0}),
        ("uptime >= 100%", evidence((), (probe(windows=windows(uptime=0.9)),)), {}),
        ("checklist.share >= 100%", evidence(settled=3), {}),
    ],
)
def test_where_there_is_no_date_it_says_why(require: str, given: Evidence, more: dict[str, float]) -> None:
    found = ahead(require, given, **more)
    assert found.at is None
    assert found.said.startswith("no date")


def test_what_passes_has_no_outlook() -> None:
    assert judged("bugs.critical == 0", evidence(), per_s=DAY_S).outlook is None


def test_the_gates_outlook_is_the_latest_of_its_blockers_and_names_it() -> None:
    few = evidence((*orders(14, 10 * DAY), *RATINGS[:4]))
    found = judge(ground(evidence=few, phase=PHASE), NOW).outlook
    assert found is not None
    assert found.at is not None
    assert found.said.startswith("orders: at 1 a day about ")
    open_ = judge(ground(evidence=few, asked=asked_by([(item(), ItemState("open"))])), NOW).outlook
    assert open_ is not None
    assert open_.said.endswith("; also wanted: 1 item")


def test_a_blocker_without_a_date_is_why_the_gate_has_none() -> None:
    blind = evidence((*orders(14, 10 * DAY),))
    found = judge(ground(evidence=blind), NOW).outlook
    assert found is not None
    assert (found.at, found.said) == (None, "ratings: no date: none has come yet")


def test_what_people_do_has_no_date_and_stands_beside_it() -> None:
    found = judge(ground(incidents=(incident("critical", "declared"),)), NOW).outlook
    assert found == Outlook(
        None,
        "as soon as this is done: incident 3 resolved",
        brief="as soon as this is done: incident 3 resolved",
    )
    assert judge(ground(), NOW).outlook is None


def test_it_takes_a_day_to_tell_a_pace() -> None:
    """One order in the first five minutes is no “288 a day”."""
    since = timedelta(minutes=5)
    found = ahead("orders.clean >= 5 over phase", evidence(orders(1, since), started=NOW - since), closes=NOW + 7 * DAY)
    assert found == Outlook(None, "no date: it takes a day to tell a pace")
