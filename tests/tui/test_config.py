"""A config that is broken while the room is open: its error can be read whole, and nothing else is claimed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import probe
from tests.tui.play import Play, opened, story

from gonogo.rules.probe import Probe
from gonogo.store import series, watching
from gonogo.store.store import Store
from gonogo.tui.screens.read import ReadScreen

ERROR = (
    "/home/ann/launches/riverside/gonogo.toml, line 41: probe.3.expect.0 “latency <> 800ms” is no expectation;"
    " write a reading, one of < <= == != >= > and a value, such as latency < 800ms"
)


def told(path: Path, error: str | None, *, probes: bool = True, clock: FakeClock) -> None:
    """Let the watch say that the config is wrong, perhaps from the start."""
    store = Store(path)
    with store.writing() as db:
        watching.tell(db, config_error=error, note=None)
        if not probes:
            gone = [one.model_copy(update={"gone": True}) for one in store.state().all(Probe)]
            series.put_probes(db, gone or [probe(1, "checkout", clock)])
        store.bump(["watch", "probes"])
    store.close()


def plain(play: Play) -> str:
    """Return what the screen says on one line, without frames."""
    return " ".join(play.text().replace("│", " ").split())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@story
async def test_a_key_shows_the_whole_error(shop: Path, clock: FakeClock, size: tuple[int, int]) -> None:
    told(shop, ERROR, clock=clock)
    async with opened(shop, clock, size=size) as play:
        await play.settle()
        assert "config gonogo.toml, line 41: probe.3" in plain(play)
        assert "g shows it" in play.text().splitlines()[1]
        assert "g config error" in play.text().splitlines()[-1]
        await play.press("g")
        await play.until(lambda: isinstance(play.app.screen, ReadScreen), "the page")
        await play.sees("Config")
        page = " ".join(row.text for row in play.app.screen.query_one("#page")._rows)  # type: ignore[attr-defined]
        assert " ".join(page.split()).startswith(ERROR)
        assert "goes on until it is mended" in plain(play)
        await play.press("q")
        titles = {one.title for one in play.app.get_system_commands(play.app.screen)}
        assert "config error  (g)" in titles


@story
async def test_without_an_error_the_key_says_so_and_is_not_hinted(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.settle()
        assert "config error" not in play.text()
        await play.press("g")
        await play.heard("nothing to say against gonogo.toml")


@story
async def test_a_config_that_was_broken_from_the_start_is_not_said_to_have_no_probes(
    shop: Path, clock: FakeClock
) -> None:
    told(shop, ERROR, probes=False, clock=clock)
    async with opened(shop, clock) as play:
        await play.sees("The config cannot be used")
        assert "No probe is set up" not in play.text()
        told(shop, None, clock=clock)
        await play.sees("No probe is set up: write one")
