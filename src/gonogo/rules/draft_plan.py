"""A draft into a plan: ids that are unique, conditions that can be asked, and the rest judged by a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.rules import condition, demand, message, text
from gonogo.rules.catalogue import CALLED, NATURES
from gonogo.rules.draft import TO_JUDGE, CriterionDraft, Draft, ItemDraft, PhaseDraft, State
from gonogo.rules.plan import DEEPEST, Severity
from gonogo.rules.plan_doc import PlanDoc

_HOLDS = "7d"
"""For how long a look at what must be ready holds, where the file does not say."""
_DAY = re.compile(r"\d{4}-(?:0\d|1[0-2])-(?:[012]\d|3[01])")
"""A due time that is a day; one of a countdown stays in the item's text."""
_LONGEST = 500
"""How long a line can be in a plan."""
_TICKS: dict[State, dict[str, str]] = {
    "done": {}, "dropped": {"state": "not_applicable", "note": "struck out in the team's file"},
}  # fmt: skip
_PER = {"tally": "1w", "rate": "1d", "open_count": "1d"}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A plan made of a draft, and which draft each of its items is of, by the item's id."""

    plan: PlanDoc
    items: Mapping[str, ItemDraft]


class _Names:
    """Gives out ids that are not given out yet."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def fresh(self, words: str, fallback: str) -> str:
        key = text.slug(text.line(words, 200), fallback)
        while key in self._taken:
            self._taken[key] += 1
            tail = f"-{self._taken[key]}"
            key = key[: 40 - len(tail)].rstrip("-") + tail
        self._taken[key] = 1
        return key


def plan_of(draft: Draft, metrics: Mapping[str, str] = {}) -> Drafted:
    """Make a plan of a draft that has phases; `metrics` are those of the config, with the units that fit them."""
    items: dict[str, ItemDraft] = {}
    phases, names = _Names(), _Names()
    tables: dict[str, Any] = {
        "title": draft.title or "Plan",
        "phase": [_phase(phase, phases, names, metrics, items) for phase in draft.phases],
        "readiness": _readiness(draft),
        "runbook": _runbooks(draft),
        "template": _templates(draft),
        "tip": list(draft.tips),
    }
    tables["note"] = list(_notes(draft, [phase["id"] for phase in tables["phase"]]))
    return Drafted(PlanDoc.model_validate(tables, context={"metrics": metrics}), items)


def _phase(
    phase: PhaseDraft, phases: _Names, names: _Names, metrics: Mapping[str, str], items: dict[str, ItemDraft]
) -> dict[str, Any]:
    sections = [
        {"name": section.name or phase.name, "item": [_item(item, names, items) for item in section.items]}
        for section in phase.sections
    ]
    criteria, rest = _criteria(phase.criteria, metrics)
    if rest:
        sections.append({"name": TO_JUDGE, "item": [_judged(one, names) for one in rest]})
    made: dict[str, Any] = {
        "id": phases.fresh(phase.name, "phase"), "name": phase.name, "goal": phase.goal,
        "environment": phase.environment, "section": sections, "criterion": criteria,
    }  # fmt: skip
    return {**made, "days": phase.days} if phase.days is not None else made


def _item(item: ItemDraft, names: _Names, items: dict[str, ItemDraft]) -> dict[str, Any]:
    key = names.fresh(item.text, "item")
    items[key] = item
    made: dict[str, Any] = {
        "id": key, "text": item.text, "kind": item.kind, "every": item.every, "optional": item.optional,
        "counted": item.counted, "command": item.command, "when": item.when, "owner": item.owner, "note": item.note,
        "due": item.due if item.due and _DAY.fullmatch(item.due) else None, "depth": min(item.depth, DEEPEST),
    }  # fmt: skip
    if item.state in _TICKS:
        made["tick"] = _TICKS[item.state]
    return {name: value for name, value in made.items() if value is not None}


def _notes(draft: Draft, phases: list[str]) -> Iterator[dict[str, Any]]:
    """Keep what stays text, what makes the team roll back, and whole what is too long for a line."""
    for note in draft.notes:
        if note.kind == "note" and note.text.strip():
            yield {"text": note.text, **({"phase": phases[note.phase]} if note.phase is not None else {})}
    for trigger in draft.triggers:
        asks = f" ({trigger.condition})" if trigger.condition else ""
        yield {"text": f"{trigger.text}{asks}", "kind": "trigger"}
    for number, phase in enumerate(draft.phases):
        for item in (item for section in phase.sections for item in section.items):
            if len(item.text) > _LONGEST:
                yield {"text": item.text, "phase": phases[number]}


def _criteria(
    drafts: Iterable[CriterionDraft], metrics: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[CriterionDraft]]:
    """Split criteria into those that can be asked, each once, and those that a person judges."""
    found: dict[str, dict[str, Any]] = {}
    rest: list[CriterionDraft] = []
    names = _Names()
    for one in drafts:
        if one.require is None or (one.metric is not None and one.metric not in metrics) or _no_gate(one.require):
            rest += [] if one.boxed else [one]
        elif one.require not in found:
            reading = one.require.split(" ", 1)[0]
            made = {
                "id": names.fresh(reading, "criterion"), "name": CALLED.get(reading, reading),
                "require": one.require, "text": one.text,
                "floor": _floor(one.require, one.floor), "per": _PER.get(NATURES.get(reading, "")),
            }  # fmt: skip
            found[one.require] = {name: value for name, value in made.items() if value is not None}
    return list(found.values()), rest


def _no_gate(require: str) -> bool:
    """Whether no gate can demand this number, so that a person has to judge what was meant."""
    return bool(demand.number_amiss(condition.parse(require)))


def _floor(require: str, floor: float | None) -> float | None:
    """Return a floor where it lies under its target."""
    return None if floor is None or demand.floor_amiss(condition.parse(require), floor) else floor


def _judged(criterion: CriterionDraft, names: _Names) -> dict[str, Any]:
    """Make an item of what no reading answers: a person says whether it holds."""
    return {
        "id": names.fresh(criterion.text, "judge"),
        "text": criterion.text,
        "counted": False,
        "note": criterion.question,
    }


def _readiness(draft: Draft) -> list[dict[str, Any]]:
    names = _Names()
    return [
        {"id": names.fresh(one.text, "ready"), "name": text.line(one.text, 60), "text": one.text,
         "max_age": one.max_age or _HOLDS}
        for one in draft.readiness
    ]  # fmt: skip


def _runbooks(draft: Draft) -> list[dict[str, Any]]:
    """Return a runbook for each severity; one that names none is that of what is critical, if no other is."""
    found: dict[Severity, list[dict[str, Any]]] = {}
    for book in sorted(draft.runbooks, key=lambda book: book.severity is None):
        severity = book.severity or Severity.CRITICAL
        if severity in found:
            continue
        names = _Names()
        found[severity] = [
            {
                "id": names.fresh(step.text, "step"),
                "text": step.text,
                "detail": f"Run: {step.command}" if step.command else "",
                **({"due": f"{step.due_s:g}s"} if step.due_s is not None else {}),
            }
            for step in book.steps
        ]
    return [{"severity": severity, "step": steps} for severity, steps in found.items()]


def _templates(draft: Draft) -> list[dict[str, Any]]:
    """Return the templates that can be filled; one that names what nobody can fill stays in the draft."""
    names, found = _Names(), list[dict[str, Any]]()
    for one in draft.templates:
        try:
            message.check(text.block(one.body))
        except ValueError:
            continue
        key = names.fresh(one.name, "template")
        found.append({"id": key, "name": one.name, "audience": "customers", "file": f"{key}.md", "body": one.body})
    return found
