"""`gonogo backup` and `restore`: a launch goes into a file and comes back whole."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cli.ground import gonogo, ok, records, refused
from tests.conftest import FakeClock, found

from gonogo.rules.plan import Tick
from gonogo.rules.plan_doc import PlanDoc
from gonogo.store import watching
from gonogo.store.store import Store


def test_a_launch_comes_back_as_it_was_and_what_was_there_is_kept(
    tiny_launch: Path, folder: Path, clock: FakeClock
) -> None:
    assert ok(gonogo("backup", "then.db", at=clock)) == f"kept in {folder / 'then.db'}\n"
    assert (folder / "then.db").stat().st_mode & 0o777 == 0o600
    ok(gonogo("item", "tick", "walk", at=clock))
    old = Store(tiny_launch)
    said = ok(gonogo("restore", "then.db", "--yes", "tiny", at=clock))
    assert records(tiny_launch, Tick) == []
    (kept,) = tiny_launch.parent.glob("tiny.db.before-restore-*[0-9]")
    assert str(kept) in said
    assert len(records(kept, Tick)) == 1
    assert old.is_gone()  # whoever had it open writes nothing into the new one
    old.close()
    ok(gonogo("item", "tick", "walk", at=clock))


def test_a_backup_without_a_name_lies_beside_the_state(tiny_launch: Path, clock: FakeClock) -> None:
    said = ok(gonogo("backup", at=clock))
    (made,) = tiny_launch.parent.glob("tiny.db.backup-*")
    assert str(made) in said


def test_a_lost_or_damaged_launch_comes_back(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("backup", "then.db", at=clock))
    tiny_launch.unlink()
    ok(gonogo("restore", "then.db", "--yes", "tiny", at=clock))
    ok(gonogo("item", "tick", "walk", at=clock))
    ok(gonogo("restore", "then.db", "--yes", "tiny", at=clock))
    ok(gonogo("restore", "then.db", "--yes", "tiny", at=clock))  # within the same second
    assert len(list(tiny_launch.parent.glob("*before-restore*"))) == 2
    tiny_launch.write_bytes(b"SQLite format 3\0" + b"rubbish" * 900)
    ok(gonogo("restore", "then.db", "--yes", "tiny", at=clock))
    ok(gonogo("item", "tick", "walk", at=clock))


def test_it_is_refused_in_a_sentence_and_nothing_changes(
    tiny_launch: Path, folder: Path, tmp_path: Path, clock: FakeClock, tiny: PlanDoc
) -> None:
    ok(gonogo("backup", "then.db", at=clock))
    refused(gonogo("backup", "then.db", at=clock), 2, "is there already")
    refused(gonogo("backup", "no/such/then.db", at=clock), 2, "There is no folder")
    refused(gonogo("restore", "then.db", "--yes", "other", at=clock), 2, "That is not its id, tiny")
    refused(gonogo("restore", "nothing.db", "--yes", "tiny", at=clock), 3, "There is no backup at nothing.db")
    (folder / "rubbish.db").write_text("rubbish " * 999)
    refused(gonogo("restore", "rubbish.db", "--yes", "tiny", at=clock), 3, "is no backup of a launch")
    found(tmp_path / "other.db", clock, tiny).store.close()
    refused(gonogo("restore", str(tmp_path / "other.db"), "--yes", "tiny", at=clock), 3, "of another launch")
    refused(gonogo("restore", str(tiny_launch), "--yes", "tiny", at=clock), 3, "is the launch's state itself")
    lock = watching.take_lock(tiny_launch)
    assert lock is not None
    refused(gonogo("restore", "then.db", "--yes", "tiny", at=clock), 1, "A watch is running", "--stop")
    os.close(lock)
    assert not list(tiny_launch.parent.glob("*.restoring"))
    assert not list(tiny_launch.parent.glob("*before-restore*"))
