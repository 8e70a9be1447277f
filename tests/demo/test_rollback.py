"""The demo's rollback, end to end: the shop breaks, the watch sees it, R rolls it back, the probes confirm it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.demo.ground import demo_open
from tests.tui import play as playing
from tests.tui.play import opened, read_all, story

from gonogo.control.clock import SystemClock
from gonogo.demo.control import Mode, break_shop, read_mode
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.probe import Probe
from gonogo.rules.run import Run
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.run import RunScreen


@pytest.fixture
def demo() -> Iterator[tuple[Path, Path]]:
    """The demo's config and state, with its shop and its watch alive."""
    with demo_open() as made:
        yield made


@pytest.mark.timeout(120)
@story
async def test_a_broken_shop_is_rolled_back_by_key(demo: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "PATIENCE_S", 40.0)
    config, state = demo
    async with opened(state, SystemClock(), size=(80, 24), config=config) as play:
        assert play.app.board is not None
        assert play.app.board.pace is not None
        assert play.app.board.pace.words == "P50 0:32, P90 0:38 of 2 runs"
        break_shop(config.parent)
        await play.until(lambda: play.app.board and play.app.board.incidents, "the incident")
        await play.press("exclamation_mark")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
        await play.press("R")
        await play.until(lambda: "type riverside-demo and enter" in play.preview, "what would run")
        assert "P50 0:32, P90 0:38 of 2 runs, the last 1 d ago" in play.preview
        await play.type("riverside-demo")
        await play.press("enter")
        await play.until(lambda: isinstance(play.app.screen, RunScreen), "the page of the run")
        await play.sees("Rolled the shop back from v1.8.3 to v1.8.2.")
        await play.sees("✓ The rollback was done in 0:0")
        assert read_mode(config.parent) == Mode()
        await play.press("q")
        await play.until(_recovered(state), "the recovery")
    [run] = [one for one in read_all(state, Run) if one.kind == "rollback"]
    assert run.outcome == "ok"
    steps = {one.key: one for one in read_all(state, IncidentStep)}
    assert steps["decide"].note == "roll back, by running it"
    assert steps["act"].note == f"the rollback {run.said}"
    assert steps["redeploy"].done_at is None


def _recovered(state: Path) -> Callable[[], bool]:
    def holds() -> bool:
        up = all(one.health == "up" for one in read_all(state, Probe) if one.name == "checkout")
        return up and all(one.state == "monitoring" for one in read_all(state, Incident))

    return holds
