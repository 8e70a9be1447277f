"""The journal: one entry for each change, with the rows before and after; and undo."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gonogo.rules.clock import Instant
from gonogo.rules.record import Act, Changes, Intent, Record, Refusal
from gonogo.rules.sealed import sealed
from gonogo.rules.undo import Redo, Step, Undo, stacks
from gonogo.store import rows

if TYPE_CHECKING:
    from sqlite_utils import Database

Kind = Literal["do", "undo", "redo"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    seq: int
    id: str
    at: Instant
    actor: str
    kind: Kind
    said: str
    about: str | None = None
    intent: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that a change touched, as it was and as it became."""

    table: str
    id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def apply(db: Database, intent: Intent, changes: Changes, act: Act) -> set[str]:
    """Write what a rule decided and its journal entry; return the parts that changed."""
    touched = [_touch(db, record, rows.encode(record)) for record in changes.put]
    touched += [_touch(db, record, None) for record in changes.remove]
    _write(db, touched)
    _append(db, act, "do", intent, changes.said, touched, undoable=changes.undoable, about=changes.about)
    return {rows.BY_TABLE[row.table].part for row in touched} | {"journal"}


def _touch(db: Database, record: Record, after: dict[str, Any] | None) -> _Row:
    table = rows.table_of(type(record))
    return _Row(table, record.id, rows.raw(db, table, record.id), after)


def _write(db: Database, touched: list[_Row]) -> None:
    # rows come and go in any order; what would hang in the air is found at the end
    db.conn.execute("PRAGMA defer_foreign_keys=ON")
    for row in touched:
        if row.after is not None:
            rows.put(db, row.table, row.after)
    for row in reversed(touched):
        if row.after is None:
            rows.remove(db, row.table, row.id)


def _append(
    db: Database, act: Act, kind: Kind, intent: Intent, said: str, touched: list[_Row], *,
    undoable: bool, about: str | None = None, target: int | None = None,
) -> None:  # fmt: skip
    packed = [[row.table, row.id, row.before, row.after] for row in touched]
    db.execute(
        "INSERT INTO journal (id, at, actor, kind, intent, version, args, said, rows, undoable, target, about)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [act.fresh(), act.at.encode(), act.actor, kind, type(intent).__name__, intent.version,
         intent.model_dump_json(exclude={"plan"}), said, json.dumps(packed, ensure_ascii=False), int(undoable),
         target, about],
    )  # fmt: skip


def take_back(db: Database, intent: Undo | Redo, act: Act) -> tuple[str, set[str]] | Refusal:
    """Undo or redo this actor's newest change; return what was said and the parts that changed."""
    undo, redo = _stacks(db, act.actor)
    again = isinstance(intent, Redo)
    stack = redo if again else undo
    if not stack:
        return Refusal(f"There is nothing of yours to {'redo' if again else 'undo'}, {act.actor}.")
    target = stack[-1]
    entry = next(db.query("SELECT said, rows FROM journal WHERE seq = ?", [target]))
    packed = [_Row(*row) for row in json.loads(entry["rows"])]
    wanted = packed if again else [_Row(row.table, row.id, row.after, row.before) for row in reversed(packed)]
    for row in wanted:
        if rows.raw(db, row.table, row.id) != row.before:
            return Refusal(_changed_since(db, row.id, target, entry["said"], again=again))
    if refusal := _of_the_past(db, wanted, entry["said"], again=again):
        return refusal
    db.conn.execute("SAVEPOINT taking_back")
    _write(db, wanted)
    if (orphan := db.conn.execute("PRAGMA foreign_key_check").fetchone()) is not None:
        db.conn.execute("ROLLBACK TO taking_back")
        return Refusal(_changed_since(db, _needed(db, wanted, orphan), target, entry["said"], again=again))
    db.conn.execute("RELEASE taking_back")
    said = f"{'did again' if again else 'took back'}: {entry['said']}"
    _append(db, act, "redo" if again else "undo", intent, said, wanted, undoable=False, target=target)
    return said, {rows.BY_TABLE[row.table].part for row in wanted} | {"journal"}


