"""Instants as people read them, in the launch's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gonogo.rules import words


@lru_cache(maxsize=8)
def zone(name: str) -> ZoneInfo:
    """Return a time zone."""
    return ZoneInfo(name)


def clock(at: datetime, timezone: str, now: datetime | None = None) -> str:
    """Say a time of day; with `now`, the weekday or date too when it is another day."""
    local = at.astimezone(zone(timezone))
    if now is None or local.date() == now.astimezone(zone(timezone)).date():
        return f"{local:%H:%M}"
    if abs(at - now) < timedelta(days=6):
        return f"{local:%a %H:%M}"
    return f"{local:%d %b}"


def day(at: date, timezone: str, now: datetime) -> str:
    """Say a day as its weekday: `today`, `Fri`; its date when it is further off."""
    ahead = (at - now.astimezone(zone(timezone)).date()).days
    return "today" if ahead == 0 else f"{at:%a}" if abs(ahead) < 6 else f"{at:%d %b}"


def offset(at: datetime, timezone: str) -> str:
    """Say the zone's offset: `+08`, `+05:30`."""
    text = at.astimezone(zone(timezone)).strftime("%z")
    return text[:3] if text.endswith("00") else f"{text[:3]}:{text[3:]}"


def age(delta: timedelta) -> str:
    """Say an age in its largest unit: `2 d`, `9 h`, `5 min`, `40 s`."""
    return words.ago(max(delta, timedelta(0)))
