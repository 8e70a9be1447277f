"""The condition language of probes, readiness and gates: `reading op value`, with three answers.

Evaluating never raises: what is absent is unknown, and unknown is never a pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gonogo.rules import facts as fact
from gonogo.rules.facts import Absent, Body, lookup, written
from gonogo.rules.grammar import ORDERS, Call, Condition, ConditionError, Literal, Operand, Path, parse
from gonogo.rules.numbers import EXACT, go_amount, go_integer, number, plain

__all__ = [
    "Answer", "Condition", "ConditionError", "Path", "either", "evaluate", "number", "parse", "seen", "together",
]  # fmt: skip

MATCHED = 4096
"""How much of a text a regular expression is held against."""


class Answer(StrEnum):
    """What a condition says: unknown means that the facts to answer it are missing."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


def evaluate(condition: Condition, facts: Mapping[str, Any]) -> Answer:
    """Answer a condition from facts: an absent root is unknown, an absent key is a fail."""
    return decide(
        condition, side_value(condition, condition.left, facts), side_value(condition, condition.right, facts)
    )


def together(answers: Sequence[Answer]) -> Answer:
    """All must pass: the worst of the answers, fail before unknown."""
    for worst in (Answer.FAIL, Answer.UNKNOWN):
        if worst in answers:
            return worst
    return Answer.PASS


def either(answers: Sequence[Answer]) -> Answer:
    """One is enough: the best of the answers, pass before unknown."""
    for best in (Answer.PASS, Answer.UNKNOWN):
        if best in answers:
            return best
    return Answer.FAIL


# What stands on a side ------------------------------------------------------------------------


def side_value(condition: Condition, side: Operand, facts: Mapping[str, Any]) -> Any:
    """Return what stands on a side: a literal's value, or what the facts hold there."""
    if isinstance(side, Literal):
        return side.value
    found = lookup(facts, side.path if isinstance(side, Call) else side)
    if condition.loose and (found is None or (found is fact.NOT_JSON and _is_damaged(facts.get("body")))):
        found = fact.NO_KEY  # in Gatus a key that holds null is no key, and neither is one of damaged JSON
    if isinstance(side, Path):
        return found
    if side.function == "has":
        return _has(found)
    return found if isinstance(found, Absent) else _length(found, loose=condition.loose)


def _is_damaged(body: Any) -> bool:
    """Whether a body begins as JSON and is none."""
    return isinstance(body, Body) and body.text.lstrip()[:1] in ("{", "[")


def _has(found: Any) -> Any:
    """Whether something is there; a number that cannot be compared is."""
    if not isinstance(found, Absent) or found is fact.NO_NUMBER:
        return True
    return False if found.missing else found


def _length(value: Any, *, loose: bool) -> Any:
    plain = value.plain if isinstance(value, Body) else value
    if isinstance(plain, list) or (not loose and isinstance(plain, dict)):
        return len(plain)
    if not loose and not isinstance(plain, str):
        return fact.NO_LENGTH
    words = written(value) if loose else plain
    return fact.NO_LENGTH if words is None else len(words)


# Comparing ------------------------------------------------------------------------------------

_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def decide(condition: Condition, left: Any, right: Any) -> Answer:
    """Answer a condition from what stands on its sides."""
    op = condition.op
    if op in ORDERS:
        a, b = amount_of(condition, left), amount_of(condition, right)
        holds = None if a is None or b is None else _ORDER[op](a, b)
    elif gone := [side for side in (left, right) if isinstance(side, Absent)]:
        return Answer.FAIL if all(side.missing for side in gone) else Answer.UNKNOWN
    else:
        holds = _equal(condition, left, right)
        holds = not holds if op == "!=" and holds is not None else holds
    if holds and is_constant(condition):
        return Answer.UNKNOWN
    return Answer.UNKNOWN if holds is None else Answer.PASS if holds else Answer.FAIL


def is_constant(condition: Condition) -> bool:
    """Whether no reading stands in it: then it has seen nothing, and passes nothing."""
    return isinstance(condition.left, Literal) and isinstance(condition.right, Literal)


def amount_of(condition: Condition, value: Any) -> Decimal | None:
    """Return the number that an order comparison sees; nothing where there is none."""
    if isinstance(value, Body):
        value = value.text if condition.loose else value.plain
    return go_amount(value) if condition.loose else number(value)


def _equal(condition: Condition, left: Any, right: Any) -> bool | None:
    """Whether the sides are alike, as far as that can be told."""
    if condition.loose:
        return _alike(left, right)
    assert isinstance(condition.right, Literal)
    if condition.op == "contains":
        return _contains(left, condition.right)
    if condition.op == "matches":
        return _matches(left, right)
    return _same(left, right)


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False


def _same(value: Any, wanted: Any) -> bool | None:
    if isinstance(wanted, re.Pattern):
        words = written(value)
        return None if words is None else wanted.match(words) is not None
    if isinstance(wanted, tuple):
        return _any(_same(value, one.value) for one in wanted)
    value = value.plain if isinstance(value, Body) else value
    if isinstance(wanted, bool) or wanted is None:
        return value is wanted
    if isinstance(wanted, Decimal):
        return not isinstance(value, str) and number(value) == wanted
    return isinstance(value, str) and value == wanted


