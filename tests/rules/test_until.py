"""Ends as people say them, in the launch's time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gonogo.rules.record import Refusal
from gonogo.rules.until import until

NOW = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
"""A Wednesday; midnight has just struck in Kuala Lumpur."""


@pytest.mark.parametrize(
    ("mark", "zone", "wanted"),
    [
        ("4h", "UTC", "2026-11-25T20:00"), ("1d12h", "UTC", "2026-11-27T04:00"),
        (" 18:00 ", "UTC", "2026-11-25T18:00"), ("9:05", "UTC", "2026-11-26T09:05"),
        ("16:00", "UTC", "2026-11-26T16:00"),
        ("fri 11:00", "UTC", "2026-11-27T11:00"), ("Friday 11:00", "UTC", "2026-11-27T11:00"),
        ("wed 15:00", "UTC", "2026-12-02T15:00"),
        ("2026-11-27 11:00", "UTC", "2026-11-27T11:00"), ("2026-11-27", "UTC", "2026-11-27T00:00"),
        ("2026-11-27T11:00+02:00", "UTC", "2026-11-27T09:00"), ("09:00", "Asia/Kuala_Lumpur", "2026-11-26T01:00"),
        ("thu 00:30", "Asia/Kuala_Lumpur", "2026-11-25T16:30"),
    ],
)  # fmt: skip
def test_an_end_is_read_in_the_launchs_time_zone(mark: str, zone: str, wanted: str) -> None:
    found = until(mark, NOW, zone)
    assert isinstance(found, datetime)
    assert found.isoformat()[:16] == wanted


@pytest.mark.parametrize("mark", ["soon", "25:00", "9:70", "xxx 11:00", "2026-13-01", "-4h", "0h", "900000d"])
def test_what_is_no_end_is_refused(mark: str) -> None:
    found = until(mark, NOW, "UTC")
    assert isinstance(found, Refusal)
    assert "write how long or until when" in found.sentence


def test_what_has_passed_is_refused() -> None:
    found = until("2026-11-24 11:00", NOW, "UTC")
    assert isinstance(found, Refusal)
    assert "has passed" in found.sentence
