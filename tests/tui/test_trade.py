"""The orders pane: from whom each number is, what waits, and what the roster lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import bakery
from tests.tui.play import watch_held

from gonogo.control.reader import BoardReader
from gonogo.rules.board import Board, Due
from gonogo.rules.reading import Reading
from gonogo.store.store import Store
from gonogo.tui.panes import bars, gate, side


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """The bakery's board."""
    path = tmp_path_factory.mktemp("trade") / "state.db"
    clock = FakeClock()
    bakery(path, clock)
    with watch_held(path):
        store = Store(path)
        try:
            return BoardReader(store, clock).board()
        finally:
            store.close()


def shown(board: Board, width: int = 44) -> str:
    """Return the pane's text."""
    return "\n".join(row.text for row in side.trade(board, board.at, width).rows)


def metered(board: Board, value: float | None, error: str = "") -> Board:
    """Let a metric take the orders over."""
    at = board.at.utc - timedelta(seconds=12)
    one = Reading("orders.successful", "count", value, 120, "shop.example/stats", at, error=error)
    return replace(board, metrics=(one,))


def test_what_a_metric_counts_is_its_number_with_source_age_and_samples(board: Board) -> None:
    assert "13 of 20   today" in shown(board)
    said = shown(metered(board, 33.0), 80)
    assert "33 orders   failed 1" in said
    assert "orders.successful from shop.example/stats, 12 s old, 120 samples" in said
    assert "today" not in said.split("Today")[0]


def test_a_metric_that_cannot_be_asked_does_not_fall_back_on_the_log(board: Board) -> None:
    said = shown(metered(board, None, "status 502"), 90)
    assert "– orders" in said
    assert "120 samples; status 502" in said


def test_the_gate_explains_source_samples_and_age(board: Board) -> None:
    said = "\n".join(row.text for row in gate.explain(board, "clean", 80))
    assert "source    log" in said
    assert "samples   14" in said
    assert " old" in next(line for line in said.splitlines() if line.startswith("newest"))


def test_too_few_invited_is_said_beside_what_waits(board: Board) -> None:
    assert "invited" not in shown(board)
    warned = replace(board, lists=replace(board.lists, warning="3 of 8 invited"))
    assert "people        0   3 of 8 invited" in shown(warned)


def test_what_waits_is_said_with_what_was_written_where_there_is_room(board: Board) -> None:
    late = Due(
        board.at.utc - timedelta(hours=2), "answer question 3", late=True, tab="questions", detail="where is it?"
    )
    waiting = replace(board, due=(late,))
    assert "◔ 2 h ago   answer question 3: where is it?" in shown(waiting, 80)
    assert "answer question 3, due 2 h ago   ." in bars.now_line(waiting, board.at, 80).text
    long = replace(waiting, due=(replace(late, text="Look over the live site, and at each order"),))
    assert "ago   . " in bars.now_line(long, board.at, 80).text, "its key is not cut off by the way to GO"
    assert "answer question 3: where is it?, due 2 h ago" in bars.now_line(waiting, board.at, 160).text
