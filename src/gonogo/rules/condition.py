"""The condition language of probes, readiness and gates: `reading op value`, with three answers.

Evaluating never raises: what is absent is unknown, and unknown is never a pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from gonogo.rules.grammar import Condition, ConditionError, Literal, Path, parse

__all__ = ["Answer", "Condition", "ConditionError", "Path", "evaluate", "number", "parse", "seen", "together"]


MATCHED = 4096
"""How much of a text a pattern is held against."""


class Answer(StrEnum):
    """What a condition says: unknown means that the facts to answer it are missing."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Absent:
    """The value of a path that leads nowhere; `missing` tells an absent key from an absent root."""

    def __init__(self, *, missing: bool) -> None:
        self.missing = missing


NO_ROOT = Absent(missing=False)
NO_KEY = Absent(missing=True)


def lookup(facts: Mapping[str, Any], path: Path) -> Any:
    """Follow a path; Absent when it leads nowhere (see `Absent.missing`)."""
    root = str(path.parts[0])
    if path.text in facts:
        return NO_ROOT if facts[path.text] is None else facts[path.text]
    if root not in facts or facts[root] is None:
        return NO_ROOT
    value: Any = facts[root]
    for part in path.parts[1:]:
        if isinstance(value, str | int | float | Decimal | bool):
            return NO_ROOT if value is facts[root] else NO_KEY
        if isinstance(part, int) and isinstance(value, list):
            if part >= len(value):
                return NO_KEY
            value = value[part]
        elif isinstance(value, dict) and str(part) in value:
            value = value[str(part)]
        else:
            return NO_KEY
    return value


def number(value: Any) -> Decimal | None:
    """Return the exact decimal of a number, or of text that is one; nothing for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, float | str):
        try:
            found = Decimal(str(value).strip())
        except InvalidOperation:
            return None
        return found if found.is_finite() else None
    return None


def _words(value: Any) -> str:
    """Return a value as text; a number too long to be written is no text that anybody looks for."""
    try:
        return str(value)
    except ValueError:
        return ""


def _same(value: Any, wanted: Literal) -> bool:
    target = wanted.value
    if isinstance(target, re.Pattern):
        return target.match(_words(value)[:MATCHED]) is not None
    if isinstance(target, tuple):
        return any(_same(value, one) for one in target)
    if isinstance(target, bool) or target is None:
        return value is target
    if isinstance(target, Decimal):
        return not isinstance(value, str) and number(value) == target
    return str(value) == target if isinstance(value, str) else False


_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _value(condition: Condition, facts: Mapping[str, Any]) -> Any:
    left = condition.left
    if isinstance(left, Literal):
        return left.value
    if isinstance(left, Path):
        return lookup(facts, left)
    found = lookup(facts, left.path)
    if left.name == "has":
        return NO_ROOT if isinstance(found, Absent) and not found.missing else not isinstance(found, Absent)
    return len(found) if isinstance(found, str | list | dict) else found if isinstance(found, Absent) else NO_ROOT


def evaluate(condition: Condition, facts: Mapping[str, Any]) -> Answer:
    """Answer a condition from facts: an absent root is unknown, an absent key is a fail."""
    value = _value(condition, facts)
    op, right = condition.op, condition.right
    if op in _ORDER:
        amount = None if isinstance(value, Absent) else number(value)
        if amount is None or not isinstance(right.value, Decimal):
            return Answer.UNKNOWN
        return Answer.PASS if _ORDER[op](amount, right.value) else Answer.FAIL
    if isinstance(value, Absent):
        return Answer.FAIL if value.missing else Answer.UNKNOWN
    if op == "contains":
        holds = _contains(value, right)
    elif op == "matches" and isinstance(right.value, re.Pattern):
        holds = right.value.search(_words(value)[:MATCHED]) is not None
    else:
        holds = _same(value, right)
    return Answer.PASS if holds != (op == "!=") else Answer.FAIL


def _contains(value: Any, right: Literal) -> bool:
    if isinstance(value, list | tuple):
        return any(_same(one, right) for one in value)
    if isinstance(value, dict):
        return str(right.value) in value
    return str(right.value) in _words(value)


def together(answers: Sequence[Answer]) -> Answer:
    """All must pass: the worst of the answers, fail before unknown."""
    for worst in (Answer.FAIL, Answer.UNKNOWN):
        if worst in answers:
            return worst
    return Answer.PASS


def seen(condition: Condition, facts: Mapping[str, Any]) -> str:
    """Say what stood there instead, for a sentence."""
    value = _value(condition, facts)
    if isinstance(value, Absent):
        return "no such key" if value.missing else "nothing"
    return repr(value)[:60] if isinstance(value, str) else _words(value)[:60] or "a huge number"
