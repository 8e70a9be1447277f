"""One typed line into a logged fact: `42 phone @10:30`, `5 beta3 smooth`, `high invoice blank`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Literal
from zoneinfo import ZoneInfo

from gonogo.rules import log, words
from gonogo.rules.clock import Instant
from gonogo.rules.duration import seconds
from gonogo.rules.plan import Severity
from gonogo.rules.record import Intent, Refusal

Kind = Literal["order", "feedback", "bug", "note", "question", "visit", "deploy"]
HINTS: dict[Kind, str] = {
    "order": "value and customer: 42 phone @10:30; or: failed 42 anna",
    "feedback": "1 to 5, who, what: 5 beta3 smooth",
    "bug": "severity and what, and where it was found: high invoice is blank #order12",
    "note": "what happened; + for what worked, - for what did not",
    "question": "what was asked, and what it is about: where is my invoice #invoice",
    "visit": "what you looked at: shop, cart and checkout @10:30",
    "deploy": "the build: v1.8.3 @14:05",
}
FAILED = ("failed", "fail")
"""What says that an order did not come in."""
_ABOUT = re.compile(r"(?:^|\s)#(order|feedback|question|incident)[:-]?(\d{1,12})(?=\s|$)", re.IGNORECASE)
_AT = re.compile(r"(?:^|\s)@(\S+)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a line means: the intent, and how it reads."""

    intent: Intent
    preview: str


def parse(kind: Kind, line: str, now: Instant, timezone: str) -> Parsed | Refusal:
    """Read a line; a Refusal says what would be right."""
    at: Instant | None = None
    if kind != "note" and (match := _AT.search(line)):
        found = when(match[1], now, timezone)
        if isinstance(found, Refusal):
            return found
        at, line = found, _AT.sub(" ", line, count=1)
    typed = line.split()
    if not typed:
        return Refusal(HINTS[kind])
    intent = _READERS[kind](typed, at)
    if isinstance(intent, Refusal):
        return intent
    local = f" at {words.moment(at.utc, now.utc, timezone)}" if at else ""
    return Parsed(intent, _preview(intent) + local)


def _preview(intent: Intent) -> str:
    match intent:
        case log.LogOrder():
            value = f" of {intent.value:.2f}" if intent.value is not None else ""
            who = f" by {intent.customer}" if intent.customer else ""
            return f"{'order' if intent.ok else 'failed order'}{value}{who}"
        case log.LogFeedback():
            return f"{intent.rating} of 5 from {intent.who or 'somebody'}" + (f": {intent.text}" if intent.text else "")
        case log.LogBug():
            return f"{intent.severity} bug: {intent.title}" + (
                f", of {words.some(intent.about)}" if intent.about else ""
            )
        case log.LogDeploy():
            return f"deploy of {intent.build}"
        case log.LogVisit():
            return f"looked at the site: {intent.text}"
        case log.LogQuestion() | log.LogNote():
            return intent.text
        case _:
            return ""


def when(mark: str, now: Instant, timezone: str) -> Instant | Refusal:
    """Read `10:30` (the last such time), `15m` (so long ago), `2026-11-23T10:30`, or a day for its end."""
    if re.match(r"\d{4}-\d", mark):
        return _dated(mark, now, timezone)
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})", mark)
    if clock and int(clock[1]) < 24 and int(clock[2]) < 60:
        zone = ZoneInfo(timezone)
        local = now.utc.astimezone(zone)
        found = datetime(local.year, local.month, local.day, int(clock[1]), int(clock[2]), tzinfo=zone)
        if found > local:
            day = local.date() - timedelta(days=1)
            found = datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2]), tzinfo=zone)
        return now.after((found.astimezone(UTC) - now.utc).total_seconds())
    try:
        return now.after(-seconds(mark))
    except ValueError:
        return Refusal(f"“@{mark[:20]}” is no time; write @10:30, or @15m for 15 minutes ago")


def _dated(mark: str, now: Instant, timezone: str) -> Instant | Refusal:
    if len(mark) <= len("2026-11-23"):
        return end_of_day(mark, now, timezone)
    try:
        found = datetime.fromisoformat(mark)
        found = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))
        ahead_s = (found.astimezone(UTC) - now.utc).total_seconds()
    except (ValueError, OverflowError):
        return Refusal(f"“@{mark[:20]}” is no time; write @10:30, @15m or @2026-11-23T10:30")
    if ahead_s > 0:
        said = f"{found.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
        return Refusal(f"{said} has not come yet; write when it was: @10:30, @15m or @2026-11-23T10:30")
    return now.after(ahead_s)


