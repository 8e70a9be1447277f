"""What was logged, as it would be typed, and what a line typed anew corrects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.rules.ground import NOW, at
from tests.rules.test_logbook import row

from gonogo.rules.amend import CorrectLogged
from gonogo.rules.plan import Severity
from gonogo.rules.record import Refusal
from gonogo.rules.retype import as_typed, correction

ROWS = [
    (row(1, value=Decimal("18.50"), who="anna b"), "18.50 anna b"),
    (row(1, value=Decimal("42"), ok=False), "failed 42"),
    (row(1, count=14), "14"),
    (row(1, "feedback", rating=5, who="beta3", text="very smooth"), "5 beta3 very smooth"),
    (row(1, "feedback", rating=2), "2"),
    (row(1, "bug", severity=Severity.HIGH, text="invoice is blank"), "high invoice is blank"),
    (row(1, "question", text="where is it #invoice"), "where is it #invoice"),
]


@pytest.mark.parametrize(("one", "line"), ROWS, ids=[line for _, line in ROWS])
def test_the_line_of_a_thing_says_what_it_is(one: Any, line: str) -> None:
    """Typed as it stands, it changes nothing."""
    assert as_typed(one) == line
    found = correction(one, line, at(NOW), "UTC")
    assert isinstance(found, CorrectLogged)
    said = {name: value for name in CorrectLogged.model_fields if (value := getattr(found, name)) is not None}
    said.pop("logged")
    assert {name: getattr(one, name) for name in said} == said


@pytest.mark.parametrize(
    ("place", "line", "why"),
    [(0, "anna", "an order begins with its value"), (2, "none", "how many orders"), (2, "-3", "how many orders"),
     (3, "7 x", "begins with 1 to 5"), (5, "grave x", "begins with its severity"), (0, "42 @25:00", "is no time")],
)  # fmt: skip
def test_a_line_that_means_nothing_is_refused(place: int, line: str, why: str) -> None:
    found = correction(ROWS[place][0], line, at(NOW), "UTC")
    assert isinstance(found, Refusal)
    assert why in found.sentence
