"""The store: one state file, its write gate, and the revisions of its parts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gonogo.store.errors import Refused, Superseded
from gonogo.store.locks import write_lock
from gonogo.store.opening import connect, explained, may_write
from gonogo.store.rows import StoredState

if TYPE_CHECKING:
    from sqlite_utils import Database


_FROZEN = "{} or its folder is read-only: this is as it was last written, and nothing can be written there."


class Store:
    """An open state file. It belongs to one thread at a time."""

    def __init__(self, path: Path, *, create: bool = False, thorough: bool = False, readable: bool = False) -> None:
        self.path = path
        self.frozen = "" if not readable or may_write(path) else _FROZEN.format(path)
        """Says that nothing can be written there, where that is so."""
        self.db: Database = connect(path, create=create, thorough=thorough, readable=readable)
        self.epoch: int | None = None
        self._file = self._identity()

    def close(self) -> None:
        """Close the file."""
        self.db.conn.close()

    def only_read(self) -> None:
        """Refuse every write from now on, however it is asked for."""
        self.db.conn.execute("PRAGMA query_only=ON")

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def is_gone(self) -> bool:
        """Whether the file that was opened is no longer the one at its path."""
        return self._identity() != self._file

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """Hold the write gate around one transaction; Superseded when another watch took over."""
        if self.is_gone():
            raise Refused(f"{self.path} was moved or deleted while it was open; nothing can be written there.")
        if self.frozen:
            raise Refused(f"{self.path} or its folder is read-only; gonogo must be able to write there.")
        with write_lock(self.path), explained(self.path):
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                if self.epoch is not None:
                    self._check_epoch()
                yield self.db
                self.db.conn.execute("COMMIT")
            except BaseException:
                if self.db.conn.in_transaction:
                    self.db.conn.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Read one consistent snapshot; it ends before anything is done with what was read."""
        writes = self.db.conn.in_transaction  # whoever writes sees what it has written
        with explained(self.path):
            if not writes:
                self.db.conn.execute("BEGIN")
            try:
                yield self.db
            finally:
                if not writes and self.db.conn.in_transaction:
                    self.db.conn.execute("COMMIT")

    def _check_epoch(self) -> None:
        row = self.db.conn.execute("SELECT epoch FROM watch").fetchone()
        if row is None or row[0] != self.epoch:
            raise Superseded("another watch has taken over this launch")

    def state(self) -> StoredState:
        """Return what rules look at; good inside one transaction."""
        return StoredState(self.db)

    def bump(self, parts: Iterable[str]) -> None:
        """Count a change of these parts, inside the transaction that makes it."""
        self.db.conn.executemany("UPDATE revision SET n = n + 1 WHERE part = ?", [(part,) for part in sorted(parts)])

    def revisions(self) -> dict[str, int]:
        """Return how often each part has changed."""
        with explained(self.path):
            return dict(self.db.conn.execute("SELECT part, n FROM revision").fetchall())

    def data_version(self) -> int:
        """Return a number that changes when another connection has written."""
        with explained(self.path):
            return int(self.db.conn.execute("PRAGMA data_version").fetchone()[0])

    def pragma(self, name: str) -> Any:
        """Read one of SQLite's settings, for doctor."""
        return self.db.conn.execute(f"PRAGMA {name}").fetchone()[0]
