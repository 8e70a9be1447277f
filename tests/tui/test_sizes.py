"""Every size of a terminal, and every change of it, is borne."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import checkout_down
from tests.tui.play import opened, story

from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.room import RoomScreen

SIZES = [(1, 1), (2, 3), (10, 2), (40, 10), (80, 24), (111, 30), (112, 30), (169, 50), (170, 50), (300, 80)]


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (40, 10), (300, 80)], ids=lambda size: f"{size[0]}x{size[1]}")
@story
async def test_the_room_opens_and_answers_keys(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    async with opened(shop, clock, size=size) as play:
        await play.press("1", "2", "3", "4", "5", "6", "j", "k", "tab", "question_mark", "q", "o", "escape")
        await play.settle()
        assert isinstance(play.app.screen, RoomScreen)
        assert all(len(line) <= size[0] for line in play.text().splitlines())


@story
async def test_the_room_can_be_resized_between_all_of_them(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        for width, height in [*SIZES, (1, 1), (80, 24)]:
            await play.resize(width, height)
            await play.settle()
            assert play.app.size == (width, height)
        await play.sees("◔ Restore last night's backup")
        await play.sees("! incident")


@pytest.mark.parametrize("name", ["phases", "probes", "ready"])
@story
async def test_a_pane_that_grew_with_its_rows_has_the_whole_of_a_small_terminal(
    shop: Path, clock: FakeClock, name: str
) -> None:
    async with opened(shop, clock) as play:
        await play.press({"phases": "1", "probes": "4", "ready": "5"}[name])
        await play.settle()
        await play.resize(80, 24)
        await play.until(lambda: play.pane(name).region.height == 20, "the whole height")


@story
async def test_the_incident_can_be_resized_between_all_of_them(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
        for width, height in [(1, 1), (40, 10), (80, 24), (300, 80), (2, 3), (120, 40)]:
            await play.resize(width, height)
            await play.settle()
        await play.sees("Roll back, or not?")


@pytest.mark.parametrize("size", [(1, 1), (40, 10)], ids=lambda size: f"{size[0]}x{size[1]}")
@story
async def test_dialogs_and_pages_bear_every_size(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    async with opened(shop, clock, size=size) as play:
        for key in ("exclamation_mark", "question_mark", "colon", "q"):
            await play.press(key)
            await play.settle()
            await play.resize(size[0] + 1, size[1] + 1)
            await play.press("escape")
            await play.until(lambda: isinstance(play.app.screen, RoomScreen), f"{key} and back")
            await play.resize(*size)


@story
async def test_what_must_not_be_lost_stays_at_80_columns(shop: Path, clock: FakeClock) -> None:
    """The header keeps verdict, watch and time; the hints always hold ! and ?."""
    checkout_down(shop, clock)
    async with opened(shop, clock, size=(80, 24)) as play:
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
        await play.settle()
        assert {"! incident", "? help", "space tick"} <= set(_hints(play.text()))
        await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.settle()
        header = play.text().splitlines()[0]
        assert "HOLD" in header or "NO-GO" in header
        assert "! 1" in header
        assert "watch ●" in header
        assert "Fri 19:32" in header
        assert {"! incident", "? help"} <= set(_hints(play.text()))


def _hints(text: str) -> list[str]:
    return [part.strip() for part in text.splitlines()[-1].split("  ")]
