"""When nothing changed, nothing is drawn; when one thing changed, only its lines are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import BO, beat, checkout_down
from tests.tui.play import by, opened, read_all, story
from textual.geometry import Region
from textual.widget import Widget

from gonogo.rules.item import EditItem
from gonogo.rules.plan import Item
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.widgets.line_pane import LinePane

Drawn = list[tuple[str | None, tuple[Region, ...]]]


@contextmanager
def drawing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawn]:
    """Note each widget that asks to be drawn, and which of its regions; none means all of it."""
    drawn: Drawn = []
    plain = Widget.refresh

    def refresh(self: Widget, *regions: Region, **how: bool) -> Widget:
        drawn.append((self.id, regions))
        return plain(self, *regions, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Widget, "refresh", refresh)
        yield drawn


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@story
async def test_a_redraw_of_the_same_draws_nothing(
    shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with opened(shop, clock, size=size) as play:
        await play.settle()
        with drawing(monkeypatch) as drawn:
            for _ in range(5):
                play.app.redraw()
                await play.hop()
        assert drawn == []


@story
async def test_a_second_passes_and_nothing_is_drawn_until_the_minute_turns(
    shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        with drawing(monkeypatch) as drawn:
            for _ in range(5):  # the watch lives on, or the header would say that it is stalled
                clock.advance(seconds=11)
                beat(shop, clock)
                play.app.redraw()
                await play.hop()
                assert drawn == []
            clock.advance(seconds=6)
            play.app.redraw()
            await play.hop()
        assert ("header", (Region(0, 0, 120, 1),)) in drawn
        assert all(regions for _, regions in drawn), "a whole pane was drawn again for a clock"


@story
async def test_the_same_incident_is_not_drawn_again_and_a_second_draws_its_clocks(
    shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
        await play.settle()
        with drawing(monkeypatch) as drawn:
            play.app.redraw()
            await play.hop()
            assert drawn == []
            clock.advance(seconds=1)
            play.app.redraw()
            await play.hop()
        assert {name for name, _ in drawn} == {"banner", "front", "steps", "probes"}
        assert all(regions for _, regions in drawn)
        assert sum(region.height for _, regions in drawn for region in regions) <= 8


@story
async def test_one_item_that_changed_draws_its_own_line(
    shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        window = next(one for one in read_all(shop, Item) if one.key == "window")
        line = play.text().splitlines().index(next(row for row in play.text().splitlines() if "A note in the" in row))
        with drawing(monkeypatch) as drawn:
            by(shop, clock, BO, EditItem(item=window.id, text="A red note"))
            await play.sees("A red note")
            await play.hop()
        pane = play.pane("checklist")
        assert [one for one in drawn if one[0] == "checklist"] == [
            ("checklist", (Region(0, line - pane.content_region.y, pane.size.width, 1),))
        ]
        assert {name for name, _ in drawn} <= {"checklist", "gate", "journal", "now"}
        assert all(regions for _, regions in drawn)


@story
async def test_moving_the_cursor_draws_two_lines(shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(shop, clock) as play:
        await play.press("k", "k")
        await play.settle()
        with drawing(monkeypatch) as drawn:
            await play.press("j")
        assert len(drawn) == 2
        assert {name for name, _ in drawn} == {"checklist"}
        assert all(region.height == 1 for _, regions in drawn for region in regions)


@story
async def test_the_strips_of_unchanged_rows_are_not_made_anew(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        pane = play.pane("checklist")
        before = [id(pane.render_line(y)) for y in range(pane.size.height)]
        play.app.redraw()
        await play.hop()
        assert [id(pane.render_line(y)) for y in range(pane.size.height)] == before
        assert len(pane._strips) <= 4 * pane.size.height


@story
async def test_the_link_shows_no_board_while_nothing_changes(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        board = play.app.board
        for _ in range(3):
            await play.settle()
        assert play.app.board is board
        assert isinstance(play.pane("checklist"), LinePane)
