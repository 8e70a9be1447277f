"""Which regular expressions may be evaluated in the watch's loop: those that end in good time."""

from __future__ import annotations

import re
from collections.abc import Callable

_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]])*\]")
_PIECE = re.compile(r"\\.|[()|+*?]|\{\d*,?\d*\}|.", re.DOTALL)
SMALL = 16
"""Up to how many repetitions a bounded one counts as none."""
MOST_WAYS = 4096
"""In how many ways the small repetitions and alternatives together may be taken."""


def hazard(source: str) -> str:
    """Say why a pattern could take for ever; empty when it cannot.

    A repeated group must be plain: no repetition and no alternative inside it.
    """
    pieces = _PIECE.findall(_CLASS.sub("x", source))
    loops, ways, stack = 0, 1, [False]
    group_was_busy = False
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if piece == "(":
            stack.append(False)
        elif piece == ")" and len(stack) > 1:
            group_was_busy = stack.pop()
            stack[-1] = stack[-1] or group_was_busy
        elif piece == "|":
            stack[-1] = True
            ways *= 2
        elif piece in ("+", "*", "?") or (piece.startswith("{") and len(piece) > 1):
            if before in ("", "("):
                continue
            if before == ")" and group_was_busy:
                return "a repeated group with a repetition or an alternative in it can take for ever; write it plainer"
            if before not in ("+", "*", "?") or piece == "*":
                stack[-1] = True
            loops += _is_loop(piece)
            ways *= _ways(piece)
    if loops > 1:
        return "more than one open repetition (+ or *) can take for ever; write a simpler pattern, or contains"
    if ways > MOST_WAYS:
        return "so many optional parts can take for ever; write a simpler pattern"
    return ""


def _ways(piece: str) -> int:
    if not piece.startswith("{") or _is_loop(piece):
        return 2 if piece == "?" else 1
    least, _, most = piece[1:-1].partition(",")
    return max(1, int(most or least or 0) - int(least or 0) + 1)


def _is_loop(piece: str) -> bool:
    """Whether a repetition is open, or as good as open."""
    if piece in ("+", "*"):
        return True
    if not piece.startswith("{"):
        return False
    most = piece[1:-1].split(",")[-1]
    return not most or int(most) > SMALL


def glob(text: str, part: Callable[[str], str] = re.escape) -> re.Pattern[str]:
    """Return the pattern of a text in which `*` stands for anything; it never goes back, so it ends in good time.

    `part` makes a pattern of what stands between the stars: one that matches texts of a single length.
    """
    first, *rest = text.split("*")
    if not rest:
        return re.compile(part(first) + r"\Z", re.DOTALL)
    middle = "".join(f"(?>.*?{part(one)})" for one in rest[:-1] if one)
    tail = f".*{part(rest[-1])}\\Z" if rest[-1] else ""
    return re.compile(part(first) + middle + tail, re.DOTALL)
