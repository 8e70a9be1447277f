"""Cleaning text from outside before it is stored or shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Annotated

from pydantic import AfterValidator

# C0 and C1 controls, DEL, bidi overrides and isolates, line and paragraph separators,
# zero-width and tag characters, lone surrogates.
_BAD = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f\ud800-\udfff]"
)
_BAD_BUT_NEWLINE = re.compile(_BAD.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_SPACES = re.compile(r"\s+")


def tidy(text: str) -> str:
    """Return one printable line of any length: controls replaced, white space folded."""
    if not (text.isascii() and text.isprintable() and "  " not in text):  # most text is plain already
        text = unicodedata.normalize("NFC", _BAD.sub("\ufffd", _SPACES.sub(" ", text)))
    return text.strip()


def line(text: str, limit: int = 500) -> str:
    """Return one printable line, cut with an ellipsis."""
    text = tidy(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def block(text: str, limit: int = 20_000) -> str:
    """Return printable text that keeps its line breaks."""
    text = _BAD_BUT_NEWLINE.sub("\ufffd", text.replace("\r\n", "\n").replace("\t", "    "))
    return text if len(text) <= limit else text[: limit - 1] + "…"


Line = Annotated[str, AfterValidator(line)]
"""One clean line, in a document that comes from outside."""
Block = Annotated[str, AfterValidator(block)]
"""Clean text with its line breaks."""


KEY = r"^[a-z0-9][a-z0-9-]{0,39}$"
"""What a short name is made of: a launch's id, the key of an item."""


def is_clean(text: str) -> bool:
    """Tell whether nothing in the text could steer a terminal."""
    return not _BAD_BUT_NEWLINE.search(text)


def scrub(text: str) -> str:
    """Replace what could steer a terminal, one character for one, so that widths hold."""
    return _BAD.sub("\ufffd", text)


_SLUG = re.compile(r"[^a-z0-9]+")


def slug(text: str, fallback: str = "item") -> str:
    """Return a short key made of the text: lower case, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _SLUG.sub("-", plain).strip("-")[:40].strip("-") or fallback


def key_of(words: str, taken: Container[str]) -> str:
    """Return a key made of a text that is not taken yet."""
    key, number = slug(words), 2
    while key in taken:
        key, number = f"{slug(words)[:34]}-{number}", number + 1
    return key
