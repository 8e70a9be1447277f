"""Migrations: once, whole or not at all, whoever comes first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import FakeClock, found

from gonogo.rules.plan import Launch
from gonogo.rules.plan_doc import PlanDoc
from gonogo.store import opening, schema
from gonogo.store.errors import StoreError
from gonogo.store.store import Store

NEWER = Path(__file__).with_name("newer.py")


def race(path: Path, how: str, count: int = 4) -> list[str]:
    """Let processes open one file at the same instant; return what each said."""
    gate = path.with_name("gate")
    argv = [sys.executable, str(NEWER), str(path), how, str(gate)]
    racers = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    try:
        for one in racers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        gate.touch()
        return [one.communicate(timeout=20)[0].strip() for one in racers]
    finally:
        for one in racers:
            one.kill()
            one.wait()
            if one.stdout:
                one.stdout.close()


def test_four_at_once_create_one_launch(state_path: Path) -> None:
    """Whoever loses the race opens what the winner made."""
    said = race(state_path, "create")
    assert said == [f"opened {schema.VERSION} {len(schema.PARTS)}"] * 4
    Store(state_path, thorough=True).close()


def test_four_at_once_migrate_once_with_a_backup(state_path: Path, clock: FakeClock, tiny: PlanDoc) -> None:
    found(state_path, clock, tiny).store.close()
    newer = schema.VERSION + 1
    assert race(state_path, "open") == [f"opened {newer} {len(schema.PARTS)}"] * 4
    (backup,) = state_path.parent.glob(f"state.db.before-{newer}-*")
    kept = Store(backup, thorough=True)
    assert kept.pragma("user_version") == schema.VERSION
    assert [one.key for one in kept.state().all(Launch)] == ["tiny"]
    kept.close()
    with pytest.raises(StoreError, match="written by a newer gonogo"):
        Store(state_path)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    state_path: Path, clock: FakeClock, tiny: PlanDoc, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(state_path, clock, tiny).store.close()
    broken = (*schema.MIGRATIONS, "CREATE TABLE later (a TEXT) STRICT;\nCREATE TABLE launch (a TEXT) STRICT;\n")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", broken)
        patch.setattr(schema, "VERSION", len(broken))
        with pytest.raises(StoreError):
            Store(state_path)
    store = Store(state_path, thorough=True)
    assert store.pragma("user_version") == schema.VERSION
    tables = [row[0] for row in store.db.conn.execute("SELECT name FROM sqlite_schema")]
    assert "later" not in tables
    store.close()


def test_a_file_that_was_born_dead_can_be_made_again(state_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the file and its tables: what is left is empty, and `init` may take it over."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(opening, "_migrate", die)
        with pytest.raises(KeyboardInterrupt):
            Store(state_path, create=True)
    assert state_path.exists()
    Store(state_path, create=True).close()
    Store(state_path, thorough=True).close()
