"""Deadlines of an incident: derived from T+0 and what is stored, so that none is lost and none is counted down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from gonogo.rules.call import Call
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.letter import Kind
from gonogo.rules.message import update_due
from gonogo.rules.plan import Severity

SOON_S, OVERDUE_S, UNHEARD_S, NUDGE_S, LATE_S = 30.0, 60.0, 180.0, 120.0, 5.0
ROUNDS = 3
"""How often the chain of contacts is gone through."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that is told at an instant unless it was settled before; `event` is the same whenever it is derived."""

    event: str
    kind: Kind
    at_s: float
    """In seconds after T+0."""
    step: IncidentStep | None = None
    level: int = 0
    """Of a chain: how many contacts were called before."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A deadline that has come; those of the same step that were missed before it ring with it."""

    deadline: Deadline
    late_s: float
    missed: tuple[Deadline, ...] = ()

    @property
    def late(self) -> bool:
        """Whether it comes too late to be called on time."""
        return self.late_s >= LATE_S


def deadlines(
    incident: Incident, steps: Sequence[IncidentStep], call: Call | None, contacts: int, unseated: bool = False
) -> list[Deadline]:
    """Return every deadline of an incident, the first in front, whether it has passed or not."""
    if not incident.is_open:
        return []
    quiet = call.quiet(incident) if call else None
    begun = f"{incident.id}/{incident.reopened}"

    def held(at_s: float) -> float:
        return quiet[1] if quiet and quiet[0] <= at_s < quiet[1] else at_s

    found = [one for step in steps for one in _of_step(incident, step, f"{begun}/{incident.severity}/{step.key}", held)]
    if word := _next_word(incident, steps):
        found += _of_step(incident, word, f"{begun}/{word.id}", held)
    if incident.state != "monitoring":
        found += _unheard(incident, call, contacts, begun)
        if not incident.severity_set:
            found.append(Deadline(f"{begun}/ungraded", "ungraded", held(NUDGE_S)))
        if unseated:
            found.append(Deadline(f"{begun}/unseated", "unseated", held(NUDGE_S)))
    if quiet:
        found.append(Deadline(f"{begun}/awake/{quiet[1]:.0f}", "awake", quiet[1]))
    return sorted(found, key=lambda one: one.at_s)


def _next_word(incident: Incident, steps: Sequence[IncidentStep]) -> IncidentStep | None:
    """Return the next word that customers wait for, as if it were a step; the first is one where a runbook has it."""
    due = update_due(incident)
    if due is None or (incident.told_at is None and any(step.key == "tell" for step in steps)):
        return None
    text = "Tell customers how it stands, as promised" if incident.told_at else "Tell customers what is wrong"
    return IncidentStep(
        id=f"update/{due.utc:%Y%m%dT%H%M%S}", incident=incident.id, key="tell", position=0, text=text,
        due_s=elapsed(incident.detected_at, due).seconds,
    )  # fmt: skip


def _of_step(incident: Incident, step: IncidentStep, event: str, held: Callable[[float], float]) -> list[Deadline]:
    pressing = incident.state != "monitoring" or step.confirm or step.key == "tell"
    if step.done_at is not None or not step.due_s or not pressing:
        return []
    at: list[tuple[Kind, float]] = [("due", step.due_s), ("overdue", step.due_s + OVERDUE_S)]
    if step.due_s > SOON_S:
        at.insert(0, ("soon", step.due_s - SOON_S))
    return [Deadline(f"{event}/{kind}", kind, held(at_s), step) for kind, at_s in at]


def chain_begins(incident: Incident, call: Call | None) -> float:
    """Return from when on an acknowledgement is waited for: T+0, a hand-over, or the end of a snooze."""
    handed = call.called_s(incident) if call else None
    quiet = call.quiet(incident) if call else None
    return max(0.0, handed or 0.0, quiet[1] if quiet else 0.0)


def _unheard(incident: Incident, call: Call | None, contacts: int, begun: str) -> list[Deadline]:
    if incident.acked_by or incident.severity not in (Severity.CRITICAL, Severity.HIGH):
        return []
    begin, turn = chain_begins(incident, call), call.turn if call else 0
    return [
        Deadline(f"{begun}/{turn}/unheard/{level}", "unheard", begin + UNHEARD_S * level, level=level)
        for level in range(1, max(1, contacts) * ROUNDS)
    ]


def called(incident: Incident, call: Call | None, contacts: Sequence[str], now: Instant) -> list[str]:
    """Return who was called so far, the first contact in front, and whoever has it."""
    chain = order(call, contacts, incident)
    if not chain:
        return []
    spent = elapsed(incident.detected_at, incident.acked_at or now).seconds - chain_begins(incident, call)
    grave = incident.severity in (Severity.CRITICAL, Severity.HIGH)
    level = int(max(0.0, spent) // UNHEARD_S) if grave else 0
    found = chain[: level + 1]
    if incident.acked_by in chain and incident.acked_by not in found:
        found.append(incident.acked_by)
    return found


def order(call: Call | None, contacts: Sequence[str], incident: Incident) -> list[str]:
    """Return the contacts in the order in which they are called: from whom it was handed to, and round."""
    to = call.to if call and call.called_s(incident) is not None else None
    start = contacts.index(to) if to in contacts else 0
    return [*contacts[start:], *contacts[:start]]


def ripe(found: Sequence[Deadline], told: AbstractSet[str], now_s: float) -> list[Ring]:
    """Return what is to be told now, in order; each rings once, and of one step only the last with what was missed."""
    passed = [one for one in found if one.at_s <= now_s and one.event not in told]
    rings = []
    for place, one in enumerate(passed):
        later = [two for two in passed[place + 1 :] if one.step and two.step and two.step.id == one.step.id]
        if not later:
            missed = [two for two in passed[:place] if one.step and two.step and two.step.id == one.step.id]
            rings.append(Ring(one, now_s - one.at_s, tuple(missed)))
    return rings


def next_in(found: Sequence[Deadline], told: AbstractSet[str], now_s: float) -> float | None:
    """Return in how many seconds the next one comes, never negative; nothing when there is none."""
    coming = [one.at_s for one in found if one.event not in told]
    return max(0.0, min(coming) - now_s) if coming else None
