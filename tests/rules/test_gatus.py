"""Conditions as Gatus spells them, with our three answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gonogo.rules.condition import Answer, Condition, ConditionError, evaluate, seen
from gonogo.rules.explanation import explain
from gonogo.rules.facts import read_facts
from gonogo.rules.gatus import is_gatus, parse

BODY = """{"user": {"name": "ann", "age": 31}, "ids": [7, 8], "flags": ["0x1F", "0b11", "017"], "ok": true,
 "none": null, "price": 99.95, "version": "1.10", "ttl": "90s", "empty": {}, "same": 31,
 "@type": "shop", "two words": 2}"""
FACTS: dict[str, Any] = {
    "status": 503, "response_time_ms": 299.5, "ip": "10.0.0.7", "connected": True, "body": BODY,
    "dns_rcode": "NOERROR", "certificate_expiration_ms": 90_000_000, "domain_expiration_ms": 1_000_000_000,
    "context": {"limit": 300, "name": "ann"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[STATUS] == 503", "pass"),
        ("[status] >= 500", "pass"),
        ("[STATUS] < 500", "fail"),
        ("200 < [STATUS]", "pass"),
        ("[STATUS] == 0x1F7", "pass"),
        ("[STATUS] != any(500, 503)", "fail"),
        ("any(500, 503) == [STATUS]", "pass"),
        ("[STATUS] == pat(5*)", "pass"),
        ("[STATUS] == pat(5?3)", "pass"),
        ("[STATUS] == pat([45]0[^4])", "pass"),
        ("[STATUS] == pat([0-4]*)", "fail"),
        ("[STATUS] == any(pat(4*), pat(5*))", "pass"),
        ("[RESPONSE_TIME] < 300", "pass"),
        ("[RESPONSE_TIME] <= 299", "fail"),
        ("[RESPONSE_TIME] < 0.3s", "pass"),
        ("[RESPONSE_TIME] > 299500us", "fail"),
        ("[RESPONSE_TIME] < [CONTEXT].limit", "pass"),
        ("[CONTEXT].limit < [RESPONSE_TIME]", "fail"),
        ("[CERTIFICATE_EXPIRATION] > 24h", "pass"),
        ("[CERTIFICATE_EXPIRATION] == 25h", "pass"),
        ("[CERTIFICATE_EXPIRATION] > 90000001", "fail"),
        ("[DOMAIN_EXPIRATION] < 1000000001", "pass"),
        ("[IP] == 10.0.0.7", "pass"),
        ("[IP] != 10.0.0.8", "pass"),
        ("[DNS_RCODE] == NOERROR", "pass"),
        ("[CONNECTED] == true", "pass"),
        ("[BODY].user.name == ann", "pass"),
        ("[BODY].user.name == 'ann'", "pass"),
        ('[BODY].user.name == "bob"', "fail"),
        ("[BODY].user.name == [CONTEXT].name", "pass"),
        ("[BODY].user.age == [BODY].same", "pass"),
        ("[BODY].user.age != [BODY].same", "fail"),
        ("[BODY].ids[1] > [BODY].ids[0]", "pass"),
        ("[BODY].@type == shop", "pass"),
        ("[BODY].two words == 2", "pass"),
        ("[BODY].flags[0] == 31", "pass"),
        ("[BODY].flags[1] < 4", "pass"),
        ("[BODY].flags[2] == 15", "pass"),
        ("[BODY].ok == true", "pass"),
        ("[BODY].price >= 99.96", "fail"),
        ("[BODY].price == 99.950", "pass"),
        ("[BODY].version == 1.10", "pass"),
        ("[BODY].version == 1.1", "fail"),
        ("[BODY].ttl > 1m", "pass"),
        ("[BODY].ttl == 90s", "pass"),
        ("[BODY].user == pat(*ann*)", "pass"),
        ("[BODY] == pat(*two words*)", "pass"),
        ("len([BODY].ids) == 2", "pass"),
        ("len([BODY].user.name) > 2", "pass"),
        ("len([BODY].price) == 5", "pass"),
        ("len([BODY].user) == 23", "pass"),
        ("len([BODY].gone) == 0", "fail"),
        ("has([BODY].empty) == true", "pass"),
        ("has([BODY].gone) == false", "pass"),
        ("has([BODY].none) == false", "pass"),
        ("has([BODY].ids[2]) == true", "fail"),
        ("[BODY].none == null", "fail"),
        ("[BODY].gone == x", "fail"),
        ("[BODY].gone != x", "fail"),
        ("[BODY].gone < 1", "unknown"),
        ("[BODY].ok > 0", "unknown"),
        ("[BODY].user.name < 5", "unknown"),
        ("[STATUS] == [CONTEXT].gone", "fail"),
        ("[STATUS] < [CONTEXT].gone", "unknown"),
        ("3 == 4", "fail"),
        ("4 == 4", "unknown"),
        ("word == word", "unknown"),
    ],
)
def test_answers(text: str, wanted: str) -> None:
    assert evaluate(parse(text), read_facts(FACTS)) == wanted


@pytest.mark.parametrize(
    "text",
    ["[STATUS] == 0", "[STATUS] != 500", "[STATUS] < 300", "[RESPONSE_TIME] < 500", "[CERTIFICATE_EXPIRATION] == 0",
     "[IP] != 10.0.0.1", "[BODY] == pat(*)", "[BODY].errors < 1", "has([BODY].errors) == false", "len([BODY]) < 5",
     "[CONNECTED] != true", "[STATUS] == [STATUS]", "[IP] == pat(*)", "word == word"],
)  # fmt: skip
def test_no_response_is_never_healthy(text: str) -> None:
    assert evaluate(parse(text), {}) is Answer.UNKNOWN


@pytest.mark.parametrize(
    "text", ["[BODY].critical < 1", "[BODY].critical != 1", "[BODY].critical == 0", "has([BODY].critical) == false"]
)
def test_a_page_of_html_is_no_data(text: str) -> None:
    assert evaluate(parse(text), read_facts({"status": 502, "body": "<h1>502 Bad Gateway</h1>"})) is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("text", "body", "wanted"),
    [
        ("[BODY] == pong", "pong", "pass"),
        ("[BODY] == 12", "12", "pass"),
        ("[BODY] > 11.5", "12", "pass"),
        ("len([BODY]) == 4", "pong", "pass"),
        ("len([BODY]) == 2", "[1, 2]", "pass"),
        ("len([BODY]) == 8", '{"a": 1}', "pass"),
        ("[BODY][1].a == x", '[1, {"a": "x"}]', "pass"),
        ("[BODY].a == x", "null", "fail"),
        ("[BODY].a == pat(a==b)", '{"a": "a==b"}', "pass"),
        ("[BODY] == pat(* == *)", "1 == 1", "pass"),
        ("pat(* == *) == [BODY]", "1 == 1", "pass"),
        ("[BODY] == pat(*late)", "." * 9000 + "late", "pass"),
        ("[BODY] == pat(*" + "a*" * 100 + "b)", "a" * 100_000, "fail"),
    ],
)
def test_whole_bodies(text: str, body: str, wanted: str) -> None:
    assert evaluate(parse(text), read_facts({"body": body})) == wanted


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0),
        ("[STATUS]", 8),
        ("[STATUS] ==", 11),
        ("[STATUS]==200", 8),
        ("[STATUS] = 200", 14),
        ("[STATUS] ~ 200", 14),
        ("[STATUS] < many", 11),
        ("[STATUS] != many", 12),
        ("[STATUS] < 300ms", 11),
        ("[STATUS] == any(200, many)", 12),
        ("[STATUS] < any(200, 201)", 11),
        ("[STATUS] < pat(2*)", 11),
        ("many > [STATUS]", 0),
        ("[STATUS].x == 1", 8),
        ("[STATSU] == 200", 0),
        ("200 == [STATSU]", 7),
        ("[BODY].a[x] == 1", 8),
        ("[BODY]. == 1", 6),
        ("[BODY].a == any()", 16),
        ("[BODY].a == any(1,)", 16),
        ("[BODY].a == any(1", 17),
        ("[BODY].a == any(1, [STATUS])", 19),
        ("[BODY].a == pat([z-a])", 16),
        ("len([BODY].a == 1", 12),
        ("any(1 == [BODY].a", 5),
        ("len([STATUS]) == 3", 4),
        ("has(word) == true", 4),
        ("has([BODY].a) == yes", 17),
        ("[CONNECTED] == yes", 15),
        ("[CERTIFICATE_EXPIRATION] > 14d", 27),
        ("[CERTIFICATE_EXPIRATION] != 14d", 28),
        ("[RESPONSE_TIME] < 1w", 18),
    ],
)
def test_what_means_nothing_is_refused_with_a_caret(text: str, at: int) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert caught.value.at == at


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[CERTIFICATE_EXPIRATION] > 14d", "write 336h"),
        ("[STATSU] == 200", r"is \[STATUS\] meant"),
        ("[STATUS]==200", "a space is wanted"),
        ("[NOWHERE] == 200", r"there are \[STATUS\]"),
    ],
)
def test_a_refusal_says_what_would_be_right(text: str, hint: str) -> None:
    with pytest.raises(ConditionError, match=hint):
        parse(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[STATUS] == 200", True),
        ("200 == [status]", True),
        ("has([BODY].errors) == false", True),
        ("[BDOY].x == 1", True),
        ("[BODY].x == 'it'", True),
        ("status == 200", False),
        ("body.x == '[STATUS]'", False),
        ('body matches "[IP]+"', False),
        ("status in [200, 204]", False),
        ("body[0] == 1", False),
    ],
)
def test_it_is_known_by_its_placeholders(text: str, wanted: bool) -> None:
    assert is_gatus(text) is wanted


@pytest.mark.parametrize(
    ("text", "reading"),
    [("[RESPONSE_TIME] < 5", "latency"), ("any(1, 2) == [STATUS]", "status"), ("len([BODY].a[0].b) > 1", "body.a[0].b"),
     ("[CERTIFICATE_EXPIRATION] > 1h", "cert.days"), ("word == word", "word")],
)  # fmt: skip
def test_the_reading_has_our_name(text: str, reading: str) -> None:
    assert parse(text).reading == reading


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[RESPONSE_TIME] < 100", "[RESPONSE_TIME] is 299.5 ms, wanted: < 100"),
        ("[STATUS] == [CONTEXT].limit", "[STATUS] is 503 and [CONTEXT].limit is 300, wanted: == [CONTEXT].limit"),
        ("any(503, 504) == [STATUS]", "[STATUS] is 503, as wanted: any(503, 504) == [STATUS]"),
        ("[BODY].none == x", "there is no [BODY].none, wanted: == x"),
        ("word == word", "no reading stands in it, so nothing was looked at"),
        ("word == else", "no reading stands in it, and word == else does not hold"),
    ],
)
def test_an_explanation_uses_the_words_of_the_condition(text: str, why: str) -> None:
    assert explain(parse(text), read_facts(FACTS)).why == why


PIECES = [
    "[STATUS]", "[BODY]", "[BODY].a", "[BODY][0].b", "[CONTEXT].x", "[RESPONSE_TIME]", "[IP]", "[NO_SUCH]", "len(",
    "has(", "pat(", "any(", ")", " == ", " != ", " < ", " >= ", ",", " ", "'", "200", "0x1F", "1h", "14d", "*", "?",
    "[a-z]", "[", "]", "\\", "\n", "\x1b", "1e400", "true", "null", "٣", "NaN", "[[a", "--", "^",
]  # fmt: skip
sides = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
near = st.builds("{} {} {}".format, sides, st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "=", ""]), sides)
some_facts = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([200, None, "x", float("nan"), 10**5000]),
        "response_time_ms": st.sampled_from([5, 0.5, "soon", None, 10**400]),
        "body": st.sampled_from(
            ['{"a": 1}', '{"a": NaN}', '{"a": 1e400}', "[" * 3000, "<p>", "null", '[{"b": null}]', "200"]
        ),
        "context": st.sampled_from([{"x": 200}, {}, 5]),
        "ip": st.text(max_size=3),
    },
)


@settings(max_examples=300)
@given(near, some_facts)
@example("[STATUS] == pat([[a])", {"status": 200})
@example("[BODY].a[9999999999] == 1", {})
@example("x" * 501, {})
def test_whatever_is_written_is_refused_or_answered(text: str, facts: dict[str, Any]) -> None:
    found: Condition | ConditionError
    try:
        found = parse(text)
    except ConditionError as error:
        found = error
    if isinstance(found, ConditionError):
        assert 0 <= found.at <= len(text)
        return
    assert found.text == text
    assert parse(found.text) == found
    given_facts = read_facts(facts)
    assert explain(found, given_facts).answer is evaluate(found, given_facts)
    assert isinstance(seen(found, given_facts), str)
    assert evaluate(found, {}) is not Answer.PASS


@pytest.mark.parametrize("text", ["[BODY].data == OK", "[BODY].data != OK", "has([BODY].data) == true"])
def test_a_key_of_damaged_json_is_no_key_and_one_of_a_page_cannot_be_told(text: str) -> None:
    damaged = read_facts({"body": '{"data": "OK"}"'})
    assert evaluate(parse(text), damaged) is Answer.FAIL
    assert evaluate(parse(text), read_facts({"body": "<html>OK</html>"})) is Answer.UNKNOWN
