"""Why a condition answers so, in words."""

from __future__ import annotations

import pytest

from gonogo.rules.condition import parse
from gonogo.rules.explanation import explain
from gonogo.rules.facts import read_facts


@pytest.mark.parametrize(
    ("text", "left", "right", "why"),
    [
        ("status == 200", "503", "200", "status is 503, wanted: == 200"),
        ("latency < 800ms", "0.142", "800ms", "latency is 0.142 s, as wanted: < 800ms"),
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
