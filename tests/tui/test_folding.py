"""Finished sections fold where the checklist does not fit, and open by key."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import FakeClock
from tests.tui.ground import ANN
from tests.tui.play import Play, by, opened, read_all, story

from gonogo.rules.board import ItemRow, SectionRow
from gonogo.rules.item import TickItem
from gonogo.rules.plan import Item, Section
from gonogo.rules.standing import ItemState
from gonogo.tui.panes.checklist import Look, _is_folded


def finish(path: Path, clock: FakeClock) -> str:
    """Tick what is left of the first section; return its row."""
    staging = next(one for one in read_all(path, Item) if one.key == "staging")
    by(path, clock, ANN, TickItem(item=staging.id))
    return next(f"section:{one.id}" for one in read_all(path, Section) if one.name == "Before we open")


def rows(play: Play) -> list[str]:
    """Return all rows of the checklist, also those that are scrolled away."""
    return [row.text for row in play.pane("checklist")._rows]


@story
async def test_a_finished_section_stays_open_where_there_is_room(shop: Path, clock: FakeClock) -> None:
    finish(shop, clock)
    async with opened(shop, clock) as play:
        await play.settle()
        assert "▸" not in play.text()
        assert "✓ Point staging at the new build" in play.text()


@story
async def test_where_it_does_not_fit_it_folds_and_enter_opens_it(shop: Path, clock: FakeClock) -> None:
    section = finish(shop, clock)
    async with opened(shop, clock, size=(80, 16)) as play:
        await play.until(lambda: any("▸ Before we open" in row for row in rows(play)), "folding")
        assert not any("Point staging" in row for row in rows(play))
        await play.choose(section)
        await play.sees("▸ Before we open")
        assert "4/4" in play.text()
        await play.press("enter")
        await play.sees("✓ Point staging at the new build")
        await play.press("enter")
        await play.sees("▸ Before we open")


@story
async def test_what_is_open_never_folds(shop: Path, clock: FakeClock) -> None:
    finish(shop, clock)
    async with opened(shop, clock, size=(80, 12)) as play:
        await play.settle()
        assert any("Restore last night's backup" in row for row in rows(play))
        assert any("Write to the twelve regulars" in row for row in rows(play))


def test_work_that_is_not_counted_keeps_its_section_open() -> None:
    item = Item(id="i", key="i", phase="p", section="s", position=1, text="Make it", counted=False)
    section = Section(id="s", phase="p", position=1, name="First")
    for state, folds in ((ItemState("open"), False), (ItemState("done"), True)):
        row = SectionRow(section, (ItemRow(item, None, state),), 0, 0)
        assert _is_folded(row, [], Look("ann")) is folds
