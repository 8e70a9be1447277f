"""The one table of actions: what is in it is on the keys, in the palette, on the help page and on the command line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
import pytest
from tests.conftest import FakeClock
from tests.tui.ground import Story, checkout_down
from tests.tui.play import Play, by, opened, read_all, story

from gonogo.cli.main import main
from gonogo.rules.incident import Incident
from gonogo.rules.response import RecoverIncident
from gonogo.tui.actions import ACTIONS, BY_ID, Where, on
from gonogo.tui.help import help_rows
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.lists import ListsScreen
from gonogo.tui.screens.poll import PollScreen
from gonogo.tui.screens.probe import ProbeScreen
from gonogo.tui.screens.room import RoomScreen

SCREENS: dict[Where, type[ActingScreen]] = {"room": RoomScreen, "incident": IncidentScreen, "lists": ListsScreen}
ALL: dict[Where, type[ActingScreen]] = {**SCREENS, "poll": PollScreen, "probe": ProbeScreen}
LOOKS = {
    "up", "down", "left", "right", "next", "previous", "pane_1", "pane_2", "pane_3", "pane_4", "pane_5", "pane_6",
    "page_up", "page_down", "config", "due", "open", "find", "palette", "help", "theme", "back", "cancel",
    "see_incident", "lists", "drills",
}  # fmt: skip
"""What only looks, moves about or changes colours."""
LOWER = [one.id for one in ACTIONS if any(len(key) == 1 and key.islower() for key in one.keys.split(","))]
UPPER = [one.id for one in ACTIONS if any(len(key) == 1 and key.isupper() for key in one.keys.split(","))]


def keys_of(where: Where) -> list[str]:
    return [key for action in on(where, demo=True) for key in action.keys.split(",") if key]


def command(words: str) -> click.Command:
    """Walk the click tree to a command."""
    found: click.Command = main
    context = click.Context(main)
    for word in words.split():
        assert isinstance(found, click.Group), words
        step = found.get_command(context, word)
        assert step is not None, f"gonogo {words}: there is no {word}"
        found = step
    return found


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize("where", ALL)
def test_no_key_stands_twice_on_a_screen(where: Where) -> None:
    assert [key for key, count in Counter(keys_of(where)).items() if count > 1] == []


def test_a_key_means_one_thing_on_every_screen() -> None:
    meant = Counter(key for action in ACTIONS for key in action.keys.split(",") if key)
    assert [key for key, count in meant.items() if count > 1] == []


@pytest.mark.parametrize("name", LOWER)
def test_lower_case_never_asks(name: str) -> None:
    assert not BY_ID[name].asks


@pytest.mark.parametrize("name", [name for name in UPPER if not BY_ID[name].demo])
def test_upper_case_asks_first(name: str) -> None:
    assert BY_ID[name].asks


def test_an_action_with_keys_says_them_as_people_read_them() -> None:
    assert [one.id for one in ACTIONS if bool(one.keys) != bool(one.shown)] == []


@pytest.mark.parametrize("name", [one.id for one in ACTIONS if one.cli])
def test_the_named_command_exists(name: str) -> None:
    words = BY_ID[name].cli or ""
    assert not isinstance(found := command(words), click.Group) or found.invoke_without_command, words


def test_whatever_writes_has_a_command() -> None:
    assert [one.id for one in ACTIONS if not one.cli and one.id not in LOOKS] == []


def test_what_only_looks_is_marked_so_and_nothing_else() -> None:
    assert {one.id for one in ACTIONS if one.looks} == LOOKS


@pytest.mark.parametrize(
    ("where", "name"), [(where, action.id) for where in SCREENS for action in on(where, demo=True)]
)
def test_every_action_has_a_handler_on_its_screens(where: Where, name: str) -> None:
    assert callable(getattr(SCREENS[where], f"do_{name}", None)), f"{SCREENS[where].__name__} has no do_{name}"


@pytest.mark.parametrize("where", SCREENS)
def test_every_handler_stands_in_the_table(where: Where) -> None:
    known = {action.id for action in on(where, demo=True)}
    handlers = {name.removeprefix("do_") for name in dir(SCREENS[where]) if name.startswith("do_")}
    assert handlers <= known


@pytest.mark.parametrize("width", [60, 92, 160])
@pytest.mark.parametrize("where", SCREENS)
def test_the_help_page_lists_every_action(where: Where, width: int) -> None:
    rows = [row.text for row in help_rows(where, demo=True, width=width)]
    for action in on(where, demo=True):
        said = [row for row in rows if action.label in row and row.lstrip().startswith(action.shown or ":")]
        assert said, f"help on {where} does not say {action.id}"
        assert action.help[:20] in said[0]
        if action.cli and width > 88:
            assert any(f"gonogo {action.cli}" in row for row in said)


def test_a_real_launch_has_no_demo_keys_on_its_help_page() -> None:
    rows = " ".join(row.text for row in help_rows("room", demo=False, width=120))
    assert "Demo:" not in rows


@story
async def test_the_palette_offers_every_act_that_is_valid_now(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, demo=lambda act: act) as play:
        screen = play.app.screen
        assert isinstance(screen, RoomScreen)
        offered = {command.title: command.help for command in play.app.get_system_commands(screen)}
        acts = screen.acts()
        assert {f"{one.label}  ({one.shown})" if one.shown else one.label for one in acts} <= set(offered)
        assert {one.id for one in acts} >= {"tick", "deploy", "excuse", "check", "theme", "demo_break", "declare"}
        assert "acknowledge" not in {one.id for one in acts}
        checkout_down(shop, clock)
        await play.until(lambda: play.app.board and play.app.board.incidents, "the incident")
        assert "acknowledge" in {one.id for one in screen.acts()}
        await play.press("exclamation_mark")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
        titles = {command.title for command in play.app.get_system_commands(play.app.screen)}
        assert {"severity  (S)", "resolve  (V)", "acknowledge  (y)", "note  (n)", "order  (o)"} <= titles
        assert "edit  (e)" not in titles


@story
async def test_an_act_runs_from_the_palette(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("colon")
        await play.until(lambda: type(play.app.screen).__name__ == "CommandPalette", "the palette")
        await play.press(*"deploy")
        await play.sees("Log a deploy")
        await play.press("enter")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen) and play.prompt.is_open, "the line")
        await play.type("v1.8.4")
        await play.press("enter")
        await play.heard("deployed v1.8.4 to production")


@story
async def test_every_key_reaches_its_action(shop: Path, clock: FakeClock) -> None:
    """No binding of Textual's own, and none of a widget, stands before one of ours."""
    async with opened(shop, clock, demo=lambda act: act) as play:
        screen = play.app.screen
        assert isinstance(screen, RoomScreen)
        done: list[str] = []

        def act(name: str) -> None:
            done.append(name)

        screen.action_act = act  # type: ignore[method-assign]
        wrong: dict[str, list[str]] = {}
        for action in on("room", demo=True):
            for key in filter(None, action.keys.split(",")):
                if key == "ctrl+p":
                    continue  # Textual's own key of the palette, before every widget; see the next test
                done.clear()
                await play.press(key)
                if done != [action.id]:
                    wrong[key] = list(done)
        assert wrong == {}, "these keys do something else than the table says"


