"""What a gate may demand: a number, a floor and a confidence that fit what the reading is."""

from __future__ import annotations

from decimal import Decimal

from gonogo.rules import condition
from gonogo.rules.catalogue import NATURES
from gonogo.rules.grammar import Literal

_UP, _DOWN = (">=", ">"), ("<", "<=")
_SAMPLED = {"proportion": _UP, "rating": _UP, "growth": _UP, "rate": _DOWN, "tally": _DOWN}
"""What is a sample of something else, and on which side evidence can make one sure."""
_BEST_RATING = 5


def number_amiss(demanded: condition.Condition) -> str:
    """Say why a number cannot be demanded of a reading; empty where it can, or where the reading is not one of ours."""
    value, reading, op = demanded.right.value, demanded.reading, demanded.op
    nature = NATURES.get(reading)
    if nature is None or not isinstance(value, Decimal):
        return ""
    least = 1 if op in (">=", "<") else 0
    if nature in ("count", "open_count") and (value != value.to_integral_value() or value < least):
        return f"{reading} counts whole things: write a whole number from {least} up, such as 20"
    if nature == "rating" and not 1 <= value <= _BEST_RATING:
        return f"{reading} is between 1 and {_BEST_RATING} stars: write a number from there"
    if nature != "growth" and value < 0:
        return f"{reading} is never below 0: write a number from 0 up"
    return ""


def unit_amiss(old: condition.Condition, fresh: condition.Condition) -> str:
    """Say why a number's unit does not fit what was demanded before, of a reading whose unit only its config knows."""
    if not isinstance(old.right, Literal) or not isinstance(fresh.right, Literal):
        return ""
    if fresh.right.scale in ("", old.right.scale) or not old.right.scale:
        return ""
    return f"“{fresh.right.text}” does not fit {old.reading}, of which {old.right.text} was demanded"


def floor_amiss(demanded: condition.Condition, floor: float) -> str:
    """Say why a floor does not lie under the count that is to be reached; empty where it does."""
    target = condition.number(demanded.right.value)
    if demanded.op not in _UP or NATURES.get(demanded.reading, "count") != "count" or target is None:
        return ""
    if not 0 <= floor < target:
        return f"the floor {floor:g} does not lie between 0 and the target {demanded.right.text}"
    return ""


def confidence_amiss(demanded: condition.Condition) -> str:
    """Say why no confidence can be demanded: it could never be met; empty where it can."""
    nature, reading = NATURES.get(demanded.reading), demanded.reading
    if nature is None:
        return ""
    if nature in ("count", "open_count"):
        return f"a count has a chance, not a confidence: {reading} is as it is"
    if demanded.op in (_UP if reading == "uptime" else _SAMPLED.get(nature, ())):
        return ""
    return f"nothing makes one surer of “{reading} {demanded.op} …”, so that no confidence can be demanded of it"
