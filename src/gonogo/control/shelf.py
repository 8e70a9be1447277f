"""What the board does not hold of the log: what came last of a kind, whom an incident hit, what worked and what not."""

from __future__ import annotations

import re

from gonogo.rules import log, message, ruling
from gonogo.rules.clock import Instant
from gonogo.rules.finding import Finding
from gonogo.rules.incident import Incident
from gonogo.rules.logged import Logged
from gonogo.rules.message import Affected
from gonogo.rules.record import Fact
from gonogo.rules.ruling import Ruling
from gonogo.store import evidence, logged
from gonogo.store.store import Store

NEWEST = 500
_NAME = re.compile(r"([a-z]+)[:# -]?(\d{1,12})")


def affected(store: Store, one: Incident, until: Instant, *, whole: bool = False) -> Affected:
    """Read whom an incident hit: the orders of its round, or of all, that count, as they are corrected."""
    spans = [((each.onset_at or each.detected_at).utc, (each.resolved_at or until).utc) for each in one.rounds if whole]
    spans.append(((one.onset_at or one.detected_at).utc, until.utc))
    found = logged.noted(store.db, min(begin for begin, _ in spans), "order")
    orders = [order for order in found if any(begin <= order.at.utc <= end for begin, end in spans)]
    return message.affected(orders, known=bool(orders or logged.counted(store.db, "order", None, 1)))


def newest(store: Store, kind: str, limit: int = NEWEST) -> list[Logged]:
    """Read what was logged last of a kind, void or not, newest first."""
    with store.reading() as db:
        return logged.newest(db, kind, limit)


def notes(store: Store, limit: int = NEWEST, *, lessons: bool = False) -> list[Fact]:
    """Read the notes that were written last, newest first; or only those that say what worked and what did not."""
    with store.reading() as db:
        found = reversed(evidence.read(db, ["note"]))
        return [fact for fact in found if not lessons or log.lesson(fact)][:limit]


def doubts(store: Store) -> tuple[tuple[Finding, ...], tuple[Ruling, ...]]:
    """Read what is doubtful in the plan and has no ruling, and the rulings, newest first."""
    with store.reading():
        state = store.state()
        newest = sorted(state.all(Ruling), key=lambda one: one.at.utc, reverse=True)
        return ruling.open_findings(state), tuple(newest)


def by_name(store: Store, kind: str, label: int) -> Logged | None:
    """Read what people call by a kind and a number, if there is one."""
    with store.reading() as db:
        return logged.by_label(db, kind, label)


def target(store: Store, name: str) -> str | None:
    """Return the id of what people call bug:3, order:12 or incident:2, if there is one."""
    found = _NAME.fullmatch(name.strip().lower())
    if found is None:
        return None
    label = int(found[2])
    if found[1] == "incident":
        return next((one.id for one in store.state().all(Incident) if one.label == label), None)
    row = by_name(store, found[1], label)
    return row.id if row else None
