"""Something logged as it would be typed, so that it is corrected in the same one line."""

from __future__ import annotations

from gonogo.rules import log, quicklog
from gonogo.rules.amend import CorrectLogged
from gonogo.rules.clock import Instant
from gonogo.rules.logged import Logged
from gonogo.rules.record import Refusal


def as_typed(row: Logged) -> str:
    """Return the line that would be typed for it; a day's count is its number alone."""
    match row.kind:
        case "order" if row.count > 1:
            return str(row.count)
        case "order":
            parts = ["" if row.ok else "failed", f"{row.value or 0:f}", row.who]
        case "feedback":
            parts = [str(row.rating), row.who or ("-" if row.text else ""), row.text]
        case "bug":
            parts = [str(row.severity), row.text]
        case _:
            parts = [row.text]
    return " ".join(part for part in parts if part)


def correction(row: Logged, line: str, now: Instant, timezone: str) -> CorrectLogged | Refusal:
    """Read what something should have been; a Refusal says what would be right."""
    if row.count > 1:
        words = line.split()
        if len(words) != 1 or not words[0].isdigit() or not 1 <= int(words[0]) <= 1_000_000:
            return Refusal("how many orders there were that day: 14")
        return CorrectLogged(logged=row.id, count=int(words[0]))
    found = quicklog.parse(row.kind, line, now, timezone)
    if isinstance(found, Refusal):
        return found
    intent = found.intent
    given: dict[str, object]
    match intent:
        case log.LogOrder():
            given = {"value": intent.value, "ok": intent.ok, "who": intent.customer}
        case log.LogFeedback():
            given = {"rating": intent.rating, "who": intent.who, "text": intent.text}
        case log.LogBug(about=about) if about:
            return Refusal(f"{about[0]} is linked by x, not by a correction; leave it out.")
        case log.LogBug():
            given = {"severity": intent.severity, "text": intent.title}
        case log.LogQuestion() | log.LogVisit():
            given = {"text": intent.text}
        case _:
            return Refusal(f"A {row.kind} cannot be typed anew.")
    return CorrectLogged.model_validate({"logged": row.id, "at": intent.at, **given})
