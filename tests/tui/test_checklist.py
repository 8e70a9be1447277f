"""The checklist by key: what is ticked, worded, moved, removed or undone is on disk before the screen says so."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import FakeClock
from tests.tui.ground import BO
from tests.tui.play import Play, by, opened, read_all, said, story

from gonogo.rules.item import EditItem
from gonogo.rules.plan import Item, Readiness, Renewal, Section, Tick
from gonogo.rules.properties import SetItem


def item(path: Path, key: str) -> Item:
    return next(one for one in read_all(path, Item) if one.key == key)


def tick(path: Path, key: str) -> Tick | None:
    wanted = next((one.id for one in read_all(path, Item) if one.key == key), None)
    return next((one for one in read_all(path, Tick) if one.id == wanted), None)


def order(path: Path, section: str) -> list[str]:
    wanted = next(one.id for one in read_all(path, Section) if one.name == section)
    mates = [one for one in read_all(path, Item) if one.section == wanted]
    return [one.key for one in sorted(mates, key=lambda one: one.position)]


async def at(play: Play, key: str) -> None:
    await play.choose(f"item:{item(play.app.ports.state, key).id}")


@story
async def test_space_ticks_and_unticks(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "regulars")
        await play.sees("□ Write to the twelve regulars")
        await play.press("space")
        await play.heard("ticked “Write to the twelve regulars”")
        made = tick(shop, "regulars")
        assert made
        assert (made.state, made.by, made.at) == ("done", "ann", clock.now())
        await play.sees("✓ Write to the twelve regulars")
        await play.press("space")
        await play.heard("unticked “Write to the twelve regulars”")
        assert tick(shop, "regulars") is None
        await play.sees("□ Write to the twelve regulars")


@story
async def test_what_is_said_is_on_disk_already(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "window")
        seen: list[Tick | None] = []
        plain = play.app.say

        def say(words: str, *, bad: bool = False) -> None:
            seen.append(tick(shop, "window"))
            plain(words, bad=bad)

        play.app.say = say  # type: ignore[method-assign]
        await play.press("space")
        await play.heard("ticked “A note in the shop window”")
        assert seen
        assert seen[0] is not None


@story
async def test_space_does_a_routine_again_and_affirms_a_guard(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "backup")
        await play.sees("◔ Restore last night's backup")
        await play.press("space")
        await play.heard("did “Restore last night's backup”")
        await play.sees("✓ Restore last night's backup")
        clock.advance(hours=1)
        await play.press("space")
        await play.until(lambda: len(tick(shop, "backup").recent) == 2, "doing it twice")  # type: ignore[union-attr]
        await at(play, "quiet")
        await play.press("space")
        await play.heard("affirmed “No paid advertising”")


@story
async def test_a_broken_guard_is_cleared_by_space(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "quiet")
        await play.do("break_guard")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("enter")
        await play.until(lambda: "reason is wanted" in play.preview, "the refusal")
        assert play.prompt.is_open
        await play.type("a poster in the bus")
        await play.press("enter")
        await play.heard("no longer holds: a poster in the bus")
        broken = tick(shop, "quiet")
        assert broken
        assert broken.state == "broken"
        await play.sees("✕ No paid advertising")
        await play.sees("NO-GO")


@story
async def test_a_task_is_excused_with_a_reason(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "window")
        await play.do("excuse")
        await play.type("no window yet")
        await play.press("enter")
        await play.heard("set “A note in the shop window” not applicable: no window yet")
        excused = tick(shop, "window")
        assert excused
        assert (excused.state, excused.note) == ("not_applicable", "no window yet")
        await play.listening()
        await play.press("space")
        await play.heard("unticked “A note in the shop window”")


@story
async def test_add_puts_an_item_below_the_chosen_one(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "walk")
        await play.press("a")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("enter")
        await play.until(lambda: "needs a text" in play.preview, "the refusal")
        await play.type("Taste the bread")
        await play.press("enter")
        await play.heard("added “Taste the bread”")
        assert order(shop, "Before we open") == ["walk", "taste-the-bread", "invoice", "newspaper", "staging"]
        await play.sees("□ Taste the bread")
        assert not play.prompt.is_open


@story
async def test_edit_begins_with_the_text_and_keeps_what_is_refused(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "window")
        await play.press("e")
        await play.until(lambda: play.prompt.is_open, "the line")
        assert play.typed == "A note in the shop window"
        await play.press("enter")
        await play.until(lambda: "same as before" in play.preview, "the refusal")
        assert play.typed == "A note in the shop window"
        await play.press("exclamation_mark", "enter")
        await play.heard("reworded “A note in the shop window” to “A note in the shop window!”")
        assert item(shop, "window").text == "A note in the shop window!"
        await play.do("undo")
        await play.heard("took back: reworded")
        assert item(shop, "window").text == "A note in the shop window"


@story
async def test_moving_ends_with_enter(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "walk")
        await play.press("m")
        await play.sees("↕ Walk through an order")
        await play.press("j")
        await play.until(lambda: order(shop, "Before we open")[1] == "walk", "moving once")
        await play.press("down")
        await play.until(lambda: order(shop, "Before we open")[2] == "walk", "moving twice")
        await play.press("k")
        await play.until(lambda: order(shop, "Before we open")[1] == "walk", "moving up")
        assert play.app.heard == ["Up and down move it, enter ends."], "the screen shows where it went"
        await play.press("enter")
        await play.until(lambda: "↕" not in play.text(), "the end of moving")
        before = order(shop, "Before we open")
        await play.press("j")
        await play.hop()
        assert order(shop, "Before we open") == before == ["invoice", "walk", "newspaper", "staging"]


@story
async def test_moving_past_the_end_is_refused_in_words(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "walk")
        await play.press("m", "k")
        await play.heard("already at the top of its section")
        await play.press("escape")
        await play.until(lambda: "↕" not in play.text(), "the end of moving")
        assert play.app.return_code is None


@story
async def test_remove_undo_redo(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "invoice")
        before = tick(shop, "invoice")
        await play.press("d")
        await play.heard("removed “Read one invoice from top to bottom”")
        assert "invoice" not in [one.key for one in read_all(shop, Item)]
        await play.until(lambda: "Read one invoice" not in play.text().split("Journal")[0], "the line's going")
        await play.press("u")
        await play.heard("took back: removed “Read one invoice")
        assert tick(shop, "invoice") == before
        await play.press("ctrl+r")
        await play.heard("did again: removed “Read one invoice")
        assert "invoice" not in [one.key for one in read_all(shop, Item)]
        await play.press("u")
        await play.until(lambda: tick(shop, "invoice") == before, "the second undo")
        assert said(shop, 1) == ["ann took back: removed “Read one invoice from top to bottom”"]


@story
async def test_the_cursor_stays_near_when_its_row_goes(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "invoice")
        await play.press("d")
        await play.heard("removed")
        await play.until(lambda: play.pane("checklist").cursor == f"item:{item(shop, 'newspaper').id}", "the next row")


@story
async def test_nothing_to_undo_is_said(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, actor="cleo") as play:
        await play.press("u")
        await play.heard("nothing of yours to undo, cleo")
        await play.press("ctrl+r")
        await play.heard("nothing of yours to redo, cleo")


@story
async def test_undo_of_a_row_that_another_has_changed_is_refused_by_name(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await at(play, "regulars")
        await play.press("space")
        await play.heard("ticked “Write to the twelve regulars”")
        await play.press("e")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("exclamation_mark", "enter")
        await play.heard("reworded “Write to the twelve regulars”")
        by(shop, clock, BO, EditItem(item=item(shop, "regulars").id, text="Call them"))
        await play.do("undo")
        words = await play.heard("Not undone")
        assert "bo has since reworded" in words
        assert item(shop, "regulars").text == "Call them"


@story
async def test_space_renews_what_must_be_ready(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("5")
        await play.choose("backup", "ready")
        await play.sees("– backup     not set up: space")
        await play.press("space")
        await play.type("3.1 MB, restored")
        assert "attested for 1 d" in play.preview
        await play.press("enter")
        await play.heard("attested backup: ready, 3.1 MB, restored")
        await play.sees("✓ backup     attested now: 3.1 MB")
        target = next(one.id for one in read_all(shop, Readiness) if one.key == "backup")
        assert next(one for one in read_all(shop, Renewal) if one.id == target).by == "ann"


@story
async def test_not_ready_is_said_as_it_is_typed(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("5")
        await play.choose("rollback", "ready")
        await play.press("space")
        await play.type("not since Monday")
        assert "not ready" in play.preview
        await play.press("enter")
        await play.heard("looked at rollback: not ready")
        await play.sees("✕ rollback")


@story
async def test_space_says_what_it_is_for_where_it_does_nothing(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        before = said(shop)
        for pane in ("1", "2", "4"):
            await play.press(pane, "space")
        await play.heard("Space ticks items (3)")
        await play.press("4", "d")
        await play.heard("Choose an item of the checklist first")
        assert said(shop) == before


@story
async def test_what_is_added_on_a_heading_has_the_cursor(shop: Path, clock: FakeClock) -> None:
    wanted = next(one.id for one in read_all(shop, Section) if one.name == "Tell people")
    async with opened(shop, clock) as play:
        await play.choose(f"section:{wanted}")
        await play.press("a")
        await play.type("Ring the bell")
        await play.press("enter")
        await play.heard("added “Ring the bell”")
        key = f"item:{item(shop, 'ring-the-bell').id}"
        await play.until(lambda: play.pane("checklist").cursor == key, "the cursor on the new item")


@story
async def test_a_due_day_is_shown_as_that_day(shop: Path, clock: FakeClock) -> None:
    by(shop, clock, BO, SetItem(item=item(shop, "regulars").id, values={"due": "sun"}))
    by(shop, clock, BO, SetItem(item=item(shop, "window").id, values={"due": "today"}))
    async with opened(shop, clock) as play:
        await at(play, "regulars")
        row = next(one.text for one in play.pane("checklist")._rows if "twelve regulars" in one.text)
        assert row.rstrip().endswith("Sun")
        await play.sees("due today, in ")
