"""R, X and D: a command is confirmed on the line, set off, and shown at work; the room may die meanwhile."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import checkout_down
from tests.tui.play import Play, by, opened, read_all, story

from gonogo.control import run_files
from gonogo.control.clock import Ids
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.plan import Readiness
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.response import DoStep
from gonogo.rules.run import Run
from gonogo.rules.running import BeginRun, EndRun
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.room import RoomScreen
from gonogo.tui.screens.run import RunScreen

SIZE = (100, 30)


@pytest.fixture(autouse=True)
def _now(shop: Path, clock: FakeClock) -> None:
    """Let the story stand at what the supervisors' own clock says."""
    clock.advance(seconds=(datetime.now(UTC) - clock.utc).total_seconds())


def config(shop: Path, script: str, more: str = "") -> Path:
    """Write a config whose rollback is a shell script."""
    path = shop.with_name("gonogo.toml")
    argv = json.dumps(["/bin/sh", "-c", script])
    path.write_text(f'[launch]\nid = "bakery"\nname = "B"\n[rollback]\ncommand = {argv}\n{more}\n', encoding="utf-8")
    return path


async def in_incident(play: Play) -> None:
    await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
    await play.until(lambda: play.focus == "steps", "the focus")


async def on_page(play: Play) -> None:
    await play.until(lambda: isinstance(play.app.screen, RunScreen), "the page of the run")


