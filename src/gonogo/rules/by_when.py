"""When an item is due: an instant, or a day of the launch's calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from gonogo.rules.record import Refusal
from gonogo.rules.until import DAYS, until

DAY = timedelta(days=1)
HINT = "write a day or an instant: today, fri, fri 17:00, 2026-11-27, 2026-11-27 17:00, 3d"


def _read(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and len(value) > 10):
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError(f"{at} has no offset; write the day alone, or an instant with its offset")
        return at.astimezone(UTC)
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value


Due = Annotated[datetime | date, BeforeValidator(_read)]
"""An aware instant, or a day of the launch's calendar."""


def ends(due: datetime | date, zone: ZoneInfo) -> datetime:
    """Return the instant by which it is due: of a day, its end."""
    if isinstance(due, datetime):
        return due
    return datetime.combine(due + DAY, time(), zone).astimezone(UTC)


def begins(due: datetime | date, zone: ZoneInfo) -> datetime:
    """Return the instant from which it asks for somebody: of a day, its beginning, else a day before."""
    if isinstance(due, datetime):
        return due - DAY
    return datetime.combine(due, time(), zone).astimezone(UTC)


def written(due: datetime | date, timezone: str) -> str:
    """Write it in the launch's time zone, as it is read again."""
    if isinstance(due, datetime):
        return f"{due.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
    return due.isoformat()


def read(mark: str, now: datetime, timezone: str) -> datetime | date | Refusal:
    """Read what a person wrote, in the launch's time zone; one that has passed is taken only with its date."""
    words, today = " ".join(mark.lower().split()), now.astimezone(ZoneInfo(timezone)).date()
    if words in ("today", "tomorrow"):
        return today + (DAY if words == "tomorrow" else timedelta())
    if words[:3] in DAYS and words.isalpha():
        return today + timedelta(days=(DAYS.index(words[:3]) - today.weekday()) % 7)
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
            return date.fromisoformat(words)
        if re.match(r"\d{4}-\d\d-\d\d", words):
            at = datetime.fromisoformat(words.upper())
            return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return Refusal(f"“{mark[:30]}” is no day; {HINT}.", misused=True)
    found = until(words, now, timezone)
    return Refusal(f"“{mark[:30]}” is no day; {HINT}.", misused=True) if isinstance(found, Refusal) else found
