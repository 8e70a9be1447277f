"""At 80x24 every row of the incident can be reached by key, and the header keeps what must not be lost."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import FakeClock
from tests.tui.ground import ANN, CONFIG, beat, checkout_down
from tests.tui.play import Play, by, opened, read_all, story

from gonogo.rules.incident import Incident
from gonogo.rules.response import DoStep, NoteIncident, SuspectIncident
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.read import ReadScreen

SMALL = (80, 24)


async def in_incident(play: Play) -> None:
    await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
    await play.until(lambda: play.focus == "steps", "the focus")
    await play.settle()


def busy(path: Path, clock: FakeClock) -> None:
    """Tell an incident with more steps done and lines written than fit."""
    checkout_down(path, clock)
    made = read_all(path, Incident)[0].id
    for key in ("decide", "act", "confirm"):
        clock.advance(seconds=10)
        by(path, clock, ANN, DoStep(incident=made, step=key, note=f"wait, said of {key}"))
    for number in range(30):
        clock.advance(seconds=1)
        by(path, clock, ANN, NoteIncident(incident=made, text=f"line {number}"))
    beat(path, clock)


@story
async def test_the_lower_rows_are_reached_by_key(shop: Path, clock: FakeClock) -> None:
    busy(shop, clock)
    async with opened(shop, clock, size=SMALL) as play:
        await in_incident(play)
        assert "no order since" not in play.text()
        await play.press("pagedown")
        await play.sees("Hit      no order since")
        await play.press("pageup")
        await play.until(lambda: "no order since" not in play.text(), "the upper rows")
        await play.press(*("j" * 12))
        await play.sees("Hit      no order since")
        for _ in range(3):
            play.app.redraw()
            await play.hop()
        assert "Hit      no order since" in play.text()
        await play.press("k", "k", "enter")
        await play.sees("How bad is it?")


@story
async def test_tab_goes_round_the_panes_and_the_timeline_scrolls(shop: Path, clock: FakeClock) -> None:
    busy(shop, clock)
    async with opened(shop, clock, size=SMALL) as play:
        await in_incident(play)
        assert "tab probes" in play.text().splitlines()[-1]
        await play.press("tab")
        await play.sees("invoices")
        assert play.focus == "probes"
        await play.press("tab")
        await play.sees("“line 29”")
        await play.press("pageup")
        await play.until(lambda: "“line 29”" not in play.text() and "“line 15”" in play.text(), "older lines")
        clock.advance(seconds=1)
        by(shop, clock, ANN, NoteIncident(incident=read_all(shop, Incident)[0].id, text="the newest"))
        await play.settle()
        assert "“line 15”" in play.text(), "what is read stays where it is"
        await play.press(*("pagedown" for _ in range(6)))
        await play.sees("“the newest”")
        clock.advance(seconds=1)
        by(shop, clock, ANN, NoteIncident(incident=read_all(shop, Incident)[0].id, text="and one more"))
        await play.sees("“and one more”")
        await play.press(*("pageup" for _ in range(9)))
        await play.sees("suspects incident 1")
        await play.press("tab")
        await play.until(lambda: play.focus == "steps", "the steps again")
        await play.press("shift+tab")
        await play.until(lambda: play.focus == "timeline", "the timeline again")


@story
async def test_the_header_keeps_verdict_incident_watch_and_time(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock, size=SMALL) as play:
        await in_incident(play)
        header = play.text().splitlines()[0]
        assert all(part in header for part in ("HOLD", "! 1", "watch ●", "Fri 19:32"))


@story
async def test_more_that_is_down_than_fits_is_counted(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    for name in ("payments-in-the-shop", "newsletter-sign-up", "stock-of-flour"):
        by(shop, clock, "watch", SuspectIncident(probe=name, why="it was 502", onset=clock.now()))
    async with opened(shop, clock, size=SMALL) as play:
        await in_incident(play)
        await play.sees("Down: checkout, payments-in-the-shop +2 more, since 19:30")
        await play.resize(160, 40)
        await play.sees(
            "Down: checkout, payments-in-the-shop, newsletter-sign-up, stock-of-flour, since 19:30 (0:10 before"
        )


@story
async def test_a_step_in_full_says_the_command_that_it_runs(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    assert 'command = ["shop", "roll", "back"]' in CONFIG
    async with opened(shop, clock, size=SMALL) as play:
        await in_incident(play)
        await play.press("j", "enter")
        await play.until(lambda: isinstance(play.app.screen, ReadScreen), "the step")
        await play.sees("command  shop roll back")
