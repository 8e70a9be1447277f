"""Moving about: panes, finding, pages, themes, leaving."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import beat, checkout_down, checks_of
from tests.tui.play import SHIPPED, by, opened, read_all, story

from gonogo.control import requests
from gonogo.rules.item import TickItem
from gonogo.rules.plan import Item
from gonogo.tui.screens.choose import ChooseScreen
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.probe import ProbeScreen
from gonogo.tui.screens.read import ReadScreen
from gonogo.tui.screens.room import PANES, RoomScreen
from gonogo.tui.widgets.line_pane import LinePane

SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
@story
async def test_a_pane_by_its_number(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    async with opened(shop, clock, size=size) as play:
        assert play.focus == "checklist"
        for number, name in enumerate(PANES, 1):
            await play.press(str(number))
            await play.until(lambda name=name: play.focus == name, f"the focus on {name}")
            await play.settle()
            shown = [one for one in PANES if play.pane(one).region.width > 0 and play.pane(one).region.height > 0]
            assert shown == ([name] if size[0] < 100 else list(PANES))


@pytest.mark.parametrize("size", SIZES)
@story
async def test_a_dot_goes_to_what_is_due_and_space_does_it(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    """Beside what is due stands the key that does it from here, and no other."""
    async with opened(shop, clock, size=size) as play:
        (backup,) = [one for one in read_all(shop, Item) if one.key == "backup"]
        await play.sees("Restore last night's backup, due 4 d ago   .")
        await play.press("4", "full_stop")
        await play.until(
            lambda: (play.focus, play.pane("trade").cursor) == ("trade", f"item:{backup.id}"), "going there"
        )
        await play.sees("Restore last night's backup, due 4 d ago   space")
        await play.press("3")
        await play.sees("Restore last night's backup, due 4 d ago   .")
        await play.choose(f"item:{backup.id}")
        await play.sees("Restore last night's backup, due 4 d ago   space")
        await play.press("space")
        await play.heard("did “Restore last night's backup”")
        await play.sees("Look at each new order, due 22:00")


@story
async def test_a_dot_goes_to_what_must_be_looked_at_again(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        for one in (one for one in read_all(shop, Item) if one.kind in ("routine", "guard")):
            by(shop, clock, "ann", TickItem(item=one.id))
        clock.advance(days=6.6)
        for one in (one for one in read_all(shop, Item) if one.kind in ("routine", "guard")):
            by(shop, clock, "ann", TickItem(item=one.id))
        clock.advance(hours=2)
        beat(shop, clock)
        await play.sees("NOW  look at rollback")
        await play.press("full_stop")
        await play.until(lambda: (play.focus, play.pane("ready").cursor) == ("ready", "rollback"), "going there")
        await play.sees("space does it")


@pytest.mark.parametrize("keys", [("l", "right", "tab"), ("h", "left", "shift+tab")], ids=["after", "before"])
@pytest.mark.parametrize("size", SIZES[:2])
@story
async def test_the_pane_after_and_the_pane_before(
    shop: Path, clock: FakeClock, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    by = 1 if "l" in keys else -1
    async with opened(shop, clock, size=size) as play:
        place = PANES.index("checklist")
        for key in (*keys, *keys):
            place = (place + by) % len(PANES)
            await play.press(key)
            name = PANES[place]
            await play.until(lambda name=name: play.focus == name, f"{key} going to {name}")
            await play.until(lambda name=name: play.pane(name).region.height > 0, f"showing {name}")


@story
async def test_up_and_down_go_row_by_row_and_stop_at_the_ends(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        pane = play.pane("checklist")
        keys = pane.keys
        await play.press(*["k"] * len(keys), "up")
        assert pane.cursor == keys[0]
        for key in ("j", "down"):
            before = keys.index(pane.cursor or "")
            await play.press(key)
            assert pane.cursor == keys[before + 1]
        await play.press(*["j"] * (len(keys) + 3))
        assert pane.cursor == keys[-1]


@story
async def test_the_cursor_stays_in_sight_on_a_low_screen(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=(80, 12)) as play:
        await play.press(*["j"] * 20)
        await play.sees("A note in the shop window")
        await play.press(*["k"] * 20)
        await play.sees("Before we open")


@story
async def test_find_goes_to_the_next_row_that_says_it(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("4", "slash")
        await play.type("INVO")
        await play.press("enter")
        await play.until(lambda: play.pane("probes").cursor == "invoices", "finding the probe")
        await play.listening()
        await play.press("slash")
        await play.type("no bread here")
        await play.press("enter")
        await play.heard("Nothing here says “no bread here”")
        assert play.pane("probes").cursor == "invoices"
        await play.listening()
        await play.press("slash", "enter")
        await play.until(lambda: not play.prompt.is_open, "closing on nothing")


PAGES = [
    ("1", "soft-launch", "Ten customers order without us"),
    ("2", "clean", "orders.clean >= 20 over phase"),
    ("3", "item:staging", "vercel --target=staging"),
    ("4", "checkout", "status == 200: it was 502"),
    ("5", "dns", "The old address still answers."),
]


@story
async def test_enter_explains_and_q_goes_back(shop: Path, clock: FakeClock) -> None:
    checks_of(shop, 1, "checkout", clock)
    staging = next(one.id for one in read_all(shop, Item) if one.key == "staging")
    async with opened(shop, clock) as play:
        for number, row, words in PAGES:
            pane = PANES[int(number) - 1]
            await play.press(number)
            await play.choose(f"item:{staging}" if row.startswith("item:") else row, pane)
            await play.press("enter")
            await play.until(lambda: isinstance(play.app.screen, ReadScreen | ProbeScreen), "the page")
            await play.sees(words)
            await play.press("j", "pagedown", "k", "pageup")
            await play.sees(words)
            await play.press("q")
            await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
            assert play.focus == pane


@story
async def test_help_says_the_keys_and_any_of_four_keys_leaves(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        for key in ("q", "escape", "enter", "question_mark"):
            await play.press("question_mark")
            await play.sees("Lower case is safe")
            await play.press(key)
            await play.until(lambda: isinstance(play.app.screen, RoomScreen), f"{key} leaving the page")


def grounds(pane: LinePane) -> set[str]:
    """Return the ground colours that a pane's first line is drawn with."""
    return {segment.style.bgcolor.name for segment in pane.render_line(0) if segment.style and segment.style.bgcolor}


