"""The checklist as an outliner, by key: marks, cut and paste, in and out, filters, properties, sections, lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN, BO
from tests.tui.play import Play, by, opened, read_all, story
from textual import events

from gonogo.rules.item import EditItem, TickItem
from gonogo.rules.ordering import depths, in_section
from gonogo.rules.plan import Item, Section, Tick
from gonogo.rules.properties import SetItem
from gonogo.rules.section import SetMode
from gonogo.tui.screens.outline_acts import OutlineActs


def item(path: Path, key: str) -> Item:
    return next(one for one in read_all(path, Item) if one.key == key)


def section(path: Path, name: str) -> Section:
    return next(one for one in read_all(path, Section) if one.name == name)


def shown(path: Path, name: str) -> list[str]:
    """Return the keys of a section, indented as they stand."""
    mates = in_section(read_all(path, Item), section(path, name).id)
    return ["  " * depth + one.key for one, depth in zip(mates, depths(mates), strict=True)]


def rows(play: Play) -> list[str]:
    return [row.text.strip() for row in play.pane("checklist")._rows]


async def at(play: Play, key: str) -> None:
    await play.choose(f"item:{item(play.app.ports.state, key).id}")


@story
async def test_marked_items_are_cut_and_put_elsewhere_and_taken_back(shop: Path, clock: FakeClock) -> None:
    before = shown(shop, "Before we open")
    async with opened(shop, clock) as play:
        await play.choose(f"item:{in_section(read_all(shop, Item), section(shop, 'Before we open').id)[0].id}")
        await play.press("shift+down")
        await play.sees("▌")
        await play.sees("ctrl+x cut")
        await play.press("ctrl+x")
        await play.sees("ctrl+v put 2 here")
        assert shown(shop, "Before we open") == before
        await at(play, "window")
        await play.press("ctrl+v")
        await play.heard("and 1 more into “Tell people”")
        assert shown(shop, "Before we open") == before[2:]
        assert shown(shop, "Tell people") == ["regulars", "window", *before[:2]]
        await play.sees("u takes back: put")
        await play.press("u")
        await play.heard("took back: put")
        assert shown(shop, "Before we open") == before


@story
async def test_esc_leaves_a_cut_then_marks_then_what_is_asked_for(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "regulars")
        await play.press("*", "ctrl+x", "*")
        await play.press("escape")
        await play.sees("▌")
        await play.press("q")
        await play.until(lambda: "▌" not in play.text(), "leaving the marks")
        assert play.app._exit is False


@story
async def test_in_and_out_by_key(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "window")
        await play.press(">")
        await play.heard("moved “A note in the shop window” in")
        assert shown(shop, "Tell people") == ["regulars", "  window"]
        await play.sees("   □ A note in the shop window")
        await play.press("<")
        await play.heard("moved “A note in the shop window” out")


@story
async def test_it_is_filtered_as_it_is_typed_and_esc_shows_all(shop: Path, clock: FakeClock) -> None:
    by(shop, clock, ANN, SetItem(item=item(shop, "window").id, values={"owner": "Anna"}))
    async with opened(shop, clock) as play:
        await play.press("slash")
        await play.type("@anna op")
        await play.until(lambda: len(rows(play)) == 2, "the filtered rows")
        assert rows(play)[0].startswith("Tell people")
        assert rows(play)[1].startswith("□ A note in the shop window")
        await play.press("enter")
        await play.listening()
        await play.sees("/@anna op   1 of ")
        await play.press("escape")
        await play.until(lambda: len(rows(play)) > 9, "all rows again")
        await play.press("slash")
        await play.type("zebra")
        await play.sees("Nothing here is “zebra”; esc shows all.")
        await play.press("escape")
        await play.until(lambda: len(rows(play)) > 9, "all rows again")


@story
async def test_properties_are_typed_in_one_line_with_a_preview(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "window")
        await play.press("=")
        await play.type("owner:anna due:soon")
        assert "“soon” is no day" in play.preview
        await play.press(*["backspace"] * 4)
        await play.type("sat 17:00")
        assert "owner anna, due" in play.preview
        await play.press("enter")
        await play.heard("set of “A note in the shop window”")
        await play.listening()
        await play.sees("@anna")
        await play.press("=")
        await play.until(lambda: play.typed.startswith("owner:anna due:"), "what it is now")
        await play.press(*["backspace"] * len(play.typed), "enter")
        await play.heard("owner cleared, due cleared")
        assert item(shop, "window").owner is None


@story
async def test_the_second_of_two_sees_the_firsts_words_and_keeps_what_was_typed(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "window")
        await play.press("e")
        await play.type(", in red")
        by(shop, clock, BO, EditItem(item=item(shop, "window").id, text="A note on the door"))
        await play.press("enter")
        await play.until(lambda: "bo has meanwhile reworded it to “A note on the door”" in play.preview, "the refusal")
        assert play.typed == "A note in the shop window, in red"
        await play.press("enter")
        await play.heard("reworded “A note on the door” to “A note in the shop window, in red”")


@story
async def test_an_item_is_split(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "window")
        await play.press("|")
        await play.type(" // and on the door")
        assert play.preview == "2 items: A note in the shop window | and on the door"
        await play.press("enter")
        await play.heard("split “A note in the shop window” into 2")
        assert shown(shop, "Tell people") == ["regulars", "window", "and-on-the-door"]


@story
async def test_sections_are_added_named_moved_folded_and_removed(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "window")
        await play.press("+")
        await play.type("Afterwards")
        await play.press("enter")
        await play.heard("added the section “Afterwards” to Soft Launch")
        await play.listening()
        key = f"section:{section(shop, 'Afterwards').id}"
        await play.until(lambda: key in play.pane("checklist").keys, "its heading")
        await play.choose(key)
        await play.press("e")
        await play.type(" all")
        await play.press("enter")
        await play.heard("renamed the section “Afterwards” to “Afterwards all”")
        await play.listening()
        await play.press("m", "up", "enter")
        await play.until(lambda: section(shop, "Afterwards all").position == 3, "moving it")
        await play.press("d")
        await play.heard("removed the section “Afterwards all”")
        tell = f"section:{section(shop, 'Tell people').id}"
        await play.choose(tell)
        await play.press("d")
        await play.heard("“Tell people” has 2 items; move them first, or remove them with it.")
        await play.press("enter")
        await play.sees("▸ Tell people")
        await play.press("enter")
        await play.until(lambda: "▸" not in play.text(), "unfolding")


@story
async def test_a_markdown_list_that_is_pasted_becomes_items(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "regulars")
        play.app.screen.post_message(events.Paste("- [x] Bake\n  - Flour\n"))
        await play.sees("2 items below “Write to the twelve regulars”")
        await play.press("i")
        await play.heard("added 2 items to “Tell people”: Bake, Flour")
        assert shown(shop, "Tell people") == ["regulars", "bake", "  flour", "window"]
        assert any(one.id == item(shop, "bake").id for one in read_all(shop, Tick))


@story
@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
async def test_a_list_that_is_pasted_into_the_line_of_a_new_item_becomes_items(
    shop: Path, clock: FakeClock, end: str
) -> None:
    async with opened(shop, clock) as play:
        await at(play, "regulars")
        await play.press("a")
        await play.until(lambda: play.prompt.is_open, "the line")
        play.app.post_message(events.Paste(f"- Bake{end}  - Flour{end}- Sweep{end}"))
        await play.sees("3 items below “Write to the twelve regulars”")
        await play.press("i")
        await play.heard("added 3 items to “Tell people”: Bake, Flour and 1 more")
        assert shown(shop, "Tell people") == ["regulars", "bake", "  flour", "sweep", "window"]
        assert not play.prompt.is_open


@story
async def test_out_of_order_space_asks_why(shop: Path, clock: FakeClock) -> None:
    by(shop, clock, ANN, SetMode(section=section(shop, "Tell people").id, mode="read-do"))
    async with opened(shop, clock) as play:
        await play.sees("read, do")
        await at(play, "window")
        await play.press("space")
        await play.until(lambda: "comes first in “Tell people”" in play.preview, "the question")
        await play.type("the paper was late")
        await play.press("enter")
        await play.heard("ticked “A note in the shop window”: the paper was late")


@story
async def test_a_confirmed_section_and_a_second_signature(shop: Path, clock: FakeClock) -> None:
    tell = section(shop, "Tell people").id
    by(shop, clock, BO, SetMode(section=tell, mode="do-confirm"))
    by(shop, clock, BO, SetItem(item=item(shop, "window").id, values={"sign_off": "yes"}))
    for key in ("window", "regulars"):
        by(shop, clock, BO, TickItem(item=item(shop, key).id))
    async with opened(shop, clock) as play:
        await at(play, "window")
        await play.sees("✎ A note in the shop w")
        await play.press("space")
        await play.heard("signed “A note in the shop window”")
        await play.choose(f"section:{tell}")
        await play.press("space")
        await play.heard("confirmed “Tell people”")
        await play.sees("confirmed by ann")


@story
async def test_only_what_changed_is_drawn_anew(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        screen = play.app.screen
        assert isinstance(screen, OutlineActs)
        await play.settle()
        before = dict(screen._drawn)
        by(shop, clock, BO, TickItem(item=item(shop, "window").id))
        await play.sees("✓ A note in the shop window")
        changed = {key for key, one in screen._drawn.items() if one.rows is not before[key].rows}
        assert changed == {item(shop, "window").id}
