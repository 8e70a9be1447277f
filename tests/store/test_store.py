"""The store: its write gate, its revisions, the watch's epoch, and a file that is moved away."""

from __future__ import annotations

import fcntl
import functools
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import another, item_of

from gonogo.control.room import ControlRoom, Done
from gonogo.rules.incident import Incident
from gonogo.rules.item import AddItem, EditItem, RemoveItem, TickItem
from gonogo.rules.log import LogOrder
from gonogo.rules.plan import Launch, Section
from gonogo.rules.response import DeclareIncident, NoteIncident
from gonogo.store import locks, watching
from gonogo.store import store as store_module
from gonogo.store.errors import Busy, Refused, Superseded
from gonogo.store.store import Store


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Hold a lock file as another process would: flock knows open files, not processes."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a little for the write gate, not five seconds."""
    monkeypatch.setattr(store_module, "write_lock", functools.partial(locks.write_lock, wait_s=0.15))


def bumped(room: ControlRoom, before: dict[str, int]) -> dict[str, int]:
    """Say which parts changed, and how often."""
    now = room.store.revisions()
    return {part: now[part] - before[part] for part in now if now[part] != before[part]}


def test_only_the_parts_that_changed_are_counted(room: ControlRoom) -> None:
    before = room.store.revisions()
    room.dispatch(TickItem(item=item_of(room, "walk").id))
    assert bumped(room, before) == {"ticks": 1, "journal": 1}
    before = room.store.revisions()
    room.dispatch(EditItem(item=item_of(room, "walk").id, text="Walk twice"))
    assert bumped(room, before) == {"plan": 1, "journal": 1}
    before = room.store.revisions()
    room.dispatch(LogOrder(value=1))
    assert bumped(room, before) == {"evidence": 1}
    before = room.store.revisions()
    room.dispatch(DeclareIncident(title="x"))
    assert bumped(room, before) == {"incidents": 1, "journal": 1}
    before = room.store.revisions()
    room.dispatch(NoteIncident(incident=room.store.state().all(Incident)[0].id, text="y"))
    assert bumped(room, before) == {"incidents": 1, "evidence": 1}
    before = room.store.revisions()
    room.dispatch(RemoveItem(item="gone"))
    room.dispatch(LogOrder(value=1, key="k"))
    room.dispatch(LogOrder(value=1, key="k"))
    assert bumped(room, before) == {"evidence": 1}


def test_another_connection_is_noticed(room: ControlRoom) -> None:
    bob = another(room, "bob")
    seen = bob.store.data_version()
    assert bob.store.data_version() == seen
    room.dispatch(LogOrder(value=1))
    assert bob.store.data_version() != seen
    assert bob.store.revisions() == room.store.revisions()
    bob.store.close()


