"""The numbers that a gate demands: set before the data arrive, moved afterwards in plain sight."""

from __future__ import annotations

from decimal import Decimal

from gonogo.rules import condition, demand, text, words
from gonogo.rules.plan import Criterion, Phase
from gonogo.rules.record import Act, Changes, Decision, Intent, Refusal, State, Words


class SetTarget(Intent):
    """Give a criterion another target, another demanded confidence, or both; what is empty stays."""

    criterion: str
    target: Words = ""
    """The number with its unit: `700ms`, `99.5%`, `12`."""
    confidence: float | None = None
    """From 0.5 up to, but not, 1; 0 demands none."""


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about what a gate demands."""
    assert isinstance(intent, SetTarget)
    one = state.get(Criterion, intent.criterion)
    if one is None:
        return Refusal("There is no such criterion; `gonogo status` shows those of the gate.")
    sure = intent.confidence
    if sure is not None and sure != 0 and not 0.5 <= sure < 1:
        return Refusal("A demanded confidence lies between 50% and 100%, such as 80%; 0 demands none.", misused=True)
    require = _required(one, text.tidy(intent.target)) if intent.target else one.require
    if isinstance(require, Refusal):
        return require
    wanted = one.confidence if sure is None else (sure or None)
    demanded = condition.parse(require)
    if sure and (amiss := demand.confidence_amiss(demanded)):
        return Refusal(f"{words.sentence(amiss)}.", misused=True)
    first = bool(one.ask) and one.set_by is None
    if (require, wanted) == (one.require, one.confidence) and not first:
        return Refusal(f"“{one.name}” demands that already: {said(one)}.")
    floor = one.floor if one.floor is not None and not demand.floor_amiss(demanded, one.floor) else None
    made = one.model_copy(update={"require": require, "confidence": wanted, "floor": floor, "set_by": act.actor})
    if not first and _judged(state, one, act):
        return Changes(f"moved the goalposts of “{one.name}” from {said(one)} to {said(made)}", put=(made,))
    return Changes(f"set “{one.name}” to {said(made)}", put=(made,))


def _judged(state: State, one: Criterion, act: Act) -> bool:
    """Whether there was something to judge by already; before that, a demand is only set."""
    phase = state.get(Phase, one.phase)
    if phase is None or phase.started_at is None:
        return False
    if phase.state != "active":
        return True
    found = next((row.reading for row in act.sight().gate.criteria if row.criterion.id == one.id), None)
    return found is not None and found.samples > 0 and not (found.nature == "progress" and not found.value)


def _required(one: Criterion, target: str) -> str | Refusal:
    """Return the condition with another number on its right, or why that number does not fit."""
    old = condition.parse(one.require)
    if old.op in ("==", "!="):
        return Refusal(
            f"“{one.name}” demands {one.require}, which has no more and no less; it can be waived.", misused=True
        )
    over = one.require[one.require.index(" over ") :] if " over " in one.require else ""
    made = f"{old.reading} {old.op} {target}{over}"
    try:
        found = condition.parse(made, lambda name: name == old.reading)
    except condition.ConditionError as error:
        return Refusal(f"“{target}” does not fit {old.reading}: {error.why}.", misused=True)
    if not isinstance(found.right.value, Decimal):
        return Refusal(f"“{target}” is no number; {one.name} is now {said(one)}.", misused=True)
    if amiss := demand.unit_amiss(old, found) or demand.number_amiss(found):
        return Refusal(f"{words.sentence(amiss)}.", misused=True)
    return made


def said(one: Criterion) -> str:
    """Say what a criterion demands: `p95 < 800ms over 24h, 80% sure`."""
    return one.require + (f", {one.confidence:.0%} sure" if one.confidence else "")


def unanswered(criteria: list[Criterion]) -> list[Criterion]:
    """Return the criteria whose number a person is asked for and has not set."""
    return [one for one in criteria if one.ask and one.set_by is None]
