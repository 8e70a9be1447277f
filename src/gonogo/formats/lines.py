"""On which line of a TOML file a place such as ("probe", 1, "expect", 0) stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{},]|[^\s\[\]{},#"\']+',
    re.DOTALL,
)
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")


def line_of(text: str, loc: Sequence[int | str]) -> int | None:
    """Find the line of a place: its table, then the key in it, then the element of its list."""
    lines = text.splitlines()
    start, rest = _table(lines, loc)
    within = start
    for place, part in enumerate(rest):
        if isinstance(part, int):
            return _element(lines, within, part) + 1
        found = _key(lines, start, rest[: place + 1])
        if found is None:
            break
        within = found
    return within + 1 if within or loc else None


def _table(lines: Sequence[str], loc: Sequence[int | str]) -> tuple[int, list[int | str]]:
    """Return the line of the innermost header on the way, and the rest of the way."""
    start, end, path, done = 0, len(lines), "", 0
    for place, part in enumerate(loc):
        if not isinstance(part, int):
            path = f"{path}.{part}" if path else part
        found = [number for number in range(start, end) if _header(lines[number]) == path]
        if isinstance(part, int):
            found = found[part:]
            end = found[1] if len(found) > 1 else end
        elif place + 1 < len(loc) and isinstance(loc[place + 1], int):
            continue  # which of them, the number says
        if found:
            start, done = found[0], place + 1
    return start, list(loc[done:])


def _header(row: str) -> str | None:
    match = _HEADER.match(row)
    return match[1].replace('"', "") if match else None


def _key(lines: Sequence[str], start: int, parts: Sequence[int | str]) -> int | None:
    """Return the line in a table on which its key stands, also one written with dots: `phases.beta.every`."""
    steps = [rf"[\"']?{re.escape(str(part))}[\"']?" for part in parts]
    wanted = re.compile(r"\s*" + r"\s*\.\s*".join(steps) + r"\s*[.=]")
    for number, row in enumerate(lines[start:], start):
        if number > start and _HEADER.match(row):
            return None
        if wanted.match(row):
            return number
    return None


def _element(lines: Sequence[str], start: int, index: int) -> int:
    """Return the line of an element of the list whose key stands on a line; that line when it is not found."""
    depth = seen = 0
    for number, mark in _marks(lines, start):
        if mark in ("[", "{"):
            if depth == 1 and seen == index:
                return number
            depth += 1
        elif mark in ("]", "}"):
            depth -= 1
            if depth == 0:
                break
        elif mark == "," and depth == 1:
            seen += 1
        elif depth == 1 and seen == index:
            return number
    return start


def _marks(lines: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    """Walk the words and brackets behind a key's sign, with their lines; comments are none."""
    text = "\n".join(lines[start:])
    for found in _TOKEN.finditer(text, text.find("=") + 1):
        if not found[0].startswith("#"):
            yield start + text.count("\n", 0, found.start()), found[0]
