"""`gonogo look`: the room on a terminal, the board without one; never a watch, never a write."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
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


def test_where_nothing_can_be_written_it_can_still_be_read(
    tiny_launch: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a read-only mount: tests may run as root, so the question is answered with no."""
    before, honest = gonogo("status", at=clock).stdout, os.access

    def access(path: os.PathLike[str], mode: int) -> bool:
        return honest(path, mode) and not (mode == os.W_OK and Path(path).is_relative_to(tiny_launch.parent))

    monkeypatch.setattr(os, "access", access)
    held = {one: one.stat().st_mtime_ns for one in tiny_launch.parent.iterdir() if one.suffix == ".db"}
    for words in (("look",), ("status",)):
        found = gonogo(*words, at=clock)
        assert found.stdout == before
        assert found.stderr.endswith(
            "is read-only: this is as it was last written, and nothing can be written there.\n"
        )
    assert json.loads(gonogo("status", "--json", at=clock).stdout)["verdict"] == "HOLD"
    for words in (("report",), ("log", "list"), ("ready", "list")):
        ok(gonogo(*words, at=clock))
    for words in (("log", "order", "42"), ("hold", "for good", "--until", "4h"), ("incident", "declare", "x")):
        refused(gonogo(*words, at=clock), 3, "is read-only; gonogo must be able to write there")
    assert held == {one: one.stat().st_mtime_ns for one in held}
