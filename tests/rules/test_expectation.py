"""Lists of conditions: all of them, or any of a group."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.condition import Answer, ConditionError, either, evaluate, together
from gonogo.rules.expectation import evaluate as judge
from gonogo.rules.expectation import parse

FACTS: dict[str, Any] = {"status": 503, "latency": 0.2, "body": {"db": "ok"}}
# One condition for each answer.
PASS, FAIL, UNKNOWN = "latency < 1s", "status == 200", "ip == '::1'"


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ([], "pass"),
        ([PASS], "pass"),
        ([PASS, UNKNOWN], "unknown"),
        ([UNKNOWN, FAIL], "fail"),
        ([{"any": [FAIL, PASS]}], "pass"),
        ([{"any": [UNKNOWN, PASS]}], "pass"),
        ([{"any": [FAIL, UNKNOWN]}], "unknown"),
        ([{"any": [FAIL, FAIL]}], "fail"),
        ([PASS, {"any": [FAIL, PASS]}, {"any": [FAIL, UNKNOWN]}], "unknown"),
        ([UNKNOWN, {"any": [FAIL]}], "fail"),
        (["[STATUS] == 503", {"any": ["[BODY].db == ok"]}], "pass"),
    ],
)
def test_answers(shape: list[Any], wanted: str) -> None:
    assert judge(parse(shape), FACTS).answer == wanted


def test_it_says_which_condition_failed_and_what_was_seen() -> None:
    found = judge(parse([UNKNOWN, PASS, {"any": [FAIL, "body.db == 'up'"]}]), FACTS)
    assert [[one.answer for one in group] for group in found.groups] == [["unknown"], ["pass"], ["fail", "fail"]]
    assert [(one.condition.text, one.saw) for one in found.decisive] == [(FAIL, "503"), ("body.db == 'up'", "'ok'")]
    assert found.sentence == "wanted status == 200 or body.db == 'up', saw 503 and 'ok'"
    assert judge(parse([PASS, UNKNOWN]), FACTS).sentence == "cannot tell: ip == '::1', saw nothing"


def test_nothing_is_said_when_all_is_well() -> None:
    found = judge(parse([PASS]), FACTS)
    assert (found.decisive, found.sentence) == ((), "")
    assert [one.text for one in parse([PASS, {"any": [FAIL, UNKNOWN]}]).conditions] == [PASS, FAIL, UNKNOWN]


@pytest.mark.parametrize(
    "shape",
    ["status == 200", None, 5, {"any": [PASS]}, [5], [[PASS]], [{"any": []}], [{"any": PASS}], [{"any": [5]}],
     [{"all": [PASS]}], [{"any": [PASS], "of": 2}], [{}], [{"any": [{"any": [PASS]}]}]],
)  # fmt: skip
def test_another_shape_is_refused(shape: Any) -> None:
    with pytest.raises(ValueError, match=r"any =|a list"):
        parse(shape)


@pytest.mark.parametrize("shape", [["statsu == 200"], [{"any": [PASS, "statsu == 200"]}], ["[STATUS] < potato"]])
def test_a_condition_that_means_nothing_is_refused_with_its_caret(shape: Any) -> None:
    with pytest.raises(ConditionError):
        parse(shape, {"status", "latency"}.__contains__)


several = st.lists(st.lists(st.sampled_from([PASS, FAIL, UNKNOWN]), min_size=1, max_size=4), max_size=4)
answers = st.lists(st.sampled_from(Answer))
NOT = {Answer.PASS: Answer.FAIL, Answer.FAIL: Answer.PASS, Answer.UNKNOWN: Answer.UNKNOWN}


@given(several)
def test_it_is_all_of_its_groups_and_any_of_a_group(groups: list[list[str]]) -> None:
    found = judge(parse([{"any": group} for group in groups]), FACTS)
    alone = [[evaluate(one.condition, FACTS) for one in group] for group in found.groups]
    assert found.answer is together([either(group) for group in alone])
    assert bool(found.decisive) == (found.answer is not Answer.PASS)


@given(answers, answers)
def test_the_laws_of_three_answers(one: list[Answer], other: list[Answer]) -> None:
    """De Morgan, order, and grouping; and one answer alone is itself."""
    assert NOT[together(one)] is either([NOT[answer] for answer in one])
    assert together(one + other) is together(other + one) is together([together(one), together(other)])
    assert either(one + other) is either(other + one) is either([either(one), either(other)])
    assert all(together([answer]) is either([answer]) is answer for answer in one)
