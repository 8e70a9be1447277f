"""What is said of time: never more than was watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import bakery, probe
from tests.tui.play import watch_held

from gonogo.cli.board_json import as_text
from gonogo.control.reader import BoardReader
from gonogo.rules.board import Board
from gonogo.store.store import Store
from gonogo.tui.panes import bars, probes

WEEK_S = 604_800


@pytest.fixture
def board(state_path: Path, clock: FakeClock) -> Iterator[Board]:
    bakery(state_path, clock)
    store = Store(state_path)
    with watch_held(state_path):
        yield BoardReader(store, clock).board()
    store.close()


def week(seen_s: float, down_s: float = 0) -> dict[str, object]:
    """Make windows of a week and a day of which so much was observed."""
    share = (seen_s - down_s) / seen_s if seen_s else None
    found = {"seen_s": seen_s, "up_s": seen_s - down_s, "uptime": share}
    return {"7d": found | {"coverage": seen_s / WEEK_S}, "24h": found | {"coverage": min(1.0, seen_s / 86_400)}}


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ({}, " no incident "),
        (week(0), " no incident "),
        (week(7200), " no incident   nothing was down in the 2 h that were watched "),
        (week(7200, 90), " no incident   checkout was down 1 min in the 2 h that were watched "),
        (week(WEEK_S), " no incident   nothing was down this week "),
        (week(WEEK_S * 0.95, 40), " no incident   checkout was down 40 s this week "),
    ],
)
def test_the_week_is_claimed_as_far_as_it_was_watched(
    board: Board, clock: FakeClock, windows: dict[str, object], said: str
) -> None:
    shown = replace(board, probes=(probe(1, "checkout", clock, critical=True, windows=windows),))
    row = bars.strip(shown, clock.now(), 120).text
    assert row.split("  !")[0].rstrip() + " " == said


def test_a_probe_that_is_not_asked_in_this_phase_claims_nothing(board: Board, clock: FakeClock) -> None:
    idle = probe(1, "checkout", clock, critical=True, counts=False, windows=week(WEEK_S))
    asked = probe(2, "home", clock, windows=week(3600))
    row = bars.strip(replace(board, probes=(idle, asked)), clock.now(), 120).text
    assert "nothing was down in the 1 h that were watched" in row


@pytest.mark.parametrize(
    ("down_s", "other_s", "said"),
    [
        (0, 0, "no critical probe was down this week"),
        (0, 240, "no critical probe was down this week, search 4 min"),
        (90, 240, "checkout was down 1 min this week, search 4 min"),
        (240, 90, "checkout was down 4 min this week"),
    ],
)
def test_a_week_without_a_critical_failure_does_not_hide_the_others(
    board: Board, clock: FakeClock, down_s: float, other_s: float, said: str
) -> None:
    checkout = probe(1, "checkout", clock, critical=True, windows=week(WEEK_S, down_s))
    search = probe(2, "search", clock, windows=week(WEEK_S, other_s))
    row = bars.strip(replace(board, probes=(checkout, search)), clock.now(), 120).text
    assert row.split("  !")[0].strip() == f"no incident   {said}"


def test_what_is_down_without_an_incident_is_named_first(board: Board, clock: FakeClock) -> None:
    others = [probe(number, f"page-{number}", clock, health="down") for number in (2, 3, 4)]
    shown = replace(board, probes=(probe(1, "checkout", clock, critical=True), others[0]))
    assert "no incident   page-2 is down   checkout was down 30 s" in bars.strip(shown, clock.now(), 120).text
    shown = replace(board, probes=tuple(others))
    assert "no incident   page-2, page-3 and 1 more are down" in bars.strip(shown, clock.now(), 80).text


@pytest.mark.parametrize("width", [36, 38, 50, 76])
def test_an_uptime_that_speaks_for_less_than_the_day_says_so_in_its_column(
    board: Board, clock: FakeClock, width: int
) -> None:
    shown = replace(
        board,
        probes=(
            probe(1, "checkout", clock, windows=week(30)), probe(2, "home", clock, windows=week(30_000)),
            probe(3, "invoices", clock, windows=week(86_400)), probe(4, "admin", clock, windows={}),
        ),
    )  # fmt: skip
    rows = [row.text for row in probes.view(shown, clock.now(), width).rows]
    assert rows[0].endswith("100.00 of <1%")
    assert rows[1].endswith("100.00 of 34%")
    assert rows[2].rstrip().endswith("100.00")
    assert rows[2].index("100.00") == rows[0].index("100.00")
    assert all(len(row) <= width for row in rows)


def test_where_all_is_watched_the_column_is_as_it_was(board: Board, clock: FakeClock) -> None:
    shown = replace(board, probes=(probe(1, "checkout", clock, windows=week(86_400)),))
    assert probes.view(shown, clock.now(), 38).rows[0].text.endswith(" 100.00")


def test_the_text_says_it_too(board: Board, clock: FakeClock) -> None:
    part = replace(board, probes=(probe(1, "checkout", clock, windows=week(30)),))
    assert any("100.00% in 24 h, <1% watched" in line for line in as_text(part, clock.now()))
    whole = replace(board, probes=(probe(1, "checkout", clock, windows=week(86_400)),))
    assert any(line.endswith("100.00% in 24 h") for line in as_text(whole, clock.now()))


def test_a_probe_that_is_down_and_answers_again_says_so(board: Board, clock: FakeClock) -> None:
    """One good answer turns nothing yet; “no answer counts” would be the opposite of what happens."""
    waits = replace(board, probes=(probe(1, "checkout", clock, health="down", detail="", passes=1, since=None),))
    assert "down: answers again, 1 in a row" in probes.view(waits, clock.now(), 76).rows[1].text
