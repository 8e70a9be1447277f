"""Waivers: one criterion of one phase let pass, with a name, a reason and an end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from gonogo.rules import text
from gonogo.rules.clock import Instant
from gonogo.rules.plan import Criterion, Phase
from gonogo.rules.record import Act, Changes, Decision, Intent, Prose, Record, Refusal, State


class Waiver(Record):
    """A criterion that is let pass, or does not apply here; it dies with its phase."""

    part: ClassVar[str] = "gate"

    phase: str
    criterion: str
    kind: Literal["waived", "not_applicable"]
    reason: str
    by: str
    at: Instant
    until: AwareDatetime | None = None
    ended_at: Instant | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still lets the criterion pass."""
        return self.ended_at is None and (self.until is None or now < self.until)


class WaiveCriterion(Intent):
    """Let a criterion of the active phase pass, until an instant or the phase's end."""

    criterion: str
    reason: Prose
    until: AwareDatetime | None = None


class ExcuseCriterion(Intent):
    """Say that a criterion does not apply to this launch, and why."""

    criterion: str
    reason: Prose


class EndWaiver(Intent):
    """Demand a criterion again that was waived or excused."""

    criterion: str


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about waivers."""
    assert isinstance(intent, WaiveCriterion | ExcuseCriterion | EndWaiver)
    one = state.get(Criterion, intent.criterion)
    if one is None:
        return Refusal("There is no such criterion; `gonogo status` shows those of the gate.")
    phase = state.get(Phase, one.phase)
    assert phase is not None
    held = [waiver for waiver in live(state, act.at.utc) if waiver.criterion == one.id]
    if isinstance(intent, EndWaiver):
        if not held:
            return Refusal(f"“{one.name}” is not waived; there is nothing to end.")
        ended = tuple(waiver.model_copy(update={"ended_at": act.at}) for waiver in held)
        return Changes(f"demands “{one.name}” again", put=ended, undoable=False)
    if held:
        word = "waived" if held[0].kind == "waived" else "not applicable"
        return Refusal(f"“{one.name}” is {word} already, by {held[0].by}: {held[0].reason}.")
    return _begin(intent, one, phase, act)


def _begin(intent: WaiveCriterion | ExcuseCriterion, one: Criterion, phase: Phase, act: Act) -> Decision:
    reason = text.tidy(intent.reason)
    if not reason:
        return Refusal("A waiver needs a reason: why is it right to go on without this?", misused=True)
    until = intent.until if isinstance(intent, WaiveCriterion) else None
    if until is not None and until <= act.at.utc:
        return Refusal("A waiver ends in the future; give a time that has not passed.", misused=True)
    waived = isinstance(intent, WaiveCriterion)
    if waived and phase.state != "active":
        return Refusal(f"{phase.name} is not active; only a criterion of the active phase is waived.")
    kind: Literal["waived", "not_applicable"] = "waived" if waived else "not_applicable"
    made = Waiver(id=act.fresh(), phase=phase.id, criterion=one.id, kind=kind, reason=reason, by=act.actor,
                  at=act.at, until=until)  # fmt: skip
    said = f"waived “{one.name}”" if waived else f"“{one.name}” does not apply"
    return Changes(f"{said}: {reason}", put=(made,), undoable=False)


def live(state: State, now: datetime) -> list[Waiver]:
    """Return the waivers that hold now."""
    return [one for one in state.all(Waiver) if one.holds(now)]


def ended(state: State, phase: str, act: Act) -> Iterable[Waiver]:
    """Yield the waivers of a phase as its end leaves them."""
    for one in state.all(Waiver):
        if one.phase == phase and one.ended_at is None:
            yield one.model_copy(update={"ended_at": act.at})
