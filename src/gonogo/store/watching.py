"""What the watch and the others tell each other: its row, requests, accepted configs, latched verdicts."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gonogo.rules.clock import Instant
from gonogo.store.locks import hold, is_held

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class WatchRow:
    """The watch as it last wrote of itself; whether it lives, the kernel knows (`is_alive`)."""

    epoch: int
    pid: int
    pid_start: str
    """When that process began, in the kernel's own count: pids are used again."""
    started_at: Instant
    heartbeat_at: Instant
    config_error: str | None
    note: str | None
    trouble: str | None = None
    """That nobody outside hears of it, for one."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something that another process asks of the watch."""

    id: str
    kind: str
    args: dict[str, Any]


def lock_path(path: Path) -> Path:
    """Return the lock file that the watch of a state file holds for its life."""
    return path.with_name(path.name + ".watch")


def take_lock(path: Path) -> int | None:
    """Become the one watch of a state file; nothing when there is one."""
    return hold(lock_path(path))


def is_alive(path: Path) -> bool:
    """Whether a living process watches the state file."""
    return is_held(lock_path(path))


def begin(db: Database, at: Instant) -> int:
    """Take the next epoch and write the watch's row; return the epoch."""
    row = db.conn.execute("SELECT epoch FROM watch").fetchone()
    epoch = (row[0] if row else 0) + 1
    db.conn.execute(
        "INSERT OR REPLACE INTO watch (one, epoch, pid, pid_start, host, started_at, heartbeat_at)"
        " VALUES (1, ?, ?, ?, ?, ?, ?)",
        [epoch, os.getpid(), pid_start(os.getpid()), os.uname().nodename, at.encode(), at.encode()],
    )
    return epoch


def pid_start(pid: int) -> str:
    """Return when a process began in the kernel's count; empty where that cannot be known."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


def heartbeat(db: Database) -> Instant | None:
    """Read the heartbeat alone."""
    row = db.conn.execute("SELECT heartbeat_at FROM watch").fetchone()
    return Instant.decode(row[0]) if row else None


def beat(db: Database, at: Instant) -> None:
    """Write the heartbeat, which is for display."""
    db.conn.execute("UPDATE watch SET heartbeat_at = ?", [at.encode()])


def tell(db: Database, *, config_error: str | None, note: str | None) -> None:
    """Write what the watch has to say of itself."""
    db.conn.execute("UPDATE watch SET config_error = ?, note = ?", [config_error, note])


def trouble(db: Database, words: str | None) -> None:
    """Write what else troubles the watch."""
    db.conn.execute("UPDATE watch SET trouble = ?", [words])


def read(db: Database) -> WatchRow | None:
    """Read the watch's row, or nothing when none ever ran."""
    row = next(db.query("SELECT * FROM watch"), None)
    if row is None:
        return None
    started, heartbeat = Instant.decode(row["started_at"]), Instant.decode(row["heartbeat_at"])
    return WatchRow(
        row["epoch"], row["pid"], row["pid_start"], started, heartbeat, row["config_error"], row["note"], row["trouble"]
    )


def ask(db: Database, request_id: str, kind: str, args: dict[str, Any], at: Instant, actor: str) -> None:
    """Leave a request for the watch."""
    db.conn.execute(
        "INSERT INTO request (id, kind, args, at, actor) VALUES (?, ?, ?, ?, ?)",
        [request_id, kind, json.dumps(args), at.encode(), actor],
    )


def open_requests(db: Database) -> list[Request]:
    """Read the requests without an answer, oldest first."""
    found = db.query("SELECT id, kind, args FROM request WHERE answered_at IS NULL ORDER BY id")
    return [Request(row["id"], row["kind"], json.loads(row["args"])) for row in found]


def answer(db: Database, request_id: str, words: str, at: Instant) -> None:
    """Answer a request on its row."""
    db.conn.execute("UPDATE request SET answered_at = ?, answer = ? WHERE id = ?", [at.encode(), words, request_id])


def answered(db: Database, request_id: str) -> str | None:
    """Read a request's answer, or nothing yet."""
    row = db.conn.execute("SELECT answer FROM request WHERE id = ?", [request_id]).fetchone()
    return row[0] if row else None


def accept_config(db: Database, text: str, at: Instant, face: str = "{}") -> bool:
    """Keep an accepted config, references and never values, and what faces show of it; return whether it is new."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = db.conn.execute("SELECT digest FROM config ORDER BY seq DESC LIMIT 1").fetchone()
    if row and row[0] == digest:
        return False
    db.conn.execute(
        "INSERT INTO config (at, digest, text, face) VALUES (?, ?, ?, ?)", [at.encode(), digest, text, face]
    )
    return True


def accepted_config(db: Database) -> str | None:
    """Read the text of the config that was accepted last, or nothing."""
    row = db.conn.execute("SELECT text FROM config ORDER BY seq DESC LIMIT 1").fetchone()
    return row[0] if row else None


def accepted_face(db: Database) -> str:
    """Read what faces show of the config that was accepted last, as JSON."""
    row = db.conn.execute("SELECT face FROM config ORDER BY seq DESC LIMIT 1").fetchone()
    return row[0] if row else "{}"


def latch(db: Database, verdict_id: str, phase: str, verdict: str, reasons: tuple[str, ...], at: Instant) -> bool:
    """Record a verdict when it differs from the last of its phase; return whether it did."""
    row = db.conn.execute(
        "SELECT verdict FROM verdict WHERE phase = ? ORDER BY at DESC, id DESC LIMIT 1", [phase]
    ).fetchone()
    if row and row[0] == verdict:
        return False
    db.conn.execute(
        "INSERT INTO verdict (id, at, phase, verdict, reasons) VALUES (?, ?, ?, ?, ?)",
        [verdict_id, at.encode(), phase, verdict, json.dumps(reasons, ensure_ascii=False)],
    )
    return True
