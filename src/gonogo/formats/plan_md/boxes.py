"""Boxes before a line: `[ ]` and `[x]` as GitHub writes them, and the signs that people draw instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gonogo.rules.draft import State

_BRACKET: dict[str, State] = {
    " ": "open", "": "open", "_": "open", "x": "done", "X": "done", "✓": "done", "✔": "done", "✅": "done", "√": "done",
    "-": "dropped", "~": "dropped", "/": "begun", ">": "begun", ".": "begun", "o": "begun",
}  # fmt: skip
GLYPHS: dict[str, State] = {
    "☐": "open",
    "⬜": "open",
    "🔲": "open",
    "□": "open",
    "◻": "open",
    "▢": "open",
    "⭕": "open",
    "🔴": "open",
    "❌": "open",
    "❎": "open",
    "✗": "open",
    "✘": "open",
    "🟡": "begun",
    "🟠": "begun",
    "🚧": "begun",
    "⏳": "begun",
    "🔄": "begun",
    "🟦": "begun",
    "◐": "begun",
    "☑": "done",
    "☒": "done",
    "✅": "done",
    "✔": "done",
    "✓": "done",
    "🟢": "done",
    "🟩": "done",
    "✓️": "done",
    "🚫": "dropped",
}
EMPTY = frozenset("☐⬜🔲□◻▢")
"""Signs that are nothing but boxes: where they stand, the others are boxes too."""
_FORM = re.compile(
    r"(?:[•◦▪‣·∙○●–—]\s*)?[\[［]\s?([ xX✓✔✅√~/>.o_-]?)️?\s?[\]］](?![(\[:])(?:[\s:：]+|(?=[^\x00-\x7f])|"
    r"(?<=\[ \])(?=\w)|"
    r"$)"
)
_GLYPH = re.compile(rf"(?:[•◦▪‣·∙–—]\s*)?({'|'.join(map(re.escape, GLYPHS))})\ufe0f?\s*")
_ADORNED = re.compile(rf"^(?:(?:{'|'.join(map(re.escape, GLYPHS))})\ufe0f?\s*)+")


@dataclass(frozen=True, slots=True)
class Box:
    """A box, what it says, and the text behind it."""

    mark: str
    state: State
    text: str
    glyph: bool = False
    """Whether it is a drawn sign, which may as well be a bullet."""


def box_of(text: str) -> Box | None:
    """Read the box before a line; nothing where there is none, or nothing behind it."""
    if found := _FORM.match(text):
        rest = _ADORNED.sub("", text[found.end() :].strip())
        return Box(found[1] or " ", _BRACKET[found[1].strip() or " "], rest) if rest else None
    if found := _GLYPH.match(text):
        rest = text[found.end() :].strip()
        return Box(found[1], GLYPHS[found[1]], rest, glyph=True) if rest else None
    return None


def cell_box(text: str) -> Box | None:
    """Read a cell of a table that is a box alone, or begins with one."""
    text = text.strip()
    if found := _FORM.match(text):
        return Box(found[1] or " ", _BRACKET[found[1].strip() or " "], _ADORNED.sub("", text[found.end() :].strip()))
    if found := _GLYPH.match(text):
        return Box(found[1], GLYPHS[found[1]], text[found.end() :].strip(), glyph=True)
    return None


def bare_box(line: str) -> Box | None:
    """Read a line of a file that no block has: its bullet, its number and its box."""
    return box_of(re.sub(r"^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*", "", line))
