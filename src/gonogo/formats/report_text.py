"""A report as plain text: columns that line up, and sentences that fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from textwrap import wrap

from gonogo.rules.page import Block, Chart, Line, Page, Table
from gonogo.rules.text import scrub

WIDTH = 100
_LEAST = 24
"""How much room the last column needs to stand beside the others."""
_BARS = "▁▂▃▄▅▆▇█"
_STRIP = {"go": "●", "hold": "◐", "nogo": "✕", "": "·", "dim": "·"}


def as_text(page: Page, width: int = WIDTH) -> str:
    """Write a report as lines that no terminal can be steered by."""
    lines = [f"{page.verdict}  {page.title}", page.made, "", *_sentence(page.sentence, width)]
    for section in page.sections:
        lines += ["", section.title.upper()]
        before: Block | None = None
        for block in section.blocks:
            if (
                isinstance(block, Table)
                or isinstance(before, Table)
                or (isinstance(block, Line) and block.kind == "head")
            ):
                lines += [""] if before is not None and not _heads(before) else []
            lines += _block(block, width)
            before = block
    lines += ["", *(part for one in page.foot for part in _sentence(one, width))]
    return "\n".join(scrub(line).rstrip() for line in lines) + "\n"


def _heads(block: Block) -> bool:
    return isinstance(block, Line) and block.kind == "head"


def _block(block: Block, width: int) -> list[str]:
    match block:
        case Line(kind="point"):
            return _sentence(block.text, width, "- ", "  ")
        case Line():
            return _sentence(block.text, width)
        case Chart():
            return list(_chart(block, width))
        case Table():
            return list(_table(block, width))


def _sentence(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    return wrap(text, width, initial_indent=first, subsequent_indent=later) or [""]


# Tables ---------------------------------------------------------------------------------------


def _table(table: Table, width: int) -> Iterator[str]:
    rows = [[scrub(cell.text) for cell in row] for row in table.rows]
    last = len(table.head) - 1
    sizes = [max(_cells(one) for one in column) for column in zip(table.head, *rows, strict=True)]
    indent = sum(sizes[:last]) + 2 * last
    beside = last not in table.right and (indent + sizes[last] <= width or width - indent >= _LEAST)
    for place, row in enumerate((list(table.head), *rows)):
        parts = [_fit(text, sizes[at], at in table.right) for at, text in enumerate(row[:last])]
        if last in table.right:
            yield "  ".join([*parts, _fit(row[last], sizes[last], True)])
        elif beside:
            said = wrap(row[last], max(_LEAST, width - indent)) or [""]
            yield "  ".join([*parts, said[0]])
            yield from (" " * indent + more for more in said[1:])
        else:
            yield "  ".join(parts)
            if place and row[last]:
                yield from _sentence(row[last], width, "    ", "    ")


def _fit(text: str, size: int, right: bool) -> str:
    gap = " " * max(0, size - _cells(text))
    return gap + text if right else text + gap


def _cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )


# Charts ---------------------------------------------------------------------------------------


def _chart(chart: Chart, width: int) -> Iterator[str]:
    days = f"{chart.points[0].day} to {chart.points[-1].day}" if len(chart.points) > 1 else chart.points[0].day
    values = [point.value for point in chart.points]
    if chart.kind == "strip":
        row = "".join(_STRIP[point.state] if point.value is not None else "·" for point in chart.points)
        yield f"{chart.title}, {days}: {row}"
        return
    known = [value for value in values if value is not None]
    top = max(known, default=0.0)
    row = "".join(" " if value is None else _BARS[min(7, int(value / top * 7.999)) if top else 0] for value in values)
    yield f"{chart.title}, {days}: {row}  most {top:,.0f} {chart.unit}".rstrip()
