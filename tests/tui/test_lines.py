"""Lines: whatever the text, they are exactly as wide as they are to be, and hold nothing that steers a terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.conftest import FakeClock
from tests.tui.ground import bakery, checkout_down
from tests.tui.play import watch_held

from gonogo.control.reader import BoardReader
from gonogo.rules.board import Board
from gonogo.rules.text import is_clean
from gonogo.store.store import Store
from gonogo.tui import digits, times
from gonogo.tui.actions import on
from gonogo.tui.help import help_rows
from gonogo.tui.lines import BARS, Row, cut, fit, meter, pad, sparkline, width_of
from gonogo.tui.panes import bars, checklist, gate, incident, phases, probes, ready, side
from gonogo.tui.panes.timeline import timeline

WORDS = st.text(max_size=40)
WILD = st.one_of(
    WORDS,
    st.text(alphabet="日本語🥐👩‍🍳é\u0301ﷺａ ", max_size=30),
    st.text(alphabet="\x1b[]\x9b\u202e\x00\t\n\r/@a", max_size=20),
)
SPANS = st.lists(st.tuples(WILD, st.sampled_from(["text", "dim", "nogo bold", ""])), max_size=6)


def clean(row: Row) -> bool:
    return is_clean(row.text) and "\n" not in row.text


@given(SPANS, st.integers(0, 120))
@example([("日本語", "text")], 5)
@example([("abc", "text"), ("", "dim"), ("def", "text")], 3)
def test_cut_never_exceeds_the_width(spans: list[tuple[str, str]], width: int) -> None:
    found = cut(spans, width)
    assert width_of(found) <= width
    assert all(is_clean(text) for text, _ in found)


@given(SPANS, st.integers(1, 120))
def test_what_is_cut_ends_with_an_ellipsis(spans: list[tuple[str, str]], width: int) -> None:
    found = cut(spans, width)
    whole = cut(spans, 100_000)
    if width_of(whole) > width:
        assert "".join(text for text, _ in found).endswith("…")
        assert width_of(found) == width
    else:
        assert found == whole


@given(SPANS, SPANS, st.integers(0, 120))
@example([("left", "text")], [("right", "dim")], 5)
def test_fit_never_exceeds_the_width_and_fills_it_where_something_stands_right(
    left: list[tuple[str, str]], right: list[tuple[str, str]], width: int
) -> None:
    row = fit(width, left, right, "key")
    assert width_of(row.spans) <= width
    assert clean(row)
    assert row.key == "key"
    if any(cell_len(text) for text, _ in cut(right, width)) and width > 0:
        assert width_of(row.spans) == width


@given(SPANS, SPANS, st.integers(0, 120))
def test_fit_keeps_the_right_before_the_left(
    left: list[tuple[str, str]], right: list[tuple[str, str]], width: int
) -> None:
    kept = "".join(text for text, _ in cut(right, width))
    assert fit(width, left, right).text.endswith(kept)


@given(WILD, st.integers(1, 60))
def test_pad_is_exactly_that_wide(text: str, width: int) -> None:
    found = pad(text, width)
    assert cell_len(found) == width
    assert is_clean(found)


POINTS = st.lists(st.one_of(st.floats(-1, 1e9, allow_nan=False), st.just(-1.0), st.just(0.0)), max_size=100)


@given(POINTS, st.integers(1, 80), st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False)))
def test_a_sparkline_is_exactly_that_wide_and_made_of_bars(
    points: list[float], width: int, ceiling: float | None
) -> None:
    found = sparkline(points, width, ceiling)
    assert cell_len(found) == width
    assert set(found) <= {*BARS, " "}
    assert len(found.lstrip()) == min(width, len(points))


def test_a_failure_stands_full_in_a_sparkline() -> None:
    assert sparkline([1.0, -1.0, 1.0], 3, 100) == "▁█▁"


@given(st.floats(-5, 5, allow_nan=False), st.integers(0, 100))
def test_a_meter_is_exactly_that_wide(share: float, width: int) -> None:
    done, rest = meter(share, width)
    assert len(done) + len(rest) == width


@given(st.text(alphabet="0123456789:", max_size=12))
def test_big_digits_stand_on_three_lines_of_one_width(text: str) -> None:
    lines = digits.big(text)
    assert len(lines) == 3
    assert len({cell_len(line) for line in lines}) == 1


@given(WILD, st.integers(2, 60))
@example("see https://shop.example/a/long/address?with=everything", 20)
def test_wrapping_loses_nothing_and_never_exceeds_the_width(text: str, width: int) -> None:
    lines = gate.wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)
    if all(cell_len(word) <= width for word in text.split()):
        assert " ".join(lines).split() == text.split()


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_a_clock_says_the_day_when_it_is_another(delta: timedelta) -> None:
    now = datetime(2026, 11, 6, 11, 31, tzinfo=UTC)
    said = times.clock(now + delta, "Asia/Kuala_Lumpur", now)
    same = (now + delta).astimezone(times.zone("Asia/Kuala_Lumpur")).date() == datetime(2026, 11, 6).date()  # noqa: DTZ001
    assert (len(said) == 5 and said[2] == ":") == same


def test_offsets_are_said_with_their_minutes() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert times.offset(summer, "Asia/Kuala_Lumpur") == "+08"
    assert times.offset(summer, "Asia/Kolkata") == "+05:30"
    assert times.offset(summer, "America/New_York") == "-04"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """The bakery's board with its checkout down."""
    path = tmp_path_factory.mktemp("lines") / "state.db"
    clock = FakeClock()
    bakery(path, clock)
    checkout_down(path, clock)
    with watch_held(path):
        store = Store(path)
        try:
            return BoardReader(store, clock).board()
        finally:
            store.close()


