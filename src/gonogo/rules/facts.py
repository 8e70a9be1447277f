"""Facts: what a check saw, as conditions look it up; what is not there says why it is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from gonogo.rules.grammar import Path
from gonogo.rules.numbers import EXACT, number, plain

ANSWERS = ("body", "reply", "output")
"""The facts that hold what was answered, whole."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The value of a path that leads nowhere; `missing` when what should hold it is there, and well formed."""

    why: str
    missing: bool = False


NO_ROOT = Absent("nothing")
NO_KEY = Absent("no such key", missing=True)
NOT_JSON = Absent("a body that is not JSON")
NO_NUMBER = Absent("no number that can be compared")
NO_LENGTH = Absent("something without a length")


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it was received, and its value where it is JSON."""

    text: str
    value: Any = NOT_JSON

    @property
    def plain(self) -> Any:
        """The value of a JSON body, the text of any other."""
        return self.text if self.value is NOT_JSON else self.value


# Reading facts --------------------------------------------------------------------------------


def _refuse(constant: str) -> Any:
    raise json.JSONDecodeError(f"{constant} is not JSON", constant, 0)


def _any_number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent past what decimals have
        return Decimal("NaN")


_STRICT = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)
_PATIENT = json.JSONDecoder(parse_float=_any_number, parse_int=_any_number, parse_constant=_refuse)
_DAY_MS = Decimal(86_400_000)
_SPELLINGS: dict[str, tuple[str, Decimal | None]] = {
    "response_time_ms": ("latency", Decimal(1000)),
    "latency_ms": ("latency", Decimal(1000)),
    "certificate_expiration_ms": ("cert.days", _DAY_MS),
    "domain_expiration_ms": ("domain.days", _DAY_MS),
    "dns_rcode": ("rcode", None),
}
"""Other names of facts, and how much of their unit makes one of ours."""
_DIVIDE = Context(prec=28)


def read_body(text: str) -> Body:
    """Read a body: its decimals stay exact, and what is not wholly JSON is text."""
    source = text.removeprefix("\ufeff")
    try:
        try:
            return Body(text, _STRICT.decode(source))
        except json.JSONDecodeError:
            return Body(text)
        except (ValueError, InvalidOperation):  # a number of thousands of digits
            return Body(text, _PATIENT.decode(source))
    except (ValueError, RecursionError):
        return Body(text)


def read_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts under the names that conditions use, from either spelling; the body is text as received."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        ours, per = _SPELLINGS.get(name, (name, None))
        if ours != name and ours in facts:
            continue
        if per is not None and value is not None:
            amount = number(value)
            value = NO_NUMBER if amount is None else _DIVIDE.divide(amount, per)
        found[ours] = value
    body = found.get("body")
    if isinstance(body, str):
        found["body"] = read_body(body)
    elif body is not None:
        found["body"] = Body(written(body) or "", body)
    if isinstance(headers := found.get("headers"), dict):
        found["headers"] = {str(name).lower(): value for name, value in headers.items()}
    return found


# Looking up -----------------------------------------------------------------------------------


def lookup(facts: Mapping[str, Any], path: Path) -> Any:
    """Follow a path; Absent when it leads nowhere."""
    value = facts[path.name] if path.name in facts else _walk(facts, path)
    if value is None and (len(path.parts) == 1 or path.name in facts):
        return NO_ROOT
    if path.times is not None and not isinstance(value, Absent):
        amount = number(value)
        # Back to the nanosecond: a third of a day has no exact decimal.
        return NO_NUMBER if amount is None else EXACT.multiply(amount, path.times).quantize(_NANO, context=EXACT)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and number(value) is None:
        return NO_NUMBER
    return value


_NANO = Decimal("0.000000001")


def _walk(facts: Mapping[str, Any], path: Path) -> Any:
    root = str(path.parts[0])
    value = facts.get(root)
    if value is None or len(path.parts) == 1:
        return NO_ROOT if value is None else value
    if isinstance(value, Body):
        value = value.value
        if value is NOT_JSON:
            return NOT_JSON
    elif not isinstance(value, dict | list):
        return NO_ROOT
    for part in path.parts[1:]:
        if isinstance(part, int) and isinstance(value, list):
            if part >= len(value):
                return NO_KEY
            value = value[part]
            continue
        key = str(part).lower() if root == "headers" else str(part)
        if not isinstance(value, dict) or key not in value:
            return NO_KEY
        value = value[key]
    return value


# Writing --------------------------------------------------------------------------------------


def written(value: Any) -> str | None:
    """Return a value as text: text as it is, all else as compact JSON; nothing when it cannot be written."""
    if isinstance(value, Body):
        return value.text
    if isinstance(value, str):
        return value
    try:
        return _json(value)
    except (ValueError, RecursionError):  # thousands of digits, or nested past the stack
        return None


def _json(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(str(key))}:{_json(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_json, value)) + "]"
    return str(value)
