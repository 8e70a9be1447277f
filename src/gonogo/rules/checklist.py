"""Where every line of every phase stands, and until when that holds if nobody touches it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gonogo.rules.board import ItemRow, PhaseRow, SectionRow
from gonogo.rules.gate import Asked, asked_by
from gonogo.rules.haste import hasty
from gonogo.rules.launch import active_phase
from gonogo.rules.ordering import in_section
from gonogo.rules.plan import Item, Launch, Phase, Section, Tick
from gonogo.rules.record import State
from gonogo.rules.section import is_confirmed
from gonogo.rules.standing import DAY_S, standing
from gonogo.rules.verdict import Verdict

_DAY = timedelta(seconds=DAY_S)


@dataclass(frozen=True, slots=True)
class Mine:
    """The active phase's lines, with what a board asks of all of them."""

    row: PhaseRow
    asked: Asked
    settled: int
    """How many of those that are required and counted are settled."""
    required: int
    timed: tuple[ItemRow, ...]
    """Those that come due."""
    proven: tuple[Item, ...] = ()
    """Those that wait for evidence."""
    hasty: tuple[str, ...] = ()
    """Who ticked faster than anybody looks."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """The rows of all phases, in order."""

    rows: tuple[PhaseRow, ...]
    until: datetime | None
    """When a line stands otherwise by itself; nothing when none ever does."""
    mine: Mine | None
    """What is read of the active phase's, where there is one."""

    def holds(self, now: datetime) -> bool:
        """Whether the rows are still right."""
        return self.until is None or now < self.until


def checklist(plan: State, ticks: State, now: datetime) -> Checklist:
    """Tell where each line stands now."""
    lines: dict[str, list[Item]] = {}
    for item in plan.all(Item):
        lines.setdefault(item.section, []).append(item)
    launch = next(iter(plan.all(Launch)), None)
    zone = launch.timezone if launch else "UTC"
    sections = sorted(plan.all(Section), key=lambda one: one.position)
    rows = []
    for phase in sorted(plan.all(Phase), key=lambda one: one.position):
        at = phase.ended_at.utc if phase.ended_at else now  # what came due later is no longer asked for
        mine = [one for one in sections if one.phase == phase.id]
        rows.append(_phase(phase, [_section(one, lines.get(one.id, []), ticks, phase, at, zone) for one in mine]))
    changes = (at for row in rows if row.phase.ended_at is None for line in row.rows for at in _changes(line))
    active = active_phase(plan)
    own = next((_mine(row, zone) for row in rows if active and row.phase.id == active.id), None)
    return Checklist(tuple(rows), min((at for at in changes if at > now), default=None), own)


def _mine(row: PhaseRow, zone: str) -> Mine:
    lines = row.rows
    required = [line for line in lines if line.item.counted and not line.item.optional]
    return Mine(
        row=row,
        asked=asked_by([(line.item, line.state) for line in lines], _unconfirmed(row)),
        settled=sum(1 for line in required if line.state.settled),
        required=len(required),
        timed=tuple(line for line in lines if line.state.due),
        proven=tuple(line.item for line in lines if line.item.done_when and not line.state.settled),
        hasty=hasty([line.tick for line in lines if line.tick], zone, but=("watch",)),
    )


def _unconfirmed(row: PhaseRow) -> list[str]:
    """Name the sections whose items are all done, and which nobody has confirmed."""
    waiting = [one for one in row.sections if one.section.mode == "do-confirm" and one.rows]
    return [
        one.section.name
        for one in waiting
        if all(line.state.settled or line.item.optional for line in one.rows)
        and not is_confirmed(one.section, [(line.item, line.tick) for line in one.rows])
    ]


def _section(
    section: Section, lines: list[Item], ticks: State, phase: Phase, at: datetime, zone: str
) -> SectionRow:  # fmt: skip
    made = []
    for item in in_section(lines, section.id):
        tick = ticks.get(Tick, item.id)
        made.append(ItemRow(item, tick, standing(item, tick, phase, at, zone)))
    counted = [line for line in made if line.item.counted]
    return SectionRow(section, tuple(made), sum(1 for line in counted if line.state.settled), len(counted))


def _phase(phase: Phase, made: list[SectionRow]) -> PhaseRow:
    done, total = sum(one.done for one in made), sum(one.total for one in made)
    kept = phase.verdict or (Verdict.GO if phase.state == "passed" else None)
    return PhaseRow(phase, tuple(made), done, total, kept)


def _changes(line: ItemRow) -> Iterator[datetime]:
    yield from (at for at in (line.state.asks_at, line.state.due, line.state.grace_ends) if at)
    yield from (at.utc + _DAY for at in (line.tick.recent if line.tick else ()))
