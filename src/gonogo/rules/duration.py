"""Durations as people write them: `30s`, `5m`, `24h`, `7d`, `1w`, `800ms`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

UNITS = {
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
    "w": Decimal(604800),
}
LONGEST_S = Decimal(3653 * 86_400)
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")


def seconds(text: str) -> float:
    """Read a duration; ValueError says what would be right."""
    parts = _FORM.findall(text)
    if not parts or _FORM.sub("", text).strip():
        raise ValueError(
            f"“{text[:40]}” is not a duration; write a number and a unit (ms s m h d w), such as 30s or 24h"
        )
    total = sum(Decimal(number) * UNITS[unit] for number, unit in parts)
    if total > LONGEST_S:
        raise ValueError("a duration is at most ten years")
    return float(total)


def _read(value: object) -> float:
    if isinstance(value, str):
        return seconds(value)
    raise ValueError("a duration is text with a unit, such as '30s' or '24h'")


def _read_positive(value: object) -> float:
    if (found := _read(value)) <= 0:
        raise ValueError("a duration here is longer than nothing, such as '30s'")
    return found


Duration = Annotated[float, BeforeValidator(_read)]
"""Seconds, written as text in plans and config."""
PositiveDuration = Annotated[float, BeforeValidator(_read_positive)]


def countdown(total: float) -> str:
    """Write whole seconds as `m:ss`, or `h:mm:ss` from an hour on; never a minus sign."""
    left = max(0, int(total))
    hours, rest = divmod(left, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def written(total: float) -> str:
    """Write a duration as it is read again, in as many units as it takes: `6h`, `1d12h`, `90ms`."""
    left, parts = round(total * 1000), []
    for unit, size in reversed(UNITS.items()):
        many, left = divmod(left, int(size * 1000))
        if many:
            parts.append(f"{many}{unit}")
    return "".join(parts) or "0s"
