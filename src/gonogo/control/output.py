"""What a command says, kept in little room: the beginning and the end of it, clean, without secrets."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gonogo.rules.text import block

HEAD, TAIL = 64 << 10, 192 << 10
LONGEST_LINE = 2000
_ESCAPE = re.compile(
    rb"\x1b(?:\[[0-9;:<=>?]*[ -/]*[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|[PX^_].{0,4096}?\x1b\\|.)"
)
Hide = Callable[[str], str]


class Output:
    """Takes any amount of output and keeps its first 64 KiB and its last 192 KiB."""

    def __init__(self, hide: Hide = lambda words: words) -> None:
        self._hide = hide
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._kept = 0
        self.dropped = 0
        self.changed = False

    def feed(self, said: bytes) -> None:
        """Take what was said."""
        self.changed = self.changed or bool(said)
        room = HEAD - len(self._head)
        self._head += said[:room]
        rest = said[room:] if room < len(said) else b""
        if rest:
            self._tail.append(rest)
            self._kept += len(rest)
        while self._tail and self._kept - len(self._tail[0]) >= TAIL:
            gone = len(self._tail.popleft())
            self._kept -= gone
            self.dropped += gone

    def text(self) -> str:
        """Return what is kept, clean; what was left out in the middle is said."""
        tail = b"".join(self._tail)
        cut = max(0, len(tail) - TAIL)
        if not (lost := self.dropped + cut):
            return self._clean(bytes(self._head) + tail)
        # A line that is cut through could hold a part of a secret, which would not be known as one.
        head, broken, half = bytes(self._head).rpartition(b"\n")
        if not broken:  # one endless line: without its end, where half a secret may be
            head, half = half[:-LONGEST_LINE], half[-LONGEST_LINE:]
        other, broken, tail = tail[cut:].partition(b"\n")
        if not broken:
            tail, other = other[LONGEST_LINE:], other[:LONGEST_LINE]
        lost += len(half) + len(other)
        said = f"[… {lost:,} bytes are left out here …]"
        return "\n".join(filter(None, (self._clean(head), said, self._clean(tail))))

    def _clean(self, raw: bytes) -> str:
        words = _ESCAPE.sub(b"", raw).replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode("utf-8", "replace")
        lines = self._hide(words).split("\n")
        return block("\n".join(map(_cut, lines)), HEAD + TAIL + 4096)

    def save(self, path: Path) -> None:
        """Write what is kept; whoever reads meanwhile sees it whole. No room to write is no reason to stop."""
        self.changed = False
        half = path.with_name(path.name + ".half")
        with suppress(OSError):
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(self.text())
            half.rename(path)


def _cut(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[:LONGEST_LINE]}… [{len(line) - LONGEST_LINE:,} more in this line]"
