"""Readiness in words, the same on every face: how it stands, on what it rests, until when, and how it is renewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from gonogo.rules import words
from gonogo.rules.board import ReadyRow
from gonogo.rules.readiness import is_rehearsed

_STATES = {"ready": "ready", "stale": "stale", "not_ready": "not ready", "not_set_up": "not set up"}
_ASKS = {
    "rehearsals": ("D rehearses it; space says how long it took by hand", "gonogo rollback --dry-run"),
    "alarms": ("space tests the channels", "gonogo notify test"),
    "templates": ("space opens them, one by one", "gonogo ready template"),
    "contacts": ("space says who was reached", "gonogo contact NAME"),
}  # fmt: skip


def brief(row: ReadyRow, now: datetime) -> str:
    """Say how it stands in a few words, with the age of what is known; nothing where nothing is."""
    said, one = row.said, row.renewal
    if row.attested and one is not None:
        age = _age(now - one.at.utc)
        return f"attested {age or 'now'}: {said}" if said else f"attested by {row.attested}, {_ago(age)}"
    at = row.dated or (row.renewal.at.utc if row.renewal and row.target.source != "contacts" else None)
    if at is None or (one and (one.amiss or (one.measured and not one.ok and row.dated is None))):
        return said
    age = _age(now - at)
    old = f"{age} old" if age and row.dated and row.by_itself else _ago(age)
    known, semicolon, wanted = said.partition("; ")
    return ", ".join(filter(None, (known, old))) + semicolon + wanted


def amiss(row: ReadyRow, now: datetime) -> str:
    """Say why it is not ready with the age that it rests on: `a.dump, 2.0 kB, 31 h old; wanted age < 24h`."""
    one, at = row.renewal, row.dated or (row.renewal.at.utc if row.renewal else None)
    if row.state == "ready" or one is None or at is None or (row.state == "not_ready" and row.dated is None):
        return row.said
    known, semicolon, wanted = row.said.partition("; ")
    old = f"{_hours(now - at)} old" if row.dated else f"looked at {_hours(now - at)} ago"
    if row.state == "stale" and row.stale_at is not None:
        old += f", under {_hours(row.stale_at - at)} wanted"
    return ", ".join(filter(None, (known, old))) + semicolon + wanted


def _hours(gone: timedelta) -> str:
    """Say a span of a few days in hours, as limits are written."""
    hours, minutes = divmod(int(gone.total_seconds()) // 60, 60)
    if not 1 <= hours < 72:
        return words.span(gone.total_seconds())
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _age(gone: timedelta) -> str:
    """Say an age; nothing for one that has only begun."""
    return words.ago(gone) if gone >= timedelta(minutes=1) else ""


def _ago(age: str) -> str:
    return f"{age} ago" if age else "just now"


def marked(row: ReadyRow, now: datetime) -> str:
    """Say how it stands, and first of all that it is not ready, where it is not."""
    said = brief(row, now)
    mark = {"stale": "stale", "not_ready": "not ready"}.get(row.state)
    return ": ".join(filter(None, (mark, said)))


def is_looked_at(row: ReadyRow) -> bool:
    """Whether the watch sees to it and can, so that it is asked to look; where somebody said no, a word is wanted."""
    seen_to = row.by_itself or bool(row.facts)
    if not seen_to or row.target.source not in ("person", "config") or is_rehearsed(row.target):
        return False
    one = row.renewal
    return one is None or not (one.amiss or (not one.measured and not one.ok))


def renewing(row: ReadyRow) -> tuple[str, str]:
    """Say how it is renewed: by which key, and by which command."""
    target = row.target
    attests = f'gonogo ready renew {target.key} "what you saw" --for 12h'
    if target.source == "watch":
        return "the watch measures it: `gonogo watch --install` on a machine that does not sleep", "gonogo doctor"
    if is_rehearsed(target):
        return _ASKS["rehearsals"]
    if target.source in _ASKS and (target.source != "contacts" or row.facts):
        return _ASKS[target.source]
    if is_looked_at(row):
        return "space lets the watch look now", f"gonogo ready renew {target.key}"
    if row.renewal is not None and row.renewal.amiss:
        return "the watch looks, and cannot see it; space attests it for a while", attests
    if target.source == "config":
        how = f"[readiness.{target.key}] in gonogo.toml lets the watch see to it; space attests it for a while"
        return how, attests
    return "space says that it is ready, after you looked", f'gonogo ready renew {target.key} "what you saw"'


def explained(row: ReadyRow, now: datetime, timezone: str) -> Iterator[tuple[str, str]]:
    """Say it in full, line by line, each with what it is about."""
    one = row.renewal
    yield "wanted", row.target.text or row.target.name
    state = _STATES[row.state]
    if one is not None and one.since is not None and row.state != "stale":
        state += f" since {words.moment(one.since.utc, now, timezone)}"
    yield "now", state
    if row.attested:
        yield "attested", f"by {row.attested}, {words.moment(one.at.utc, now, timezone)}" if one else ""
    if said := row.said if row.attested else brief(row, now):
        yield "seen", said
    if one is not None and one.measured and row.by_itself:
        yield "looked", f"{_ago(_age(now - one.at.utc))}, by {one.by}"
    yield from (("rests on", fact) for fact in row.facts)
    if row.stale_at is not None and row.state != "not_ready":
        left = (row.stale_at - now).total_seconds()
        span = f"for {words.span(left)}" if left > 0 else f"until {words.span(-left)} ago"
        yield "holds", f"{span}; a word on it holds for {words.span(row.target.max_age_s)}"
    else:
        yield "holds", f"a word on it holds for {words.span(row.target.max_age_s)}"
    key, command = renewing(row)
    yield "renew", key
    yield "", command
