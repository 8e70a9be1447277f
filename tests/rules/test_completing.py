"""Names of the roster, completed at the end of a line."""

from __future__ import annotations

import pytest

from gonogo.rules.completing import completed

NAMES = ["anna", "Anton B", "bea", "Zoë"]


@pytest.mark.parametrize(
    ("kind", "line", "whole"),
    [
        ("order", "42 a", "42 anna"),
        ("order", "42 an", "42 anna"),
        ("order", "42 Ant", "42 Anton B"),
        ("order", "42 anton b", None),
        ("order", "42 anton ", "42 anton B"),
        ("order", "42 anna", None),
        ("order", "b", None),
        ("order", "42 ", None),
        ("feedback", "5 zo", "5 zoë"),
        ("note", "b", None),
        ("note", "spoke with be", "spoke with bea"),
        ("question", "be", "bea"),
        ("order", "", None),
    ],
)
def test_the_last_words_are_completed(kind: str, line: str, whole: str | None) -> None:
    """What was typed stays as it was typed; the first word of an order is no name."""
    assert completed(kind, line, NAMES) == whole
