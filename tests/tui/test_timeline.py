"""The timeline and what is handed on, by key."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import FakeClock
from tests.tui.ground import ANN, checkout_down
from tests.tui.play import by, opened, story
from tests.tui.trouble import in_incident, incidents

from gonogo.rules.response import NoteIncident
from gonogo.tui.screens.read import ReadScreen


@story
async def test_some_of_the_timeline_and_a_pin(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    by(shop, clock, ANN, NoteIncident(incident=incidents(shop)[0].id, text="the bank is quiet"))
    async with opened(shop, clock, size=(200, 60)) as play:
        await in_incident(play)
        await play.sees("suspects incident 1")
        await play.press("/", "p")
        await play.until(lambda: "people: 1 of 2" in play.text(), "the note alone")
        assert "suspects incident 1" not in play.text()
        await play.press("tab", "tab")
        await play.until(lambda: play.focus == "timeline", "the timeline")
        await play.press("enter")
        await play.sees("Fri 06 Nov 19:32:01 +08   2026-11-06 11:32:01Z")
        await play.press("i")
        await play.heard("pinned a line of incident 1")
        await play.sees("* “the bank is quiet”")


@story
async def test_handing_over_shows_the_card_and_notes_to_whom(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock, size=(80, 24)) as play:
        await in_incident(play)
        await play.do("card")
        await play.sees("Handing over")
        await play.sees("critical, suspected: checkout down")
        await play.press("h")
        await play.until(lambda: play.prompt.is_open, "asking to whom")
        await play.type("bo")
        await play.press("enter")
        await play.heard("handed over to bo")


@story
async def test_a_postmortem_is_written_and_read(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.do("postmortem")
        await play.until(lambda: isinstance(play.app.screen, ReadScreen), "the page")
        await play.sees("# Incident 1: checkout down")
        assert shop.with_name("state.postmortem-1.md").exists()
