"""The last gate before the terminal: whatever steers it is replaced, one character for one."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from gonogo.rules.text import is_clean, scrub


class Clean(LineFilter):
    """Replaces control and bidi characters in everything that is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Clean the segments of a line."""
        if all(segment.control or is_clean(segment.text) for segment in segments):
            return segments
        return [s if s.control else Segment(scrub(s.text), s.style) for s in segments]