def _alike(left: Any, right: Any) -> bool | None:
    """Compare as Gatus does: numbers where both spell one, else texts; a pattern or a list may be on either side."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, tuple):
            return _any(_alike(each.value, other) for each in one)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, re.Pattern):
            words = None if isinstance(other, re.Pattern) else written(other)
            return None if words is None else one.match(words) is not None
    texts = isinstance(left, str | Body) and isinstance(right, str | Body)
    a, b = (_spelled(side, whole=texts) for side in (left, right))
    if a is not None and b is not None:
        return a == b
    a_text, b_text = written(left), written(right)
    return None if a_text is None or b_text is None else a_text == b_text


def _spelled(value: Any, *, whole: bool) -> Decimal | int | None:
    """Return the number that a side spells; two texts are numbers only when whole: version 1.10 is not 1.1."""
    value = value.text if isinstance(value, Body) else value
    return go_integer(value) if whole else go_amount(value)


def _contains(value: Any, wanted: Literal) -> bool | None:
    needle = wanted.value if isinstance(wanted.value, str) else wanted.text
    if isinstance(value, Body):
        if isinstance(wanted.value, str) and needle in value.text:
            return True
        value = value.plain
    if isinstance(value, list | tuple):
        return _any(_same(one, wanted.value) for one in value)
    if isinstance(value, dict):
        return needle in value
    words = written(value)
    return None if words is None else needle in words


def _matches(value: Any, pattern: re.Pattern[str]) -> bool | None:
    words = written(value)
    if words is None:
        return None
    found = pattern.search(words, 0, MATCHED)
    if len(words) <= MATCHED:
        return found is not None
    # The rest was not looked at: what hangs on the end of the text, or on what is not there, cannot be told.
    sure = found is not None and found.end() < MATCHED - 1 and "(?" not in pattern.pattern
    return True if sure else None


# Saying what stood there ----------------------------------------------------------------------

_NINTH = Decimal("1e-9")
_THIRD = Decimal("1e-3")


def seen(condition: Condition, facts: Mapping[str, Any]) -> str:
    """Say what stood there instead, for a sentence."""
    sides = [side for side in (condition.left, condition.right) if not isinstance(side, Literal)]
    return " and ".join(shown(condition, side, side_value(condition, side, facts), rough=True) for side in sides)


_IN: dict[str, Decimal] = {"": Decimal(1), " s": Decimal(1), " ms": Decimal(1000), "%": Decimal(100)}
"""Units that values are shown in, and how many of them make one of ours."""


def _unit(condition: Condition, side: Operand) -> str:
    """Return the unit in which a reading is shown: that of what it is held against."""
    if isinstance(side, Path) and side.times is not None:
        return " ms"
    wanted = condition.right
    if not isinstance(wanted, Literal) or isinstance(side, Literal):
        return ""
    return {"time": " ms" if wanted.text.endswith("ms") else " s", "share": "%"}.get(wanted.scale, "")


def shown(condition: Condition, side: Operand, value: Any, *, rough: bool = False) -> str:
    """Write what stood on a side for a sentence, in the unit of what it is held against, and never as if it were it.

    Where it is `rough`, it has no more digits than it takes.
    """
    if isinstance(value, Absent):
        return value.why
    unit = _unit(condition, side)
    held = value.plain if isinstance(value, Body) else value
    if isinstance(held, int | float | Decimal) and (amount := amount_of(condition, held)) is not None:
        per = Decimal(1) if isinstance(side, Path) and side.times is not None else _IN[unit]
        held_against = [EXACT.multiply(one, per) for one in limits(condition)]
        amount = EXACT.multiply(amount, per)
        steps = (_THIRD, _NINTH) if rough and unit else (_NINTH,)
        steps = (Decimal(1), *steps) if rough and unit == " ms" and abs(amount) >= 10 else steps
        return plain(brief(amount, held_against, steps)) + unit
    words = written(value)
    if words is None:
        return "a huge number" if isinstance(value, int) else "something too deep to show"
    words = words if len(words) <= 60 else words[:59] + "…"
    return (
        repr(words) if isinstance(value, str) or (isinstance(value, Body) and isinstance(value.plain, str)) else words
    )


def limits(condition: Condition) -> list[Decimal]:
    """Return the numbers that a condition holds its reading against."""
    sides = [side for side in (condition.left, condition.right) if isinstance(side, Literal)]
    values = [one.value for side in sides for one in (side.value if isinstance(side.value, tuple) else (side,))]
    return [amount for value in values if (amount := amount_of(condition, value)) is not None]


def brief(value: Any, unlike: Sequence[Decimal] = (), steps: Sequence[Decimal] = (_NINTH,)) -> Any:
    """Return a decimal to the ninth place, or the first step at which it is not taken for one that it is unlike."""
    amount = number(value) if isinstance(value, float | Decimal) else None
    if amount is None or amount.adjusted() < -6:
        return value
    if amount == amount.quantize(steps[-1], context=EXACT) and len(steps) == 1:
        return value
    shorter = (amount.quantize(step, context=EXACT) for step in steps)
    return next((short for short in shorter if short == amount or short not in unlike), value)
