"""One JSON object of a shop's own log into something to log: `{"kind": "order", "value": 42, "key": "order-123"}`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from gonogo.rules import log, text
from gonogo.rules.clock import Instant
from gonogo.rules.record import Intent, Refusal

KINDS: dict[str, type[Intent]] = {
    "order": log.LogOrder, "feedback": log.LogFeedback, "bug": log.LogBug, "note": log.LogNote,
    "question": log.LogQuestion, "visit": log.LogVisit, "deploy": log.LogDeploy,
}  # fmt: skip
RIGHT = {
    "rating": "a whole number from 1 to 5", "value": "a number from 0 to 10,000,000, such as 18.50",
    "count": "a whole number from 1 up", "about": 'a list of names such as ["order:12"]',
    "severity": "critical, high, medium or low", "ok": "true or false",
    "at": "a time such as 2026-11-23T10:30:00Z", "key": "the source's own id of it, in quotes",
}  # fmt: skip
LONGEST = 100_000


def parse(line: str, now: Instant, timezone: str, source: str = "pipe") -> Intent | Refusal:
    """Read a line; a Refusal says what is wrong with it, and what would be right."""
    if len(line) > LONGEST:
        return Refusal(f"it is {len(line):,} characters long, and at most {LONGEST:,} are read")
    try:
        found = json.loads(line, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return Refusal('it is no JSON; write {"kind": "order", "value": 42}')
    if not isinstance(found, dict):
        return Refusal('it is no object; write {"kind": "order", "value": 42}')
    kind = KINDS.get(str(found.pop("kind", "")))
    if kind is None:
        return Refusal(f"its kind is none of {', '.join(KINDS)}")
    at = found.pop("at", None)
    if at is not None:
        at = _instant(at, now, timezone)
        if at is None:
            return Refusal(f"at is wrong; it is {RIGHT['at']}")
    return _intent(kind, found, at, source)


def _no_number(word: str) -> None:
    raise ValueError(word)


def _intent(kind: type[Intent], found: dict[str, Any], at: Instant | None, source: str) -> Intent | Refusal:
    known = [name for name in kind.model_fields if name != "at"]
    if strange := [name for name in found if name not in known]:
        return Refusal(f"there is no “{text.line(str(strange[0]), 40)}”; there are kind, at, {', '.join(known)}")
    try:
        return kind.model_validate({"source": source, **found, "at": at})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "it"
        if first["type"] == "missing":
            return Refusal(f"{name} is missing; it is {RIGHT.get(name, 'text in quotes')}")
        given = text.line(str(first.get("input")), 40)
        return Refusal(f"{name} is {given}; it is {RIGHT.get(name, 'text in quotes')}")


def _instant(given: Any, now: Instant, timezone: str) -> Instant | None:
    """Read a time; one without an offset is of the launch's time zone."""
    try:
        found = datetime.fromisoformat(given)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(timezone))
        return now.after((found.astimezone(UTC) - now.utc).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
