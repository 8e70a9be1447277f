"""Records to rows and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from gonogo.rules.bug import Bug
from gonogo.rules.call import Call
from gonogo.rules.confirm import Confirmation
from gonogo.rules.drill import Drill
from gonogo.rules.hold import Hold
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.logged import Logged
from gonogo.rules.pause import Pause
from gonogo.rules.plan import (
    Criterion,
    Item,
    Launch,
    Phase,
    Readiness,
    Renewal,
    RunbookStep,
    Seat,
    Section,
    Template,
    Tick,
)
from gonogo.rules.plan_kept import PlanSource, Remark
from gonogo.rules.poll import Poll, Vote
from gonogo.rules.probe import Probe
from gonogo.rules.record import R, Record
from gonogo.rules.reply import Faq, Reply
from gonogo.rules.roster import Member
from gonogo.rules.ruling import Ruling
from gonogo.rules.run import Run
from gonogo.rules.waiver import Waiver

if TYPE_CHECKING:
    from sqlite_utils import Database

KINDS: tuple[type[Record], ...] = (
    Launch, Phase, Section, Item, Tick, Criterion, Readiness, Renewal, RunbookStep, Template, Seat,
    Incident, IncidentStep, Drill, Call, Confirmation, Probe, Pause, Waiver, Hold, Poll, Vote, Logged,
    Bug, Reply, Faq, Member,
    Run, Ruling,
    Remark, PlanSource,
)  # fmt: skip


def table_of(kind: type[Record]) -> str:
    """Return the table of a kind of record: `RunbookStep` lives in `runbook_step`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


BY_TABLE = {table_of(kind): kind for kind in KINDS}


def encode(record: Record) -> dict[str, Any]:
    """Turn a record into a row of plain values; lists and mappings become JSON."""
    row = record.model_dump(mode="json")
    for name, value in row.items():
        if isinstance(value, bool):
            row[name] = int(value)
        elif isinstance(value, list | dict):
            row[name] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return row


_JSON_FIELDS = {
    kind: tuple(
        name for name, field in kind.model_fields.items() if str(field.annotation).startswith(("tuple[", "dict["))
    )
    for kind in KINDS
}


def decode(kind: type[R], row: Mapping[str, Any]) -> R:
    """Turn a row back into a record; what else a table keeps beside its records is left out."""
    values = {name: row[name] for name in kind.model_fields}
    for name in _JSON_FIELDS[kind]:
        values[name] = from_json(values[name])  # a third of what the standard library takes
    return kind.model_validate(values)


def read_all(db: Database, kind: type[R]) -> list[R]:
    """Read all records of a kind, oldest first (a UUIDv7 sorts by its time)."""
    return [decode(kind, row) for row in db.query(f'SELECT * FROM "{table_of(kind)}" ORDER BY id')]


def read_some(db: Database, kind: type[R], column: str, values: Iterable[object]) -> list[R]:
    """Read the records whose column has one of some values, oldest first: of many probes only those that are meant."""
    if column not in kind.model_fields:
        raise KeyError(column)
    wanted = list(values)
    marks = ", ".join("?" for _ in wanted)
    found = db.query(f'SELECT * FROM "{table_of(kind)}" WHERE "{column}" IN ({marks}) ORDER BY id', wanted)
    return [decode(kind, row) for row in found]


def read_one(db: Database, kind: type[R], record_id: str) -> R | None:
    """Read one record, or nothing."""
    rows = list(db.query(f'SELECT * FROM "{table_of(kind)}" WHERE id = ?', [record_id]))
    return decode(kind, rows[0]) if rows else None


def raw(db: Database, table: str, record_id: str) -> dict[str, Any] | None:
    """Read one record's row as it lies there, or nothing."""
    names = ", ".join(f'"{name}"' for name in BY_TABLE[table].model_fields)
    rows = list(db.query(f'SELECT {names} FROM "{_known(table)}" WHERE id = ?', [record_id]))
    return dict(rows[0]) if rows else None


def put(db: Database, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row, or replace the one with its id."""
    names = list(row)
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    update = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "id")
    db.execute(
        f'INSERT INTO "{_known(table)}" ({columns}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {update}',
        [row[name] for name in names],
    )


def remove(db: Database, table: str, record_id: str) -> None:
    """Delete a row."""
    db.execute(f'DELETE FROM "{_known(table)}" WHERE id = ?', [record_id])


def _known(table: str) -> str:
    if table not in BY_TABLE:
        raise KeyError(table)
    return table


class StoredState:
    """What the rules look at: the records in the file, read when first asked for."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._kinds: dict[type[Record], dict[str, Record]] = {}

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return all records of a kind, oldest first."""
        if kind not in self._kinds:
            self._kinds[kind] = {record.id: record for record in read_all(self._db, kind)}
        return [record for record in self._kinds[kind].values() if isinstance(record, kind)]

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or nothing."""
        if kind in self._kinds:
            found = self._kinds[kind].get(record_id)
            return found if isinstance(found, kind) else None
        return read_one(self._db, kind, record_id)
