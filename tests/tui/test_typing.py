"""The one line at the bottom: preview, refusal, what keys do while it is open and just after."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.play import Play, by, hearing, opened, read_all, said, story
from textual import events

from gonogo.rules.item import RemoveItem
from gonogo.rules.plan import Item
from gonogo.rules.roster import AddMember
from gonogo.store import evidence
from gonogo.store.store import Store
from gonogo.tui.screens.acting import DEAF_S
from gonogo.tui.screens.room import RoomScreen


def facts(path: Path, kind: str) -> list[dict[str, object]]:
    """Read the facts of a kind, oldest first."""
    store = Store(path)
    try:
        return [dict(fact.data) for fact in evidence.read(store.db, [kind])]
    finally:
        store.close()


LINES = [
    ("o", "order", "42 phone @10:30", "order of 42.00 by phone at Fri 06 Nov 10:30", "abc @99:99", "is no time"),
    ("o", "order", "failed 18.5 anna", "failed order of 18.50 by anna", "-3", "a number from 0 up"),
    ("f", "feedback", "5 beta3 smooth", "5 of 5 from beta3: smooth", "9 beta3", "begins with 1 to 5"),
    ("b", "bug", "high invoice blank", "high bug: invoice blank", "grave invoice", "begins with its severity"),
    ("n", "note", "we opened the doors", "we opened the doors", "", "what happened"),
    ("t", "question", "do you deliver?", "do you deliver?", "", "what was asked"),
]


@story
async def test_a_line_is_previewed_refused_and_kept(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=(160, 30)) as play:
        for key, kind, good, preview, bad, why in LINES:
            before = len(facts(shop, kind))
            await play.press(key)
            await play.type(bad)
            await play.until(lambda why=why: why in play.preview, f"previewing {why!r}")
            await play.press("enter")
            await play.until(lambda why=why: why in play.preview, f"refusing with {why!r}")
            assert play.prompt.is_open
            assert play.typed == bad
            assert len(facts(shop, kind)) == before
            await play.press("ctrl+u")
            await play.type(good)
            assert play.preview == preview
            await play.press("enter")
            await play.listening()
            assert len(facts(shop, kind)) == before + 1
        assert len(play.app.heard) == len(LINES)


@story
async def test_a_name_of_the_roster_is_suggested_and_tab_takes_it(shop: Path, clock: FakeClock) -> None:
    by(shop, clock, "bo", AddMember(name="Annabel Lee"))
    async with opened(shop, clock) as play:
        await play.until(lambda: play.app.board is not None and bool(play.app.board.lists.people), "the roster")
        await play.press("o")
        await play.type("42 ann")
        await play.sees("42 annabel Lee")
        assert play.typed == "42 ann"
        await play.press("tab")
        await play.until(lambda: play.typed == "42 annabel Lee", "the name")
        assert play.preview == "order of 42.00 by annabel Lee"
        await play.press("tab", "enter")
        await play.heard("order 42.00, annabel Lee")
        await play.listening()
        await play.press("n")
        await play.type("a")
        await play.press("tab")
        assert play.typed == "a"


@story
async def test_an_order_is_stored_as_it_was_previewed(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("o", "4", "2", "space", "p", "h", "o", "n", "e", "enter")
        await play.heard("order 42.00, phone")
        assert facts(shop, "order")[-1] == {"value": "42", "customer": "phone", "ok": True, "count": 1}
        await play.sees("14 of 20")
        await play.sees("you order 42.00, phone")


@story
async def test_what_is_refused_only_when_it_is_carried_out_stays_typed(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        window = next(one for one in read_all(shop, Item) if one.key == "window")
        await play.choose(f"item:{window.id}")
        await play.press("e")
        await play.type(", in red")
        by(shop, clock, "bo", RemoveItem(item=window.id))
        await play.press("enter")
        await play.until(lambda: "not in the plan any more" in play.preview, "the refusal")
        assert play.prompt.is_open
        assert play.typed == "A note in the shop window, in red"


@story
async def test_a_note_is_stored_without_what_could_steer_a_terminal(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("n")
        await play.type("all \x1b[31mred\x9b and \u202eturned")
        await play.press("enter")
        await play.until(lambda: not play.prompt.is_open, "closing")
        assert facts(shop, "note")[-1]["text"] == "all �[31mred� and �turned"


@story
async def test_esc_leaves_the_line_and_nothing_is_logged(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        before = said(shop), facts(shop, "bug")
        await play.press("b")
        await play.type("high invoice blank")
        await play.press("escape")
        await play.until(lambda: not play.prompt.is_open, "closing")
        assert (said(shop), facts(shop, "bug")) == before
        assert play.focus == "checklist"


@story
async def test_while_typing_the_hints_give_way(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        assert play.pane("hints").display
        await play.press("o")
        await play.until(lambda: play.prompt.is_open, "the line")
        assert not play.pane("hints").display
        await play.press("escape")
        await play.until(lambda: not play.prompt.is_open, "closing")
        assert play.pane("hints").display


@story
async def test_keys_are_ignored_for_a_moment_after_the_line_has_closed(
    shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = hearing(monkeypatch)
    async with opened(shop, clock) as play:
        await play.press("n")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("escape")
        await play.until(lambda: not play.prompt.is_open, "closing")
        before = len(read_all(shop, Item))
        now[0] += DEAF_S - 0.01
        await play.press("d", "space", "o", "q", "exclamation_mark")
        await play.settle()
        assert not play.prompt.is_open
        assert isinstance(play.app.screen, RoomScreen)
        assert play.app.heard == []
        assert len(read_all(shop, Item)) == before
        now[0] += 0.02
        await play.press("o")
        await play.until(lambda: play.prompt.is_open, "the line")


def test_the_moment_is_300_ms() -> None:
    assert pytest.approx(0.3) == DEAF_S


@story
async def test_no_act_fires_while_a_line_is_open(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        before, pane = said(shop), play.pane("checklist").cursor
        await play.press("n")
        await play.until(lambda: play.prompt.is_open, "the line")
        for key in ("q", "d", "space", "exclamation_mark", "1", "a", "V", "slash", "question_mark", "colon", "u"):
            await play.press(key)
        await play.press("up", "down", "ctrl+r")
        await play.settle()
        assert play.typed == "qd !1aV/?:u"
        assert isinstance(play.app.screen, RoomScreen)
        assert said(shop) == before
        assert play.pane("checklist").cursor == pane
        assert play.app.return_code is None


@story
async def test_stray_keys_do_not_take_the_line_away(shop: Path, clock: FakeClock) -> None:
    """Keys that leave no letter: afterwards the line is still the one that listens."""
    async with opened(shop, clock) as play:
        await play.press("n")
        await play.type("half")
        for number, key in enumerate(("tab", "shift+tab", "f1", "pageup", "ctrl+r", "up", "down"), 1):
            await play.press(key)
            await play.settle()
            assert play.prompt.is_open
            await play.press("x")
            assert play.typed == "half" + "x" * number, f"after {key} the line hears no key any more"
        await play.press("escape")
        await play.until(lambda: not play.prompt.is_open, "closing")


@story
async def test_ctrl_q_does_not_end_the_room_over_a_half_typed_line(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("n")
        await play.type("half")
        await play.press("ctrl+q")
        await play.settle()
        assert not play.app._exit, "ctrl+q ended the room and what was typed with it"


@story
async def test_the_palette_carries_out_no_act_over_an_open_line(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        before = said(shop)
        await play.choose(f"item:{next(one.id for one in read_all(shop, Item) if one.key == 'window')}")
        await play.press("n")
        await play.type("half a thought")
        await play.press("ctrl+p")
        await play.settle()
        await play.press(*"remove")
        await play.settle()
        await play.press("enter")
        await play.settle()
        assert said(shop) == before, "an act was carried out while a line was open"


@story
async def test_a_click_beside_the_line_carries_out_nothing_and_esc_still_leaves(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("n")
        await play.type("half a thought")
        await play.pilot.click("#strip", offset=(5, 0))
        await play.settle()
        assert isinstance(play.app.screen, RoomScreen), "the strip acted while a line was open"
        await play.pilot.click("#probes", offset=(5, 2))
        await play.settle()
        assert play.typed == "half a thought"
        await play.press("escape")
        await play.until(lambda: not play.prompt.is_open, "esc leaving the line after a click")


@story
async def test_a_paste_outside_the_line_becomes_a_note_and_runs_nothing(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        before = said(shop), len(read_all(shop, Item))
        play.app.post_message(events.Paste("q\nd\n! :remove\n" + "x" * 900))
        await play.until(lambda: play.prompt.is_open, "the line")
        assert play.typed.startswith("q d ! :remove xxx")
        assert len(play.typed) == len("q d ! :remove ") + 900
        assert (said(shop), len(read_all(shop, Item))) == before
        assert isinstance(play.app.screen, RoomScreen)
        await play.press("escape")
        await play.until(lambda: not play.prompt.is_open, "closing")
        assert (said(shop), len(read_all(shop, Item))) == before


@story
async def test_a_paste_into_the_line_stays_one_line(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("n")
        await play.until(lambda: play.prompt.is_open, "the line")
        play.app.post_message(events.Paste("first line\nsecond line"))
        await play.until(lambda: play.typed, "the paste")
        assert play.typed == "first line second line"
        assert play.prompt.is_open
        assert facts(shop, "note")[-1]["text"] != "first line"


@story
async def test_a_paste_over_a_dialog_answers_nothing(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("exclamation_mark")
        await play.sees("How bad is it?")
        play.app.post_message(events.Paste("1"))
        await play.settle()
        assert "How bad is it?" in play.text()
        await play.press("escape")
        await play.heard("Discarded; nothing was declared.")


def plain(play: Play) -> str:
    """Return what the screen says, on one line, without frames."""
    return " ".join(play.text().replace("│", " ").split())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@story
async def test_a_refusal_can_be_read_in_full(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    async with opened(shop, clock, size=size) as play:
        for key, line in (("b", "grave invoice"), ("o", "42 @noon")):
            await play.press(key)
            await play.type(line)
            await play.press("enter")
            await play.until(lambda: play.preview.rstrip(".") in plain(play), "showing the whole refusal")
            await play.press("escape")
            await play.listening()


@story
async def test_what_is_typed_can_be_seen_at_80_columns(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=(80, 24)) as play:
        await play.press("n")
        await play.type("the newspaper called at noon")
        await play.sees("the newspaper called at noon")


@story
async def test_keys_typed_in_one_burst_land_in_the_line(shop: Path, clock: FakeClock) -> None:
    """Over a slow connection what was typed comes in one packet."""
    async with opened(shop, clock) as play:
        for letter in "o42 anna":
            name = "space" if letter == " " else letter
            play.app.post_message(events.Key(name, letter))
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.settle()
        assert play.typed == "42 anna"


@story
async def test_pasted_lines_are_joined_at_the_cursor_and_kept(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("n")
        await play.type("they say: ")
        play.app.post_message(events.Paste("the card\r\n  processor\n\nis down\n"))
        await play.until(lambda: play.typed == "they say: the card processor is down", "the paste")
        await play.press("enter")
        await play.until(lambda: not play.prompt.is_open, "closing")
        assert facts(shop, "note")[-1]["text"] == "they say: the card processor is down"


@story
async def test_a_text_that_is_too_long_is_refused_and_stays(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=(80, 24)) as play:
        before = facts(shop, "note")
        await play.press("n")
        await play.type("x" * 4001)
        await play.until(lambda: "4,001 characters long and at most 4,000 are taken" in play.preview, "the limit")
        await play.press("enter")
        await play.settle()
        assert (play.prompt.is_open, len(play.typed), facts(shop, "note")) == (True, 4001, before)
        await play.press("backspace", "enter")
        await play.until(lambda: not play.prompt.is_open, "closing")
        assert facts(shop, "note")[-1]["text"] == "x" * 4000


@story
async def test_an_item_that_is_too_long_is_refused_and_stays(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        before = len(read_all(shop, Item))
        await play.press("a")
        await play.type("y" * 501)
        await play.press("enter")
        await play.until(lambda: "501 characters long and at most 500 are taken" in play.preview, "the refusal")
        assert (len(play.typed), len(read_all(shop, Item))) == (501, before)


@pytest.mark.parametrize("into", [True, False])
@story
async def test_a_paste_that_is_no_line_is_refused_whole(shop: Path, clock: FakeClock, into: bool) -> None:
    async with opened(shop, clock) as play:
        if into:
            await play.press("n")
            await play.type("mine")
        play.app.post_message(events.Paste("z " * 200_000))
        if into:
            await play.sees("is too large for a line; nothing of it was")
        else:
            await play.heard("is too large for a line; nothing of it was")
        assert (play.typed, play.prompt.is_open) == ("mine" if into else "", into)
