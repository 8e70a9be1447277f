"""Which of an actor's changes the next undo and the next redo take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gonogo.rules.record import Intent


class Undo(Intent):
    """Take back this actor's newest undoable change."""


class Redo(Intent):
    """Do again what this actor took back last."""


@dataclass(frozen=True, slots=True)
class Step:
    """An entry as far as undo cares: `target` is the entry that an undo or redo is about."""

    seq: int
    kind: Literal["do", "undo", "redo"]
    undoable: bool
    target: int | None = None


def stacks(entries: Iterable[Step]) -> tuple[list[int], list[int]]:
    """Fold an actor's entries, oldest first, into (what can be undone, what can be redone), next last."""
    undo: list[int] = []
    redo: list[int] = []
    for entry in entries:
        if entry.kind == "do":
            redo.clear()
            if entry.undoable:
                undo.append(entry.seq)
        elif entry.target is not None:
            here, there = (undo, redo) if entry.kind == "undo" else (redo, undo)
            if entry.target in here:
                here.remove(entry.target)
                there.append(entry.target)
    return undo, redo
