"""A line of the table that a bench prints, and the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_MARKS = {True: "met", False: "MISSED", None: ""}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    ours: str
    peer: str = ""
    ratio: str = ""
    goal: str = ""
    good: bool | None = None


def times(ours: float, peer: float | None) -> str:
    """Say how many times a peer's figure ours is."""
    return f"{ours / peer:.2f}x" if peer else ""


def table(figures: Sequence[Figure]) -> str:
    """Return the figures side by side with what they are held against."""
    rows = [("", "gonogo", "beside it", "ratio", "goal", "")]
    rows += [(one.name, one.ours, one.peer, one.ratio, one.goal, _MARKS[one.good]) for one in figures]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
