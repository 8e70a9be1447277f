"""Facts: what the world told us, append-only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gonogo.rules.clock import Instant
from gonogo.rules.record import Fact
from gonogo.store import logged

if TYPE_CHECKING:
    from sqlite_utils import Database


_INSERT = (
    "INSERT INTO fact (id, kind, at, actor, source, key, incident, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)


def append(db: Database, facts: Iterable[Fact]) -> int:
    """Append facts; one whose kind and key are there already is passed over. Return how many were new."""
    fresh = [fact for fact in facts if db.conn.execute(_INSERT, _row(fact)).rowcount == 1]
    logged.take(db, fresh)
    return len(fresh)


def otherwise(db: Database, facts: Iterable[Fact]) -> list[tuple[Fact, str]]:
    """Return which facts came again under a key with other content, and the id of the one that was kept."""
    found = []
    for fact in facts:
        query = "SELECT id, data FROM fact WHERE kind = ? AND key = ?"
        kept = db.conn.execute(query, [fact.kind, fact.key]).fetchone() if fact.key else None
        if kept is not None and kept[0] != fact.id and json.loads(kept[1]) != fact.data:
            found.append((fact, str(kept[0])))
    return found


def _row(fact: Fact) -> tuple[Any, ...]:
    data = json.dumps(fact.data, ensure_ascii=False)
    return fact.id, fact.kind, fact.at.encode(), fact.actor, fact.source, fact.key, fact.incident, data


def read(db: Database, kinds: Iterable[str]) -> list[Fact]:
    """Read all facts of some kinds, oldest first."""
    wanted = tuple(kinds)
    marks = ", ".join("?" for _ in wanted)
    return [_fact(row) for row in db.query(f"SELECT * FROM fact WHERE kind IN ({marks}) ORDER BY at, id", wanted)]


def read_since(db: Database, kinds: Iterable[str], since: datetime) -> list[Fact]:
    """Read the facts of some kinds that happened at or after a moment, oldest first."""
    wanted = tuple(kinds)
    marks = ", ".join("?" for _ in wanted)
    query = f"SELECT * FROM fact WHERE kind IN ({marks}) AND at >= ? ORDER BY at, id"
    first = Instant(since.astimezone(UTC), "", 0).encode().split(" ")[0]
    return [_fact(row) for row in db.query(query, [*wanted, first])]


def customers(db: Database) -> list[str]:
    """Read every name by which a customer was logged, the first one first."""
    found = db.conn.execute(
        "SELECT name FROM (SELECT rowid AS row, json_extract(data, '$.customer') AS name FROM fact WHERE kind = 'order'"
        " UNION ALL SELECT rowid, json_extract(data, '$.who') FROM fact WHERE kind IN ('feedback', 'bug', 'question'))"
        " WHERE name <> '' GROUP BY name ORDER BY min(row)"
    )
    return [str(name) for (name,) in found]


def read_after(db: Database, kinds: Iterable[str], row: int) -> list[Fact]:
    """Read the facts of some kinds that were appended after a row, oldest first."""
    wanted = tuple(kinds)
    marks = ", ".join("?" for _ in wanted)
    query = f"SELECT * FROM fact WHERE rowid > ? AND +kind IN ({marks}) ORDER BY +at, id"
    return [_fact(one) for one in db.query(query, [row, *wanted])]


def newest(db: Database, limit: int, after: int = 0, without: Iterable[str] = ()) -> list[Fact]:
    """Read the newest facts, of those appended after a row, without some kinds; newest first."""
    left = tuple(without)
    marks = ", ".join("?" for _ in left)
    plus = "+" if after else ""  # a few new ones are sorted; of all, the index on time knows the newest
    query = f"SELECT * FROM fact WHERE rowid > ? AND kind NOT IN ({marks}) ORDER BY {plus}at DESC, id DESC LIMIT ?"
    return [_fact(row) for row in db.query(query, [after, *left, limit])]


def last_row(db: Database) -> int:
    """Return the row that was appended last, for reading only what comes after it."""
    return int(db.conn.execute("SELECT coalesce(max(rowid), 0) FROM fact").fetchone()[0])


def builds(db: Database) -> dict[str, str]:
    """Return the build that was last seen or deployed in each environment."""
    found = read(db, ["build", "deploy"])
    return {str(fact.data.get("environment", "production")): str(fact.data["build"]) for fact in found}


def of_incident(db: Database, incident: str) -> list[Fact]:
    """Read the facts of an incident's timeline, oldest first."""
    return [_fact(row) for row in db.query("SELECT * FROM fact WHERE incident = ? ORDER BY at, id", [incident])]


def keys(db: Database, kind: str, incident: str) -> set[str]:
    """Return the keys of an incident's facts of a kind."""
    query = "SELECT key FROM fact WHERE incident = ? AND kind = ? AND key IS NOT NULL"
    return {key for (key,) in db.conn.execute(query, [incident, kind])}


def _fact(row: dict[str, Any]) -> Fact:
    return Fact(
        id=row["id"], kind=row["kind"], at=Instant.decode(row["at"]), actor=row["actor"], source=row["source"],
        key=row["key"], incident=row["incident"], data=json.loads(row["data"]),
    )  # fmt: skip
