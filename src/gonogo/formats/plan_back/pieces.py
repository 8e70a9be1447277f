"""A file as lines that can be changed one by one, and put together again to the byte."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gonogo.formats.encoding import Text, damaged
from gonogo.formats.errors import FileError

_ENDS = re.compile(r"(\r\n|\r|\n)")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class Piece:
    """A line as the file has it, its end, and what it says."""

    raw: str
    end: str
    said: str
    """The line as it was read: repaired, where it was damaged."""
    gone: bool = False


class Pieces:
    """The lines of a file; `repair` writes all of them as they were read."""

    def __init__(self, raw: bytes, text: Text, name: str, *, repair: bool) -> None:
        self.name, self.text, self.repair = name, text, repair
        self._bom = next((mark for mark in _BOMS if raw.startswith(mark)), b"") if text.bom else b""
        self._codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(self._bom, text.codec)
        words = raw[len(self._bom) :].decode(self._codec, "surrogateescape")
        parts = _ENDS.split(words)
        lines = [*zip(parts[::2], [*parts[1::2], ""], strict=True)]
        if lines[-1] == ("", ""):
            lines.pop()
        if len(lines) != len(text.lines) or self._encoded(words) != raw:
            raise FileError(f"{name} cannot be taken apart so that it stays as it is; export the plan instead.")
        self.lines = [Piece(line, end, said) for (line, end), said in zip(lines, text.lines, strict=True)]
        self.behind: dict[int, list[Piece]] = {}
        """New lines, by the number of the line that they stand behind; 0 is the head of the file."""

    def say(self, number: int, said: str) -> None:
        """Let a line say something else."""
        piece = self.lines[number - 1]
        if said != piece.said:
            piece.raw, piece.said = self._as_file(said, piece, number), said

    def add(self, number: int, said: str) -> None:
        """Put a line behind another."""
        self.behind.setdefault(number, []).append(Piece(self._as_file(said, None, number), self.text.newline, said))

    def take(self, number: int) -> None:
        """Take a line out."""
        self.lines[number - 1].gone = True

    def _as_file(self, said: str, was: Piece | None, number: int) -> str:
        """Write a line in the way of the file, damage included, so that its neighbours are no different."""
        if self.repair:
            return said
        damage = self.text.repaired if self.text.codec != "cp1252" else None
        if was is not None and was.raw != was.said:
            if damage is None or damaged(was.said, damage) != was.raw:
                raise FileError(f"{self.name}:{number}: the line is damaged and cannot be changed alone; say --repair.")
            return damaged(said, damage)
        return said if was is not None or damage is None else damaged(said, damage)

    def rows(self) -> list[Piece]:
        """Return the lines as they stand now."""
        found = list(self.behind.get(0, ()))
        for number, piece in enumerate(self.lines, 1):
            found += [piece] if not piece.gone else []
            found += self.behind.get(number, ())
        return found

    def put_together(self) -> bytes:
        """Return the bytes of the file as it is now."""
        rows = self.rows()
        for before in rows[:-1]:
            before.end = before.end or self.text.newline
        if rows and self.lines and not self.lines[-1].end and rows[-1] is not self.lines[-1]:
            rows[-1].end = ""  # a file without an end of its last line keeps to it
        words = "".join((row.said if self.repair else row.raw) + row.end for row in rows)
        return self._encoded(words)

    def _encoded(self, words: str) -> bytes:
        codec = "utf-8" if self.repair and self._codec == "cp1252" else self._codec
        try:
            return self._bom + words.encode(codec, "surrogateescape")
        except UnicodeEncodeError as error:
            letter = words[error.start]
            raise FileError(
                f"{self.name} is in {codec}, which has no “{letter}”; say --repair, and it is UTF-8."
            ) from None
