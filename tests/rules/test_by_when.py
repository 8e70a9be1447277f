"""When an item is due, as people write it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gonogo.rules import by_when
from gonogo.rules.record import Refusal

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
"""A Tuesday; in Kuala Lumpur it is Wednesday, four in the morning."""
ZONE = "Asia/Kuala_Lumpur"


@pytest.mark.parametrize(
    ("mark", "wanted"),
    [
        ("today", date(2026, 11, 25)),
        ("Tomorrow", date(2026, 11, 26)),
        ("fri", date(2026, 11, 27)),
        ("wednesday", date(2026, 11, 25)),
        ("2026-11-20", date(2026, 11, 20)),
        ("fri 17:00", datetime(2026, 11, 27, 9, 0, tzinfo=UTC)),
        ("2026-11-20 17:00", datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
        ("2026-11-20T17:00:00Z", datetime(2026, 11, 20, 17, 0, tzinfo=UTC)),
        ("3h", datetime(2026, 11, 24, 23, 0, tzinfo=UTC)),
    ],
)
def test_it_is_read_in_the_launchs_zone_and_written_so_that_it_is_read_again(mark: str, wanted: date) -> None:
    found = by_when.read(mark, NOW, ZONE)
    assert (type(found), found) == (type(wanted), wanted)
    assert by_when.read(by_when.written(wanted, ZONE), NOW, ZONE) == wanted


@pytest.mark.parametrize("mark", ["", "soon", "2026-13-40", "2026-11-27 25:00", "99999999999d"])
def test_what_is_no_day_is_refused(mark: str) -> None:
    found = by_when.read(mark, NOW, ZONE)
    assert isinstance(found, Refusal)
    assert "is no day; write a day or an instant" in found.sentence


def test_a_day_asks_from_its_beginning_to_its_end_there() -> None:
    day, zone = date(2026, 3, 29), ZoneInfo("Europe/Berlin")
    assert by_when.begins(day, zone) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert by_when.ends(day, zone) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)
