"""What single points, paragraphs and fences of a plan become: criteria, steps, triggers, readiness, tips, text."""

from __future__ import annotations

import re
from dataclasses import replace

from gonogo.formats.plan_md import tables
from gonogo.formats.plan_md.boxes import bare_box, box_of
from gonogo.formats.plan_md.commands import command_in, command_of, is_shell
from gonogo.formats.plan_md.context import Context, Reader, section_key
from gonogo.formats.plan_md.inline import plain, read
from gonogo.formats.plan_md.items import item_of, split
from gonogo.formats.plan_md.labels import Label, environment_of, label_of
from gonogo.formats.plan_md.taking import criteria, step, take_item
from gonogo.formats.plan_md.times import days_of
from gonogo.formats.plan_md.tree import Block
from gonogo.rules.draft import ItemDraft, Origin, ReadinessDraft, TemplateDraft, TriggerDraft
from gonogo.rules.prose import demand, demands


def leaf(reader: Reader, block: Block, context: Context) -> None:
    """Read a block that holds no others."""
    build = reader.build
    if block.kind == "para":
        _para(reader, block, context)
    elif block.kind == "table":
        tables.table(reader, block, context)
    elif block.kind == "fence":
        _fence(reader, block, context)
    elif block.kind == "rule":
        build.mark(block.first, block.last, "layout")
    else:
        build.note(block.first, block.last, context.phase, context.name, comment=block.text.lstrip().startswith("<!--"))


# Points of lists ------------------------------------------------------------------------------


def point(reader: Reader, item: Block, text: str, context: Context) -> bool:
    """Read a point without a box by what its block is for; no, where that says nothing."""
    take = _TAKERS.get(context.role or "")
    if take is None or not text or (context.role == "criteria" and any(c.kind == "list" for c in item.children[1:])):
        return _grouped(reader, item, text, context)
    words = read(text)
    last = item.children[0].last
    take(reader, item, words.text, reader.build.origin(item.first, last), context)
    return True


def _grouped(reader: Reader, item: Block, text: str, context: Context) -> bool:
    """Read a point of criteria that holds others: it heads them."""
    if context.role != "criteria" or not text:
        return False
    for child in item.children[1:]:
        for inner in child.children if child.kind == "list" else ():
            if not point(reader, inner, reader.marks.text_of(inner), context):
                reader.build.note(inner.first, inner.last, context.phase, context.name)
        if child.kind != "list":
            leaf(reader, child, context)
    reader.build.mark(item.first, item.children[0].last, "section", plain(text))
    return True


def _criterion(reader: Reader, item: Block, text: str, origin: Origin, context: Context) -> None:
    criteria(reader, split(_bare(text)), origin, context)
    reader.build.mark(origin.first, origin.last, "criterion", text)
    _rest(reader, item, context)


def _bare(text: str) -> str:
    """Return a target without the sign before it."""
    box = box_of(text)
    return box.text if box is not None and box.glyph else text


def _step(reader: Reader, item: Block, text: str, origin: Origin, context: Context) -> None:
    source = reader.marks.text_of(item)
    command = command_of(source, read(source).code)
    for child in item.children[1:]:
        if child.kind == "fence" and is_shell(child.info, child.text) and command is None:
            command = command_in(child.text)
            reader.build.mark(child.first, child.last, "command", command or "")
    step(reader, text, origin, context, command)
    reader.build.mark(origin.first, origin.last, "step", text)
    for child in item.children[1:]:
        reader.build.mark(child.first, child.last, "detail", text)


def _trigger(reader: Reader, item: Block, text: str, origin: Origin, context: Context) -> None:
    found = demand(text)
    reader.build.triggers.append(TriggerDraft(text, origin, found.require if found.sure else None))
    reader.build.mark(origin.first, origin.last, "trigger", text)
    _rest(reader, item, context)


_AGE = re.compile(
    r"(?:<|≤|less than|under|within|no older than|at most|max\.?|menos de|weniger als|moins de|小于|不超过|最近)\s*"
    r"(\d{1,3})\s*(hours?|h|days?|d|weeks?|horas?|dias?|stunden|tage|heures|jours|小时|天)(?![a-z])",
    re.IGNORECASE,
)


def _ready(reader: Reader, item: Block, text: str, origin: Origin, context: Context) -> None:
    lists = [child for child in item.children[1:] if child.kind == "list"]
    if lists:
        reader.build.mark(origin.first, origin.last, "section", text)
        for inner in (inner for one in lists for inner in one.children):
            if words := plain(reader.marks.text_of(inner)):
                place = reader.build.origin(inner.first, inner.children[0].last)
                _ready(reader, inner, words, place, replace(context, name=text))
    else:
        age = _AGE.search(text)
        unit = {"h": "h", "s": "h", "小": "h", "w": "w"}.get(age[2][0].lower(), "d") if age else ""
        reader.build.readiness.append(ReadinessDraft(text, origin, context.name, f"{age[1]}{unit}" if age else None))
        reader.build.mark(origin.first, origin.last, "readiness", text)
    _rest(reader, item, context)