def test_an_error_inside_takes_everything_back(room: ControlRoom) -> None:
    before = room.store.revisions()

    def fail() -> None:
        with room.store.writing() as db:
            db.conn.execute("DELETE FROM launch")
            room.store.bump(["plan"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert room.store.revisions() == before
    assert len(room.store.state().all(Launch)) == 1
    assert isinstance(room.dispatch(TickItem(item=item_of(room, "walk").id)), Done)


def test_a_commit_that_fails_takes_everything_back(room: ControlRoom) -> None:
    """A broken reference is noticed only at COMMIT; the gate must not stay half open after it."""
    with pytest.raises(Exception, match="FOREIGN KEY"), room.store.writing() as db:
        db.conn.execute("INSERT INTO tick VALUES ('nowhere', 'done', 'x', 'ann', NULL, '[]', NULL, NULL)")
    assert not room.store.db.conn.in_transaction
    bob = another(room, "bob")
    assert isinstance(bob.dispatch(TickItem(item=item_of(bob, "walk").id)), Done)
    assert isinstance(room.dispatch(TickItem(item=item_of(room, "order").id)), Done)
    bob.store.close()


def test_reading_is_one_snapshot_and_ends(room: ControlRoom) -> None:
    bob = another(room, "bob")
    with bob.store.reading() as db:
        first = db.conn.execute("SELECT count(*) FROM tick").fetchone()
        room.dispatch(TickItem(item=item_of(room, "walk").id))
        assert db.conn.execute("SELECT count(*) FROM tick").fetchone() == first
    assert bob.store.db.conn.execute("SELECT count(*) FROM tick").fetchone() != first
    with pytest.raises(ZeroDivisionError), bob.store.reading():
        raise ZeroDivisionError
    assert not bob.store.db.conn.in_transaction
    bob.store.close()


def test_a_watch_whose_epoch_is_past_writes_nothing(room: ControlRoom) -> None:
    old, new = Store(room.store.path), Store(room.store.path)
    for number, store in enumerate((old, new), 1):
        with store.writing() as db:
            store.epoch = watching.begin(db, room.clock.now())
        assert store.epoch == number
    with pytest.raises(Superseded, match="another watch has taken over"), old.writing() as db:
        db.conn.execute("DELETE FROM launch")
    with new.writing() as db:
        watching.beat(db, room.clock.advance(5))  # type: ignore[attr-defined]
    row = watching.read(new.db)
    assert row is not None
    assert (row.epoch, row.pid, row.heartbeat_at) == (2, os.getpid(), room.clock.now())
    assert len(new.state().all(Launch)) == 1
    old.close()
    new.close()


@pytest.mark.usefixtures("impatient")
def test_a_held_gate_is_busy_and_then_free(room: ControlRoom) -> None:
    gate = room.store.path.with_name("state.db.lock")
    with holding(gate), pytest.raises(Busy, match="is being written by another process"):
        room.dispatch(LogOrder(value=1))
    assert isinstance(room.dispatch(LogOrder(value=1)), Done)


def test_a_gate_that_comes_free_in_time_is_waited_for(room: ControlRoom) -> None:
    release = threading.Event()
    held = threading.Event()

    def other() -> None:
        with holding(room.store.path.with_name("state.db.lock")):
            held.set()
            release.wait(5)

    thread = threading.Thread(target=other)
    thread.start()
    assert held.wait(5)
    threading.Timer(0.1, release.set).start()
    assert isinstance(room.dispatch(LogOrder(value=1)), Done)
    thread.join()


@pytest.mark.usefixtures("impatient")
def test_a_stranger_who_locks_the_database_is_busy_not_damage(room: ControlRoom) -> None:
    """The sqlite3 shell knows no gate; what it holds is said in a sentence that is not “damaged”."""
    room.store.db.conn.execute("PRAGMA busy_timeout=50")
    stranger = sqlite3.connect(room.store.path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="is held by another process"):
        room.dispatch(LogOrder(value=1))
    stranger.execute("ROLLBACK")
    stranger.close()
    assert isinstance(room.dispatch(LogOrder(value=1)), Done)


def test_a_full_disk_is_busy_and_loses_nothing(room: ControlRoom) -> None:
    pages = room.store.pragma("page_count")
    room.store.db.conn.execute(f"PRAGMA max_page_count={pages}")
    section = room.store.state().all(Section)[0].id

    def fill() -> None:
        for number in range(500):
            room.dispatch(AddItem(section=section, text=f"{number} " + "x" * 400))

    with pytest.raises(Busy, match="The disk is full"):
        fill()
    assert not room.store.db.conn.in_transaction
    room.store.db.conn.execute("PRAGMA max_page_count=100000")
    assert isinstance(room.dispatch(TickItem(item=item_of(room, "walk").id)), Done)


@pytest.mark.parametrize("how", ["moved", "deleted", "replaced"])
def test_a_file_that_is_moved_away_is_not_written(room: ControlRoom, how: str) -> None:
    """SQLite would go on writing to the file that nobody will ever open again."""
    path = room.store.path
    if how == "deleted":
        path.unlink()
    else:
        path.rename(path.with_name("elsewhere.db"))
    if how == "replaced":
        path.write_bytes(path.with_name("elsewhere.db").read_bytes())
    assert room.store.is_gone()
    with pytest.raises(Refused, match="was moved or deleted while it was open"):
        room.dispatch(LogOrder(value=1))


def test_a_file_that_is_there_is_not_gone(room: ControlRoom) -> None:
    assert not room.store.is_gone()


def test_the_watch_lock_is_one_and_freed(room: ControlRoom) -> None:
    path = room.store.path
    assert not watching.is_alive(path)
    lock = watching.take_lock(path)
    assert lock is not None
    assert watching.is_alive(path)
    assert watching.take_lock(path) is None
    os.close(lock)
    assert not watching.is_alive(path)


def test_those_who_only_look_do_not_see_each_other(tmp_path: Path) -> None:
    """Three rooms that ask at once whether a watch lives must not answer each other's question."""
    path = tmp_path / "state.db.watch"
    path.touch()
    seen: list[bool] = []

    def look() -> None:
        for _ in range(1500):
            if locks.is_held(path):
                seen.append(True)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == []


def test_requests_are_left_and_answered(room: ControlRoom) -> None:
    with room.store.writing() as db:
        watching.ask(db, "b", "check", {"probes": ["home"]}, room.clock.now(), "ann")
        watching.ask(db, "a", "stop", {}, room.clock.now(), "ann")
    assert [(one.id, one.kind, one.args) for one in watching.open_requests(room.store.db)] == [
        ("a", "stop", {}), ("b", "check", {"probes": ["home"]}),
    ]  # fmt: skip
    assert watching.answered(room.store.db, "a") is None
    with room.store.writing() as db:
        watching.answer(db, "a", "stopping", room.clock.now())
    assert watching.answered(room.store.db, "a") == "stopping"
    assert watching.answered(room.store.db, "nothing") is None
    assert [one.id for one in watching.open_requests(room.store.db)] == ["b"]


def test_an_accepted_config_is_kept_once(room: ControlRoom) -> None:
    def accept(text: str) -> bool:
        with room.store.writing() as db:
            return watching.accept_config(db, text, room.clock.now())

    assert watching.accepted_config(room.store.db) is None
    assert [accept(text) for text in ("one", "one", "two", "one")] == [True, False, True, True]
    assert watching.accepted_config(room.store.db) == "one"


def test_a_verdict_is_latched_when_it_changes(room: ControlRoom) -> None:
    def latch(verdict: str, phase: str = "p") -> bool:
        at = room.clock.advance(1)  # type: ignore[attr-defined]
        with room.store.writing() as db:
            return watching.latch(db, at.encode(), phase, verdict, ("why",), at)

    assert [latch(one) for one in ("HOLD", "HOLD", "GO", "HOLD")] == [True, False, True, True]
    assert latch("HOLD", "q")
