"""What was logged, as lines and as data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gonogo.cli.board_json import stamp
from gonogo.rules import text
from gonogo.rules.bug import Bug, due
from gonogo.rules.logged import Logged, what
from gonogo.rules.record import Fact, State
from gonogo.rules.reply import Reply


def as_line(row: Logged, state: State, zone: ZoneInfo, now: datetime) -> str:
    """Say one thing in a line: its name, when, what, and where it stands."""
    at = row.at.utc.astimezone(zone)
    stands = f"void: {row.voided}" if row.voided else _stands(row, state, now)
    parts = [f"{row.name:<13} {at:%Y-%m-%d %H:%M}", f"{what(row):<40}", stands, *row.links]
    return text.scrub("  ".join(part for part in parts if part.strip()).rstrip())


def _stands(row: Logged, state: State, now: datetime) -> str:
    if row.kind == "bug":
        bug = state.get(Bug, row.id)
        parts = [bug.state if bug else "open", bug.owner if bug else ""]
        if (limit := due(row, bug)) is not None and limit < now:
            parts.append("late")
        return ", ".join(part for part in parts if part)
    if row.kind == "question" or (row.kind == "feedback" and row.rating == 1):
        reply = state.get(Reply, row.id)
        return f"answered by {reply.by}" if reply else "unanswered"
    return ""


def as_data(row: Logged, state: State) -> dict[str, Any]:
    """Dump one thing."""
    found: dict[str, Any] = {
        "name": row.name, "kind": row.kind, "at": stamp(row.at.utc), "source": row.source, "actor": row.actor,
        "count": row.count, "who": row.who, "text": row.text, "links": list(row.links), "void": row.voided or None,
    }  # fmt: skip
    if row.kind == "order":
        return {**found, "ok": row.ok, "value": None if row.value is None else float(row.value)}
    if row.kind == "bug":
        bug, limit = state.get(Bug, row.id), due(row, state.get(Bug, row.id))
        return {**found, "severity": row.severity, "state": bug.state if bug else "open",
                "owner": bug.owner if bug else "", "told": bool(bug and bug.told_at),
                "due": stamp(limit) if limit else None}  # fmt: skip
    reply = state.get(Reply, row.id)
    answered = {"answered_at": stamp(reply.at.utc) if reply else None, "tag": row.tag or None}
    return {**found, **answered, **({"rating": row.rating} if row.kind == "feedback" else {})}


def note_line(fact: Fact, zone: ZoneInfo) -> str:
    """Say a note in a line."""
    return text.scrub(f"{'note':<13} {fact.at.utc.astimezone(zone):%Y-%m-%d %H:%M}  {fact.actor}: {fact.text}")


def note_data(fact: Fact) -> Mapping[str, Any]:
    """Dump a note."""
    return {"kind": "note", "at": stamp(fact.at.utc), "actor": fact.actor, "text": fact.text}
