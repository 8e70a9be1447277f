"""Messages that wait to be sent: written with the event that they tell of, and kept until they are out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gonogo.rules.clock import Instant

if TYPE_CHECKING:
    from sqlite_utils import Database

LEASE_S, LONGEST_S, MOST_TRIES = 60.0, 600.0, 30


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for one channel; `id` is the same at each try, so that a receiver can tell repeats."""

    id: str
    channel: str
    text: str
    incident: str | None
    tries: int


def put(db: Database, letters: Iterable[Letter], at: Instant) -> None:
    """Leave messages, in the transaction of what they tell of."""
    db.conn.executemany(
        "INSERT INTO outbox (id, channel, text, incident, state, tries, next_at) VALUES (?, ?, ?, ?, 'due', 0, ?)",
        [(one.id, one.channel, one.text, one.incident, at.encode()) for one in letters],
    )


def claim(db: Database, now: Instant) -> list[Letter]:
    """Take the messages that are due, for a while: one whose sender dies comes due again."""
    found = list(
        db.query(
            "SELECT id, channel, text, incident, tries FROM outbox"
            " WHERE state IN ('due', 'sending') AND next_at <= ? ORDER BY next_at LIMIT 20",
            [now.encode()],
        )
    )
    lease = now.after(LEASE_S).encode()
    db.conn.executemany(
        "UPDATE outbox SET state = 'sending', tries = tries + 1, next_at = ? WHERE id = ?",
        [(lease, row["id"]) for row in found],
    )
    return [Letter(row["id"], row["channel"], row["text"], row["incident"], row["tries"] + 1) for row in found]


def sent(db: Database, letter: Letter, at: Instant) -> None:
    """Say that a message is out."""
    db.conn.execute(
        "UPDATE outbox SET state = 'sent', sent_at = ?, error = NULL WHERE id = ?", [at.encode(), letter.id]
    )


def failed(db: Database, letter: Letter, why: str, now: Instant) -> bool:
    """Say that a try failed; it waits twice as long each time. Return whether it is given up."""
    dead = letter.tries >= MOST_TRIES
    later = now.after(min(LONGEST_S, 2.0**letter.tries))
    db.conn.execute(
        "UPDATE outbox SET state = ?, error = ?, next_at = ? WHERE id = ?",
        ["dead" if dead else "due", why, later.encode(), letter.id],
    )
    return dead


def has_due(db: Database, now: Instant) -> bool:
    """Whether a message is due."""
    query = "SELECT 1 FROM outbox WHERE state IN ('due', 'sending') AND next_at <= ? LIMIT 1"
    return db.conn.execute(query, [now.encode()]).fetchone() is not None
