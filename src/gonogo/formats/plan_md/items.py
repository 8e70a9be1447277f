"""One line of work into an item: its kind, owner, due time, command and condition."""

from __future__ import annotations

import re
from dataclasses import replace

from gonogo.formats.plan_md import inline
from gonogo.formats.plan_md.boxes import Box
from gonogo.formats.plan_md.commands import command_of
from gonogo.formats.plan_md.kinds import is_optional, kind_of, when_of
from gonogo.formats.plan_md.people import owner_of
from gonogo.formats.plan_md.times import due_of
from gonogo.rules.draft import ItemDraft, Origin
from gonogo.rules.prose import Demand, compares, demand, demands

_AIM = re.compile(r"\d\s*[%％]|target|goal|meta\b|ziel|objectif|objetivo|目标", re.IGNORECASE)
"""What makes a number of a plain task one to reach: a share, or the word."""


def item_of(source: str, box: Box | None, origin: Origin, *, depth: int = 0, gate: bool = False) -> ItemDraft:
    """Read a line of work; `source` is what stands behind its box."""
    words = inline.read(source)
    kind, every = kind_of(words.text, gate=gate)
    beside = [*(link for link in words.links if link not in words.text), *words.comments]
    state = "dropped" if words.struck else box.state if box else "open"
    return ItemDraft(
        words.text or source.strip(),
        origin,
        kind,
        state,
        box.mark if box else "",
        box is not None,
        is_optional(words.text),
        every,
        owner_of(words.text),
        due_of(words.text),
        "\n".join(beside) or None,
        command_of(source, words.code),
        when=when_of(words.text),
        depth=depth,
    )


def measured(item: ItemDraft, *, gate: bool) -> tuple[ItemDraft, list[Demand]]:
    """Give an item the condition that its text states, and return what it demands of the gate.

    Behind a gate every number counts; elsewhere only what is compared with something that gonogo measures.
    """
    if len(item.text) > 400 or not (gate or compares(item.text)):
        return item, []
    aims = gate or _AIM.search(item.text) is not None
    found = [one for one in (split(item.text) if gate else [demand(item.text)]) if one.require]
    kept = [one for one in found if (gate and one.metric is None) or (one.sure and (aims or one.metric is None))]
    ours = next((one.require for one in kept if one.metric is None), None)
    return replace(item, condition=ours) if ours else item, kept


def split(text: str) -> list[Demand]:
    """Read the demands of a line of its own: more than one where more than one has a number."""
    several = [demand(part) for part in demands(text)]
    if sum(1 for one in several if one.require) > 1:
        return several
    return [demand(text)]
