"""Telling people by key: chosen, read, edited in place, copied, sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.test_comms import MORE, TEMPLATES
from tests.conftest import FakeClock
from tests.tui.ground import PLAN, Story
from tests.tui.play import Play, opened, story, watch_held
from tests.tui.trouble import in_incident, incidents, step

from gonogo.rules.plan import Severity
from gonogo.rules.response import DeclareIncident
from gonogo.store.store import Store
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.message import MessageScreen, Page


@pytest.fixture
def failing(state_path: Path, clock: FakeClock) -> Path:
    """A launch with templates, a channel and a contact, whose checkout fails."""
    templates = [
        *TEMPLATES,
        {"id": "own", "name": "Own", "audience": "status", "file": "o.md", "body": "$contact $url"},
    ]
    told = Story(state_path, clock, {**PLAN, "template": templates})
    told.watched(MORE.replace("public = true", ""))
    told.do("ann", DeclareIncident(title="checkout fails", severity=Severity.CRITICAL))
    told.store.close()
    return state_path


async def at_message(play: Play, key: str) -> None:
    await in_incident(play)
    await play.press("c")
    await play.sees("Tell whom?")
    await play.press(key)
    await play.until(lambda: isinstance(play.app.screen, MessageScreen), "the message")
    await play.hop()


@story
async def test_a_message_is_edited_in_place_and_sent(failing: Path, clock: FakeClock) -> None:
    with watch_held(failing):
        async with opened(failing, clock, size=(80, 24)) as play:
            await at_message(play, "1")
            await play.sees("not filled: $contact")
            await play.press("enter")
            await play.until(lambda: play.prompt.is_open, "asking for the contact")
            await play.press("escape")
            await play.until(lambda: isinstance(play.app.screen, MessageScreen), "the message again")
            await play.press("e")
            page = play.app.screen.query_one(Page)
            page.text = page.text.replace("$contact", "us")
            await play.press("x", "escape")
            await play.until(lambda: page.read_only, "the end of editing")
            assert page.text.startswith("x")
            await play.press("enter")
            await play.sees("over mail")
            await play.press("1")
            await play.heard("told customers, over mail (notice)")
            assert step(failing, "tell").done_at
            assert incidents(failing)[0].update_due


@story
async def test_what_is_not_filled_is_asked_for_in_one_line(failing: Path, clock: FakeClock) -> None:
    with watch_held(failing):
        async with opened(failing, clock, size=(80, 24)) as play:
            await at_message(play, "1")
            await play.press("enter")
            await play.until(lambda: play.prompt.is_open, "asking for the contact")
            assert "where customers write or call" in play.preview
            await play.press("enter")
            await play.until(lambda: "$contact stands for" in play.preview, "the refusal")
            await play.type("help@x.example")
            await play.press("enter")
            await play.sees("over mail")
            await play.press("1")
            await play.heard("told customers, over mail (notice)")
            store = Store(failing)
            found = [row[0] for row in store.db.conn.execute("SELECT data FROM fact WHERE kind = 'message'")]
            store.close()
            assert len(found) == 1
            assert "help@x.example" in found[0]


@story
async def test_keys_move_and_delete_while_it_is_edited(failing: Path, clock: FakeClock) -> None:
    with watch_held(failing):
        async with opened(failing, clock, size=(80, 24)) as play:
            await at_message(play, "2")
            await play.press("e")
            page = play.app.screen.query_one(Page)
            written = page.text
            await play.press("a", "b", "c", "left", "backspace", "home", "delete")
            await play.until(lambda: page.text == "c" + written, "three letters, two of them gone")
            await play.press("end", "x", "!")
            await play.until(lambda: page.text.splitlines()[0].endswith("x!"), "the end of the line")
            await play.press("down", "escape")
            await play.until(lambda: page.read_only, "the end of editing")
            assert isinstance(play.app.screen, MessageScreen)


@story
async def test_letters_are_no_text_while_it_is_read_and_esc_leaves_it(failing: Path, clock: FakeClock) -> None:
    with watch_held(failing):
        async with opened(failing, clock) as play:
            await at_message(play, "2")
            page = play.app.screen.query_one(Page)
            before = page.text
            await play.press("x", "d", "space")
            assert page.text == before
            await play.press("c")
            await play.heard("Sent to your terminal's clipboard, if it takes it.")
            assert play.app.clipboard == "Riverside Bakery works again."
            await play.press("escape")
            await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident")
            assert incidents(failing)[0].messages == 0


@story
async def test_what_went_out_by_hand_says_how(failing: Path, clock: FakeClock) -> None:
    with watch_held(failing):
        async with opened(failing, clock) as play:
            await at_message(play, "2")
            await play.press("enter", "m")
            await play.until(lambda: play.prompt.is_open, "asking how")
            await play.press("enter")
            await play.until(lambda: "How did it go out?" in play.preview, "the refusal")
            await play.type("by mail to all")
            await play.press("enter")
            await play.heard("told customers, by mail to all (clear)")


@story
async def test_a_contact_is_shown_with_its_age_and_renewed_by_key(failing: Path, clock: FakeClock) -> None:
    with watch_held(failing):
        async with opened(failing, clock) as play:
            await in_incident(play)
            await play.sees("helpdesk, support: help@shop.example")
            await play.sees("verified 3 d ago")
            await play.press("c")
            await play.sees("Tell whom?")
            await play.press("s")
            await play.sees("Whom did you reach just now?")
            await play.press("1")
            await play.heard("reached the contact helpdesk")
            await play.sees("verified 0 s ago")


@story
async def test_the_update_clock_nags(failing: Path, clock: FakeClock) -> None:
    with watch_held(failing):
        async with opened(failing, clock, size=(120, 40)) as play:
            await in_incident(play)
            await play.sees("update in 15:00")
            clock.advance(minutes=16)
            play.app.redraw()
            await play.sees("UPDATE LATE 1:00: c")


@story
async def test_somebody_who_only_looks_is_not_shown_how_to_reach_a_contact(failing: Path, clock: FakeClock) -> None:
    with watch_held(failing):
        async with opened(failing, clock, looks=True) as play:
            await in_incident(play)
            await play.sees("checkout fails")
            await play.settle()
            assert "help@shop.example" not in play.text()