@story
async def test_ctrl_p_is_the_palette_too(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("ctrl+p")
        await play.until(lambda: type(play.app.screen).__name__ == "CommandPalette", "the palette")
        await play.press("escape")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")


ON_ITEMS = {"space tick", "e edit", "d remove", "m move"}


@pytest.mark.parametrize(
    ("pane", "wanted", "unwanted"),
    [
        ("1", {"enter open"}, ON_ITEMS | {"a add", "r check now", "p pause"}),
        ("2", {"W waive", "e demand", "enter open"}, ON_ITEMS | {"a add", "r check now", "p pause"}),
        ("3", ON_ITEMS | {"a add", "enter open"}, {"r check now", "p pause"}),
        ("4", {"r check now", "p pause", "i maintenance", "enter open"}, ON_ITEMS | {"a add"}),
        ("5", {"space ready", "enter open"}, (ON_ITEMS - {"space ready"}) | {"a add", "r check now"}),
        ("6", ON_ITEMS, {"r check now"}),
    ],
)
@story
async def test_a_pane_hints_what_can_be_done_with_its_rows(
    shop: Path, clock: FakeClock, pane: str, wanted: set[str], unwanted: set[str]
) -> None:
    async with opened(shop, clock, size=(200, 60)) as play:
        await play.press(pane)
        await play.settle()
        hints = play.text().splitlines()[-1]
        assert {one for one in wanted if one in hints} == wanted
        assert {one for one in unwanted if one in hints} == set()


@story
async def test_a_heading_hints_adding_only_and_a_moved_item_its_moving(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        await play.choose(next(key for key in play.pane("checklist").keys if key.startswith("section:")))
        await play.until(lambda: "space tick" not in play.text().splitlines()[-1], "other hints")
        assert "a add" in play.text().splitlines()[-1]
        await play.press("j", "m")
        await play.until(lambda: "↑ ↓ move it  enter end moving" in play.text().splitlines()[-1], "how to move")
        await play.press("enter")
        await play.until(lambda: "space tick" in play.text().splitlines()[-1], "the hints of an item")


@story
async def test_where_nothing_can_be_chosen_nothing_on_rows_is_hinted(state_path: Path, clock: FakeClock) -> None:
    plan = {"title": "Bare", "phase": [{"id": "one", "name": "One", "goal": "Go."}]}
    Story(state_path, clock, plan).store.close()
    async with opened(state_path, clock, size=(160, 40)) as play:
        for pane in "3456":
            await play.press(pane)
            await play.settle()
            hints = play.text().splitlines()[-1]
            assert not any(one in hints for one in ("space", "e edit", "a add", "enter open", "r check")), (pane, hints)
            assert "o order" in hints


def valid(play: Play) -> list[str]:
    """Return the keys that the last line hints, without those for help and incident, which must be there."""
    shown = play.text().splitlines()[-1]
    assert "? help" in shown
    assert "! incident" in shown
    return [one.split()[0] for one in shown.split("  ") if one.strip() and one.split()[0] not in ("?", "!")]


@pytest.mark.parametrize(
    ("width", "open_", "calm"),
    [(80, ["space", "y", "R", "c", "tab"], ["V", "c", "tab"]),
     (120, ["space", "y", "R", "c", "tab", "z", "O"], ["V", "c", "tab", "z", "O"])],
)  # fmt: skip
@story
async def test_an_incident_hints_what_is_valid_now(
    shop: Path, clock: FakeClock, width: int, open_: list[str], calm: list[str]
) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock, size=(width, 24)) as play:
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
        await play.until(lambda: set(open_) <= set(valid(play)), f"{open_}")
        await play.press("y")
        await play.until(lambda: "y" not in valid(play), "the acknowledgement")
        by(shop, clock, "watch", RecoverIncident(incident=read_all(shop, Incident)[0].id))
        await play.until(lambda: "V" in valid(play)[:2] and "R" not in valid(play), "the end")
        assert set(calm) <= set(valid(play))
