"""What holds for every condition and all facts: no surprises, and unknown is never a pass."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gonogo.rules.condition import Answer, Condition, ConditionError, evaluate, parse, seen
from gonogo.rules.explanation import explain
from gonogo.rules.facts import read_body

PIECES = [
    "status", "body", "body.db", "body[0]", "orders.clean", "a-b", "_x", "==", "!=", "<", "<=", ">", ">=", "=", "!",
    "contains", "matches", "in", "any", "pat", "len", "has", "over", "phase", "launch", "(", ")", "[", "]", ",", "'a'",
    '"b"', "'", '"', "'a+'", "'(a+)+'", "'*'", "'['", "1", "-1", "2.5", "1e3", "1e999999999", "9e999999999", "٣", "%",
    "ms", "s", "w", "d", "true", "false", "null", "nan", "Infinity", " ", "\t", "\n", "\x1b", "\u202e", ".", "\\", "#",
]  # fmt: skip
near = st.lists(st.sampled_from(PIECES), max_size=12).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda gap: gap.join(pieces))
)
NAMES = ("status", "latency", "body", "body.db", "body.a.b", "body[0]", "body.items[3].id", "orders.clean", "headers.x")
OPS = ("==", "!=", "<", "<=", ">", ">=")
numbers = st.builds("{}{}".format, st.integers(-1000, 1000), st.sampled_from(["", "%", "ms", "s", "w", ".5", "e3"]))
values = st.one_of(numbers, st.sampled_from(["'ok'", "''", "true", "false", "null"]))
sides = st.one_of(
    st.builds("{} {}".format, st.sampled_from(("<", "<=", ">", ">=")), numbers),
    st.builds("{} {}".format, st.sampled_from(("==", "!=", "contains")), values),
    st.builds("{} ({}, {})".format, st.sampled_from(("in", "== any", "!= any")), values, values),
    st.sampled_from(("matches 'o.*k'", "matches ''", "== pat('*')", "!= pat('x*')")),
)
lefts = st.one_of(
    st.sampled_from(NAMES), st.builds("{}({})".format, st.sampled_from(("len", "has")), st.sampled_from(NAMES))
)
windows = st.sampled_from(["", " over 7d", " over phase", " over launch"])
conditions = st.builds("{} {}{}".format, lefts, sides, windows).filter(
    lambda text: _parsed(text) is not None
)  # fmt: skip


def _parsed(text: str) -> Condition | None:
    try:
        return parse(text)
    except ConditionError:
        return None


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.decimals(),
    st.sampled_from([10**4000, Decimal("1e999999"), "1" * 5000, "ok", "1e9999999999", b"bytes", object()]),
)  # fmt: skip
bodies = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["db", "a", "b", "items", "id", "x"]), inner, max_size=4),
    ),
    max_leaves=5,
)
facts = st.dictionaries(
    st.sampled_from(["status", "latency", "body", "headers", "orders", "orders.clean", "body.db"]), bodies, max_size=5
)


@settings(max_examples=250)
@given(st.one_of(near, st.text(max_size=60)))
@example("status < 9e999999999%")
@example("status < 9e999999999w")
@example("x" * 501)
def test_parse_raises_nothing_but_a_condition_error(text: str) -> None:
    found: Condition | ConditionError
    try:
        found = parse(text)
    except ConditionError as error:
        found = error
    if isinstance(found, ConditionError):
        assert 0 <= found.at <= len(text)
        assert str(found).endswith("^")
    else:
        assert found.text == text
        assert parse(found.text) == found


@settings(max_examples=120)
@given(conditions, facts)
def test_evaluate_never_raises(text: str, given_facts: dict[str, Any]) -> None:
    found = parse(text)
    assert evaluate(found, given_facts) in Answer
    assert isinstance(seen(found, given_facts), str)
    why = explain(found, given_facts)
    assert why.answer is evaluate(found, given_facts)
    assert why.why


@settings(max_examples=100)
@given(conditions, st.sampled_from(["absent", "none"]))
def test_over_absent_facts_nothing_passes(text: str, how: str) -> None:
    nothing = {} if how == "absent" else dict.fromkeys(("status", "latency", "body", "orders", "headers"))
    assert evaluate(parse(text), nothing) is not Answer.PASS


@given(st.sampled_from(OPS), st.decimals(-1_000_000, 1_000_000, places=4), st.decimals(-1_000_000, 1_000_000, places=4))
def test_numbers_compare_exactly(op: str, left: Decimal, right: Decimal) -> None:
    wanted = {"==": left == right, "!=": left != right, "<": left < right, "<=": left <= right, ">": left > right,
              ">=": left >= right}[op]  # fmt: skip
    answer = evaluate(parse(f"v {op} {right:f}"), {"v": left})
    assert answer is (Answer.PASS if wanted else Answer.FAIL)


@given(st.text(max_size=30).filter(lambda text: "'" not in text), st.text(max_size=30))
def test_text_in_quotes_is_taken_as_it_is(wanted: str, there: str) -> None:
    answer = evaluate(parse(f"v == '{wanted}'"), {"v": there})
    assert answer is (Answer.PASS if wanted == there else Answer.FAIL)


NOT = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@settings(max_examples=150)
@given(conditions, facts)
def test_a_condition_and_its_opposite_never_both_pass(text: str, given_facts: dict[str, Any]) -> None:
    """What one cannot tell the other cannot; only of a missing key are both a fail."""
    found = parse(text)
    if found.op not in NOT:
        return
    here, there = (evaluate(one, given_facts) for one in (found, replace(found, op=NOT[found.op])))
    assert (here is Answer.UNKNOWN) == (there is Answer.UNKNOWN)
    assert (here, there) != (Answer.PASS, Answer.PASS)
    if Answer.PASS not in (here, there) and here is not Answer.UNKNOWN:
        assert seen(found, given_facts) == "no such key"


@settings(max_examples=150)
@given(conditions, st.text(max_size=40) | st.integers(0, 2000).map(lambda deep: "[" * deep))
def test_a_body_is_read_whatever_it_is(text: str, body: str) -> None:
    assert evaluate(parse(text), {"body": read_body(body)}) in Answer
