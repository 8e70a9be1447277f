"""Lines as panes make them: spans of text with a style's name, fitted to a width. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from gonogo.rules.text import scrub

_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
Span = tuple[str, str]
"""Text and the name of its style, such as `dim` or `bright bold` or `on-hold`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a pane; a row with a key can be chosen."""

    spans: tuple[Span, ...] = ()
    key: str | None = None

    @property
    def text(self) -> str:
        """What it says, without styles."""
        return "".join(text for text, _ in self.spans)


BLANK = Row()


@dataclass(frozen=True, slots=True)
class View:
    """What a pane shows: its rows, and a summary for its border."""

    rows: tuple[Row, ...]
    summary: str = ""


def flat(text: str) -> str:
    """Clean text for columns: without the joiners whose width no two terminals agree on."""
    return _JOINERS.sub("", scrub(text))


def width_of(spans: Iterable[Span]) -> int:
    """Return how many cells the spans take."""
    return sum(cell_len(text) for text, _ in spans)


def cut(spans: Sequence[Span], width: int) -> list[Span]:
    """Cut spans to a width; what is cut ends with an ellipsis."""
    kept: list[Span] = []
    left = max(0, width)
    clean = [(flat(text), style) for text, style in spans]
    if width_of(clean) <= left:
        return clean
    for text, style in clean:
        size = cell_len(text)
        if size < left:
            kept.append((text, style))
            left -= size
            continue
        if left > 0:
            kept.append((set_cell_size(text, left - 1) + "…", style))
        break
    return kept


def fit(width: int, left: Sequence[Span], right: Sequence[Span] = (), key: str | None = None) -> Row:
    """Set spans left and right in a line of that width; the left ones give way."""
    right = cut(right, width)
    room = width - width_of(right) - (1 if right else 0)
    kept = cut(left, room)
    if not right:
        return Row(tuple(kept), key)
    gap = width - width_of(kept) - width_of(right)
    return Row((*kept, (" " * max(0, gap), ""), *right), key)


def pad(text: str, width: int) -> str:
    """Set text to exactly a width of cells."""
    clean = flat(text)
    return set_cell_size(clean, width) if cell_len(clean) <= width else set_cell_size(clean, width - 1) + "…"


BARS = "▁▂▃▄▅▆▇█"


def sparkline(points: Sequence[float], width: int, ceiling: float | None = None) -> str:
    """Draw points as bars, newest at the right; a negative point is a failure and stands full."""
    shown = list(points[-width:])
    top = ceiling or max([point for point in shown if point >= 0], default=0) or 1
    bars = "".join(BARS[7] if p < 0 else BARS[min(7, int(p / top * 7.99))] for p in shown)
    return bars.rjust(width)


def meter(share: float, width: int) -> tuple[str, str]:
    """Draw a share as a thin line: (the done part, the rest)."""
    done = round(max(0.0, min(1.0, share)) * width)
    return "━" * done, "━" * (width - done)


def shortened(words: str, most: int = 30) -> str:
    """Cut words to so many letters, for a sentence."""
    return words if len(words) <= most else words[: most - 1] + "…"
