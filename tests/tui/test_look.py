"""The room for someone who only looks: everything can be seen, in plain words, and nothing can be done."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.conftest import FakeClock
from tests.tui.ground import checkout_down
from tests.tui.play import Play, opened, story

from gonogo.rules.log import LogNote
from gonogo.rules.record import Refusal
from gonogo.rules.roster import AddMember
from gonogo.store.store import Store
from gonogo.tui.actions import ACTIONS, Where, on
from gonogo.tui.help import help_rows
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.lists import ListsScreen
from gonogo.tui.screens.room import RoomScreen

EVERY = [*string.ascii_lowercase, *string.ascii_uppercase, *string.digits, *"!@#$%&*()-_=+;'\",.<>/?", "space", "enter",
         "tab", "up", "down", "left", "right", "pageup", "pagedown", "ctrl+r", "f1", "delete"]  # fmt: skip
ACTS = [one for one in ACTIONS if not one.looks]


def stored(path: Path) -> tuple[Any, ...]:
    """Return all that an act would change: revisions, journal, facts, requests."""
    store = Store(path)
    try:
        tables = ("journal", "fact", "request", "outbox", "incident")
        return store.revisions(), *(list(store.db.query(f"SELECT * FROM {name}")) for name in tables)
    finally:
        store.close()


def hints(play: Play) -> str:
    return play.text().splitlines()[-1]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@story
async def test_the_header_says_looking_and_a_sentence_says_the_verdict(
    shop: Path, clock: FakeClock, size: tuple[int, int]
) -> None:
    async with opened(shop, clock, size=size, looks=True) as play:
        await play.settle()
        lines = play.text().splitlines()
        assert " LOOKING " in lines[0]
        assert "HOLD" in lines[0]
        assert lines[1].strip().startswith("Not yet: Soft Launch still needs 7 orders")
        assert max(map(cell_len, lines)) <= size[0]
        shown = "\n".join(lines)
        for jargon in ("Gate", "Probes", "declares", "space", "ann "):
            assert jargon not in shown.replace("ann ticked", ""), jargon


@story
async def test_no_act_is_on_the_keys_in_the_hints_in_the_list_or_in_the_help(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=(200, 60), looks=True) as play:
        await play.settle()
        for name in ("room", "incident", "probe"):
            screen = play.app.get_screen(name)
            assert isinstance(screen, ActingScreen)
            bound = {key for key, _ in screen._bindings}
            assert {key for one in ACTS for key in one.keys.split(",") if key} & bound == set(), name
        offered = {one.title for one in play.app.get_system_commands(play.app.screen)}
        assert offered
        assert {f"{one.label}  ({one.shown})" if one.shown else one.label for one in ACTS} & offered == set()
        for pane in "123456":
            await play.press(pane)
            await play.settle()
            assert "/ find" in hints(play)
            for one in ACTS:
                assert not one.shown or f" {one.shown} {one.label} " not in hints(play)


@pytest.mark.parametrize("where", ["room", "incident", "probe"])
def test_the_help_lists_what_looks_and_nothing_else(where: Where) -> None:
    rows = [row.text for row in help_rows(where, demo=True, width=120, looks=True)]
    said = "\n".join(rows)
    assert "Here you only look" in said
    assert "gonogo " not in said
    assert all(any(one.help in row for row in rows) for one in on(where, demo=True, looks=True))
    assert not any(one.help in said for one in ACTS)


@story
async def test_no_key_changes_anything(shop: Path, clock: FakeClock) -> None:
    before = stored(shop)
    async with opened(shop, clock, looks=True, demo=None) as play:
        for pane in "123456":
            await play.press(pane)
            for key in EVERY:
                if key in ("q", *string.digits):
                    continue
                await play.press(key)
                if play.app.screen is not play.app.get_screen("room") or play.prompt.is_open:
                    await play.press("escape")
        await play.settle()
        assert isinstance(play.app.screen, RoomScreen)
    assert stored(shop) == before


@story
async def test_a_paste_offers_no_note(shop: Path, clock: FakeClock) -> None:
    from textual import events

    before = stored(shop)
    async with opened(shop, clock, looks=True) as play:
        play.app.screen.post_message(events.Paste("d\nq"))
        await play.settle()
        assert not play.prompt.is_open
    assert stored(shop) == before


@story
async def test_what_is_asked_for_all_the_same_is_refused(shop: Path, clock: FakeClock) -> None:
    """No screen asks for it; should one ever, the link says no, and the file refuses."""
    before = stored(shop)
    async with opened(shop, clock, looks=True) as play:
        answers: list[Any] = []
        play.app.dispatch(LogNote(text="no"), answers.append)
        play.app.submit(lambda room: room.dispatch(LogNote(text="no")), answers.append)
        await play.until(lambda: len(answers) == 2, "the answers")
        assert all(isinstance(one, Refusal) for one in answers)
        assert answers[0].sentence == "Here you only look; `gonogo` opens the room to act in."
    assert stored(shop) == before


@story
async def test_an_incident_can_be_seen_and_left(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    before = stored(shop)
    async with opened(shop, clock, looks=True) as play:
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
        await play.settle()
        assert "Roll back, or not?" in play.text()
        assert "space" not in play.text()
        assert "NOT ACKNOWLEDGED: y" not in play.text()
        assert "NOT ACKNOWLEDGED" in play.text()
        for key in ("space", "S", "V", "y", "n", "exclamation_mark", "enter", "escape"):
            await play.press(key)
        await play.until(lambda: isinstance(play.app.screen, RoomScreen | IncidentScreen), "a screen")
        if isinstance(play.app.screen, IncidentScreen):
            await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.settle()
        assert "v see incident" in hints(play)
        assert "v opens it" in play.text()
        await play.press("v")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
    assert stored(shop) == before


@story
async def test_q_leaves_at_once_and_the_watch_goes_on(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, looks=True) as play:
        assert play.app.board is not None
        assert play.app.board.watch.running
        await play.press("q")
        await play.until(lambda: play.app._exit, "leaving")
        assert play.app.return_value == 0


@story
async def test_what_others_do_is_seen(shop: Path, clock: FakeClock) -> None:
    from tests.tui.play import by

    async with opened(shop, clock, looks=True) as play:
        by(shop, clock, "bo", LogNote(text="the oven is warm"))
        await play.sees("the oven is warm")


@story
async def test_the_report_is_written_beside_the_config(shop: Path, clock: FakeClock, tmp_path: Path) -> None:
    async with opened(shop, clock, reports=tmp_path) as play:
        await play.do("report")
        path = tmp_path / "bakery-report.html"
        await play.heard(f"wrote the report: {path}")
        assert "Riverside Bakery" in path.read_text(encoding="utf-8")
        path.write_text("mine", encoding="utf-8")
        await play.do("report")
        await play.heard("is no report of gonogo")


@story
async def test_how_to_reach_people_is_not_shown(shop: Path, clock: FakeClock) -> None:
    from tests.tui.play import by

    by(shop, clock, "bo", AddMember(name="Anna", relation="neighbour", contact="anna@example.org"))
    async with opened(shop, clock, looks=True) as play:
        await play.press("s")
        await play.until(lambda: isinstance(play.app.screen, ListsScreen), "the lists")
        for _ in range(8):
            await play.press("l")
            await play.settle()
            if "Anna" in play.text():
                break
        await play.sees("neighbour")
        assert "anna@example.org" not in play.text()
