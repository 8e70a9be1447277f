"""Numbers as JSON has them, and as Go spells them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules.numbers import go_amount, go_duration, go_integer, number


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (5, "5"),
        (0.1, "0.1"),
        (" 1.50 ", "1.50"),
        ("-.5", "-0.5"),
        ("1e3", "1000"),
        (Decimal("1e308"), "1e308"),
        (0, "0"),
    ],
)
def test_a_number_is_exact(value: Any, wanted: str) -> None:
    assert number(value) == Decimal(wanted)


@pytest.mark.parametrize(
    "value",
    [True, None, "", "x", "1_000", "0x1", "٣", "1,5", "nan", "inf", float("nan"), float("-inf"), Decimal("NaN"),
     10**400, "1e309", "1e9999999999", Decimal("1e999999"), "1" * 5000, [1], {}],
)  # fmt: skip
def test_what_is_no_number_that_anybody_means_is_none(value: Any) -> None:
    assert number(value) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("0x1F", 31), ("0XfF", 255), ("-0x10", -16), ("0o17", 15), ("017", 15), ("0b101", 5), ("0", 0), ("00", 0),
     ("+7", 7), ("08", None), ("0x", None), ("1.0", None), ("1s", None), ("", None), ("--1", None)],
)  # fmt: skip
def test_whole_numbers_of_go(text: str, wanted: int | None) -> None:
    assert go_integer(text) == wanted


@pytest.mark.parametrize(
    ("text", "ms"),
    [("300ms", "300"), ("1.5s", "1500"), ("1h30m", "5400000"), ("-2m", "-120000"), ("250us", "0.25"),
     ("250µs", "0.25"), ("1ns", "0.000001"), (".5s", "500"),
     ("14d", None), ("2w", None), ("1 s", None), ("1", None), ("s", None), ("1s1", None)],
)  # fmt: skip
def test_durations_of_go(text: str, ms: str | None) -> None:
    assert go_duration(text) == (None if ms is None else Decimal(ms))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("10", "10"),
        ("010", "8"),
        ("09", "9"),
        ("1.25", "1.25"),
        ("1s", "1000"),
        (7, "7"),
        (" 5\n", "5"),
        (Decimal("0.1"), "0.1"),
    ],
)
def test_amounts_of_gatus(value: Any, wanted: str) -> None:
    assert go_amount(value) == Decimal(wanted)


@given(st.text(max_size=12) | st.from_regex(r"[-+]?[0-9.xob_a-fmsuhn]{1,12}", fullmatch=True))
def test_no_text_raises(text: str) -> None:
    for read in (number, go_integer, go_duration, go_amount):
        found = read(text)
        assert found is None or found == found
