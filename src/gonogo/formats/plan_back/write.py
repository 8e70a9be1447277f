"""From what a file is to become to its bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from gonogo.formats.errors import FileError
from gonogo.formats.plan_back.edit import Marks, indent_of, is_row, like, with_mark, with_text, written
from gonogo.formats.plan_back.pieces import Pieces
from gonogo.formats.plan_file import PlanFile
from gonogo.rules.back import Fresh, Wanted
from gonogo.rules.draft import ItemDraft


@dataclass(frozen=True, slots=True)
class Back:
    """A file brought up to date: its bytes, the difference for people, and what could not be written into it."""

    raw: bytes
    difference: tuple[str, ...]
    left: tuple[str, ...]


def write_back(found: PlanFile, raw: bytes, wanted: Wanted, items: Mapping[str, ItemDraft], *, repair: bool) -> Back:
    """Bring a file up to date; `items` are its lines by the ids that they have here."""
    name = str(found.path)
    pieces = Pieces(raw, found.text, name, repair=repair)
    before = [piece.raw for piece in pieces.lines]
    marks = Marks(items.values())
    left: list[str] = []
    for key, item in items.items():
        if key in wanted.texts:
            _text(pieces, item, wanted.texts[key])
            left += _mark(pieces, item, wanted, key, marks)
    for key in wanted.gone:
        if key in items:
            _take(pieces, items[key], items)
    for one in wanted.fresh:
        _add(pieces, one, items, set(wanted.gone), marks, found)
    made = pieces.put_together()
    after = [piece.said if repair else piece.raw for piece in pieces.rows()]
    rows = unified_diff(before, after, name, name, lineterm="", n=2)
    return Back(made, tuple(rows), tuple(left))


def _mark(pieces: Pieces, item: ItemDraft, wanted: Wanted, key: str, marks: Marks) -> list[str]:
    """Set a box, where it says something else; a box that is begun is open."""
    mark = wanted.marks[key]
    if mark == item.state or (mark == "open" and item.state == "begun"):
        return []
    number = item.origin.first
    line = with_mark(pieces.lines[number - 1].said, item, mark, marks)
    if line is None:
        return [f"line {number} has no box for “{item.text}”"]
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


# Lines that come and go -----------------------------------------------------------------------


def _ends(pieces: Pieces, item: ItemDraft, stops: set[int]) -> int:
    """Return the last line of what stands under an item, as far as the first of some lines."""
    last = item.origin.last
    line = pieces.lines[item.origin.first - 1].said
    if is_row(line):
        return last
    deep = indent_of(line)
    for number in range(last + 1, len(pieces.lines) + 1):
        said = pieces.lines[number - 1].said
        if number in stops or (said.strip() and indent_of(said) <= deep):
            break
        last = number if said.strip() else last
    return last


def _take(pieces: Pieces, item: ItemDraft, items: Mapping[str, ItemDraft]) -> None:
    """Take an item's lines out with what stands under it, but for other items."""
    stops = {one.origin.first for one in items.values()}
    for number in range(item.origin.first, _ends(pieces, item, stops) + 1):
        pieces.take(number)


def _add(
    pieces: Pieces, one: Fresh, items: Mapping[str, ItemDraft], gone: set[str], marks: Marks, found: PlanFile
) -> None:  # fmt: skip
    """Put a new item behind its neighbour, before the next, under its section's heading, or behind the one before."""
    if _behind(pieces, one, one.before, items, gone, marks):
        return
    for item in (items[key] for key in one.behind if key in items and key not in gone):
        made = like(pieces.lines[item.origin.first - 1].said, item, one.text, one.mark, marks, 0)
        if made is not None:
            pieces.add(item.origin.first - 1, made)
            return
    heads = [
        section.origin.last for phase in found.draft.phases for section in phase.sections
        if section.name == one.section and section.origin
    ]  # fmt: skip
    if heads:
        pieces.add(heads[0], f"- [{marks.sign(False, one.mark)}] {written(one.text)}")
    elif not _behind(pieces, one, one.earlier, items, gone, marks):
        raise FileError(
            f"{pieces.name} has no heading “{one.section}”, under which “{one.text}” stands; write the heading first."
        )


def _behind(
    pieces: Pieces, one: Fresh, mates: Sequence[tuple[str, int]], items: Mapping[str, ItemDraft], gone: set[str],
    marks: Marks,
) -> bool:  # fmt: skip
    """Put a new item behind the first of some that has a line with a box; whether there was one."""
    for key, depth in mates:
        if key in items and key not in gone and depth <= one.depth:
            item = items[key]
            line = pieces.lines[item.origin.first - 1].said
            made = like(line, item, one.text, one.mark, marks, min(1, one.depth - depth))
            if made is not None:
                pieces.add(_ends(pieces, item, set()), made)
                return True
    return False
