"""What is kept of a run beside its record: which process supervises it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.rules.run import Run
from gonogo.store import rows

if TYPE_CHECKING:
    from sqlite_utils import Database


def hand_over(db: Database, run: str, pid: int, pid_start: str) -> None:
    """Write which process supervises a run, and when that process began: pids are used again."""
    db.conn.execute("UPDATE run SET pid = ?, pid_start = ? WHERE id = ?", [pid, pid_start, run])


def supervisor(db: Database, run: str) -> tuple[int, str] | None:
    """Read which process supervises a run: its pid and its start; nothing when none was written."""
    row = db.conn.execute("SELECT pid, pid_start FROM run WHERE id = ?", [run]).fetchone()
    return (row[0], row[1]) if row and row[0] else None


def under_way(db: Database) -> list[Run]:
    """Read the runs without an outcome, oldest first."""
    return [rows.decode(Run, row) for row in db.query("SELECT * FROM run WHERE outcome IS NULL ORDER BY id")]


def newest(db: Database, limit: int) -> list[Run]:
    """Read the newest runs, newest first."""
    return [rows.decode(Run, row) for row in db.query("SELECT * FROM run ORDER BY id DESC LIMIT ?", [limit])]
