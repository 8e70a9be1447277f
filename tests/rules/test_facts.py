"""Facts: exact decimals, both spellings, and why something is not there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.condition import evaluate, parse
from gonogo.rules.facts import NOT_JSON, Body, read_body, read_facts, written


def test_a_json_body_keeps_its_decimals_and_its_text() -> None:
    text = '{"rate": 0.10, "big": 9007199254740993.5}'
    found = read_body(text)
    assert found.text == text
    assert found.value == {"rate": Decimal("0.10"), "big": Decimal("9007199254740993.5")}


@pytest.mark.parametrize("text", ["", "<html>", "{", '{"a": 1}x', "NaN", '{"a": Infinity}', "[" * 50_000, "ok"])
def test_what_is_not_wholly_json_is_text(text: str) -> None:
    assert read_body(text).value is NOT_JSON
    assert read_body(text).plain == text


@pytest.mark.parametrize(
    ("theirs", "ours", "value"),
    [
        ({"response_time_ms": 142.5}, "latency", Decimal("0.1425")),
        ({"latency_ms": 142}, "latency", Decimal("0.142")),
        ({"certificate_expiration_ms": 1209600000}, "cert.days", 14),
        ({"domain_expiration_ms": 43200000}, "domain.days", Decimal("0.5")),
        ({"dns_rcode": "NOERROR"}, "rcode", "NOERROR"),
        ({"response_time_ms": 900, "latency": 0.1}, "latency", 0.1),
        ({"response_time_ms": None}, "latency", None),
        ({"status": 200}, "status", 200),
    ],
)
def test_either_spelling_comes_under_our_name(theirs: dict[str, Any], ours: str, value: Any) -> None:
    assert read_facts(theirs) == {ours: value}


def test_a_time_that_is_no_number_is_unknown() -> None:
    assert evaluate(parse("latency != 5s"), read_facts({"response_time_ms": "soon"})) == "unknown"


def test_a_body_given_as_data_is_taken_as_the_json_it_would_be() -> None:
    found = read_facts({"body": {"db": "ok", "on": [True, None]}})["body"]
    assert found == Body('{"db":"ok","on":[true,null]}', {"db": "ok", "on": [True, None]})


def test_the_names_of_headers_are_small_and_large() -> None:
    facts = read_facts({"headers": {"Content-Type": "text/html"}})
    assert evaluate(parse("headers.content-TYPE contains 'html'"), facts) == "pass"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_what_is_written_is_read_again(value: Any) -> None:
    text = written([value])
    assert text is not None
    assert read_body(text).value == [value]
