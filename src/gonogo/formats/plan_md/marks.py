"""Where in a plan the boxes are: which signs are boxes is a matter of the whole file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gonogo.formats.plan_md.boxes import EMPTY, Box, box_of, cell_box
from gonogo.formats.plan_md.roles import role_of
from gonogo.formats.plan_md.tree import Block

_DONE, _NOT_DONE = frozenset("✅☑✔✓"), frozenset("❌✗✘🟡⏳🚧🔄")
_STATUS = re.compile(
    r"status|state|done\??|check(?:ed)?|complete[d]?\??|ready\??|progress|✓|✔|✅|☐|situação|estado|feito|concluído|"
    r"erledigt|"
    r"stand|fait|statut|状态|完成|进度|状況",
    re.IGNORECASE,
)


class Marks:
    """The boxes of one file."""

    def __init__(self, root: Block) -> None:
        self.signs = False
        """Whether drawn signs such as ✅ are boxes here: where an empty one or its opposite is drawn too."""
        self.any = True
        found = [box for block in _all(root) for box in _first_boxes(block)]
        drawn = {box.mark for box in found if box.glyph}
        self.signs = bool(drawn & EMPTY) or bool(drawn & _DONE and drawn & _NOT_DONE)
        self._boxed: dict[int, bool] = {}
        self._works: dict[int, bool] = {}
        self._mixed = {
            id(item) for one in _all(root) if one.kind == "list" and _draws_boxes(one) for item in one.children
        }  # fmt: skip
        """Points of lists in which an empty box is drawn: a ✅ beside it says that something is done."""
        self._count(root)
        self.any = self._boxed[id(root)]

    def text_of(self, item: Block) -> str:
        """Return the text that an item of a list begins with."""
        first = item.children[0] if item.children else None
        return first.text if first is not None and first.kind == "para" else ""

    def accept(self, box: Box | None, *, target: bool = False, item: Block | None = None) -> Box | None:
        """Return a box if it is one here; under criteria a ✅ before a line is what is wanted, not what is done."""
        if box is None or not box.glyph:
            return box
        wanted = target and box.mark not in EMPTY and (item is None or id(item) not in self._mixed)
        return box if self.signs and not wanted else None

    def box(self, item: Block) -> Box | None:
        """Return the box that a list item begins with."""
        return self.accept(box_of(self.text_of(item))) if item.kind == "item" else None

    def boxed(self, block: Block) -> bool:
        """Whether a box stands in a block or under it."""
        return self._boxed.get(id(block), False)

    def works(self, block: Block) -> bool:
        """Whether there is something to do, or to reach, under a block."""
        return self._works.get(id(block), False)

    def _count(self, block: Block) -> None:
        """Note of every block whether boxes and work stand in it, from the inside out."""
        order = [block]
        for one in order:
            order += one.children
        for one in reversed(order):
            boxed = any(self.accept(box) for box in _first_boxes(one)) or any(map(self.boxed, one.children))
            self._boxed[id(one)] = boxed
        any_box = self._boxed[id(block)]
        for one in reversed(order):
            inner = any(map(self.works, one.children))
            wanted = one.kind == "head" and role_of(one.text) == "criteria" and bool(one.children)
            label = one.kind == "para" and role_of(one.text.split(":")[0]) == "criteria" and ":" in one.text
            self._works[id(one)] = inner or wanted or label or (self.boxed(one) if any_box else one.kind == "list")


def status_columns(head: Sequence[str]) -> set[int]:
    """Return which columns of a table say how far something is."""
    return {place for place, cell in enumerate(head) if not cell.strip() or _STATUS.fullmatch(cell.strip(" *"))}


def _draws_boxes(block: Block) -> bool:
    return any(
        box.mark in EMPTY for item in block.children for child in item.children[:1] for box in _first_boxes(child)
    )


def _all(root: Block) -> list[Block]:
    order = [root]
    for one in order:
        order += one.children
    return order


def _first_boxes(block: Block) -> list[Box]:
    """Return the boxes that the lines of a paragraph or the cells of a table begin with."""
    if block.kind == "para":
        return [box for line in block.text.split("\n") if (box := box_of(line.strip()))]
    if block.kind != "table" or not block.cells:
        return []
    states = status_columns(block.cells[0][1])
    return [
        box
        for _, row in block.cells[1:]
        for place, cell in enumerate(row)
        if (box := cell_box(cell)) and (not box.glyph or place in states)
    ]
