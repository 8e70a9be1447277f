"""Cleaning: nothing that could steer a terminal survives."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules import text

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
CONTROLS = "\x00\x07\x1b[]()\x9b\x9c\x7f\x85\r\n\t \u2028\u2029\ufeff\u200b\U000e0041e\u0301"
hostile = st.one_of(
    st.text(st.characters(codec=None), max_size=40),
    st.text(st.sampled_from(CONTROLS + "".join(sorted(BIDI))), max_size=40),
)


def steers(char: str) -> bool:
    """Whether a character could move, hide or reorder what is on the screen."""
    return (
        unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or char in BIDI
        or unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or 0xE0000 <= ord(char) <= 0xE007F
    )


def test_every_character_that_steers_is_replaced() -> None:
    for number in range(0x110000):
        if steers(char := chr(number)):
            assert not any(map(steers, text.scrub(f"a{char}b")))
            assert not any(map(steers, text.line(f"a{char}b")))
            assert not any(map(steers, text.block(f"a{char}b").replace("\n", "")))
            assert text.is_clean(char) == (char == "\n")


@given(hostile, st.integers(1, 60))
def test_a_line_is_one_clean_short_line(words: str, limit: int) -> None:
    found = text.line(words, limit)
    assert not any(map(steers, found))
    assert len(found) <= limit
    assert found == text.line(found, limit)
    assert text.is_clean(found)
    found.encode()


@given(hostile, st.integers(1, 60))
def test_a_block_keeps_line_breaks_and_nothing_else(words: str, limit: int) -> None:
    found = text.block(words, limit)
    assert not any(steers(char) for char in found if char != "\n")
    assert len(found) <= limit
    assert text.is_clean(found)


@given(hostile)
def test_scrubbing_keeps_the_width(words: str) -> None:
    found = text.scrub(words)
    assert len(found) == len(words)
    assert not any(map(steers, found))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("  two \n words\t here ", "two words here"),
        ("\x1b[2Jgone", "\ufffd[2Jgone"),
        ("\x1b]52;c;cm0gLXJm\x07", "\ufffd]52;c;cm0gLXJm\ufffd"),
        ("evil\u202etxt.exe", "evil\ufffdtxt.exe"),
        ("e\u0301", "\u00e9"),
        ("", ""),
        ("naïve café 👩‍🍳 日本語", "naïve café 👩‍🍳 日本語"),
    ],
)
def test_lines(words: str, wanted: str) -> None:
    assert text.line(words) == wanted


def test_a_long_line_ends_in_an_ellipsis() -> None:
    assert text.line("x" * 600) == "x" * 499 + "…"


def test_a_block_makes_line_ends_and_tabs_plain() -> None:
    assert text.block("a\r\nb\tc\rd") == "a\nb    c\ufffdd"


@given(st.text(max_size=80))
def test_a_slug_is_a_key(words: str) -> None:
    found = text.slug(words)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", found)
    assert not found.endswith("-")


@pytest.mark.parametrize(("words", "wanted"), [("Ça va, déjà?", "ca-va-deja"), ("日本語", "item"), ("--", "item")])
def test_slugs(words: str, wanted: str) -> None:
    assert text.slug(words) == wanted
