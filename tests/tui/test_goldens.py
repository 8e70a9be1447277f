"""The screens as text, line by line, against tests/golden/*.txt; GONOGO_UPDATE_GOLDENS=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.conftest import FakeClock
from tests.tui.ground import checkout_down
from tests.tui.play import Play, make_app, screen_text, story
from tests.tui.test_probe import at_probe, told_checks

from gonogo.tui.screens.incident import IncidentScreen

GOLDEN = Path(__file__).parents[1] / "golden"


def against(name: str, text: str, size: tuple[int, int]) -> None:
    """Hold a screen against its golden, or write it when asked to."""
    lines = text.splitlines()
    assert len(lines) == size[1]
    assert max(cell_len(line) for line in lines) <= size[0]
    path = GOLDEN / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("GONOGO_UPDATE_GOLDENS") == "1":
        path.write_text(text + "\n", encoding="utf-8")
    assert path.exists(), f"{path} is missing; GONOGO_UPDATE_GOLDENS=1 writes it"
    assert text + "\n" == path.read_text(encoding="utf-8"), f"{path.name} differs; GONOGO_UPDATE_GOLDENS=1 rewrites it"


async def drawn(path: Path, clock: FakeClock, size: tuple[int, int], screen: str = "RoomScreen") -> str:
    """Draw a screen without what is said in passing."""
    app = make_app(path, clock)
    async with app.run_test(size=size) as pilot:
        play = Play(app, pilot)
        await play.until(lambda: app.board is not None and type(app.screen).__name__ == screen, screen)
        await play.settle()
        return screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@story
async def test_the_room(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    against("room", await drawn(shop, clock, size), size)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@story
async def test_the_incident(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    checkout_down(shop, clock)
    against("incident", await drawn(shop, clock, size, IncidentScreen.__name__), size)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@story
async def test_the_probe(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    told_checks(shop, clock)
    app = make_app(shop, clock)
    async with app.run_test(size=size) as pilot:
        play = Play(app, pilot)
        await play.until(lambda: app.board is not None, "the board")
        await at_probe(play)
        against("probe", screen_text(app), size)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("tab", ["orders", "bugs"])
@story
async def test_the_lists(shop: Path, clock: FakeClock, size: tuple[int, int], tab: str) -> None:
    app = make_app(shop, clock)
    async with app.run_test(size=size) as pilot:
        play = Play(app, pilot)
        await play.until(lambda: app.board is not None, "the board")
        app.open_lists(tab)
        await play.settle()
        against(f"lists-{tab}", screen_text(app), size)


@story
async def test_the_same_launch_is_drawn_the_same_twice(shop: Path, clock: FakeClock) -> None:
    assert await drawn(shop, clock, (120, 40)) == await drawn(shop, clock, (120, 40))
