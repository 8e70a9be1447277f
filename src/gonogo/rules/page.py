"""A page of sections: what is said, before any face writes it down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

State = Literal["", "go", "hold", "nogo", "dim"]
"""How something stands; a face may colour it, and the words say it all the same."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; one with a mark stands in a list."""

    text: str
    state: State = ""
    kind: Literal["text", "point", "head"] = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    text: str
    state: State = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the columns in `right` hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One day of a chart: its label, its value if there is one, and what is said of it."""

    day: str
    value: float | None
    said: str
    state: State = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A value a day, oldest first: amounts as bars, states as a strip, or a course as a line."""

    title: str
    points: tuple[Point, ...]
    kind: Literal["bars", "strip", "line"]
    unit: str = ""


Block = Line | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it; `key` is its anchor."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A report as it is said: its title, the verdict in a sentence, its sections, and what it leaves out."""

    title: str
    made: str
    verdict: str
    state: State
    sentence: str
    sections: tuple[Section, ...]
    foot: tuple[str, ...]


def reworded(page: Page, say: Callable[[str], str]) -> Page:
    """Return a page with every text of it passed through a function, so that none can be forgotten."""
    return replace(
        page, title=say(page.title), sentence=say(page.sentence), foot=tuple(say(one) for one in page.foot),
        sections=tuple(
            replace(one, title=say(one.title), blocks=tuple(_reworded(block, say) for block in one.blocks))
            for one in page.sections
        ),
    )  # fmt: skip


def _reworded(block: Block, say: Callable[[str], str]) -> Block:
    match block:
        case Line():
            return replace(block, text=say(block.text))
        case Table():
            rows = tuple(tuple(replace(cell, text=say(cell.text)) for cell in row) for row in block.rows)
            return replace(block, rows=rows)
        case Chart():
            return replace(block, title=say(block.title))
