"""Demands in prose: what has a number becomes a condition that the language reads, and the rest a question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.rules import condition
from gonogo.rules.catalogue import READINGS
from gonogo.rules.prose import compares, demand, demands

READ = {
    "20+ successful orders": "orders.successful >= 20",
    "at least 1,200 orders": "orders.successful >= 1200",
    "99.9% uptime": "uptime >= 99.9% over 7d",
    "99%+ availability in the last 30 days": "uptime >= 99% over 30d",
    "< 200 ms p95": "p95 < 200ms over 24h",
    "pages load in under 2 seconds": "p95 < 2s over 24h",
    "average satisfaction > 4/5": "feedback.mean > 4",
    "rating of 4.5 stars or better": "feedback.mean >= 4.5",
    "less than 1% errors": "error_rate < 1% over 24h",
    "fewer than 2 bugs per day": "bugs.per_day < 2",
    "no more than 3 open bugs": "bugs.open <= 3",
    "< 1 critical issue per week": "criticals.per_week < 1",
    "0 critical bugs": "bugs.critical == 0",
    "No major issues": "bugs.major == 0",
    "Zero P0/P1 bugs": "bugs.major == 0",
    "5+ beta users place an order": "orders.customers >= 5",
    "at most 2 failed orders": "orders.failed <= 2",
    "98% of orders succeed": "orders.success >= 98%",
    "orders grow by 10%": "orders.growth >= 110%",
    "at least 5 testers": "testers >= 5",
    "12 reviews": "feedback.count >= 12",
    "no one-star reviews": "feedback.one_star == 0",
    "fewer than 8 support tickets per day": "questions.per_day < 8",
    "mindestens 15 Bestellungen": "orders.successful >= 15",
    "Verfügbarkeit über 99,5 %": "uptime > 99.5% over 7d",
    "taxa de erro abaixo de 2%": "error_rate < 2% over 24h",
    "nenhum bug crítico": "bugs.critical == 0",
    "al menos 30 pedidos": "orders.successful >= 30",
    "taux d'erreur inférieur à 1 %": "error_rate < 1% over 24h",
    "可用性不低于99.9%": "uptime >= 99.9% over 7d",
    "至少20个订单": "orders.successful >= 20",
    "没有严重问题": "bugs.critical == 0",
}


@pytest.mark.parametrize("text", READ)
def test_prose_with_a_number_becomes_a_condition(text: str) -> None:
    found = demand(text)
    assert (found.require, found.metric, found.question, found.text) == (READ[text], None, "", text)
    assert condition.parse(READ[text]).reading in READINGS


@pytest.mark.parametrize(
    ("text", "require", "metric"),
    [
        ("Conversion rate ≥ 2.5%", "conversion.rate >= 2.5%", "conversion.rate"),
        ("Queue depth: under 40", "queue.depth < 40", "queue.depth"),
        ("Churn 3%", "churn <= 3%", "churn"),
        ("Context budget: <8K tokens", "plan.context.budget < 8000", "plan.context.budget"),
    ],
)
def test_what_gonogo_does_not_measure_asks_for_its_metric(text: str, require: str, metric: str) -> None:
    found = demand(text)
    assert (found.require, found.metric) == (require, metric)
    assert f"which [[metric]] in gonogo.toml gives {metric}?" in found.question
    assert demand(text, own=False).require is None


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("Positive feedback", "feedback.mean > 4 over phase"), ("Growing order volume", "orders.growth > 1"),
        ("Performance is acceptable", "p95 < 800ms over 24h"), ("All features tested", "checklist.share >= 100%"),
        ("Everybody is happy", None), ("Health endpoints return 200", None), ("[Blocker 1]", None), ("Blocker 2", None),
        ("No degradation in standard mode", None), ("orders processed without problems", None), ("v1.8.3 is out", None),
    ],
)  # fmt: skip
def test_what_has_no_number_is_a_question_and_no_guess(text: str, proposal: str | None) -> None:
    found = demand(text, own=text != "Blocker 2")
    assert (found.require, found.proposal) == (None, proposal)
    assert found.question.startswith(f"“{text}” has no number")
    if proposal:
        condition.parse(proposal)


def test_of_a_range_the_upper_end_is_the_target_and_the_lower_the_floor() -> None:
    found = demand("10-20 orders without issues")
    assert (found.require, found.floor) == ("orders.clean >= 20", 10)


def test_a_mean_is_said_to_be_milder_than_what_is_measured() -> None:
    assert demand("average response time under 300 ms").note == "gonogo measures p95, which is stricter than an average"


def test_a_line_is_split_into_its_demands() -> None:
    assert demands("0 critical bugs, all core features work") == ["0 critical bugs", "all core features work"]
    several = "1,000 orders (phone, web); 99,5 % uptime、无严重问题"
    assert demands(several) == [
        "1,000 orders (phone, web)",
        "99,5 % uptime",
        "无严重问题",
    ]


WORDS = st.sampled_from(
    (*READ, "orders", "uptime", "%", "<", ">=", "at least", "no", "per day", "over 7 days", "p95", "ms", "4/5", "users",
     "grow",
     "9" * 30, "0", "1e9", "-5", "٣", "½", "10-20", "5-", "k", "99.999999999999%", "over 0 days", "订单", "至少")
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=9).map(" ".join), st.booleans())
def test_whatever_is_written_the_condition_language_reads(text: str, own: bool) -> None:
    for part in demands(text):
        compares(part)
        found = demand(part, own=own)
        assert (found.require is None) == ("has no number" in found.question)
        if found.require is not None:
            read = condition.parse(found.require)
            assert read.reading == (found.metric or read.reading)
            assert found.metric is not None or read.reading in READINGS
