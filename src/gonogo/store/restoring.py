"""Putting a backup in the place of a launch's state: checked first, and what was there is kept."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from gonogo.store import opening, schema, watching
from gonogo.store.errors import Busy, Refused
from gonogo.store.locks import write_lock


def restore(source: Path, target: Path, kept: Path) -> None:
    """Put the launch of `source` at `target`; what was there lies at `kept` afterwards, whole.

    Refused when the source is no launch, is damaged, newer, or another launch than the one in its place.
    """
    if source.resolve() == target.resolve():
        raise Refused(f"{source} is the launch's state itself; name the backup that is to take its place.")
    fresh = target.with_name(target.name + ".restoring")
    fresh.unlink(missing_ok=True)
    try:
        launch = _copied(source, fresh)
        with write_lock(target, wait_s=10):
            if watching.is_alive(target):
                raise Busy(f"A watch is running on {target}; stop it first: gonogo watch --stop.")
            if target.exists():
                _keep(target, kept, launch)
            os.replace(fresh, target)
            for part in ("-wal", "-shm"):  # an old log would be played into the new file
                target.with_name(target.name + part).unlink(missing_ok=True)
            _settle(target.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _copied(source: Path, fresh: Path) -> str:
    """Copy the source aside and hold the copy against what a launch is; return the launch's id."""
    if not source.is_file():
        raise Refused(f"There is no backup at {source}; `gonogo backup` makes one.")
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    driver = opening.driver()
    try:
        with (
            closing(driver.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old,
            closing(driver.connect(str(fresh))) as new,
        ):
            old.backup(new)
            return _examined(new, source)
    except driver.DatabaseError as error:
        raise Refused(f"{source} is no backup of a launch ({error}); nothing was changed.") from error


def _examined(db: Any, source: Path) -> str:
    if db.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
        raise Refused(f"{source} is no backup of a launch; nothing was changed.")
    if (version := db.execute("PRAGMA user_version").fetchone()[0]) > schema.VERSION:
        raise Refused(
            f"{source} was written by a newer gonogo (schema {version}); upgrade gonogo; nothing was changed."
        )
    if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise Refused(f"{source} is damaged; take an older backup; nothing was changed.")
    found = db.execute("SELECT id FROM launch").fetchone()
    if found is None:
        raise Refused(f"{source} holds no launch; nothing was changed.")
    return str(found[0])


def _keep(target: Path, kept: Path, launch: str) -> None:
    """Keep what lies at the target: whole where it can be read, else file by file as it lies there."""
    driver = opening.driver()
    try:
        with closing(driver.connect(str(target))) as db:
            found = db.execute("SELECT id FROM launch").fetchone()
            if found and str(found[0]) != launch:
                raise Refused(f"That is a backup of another launch than the one at {target}; nothing was changed.")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except driver.DatabaseError:
        pass  # what is damaged is why one restores
    os.link(target, kept)
    for part in ("-wal", "-shm"):
        beside = target.with_name(target.name + part)
        if beside.exists():
            os.link(beside, kept.with_name(kept.name + part))


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
