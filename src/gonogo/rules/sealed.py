"""What a phase ended with stands: nothing that it is judged by is changed afterwards, neither by an act nor by undo."""

from __future__ import annotations

from collections.abc import Iterable

from gonogo.rules.plan import Criterion, Item, Phase, Section, Tick
from gonogo.rules.record import Record, Refusal, State

ENDED = ("passed", "overridden")
"""A phase that was stepped back from has not ended for good: it comes again."""


def sealed(state: State, records: Iterable[Record | None]) -> Refusal | None:
    """Refuse to touch records of a phase that has ended; a step back opens it again."""
    for key in dict.fromkeys(key for record in records for key in _phases(state, record)):
        phase = state.get(Phase, key)
        if phase is not None and phase.state in ENDED:
            return Refusal(f"{phase.name} has ended, and what it ended with stands; a step back to it opens it again.")
    return None


def _phases(state: State, record: Record | None) -> Iterable[str]:
    """Yield the phases that a record belongs to, and belonged to before."""
    if isinstance(record, Tick):
        record = state.get(Item, record.id)
    if isinstance(record, Item | Section | Criterion):
        yield record.phase
        before = state.get(type(record), record.id)
        if before is not None and before.phase != record.phase:
            yield before.phase
