"""A plan that was read, as data for programs."""

from __future__ import annotations

from typing import Any

from gonogo.formats.plan_file import PlanFile
from gonogo.rules.draft import KEPT, Draft, ItemDraft, Origin, PhaseDraft


def draft_json(found: PlanFile) -> dict[str, Any]:
    """Return all that was read, with the lines that it stands on."""
    draft, covered = found.draft, found.draft.coverage
    return {
        "file": str(found.path), "kind": found.kind, "title": draft.title,
        "phases": [_phase(phase) for phase in draft.phases],
        "runbooks": [
            {"name": book.name, "severity": book.severity,
             "steps": [{"text": step.text, "due_s": step.due_s, "command": step.command, **_at(step.origin)}
                       for step in book.steps]}
            for book in draft.runbooks
        ],
        "triggers": [{"text": one.text, "condition": one.condition, **_at(one.origin)} for one in draft.triggers],
        "readiness": [
            {"text": one.text, "group": one.group, "max_age": one.max_age, **_at(one.origin)} for one in draft.readiness
        ],
        "templates": [{"name": one.name, "body": one.body, **_at(one.origin)} for one in draft.templates],
        "tips": list(draft.tips),
        "notes": [
            {"text": one.text, "kind": one.kind, "phase": one.phase, "section": one.section, **_at(one.origin)}
            for one in draft.notes
        ],
        "questions": questions(draft),
        "coverage": {"lines": covered.lines, "used": covered.used, "kept": covered.kept, "blank": covered.blank,
                     "lost": covered.lost},
        "repaired": found.text.repaired, "mended": list(found.text.mended),
        "lines": [
            {"line": line.number, "became": line.became, "kept": line.became in KEPT, "into": line.into}
            for line in draft.lines
        ],
    }  # fmt: skip


def questions(draft: Draft) -> list[str]:
    """Return what the operator is to answer, each once."""
    asked = [*draft.questions]
    metrics: dict[str, list[str]] = {}
    for one in draft.criteria:
        if one.metric is not None:
            metrics.setdefault(one.metric, []).append(str(one.origin.first))
        elif one.question:
            meant = f" Is “{one.proposal}” meant?" if one.proposal else ""
            asked.append(f"Line {one.origin.first}: {one.question}{meant}")
    for name, lines in metrics.items():
        where = f"Line{'s' if len(lines) > 1 else ''} {', '.join(lines)}"
        asked.append(f"{where}: nothing here measures {name}. Which [[metric]] in gonogo.toml gives it?")
    return list(dict.fromkeys(asked))


def _phase(phase: PhaseDraft) -> dict[str, Any]:
    return {
        "name": phase.name, "number": phase.number, "goal": phase.goal, "window": phase.window, "days": phase.days,
        "environment": phase.environment, "line": phase.origin.first if phase.origin else None,
        "sections": [
            {"name": section.name, "line": section.origin.first if section.origin else None,
             "items": [_item(item) for item in section.items]}
            for section in phase.sections
        ],
        "criteria": [
            {"text": one.text, "require": one.require, "floor": one.floor, "metric": one.metric, "note": one.note,
             "question": one.question, "proposal": one.proposal, **_at(one.origin)}
            for one in phase.criteria
        ],
    }  # fmt: skip


def _item(item: ItemDraft) -> dict[str, Any]:
    return {
        "text": item.text, "kind": item.kind, "done": item.done, "counted": item.counted, "state": item.state,
        "optional": item.optional, "every": item.every, "owner": item.owner, "due": item.due, "note": item.note,
        "command": item.command, "condition": item.condition, "when": item.when, "depth": item.depth,
        **_at(item.origin),
    }  # fmt: skip


def _at(origin: Origin) -> dict[str, int]:
    return {"line": origin.first, "last": origin.last}
