"""From what a file is to become to its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff

from gonogo.formats.errors import FileError
from gonogo.formats.plan_back.edit import Marks, with_mark, with_text
from gonogo.formats.plan_back.fresh import Newcomers, ends
from gonogo.formats.plan_back.pieces import Pieces
from gonogo.formats.plan_file import PlanFile
from gonogo.rules.back import Wanted
from gonogo.rules.draft import ItemDraft


@dataclass(frozen=True, slots=True)
class Back:
    """A file brought up to date: its bytes, the difference for people, and what could not be written into it."""

    raw: bytes
    difference: tuple[str, ...]
    left: tuple[str, ...]
    keys: frozenset[str] = frozenset()
    """The items that are to be read from it."""


def write_back(found: PlanFile, raw: bytes, wanted: Wanted, items: Mapping[str, ItemDraft], *, repair: bool) -> Back:
    """Bring a file up to date; `items` are its lines by the ids that they have here."""
    name = str(found.path)
    pieces = Pieces(raw, found.text, name, repair=repair)
    before = [piece.raw for piece in pieces.lines]
    marks = Marks(items.values())
    left = [f"not written back: {kind}" for kind in wanted.left]
    for key, item in items.items():
        if key in wanted.texts:
            _text(pieces, item, wanted.texts[key])
            left += _mark(pieces, item, wanted, key, marks)
    for key in wanted.gone:
        if key in items:
            _take(pieces, items[key], items)
    kept = {key: item for key, item in items.items() if key not in wanted.gone}
    newcomers = Newcomers(pieces, kept, marks, found.draft)
    for one in wanted.fresh:
        newcomers.add(one)
    made = pieces.put_together()
    after = [piece.said if repair else piece.raw for piece in pieces.rows()]
    rows = unified_diff(before, after, name, name, lineterm="", n=2)
    keys = frozenset((*wanted.texts, *(one.key for one in wanted.fresh)))
    return Back(made, tuple(rows), tuple(left), keys)


def _mark(pieces: Pieces, item: ItemDraft, wanted: Wanted, key: str, marks: Marks) -> list[str]:
    """Set a box, where it says something else; a box that is begun is open."""
    mark = wanted.marks[key]
    if mark == item.state or (mark == "open" and item.state == "begun"):
        return []
    number = item.origin.first
    line = with_mark(pieces.lines[number - 1].said, item, mark, marks)
    if line is None:
        return [f"line {number} has no box for “{item.text}”; its tick stays here"]
    pieces.say(number, line)
    return []


def _text(pieces: Pieces, item: ItemDraft, new: str) -> None:
    if new == item.text or (item.text.startswith(new.removesuffix("…")) and new.endswith("…")):
        return
    first, last = item.origin.first, item.origin.last
    line = with_text(pieces.lines[first - 1].said, item.text, new, item.mark, whole=bool(item.mark))
    if line is None:
        raise FileError(
            f"{pieces.name}:{first}: “{new}” cannot be put where “{item.text}” stands; write it there by hand."
        )
    alone = pieces.lines[first - 1].said.count(item.text) == 1
    pieces.say(first, line)
    for number in range(first + 1, last + 1) if not alone else ():
        pieces.take(number)


def _take(pieces: Pieces, item: ItemDraft, items: Mapping[str, ItemDraft]) -> None:
    """Take an item's lines out with what stands under it, but for other items."""
    stops = {one.origin.first for one in items.values()}
    for number in range(item.origin.first, ends(pieces, item, stops) + 1):
        pieces.take(number)
