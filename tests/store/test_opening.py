"""Opening a state file: what is refused, in which words, and that nothing was changed."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FakeClock, found

from gonogo.rules.plan_doc import PlanDoc
from gonogo.store import opening, schema
from gonogo.store.errors import Refused, StoreError
from gonogo.store.store import Store


@pytest.fixture
def launch(state_path: Path, clock: FakeClock, tiny: PlanDoc) -> Path:
    """A founded launch at rest: closed, everything in the one file."""
    found(state_path, clock, tiny).store.close()
    assert not state_path.with_name("state.db-wal").exists()
    return state_path


def sentence(path: Path, *, thorough: bool = False, create: bool = False) -> str:
    """Open what must be refused; return the sentence, having seen that the file is as it was."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(Refused) as caught:
        Store(path, thorough=thorough, create=create)
    words = str(caught.value)
    assert str(path) in words
    assert words.endswith((".", ")."))
    assert (path.read_bytes() if path.is_file() else None) == before
    return words


def foreign(path: Path, *statements: str) -> Path:
    """Make somebody else's database."""
    other = sqlite3.connect(path)
    for one in statements:
        other.execute(one)
    other.close()
    return path


def test_nothing_there_says_how_to_begin(state_path: Path) -> None:
    assert "`gonogo init` creates one" in sentence(state_path)
    assert not state_path.exists()
    assert list(state_path.parent.iterdir()) == []


def test_an_empty_file_is_no_launch(state_path: Path) -> None:
    state_path.touch()
    assert "is empty, so it is no launch" in sentence(state_path)


def test_a_folder_is_no_launch(state_path: Path) -> None:
    assert "is a folder" in sentence(state_path.parent)
    assert "is a folder" in sentence(state_path.parent, create=True)


@pytest.mark.parametrize("content", [b"hello\n", b"x" * 5000, b"SQLite format 3\x00", b"\x00" * 4096])
def test_another_kind_of_file_is_no_launch(state_path: Path, content: bytes) -> None:
    state_path.write_bytes(content)
    assert "is not a gonogo launch" in sentence(state_path)


def test_another_programs_database_is_left_alone(state_path: Path) -> None:
    foreign(state_path, "PRAGMA application_id=252006674", "CREATE TABLE t (a)")
    assert "another program's database" in sentence(state_path)
    assert "another program's database" in sentence(state_path, create=True)


@pytest.mark.parametrize("statements", [["CREATE TABLE t (a)"], ["PRAGMA user_version=7"], ["PRAGMA application_id=1"]])
def test_a_database_without_our_mark_is_left_alone(state_path: Path, statements: list[str]) -> None:
    foreign(state_path, *statements)
    assert "another program's database" in sentence(state_path)


def test_a_newer_schema_names_both_versions(launch: Path) -> None:
    foreign(launch, f"PRAGMA user_version={schema.VERSION + 4}")
    words = sentence(launch)
    assert f"schema {schema.VERSION + 4}, this one knows {schema.VERSION}" in words
    assert "upgrade gonogo; nothing was changed" in words


def test_a_truncated_file_is_damaged(launch: Path) -> None:
    whole = launch.read_bytes()
    launch.write_bytes(whole[: len(whole) // 2])
    assert "is damaged" in sentence(launch, thorough=True)
    launch.write_bytes(whole[:700])
    assert "damaged" in sentence(launch) or "no SQLite file" in sentence(launch)


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_damaged_page_is_found_when_one_looks_thoroughly(launch: Path, place: float) -> None:
    whole = bytearray(launch.read_bytes())
    page = int.from_bytes(whole[16:18], "big")
    at = int(len(whole) * place) // page * page
    whole[at : at + page] = b"\xa5" * page
    launch.write_bytes(whole)
    words = sentence(launch, thorough=True)
    assert "is damaged" in words
    assert "there is no backup of it beside it" in words


def test_what_may_not_be_read_or_written_is_said(launch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run as root, whom no mode stops: the question itself is answered with no."""
    honest = os.access

    def deny(kind: int, name: Path) -> None:
        def access(path: os.PathLike[str], mode: int) -> bool:
            return honest(path, mode) and not (mode == kind and Path(path) == name)

        monkeypatch.setattr(opening.os, "access", access)

    deny(os.R_OK, launch)
    assert "may not be read by you" in sentence(launch)
    deny(os.W_OK, launch)
    assert "or its folder is read-only" in sentence(launch)
    deny(os.W_OK, launch.parent)
    assert "or its folder is read-only" in sentence(launch)


def test_a_place_where_nothing_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match="cannot be created"):
        Store(tmp_path / "file" / "state.db", create=True)


@pytest.fixture
def loose_umask() -> Iterator[None]:
    """A user whose umask gives everything to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("loose_umask")
def test_every_file_is_mine_alone(state_path: Path, clock: FakeClock, tiny: PlanDoc) -> None:
    room = found(state_path, clock, tiny)
    names = {one.name: stat.S_IMODE(one.stat().st_mode) for one in state_path.parent.iterdir()}
    room.store.close()
    assert {"state.db", "state.db-wal", "state.db-shm", "state.db.lock"} <= set(names)
    assert set(names.values()) == {0o600}


@pytest.mark.usefixtures("loose_umask")
def test_a_new_folder_is_mine_alone(tmp_path: Path) -> None:
    Store(tmp_path / "new" / "state.db", create=True).close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_it_is_durable_and_careful(launch: Path) -> None:
    store = Store(launch)
    wanted = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "cell_size_check": 1,
        "application_id": schema.APPLICATION_ID, "user_version": schema.VERSION, "busy_timeout": opening.BUSY_MS,
    }  # fmt: skip
    assert {name: store.pragma(name) for name in wanted} == wanted
    store.close()


def test_every_table_is_strict(launch: Path) -> None:
    store = Store(launch)
    tables = store.db.conn.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
    store.close()
    ours = {name: strict for name, strict in tables if not name.startswith("sqlite_")}
    assert len(ours) > 20
    assert set(ours.values()) == {1}


def test_opening_changes_nothing(launch: Path) -> None:
    before = launch.read_bytes()
    for thorough in (False, True):
        Store(launch, thorough=thorough).close()
    assert launch.read_bytes() == before


def test_a_refused_file_is_let_go(launch: Path) -> None:
    """A refusal leaves no open file behind, which would hold locks in a long-lived room."""
    foreign(launch, f"PRAGMA user_version={schema.VERSION + 1}")
    with pytest.raises(StoreError):
        Store(launch)
    here = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if os.path.exists(link)]
    assert str(launch) not in here


def test_a_backup_is_whole_and_mine(launch: Path) -> None:
    store = Store(launch)
    target = launch.with_name("copy.db")
    opening.backup(store.db, target)
    store.close()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert not target.with_name("copy.db.tmp").exists()
    again = Store(target, thorough=True)
    assert again.db.conn.execute("SELECT key FROM launch").fetchone()[0] == "tiny"
    again.close()