def _stacks(db: Database, actor: str) -> tuple[list[int], list[int]]:
    query = "SELECT seq, kind, undoable, target FROM journal WHERE actor = ? ORDER BY seq"
    return stacks(
        Step(row["seq"], row["kind"], bool(row["undoable"]), row["target"]) for row in db.query(query, [actor])
    )


def ahead(db: Database, actor: str) -> tuple[str, str]:
    """Return what this actor's next undo and next redo are about; empty where there is none."""
    said = []
    for stack in _stacks(db, actor):
        found = db.query("SELECT said FROM journal WHERE seq = ?", stack[-1:]) if stack else iter(())
        said.append(str(next(found, {"said": ""})["said"]))
    return said[0], said[1]


def _of_the_past(db: Database, wanted: list[_Row], said: str, *, again: bool) -> Refusal | None:
    """Refuse to take back, or do again, what a phase that has ended ended with."""
    rest = (
        rows.decode(rows.BY_TABLE[row.table], values)
        for row in wanted
        for values in (row.before, row.after)
        if values is not None
    )
    refusal = sealed(rows.StoredState(db), rest)
    return refusal and Refusal(f"{_NOT[again]} ({said}): {refusal.sentence}")


def _needed(db: Database, wanted: list[_Row], orphan: tuple[str, int, str, int]) -> str:
    """Return the id of the row that somebody else's row hangs on, or hangs in the air by."""
    table, rowid = orphan[0], orphan[1]
    mine = {row.id for row in wanted}
    found = db.conn.execute(f'SELECT id FROM "{table}" WHERE rowid = ?', [rowid]).fetchone()
    return found[0] if found else next(iter(mine))


def _changed_since(db: Database, row_id: str, target: int, said: str, *, again: bool) -> str:
    head = _NOT[again]
    later = db.query(
        "SELECT actor, said FROM journal WHERE seq > ? AND instr(rows, ?) > 0 ORDER BY seq DESC LIMIT 1",
        [target, row_id],
    )
    for entry in later:
        return f"{head} ({said}): {entry['actor']} has since {entry['said']}."
    return f"{head} ({said}): it has been changed since."


_NOT = {False: "Not undone", True: "Not done again"}
_LINE = "seq, id, at, actor, kind, said, about, intent"


def newest(db: Database, limit: int, after: int = 0) -> list[Entry]:
    """Read the newest entries, of those after one; newest first."""
    query = f"SELECT {_LINE} FROM journal WHERE seq > ? ORDER BY seq DESC LIMIT ?"
    return [_entry(row) for row in db.query(query, [after, limit])]


def about(db: Database, incident: str) -> list[Entry]:
    """Read all entries of an incident, oldest first."""
    return [_entry(row) for row in db.query(f"SELECT {_LINE} FROM journal WHERE about = ? ORDER BY seq", [incident])]


def of_intents(db: Database, intents: Iterable[str]) -> list[tuple[str, Entry]]:
    """Read all entries of some intents, and of those that took them back or did them again; oldest first."""
    wanted = tuple(intents)
    marks = ", ".join("?" for _ in wanted)
    found = db.query(
        "SELECT coalesce(t.intent, j.intent) AS meant, j.seq, j.id, j.at, j.actor, j.kind, j.said, j.about, j.intent"
        f" FROM journal j LEFT JOIN journal t ON t.seq = j.target WHERE meant IN ({marks}) ORDER BY j.seq",
        wanted,
    )
    return [(row["meant"], _entry(row)) for row in found]


def written(db: Database, args: Iterable[str]) -> list[str]:
    """Read what people gave as one of these arguments, each text once; what the watch says is left out."""
    wanted = tuple(args)
    found = db.conn.execute(
        "SELECT DISTINCT a.value FROM journal j, json_each(j.args) a WHERE j.actor <> 'watch' AND a.type = 'text'"
        f" AND a.value <> '' AND a.key IN ({', '.join('?' for _ in wanted)})",
        wanted,
    )
    return [str(one) for (one,) in found]


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        row["seq"],
        row["id"],
        Instant.decode(row["at"]),
        row["actor"],
        row["kind"],
        row["said"],
        row["about"],
        row["intent"],
    )
