"""`gonogo demo` and `gonogo` without a terminal: the board once, and nothing stays behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.ground import gonogo, ok, processes_about, ran, refused
from tests.conftest import until

from gonogo.demo.control import Mode, read_mode, start_shop, stop_shop
from gonogo.store.locks import hold


def alone(folder: Path) -> None:
    """Wait until no process names the folder any more; end those that stay, and fail."""
    until(lambda: processes_about(str(folder)) == [], 8, f"the end of what was started in {folder}")


def test_the_demo_prints_its_board_once_and_leaves_nothing_running(tmp_path: Path) -> None:
    states = tmp_path / "states"
    began = time.monotonic()
    done = ran("demo", cwd=tmp_path, GONOGO_STATE_DIR=str(states))
    took = time.monotonic() - began
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "Riverside Bakery, 3 Soft Launch" in lines[0]
    assert any(line.split()[:2] == ["up", "checkout"] for line in lines)
    assert "Traceback" not in done.stderr
    assert took < 20
    alone(tmp_path)
    state = states / "demo" / "state.db"
    assert state.stat().st_mode & 0o777 == 0o600
    assert (states / "demo").stat().st_mode & 0o777 == 0o700

    again = ran("demo", cwd=tmp_path, GONOGO_STATE_DIR=str(states))
    assert again.returncode == 0, again.stderr
    assert "Riverside Bakery" in again.stdout
    alone(tmp_path)


def test_gonogo_without_a_terminal_starts_nothing(tiny_launch: Path, folder: Path, tmp_path: Path) -> None:
    done = ran(cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split()[1:3] == ["Tiny,", "1"]
    assert processes_about(str(tmp_path)) == []
    bare = tmp_path / "bare"
    bare.mkdir()
    offer = ran(cwd=bare)
    assert offer.returncode == 0
    assert "gonogo demo" in offer.stdout


@pytest.fixture
def shop(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The sample shop, running, its session held."""
    place = tmp_path / "states" / "demo"
    place.mkdir(parents=True)
    session = hold(place / "session.lock", shared=True)
    assert session is not None
    start_shop(place)
    try:
        yield place
    finally:
        stop_shop(place)
        import os

        os.close(session)


def test_break_and_mend(shop: Path) -> None:
    for how in ("errors", "slow", "refused"):
        assert "v1.8.3 is out" in ok(gonogo("demo", "break", how))
        assert read_mode(shop) == Mode(how, "v1.8.3")
    assert "Rolled the shop back from v1.8.3 to v1.8.2" in ok(gonogo("demo", "mend"))
    assert read_mode(shop) == Mode()
    assert "was not broken" in ok(gonogo("demo", "mend"))
    assert gonogo("demo", "break", "badly").exit_code == 2


def test_break_and_mend_without_a_shop_say_how_to_get_one(folder: Path) -> None:
    refused(gonogo("demo", "break"), 1, "There is no sample shop", "gonogo demo")
    refused(gonogo("demo", "mend"), 1, "There is no sample shop", "gonogo demo")


def test_an_open_demo_is_not_thrown_away(shop: Path) -> None:
    refused(gonogo("demo", "--fresh"), 1, "open in another terminal")
    assert (shop / "session.lock").exists()
