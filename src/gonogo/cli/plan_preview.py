"""What a plan file would become, line by line, for people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from gonogo.cli.plan_json import questions
from gonogo.formats.encoding import NAMES
from gonogo.formats.plan_file import PlanFile
from gonogo.rules.draft import CriterionDraft, Draft, ItemDraft, Line
from gonogo.rules.text import line as one_line
from gonogo.rules.words import count

_SIGNS = {"open": "[ ]", "done": "[x]", "begun": "[/]", "dropped": "[-]"}
_LONGEST = 90


def preview(found: PlanFile) -> Iterator[str]:
    """Yield what each line became; of lines that stay text, how many."""
    draft = found.draft
    items = _by_line(draft.items)
    criteria = _by_line(draft.criteria)
    steps = {step.origin.first: step.due_s for book in draft.runbooks for step in book.steps}
    for became, rows in groupby((line for line in draft.lines if line.became != "blank"), key=_quiet):
        lines = list(rows)
        if became and len(lines) > 1:
            yield f"{lines[0].number:>5}  {became:<10}{one_line(lines[0].text, 60)}  ({len(lines)} lines)"
            continue
        for line in lines:
            yield from _said(line, items, criteria, steps)


def summary(found: PlanFile) -> Iterator[str]:
    """Yield how much was understood, what it makes, and what is asked."""
    draft, text = found.draft, found.text
    covered = draft.coverage
    yield (
        f"{count(covered.lines, 'line')}: {covered.used} used, {covered.kept - covered.blank} kept as text,"
        f" {covered.blank} blank, {covered.lost or 'none'} lost."
    )
    yield f"{', '.join(_counts(draft))}."
    if text.repaired and text.mended:
        lines = count(len(text.mended), "line")
        yield f"Repaired: {lines} of UTF-8 that was read as {NAMES[text.repaired]}."
    elif text.repaired:
        yield f"The file is in {NAMES[text.repaired]}, not UTF-8; it was read as that."
    if text.nuls:
        yield f"{count(text.nuls, 'NUL character')} replaced."
    if asked := questions(draft):
        yield ""
        yield f"{count(len(asked), 'question')}:"
        yield from (f"{number:>5}  {question}" for number, question in enumerate(asked, 1))


def _counts(draft: Draft) -> Iterator[str]:
    items = draft.items
    boxed = [item for item in items if item.counted]
    yield count(len(draft.phases), "phase")
    yield f"{count(len(boxed), 'item')} ({sum(1 for item in boxed if item.done)} done)"
    if len(items) > len(boxed):
        yield f"{len(items) - len(boxed)} without a box"
    asked = sum(1 for one in draft.criteria if one.require)
    yield f"{count(len(draft.criteria), 'criterion').replace('criterions', 'criteria')} ({asked} with a condition)"
    steps = sum(len(book.steps) for book in draft.runbooks)
    for number, noun in (
        (steps, "runbook step"), (len(draft.readiness), "readiness target"), (len(draft.triggers), "rollback trigger"),
        (len(draft.templates), "template"), (len(draft.tips), "tip"), (len(draft.notes), "note"),
    ):  # fmt: skip
        if number:
            yield count(number, noun)


def _by_line(found: list[ItemDraft] | list[CriterionDraft]) -> dict[int, list[ItemDraft | CriterionDraft]]:
    made: dict[int, list[ItemDraft | CriterionDraft]] = {}
    for one in found:
        made.setdefault(one.origin.first, []).append(one)
    return made


def _quiet(line: Line) -> str:
    """Name what is told for several lines at once."""
    return (
        line.became if line.became in ("note", "comment", "layout", "command", "template", "detail", "setting") else ""
    )


def _said(
    line: Line,
    items: dict[int, list[ItemDraft | CriterionDraft]],
    criteria: dict[int, list[ItemDraft | CriterionDraft]],
    steps: dict[int, float | None],
) -> Iterator[str]:
    """Yield what one line became, and the conditions that it makes."""
    here = [one for one in items.get(line.number, ()) if isinstance(one, ItemDraft)]
    if line.became == "item" and here:
        for item in here:
            yield f"{line.number:>5}  {item.kind:<10}{_item(item)}"
    else:
        due = steps.get(line.number)
        into = line.into or line.text.strip()
        tail = f"  T+{int(due) // 60}:{int(due) % 60:02d}" if line.became == "step" and due is not None else ""
        yield f"{line.number:>5}  {line.became:<10}{one_line(into, _LONGEST)}{tail}"
    for one in criteria.get(line.number, ()):
        if isinstance(one, CriterionDraft):
            yield f"{'':<17}-> {_criterion(one)}"


def _criterion(one: CriterionDraft) -> str:
    if one.require is None:
        return f"? {one_line(one.text, 50)}"
    beside = [f"floor {one.floor:g}"] if one.floor is not None else []
    beside += ["needs a [[metric]]"] if one.metric else []
    beside += [one.note] if one.note else []
    return one.require + (f"  ({'; '.join(beside)})" if beside else "")


def _item(item: ItemDraft) -> str:
    sign = _SIGNS[item.state] if item.counted else " · "
    beside = [
        f"every {item.every}" if item.every else "", item.when or "", "optional" if item.optional else "",
        f"by {item.owner}" if item.owner else "", f"due {item.due}" if item.due else "",
        f"$ {one_line(item.command, 50)}" if item.command else "",
    ]  # fmt: skip
    told = "; ".join(filter(None, beside))
    indent = "  " * min(item.depth, 8)
    return f"{indent}{sign} {one_line(item.text, _LONGEST)}" + (f"  ({told})" if told else "")
