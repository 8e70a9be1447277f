"""Every act is on the mouse too: rows, hints, the strip, the wheel."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import checkout_down
from tests.tui.play import Play, opened, read_all, story

from gonogo.rules.plan import Item
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.probe import ProbeScreen
from gonogo.tui.screens.room import RoomScreen


async def click(play: Play, words: str, times: int = 1) -> None:
    """Click on the first place where the screen says something."""
    lines = play.text().splitlines()
    y = next(number for number, line in enumerate(lines) if words in line)
    await play.pilot.click(offset=(lines[y].index(words) + 1, y), times=times)
    await play.hop()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@story
async def test_a_click_chooses_the_row_under_it(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    keys = {one.key: f"item:{one.id}" for one in read_all(shop, Item)}
    async with opened(shop, clock, size=size) as play:
        await play.settle()
        for words, key in (("Walk through an order", "walk"), ("A note in the shop", "window"), ("No paid", "quiet")):
            await click(play, words)
            assert play.pane("checklist").cursor == keys[key]


@story
async def test_a_click_goes_to_its_pane_and_a_double_click_opens(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        await click(play, "rollback")
        assert (play.focus, play.pane("ready").cursor) == ("ready", "rollback")
        await click(play, "home", times=2)
        await play.until(lambda: isinstance(play.app.screen, ProbeScreen), "the page")
        await play.sees("https://shop.example/home")


@story
async def test_a_hint_does_what_it_says(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        await click(play, "o order")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("escape")
        await play.listening()
        await click(play, "? help")
        await play.sees("Lower case is safe")
        await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await click(play, "! incident")
        await play.sees("How bad is it?")


@story
async def test_the_strip_opens_the_incident(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
        await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.settle()
        await click(play, "! 1 critical suspected")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")


@story
async def test_the_wheel_moves_the_cursor(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        pane = play.pane("checklist")
        before = pane.keys.index(pane.cursor or "")
        pane.on_mouse_scroll_down()
        await play.hop()
        assert pane.keys.index(pane.cursor or "") == before + 1
        pane.on_mouse_scroll_up()
        assert pane.keys.index(pane.cursor or "") == before