def _tip(reader: Reader, item: Block, text: str, origin: Origin, context: Context) -> None:
    reader.build.tips.append(text)
    reader.build.mark(origin.first, origin.last, "tip", text)
    _rest(reader, item, context)


def _template(reader: Reader, item: Block, text: str, origin: Origin, context: Context) -> None:
    name, _, body = text.partition(":")
    if body.strip():
        reader.build.templates.append(TemplateDraft(name.strip(), body.strip(), origin))
        reader.build.mark(origin.first, origin.last, "template", name)
    _rest(reader, item, context)


_TAKERS = {
    "criteria": _criterion, "runbook": _step, "triggers": _trigger, "readiness": _ready, "tips": _tip,
    "templates": _template,
}  # fmt: skip


def _rest(reader: Reader, item: Block, context: Context) -> None:
    """Keep what is left of a point as text."""
    reader.build.note(item.first, item.last, context.phase, context.name)


# Paragraphs and fences ------------------------------------------------------------------------


def _para(reader: Reader, block: Block, context: Context) -> None:
    for number, line in enumerate(block.text.split("\n"), block.first):
        box = reader.marks.accept(box_of(line.strip()), target=context.gate)
        if box is not None:
            boxed_lines(reader, [(number, line)], context)
        elif (label := label_of(line)) is None or not _label(reader, label, number, context):
            _prose(reader, line, number, context)
    reader.build.note(block.first, block.last, context.phase, context.name)


def boxed_lines(reader: Reader, lines: list[tuple[int, str]], context: Context) -> None:
    """Read lines that begin with boxes of their own; one that does not goes on with the one before it."""
    for number, line in lines:
        if box := reader.marks.accept(bare_box(line), target=context.gate):
            made = item_of(box.text, box, reader.build.origin(number, number), depth=context.depth, gate=context.gate)
            take_item(reader, made, context)
            reader.build.mark(number, number, "item", made.text)
        elif (label := label_of(line)) is None or not _label(reader, label, number, context):
            reader.build.note(number, number, context.phase, context.name)


def _label(reader: Reader, label: Label, number: int, context: Context) -> bool:
    """Take what a labelled line says of the phase; no, where it says nothing of it."""
    build, phase = reader.build, context.phase
    if label.role == "criteria":
        found = [demand(part) for part in demands(label.value)]
        criteria(reader, found, build.origin(number, number), context)
        build.mark(number, number, "criterion", label.value)
        return True
    if label.role == "triggers":
        build.triggers.append(TriggerDraft(label.value, build.origin(number, number), demand(label.value).require))
        build.mark(number, number, "trigger", label.value)
        return True
    if label.role == "tips":
        build.tips.append(label.value)
        build.mark(number, number, "tip", label.value)
        return True
    if phase is None or context.role is not None:
        return False
    if label.meaning == "goal" and not phase.goal:
        phase.goal = label.value
        build.mark(number, number, "goal", label.value)
        return True
    if label.meaning == "window" and (days := days_of(label.value)) is not None:
        phase.days = phase.days or days
        build.mark(number, number, "window", label.value)
        return True
    if label.meaning == "environment" and (found_name := environment_of(label.value)):
        phase.environment = found_name
        build.mark(number, number, "setting", label.value)
        return True
    return False


def _prose(reader: Reader, line: str, number: int, context: Context) -> None:
    """Read a sentence among criteria or triggers: what it compares is demanded, the rest is text."""
    if context.role not in ("criteria", "triggers") or len(line) > 300:
        return
    found = [one for one in map(demand, demands(plain(line))) if one.require and one.sure]
    if found and context.role == "criteria":
        criteria(reader, found, reader.build.origin(number, number), context)
        reader.build.mark(number, number, "criterion", found[0].text)


def _fence(reader: Reader, block: Block, context: Context) -> None:
    build = reader.build
    if not block.closed:
        build.questions.append(
            f"Line {block.first}: the fence is never closed; what stands behind it is text. Where does it end?"
        )
        build.note(block.first, block.last, context.phase, context.name)
        return
    name = context.name or (context.phase.stage.name if context.phase else "")
    if context.role == "templates":
        build.templates.append(TemplateDraft(name, block.text.rstrip("\n"), build.origin(block.first, block.last)))
        build.mark(block.first, block.last, "template", name)
    elif is_shell(block.info, block.text) and (command := command_in(block.text)):
        origin = build.origin(block.first, block.last)
        if context.role == "runbook":
            step(reader, name, origin, context, command)
            build.mark(block.first, block.last, "command", command)
        elif context.phase is not None and context.role in (None, "criteria", "aside"):
            made = ItemDraft(name, origin, counted=False, command=command, when=context.when)
            key, section = section_key(context)
            build.item(context.phase, key, section, context.head if context.name else None, made)
            build.mark(block.first, block.last, "command", command)
    elif context.role == "runbook" and block.info:
        step(reader, name, build.origin(block.first, block.last), context, None)
        build.mark(block.first, block.last, "detail", name)
    build.note(block.first, block.last, context.phase, context.name)
