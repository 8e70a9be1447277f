"""Bytes into text: byte order marks, line ends, damage that is recognised and put right, and what is no text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.formats.encoding import damage_of, read_text, repair
from gonogo.formats.errors import FileError

PLAN = "# 🎯 Étape – “Öffnung” → 第一阶段\n- [ ] ✅ prêt ☐\n- [x] plain\n"


def misread(text: str, codec: str) -> str:
    """Read UTF-8 as another codec, bytes that mean nothing there as controls."""
    return "".join(_letter(byte, codec) for byte in text.encode())


def _letter(byte: int, codec: str) -> str:
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return chr(byte)


@pytest.mark.parametrize("codec", ["mac_roman", "cp1252"])
def test_utf8_that_was_read_as_something_else_is_put_right(codec: str) -> None:
    found = read_text(misread(PLAN, codec).encode(), "plan.md")
    assert found.text + "\n" == PLAN
    assert (found.repaired, found.mended) == (codec, (1, 2))


@pytest.mark.parametrize("codec", ["mac_roman", "cp1252"])
def test_a_line_that_is_right_stays_beside_damaged_ones(codec: str) -> None:
    source = misread("- [ ] ✅ prêt\n", codec) + "- [ ] déjà 🎉 漢字\n"
    assert read_text(source.encode(), "x").lines == ("- [ ] ✅ prêt", "- [ ] déjà 🎉 漢字")


@pytest.mark.parametrize(
    "text",
    ["plain", "café, naïve, Größe", "„Spaß“ macht’s", "ação é à pé", "« déjà »", "漢字 ✅ 🎯",
     "it says “Ã©” on purpose, in Łódź — ąęść"],
)  # fmt: skip
def test_text_that_is_right_is_left_alone(text: str) -> None:
    assert damage_of(text) is None
    assert read_text(text.encode(), "x").repaired is None


@given(st.text())
def test_repairing_never_raises_and_keeps_ascii(text: str) -> None:
    for codec in ("mac_roman", "cp1252"):
        assert isinstance(repair(text, codec), str)  # type: ignore[arg-type]
    ascii_only = text.encode("ascii", "ignore").decode()
    assert repair(ascii_only, "cp1252") == ascii_only


def test_marks_line_ends_and_nul_are_read_and_said() -> None:
    found = read_text(b"\xef\xbb\xbf# T\r\n- [ ] a\x00b\r\n", "x")
    assert found.lines == ("# T", "- [ ] a\ufffdb")
    assert (found.bom, found.newline, found.nuls, found.codec, found.repaired) == (True, "\r\n", 1, "utf-8", None)
    assert read_text(b"a\rb", "x").lines == ("a", "b")
    assert read_text("ü\n".encode("utf-16"), "x").lines == ("ü",)
    assert read_text(b"", "x").lines == ()


def test_windows_text_is_read_as_it_is() -> None:
    found = read_text("- [ ] Café “geprüft”\n".encode("cp1252"), "x")
    assert (found.lines, found.repaired, found.codec) == (("- [ ] Café “geprüft”",), "cp1252", "cp1252")


@pytest.mark.parametrize(
    "raw", [b"\x89PNG\r\n\x1a\n rest", b"\x00\xff\xfe\x01" * 9, b"%PDF-1.7 x", bytes(range(256)) * 4]
)
def test_a_binary_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(FileError, match=r"^x is a binary file; a plan is text: Markdown, TOML or JSON\.$"):
        read_text(raw, "x")