@story
async def test_it_is_confirmed_by_the_launch_id_and_streamed(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    script = config(shop, "echo going back; sleep 0.5; printf 'at \\033[1mv1\\033[0m\\n'")
    async with opened(shop, clock, size=SIZE, config=script) as play:
        await in_incident(play)
        await play.press("R")
        await play.until(lambda: "type bakery and enter to run it" in play.preview, "what would run")
        assert "runs   /bin/sh -c" in play.preview
        assert "nobody knows: it was never rehearsed" in play.preview
        assert "waits  3:00 at most; due in 3:59" in play.preview
        await play.type("bread")
        await play.press("enter")
        await play.until(lambda: "Type the launch's id, bakery" in play.preview, "the refusal")
        assert read_all(shop, Run) == []
        await play.press(*["backspace"] * 5)
        await play.type("bakery")
        await play.press("enter")
        await on_page(play)
        await play.sees("going back")
        await play.sees("✓ The rollback was done in 0:0")
        await play.sees("at v1")
        assert read_all(shop, Run)[0].by == "ann"
        await play.press("q")
        await in_incident(play)
        act = next(one for one in read_all(shop, IncidentStep) if one.key == "act")
        assert act.done_by == "ann"
        await play.sees("Make new deploys live again")


@story
async def test_a_long_command_does_not_push_out_of_view_how_it_is_confirmed(shop: Path, clock: FakeClock) -> None:
    path = config(shop, "true " + "a-long-word " * 60)
    async with opened(shop, clock, size=(80, 24), config=path) as play:
        await play.press("R")
        await play.sees("type bakery and enter to run it")


@story
async def test_esc_leaves_it_and_what_is_typed_behind_the_key_is_no_key(shop: Path, clock: FakeClock) -> None:
    path = config(shop, "true")
    async with opened(shop, clock, size=SIZE, config=path) as play:
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.press("R", "b", "a")
        assert play.typed == "ba"
        await play.press("escape")
        assert not play.prompt.is_open
    assert read_all(shop, Run) == []


@story
async def test_a_room_that_died_finds_it_again(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    path = config(shop, "echo half way; sleep 30")
    async with opened(shop, clock, size=SIZE, config=path) as play:
        await in_incident(play)
        await play.press("R")
        await play.type("bakery")
        await play.until(lambda: "type bakery" in play.preview, "what would run")
        await play.press("enter")
        await on_page(play)
        await play.sees("half way")
    [run] = read_all(shop, Run)
    async with opened(shop, clock, size=SIZE, config=path) as play:
        await in_incident(play)
        await play.sees("The rollback runs for 0:0")
        await play.press("R")
        await on_page(play)
        await play.sees("half way")
        pid = run_files.living_command(shop, run.id)
        assert pid is not None
        os.killpg(pid, signal.SIGKILL)
        await play.sees("✗ The rollback was ended by SIGKILL")


@story
async def test_it_is_stopped_by_key_and_says_what_nobody_knows(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    path = config(shop, "echo half way; exec sleep 30")
    async with opened(shop, clock, size=(80, 24), config=path) as play:
        await in_incident(play)
        await play.press("R")
        await play.type("bakery")
        await play.until(lambda: "type bakery" in play.preview, "what would run")
        await play.press("enter")
        await on_page(play)
        await play.sees("half way")
        await play.sees("K stop it")
        await play.press("K")
        await play.until(lambda: "type bakery and enter to stop it" in play.preview, "what stopping means")
        await play.type("bakery")
        await play.press("enter")
        await on_page(play)
        await play.sees("✗ The rollback was stopped by ann")
    [run] = read_all(shop, Run)
    assert run.said.endswith("we ended our command; the provider may still be rolling back")


@story
async def test_a_dry_run_needs_only_enter_and_feeds_the_tile(shop: Path, clock: FakeClock) -> None:
    path = config(shop, "false", 'dry_run = ["echo", "would go back"]')
    async with opened(shop, clock, size=SIZE, config=path) as play:
        await play.press("D")
        await play.until(lambda: "enter tries it; it changes nothing" in play.preview, "what would run")
        await play.press("enter")
        await on_page(play)
        await play.sees("would go back")
        await play.until(lambda: play.app.board and play.app.board.pace, "the pace")
        tile = next(row for row in play.app.board.ready if row.target.key == "rollback")  # type: ignore[union-attr]
        assert tile.renewal is not None
        assert "rehearsed once" in tile.renewal.detail


@story
async def test_what_is_not_set_up_is_said(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=SIZE, config=config(shop, "true")) as play:
        await play.press("X")
        await play.heard("No hotfix command is set up; write [hotfix]")
        await play.listening()
        await play.press("D")
        await play.heard("No dry run is set up")


@story
async def test_a_step_with_a_command_of_its_own_is_run_by_x(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    path = config(shop, "true", '[command.purge]\ncommand = ["echo", "purged"]')
    _name_step(shop, "purge")
    async with opened(shop, clock, size=SIZE, config=path) as play:
        await in_incident(play)
        await play.press("X")
        await play.until(lambda: "runs   echo purged" in play.preview, "the step's command")
        await play.type("bakery")
        await play.press("enter")
        await on_page(play)
        await play.sees("✓ The command “purge” was done")
        decide = next(one for one in read_all(shop, IncidentStep) if one.key == "decide")
        assert str(decide.note).startswith("the command “purge” was done in 0:0")


def _name_step(shop: Path, name: str) -> None:
    """Let the step that comes next run a command of its own."""
    from gonogo.store.store import Store

    store = Store(shop)
    with store.writing() as db:
        db.conn.execute("UPDATE incident_step SET command = ? WHERE key = 'decide'", [name])
        store.bump(["incidents"])
    store.close()


def test_the_page_is_drawn_from_what_is_known(shop: Path) -> None:
    from gonogo.tui.panes import run as panes

    view = panes.page("one\n" + "x" * 25 + "\n", 10)
    assert [row.text for row in view.rows] == ["one", "x" * 10, "x" * 10, "x" * 5]
    began = time.perf_counter()
    panes.page("line of the flood\n" * 200_000, 100)
    assert time.perf_counter() - began < 1


@story
async def test_the_digits_and_the_tile_go_by_what_rehearsals_took(shop: Path, clock: FakeClock) -> None:
    run = Ids(clock).fresh()
    begun = BeginRun(run=run, kind="dry_run", name="rollback", acts=False, argv=("try",), timeout_s=900)
    by(shop, clock, "ann", begun)
    clock.advance(seconds=200)
    by(shop, clock, "ann", EndRun(run=run, outcome="ok", exit=0))
    tile = next(one for one in read_all(shop, Readiness) if one.key == "rollback")
    by(shop, clock, "ann", RenewReadiness(readiness=tile.id, detail="looks fine to me"))
    checkout_down(shop, clock)
    incident = read_all(shop, Incident)[0].id
    by(shop, clock, "ann", DoStep(incident=incident, step="decide", note="roll back"))
    async with opened(shop, clock, size=SIZE) as play:
        await in_incident(play)
        await play.sees("it takes 3:20")
        assert play.app.board is not None
        row = next(row for row in play.app.board.ready if row.target.key == "rollback")
        assert row.state == "not_ready", "a person's word does not make it fast enough"
