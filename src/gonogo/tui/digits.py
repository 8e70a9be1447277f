"""Digits three lines high."""

from __future__ import annotations

_FACES = {
    "0": ("╭─╮", "│ │", "╰─╯"), "1": ("╶╮ ", " │ ", "╶┴╴"), "2": ("╶─╮", "┌─┘", "╰─╴"), "3": ("╶─╮", " ─┤", "╶─╯"),
    "4": ("╷ ╷", "╰─┤", "  ╵"), "5": ("╭─╴", "╰─╮", "╶─╯"), "6": ("╭─╴", "├─╮", "╰─╯"), "7": ("╶─┐", "  │", "  ╵"),
    "8": ("╭─╮", "├─┤", "╰─╯"), "9": ("╭─╮", "╰─┤", "╶─╯"), ":": (" ", "·", "·"),
}  # fmt: skip


def big(text: str) -> list[str]:
    """Write `5:00` in three lines; what is no digit or colon is left out."""
    faces = [_FACES[letter] for letter in text if letter in _FACES]
    return [" ".join(face[y] for face in faces) for y in range(3)]
