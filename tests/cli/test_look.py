"""`gonogo look`: the room on a terminal, the board without one; never a watch, never a write."""

from __future__ import annotations

from pathlib import Path

from tests.cli.ground import gonogo, ok, refused
from tests.conftest import FakeClock

from gonogo.store import watching
from gonogo.store.store import Store


def test_without_a_terminal_it_prints_the_board(tiny_launch: Path, clock: FakeClock) -> None:
    store = Store(tiny_launch)
    before = store.revisions()
    said = ok(gonogo("look", at=clock))
    assert said == ok(gonogo(at=clock))
    assert said.startswith("HOLD  Tiny, 1 Alpha")
    assert store.revisions() == before
    store.close()
    assert not watching.is_alive(tiny_launch)


def test_without_a_launch_it_says_what_to_do(folder: Path) -> None:
    refused(gonogo("look"), 2, "There is no gonogo.toml here or above")


def test_a_launch_that_is_not_there_is_said(folder: Path, tmp_path: Path) -> None:
    refused(gonogo("--state", str(tmp_path / "none.db"), "look"), 3, "There is no launch at")