@story
async def test_another_theme_repaints_every_pane_and_is_kept(shop: Path, clock: FakeClock) -> None:
    kept: list[str] = []
    async with opened(shop, clock, keep_theme=kept.append) as play:
        await play.do("theme")
        await play.until(lambda: isinstance(play.app.screen, ChooseScreen), "the question")
        wanted = "daylight"
        await play.press(str(list(SHIPPED).index(wanted) + 1))
        await play.until(lambda: play.app.theme == wanted, "the theme")
        await play.settle()
        assert kept == [wanted]
        colours = SHIPPED[wanted].colours
        assert grounds(play.pane("header")) & {colours.panel}
        for name in PANES:
            assert grounds(play.pane(name)) <= {colours.ground, colours.select}, name
        assert play.pane("journal").styles.background.hex.lower() == colours.ground


@story
async def test_esc_keeps_the_theme(shop: Path, clock: FakeClock) -> None:
    kept: list[str] = []
    async with opened(shop, clock, keep_theme=kept.append) as play:
        before = play.app.theme
        await play.do("theme")
        await play.sees("Which theme?")
        await play.press("escape")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        assert (play.app.theme, kept) == (before, [])


@story
async def test_a_theme_reaches_the_incident_screen_that_was_open_before(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
        await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.do("theme")
        await play.until(lambda: isinstance(play.app.screen, ChooseScreen), "the question")
        await play.press(str(list(SHIPPED).index("daylight") + 1))
        await play.until(lambda: play.app.theme == "daylight", "the theme")
        await play.press("exclamation_mark")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
        await play.settle()
        colours = SHIPPED["daylight"].colours
        assert grounds(play.pane("steps")) <= {colours.ground, colours.select}
        assert play.pane("banner").palette.theme.name == "daylight"


@story
async def test_every_shipped_theme_can_be_chosen(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        for number, name in enumerate(SHIPPED, 1):
            await play.do("theme")
            await play.until(lambda: isinstance(play.app.screen, ChooseScreen), "the question")
            await play.press(str(number))
            await play.until(lambda name=name: play.app.theme == name, f"the theme {name}")
            await play.settle()
            assert "Restore last night's backup" in play.text()


@pytest.mark.parametrize("name", SHIPPED)
@story
async def test_the_room_opens_in_every_shipped_theme(shop: Path, clock: FakeClock, name: str) -> None:
    async with opened(shop, clock, size=(80, 24), theme=name) as play:
        await play.settle()
        assert "Restore last night's backup" in play.text()
        await play.press("question_mark")
        await play.sees("Lower case is safe")


@story
async def test_q_asks_about_the_watch_and_esc_stays(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("q")
        await play.sees("Leave the room?")
        await play.press("escape")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        assert not play.app._exit
        await play.press("q")
        await play.sees("leave the watch running")
        await play.press("l")
        await play.until(lambda: play.app._exit, "leaving")
    assert play.app.return_value == 0


@story
async def test_esc_at_the_top_never_quits(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("escape", "escape")
        await play.settle()
        assert isinstance(play.app.screen, RoomScreen)
        assert not play.app._exit


@story
async def test_stopping_the_watch_on_leaving_asks_the_watch(
    shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(requests, "ask_watch", lambda room, kind, args=None: asked.append(kind) or "stopping")
    async with opened(shop, clock) as play:
        await play.press("q")
        await play.sees("stop the watch too")
        await play.press("s")
        await play.until(lambda: play.app._exit, "leaving")
    assert asked == ["stop"]
    assert play.app.return_value == 0


@story
async def test_ctrl_q_asks_about_the_watch_as_q_does(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("ctrl+q")
        await play.settle()
        assert not play.app._exit, "ctrl+q left the room without a word about the watch"


@story
async def test_ctrl_c_does_not_end_the_room(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("ctrl+c")
        await play.heard("q leaves the room")
        assert not play.app._exit


@story
async def test_without_a_watch_q_leaves_at_once_and_the_room_says_that_nobody_watches(
    unwatched: Path, clock: FakeClock
) -> None:
    async with opened(unwatched, clock) as play:
        await play.sees("Nobody watches")
        await play.sees("✕ none")
        await play.do("watch")
        await play.heard("a watch is running now")
        await play.press("q")
        await play.until(lambda: play.app._exit, "leaving")
    assert play.app.return_value == 0


@story
async def test_the_watch_is_asked_to_check_now(shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "ask_watch", lambda room, kind, args=None: f"{kind}: asking")
    async with opened(shop, clock) as play:
        await play.do("check")
        await play.heard("The watch: check: asking.")


@story
async def test_notices_are_said_at_the_start(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, notices=("A theme was skipped: mine.toml",)) as play:
        await play.heard("A theme was skipped: mine.toml")
        await play.sees("A theme was skipped")


@story
async def test_a_file_that_cannot_be_read_ends_the_app_with_its_reason(state_path: Path, clock: FakeClock) -> None:
    _spoil(state_path)
    async with opened(state_path, clock) as play:
        await play.until(lambda: play.app._exit, "leaving")
    assert play.app.return_value == 3


@story
async def test_a_redraw_while_the_screen_goes_is_no_crash(shop: Path, clock: FakeClock) -> None:
    """The clock's tick, or a new board, may come between the screen's taking down and the end of the app."""
    async with opened(shop, clock) as play:
        await play.app.screen.remove_children()
        play.app.redraw()
        await play.hop()


def _spoil(path: Path) -> None:
    path.write_bytes(b"this is no launch " * 100)


@story
async def test_another_phase_is_looked_at_and_q_comes_back(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("1")
        await play.choose("full-launch", "phases")
        await play.press("enter")
        await play.sees("Everybody may order.")
        await play.press("q")
        await play.sees("2 Full Launch, upcoming")
        await play.sees("Take the beta banner down")
        await play.press("q")
        await play.sees("Write to the twelve regulars")
        assert isinstance(play.app.screen, RoomScreen)
        assert not play.app._exit


@story
async def test_a_file_that_goes_away_under_the_room_is_said(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        os.rename(shop, f"{shop}.elsewhere")
        await play.press("space")
        await play.heard("was moved or deleted while it was open; nothing can be written there")
        assert not play.app._exit
        os.rename(f"{shop}.elsewhere", shop)
        await play.press("space")
        await play.heard("ticked “Point staging at the new build”")
