"""New items into a file: in the launch's order, each directly behind its parent and further in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gonogo.formats.errors import FileError
from gonogo.formats.plan_back.edit import Marks, bullet_of, indent_of, is_row, like, written
from gonogo.formats.plan_back.pieces import Pieces
from gonogo.formats.plan_md.boxes import GLYPHS
from gonogo.rules.back import Fresh
from gonogo.rules.draft import Draft, ItemDraft, Origin


@dataclass(frozen=True, slots=True)
class _Made:
    """A new item as it was written: behind which line of the file, in which words."""

    number: int
    said: str
    item: ItemDraft


class Newcomers:
    """Puts new items into a file; they come in the launch's order, so one behind another stands behind it."""

    def __init__(self, pieces: Pieces, items: Mapping[str, ItemDraft], marks: Marks, draft: Draft) -> None:
        self._pieces, self._items, self._marks = pieces, items, marks
        self._heads: dict[tuple[str, str], int] = {}
        for phase in draft.phases:
            for section in phase.sections:
                if section.origin:
                    self._heads.setdefault((phase.name, section.name), section.origin.last)
                    self._heads.setdefault(("", section.name), section.origin.last)
        self._starts = {item.origin.first for item in draft.items}
        self._made: dict[str, _Made] = {}

    def add(self, one: Fresh) -> None:
        """Put a new item behind its neighbour, before the next, under its heading, or behind the section before."""
        if self._behind(one, one.before) or self._before(one) or self._headed(one) or self._behind(one, one.earlier):
            return
        raise FileError(
            f"{self._pieces.name} has no heading “{one.section}”, under which “{one.text}” stands; "
            "write the heading first."
        )

    def _behind(self, one: Fresh, mates: Sequence[tuple[str, int]]) -> bool:
        for key, depth in mates:
            if depth > one.depth:
                continue
            if made := self._made.get(key):
                if self._like(one, made.item, made.said, made.number, one.depth - depth):
                    return True
            elif item := self._items.get(key):
                # the first below its parent stands before the others, a later one behind all that is below its mate
                stops = self._starts if depth < one.depth else set[int]()
                number = ends(self._pieces, item, stops)
                if self._like(one, item, self._said(item.origin.first), number, one.depth - depth):
                    return True
        return False

    def _before(self, one: Fresh) -> bool:
        for item in (self._items[key] for key in one.behind if key in self._items):
            first = item.origin.first
            if self._like(one, item, self._said(first), first - 1, 0):
                return True
        return False

    def _headed(self, one: Fresh) -> bool:
        """Put the first item of a section below its heading; a heading in a list holds what is further in."""
        number = self._heads.get((one.phase, one.section), self._heads.get(("", one.section)))
        if number is None:
            return False
        line = self._said(number)
        indent = re.sub(r"[^\s>]", " ", bullet_of(line))
        said = f"{indent}- [{self._marks.sign(False, one.mark)}] {written(one.text)}"
        if mate := next((self._items[key] for key, _ in one.before if key in self._items), None):
            number = max(number, ends(self._pieces, mate, self._starts))
        elif indent:
            number = _below(self._pieces, number, indent_of(line), self._starts)
        self._put(one, number, said, ItemDraft(one.text, Origin(number, number, line), mark=" "))
        return True

    def _like(self, one: Fresh, item: ItemDraft, line: str, number: int, deeper: int) -> bool:
        said = like(line, item, one.text, one.mark, self._marks, min(1, deeper))
        if said is not None:
            self._put(one, number, said, item)
        return said is not None

    def _put(self, one: Fresh, number: int, said: str, item: ItemDraft) -> None:
        mark = self._marks.sign(True, one.mark) if item.mark in GLYPHS else item.mark
        self._made[one.key] = _Made(number, said, replace(item, text=one.text, state=one.mark, mark=mark))
        self._pieces.add(number, said)

    def _said(self, number: int) -> str:
        return self._pieces.lines[number - 1].said


def ends(pieces: Pieces, item: ItemDraft, stops: set[int]) -> int:
    """Return the last line of what stands under an item, as far as the first of some lines."""
    line = pieces.lines[item.origin.first - 1].said
    return item.origin.last if is_row(line) else _below(pieces, item.origin.last, indent_of(line), stops)


def _below(pieces: Pieces, last: int, deep: int, stops: set[int]) -> int:
    for number in range(last + 1, len(pieces.lines) + 1):
        said = pieces.lines[number - 1].said
        if number in stops or (said.strip() and indent_of(said) <= deep):
            break
        last = number if said.strip() else last
    return last
