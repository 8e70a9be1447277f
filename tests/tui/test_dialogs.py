"""Pages and dialogs over a screen: ! declares from each of them, and the hints say only what is alive."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import checkout_down
from tests.tui.play import Play, opened, read_all, story
from textual import events
from textual.keys import _character_to_key

from gonogo.rules.incident import Incident
from gonogo.tui.screens import declare
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


@pytest.mark.parametrize("burst", [False, True])
@story
async def test_at_says_since_when_customers_report_it(shop: Path, clock: FakeClock, burst: bool) -> None:
    """The digits of the time are no severities, also when all comes in one packet."""
    async with opened(shop, clock) as play:
        pressed = clock.now()
        if burst:
            for letter in "!@18:05":
                play.app.post_message(events.Key(_character_to_key(letter), letter))
        else:
            await play.press(*"!@18:05")
        await play.sees("reported since 18:05")
        await play.settle()
        assert read_all(shop, Incident) == []
        clock.advance(seconds=8)
        await play.press("enter")
        await play.sees("reported since 18:05; in 10 s it is critical; esc leaves it")
        await play.press("2")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
        (made,) = read_all(shop, Incident)
        assert (made.detected_at, made.severity) == (pressed, "high")
        assert made.onset_at == pressed.after(-86 * 60)


@story
async def test_a_time_that_cannot_be_read_is_asked_again_and_esc_leaves_only_it(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press(*"!@2x")
        await play.press("enter")
        await play.sees("“@2x” is no time")
        await play.press("backspace", "backspace", "1", "5", "m", "enter")
        await play.sees("reported since 19:16; in 10 s it is critical")
        await play.press("@", "1", "escape")
        await play.sees("in 10 s it is critical; esc leaves it; @ says since when")
        await play.press("escape")
        await play.heard("Discarded; nothing was declared.")
        assert read_all(shop, Incident) == []


@story
async def test_no_time_limit_declares_over_a_half_typed_time(
    shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declare, "LIMIT_S", 1)
    async with opened(shop, clock) as play:
        await play.press(*"!@0")
        await asyncio.sleep(2.2)
        await play.settle()
        assert read_all(shop, Incident) == []
        await play.press("escape", "escape")
        await play.heard("Discarded; nothing was declared.")


@story
async def test_a_second_press_of_an_answer_answers_nothing_else(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("exclamation_mark")
        await play.sees("How bad is it?")
        for _ in range(2):
            play.app.post_message(events.Key("2", "2"))
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
        await play.settle()
        assert isinstance(play.app.screen, IncidentScreen)
        assert len(read_all(shop, Incident)) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@story
async def test_what_is_said_in_passing_never_lies_over_the_hints_nor_stands_in_heaps(
    shop: Path, clock: FakeClock, size: tuple[int, int]
) -> None:
    async with opened(shop, clock, size=size) as play:
        await play.settle()
        before = hints(play)
        for number in range(9):
            play.app.say(f"Notice {number}: " + "as long as it can be " * 30, bad=True)
        await play.sees("Notice 8")
        await play.until(lambda: play.text().count("Notice ") == 2, "two of them")
        assert {"Notice 7", "Notice 8"} <= {f"Notice {n}" for n in range(9) if f"Notice {n}" in play.text()}
        assert hints(play) == before
        await play.press("exclamation_mark")
        await play.sees("How bad is it?")
        await play.until(lambda: "Notice" not in play.text(), "giving way to the dialog")
        await play.press("escape")
        await play.heard("Discarded")
