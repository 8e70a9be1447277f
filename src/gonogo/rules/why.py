"""Why a criterion says what it says: what its number really proves, and the formula behind it in words."""

from __future__ import annotations

from gonogo.rules import condition, proof
from gonogo.rules.case import DAY_S, HOUR_S, unit_s
from gonogo.rules.criterion import Judged, parse
from gonogo.rules.proof import Proof

_USUAL = 0.9
"""How sure one is asked to be where the plan demands nothing."""
_NOUNS = {"bugs.per_day": "bug", "questions.per_day": "question", "criticals.per_week": "critical"}


_KINDS = {"orders": "order", "feedback": "feedback", "bugs": "bug", "questions": "question", "criticals": "bug"}


def kind_of(reading: str) -> str | None:
    """Return which kind of logged fact a reading is made of; nothing where no log is its source."""
    return _KINDS.get(reading.split(".")[0])


def proof_of(one: Judged) -> Proof | None:
    """Return what the evidence of a criterion proves; nothing where its number proves nothing but itself."""
    reading, parsed = one.reading, parse(one.criterion.require)
    asked, target = one.criterion.confidence or _USUAL, one.target
    if target is None:
        return None
    match reading.nature:
        case "count" if reading.name == "orders.customers":
            return proof.users(int(reading.value or 0))
        case "count" if reading.name in ("orders.clean", "orders.successful"):
            return proof.orders(int(reading.value or 0), max(0, reading.samples - int(reading.value or 0)))
        case "proportion":
            good = round((reading.value or 0.0) * reading.samples)
            return proof.orders(good, reading.samples - good, target, asked)
        case "rating" if reading.levels:
            return proof.rating(reading.levels, target, asked)
        case "rate" | "tally":
            unit = "week" if unit_s(reading.name) > DAY_S else "day"
            exposure = reading.exposure_s / unit_s(reading.name)
            return proof.rate(reading.samples, exposure, _NOUNS.get(reading.name, "event"), unit, target, asked)
        case "growth":
            now = round((reading.value or 0.0) / (1 + (reading.value or 0.0)) * reading.samples)
            return proof.growth(reading.samples - now, now, asked)
        case "share" if reading.name == "uptime":
            hours = reading.exposure_s / HOUR_S
            up = hours * (reading.value or 0.0)
            return proof.uptime(up, hours - up, target, asked, _window_h(parsed))
        case _:
            return None


def _window_h(parsed: condition.Condition) -> float | None:
    return parsed.over / HOUR_S if isinstance(parsed.over, float) else None
