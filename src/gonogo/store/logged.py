"""What is logged and counted: as it stands now, a row each, and packed on a tape that a board reads at once.

The facts stay as they came. Rows and tape are written in their transaction, and can be made of them again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gonogo.rules import amend
from gonogo.rules.clock import Instant
from gonogo.rules.logbook import WIDTH
from gonogo.rules.logged import Entry, Logged, Noted, entry, received
from gonogo.rules.record import Fact
from gonogo.store import rows

if TYPE_CHECKING:
    from sqlite_utils import Database

CHUNK = 256
"""So many entries lie on the tape in one row: a hundred thousand are read in a few milliseconds."""
_FIELDS = tuple(Logged.model_fields)
_INSERT = f"INSERT INTO logged (n, {', '.join(_FIELDS)}) VALUES (?{', ?' * len(_FIELDS)})"


def take(db: Database, facts: Sequence[Fact]) -> None:
    """Take over what facts say was logged, and then what they say of it."""
    if found := [row for fact in facts if (row := received(fact)) is not None]:
        _receive(db, found)
    for fact in facts:
        if fact.kind in amend.KINDS:
            _amend(db, fact)


def _receive(db: Database, found: Sequence[Logged]) -> None:
    """Write what was logged; each gets the next number of its kind."""
    (last,) = db.conn.execute("SELECT coalesce(max(n), 0) FROM logged").fetchone()
    labels = dict(db.conn.execute("SELECT kind, max(label) FROM logged GROUP BY kind").fetchall())
    packed: dict[int, list[Entry]] = {}
    fresh = []
    for n, row in enumerate(found, last + 1):
        labels[row.kind] = labels.get(row.kind, 0) + 1
        values = rows.encode(row) | {"label": labels[row.kind]}
        fresh.append((n, *(values[name] for name in _FIELDS)))
        packed.setdefault((n - 1) // CHUNK, []).append(entry(row))
    db.conn.executemany(_INSERT, fresh)
    db.conn.executemany(
        "INSERT INTO tape (chunk, entries) VALUES (?, ?)"
        " ON CONFLICT (chunk) DO UPDATE SET entries = CAST(entries || excluded.entries AS BLOB)",
        [(chunk, _pack(entries)) for chunk, entries in packed.items()],
    )


def _amend(db: Database, fact: Fact) -> None:
    """Write something logged as it stands after a fact, and count that old entries are otherwise now."""
    of = str(fact.data.get("of"))
    found = db.conn.execute("SELECT n FROM logged WHERE id = ?", [of]).fetchone()
    row = rows.read_one(db, Logged, of)
    if found is None or row is None:
        return
    if (bug := rows.read_one(db, Logged, str(fact.data.get("to")))) is not None:  # linked before it had its number
        fact = fact.model_copy(update={"data": {**fact.data, "to": bug.name}})
    now = amend.amended(row, fact)
    rows.put(db, "logged", rows.encode(now))
    chunk, place = divmod(found[0] - 1, CHUNK)
    (blob,) = db.conn.execute("SELECT entries FROM tape WHERE chunk = ?", [chunk]).fetchone()
    entry_bytes = _pack([entry(now)])
    start = place * len(entry_bytes)
    whole = blob[:start] + entry_bytes + blob[start + len(entry_bytes) :]
    db.conn.execute("UPDATE tape SET entries = ? WHERE chunk = ?", [whole, chunk])
    db.conn.execute("UPDATE revision SET n = n + 1 WHERE part = 'amended'")


def _pack(entries: Iterable[Entry]) -> bytes:
    return array("q", [number for one in entries for number in one]).tobytes()


def entries(db: Database, after: int = 0) -> array[int]:
    """Read what is counted, as it was logged, of all that came after the first so many."""
    first, skip = divmod(after, CHUNK)
    found = db.conn.execute("SELECT entries FROM tape WHERE chunk >= ? ORDER BY chunk", [first]).fetchall()
    made = array("q")
    made.frombytes(b"".join(one for (one,) in found))
    return made[skip * WIDTH :]


def noted(db: Database, since: datetime, kind: str = "") -> Iterator[Noted]:
    """Read what counts of what happened at or after a moment, of one kind or of all, oldest first."""
    first = Instant(since.astimezone(UTC), "", 0).encode().split(" ")[0]
    found = db.conn.execute(
        "SELECT kind, at, ok, rating, severity, value, who, text, count FROM logged"
        " WHERE at >= ? AND voided = '' AND (? = '' OR kind = ?) ORDER BY at, n",
        [first, kind, kind],
    )
    for name, at, ok, rating, severity, value, who, text, many in found:
        yield Noted(name, Instant.decode(at), bool(ok), rating, severity, float(value or 0), who, text, many)


def customers(db: Database) -> list[str]:
    """Read every name by which a customer is logged now, the first one first."""
    found = db.conn.execute("SELECT who FROM logged WHERE who <> '' GROUP BY who ORDER BY min(n)")
    return [str(name) for (name,) in found]


def cared(db: Database, after: int = 0) -> list[Logged]:
    """Read what somebody has to care for, of what came after the first so many: bugs, questions, single stars."""
    query = "SELECT * FROM logged WHERE n > ? AND (kind IN ('bug', 'question') OR rating = 1) ORDER BY n"
    return [rows.decode(Logged, row) for row in db.query(query, [after])]


def newest(db: Database, kind: str, limit: int) -> list[Logged]:
    """Read what was logged last of a kind, void or not, newest first."""
    query = "SELECT * FROM logged WHERE kind = ? ORDER BY label DESC LIMIT ?"
    return [rows.decode(Logged, row) for row in db.query(query, [kind, limit])]


def counted(db: Database, kind: str, since: Instant | None, limit: int) -> list[Logged]:
    """Read what counts of a kind from an instant on, what happened last in front."""
    query = "SELECT * FROM logged WHERE kind = ? AND at >= ? AND voided = '' ORDER BY at DESC, n DESC LIMIT ?"
    return [rows.decode(Logged, row) for row in db.query(query, [kind, since.encode() if since else "", limit])]


def by_label(db: Database, kind: str, label: int) -> Logged | None:
    """Read what people call by a kind and a number, if there is one."""
    found = list(db.query("SELECT * FROM logged WHERE kind = ? AND label = ?", [kind, label]))
    return rows.decode(Logged, found[0]) if found else None
