"""Changing one line: its box, its words, and making another like it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

from gonogo.formats.plan_md.boxes import EMPTY, GLYPHS, box_of, cell_box
from gonogo.formats.plan_md.inline import plain
from gonogo.formats.plan_sheet.words import begin
from gonogo.rules.back import Mark
from gonogo.rules.draft import ItemDraft

_BRACKET = re.compile(r"([\[［]\s?)([ xX✓✔✅√~/>.o_-]?)(️?\s?[\]］])(?![(\[])")
_PREFIX = re.compile(r"([\s>]*)((?:[-*+•◦▪‣·∙○●–—]|\d{1,9}[.)])[ \t]*)?")
_LEAD = re.compile(r"[\s>]*")
_NUMBER = re.compile(r"^\d{1,9}(?=[.)])")
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
    head = head_of(line, mark)
    return head + _marked(line[len(head) :], old, words) + line[len(line.rstrip()) :]


def _marked(raw: str, old: str, new: str) -> str:
    """Write new words with the bold and the code of those that stay; plain where that would not read back."""
    had, was, now = raw.split(), old.split(), new.split()
    if len(had) != len(was):
        return new
    made: list[str] = []
    for same, first, last, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        made += had[first:last] if same == "equal" else now[start:end]
    line = " ".join(made)
    return line if plain(line) == plain(new) and box_of(line) is None else new


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
    head = _bare_head(marked, item.mark if item.mark not in GLYPHS else marks.sign(True, mark))
    lead = _LEAD.match(head)
    place = lead.end() if lead else 0
    if deeper:
        return (
            head[:place] + " " * max(2, len(bullet_of(head)) - place) + _NUMBER.sub("1", head[place:]) + written(text)
        )
    return head[:place] + _NUMBER.sub(lambda found: str(int(found[0]) + 1), head[place:]) + written(text)


def bullet_of(line: str) -> str:
    """Return a line as far as its bullet or number goes; nothing where it has none."""
    found = _PREFIX.match(line)
    return found[0] if found and found[2] else ""


def _bare_head(line: str, mark: str) -> str:
    """Return what stands before the words of a line without the signs that adorn them."""
    head = head_of(line, mark)
    found = _BRACKET.search(head) if mark not in GLYPHS else None
    return head[: found.end()] + " " if found else head


def _with_cell(line: str, old: str, words: str) -> str | None:
    cells = _CELL.split(line)
    for place, cell in enumerate(cells):
        box = cell_box(cell)
        if plain(box.text if box and box.text else cell) == old:
            head = head_of(cell, box.mark) if box and box.text else cell[: len(cell) - len(cell.lstrip())]
            cells[place] = head + _marked(cell[len(head) :], old, words) + cell[len(cell.rstrip()) :]
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
