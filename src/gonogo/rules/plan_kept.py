"""What a plan file carries beside what must be true: ticks, and text that stays text."""

from __future__ import annotations

from datetime import UTC
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from gonogo.rules.clock import Instant
from gonogo.rules.plan import Tick
from gonogo.rules.record import Act, Record
from gonogo.rules.text import Block, Line

ELSEWHEN = "file"
"""The boot of instants that a file tells: they compare by the wall clock alone."""


class TickDoc(BaseModel):
    """The last word on an item as a plan file writes it; without who and when it is of whoever imports it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    state: Literal["done", "not_applicable", "broken"] = "done"
    at: AwareDatetime | None = None
    by: Line | None = None
    note: Line | None = None


class NoteDoc(BaseModel):
    """Text of a team's file that means nothing to gonogo, or says when to roll back; kept with its phase."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    text: Block
    phase: str | None = None
    kind: Literal["note", "trigger"] = "note"


class Remark(Record):
    """Text that is kept with the plan: a note, what makes the team roll back, a tip."""

    kind: Literal["note", "trigger", "tip"]
    phase: str | None = None
    position: int
    text: str


class PlanSource(Record):
    """The file that the plan was read from last, as it was then: what later differs from it was edited here."""

    file: str
    title: str
    at: Instant
    by: str
    doc: str
    """The plan as JSON."""


def tick_of(doc: TickDoc, item: str, act: Act, file: str) -> Tick:
    """Turn a tick that a file tells into a record; what it does not say is of who imports it, and now."""
    at = Instant(doc.at.astimezone(UTC), ELSEWHEN, 0) if doc.at else act.at
    note = doc.note or (None if doc.at or not file else f"as {file} has it")
    return Tick(id=item, state=doc.state, at=at, by=doc.by or act.actor, note=note)
