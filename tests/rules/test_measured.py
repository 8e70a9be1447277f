"""Samples over windows: resets, corrections, what comes late or twice, and what no value is."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.ground import NOW, criterion, evidence, fact

from gonogo.rules.criterion import judge
from gonogo.rules.facts import read_body
from gonogo.rules.measured import Columns, Meter, Sample, Series, Unfit, measure, value_of
from gonogo.rules.metric_config import Kind, MetricConfig
from gonogo.rules.reading import Reading, read

MINUTE, HOUR = 60_000, 3_600_000
END = int(NOW.timestamp() * 1000)


def ago(minutes: float) -> int:
    """Return the milliseconds of so many minutes ago."""
    return END - int(minutes * MINUTE)


def meter(kind: Kind, *values: float | None, name: str = "shop.sold", last: float = 0, **more: Any) -> Meter:
    """Make a metric with one value a minute, the last one so many minutes ago."""
    samples = [Sample(ago(len(values) - 1 - n + last), value) for n, value in enumerate(values)]
    given = {"source": "shop.example/stats.json", "every_s": 60.0, "adds": False, **more}
    return Meter(name=name, kind=kind, series=Series(kind, given["every_s"], samples), **given)


def reading(one: Meter, over: float | str | None = "phase", facts: Any = (), **more: Any) -> Reading:
    """Read such a metric as a gate would."""
    return read(one.name, over, evidence(facts, meters={one.name: one}, **more), NOW)


@pytest.mark.parametrize(
    ("kind", "values", "over", "value"),
    [
        ("counter", (5, 7, 7, 12), "phase", 7),
        ("counter", (5, 7, 7, 12), 90.0, 5),  # the rise to the first sample in the window lies before it
        ("counter", (12,), "phase", 0),
        ("counter", (), "phase", None),
        ("counter", (100, 110, 3, 8), "phase", 18),  # 10, then it began again at 0: 3, then 5
        ("counter", (100, 0, 0), "phase", 0),
        ("counter", (9, 2, 1), "phase", 3),
        ("count", (5, 9, 8), "phase", 3),
        ("count", (5, 9, 8), 90.0, 3),  # what it was when the window began is known from before
        ("count", (9, 4), "phase", 0),
        ("gauge", (1, 2, 9), None, 9),
        ("gauge", (1, 2, 9), "phase", 1.5),  # each value stood for a minute, the last one for none yet
        ("gauge", (7,), 3600.0, 7),
        ("rating", (4.0, 4.5), "phase", 4.5),
        ("rating", (None,), "phase", None),
    ],
)
def test_what_a_window_says(kind: Kind, values: tuple[float, ...], over: float | str | None, value: float) -> None:
    assert reading(meter(kind, *values), over).value == value


def test_a_window_without_a_sample_says_nothing_though_there_were_some_before() -> None:
    assert reading(meter("counter", 3, 8, last=120), 3600.0).value is None
    assert reading(meter("gauge", 3, 8, last=120), 3600.0).value is None
    assert reading(meter("gauge", 3, 8, last=120), None).value == 8


def test_a_reset_is_said_in_the_time_of_the_launch() -> None:
    east = datetime(2026, 1, 1, tzinfo=UTC).astimezone().tzinfo
    one = reading(meter("counter", 100, 4, 5), zone=east)
    when = datetime.fromtimestamp(ago(1) / 1000, east)
    assert one.detail == f"reset at {when:%a %H:%M}"
    two = reading(meter("counter", 9, 1, 5, 2))
    assert two.detail.startswith("2 resets, the last at ")


def test_what_is_asked_anew_leads_over_from_nothing() -> None:
    """A metric that asks another source goes on at its number, and its jump is no rise."""
    one = meter("counter", 3, 5, 500, 502)
    one.series.put(Sample(ago(1.5), anew=True))
    assert reading(one).value == 4
    assert reading(one).detail == ""


def test_exposure_is_what_samples_speak_for() -> None:
    one = Meter("bugs.open", "gauge", "tracker", 60.0, adds=False, series=Series("gauge", 60.0))
    for minute in (600, 599, 598, 2, 1, 0):  # ten hours of silence are not observed
        one.series.put(Sample(ago(minute), 0.0))
    found = reading(one)
    assert found.exposure_s == (2 + 1.5 + 2) * 60
    judged = judge(criterion("bugs.open == 0"), evidence(meters={"bugs.open": one}), NOW)
    assert judged.outcome == "collecting"


@pytest.mark.parametrize(
    ("name", "kind", "values", "value", "samples", "nature"),
    [
        ("bugs.per_day", "counter", (3, 10), 0.5, 7, "rate"),
        ("criticals.per_week", "counter", (3, 5), 2, 2, "tally"),
        ("orders.growth", "counter", (3, 5), None, 2, "growth"),
        ("orders.failed", "count", (3, 5), 2, 2, "open_count"),
        ("uptime", "gauge", (0.99, 0.99), 0.99, 2, "share"),
        ("carts.left", "counter", (3, 5), 2, 2, "count"),
        ("queue", "gauge", (3, 3), 3, 2, "gauge"),
    ],
)
def test_a_reading_of_ours_keeps_its_meaning(
    name: str, kind: Kind, values: tuple[float, ...], value: float, samples: int, nature: str
) -> None:
    found = reading(meter(kind, *values, name=name))
    assert (found.value, found.samples, found.nature) == (value, samples, nature)


def test_growth_is_reckoned_from_the_counter() -> None:
    day = 24 * 60
    one = Meter("orders.growth", "counter", "shop", 86_400.0, adds=False, series=Series("counter", 86_400.0))
    for days, value in ((13, 0), (10, 10), (8, 20), (6, 30), (3, 45), (0, 60)):
        one.series.put(Sample(ago(days * day), value))
    found = reading(one)
    assert (found.value, found.samples) == (30 / 20, 50)
    assert found.detail == "30 this week, 20 the week before"


# Age and errors -------------------------------------------------------------------------------


def test_three_missed_intervals_are_stale_and_two_are_not() -> None:
    for minutes, outcome in ((2.9, "met"), (3.1, "stale")):
        one = meter("gauge", 5, 5, name="queue", last=minutes)
        judged = judge(criterion("queue < 10"), evidence(meters={"queue": one}), NOW)
        assert judged.outcome == outcome


def test_a_source_that_errors_is_never_a_pass_and_keeps_what_it_said_last() -> None:
    one = meter("gauge", 5, 5, name="queue", last=1)
    one.series.put(Sample(ago(0.5), error="status 502, wanted status < 300"))
    judged = judge(criterion("queue < 10"), evidence(meters={"queue": one}), NOW)
    assert (judged.outcome, judged.reading.value) == ("unmeasurable", 5)
    assert "status 502, wanted status < 300; its last answer is 1 min old" in judged.reason
    one.series.put(Sample(ago(2), error="refused"))  # late, and older than what is known
    assert "status 502" in reading(one, None).error
    one.series.put(Sample(ago(0), 6.0))
    assert reading(one, None).error == ""


def test_an_error_that_lasts_is_stale_and_says_why() -> None:
    one = meter("gauge", 5, name="queue", last=10)
    one.series.put(Sample(ago(0), error="the connection was refused"))
    judged = judge(criterion("queue < 10"), evidence(meters={"queue": one}), NOW)
    assert judged.outcome == "stale"
    assert "as of 10 min ago; the connection was refused" in judged.reason


def test_a_reading_that_no_metric_gives_any_more_cannot_be_measured() -> None:
    judged = judge(criterion("carts.left < 10"), evidence(), NOW)
    assert (judged.outcome, judged.reading.error) == ("unmeasurable", "gonogo.toml has no [[metric]] named carts.left")


def test_that_nothing_bad_was_counted_wants_a_day_of_counting() -> None:
    require = criterion("payments.failed == 0")
    short = meter("counter", *[3.0] * 60, name="payments.failed")
    assert judge(require, evidence(meters={short.name: short}), NOW).outcome == "collecting"
    whole = meter("counter", *[3.0] * 1440, name="payments.failed")
    assert judge(require, evidence(meters={whole.name: whole}), NOW).outcome == "met"
    bad = meter("counter", 3, 4, name="payments.failed")
    assert judge(require, evidence(meters={bad.name: bad}), NOW).outcome == "missed"


# Beside the log -------------------------------------------------------------------------------


def order(minutes: float, **more: Any) -> Any:
    """Make a logged order of so many minutes ago."""
    return fact("order", timedelta(minutes=minutes), **{"ok": True, **more})


def test_a_metric_takes_over_from_the_log() -> None:
    one = meter("counter", 0, 12, name="orders.successful")
    found = reading(one, facts=[order(9000), order(30)])
    assert (found.value, found.source, found.detail) == (12, "shop.example/stats.json", "")


def test_a_gate_on_logged_orders_says_how_many_the_site_counts() -> None:
    one = meter("counter", 0, 44, name="orders.successful")
    found = judge(criterion("orders.clean >= 20 over phase"), evidence([order(30)], meters={one.name: one}), NOW)
    assert found.outcome == "collecting"
    assert "the site counts 44 orders; this counts clean ones of the log" in found.reason
    assert "name the metric orders.clean, or demand orders.successful" in found.reason
    both = {name: meter("counter", 0, 44, name=name) for name in ("orders.successful", "orders.clean")}
    assert read("orders.clean", "phase", evidence(meters=both), NOW).detail == ""
    few = meter("counter", 0, 1, name="orders.successful")
    assert read("orders.clean", "phase", evidence([order(30)], meters={few.name: few}), NOW).detail == ""


def test_with_adds_both_count_and_likely_doubles_are_said() -> None:
    one = meter("counter", 0, 11, 12, 12, name="orders.successful", adds=True)
    far = [order(9000), order(8000), order(20, ok=False)]
    found = reading(one, facts=far)
    assert (found.value, found.samples, found.detail) == (14, 14, "14 = 12 site + 2 by hand")
    assert found.source == "shop.example/stats.json and log"
    near = reading(one, facts=[order(9000), order(1.5), order(0.5)])  # in the last minute nothing was counted
    assert near.detail == "15 = 12 site + 3 by hand; 1 by hand may be among the 12"
    crowd = reading(one, facts=[order(1.9), order(1.5), order(1.1)])
    assert crowd.detail == "15 = 12 site + 3 by hand; 1 by hand may be among the 12"
    assert reading(one, facts=[]).detail == ""


def test_what_was_piped_is_not_said_to_be_by_hand() -> None:
    one = meter("counter", 0, 11, 12, 12, name="orders.successful", adds=True)
    typed, shop = order(9000, source="cli"), order(8000, source="pipe")
    assert reading(one, facts=[typed, shop, shop]).detail == "15 = 12 site + 2 piped + 1 by hand"
    assert reading(one, facts=[order(8000, source="shop")]).detail == "13 = 12 site + 1 piped"
    near = reading(one, facts=[typed, order(1.5, source="pipe")])
    assert near.detail == "14 = 12 site + 1 piped + 1 by hand; 1 logged may be among the 12"


# Values ---------------------------------------------------------------------------------------


def metric(**more: Any) -> MetricConfig:
    """Make a metric of the config."""
    return MetricConfig.model_validate({"name": "queue", "url": "/s", "kind": "gauge", "pick": "a.b", **more})


@pytest.mark.parametrize(
    ("found", "more", "value"),
    [
        (12, {}, 12.0),
        ("12.50", {}, 12.5),
        (read_body("7\n"), {}, 7.0),
        (-3, {}, -3.0),
        (310, {"unit": "ms"}, 0.31),
        ("99.5", {"unit": "%"}, 0.995),
        (4.6, {"kind": "rating"}, 4.6),
        (None, {"kind": "rating"}, None),
    ],
)
def test_values(found: Any, more: dict[str, Any], value: float | None) -> None:
    assert value_of(found, metric(**more)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("found", "more", "why"),
    [
        ("abc", {}, "a.b is “abc”, and a number is wanted"),
        (None, {}, "a.b is nothing, and a number is wanted"),
        (True, {}, "a.b is true, and a number is wanted"),
        ([1], {}, "a.b is [1], and a number is wanted"),
        ({"n": 1}, {}, 'a.b is {"n":1}, and a number is wanted'),
        ("NaN", {}, "a.b is “NaN”, and a number is wanted"),
        (float("nan"), {}, "a.b is nan, and a number is wanted"),
        (float("inf"), {}, "a.b is inf, and a number is wanted"),
        ("1e999", {}, "a.b is “1e999”, and a number is wanted"),
        (10**400, {}, "a.b is "),
        ("\x1b[2J", {}, "a.b is “�[2J”, and a number is wanted"),
        (-1, {"kind": "counter"}, "a.b is -1, and a counter is never below 0"),
        (-1, {"kind": "count"}, "a.b is -1, and a count is never below 0"),
        (7, {"kind": "rating"}, "a.b is 7, and a rating is from 1 to 5"),
        (read_body("<html>"), {"pick": None}, "the answer is “<html>”, and a number is wanted"),
    ],
)
def test_what_is_no_value_says_why(found: Any, more: dict[str, Any], why: str) -> None:
    with pytest.raises(Unfit) as caught:
        value_of(found, metric(**more))
    assert str(caught.value).startswith(why)


# For any history ------------------------------------------------------------------------------

samples = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 60)).map(lambda pair: Sample(ago(pair[0]), float(pair[1]))),
    max_size=30, unique_by=lambda one: one.at_ms,
)  # fmt: skip


def rise(values: list[float]) -> float:
    """Say what a counter rose by, as Prometheus does."""
    return sum(b - a if b >= a else b for a, b in pairwise(values))


@given(samples, st.randoms(use_true_random=False), st.integers(1, 600))
def test_order_and_repetition_change_nothing(given_: list[Sample], random: Any, minutes: int) -> None:
    mixed = [*given_, *(random.choices(given_, k=5) if given_ else [])]
    random.shuffle(mixed)
    one = Meter("x", "counter", "s", 60.0, adds=False, series=Series("counter", 60.0, mixed))
    window = [sample.value or 0.0 for sample in sorted(given_, key=lambda s: s.at_ms) if sample.at_ms >= ago(minutes)]
    found = measure(one, NOW - timedelta(minutes=minutes), NOW, newest=False, zone=UTC)
    assert found.value == (rise(window) if window else None)
    newest = max((sample.at_ms for sample in given_), default=None)
    assert found.at == (None if newest is None else datetime.fromtimestamp(newest / 1000, UTC))
    assert 0 <= found.exposure_s <= minutes * 60
    assert found.value is None or found.value >= 0


@given(
    samples, samples, st.lists(st.integers(0, 500), max_size=3), st.sampled_from(["counter", "count", "gauge"]),
    st.integers(0, 9),
)  # fmt: skip
def test_what_is_taken_over_at_once_is_what_comes_one_by_one(
    given_: list[Sample], before: list[Sample], marks: list[int], kind: Kind, hours: int
) -> None:
    """Answers of one instant are the first that came; what was folded or is asked anew is there before."""
    first = min((one.at_ms for one in before), default=END) // HOUR * HOUR
    spans = [(at, at + HOUR) for at in range(first, first + hours * HOUR, HOUR)]
    folded = [one for span in spans if (one := Series(kind, 60.0, before).fold(*span))]
    odd = [*folded, *(Sample(ago(minutes), anew=True) for minutes in marks)]
    steps, whole = Series(kind, 60.0, odd), Series(kind, 60.0, odd)
    given_ = [*given_, *(one._replace(value=None, of=0) for one in given_[:3]), Sample(ago(90), None, 0)]
    for one in given_:
        steps.put(one)
    whole.load(
        Columns(
            array("q", [one.at_ms for one in given_]),
            array("d", [nan if one.value is None else one.value for one in given_]),
            array("q", [-1 if one.of is None else one.of for one in given_]),
        )
    )
    assert [whole.sample(n) for n in range(len(whole))] == [steps.sample(n) for n in range(len(steps))]
    for minutes in (1, 7, 60, 240, 600):
        a, b = (one.over(NOW - timedelta(minutes=minutes), NOW) for one in (whole, steps))
        assert (a.moved, a.mean, a.seen_ms, a.count) == (b.moved, b.mean, b.seen_ms, b.count)
        assert list(a.resets()) == list(b.resets())


@given(samples, st.sampled_from(["counter", "count", "gauge"]), st.integers(1, 9))
def test_folding_hours_changes_no_window_that_begins_at_a_kept_sample(
    given_: list[Sample], kind: Kind, hours: int
) -> None:
    raw, cut = Series(kind, 60.0, given_), END - END % HOUR
    first = min((one.at_ms for one in given_), default=cut) // HOUR * HOUR
    folded = [one for at in range(first, cut, HOUR) if (one := raw.fold(at, at + HOUR))]
    kept = Series(kind, 60.0, [*folded, *(one for one in given_ if one.at_ms >= cut)])
    assert len(folded) <= 9
    for one in folded[-hours:]:
        start = datetime.fromtimestamp(one.at_ms / 1000, UTC)
        a, b = kept.over(start, NOW), raw.over(start, NOW)
        assert (a.moved, a.mean, a.seen_ms) == (b.moved, pytest.approx(b.mean), b.seen_ms)
        assert len(a.resets()) <= len(b.resets())
        assert bool(a.resets()) == bool(b.resets())


@given(
    samples,
    st.lists(st.integers(0, 500), max_size=3),
    st.sampled_from(["counter", "count", "gauge"]),
    st.sampled_from([">= 0", "< 100", "== 0", "< 100 over 24h", ">= 0 over 24h"]),
)
def test_a_pass_means_that_the_newest_answer_is_fresh_and_good(
    given_: list[Sample], failed: list[int], kind: Kind, demand: str
) -> None:
    errors = [Sample(ago(minutes), error="refused") for minutes in failed]
    one = Meter("x", kind, "s", 60.0, adds=False, series=Series(kind, 60.0, [*given_, *errors]))
    judged = judge(criterion(f"x {demand}"), evidence(meters={"x": one}), NOW)
    newest = max((sample.at_ms for sample in given_), default=None)
    if judged.outcome == "met":
        assert newest is not None
        assert END - newest <= 3 * MINUTE
        assert all(ago(minutes) <= newest for minutes in failed)
