"""Cron lines: when one comes due in the launch's time zone, right through a change to summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator

LONGEST = 100
FAR = timedelta(days=3653)
HINT = "write minute, hour, day, month, weekday, such as 0 9 * * mon-fri"
_ANY = datetime(2025, 1, 1, tzinfo=UTC)


def check(line: str) -> str:
    """Return a cron line as it is kept; ValueError says what is wrong with it."""
    clean = " ".join(line.split())
    if len(clean) > LONGEST or len(clean.split()) != 5:
        raise ValueError(f"“{clean[:40]}” is no cron line; {HINT}")
    try:
        found = next(CronSim(clean, _ANY), None)
    except (CronSimError, ValueError, TypeError, AssertionError, OverflowError) as error:
        if _lacks_its_day(clean):
            raise ValueError(f"“{clean}” never fires: its months have no such day; {HINT}") from None
        why = str(error).removeprefix("Bad ")
        what = f"its {why} is wrong" if why else "it cannot be read"
        raise ValueError(f"“{clean}” is no cron line that ever fires: {what}; {HINT}") from None
    if found is None or found - _ANY > FAR:
        raise ValueError(f"“{clean}” never fires within ten years; {HINT}")
    return clean


def _lacks_its_day(line: str) -> bool:
    """Whether a line is well spelt and only its day is in none of its months, such as 31 February."""
    minute, hour, day, month, weekday = line.split()
    try:
        for spelt in ((minute, hour, day, "*", weekday), (minute, hour, "*", month, weekday)):
            CronSim(" ".join(spelt), _ANY)
    except (CronSimError, ValueError, TypeError, AssertionError, OverflowError):
        return False
    return True


Cron = Annotated[str, AfterValidator(check)]
"""A cron line that fires."""


@lru_cache(maxsize=4096)
def following(line: str, at: datetime, zone: str) -> datetime:
    """Return the first instant after `at` at which a checked line fires, in UTC."""
    return next(CronSim(line, at.astimezone(ZoneInfo(zone)))).astimezone(UTC)
