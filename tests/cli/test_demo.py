"""`gonogo demo` and `gonogo` without a terminal: the board once, and nothing stays behind."""

from __future__ import annotations

import errno
import os
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

    nothing = ran("--state", str(state), "--as", "you", "undo", cwd=tmp_path)
    assert (nothing.returncode, "nothing of yours to undo" in nothing.stderr) == (1, True)

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


def test_a_place_that_keeps_nothing_is_said_in_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("")
    monkeypatch.setenv("GONOGO_STATE_DIR", str(folder / "file"))
    for words in (["demo"], ["demo", "--fresh"]):
        refused(gonogo(*words), 1, "The demo cannot be kept in", "Not a directory", "GONOGO_STATE_DIR")
    refused(gonogo("demo", "break"), 1, "cannot be written")
    assert "No launch yet" in ok(gonogo("launches"))
    result = gonogo("doctor")
    assert (result.exit_code, "no launch can be kept in" in result.stdout) == (1, True)


@pytest.mark.parametrize(
    ("words", "acting", "wanted"), [([], None, "you"), ([], "zed", "zed"), (["--as", "amy"], "zed", "amy")]
)
def test_who_acts_in_the_demo(
    shop: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], acting: str | None, wanted: str
) -> None:
    from gonogo.cli import open as opening

    seen = []
    monkeypatch.setattr(opening, "is_terminal", lambda: True)
    monkeypatch.setattr(opening, "show", lambda state, config, actor, demo: seen.append(actor) or 0)
    monkeypatch.delenv("GONOGO_ACTOR")
    if acting:
        monkeypatch.setenv("GONOGO_ACTOR", acting)
    assert gonogo(*words, "demo").exit_code == 0
    assert seen == [wanted]


def read_only(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """Let everything below a folder refuse to be written, as on a read-only mount."""
    access, opened = os.access, os.open

    def open_(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and Path(path).is_relative_to(place):
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "access", lambda path, mode: not Path(path).is_relative_to(place) and access(path, mode))
    monkeypatch.setattr(os, "open", open_)


def test_a_demo_on_a_read_only_mount_is_said_in_one_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "states" / "demo"
    place.mkdir(parents=True)
    for name in ("session.lock", "state.db", "state.db.watch"):
        (place / name).write_bytes(b"")
    read_only(monkeypatch, tmp_path / "states")
    refused(gonogo("demo"), 1, "The demo cannot be kept in", "it is read-only")
    refused(gonogo("demo", "--fresh"), 1, "Read-only file system")
    assert "refused" in ok(gonogo("launches"))
    from gonogo.control.spawn import start_watch

    assert start_watch(place / "state.db", None).startswith("no watch could be started: ")


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
