"""Numbers and spans as people read them, without a library: the rules' own sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gonogo.rules.duration import seconds

OPS = {">=": "≥", "<=": "≤", "!=": "≠", "==": "="}
_PLURAL = {"try": "tries", "other changed property": "other changed properties"}
_IRREGULAR = {"feedback": "feedback", "criticals": "criticals"}


def count(number: int, noun: str) -> str:
    """Say a count with its noun: `1 item`, `3 items`."""
    return f"{number} {noun}" if number == 1 or noun in _IRREGULAR else f"{number} {_PLURAL.get(noun, noun + 's')}"


def sentence(text: str) -> str:
    """Begin a sentence with a text: its first letter large, the others as they are."""
    return text[:1].upper() + text[1:]


def some(names: Sequence[str], most: int = 3) -> str:
    """List a few names, and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def span(seconds: float) -> str:
    """Say a span of time in its two largest units: `3 d 4 h`, `12 min`, `40 s`."""
    left = max(0, int(seconds))
    if left < 60:
        return f"{left} s"
    days, left = divmod(left, 86_400)
    hours, left = divmod(left, 3600)
    minutes = left // 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    return f"{minutes} min"


def stopped(seconds: float) -> str:
    """Say a span that was stopped by a watch: under ten minutes to the second, `1:18`, from there on as any other."""
    left = max(0, int(seconds))
    return f"{left // 60}:{left % 60:02d}" if left < 600 else span(seconds)


def ago(delta: timedelta) -> str:
    """Say an age in its largest unit."""
    return span(delta.total_seconds()).split(" ", 2)[0] + " " + span(delta.total_seconds()).split(" ", 2)[1]


def within(number: int, seconds: float) -> str:
    """Say how many there were in how long: `3 in 2.5 days`, `0 in 12 min`."""
    return f"{number} in {f'{seconds / 86_400:.1f} days' if seconds >= 86_400 else span(seconds)}"


def moment(at: datetime, now: datetime, timezone: str) -> str:
    """Say a moment that has been with its day: `Tue 24 Nov 23:59, yesterday`."""
    zone = ZoneInfo(timezone)
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    said = f"{local:%a %d %b %H:%M}" if local.year == today.year else f"{local:%a %d %b %Y %H:%M}"
    return said + {0: "", 1: ", yesterday"}.get((today - local.date()).days, "")


def reading(value: float | None, like: str, name: str) -> str:
    """Write a reading in the unit of its target, with the digits that tell it from it: `99.82%`, `310 ms`, `14`."""
    if value is None:
        return "nothing"
    if like.endswith("%"):
        return f"{_apart(value * 100, like.removesuffix('%'), 2, _worse(name))}%"
    if name == "drill.decision":
        return f"{int(value) // 60}:{int(value) % 60:02}"
    if name == "p95" or like.endswith("ms"):
        return f"{_apart(value * 1000, _ms(like), 0)} ms"
    return _apart(value, like, 2)


def share(value: float, name: str) -> str:
    """Write a share of a window with two digits, rounded so that it never flatters: `99.99%`, `0.03%`."""
    return f"{_rounded(round(value * 100, 9), 2, _worse(name)):.2f}%"


Rounding = Callable[[float], int]


def _worse(name: str) -> Rounding:
    """Return the way to round that shows no 100% up that is 99.999%, and no 0% of errors that is 0.001%."""
    return math.ceil if name == "error_rate" else math.floor


def _rounded(value: float, digits: int, towards: Rounding) -> float:
    slack = 1e-6 if towards is math.floor else -1e-6
    return towards(value * 10.0**digits + slack) / 10.0**digits


def _apart(value: float, limit: str, places: int, towards: Rounding | None = None) -> str:
    """Write a number so short that it still lies on its side of a limit."""
    value = round(value, 9)
    for digits in range(places, places + 6):
        shown = round(value, digits) if towards is None else _rounded(value, digits, towards)
        said = f"{shown:.{digits}f}"
        try:
            if float(said) != float(limit) or value == float(limit):
                break
        except ValueError:
            break
    return said.rstrip("0").rstrip(".") if "." in said else said


def _ms(like: str) -> str:
    """Write a span in milliseconds, where it is one."""
    try:
        return str(seconds(like) * 1000)
    except ValueError:
        return like


def probability(value: float) -> str:
    """Say a computed probability in percent; evidence never makes 0% or 100%: `84%`, `99.5%`, `over 99.9%`."""
    if 0.01 <= value <= 0.99:
        return f"{value:.0%}"
    if value < 0.001:
        return "under 0.1%"
    return "over 99.9%" if value > 0.999 else f"{value * 100:.1f}".removesuffix(".0") + "%"
