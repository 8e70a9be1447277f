"""Putting what was read where it belongs: items, criteria, and steps of runbooks."""

from __future__ import annotations

import re
from dataclasses import replace

from gonogo.formats.plan_md.build import Phase, severity_of
from gonogo.formats.plan_md.context import Context, Reader, section_key
from gonogo.formats.plan_md.items import measured
from gonogo.formats.plan_md.stages import stage_of
from gonogo.formats.plan_md.times import seconds_of
from gonogo.rules.draft import ItemDraft, Origin, StepDraft, TriggerDraft
from gonogo.rules.prose import Demand, demand
from gonogo.rules.text import tidy

_TIMED = re.compile(r"^([^:：]{1,30}?)\s*[:：]\s*(\S.*)$")


def take_item(reader: Reader, item: ItemDraft, context: Context) -> None:
    """Put an item where it belongs, and what it demands into the gate."""
    if context.role == "runbook":
        item = replace(item, optional=True, when=item.when or context.when)
        step(reader, item.text, item.origin, context, item.command)
    elif context.role == "triggers":
        item = replace(item, optional=True, when=item.when or context.name)
        reader.build.triggers.append(TriggerDraft(item.text, item.origin, demand(item.text).require))
    elif context.role != "templates":
        item, found = measured(item, gate=context.gate)
        for one in found:
            reader.build.criterion(_gate_of(reader, context), one, item.origin, boxed=True)
    put(reader, replace(item, optional=item.optional or context.optional), context)


def _gate_of(reader: Reader, context: Context) -> Phase | None:
    return context.phase or hinted(reader, context)


def put(reader: Reader, item: ItemDraft, context: Context) -> None:
    key, name = section_key(context)
    reader.build.item(context.phase, key, name or reader.build.title, context.head if context.name else None, item)


def criteria(reader: Reader, found: list[Demand], origin: Origin, context: Context) -> None:
    """Put criteria into the phase that they are of."""
    for one in found:
        reader.build.criterion(context.phase or hinted(reader, context), one, origin)


def hinted(reader: Reader, context: Context) -> Phase | None:
    """Return the phase that a heading over criteria names, by its number or its name."""
    stage = stage_of(context.hint) if context.hint else None
    if stage is None:
        return None
    name = re.sub(r"[()（）]", "", stage.name).casefold()
    for phase in reader.build.phases:
        if stage.number is not None and phase.stage.number == stage.number:
            return phase
    return next((phase for phase in reader.build.phases if phase.stage.name.casefold() in (name, stage.name)), None)


def step(reader: Reader, text: str, origin: Origin, context: Context, command: str | None) -> None:
    """Put a step into its runbook; the time before its colon is when it is due."""
    due = None
    if (found := _TIMED.match(text)) and (due := seconds_of(found[1])) is not None and len(found[1].split()) <= 4:
        text = found[2]
    elif (late := re.search(r"within (\d+ ?\w+)", text)) and (due := seconds_of(late[1])) is not None:
        pass
    key, name = context.book or ("", context.name)
    book = reader.build.books.setdefault(key, (name, severity_of(name), []))
    book[2].append(StepDraft(tidy(text), origin, due, command))
