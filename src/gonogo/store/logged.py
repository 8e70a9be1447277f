"""What is logged and counted: as it stands now, a row each, and packed on a tape that a board reads at once.

The facts stay as they came. Rows and tape are written in their transaction, and can be made of them again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gonogo.rules.logbook import WIDTH
from gonogo.rules.logged import Entry, Logged, entry, received
from gonogo.rules.record import Fact
from gonogo.store import rows

if TYPE_CHECKING:
    from sqlite_utils import Database

CHUNK = 256
"""So many entries lie on the tape in one row: a hundred thousand are read in a few milliseconds."""
_FIELDS = tuple(Logged.model_fields)
_INSERT = f"INSERT INTO logged (n, {', '.join(_FIELDS)}) VALUES (?{', ?' * len(_FIELDS)})"


def take(db: Database, facts: Iterable[Fact]) -> None:
    """Take over what facts say was logged; each gets the next number of its kind."""
    found = [row for fact in facts if (row := received(fact)) is not None]
    if not found:
        return
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


def _pack(entries: Iterable[Entry]) -> bytes:
    return array("q", [number for one in entries for number in one]).tobytes()


def entries(db: Database, after: int = 0) -> array[int]:
    """Read what is counted, as it was logged, of all that came after the first so many."""
    first, skip = divmod(after, CHUNK)
    found = db.conn.execute("SELECT entries FROM tape WHERE chunk >= ? ORDER BY chunk", [first]).fetchall()
    made = array("q")
    made.frombytes(b"".join(one for (one,) in found))
    return made[skip * WIDTH :]
