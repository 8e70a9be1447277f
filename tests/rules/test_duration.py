"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gonogo.rules.duration import Duration, PositiveDuration, countdown, seconds


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("30s", 30), ("5m", 300), ("24h", 86_400), ("7d", 604_800), ("1w", 604_800), ("800ms", 0.8), ("1m40s", 100),
     ("1h 30m", 5400), ("1.5h", 5400), ("0s", 0), ("30 s", 30)],
)  # fmt: skip
def test_read(text: str, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize("text", ["", "30", "s", "-5s", "5 parsecs", "1h and a bit", "1m,2s", "30S", "1e3s", "five s"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 30s or 24h"):
        seconds(text)


@pytest.mark.parametrize("value", [30, 30.0, None, True, ["30s"]])
def test_a_bare_number_is_refused(value: object) -> None:
    """TOML's `every = 30` does not say of what."""
    with pytest.raises(ValidationError, match="text with a unit"):
        TypeAdapter(Duration).validate_python(value)


def test_nothing_is_not_positive() -> None:
    assert TypeAdapter(Duration).validate_python("0s") == 0
    with pytest.raises(ValidationError, match="longer than nothing"):
        TypeAdapter(PositiveDuration).validate_python("0s")


@pytest.mark.parametrize("text", ["9" * 400 + "s", "99999999999w"])
def test_a_duration_past_all_bounds_is_refused(text: str) -> None:
    """No calendar reaches so far: adding it to a date would raise wherever the board is drawn."""
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence will do
        seconds(text)


@pytest.mark.parametrize(
    ("total", "wanted"),
    [(0, "0:00"), (-5, "0:00"), (59.9, "0:59"), (60, "1:00"), (82, "1:22"), (3599, "59:59"), (3600, "1:00:00"),
     (90_061, "25:01:01")],
)  # fmt: skip
def test_countdown(total: float, wanted: str) -> None:
    assert countdown(total) == wanted


@given(st.integers(0, 500), st.sampled_from(["ms", "s", "m", "h", "d", "w"]))
def test_whole_numbers_are_exact(number: int, unit: str) -> None:
    per = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}[unit]
    assert seconds(f"{number}{unit}") == pytest.approx(number * per, rel=1e-12)
