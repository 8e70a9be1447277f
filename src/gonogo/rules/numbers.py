"""Numbers, exactly: as JSON and text have them, and as Go spells them (for Gatus conditions)."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import Any

EXACT = Context(prec=1000)
"""Reckons without rounding whatever a condition can say."""
LARGEST = 308
"""The greatest power of ten that a number may have: past it most readers of JSON see infinity."""
_LONGEST = 400
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")


def number(value: Any) -> Decimal | None:
    """Return the exact decimal of a number, or of text that is one; nothing for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if value.bit_length() <= 1024 else None
    if isinstance(value, float):
        value = str(value)
    if isinstance(value, str):
        words = value.strip() if len(value) <= _LONGEST else ""
        if not _DECIMAL.fullmatch(words):
            return None
        value = Decimal(words)
    if not isinstance(value, Decimal) or not value.is_finite():
        return None
    return value if not value or value.adjusted() <= LARGEST else None


def plain(value: Decimal) -> str:
    """Write a decimal without exponent and without idle zeros, where that is not endless."""
    if not value.is_finite() or not -30 <= value.adjusted() <= 30:
        return str(value)
    words = f"{value:f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


# As Go spells them ----------------------------------------------------------------------------

_BASES = ((16, "0x"), (8, "0o"), (2, "0b"))
_INTEGER = re.compile(r"([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)")
_SPAN = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_DURATION = re.compile(rf"([+-]?)((?:{_SPAN.pattern})+)")
_MILLISECONDS = {
    "ns": Decimal("0.000001"), "us": Decimal("0.001"), "µs": Decimal("0.001"), "μs": Decimal("0.001"),
    "ms": Decimal(1), "s": Decimal(1000), "m": Decimal(60_000), "h": Decimal(3_600_000),
}  # fmt: skip


def go_integer(text: str) -> int | None:
    """Return the whole number that Go reads in a text: decimal, 0x, 0o, 0b, or octal after a bare 0."""
    found = _INTEGER.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    digits = found[2].lower()
    base = next((base for base, prefix in _BASES if digits.startswith(prefix)), 0)
    base = base or (8 if digits.startswith("0") else 10)
    return int(found[1] + digits, base)


def go_duration(text: str) -> Decimal | None:
    """Return the milliseconds of a duration such as 1h30m or 250ms; Go has no days and no weeks."""
    found = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    spans = _SPAN.findall(found[2])
    total = sum((EXACT.multiply(Decimal(amount), _MILLISECONDS[unit]) for amount, unit in spans), Decimal(0))
    return -total if found[1] == "-" else total


def go_amount(value: Any) -> Decimal | None:
    """Return what Gatus compares: a number, or text that Go reads as a duration (in ms), whole number or decimal."""
    if not isinstance(value, str):
        return number(value)
    words = value.strip() if len(value) <= _LONGEST else ""
    if (span := go_duration(words)) is not None:
        return number(span)
    whole = go_integer(words)
    return number(words if whole is None else whole)
