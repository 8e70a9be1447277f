"""Items that are ticked by evidence: their conditions, and whether what is known meets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gonogo.rules import condition, grammar
from gonogo.rules.catalogue import READINGS, nearest
from gonogo.rules.condition import Answer, Condition, ConditionError, Path
from gonogo.rules.criterion import Judged
from gonogo.rules.plan import Criterion, Item
from gonogo.rules.probe import Probe

PROBE = "probe."


@dataclass(frozen=True, slots=True)
class Proof:
    """What evidence says of an item now, and the sentence for it."""

    item: str
    answer: Answer
    said: str


def readable(text: str, metrics: Mapping[str, str | None] = {}) -> Condition:
    """Read a condition on readings; refuse a name that no source can give, and a unit that does not fit."""
    found = condition.parse(text)
    if isinstance(found.left, Path) and (name := found.reading) not in READINGS:
        if name not in metrics:
            near = nearest(name, metrics)
            hint = f"; is {near} meant?" if near else ""
            raise ConditionError(text, text.find(name), f"there is no reading “{name}”{hint}")
        unit = metrics[name]
        if unit is not None and isinstance(found.right, grammar.Literal) and found.right.scale not in ("", unit):
            why = f"the unit does not fit what [[metric]] says of “{name}”"
            raise ConditionError(text, text.find(found.right.text), why)
    return found


def check(text: str, metrics: Mapping[str, str | None] = {}) -> None:
    """Refuse what can tick no item: it is a probe's health, or a reading held against a number."""
    found = condition.parse(text)
    if isinstance(found.left, Path) and found.left.text.startswith(PROBE):
        if found.op not in ("==", "!=", "in") or not _is_text(found.right):
            at = text.find(found.op)
            raise ConditionError(text, at, f"a probe is up or not: {found.left.text} == 'up'")
        return
    readable(text, metrics)
    if not isinstance(found.left, Path) or condition.number(found.right.value) is None:
        raise ValueError(f"“{text}”: a probe or a number ticks an item: probe.checkout == 'up', or testers >= 2")


def _is_text(side: grammar.Operand) -> bool:
    values = side.value if isinstance(side.value, tuple) else (side,)
    return all(isinstance(one.value, str) for one in values)


@lru_cache(maxsize=512)
def parse(text: str) -> Condition:
    """Read a condition that was checked when it was given."""
    return condition.parse(text)


def of_probe(item: Item, probes: Sequence[Probe]) -> Proof | None:
    """Say what a probe says of an item; nothing where its condition is on a reading."""
    assert item.done_when is not None
    found = parse(item.done_when)
    if not isinstance(found.left, Path) or not found.left.text.startswith(PROBE):
        return None
    name = found.left.text.removeprefix(PROBE)
    probe = next((one for one in probes if one.name == name), None)
    if probe is None:
        return Proof(item.id, Answer.UNKNOWN, f"there is no probe named {name}")
    if probe.health in ("unknown", "paused"):
        return Proof(item.id, Answer.UNKNOWN, f"the probe {name} is {probe.health}")
    answer = condition.decide(found, probe.health, found.right.value)
    return Proof(item.id, answer, f"the probe {name} is {probe.health}")


def of_judged(one: Judged) -> Proof:
    """Say what a reading says of an item: only what a gate would call met ticks it."""
    answer = {"met": Answer.PASS, "missed": Answer.FAIL}.get(one.outcome, Answer.UNKNOWN)
    return Proof(one.criterion.id, answer, one.reason.rstrip("."))


def as_criterion(item: Item) -> Criterion:
    """Return the condition of an item as a criterion, so that it is judged by the same table as the gate."""
    assert item.done_when is not None
    name = parse(item.done_when).reading
    return Criterion(id=item.id, key=item.key, phase=item.phase, position=0, name=name, require=item.done_when)
