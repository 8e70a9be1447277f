"""Pages and dialogs over a screen: ! declares from each of them, and the hints say only what is alive."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import checkout_down
from tests.tui.play import Play, opened, read_all, story

from gonogo.rules.incident import Incident
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.read import ReadScreen
from gonogo.tui.screens.room import RoomScreen


def hints(play: Play) -> str:
    """Return the bottom line."""
    return play.text().splitlines()[-1]


@pytest.mark.parametrize("keys", [("question_mark",), ("enter",), ("2", "enter"), ("4", "enter", "enter"), ("q",)])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@story
async def test_the_key_declares_from_every_page_and_dialog(
    shop: Path, clock: FakeClock, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    async with opened(shop, clock, size=size) as play:
        for key in keys:
            await play.press(key)
            await play.settle()
        pressed = clock.now()
        await play.press("exclamation_mark")
        await play.sees("How bad is it?")
        clock.advance(seconds=3)
        await play.press("2")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
        assert [one.detected_at for one in read_all(shop, Incident)] == [pressed]


@story
async def test_the_key_leaves_the_themes_and_an_ending_for_an_incident(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
        for open_it in ("resolve", "theme"):
            await play.do(open_it)
            await play.settle()
            await play.press("exclamation_mark")
            await play.sees("Incident, taken at")
            await play.press("escape")
            await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident again")


@story
async def test_pressed_twice_it_keeps_the_first_instant(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        pressed = clock.now()
        await play.press("exclamation_mark")
        await play.sees("How bad is it?")
        clock.advance(seconds=4)
        await play.press("exclamation_mark", "1")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
        assert [one.detected_at for one in read_all(shop, Incident)] == [pressed]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@story
async def test_under_a_page_the_hints_say_only_what_is_alive(
    shop: Path, clock: FakeClock, size: tuple[int, int]
) -> None:
    async with opened(shop, clock, size=size) as play:
        await play.settle()
        before = hints(play)
        await play.press("question_mark")
        await play.until(lambda: isinstance(play.app.screen, ReadScreen), "help")
        await play.until(lambda: "space tick" not in hints(play), "other hints")
        assert hints(play).split() == ["↑", "↓", "scroll", "q", "back", "!", "incident"]
        await play.press("q")
        await play.until(lambda: hints(play) == before, "the hints of the room")
        await play.press("q")
        await play.sees("Leave the room?")
        await play.until(lambda: hints(play).split() == ["esc", "leave", "it", "!", "incident"], "the dialog's hints")
        await play.press("escape")
        await play.until(lambda: hints(play) == before, "the hints of the room")
        await play.press("colon")
        await play.until(lambda: "!" not in hints(play), "no hint under the palette")
        await play.press("escape")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen) and hints(play) == before, "the room")
