"""Texts that would steer the terminal, run an action or break a line: on every screen they are only text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN, PLAN, Story, checks_of, probe
from tests.tui.play import Play, by, opened, read_all, screen_strips, story, watch_held
from textual.widgets import Input

from gonogo.rules import log
from gonogo.rules.incident import Incident
from gonogo.rules.item import AddItem, BreakGuard
from gonogo.rules.plan import Item, Readiness, Section, Severity
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.response import DeclareIncident, NoteIncident
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.probe import ProbeScreen
from gonogo.tui.screens.read import ReadScreen
from gonogo.tui.screens.room import RoomScreen
from gonogo.tui.widgets.line_pane import LinePane

ESC = "\x1b]52;c;ZXZpbA==\x07\x1b]0;owned\x1b\\\x1b[31mred\x9b31mred\u202elive\u2066\x00\x08\x7f"
MARKUP = "[/nope] [@click=app.quit]x[/] [bold [[ ]] [$accent"
LONG = "日本語テキスト" * 30 + "👩\u200d🍳🥐e\u0301ﷺ" * 20
HOSTILE = {"esc": ESC, "markup": MARKUP, "long": LONG, "all": MARKUP + ESC + LONG}
RAW = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def plan_of(bad: str) -> dict[str, object]:
    """Return the bakery's plan with a hostile text in every place that takes one."""

    def spoil(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: spoil(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [spoil(one) for one in value]
        spoiled = ("name", "text", "goal", "detail", "note", "when", "command", "title")
        return f"{value} {bad}" if isinstance(value, str) and key in spoiled else value

    found = spoil(PLAN)
    assert isinstance(found, dict)
    return found


def tell(path: Path, clock: FakeClock, bad: str) -> None:
    """Tell a launch in which everybody and everything is hostile."""
    told = Story(path, clock, plan_of(bad), name=f"Bakery {bad}")
    told.do(bad[:40], log.LogOrder(value=None, customer=bad))
    told.do(ANN, log.LogNote(text=bad))
    told.do(ANN, log.LogBug(severity=Severity.HIGH, title=bad))
    told.do(ANN, log.LogFeedback(rating=1, who=bad, text=bad))
    told.do(ANN, log.LogQuestion(text=bad))
    told.do(ANN, log.LogDeploy(build=bad))
    told.do(bad[:40], BreakGuard(item=told.item("quiet").id, reason=bad))
    for target in told.store.state().all(Readiness):
        told.do(bad[:40], RenewReadiness(readiness=target.id, detail=bad, ok=False))
    clock.advance(days=3)
    told.probes(
        probe(1, f"p{bad}"[:60], clock, health="down", critical=True, detail=bad, target=f"https://x/{bad}"),
        probe(2, "home", clock, health="degraded", detail=bad),
    )
    told.do(bad[:40], DeclareIncident(title=bad, severity=Severity.CRITICAL, last_change=bad))
    (incident,) = told.store.state().all(Incident)
    told.do(bad[:40], NoteIncident(incident=incident.id, text=bad))
    told.watched()
    told.store.close()
    checks_of(path, 1, "p", clock)


def looked_at(play: Play) -> None:
    """Fail when anything that steers a terminal is about to be drawn, or a line is too wide."""
    for strip in screen_strips(play.app):
        for segment in strip:
            if not segment.control:
                assert not RAW.search(segment.text), repr(segment.text)
        assert strip.cell_length <= play.app.size.width


async def explain_all(play: Play, panes: dict[str, str]) -> None:
    """Open the page of the first rows of each pane."""
    for key, name in panes.items():
        await play.press(key)
        await play.settle()
        looked_at(play)
        for row in play.pane(name).keys[-1:]:
            if row.startswith("section:"):
                continue
            await play.choose(row, name)
            await play.press("enter")
            await play.until(lambda: isinstance(play.app.screen, ReadScreen | ProbeScreen), f"the page of {row!r}")
            await play.hop()
            looked_at(play)
            await play.press("q")
            await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")


@pytest.mark.parametrize(("kind", "size"), [("esc", (120, 40)), ("all", (80, 24))])
@story
async def test_nothing_raw_is_drawn_and_nothing_stumbles(
    state_path: Path, clock: FakeClock, kind: str, size: tuple[int, int]
) -> None:
    bad = HOSTILE[kind]
    tell(state_path, clock, bad)
    with watch_held(state_path):
        async with opened(state_path, clock, actor=f"ann{bad}"[:40], size=size, notices=(bad,)) as play:
            await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
            await play.settle()
            looked_at(play)
            for key in ("j", "enter"):
                await play.press(key)
                await play.settle()
                looked_at(play)
            await play.press("q")
            await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
            await play.press("q")
            await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
            await explain_all(play, {"1": "phases", "2": "gate", "3": "checklist", "4": "probes", "5": "ready"})
            await play.press("6")
            await play.settle()
            looked_at(play)


@story
async def test_the_line_the_find_and_what_is_said_bear_it(state_path: Path, clock: FakeClock) -> None:
    bad = HOSTILE["all"]
    tell(state_path, clock, bad)
    with watch_held(state_path):
        async with opened(state_path, clock) as play:
            await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
            await play.press("q")
            await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
            screen = play.app.screen
            assert isinstance(screen, ActingScreen)
            window = next(one for one in read_all(state_path, Item) if one.key == "window")
            await play.choose(f"item:{window.id}")
            await play.press("e")
            await play.until(lambda: play.prompt.is_open, "the line")
            looked_at(play)
            await play.press("escape")
            await play.listening()
            await play.press("5")
            await play.choose(play.pane("ready").keys[0], "ready")
            await play.press("space")
            await play.until(lambda: play.prompt.is_open, "the line")
            await play.hop()
            looked_at(play)
            await play.until(lambda: play.prompt.query_one(Input).size.width >= 20, "room to type beside a long label")
            await play.press("escape")
            await play.listening()
            for key in ("n", "o", "b", "slash"):
                await play.press(key)
                await play.type(f"high {bad}".replace("\n", ""))
                await play.hop()
                looked_at(play)
                await play.press("enter")
                await play.settle()
                looked_at(play)
                if play.prompt.is_open:
                    await play.press("escape")
                await play.listening()


@story
async def test_a_click_on_markup_runs_nothing(state_path: Path, clock: FakeClock) -> None:
    tell(state_path, clock, "[@click=app.quit]leave[/] [@click=app.bell]ring[/]")
    with watch_held(state_path):
        async with opened(state_path, clock, notices=("[@click=app.quit]leave[/]",)) as play:
            await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
            await play.settle()
            lines = play.text().splitlines()
            found = [(y, line.index("[@click")) for y, line in enumerate(lines) if "[@click" in line]
            assert found, "the markup is shown as it is"
            for y, x in found[:3]:
                for offset in (2, 18):
                    await play.pilot.click(offset=(min(x + offset, 119), y))
            await play.hop()
            assert not play.app._exit


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
@story
async def test_what_u_would_take_back_stands_in_the_border_as_it_was_written(
    shop: Path, clock: FakeClock, size: tuple[int, int]
) -> None:
    section = next(one for one in read_all(shop, Section) if one.name == "Before we open")
    by(shop, clock, ANN, AddItem(section=section.id, text="x [/bold] [@click=app.quit]q[/] - [x] child"))
    async with opened(shop, clock, size=size) as play:
        await play.press("3")
        await play.settle()
        borders = "".join(str(pane._border_subtitle) for pane in play.app.screen.query(LinePane))
        assert "[/bold]" in borders
        await play.press("u")
        await play.until(lambda: "x [/bold]" not in {one.text for one in read_all(shop, Item)}, "the undo")
