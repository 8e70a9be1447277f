"""What asks for somebody within a day: routines, readiness, messages, bugs past their age, unanswered questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from gonogo.rules import words
from gonogo.rules.board import Due, ReadyRow
from gonogo.rules.checklist import Mine
from gonogo.rules.incident import Incident
from gonogo.rules.lists import BugRow, Lists, VoiceRow
from gonogo.rules.message import update_due
from gonogo.rules.reading import DAY

MOST = 3
"""Of more bugs or questions than so many, one line says how many there are."""


def of(
    mine: Mine | None, ready: Sequence[ReadyRow], front: Sequence[Incident], lists: Lists, now: datetime
) -> tuple[Due, ...]:
    """Return what is due by tomorrow, the first in front."""
    horizon = now + DAY
    found = [
        Due(row.state.due, row.item.text, row.item.id, row.state.standing == "overdue")
        for row in (mine.timed if mine else ())
        if row.state.due
        and row.state.due <= horizon
        and (row.state.standing in ("done", "due", "overdue") or row.item.kind == "routine")
    ]
    found += [
        Due(row.stale_at, f"look at {row.target.name}", ready=row.target.key)
        for row in ready
        if row.stale_at and row.stale_at <= horizon and not (row.by_itself and row.state == "ready")
    ]
    found += [
        Due(due.utc, f"incident {one.label}: tell customers{' again' if one.told_at else ''}", late=due.utc < now)
        for one in front
        if (due := update_due(one))
    ]
    found += [*_bugs(lists.bugs, horizon, now), *_voices(lists.waiting(), now)]
    return tuple(sorted(found, key=lambda one: one.at))


def _bugs(bugs: Sequence[BugRow], horizon: datetime, now: datetime) -> Iterator[Due]:
    """Bugs that are as old as their severity allows, or will be by tomorrow."""
    ripe = [(row.due, row.logged) for row in bugs if row.due is not None and row.due <= horizon]
    if len(ripe) > MOST:
        first = min(at for at, _ in ripe)
        yield Due(first, f"fix {words.count(len(ripe), 'bug')}", late=first < now, tab="bugs")
        return
    for at, one in ripe:
        yield Due(at, f"fix {one.said} ({one.severity})", late=at < now, tab="bugs", detail=one.text)


def _voices(waiting: Sequence[VoiceRow], now: datetime) -> Iterator[Due]:
    """Questions and single stars that wait for their first answer."""
    for kind, tab in (("question", "questions"), ("feedback", "feedback")):
        mine = [row for row in waiting if row.logged.kind == kind]
        if len(mine) > MOST:
            first = min(row.due for row in mine)
            what = words.count(len(mine), "question") if kind == "question" else f"{len(mine)} single stars"
            yield Due(first, f"answer {what}", late=first < now, tab=tab)
            continue
        for row in mine:
            star = " (one star)" if kind == "feedback" else ""
            yield Due(row.due, f"answer {row.logged.said}{star}", late=row.due < now, tab=tab, detail=row.logged.text)
