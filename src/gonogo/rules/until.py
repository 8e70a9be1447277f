"""An end as people say it: `4h`, `18:00`, `fri 11:00`, `2026-11-27 11:00`; always ahead."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from gonogo.rules.duration import seconds
from gonogo.rules.record import Refusal

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(?:([a-z]{3})[a-z]*\s+)?(\d{1,2}):(\d{2})", re.IGNORECASE)
HINT = "write how long or until when: 4h, 18:00, fri 11:00, 2026-11-27 11:00"


def until(mark: str, now: datetime, timezone: str) -> datetime | Refusal:
    """Read an end in the launch's time zone; a Refusal says what would be right."""
    words, zone = mark.strip(), ZoneInfo(timezone)
    try:
        found = _dated(words, zone) or _clocked(words, now.astimezone(zone)) or now + timedelta(seconds=seconds(words))
    except (ValueError, OverflowError):
        return Refusal(f"“{words[:30]}” is no end; {HINT}.", misused=True)
    found = found.astimezone(UTC)
    return found if found > now else Refusal(f"“{words[:30]}” has passed; {HINT}.", misused=True)


def _dated(words: str, zone: ZoneInfo) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d", words):
        return None
    found = datetime.fromisoformat(words)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _clocked(words: str, local: datetime) -> datetime | None:
    match = _CLOCK.fullmatch(words)
    if match is None:
        return None
    day = (match[1] or "").lower()
    if day and day not in DAYS:
        raise ValueError(day)
    found = local.replace(hour=int(match[2]), minute=int(match[3]), second=0, microsecond=0)
    ahead = (DAYS.index(day) - local.weekday()) % 7 if day else 0
    found += timedelta(days=ahead)
    return found if found > local else found + timedelta(days=7 if day else 1)
