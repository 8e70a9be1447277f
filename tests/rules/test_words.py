"""Numbers and moments as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gonogo.rules import words


@pytest.mark.parametrize(
    ("value", "like", "name", "said"),
    [
        (0.310, "800ms", "p95", "310 ms"),
        (0.8, "800ms", "p95", "800 ms"),
        (0.8003, "800ms", "p95", "800.3 ms"),
        (0.7996, "800ms", "p95", "799.6 ms"),
        (0.9996, "1s", "p95", "999.6 ms"),
        (0.99996, "99%", "uptime", "99.99%"),
        (0.57, "99%", "uptime", "57%"),
        (1.0, "99%", "uptime", "100%"),
        (0.01004, "1%", "error_rate", "1.01%"),
        (0.00028, "1%", "error_rate", "0.03%"),
        (0.009999, "1%", "error_rate", "0.9999%"),
        (0.98999, "99%", "uptime", "98.99%"),
        (0.989999, "98.99%", "uptime", "98.999%"),
        (14.0, "20", "orders.successful", "14"),
        (100.0, "20", "orders.successful", "100"),
        (4.004, "4", "feedback.mean", "4.004"),
        (1.996, "2", "bugs.per_day", "1.996"),
        (2.0, "2", "bugs.per_day", "2"),
        (3.14159, "4", "feedback.mean", "3.14"),
        (5.0, "'five'", "x", "5"),
        (None, "1", "x", "nothing"),
    ],
)
def test_a_reading_never_says_what_its_verdict_denies(value: float | None, like: str, name: str, said: str) -> None:
    """What is written lies on the same side of its target as the number itself."""
    assert words.reading(value, like, name) == said


def test_a_share_of_a_window_never_flatters() -> None:
    assert words.share(0.00021, "error_rate") == "0.03%"
    assert words.share(0.0, "error_rate") == "0.00%"
    assert words.share(0.0003, "error_rate") == "0.03%"
    assert words.share(0.99999, "uptime") == "99.99%"


def test_a_short_span_is_not_said_in_days() -> None:
    assert words.within(0, 720) == "0 in 12 min"
    assert words.within(3, 216_000) == "3 in 2.5 days"


def test_a_moment_says_its_day() -> None:
    now = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    assert words.moment(now - timedelta(hours=9), now, "UTC") == "Tue 24 Nov 23:00, yesterday"
    assert words.moment(now - timedelta(hours=1), now, "UTC") == "Wed 25 Nov 07:00"
    assert words.moment(now - timedelta(hours=9), now, "Asia/Kuala_Lumpur") == "Wed 25 Nov 07:00"
    assert words.moment(now - timedelta(days=400), now, "UTC") == "Tue 21 Oct 2025 08:00"


def test_a_stopped_span_has_its_seconds_under_ten_minutes() -> None:
    assert [words.stopped(one) for one in (0, 40.9, 78, 599, 600, 4000)] == [
        "0:00", "0:40", "1:18", "9:59", "10 min", "1 h 6 min",
    ]  # fmt: skip
