"""Cron lines: what fires is taken, what never does is refused, and clocks that change are borne."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.rules import cron


@pytest.mark.parametrize("line", ["0 9 * * *", "*/15 8-18 * * mon-fri", " 0  0 29 2 * ", "30 17 L * *", "0 9 1,15 * *"])
def test_what_fires_is_taken(line: str) -> None:
    assert cron.check(line) == " ".join(line.split())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "is no cron line; write minute, hour"),
        ("daily", "is no cron line"),
        ("0 0 9 * * *", "is no cron line"),
        ("60 9 * * *", "its minute is wrong"),
        ("0 25 * * *", "its hour is wrong"),
        ("0 9 * * fry", "its day-of-week is wrong"),
        ("0 9 32 * *", "its day-of-month is wrong"),
        ("0 9 30 2 *", "“0 9 30 2 \\*” never fires: its months have no such day"),
        ("0 9 31 2 *", "never fires"),
        ("0 9 31 4,6,9,11 *", "never fires"),
    ],
)
def test_what_never_fires_or_is_misspelt_is_refused_in_a_sentence(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        cron.check(line)


@given(st.text("0123456789*/,-L#W monfri?", max_size=30))
def test_no_line_is_more_than_refused(line: str) -> None:
    try:
        kept = cron.check(line)
    except ValueError:
        return
    assert cron.following(kept, datetime(2026, 11, 2, tzinfo=UTC), "UTC").tzinfo is UTC


@pytest.mark.parametrize(
    ("line", "after", "wanted"),
    [
        ("30 9 * * *", datetime(2026, 3, 28, 8, 30, tzinfo=UTC), datetime(2026, 3, 29, 7, 30, tzinfo=UTC)),
        ("30 2 * * *", datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("30 2 * * *", datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("30 2 * * *", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_it_fires_once_a_day_where_the_clock_changes(line: str, after: datetime, wanted: datetime) -> None:
    assert cron.following(line, after, "Europe/Berlin") == wanted
