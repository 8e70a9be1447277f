"""What is doubtful in the plan, ruled on by key."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN, Story
from tests.tui.play import opened, story
from tests.tui.test_lists import at

from gonogo.rules.item import AddItem
from gonogo.rules.plan import Item, Section
from gonogo.rules.ruling import Ruling
from gonogo.store.store import Store


@pytest.fixture
def doubtful(state_path: Path, clock: FakeClock) -> Path:
    """A launch whose plan has a recurring task and a negative one."""
    made = Story(state_path, clock)
    section = made.store.state().all(Section)[0].id
    for text in ("Read the logs daily", "No adverts yet"):
        made.do(ANN, AddItem(section=section, text=text))
    made.store.close()
    return state_path


def read(path: Path) -> tuple[list[Item], list[Ruling]]:
    store = Store(path)
    try:
        return list(store.state().all(Item)), list(store.state().all(Ruling))
    finally:
        store.close()


@story
async def test_space_accepts_a_ruling_and_d_leaves_the_line_with_a_reason(doubtful: Path, clock: FakeClock) -> None:
    async with opened(doubtful, clock, size=(120, 40)) as play:
        await at(play, "doubts")
        await play.until(lambda: "→ a routine, due every day" in play.text(), "the finding")
        assert "2 without a ruling" in play.text()
        await play.press("space")
        await play.until(lambda: "1 without a ruling" in play.text(), "the ruling")
        await play.settle()
        items, (ruling,) = read(doubtful)
        assert ("routine", 86_400) in {(one.kind, one.every_s) for one in items if one.text == "Read the logs daily"}
        assert ruling.by == "ann"
        await play.press("d")
        await play.type("agreed by mail")
        await play.press("enter")
        await play.until(lambda: "0 without a ruling" in play.text(), "the second")
        assert {one.choice for one in read(doubtful)[1]} == {"accepted", "left"}
        await play.listening()
        await play.press("u")
        await play.until(lambda: "1 without a ruling" in play.text(), "the undo")
        assert len(read(doubtful)[1]) == 1
