"""Why a condition answers what it answers, in a sentence for whoever is awake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.rules import facts as fact
from gonogo.rules.condition import MATCHED, Answer, amount_of, brief, decide, is_constant, limits, shown, side_value
from gonogo.rules.facts import Absent, written
from gonogo.rules.grammar import ORDERS, Call, Condition, Literal, Operand, Path

SHOWN = 200
"""How many characters of a side are shown."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer, what stood on each side (nothing where nothing did), and why, in a sentence."""

    answer: Answer
    left: str | None
    right: str | None
    why: str


def explain(condition: Condition, facts: Mapping[str, Any]) -> Explanation:
    """Answer a condition and say why."""
    left, right = (side_value(condition, side, facts) for side in (condition.left, condition.right))
    answer = decide(condition, left, right)
    why = _doubt(condition, left, right) if answer is Answer.UNKNOWN else _finding(condition, answer, left, right)
    return Explanation(answer, _side(condition, condition.left, left), _side(condition, condition.right, right), why)


def _side(condition: Condition, side: Operand, value: Any) -> str | None:
    if isinstance(side, Literal):
        return side.text
    words = None if isinstance(value, Absent) else written(brief(value, limits(condition)))
    return words if words is None or len(words) <= SHOWN else words[: SHOWN - 1] + "…"


def _stood(condition: Condition, side: Operand, value: Any) -> str:
    """Say what a reading was."""
    if isinstance(value, Absent):
        return f"there is no {(side.path if isinstance(side, Call) else side).text}"
    return f"{side.text} is {shown(condition, side, value)}"


def _finding(condition: Condition, answer: Answer, left: Any, right: Any) -> str:
    """Say what was found, and what was wanted."""
    sides = ((condition.left, left), (condition.right, right))
    stood = " and ".join(_stood(condition, side, value) for side, value in sides if not isinstance(side, Literal))
    over = "" if condition.over is None else " over" + condition.text.rpartition("over")[2].rstrip()
    wanted = f"{condition.op} {condition.right.text}{over}"
    if isinstance(condition.left, Literal):
        wanted = f"{condition.left.text} {wanted}"
    if not stood:
        return f"no reading stands in it, and {wanted} does not hold"
    return f"{stood}, {'as wanted' if answer is Answer.PASS else 'wanted'}: {wanted}"


def _doubt(condition: Condition, left: Any, right: Any) -> str:
    """Say why nothing can be said."""
    if is_constant(condition):
        return "no reading stands in it, so nothing was looked at"
    sides = ((condition.left, left), (condition.right, right))
    for side, value in sides:
        if isinstance(value, Absent) and not isinstance(side, Literal):
            return _nothing(side, value)
    for side, value in sides:
        if condition.op in ORDERS and amount_of(condition, value) is None:
            stood = f"{side.text} is {shown(condition, side, value)}"
            return f"{stood}, which is not a number; “{condition.op}” compares numbers"
    if condition.op == "matches" and len(written(left) or "") > MATCHED:
        return f"a pattern sees the first {MATCHED} characters, and they do not decide it; contains sees all"
    return f"{condition.left.text} is {shown(condition, condition.left, left)}; it cannot be compared"


def _nothing(side: Path | Call, value: Absent) -> str:
    path = side.path if isinstance(side, Call) else side
    if value is fact.NO_ROOT:
        root = str(path.parts[0]) if path.parts[0] in ("body", "headers", "context") else path.name
        return f"there is no {root} among the facts: nothing answered, or nobody looked"
    if value is fact.NOT_JSON:
        return f"the body is not JSON, so {path.text} leads nowhere"
    if value is fact.NO_KEY:
        return f"there is no {path.text}, so there is nothing to compare"
    return f"{side.text} is {value.why}"