WIDTHS = range(40, 251)


def test_the_bars_never_exceed_the_width(board: Board) -> None:
    now = board.at
    for width in WIDTHS:
        for row in (
            bars.header(board, "ann-with-a-rather-long-name", now, width),
            bars.now_line(board, now, width),
            bars.strip(board, now, width),
            bars.hints(on("room", demo=True), width)[0],
            incident.banner(board, board.incidents[0], now, width, "ann"),
        ):
            assert width_of(row.spans) <= width, f"{width}: {row.text}"


def test_the_header_always_says_verdict_watch_and_time(board: Board) -> None:
    missing = {
        part: [width for width in WIDTHS if part not in bars.header(board, "ann", board.at, width).text]
        for part in (f" {board.verdict} ", "watch ●", "19:32")
    }
    assert missing == {f" {board.verdict} ": [], "watch ●": [], "19:32": []}


def test_the_header_says_the_incident_at_80_columns_and_more(board: Board) -> None:
    assert [width for width in range(80, 251) if "! 1" not in bars.header(board, "ann", board.at, width).text] == []


def test_the_hints_hold_help_and_incident_and_each_stands_where_the_mouse_finds_it() -> None:
    actions = {one.id: one for one in on("room", demo=True)}
    for width in WIDTHS:
        row, places = bars.hints(list(actions.values()), width)
        assert [name for _, _, name in places][-2:] == ["help", "incident"]
        for start, end, name in places:
            assert row.text[start:end] == f"{actions[name].shown} {actions[name].label}"


@pytest.mark.parametrize("width", [31, 38, 52, 76, 110])
def test_every_line_of_every_pane_fits_it(board: Board, width: int) -> None:
    row, now = board.incidents[0], board.at
    views = [
        phases.view(board, now, width), gate.view(board, now, width), probes.view(board, now, width),
        checklist.view(board, now, width, checklist.Look("ann")), ready.view(board, now, width),
        side.trade(board, now, width),
        side.journal(board, now, width, "ann", 20), side.journal(board, now, width, "ann", 3),
        incident.steps(board, row, now, width, "ann"), incident.probes(board, row, now, width),
        incident.front(board, row, now, width)[0], timeline(board, row, now, max(width, 28), "ann"),
    ]  # fmt: skip
    for view in views:
        for line in view.rows:
            assert width_of(line.spans) <= max(width, 28 if view is views[-1] else width), line.text
            assert clean(line)


def test_a_pane_is_a_function_of_the_board_and_the_moment(board: Board) -> None:
    now, look = board.at, checklist.Look("ann")
    assert checklist.view(board, now, 50, look) == checklist.view(board, now, 50, look)
    assert probes.view(board, now, 50) == probes.view(board, now, 50)


def test_the_actor_stays_in_the_header_from_100_columns_on(board: Board) -> None:
    shown = [width for width in WIDTHS if " ann " in bars.header(board, "ann", board.at, width).text]
    assert shown == [width for width in WIDTHS if width >= 100]


def test_a_phase_that_is_cut_in_the_header_says_so(board: Board) -> None:
    first = board.phases[0]
    named = replace(first, phase=first.phase.model_copy(update={"name": "Internal testing"}))
    shown = bars.header(replace(board, phases=(named, *board.phases[1:])), "ann", board.at, 80).text
    assert "1 Internal test…" in shown


@pytest.mark.parametrize("width", [40, 74, 88])
def test_the_help_page_breaks_its_sentences(width: int) -> None:
    rows = [row.text for row in help_rows("room", demo=True, width=width)]
    assert all(cell_len(row) <= width for row in rows)
    said = " ".join(rows)
    assert "Upper case and ! ask first. The demo's B and M act at once." in said
    assert "also those without a key." in said
    assert "B and M" not in " ".join(row.text for row in help_rows("room", demo=False, width=width))


def test_a_section_that_counts_nothing_has_no_count(board: Board) -> None:
    first = board.phases[0]
    bare = replace(first.sections[0], done=0, total=0)
    rows = phases.explain(replace(board, phases=(replace(first, sections=(bare,)),)), first.phase.key, 60)
    assert "0/0" not in " ".join(row.text for row in rows)
