"""Why a condition answers so, in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gonogo.rules.condition import parse, seen
from gonogo.rules.expectation import read_condition
from gonogo.rules.explanation import explain
from gonogo.rules.facts import read_facts


@pytest.mark.parametrize(
    ("text", "left", "right", "why"),
    [
        ("status == 200", "503", "200", "status is 503, wanted: == 200"),
        ("latency < 800ms", "0.142", "800ms", "latency is 142 ms, as wanted: < 800ms"),
        ("uptime >= 99% over 7d", "0.995", "99%", "uptime is 99.5%, as wanted: >= 99% over 7d"),
        ("has( body.gone )", "false", "true", "has(body.gone) is false, wanted: == true"),
        ("body.db == 'ok'", "down", "'ok'", "body.db is 'down', wanted: == 'ok'"),
        ("body.gone == 1", None, "1", "there is no body.gone, wanted: == 1"),
        ("body.gone > 1", None, "1", "there is no body.gone, so there is nothing to compare"),
        ("body.db > 1", "down", "1", "body.db is 'down', which is not a number; “>” compares numbers"),
        ("ip == '::1'", None, "'::1'", "there is no ip among the facts: nothing answered, or nobody looked"),
        ("headers.x == '1'", None, "'1'", "there is no headers among the facts: nothing answered, or nobody looked"),
        ("status in (200, 204)", "503", "(200, 204)", "status is 503, wanted: in (200, 204)"),
        ("status == any(200, 503)", "503", "any(200, 503)", "status is 503, as wanted: == any(200, 503)"),
        ("len(status) == 1", None, "1", "len(status) is something without a length"),
        ("cert.days > 14", "0.041666667", "14", "cert.days is 0.041666667, wanted: > 14"),
    ],
)
def test_an_explanation_says_what_stood_where(text: str, left: str | None, right: str, why: str) -> None:
    facts = read_facts(
        {
            "status": 503,
            "latency": 0.142,
            "uptime": 0.995,
            "body": '{"db": "down"}',
            "certificate_expiration_ms": 3600000,
        }
    )
    found = explain(parse(text), facts)
    assert (found.left, found.right, found.why) == (left, right, why)


@pytest.mark.parametrize(
    ("text", "latency", "left", "said", "rough"),
    [
        ("latency < 800ms", "0.8000000000001", "0.8000000000001", "800.0000000001 ms", "800.0000000001 ms"),
        ("latency < 800ms", "0.8003", "0.8003", "800.3 ms", "800.3 ms"),
        ("latency < 800ms", "0.8123456789", "0.812345679", "812.3456789 ms", "812 ms"),
        ("latency < 800ms", "0.8", "0.8", "800 ms", "800 ms"),
        ("latency < 1s", "1.0000004", "1.0000004", "1.0000004 s", "1.0000004 s"),
        ("latency < 1s", "1.23456", "1.23456", "1.23456 s", "1.235 s"),
        ("latency < 1ms", "0.001", "0.001", "1 ms", "1 ms"),
        ("latency < 1ms", "0.00123", "0.00123", "1.23 ms", "1.23 ms"),
        ("[RESPONSE_TIME] < 800", "0.8000004", "800.0004", "800.0004 ms", "800.0004 ms"),
        ("[RESPONSE_TIME] < 800", "0.801", "801", "801 ms", "801 ms"),
    ],
)
def test_what_fails_is_never_shown_as_its_limit(text: str, latency: str, left: str, said: str, rough: str) -> None:
    facts = {"latency": Decimal(latency)}
    one = read_condition(text)
    found = explain(one, facts)
    assert (found.left, found.why) == (left, f"{one.left.text} is {said}, wanted: < {one.right.text}")
    assert seen(one, facts) == rough
