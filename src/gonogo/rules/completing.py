"""A name of the roster that is being typed at the end of a line, completed."""

from __future__ import annotations

from collections.abc import Sequence

NAMED_AFTER = {"order": 1, "feedback": 1}
"""After so many words a single letter may begin a name; in prose it takes two, and stands anywhere."""


def completed(kind: str, line: str, names: Sequence[str]) -> str | None:
    """Return the line with the name that its last words begin, or nothing; what is typed stays as it is typed."""
    words = line.split(" ")
    first = NAMED_AFTER.get(kind, 0)
    for place in range(first, len(words)):
        begun = " ".join(words[place:])
        if len(begun) < (1 if kind in NAMED_AFTER else 2) or not begun.strip():
            continue
        if any(name.casefold() == begun.casefold() for name in names):
            return None
        for name in names:
            if len(name) > len(begun) and name.casefold().startswith(begun.casefold()):
                return line + name[len(begun) :]
    return None
