"""Pasted lists as items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules import pasted
from gonogo.rules.pasted import PastedItem
from gonogo.rules.record import Refusal


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("- [ ] one\n- [x] two\n", [PastedItem("one"), PastedItem("two", done=True)]),
        ("* a\n  * b\n    * c\n* d", [PastedItem("a"), PastedItem("b", 1), PastedItem("c", 2), PastedItem("d")]),
        ("- a\r  - b\r- c\r", [PastedItem("a"), PastedItem("b", 1), PastedItem("c")]),
        ("1. a\r\n2) b\r\n", [PastedItem("a"), PastedItem("b")]),
        ("- a\n\t- [X] b", [PastedItem("a"), PastedItem("b", 1, True)]),
        ("- a\n  goes on\n- b", [PastedItem("a goes on"), PastedItem("b")]),
        ("☐ eins\n✅ zwei", [PastedItem("eins"), PastedItem("zwei", done=True)]),
        ("milk\n  bread\n", [PastedItem("milk"), PastedItem("bread")]),
        ("- one \x1b[31mred", [PastedItem("one \ufffd[31mred")]),
    ],
)
def test_lists_are_read(words: str, wanted: list[PastedItem]) -> None:
    assert pasted.read(words) == wanted


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (" \n\n", "There is no item"),
        ("- " + "x" * 501, "Item 1 is 501 characters long"),
        ("- x\n" * 1001, "more than 1,000 items"),
    ],
)
def test_what_is_too_much_or_nothing_is_refused(words: str, why: str) -> None:
    found = pasted.read(words)
    assert isinstance(found, Refusal)
    assert why in found.sentence


@pytest.mark.parametrize(
    ("words", "is_list"),
    [
        ("- a", True),
        ("a\nb", False),
        ("a\n- b", True),
        ("a\r- b\r", True),
        ("[x] a", True),
        ("just words", False),
        ("", False),
    ],
)
def test_a_list_is_told_from_a_line(words: str, is_list: bool) -> None:
    assert pasted.looks_like_a_list(words) is is_list


@given(st.text(max_size=200))
def test_nothing_pasted_is_lost_or_breaks(words: str) -> None:
    found = pasted.read(words)
    if not isinstance(found, Refusal):
        assert all(one.text for one in found)
