"""Messages that wait to be sent: written with the event that they tell of, and kept until they are out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.letter import WINDOW_S, Letter, Parcel, Post, parcels

if TYPE_CHECKING:
    from sqlite_utils import Database

LEASE_S, LONGEST_S, MOST_TRIES = 60.0, 600.0, 30
PATIENCE_S = 3600.0
"""For how long a receiver may ask to be left alone."""
_POSTS = 100


def put(db: Database, letters: Iterable[Letter]) -> int:
    """Leave messages, in the transaction of what they tell of, each event once per channel; return how many are new."""
    before = db.conn.total_changes
    db.conn.executemany(
        "INSERT INTO outbox (id, channel, event, kind, title, text, at, people, urgency, severity, incident, state,"
        " tries, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'due', 0, ?)"
        " ON CONFLICT (event, channel) DO NOTHING",
        [
            (one.id, one.channel, one.event, one.kind, one.title, one.text, one.at.encode(),
             json.dumps(one.people, ensure_ascii=False), one.urgency, one.severity, one.incident, one.at.encode())
            for one in letters
        ],
    )  # fmt: skip
    return int(db.conn.total_changes - before)


def _waiting(db: Database, now: Instant) -> list[dict[str, Any]]:
    """Read what is due; instants compare by the boot clock, so that no step of the wall clock holds a letter up.

    One that seems further away than any wait is due too: the wall clock went back over a reboot.
    """
    found = db.query("SELECT * FROM outbox WHERE state IN ('due', 'sending') ORDER BY rowid")
    return [row for row in found if not 0 < -elapsed(Instant.decode(row["next_at"]), now).seconds <= PATIENCE_S]


def has_due(db: Database, now: Instant) -> bool:
    """Whether a message is due."""
    return bool(_waiting(db, now))


def claim(db: Database, now: Instant) -> list[Parcel]:
    """Take what is due, for a while, in posts: one whose sender dies comes due again under the same key."""
    rows = _waiting(db, now)
    if not rows:
        return []
    found = parcels([_letter(row, row["tries"] + 1) for row in rows], _posts(db, now))
    lease = now.after(LEASE_S).encode()
    db.conn.executemany(
        "UPDATE outbox SET state = 'sending', tries = tries + 1, next_at = ?, tried_at = ?, parcel = ? WHERE id = ?",
        [(lease, now.encode(), parcel.key, one.id) for parcel in found for one in parcel.letters],
    )
    return found


def _posts(db: Database, now: Instant) -> dict[str, list[float]]:
    """Return how long ago each channel's last posts were tried."""
    found: dict[str, dict[str, float]] = {}
    query = "SELECT channel, parcel, tried_at FROM outbox WHERE tried_at IS NOT NULL ORDER BY rowid DESC LIMIT ?"
    for row in db.query(query, [_POSTS]):
        age = elapsed(Instant.decode(row["tried_at"]), now).seconds
        if 0 <= age < WINDOW_S:
            found.setdefault(row["channel"], {})[row["parcel"]] = age
    return {channel: list(ages.values()) for channel, ages in found.items()}


def release(db: Database, now: Instant) -> None:
    """Let what the watch before this one was sending come due at once: nobody else sends it any more."""
    db.conn.execute("UPDATE outbox SET state = 'due', next_at = ? WHERE state = 'sending'", [now.encode()])


def sent(db: Database, parcel: Parcel, at: Instant) -> None:
    """Say that a post is out."""
    db.conn.executemany(
        "UPDATE outbox SET state = 'sent', sent_at = ?, error = NULL WHERE id = ?",
        [(at.encode(), one.id) for one in parcel.letters],
    )


def failed(
    db: Database, parcel: Parcel, why: str, now: Instant, *, wait_s: float | None = None, final: bool = False
) -> bool:
    """Say that a try failed; return whether it is given up.

    It waits twice as long each time, or as long as its receiver asks.
    """
    dead = final or parcel.tries >= MOST_TRIES
    later = now.after(max(min(LONGEST_S, 2.0**parcel.tries), min(PATIENCE_S, wait_s or 0))).encode()
    db.conn.executemany(
        "UPDATE outbox SET state = ?, error = ?, next_at = ? WHERE id = ?",
        [("dead" if dead else "due", why, later, one.id) for one in parcel.letters],
    )
    if wait_s:  # it wants to be left alone by the others too
        db.conn.execute(
            "UPDATE outbox SET next_at = ? WHERE channel = ? AND state = 'due' AND tries = 0", [later, parcel.channel]
        )
    return dead


def of_incident(db: Database, incident: str) -> list[Post]:
    """Read what was told of an incident, oldest first."""
    return [_post(row) for row in db.query("SELECT * FROM outbox WHERE incident = ? ORDER BY rowid", [incident])]


def dead(db: Database) -> list[Post]:
    """Read the letters that were given up, oldest first."""
    return [_post(row) for row in db.query("SELECT * FROM outbox WHERE state = 'dead' ORDER BY rowid")]


def newest(db: Database, limit: int) -> list[Post]:
    """Read the newest letters, newest first."""
    return [_post(row) for row in db.query("SELECT * FROM outbox ORDER BY rowid DESC LIMIT ?", [limit])]


def find(db: Database, event: str) -> list[Post]:
    """Read the letters of an event."""
    return [_post(row) for row in db.query("SELECT * FROM outbox WHERE event = ? ORDER BY rowid", [event])]


def revive(db: Database, channel: str | None, now: Instant) -> int:
    """Let given-up letters be tried again, of one channel or of all; return how many."""
    query = "UPDATE outbox SET state = 'due', tries = 0, next_at = ? WHERE state = 'dead'"
    query += " AND channel = coalesce(?, channel)"
    return int(db.conn.execute(query, [now.encode(), channel]).rowcount)


def drop(db: Database, channel: str | None) -> int:
    """Forget given-up letters, of one channel or of all; the timeline keeps that they never arrived."""
    query = "DELETE FROM outbox WHERE state = 'dead' AND channel = coalesce(?, channel)"
    return int(db.conn.execute(query, [channel]).rowcount)


def _post(row: dict[str, Any]) -> Post:
    sent_at = Instant.decode(row["sent_at"]) if row["sent_at"] else None
    return Post(_letter(row, row["tries"]), row["state"], sent_at, row["error"])


def _letter(row: dict[str, Any], tries: int) -> Letter:
    return Letter(
        id=row["id"], channel=row["channel"], event=row["event"], kind=row["kind"], title=row["title"],
        text=row["text"], at=Instant.decode(row["at"]), people=tuple(json.loads(row["people"])),
        urgency=row["urgency"], severity=row["severity"], incident=row["incident"], tries=tries, parcel=row["parcel"],
    )  # fmt: skip