def end_of_day(day: str, now: Instant, timezone: str) -> Instant | Refusal:
    """Return the last moment of a day of the launch that has been: `today`, `yesterday`, `2026-11-23`."""
    local = now.utc.astimezone(ZoneInfo(timezone))
    named = {"today": local.date(), "yesterday": local.date() - timedelta(days=1)}
    try:
        found = named.get(day.lower()) or datetime.fromisoformat(day).date()
    except ValueError:
        return Refusal(f"“{day[:20]}” is no day; write today, yesterday or 2026-11-23")
    if found > local.date():
        return Refusal(f"{found} has not come yet; give a day that has")
    if found == local.date():
        return now
    following = found + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    return now.after((end - now.utc).total_seconds() - 1)


def _almost_failed(word: str) -> bool:
    """Whether a word may be meant to say that an order failed, and does not."""
    word = word.lower()
    alike = word.startswith("fail") or get_close_matches(word, FAILED, 1, 0.8)
    return word not in FAILED and bool(alike or sorted(word) in map(sorted, FAILED))


def _order(typed: list[str], at: Instant | None) -> Intent | Refusal:
    if _almost_failed(typed[0]):
        meant = " ".join(typed[1:]) or "42 anna"
        return Refusal(f"“{typed[0]}” is read as failed or as a customer: write failed {meant}, or the value first")
    ok = not any(word.lower() in FAILED for word in typed)
    rest = [word for word in typed if word.lower() not in FAILED]
    if ok and len(rest) > 1 and rest[0].lower() == "ok":
        rest = rest[1:]
    try:
        value = Decimal(rest[0].replace(",", ".")) if rest else None
    except InvalidOperation:
        value = None
    if value is None:
        said = f"; “{rest[0][:20]}” is no number" if rest else ""
        return Refusal(f"an order begins with its value: 42 phone @10:30, or failed 42 anna{said}")
    if not (value.is_finite() and 0 <= value < 10_000_000):
        below = value.is_finite() and value < 0
        refund = "; a refund is a correction of its order: gonogo log correct order:12 --value 0" if below else ""
        return Refusal(f"an order's value is a number from 0 up, such as 42 or 18.50{refund}")
    return log.LogOrder(value=value, customer=" ".join(rest[1:]), ok=ok, at=at)


def graded(line: str) -> tuple[Severity | None, str]:
    """Take the severity off the front of what is broken: `high payments fail`; a severity alone is what is broken."""
    first, _, rest = line.strip().partition(" ")
    found = next((grade for grade in Severity if grade.value == first.lower()), None)
    return (found, rest.strip()) if found and rest.strip() else (None, line)


def _feedback(typed: list[str], at: Instant | None) -> Intent | Refusal:
    if typed[0] not in ("1", "2", "3", "4", "5"):
        return Refusal("feedback begins with 1 to 5: 5 beta3 smooth")
    who, said = ("", typed[1:]) if len(typed) < 3 else (typed[1], typed[2:])
    return log.LogFeedback(rating=int(typed[0]), who=who, text=" ".join(said), at=at)


def _bug(typed: list[str], at: Instant | None) -> Intent | Refusal:
    grades = [grade for grade in Severity if grade.value.startswith(typed[0].lower())]
    line = " ".join(typed[1:])
    about = tuple(f"{kind.lower()}:{int(number)}" for kind, number in _ABOUT.findall(line))
    title = " ".join(_ABOUT.sub(" ", line).split())
    if len(grades) != 1 or not title:
        return Refusal(f"a bug begins with its severity ({words.some(list(Severity), 4)}): high invoice is blank")
    return log.LogBug(severity=grades[0], title=title, about=about, at=at)


_READERS: dict[Kind, Callable[[list[str], Instant | None], Intent | Refusal]] = {
    "order": _order,
    "feedback": _feedback,
    "bug": _bug,
    "note": lambda typed, at: log.LogNote(text=" ".join(typed), at=at),
    "question": lambda typed, at: log.LogQuestion(text=" ".join(typed), at=at),
    "visit": lambda typed, at: log.LogVisit(text=" ".join(typed), at=at),
    "deploy": lambda typed, at: log.LogDeploy(build=typed[0], at=at),
}
