"""Changing one line: its box, its words, and making another like it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from gonogo.formats.plan_md.boxes import EMPTY, GLYPHS, box_of, cell_box
from gonogo.formats.plan_md.inline import plain
from gonogo.formats.plan_sheet.words import begin
from gonogo.rules.back import Mark
from gonogo.rules.draft import ItemDraft

_BRACKET = re.compile(r"([\[［]\s?)([ xX✓✔✅√~/>.o_-]?)(️?\s?[\]］])(?![(\[])")
_PREFIX = re.compile(r"([\s>]*)((?:[-*+•◦▪‣·∙○●–—]|\d{1,9}[.)])[ \t]*)?")
_CELL = re.compile(r"(?<!\\)\|")


class Marks:
    """The signs that a file uses, so that a new one is like the others."""

    def __init__(self, items: Iterable[ItemDraft]) -> None:
        used = Counter((item.mark in GLYPHS, item.state, item.mark) for item in items if item.mark)
        self._used = {
            (glyph, state): mark for (glyph, state, mark), _ in sorted(used.items(), key=lambda pair: pair[1])
        }  # fmt: skip

    def sign(self, glyph: bool, mark: Mark) -> str:
        """Return the sign that says something in this file."""
        usual = ({"open": "☐", "done": "✅", "dropped": "🚫"} if glyph else {"open": " ", "done": "x", "dropped": "-"})[
            mark
        ]
        found = self._used.get((glyph, mark), usual)
        return usual if glyph and mark == "open" and found not in EMPTY else found


def with_mark(line: str, item: ItemDraft, mark: Mark, marks: Marks) -> str | None:
    """Return a line with another mark in its box; nothing where it has none."""
    if item.mark in GLYPHS:
        place = line.find(item.mark)
        return None if place < 0 else line[:place] + marks.sign(True, mark) + line[place + len(item.mark) :]
    if item.mark and (found := _BRACKET.search(line)):
        inner = marks.sign(False, mark)
        return line[: found.start()] + found[1].rstrip() + inner + found[3].lstrip() + line[found.end() :]
    return None


def with_text(line: str, old: str, new: str, mark: str, *, whole: bool) -> str | None:
    """Return a line with other words; in place where they stand as they are, else all behind its box."""
    words = written(new)
    if is_row(line):
        words = _CELL.sub(r"\\|", words)
    if line.count(old) == 1 and old:
        return line.replace(old, words)
    if is_row(line):
        return _with_cell(line, old, words)
    if not whole:
        return None
    return head_of(line, mark) + words + line[len(line.rstrip()) :]


def written(words: str) -> str:
    """Write words so that Markdown reads them back: as they are, where they can be."""
    return words if plain(words) == words and box_of(words) is None else begin(words)


def head_of(line: str, mark: str) -> str:
    """Return what stands before the words of a line: indent, bullet, box."""
    if mark in GLYPHS and (place := line.find(mark)) >= 0:
        rest = line[place + len(mark) :]
        return line[: place + len(mark)] + rest[: len(rest) - len(rest.lstrip("\ufe0f "))]
    if mark and (found := _BRACKET.search(line)):
        box = box_of(line[found.start() :])
        place = line.find(box.text, found.end()) if box else -1
        return line[:place] if place >= 0 else line[: found.end()] + " "
    found = _PREFIX.match(line)
    return found[0] if found else ""


def indent_of(line: str) -> int:
    """Return how far a line stands in."""
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())


def is_row(line: str) -> bool:
    """Whether a line is the row of a table."""
    return line.lstrip(" >").startswith("|")


def like(line: str, item: ItemDraft, text: str, mark: Mark, marks: Marks, deeper: int) -> str | None:
    """Make a line like another, for a new item; nothing where the other has no box."""
    marked = with_mark(line, item, mark, marks)
    if marked is None:
        return None
    if is_row(line):
        return _row_like(marked, item, _CELL.sub(r"\\|", written(text)))
    head = head_of(marked, item.mark if item.mark not in GLYPHS else marks.sign(True, mark))
    head = re.sub(r"(\d{1,9})([.)])", lambda found: f"{int(found[1]) + 1}{found[2]}", head, count=1)
    return "  " * deeper + head + written(text)


def _with_cell(line: str, old: str, words: str) -> str | None:
    cells = _CELL.split(line)
    for place, cell in enumerate(cells):
        box = cell_box(cell)
        if plain(box.text if box and box.text else cell) == old:
            head = head_of(cell, box.mark) if box and box.text else cell[: len(cell) - len(cell.lstrip())]
            cells[place] = head + words + cell[len(cell.rstrip()) :]
            return "|".join(cells)
    return None


def _row_like(line: str, item: ItemDraft, words: str) -> str | None:
    """Make a row like another: its box, the new words, and nothing in the other cells."""
    filled = _with_cell(line, item.text, words)
    if filled is None:
        return None
    cells = _CELL.split(filled)
    kept = [
        cell if not cell.strip() or cell_box(cell) is not None or words in cell else " " * max(1, len(cell))
        for cell in cells
    ]
    return "|".join([cells[0], *kept[1:]])
