"""Bytes of a text file into text: byte order marks, foreign line ends, and UTF-8 that somebody read as something "
"else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from gonogo.formats.errors import FileError

Damage = Literal["mac_roman", "cp1252"]
NAMES: dict[Damage, str] = {"mac_roman": "Mac Roman", "cp1252": "Windows-1252"}
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MAGIC = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"SQLite format 3")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# What a plan is written in: letters of living scripts, punctuation, arrows, boxes, CJK, pictures.
_USUAL = (
    (0xA0, 0x52F), (0x590, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1E00, 0x1EFF), (0x2000, 0x2BFF),
    (0x3000, 0x9FFF), (0xAC00, 0xD7AF), (0xFE00, 0xFE0F), (0xFF00, 0xFFEF), (0x1F000, 0x1FAFF),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says, and what had to be done to read it; `lines` have no line ends."""

    lines: tuple[str, ...]
    codec: str
    """What the file's bytes are written in, for whoever writes it back."""
    newline: str = "\n"
    bom: bool = False
    repaired: Damage | None = None
    mended: tuple[int, ...] = ()
    """Numbers of the lines that were repaired."""
    nuls: int = 0
    """How many NUL characters were replaced."""

    @property
    def text(self) -> str:
        """All of it, with plain line ends."""
        return "\n".join(self.lines)


def read_text(raw: bytes, name: str) -> Text:
    """Read the bytes of a text file; FileError when they are none."""
    codec, bom = _codec(raw)
    if raw.startswith(_MAGIC):
        raise FileError(f"{name} is a binary file; a plan is text: Markdown, TOML or JSON.")
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        if codec != "utf-8" or b"\x00" in raw:
            raise FileError(f"{name} is a binary file; a plan is text: Markdown, TOML or JSON.") from error
        codec, text = "cp1252", _windows(raw)
    text = text.removeprefix("\ufeff")
    # A stray NUL does no harm; what is not even UTF-8 may have hardly any.
    if len(_CONTROL.findall(text)) * (30 if codec == "cp1252" else 4) > len(text):
        raise FileError(f"{name} is a binary file; a plan is text: Markdown, TOML or JSON.")
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    nuls = text.count("\x00")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    damage: Damage | None = "cp1252" if codec == "cp1252" else damage_of(text)
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    mended: list[int] = []
    if damage and codec != "cp1252":
        whole = [repair(line, damage) for line in lines]
        mended = [number for number, (old, new) in enumerate(zip(lines, whole, strict=True), 1) if old != new]
        lines = whole
    return Text(tuple(lines), codec, newline, bom, damage, tuple(mended), nuls)


def _codec(raw: bytes) -> tuple[str, bool]:
    if raw.startswith(b"\xef\xbb\xbf"):
        return "utf-8", True
    return next(((codec, True) for mark, codec in _BOMS if raw.startswith(mark)), ("utf-8", False))


def _windows(raw: bytes) -> str:
    """Decode Windows-1252, in which five bytes mean nothing and stand for controls."""
    return raw.decode("cp1252", "surrogateescape").translate({0xDC00 + byte: byte for byte in range(0x80, 0xA0)})


# UTF-8 that was read as something else -------------------------------------------------------


@cache
def _bytes_of(codec: Damage) -> dict[str, int]:
    """Return which byte each letter of the upper half was before it was misread."""
    found: dict[str, int] = {}
    for byte in range(0x80, 0x100):
        try:
            found[bytes([byte]).decode(codec)] = byte
        except UnicodeDecodeError:
            found[chr(byte)] = byte
    return found


@cache
def _sequences(codec: Damage) -> re.Pattern[str]:
    """Return what finds letters that are the bytes of one character of UTF-8."""
    table = {byte: letter for letter, byte in _bytes_of(codec).items()}

    def some(low: int, high: int) -> str:
        return "[" + "".join(re.escape(table[byte]) for byte in range(low, high + 1)) + "]"

    tail = some(0x80, 0xBF)
    return re.compile(
        f"{some(0xC2, 0xDF)}{tail}|{some(0xE0, 0xEF)}{tail}{{2}}|{some(0xF0, 0xF4)}{tail}{{3}}", re.DOTALL
    )


def _meant(codec: Damage, found: str) -> str | None:
    """Return the character that misread letters were, when it is one that plans are written with."""
    table = _bytes_of(codec)
    try:
        letter = bytes(table[one] for one in found).decode()
    except UnicodeDecodeError:
        return None
    return letter if any(low <= ord(letter) <= high for low, high in _USUAL) else None


def damage_of(text: str) -> Damage | None:
    """Tell whether text is UTF-8 that was read as Mac Roman or Windows-1252; nothing where it seems right."""
    if text.isascii():
        return None
    best: tuple[int, Damage] | None = None
    for codec in NAMES:
        table = _bytes_of(codec)
        within = sum(len(one) for one in _sequences(codec).findall(text) if _meant(codec, one))
        # Where few of the letters make sense as bytes, the text is right as it is, and says “Ã©” on purpose.
        foreign = sum(1 for letter in text if letter in table)
        if within and within * 2 > foreign and (best is None or within > best[0]):
            best = (within, codec)
    return best[1] if best else None


def repair(text: str, codec: Damage) -> str:
    """Put right what was UTF-8 and read as `codec`; what was not stays as it is."""
    return _sequences(codec).sub(lambda found: _meant(codec, found[0]) or found[0], text)


def damaged(text: str, codec: Damage) -> str:
    """Write text as it looks where its UTF-8 is read as `codec`: what a line put into a damaged file is like."""
    letters = {byte: letter for letter, byte in _bytes_of(codec).items()}
    return "".join(letters.get(byte, chr(byte)) for byte in text.encode())
