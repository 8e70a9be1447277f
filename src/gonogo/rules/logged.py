"""What was logged and is counted, as it stands after all that was said of it since."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from gonogo.rules.clock import Instant
from gonogo.rules.plan import Severity
from gonogo.rules.record import Fact, Record

Kind = Literal["order", "feedback", "bug", "question", "visit"]
KINDS: tuple[Kind, ...] = ("order", "feedback", "bug", "question", "visit")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_TAG = re.compile(r"(?:^|\s)#([\w-]{1,40})")

CLEAN, LINKED, FAILED = 0, 1, 2
"""The sorts of order: successful and without an issue; successful, but linked to a bug or an incident; failed."""
STARS = 2
"""Feedback of so many stars is of the sort `STARS` and so many more: 3 to 7."""
BUGS = 8
"""Bugs by severity, critical first: 8 to 11."""
QUESTION, VISIT, VOID = 12, 13, 15
PIPED = 128
"""What comes on top of the sort of something that no person typed."""
BY_HAND = ("hand", "cli")
"""The sources of what a person typed, in the room or as a command."""
SEVERITIES = tuple(Severity)


class Logged(Record):
    """Something logged as it stands now: as received, corrected, linked, or void. Its id is the fact's."""

    part: ClassVar[str] = "evidence"

    kind: Kind
    label: int = 0
    """What people call it by, within its kind: order 123, bug 7."""
    at: Instant
    actor: str
    source: str
    ok: bool = True
    rating: int | None = None
    severity: Severity | None = None
    value: Decimal | None = None
    count: int = 1
    """How many it stands for: a day's count is one line."""
    who: str = ""
    text: str = ""
    links: tuple[str, ...] = ()
    """The bugs and incidents that it belongs to, as `bug:3` or an incident's id."""
    voided: str = ""
    """Why it does not count, when it does not."""
    amended: int = 0
    """How often something was said of it since."""

    @property
    def name(self) -> str:
        """What is typed to mean it: `bug:7`."""
        return f"{self.kind}:{self.label}"

    @property
    def said(self) -> str:
        """What people call it: `bug 7`."""
        return f"{self.kind} {self.label}"

    @property
    def tag(self) -> str:
        """The first word with a # in front: what it is about."""
        found = _TAG.search(self.text)
        return found[1].casefold() if found else ""

    @property
    def untagged(self) -> str:
        """The text without the words that only say what it is about."""
        return _TAG.sub("", self.text).strip() or self.text


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that was logged, as far as what is told of it needs."""

    kind: str
    at: Instant
    ok: bool = True
    rating: int | None = None
    severity: str | None = None
    value: float = 0.0
    who: str = ""
    text: str = ""
    many: int = 1
    """How many it stands for."""


def received(fact: Fact) -> Logged | None:
    """Read what a fact says was logged; nothing when it is of no kind that counts."""
    kind = next((one for one in KINDS if one == fact.kind), None)
    if kind is None:
        return None
    data = fact.data
    rating, value, severity, bug = data.get("rating"), data.get("value"), data.get("severity"), data.get("bug")
    return Logged(
        id=fact.id, kind=kind, at=fact.at, actor=fact.actor, source=fact.source, ok=bool(data.get("ok", True)),
        rating=None if rating is None else int(str(rating)), severity=Severity(str(severity)) if severity else None,
        value=None if value is None else Decimal(str(value)), count=int(str(data.get("count") or 1)),
        who=str(data.get("customer") or data.get("who") or ""), text=str(data.get("title") or data.get("text") or ""),
        links=tuple(str(one) for one in (bug, fact.incident) if one),
    )  # fmt: skip


Entry = tuple[int, int, int, int]
"""One thing as it is counted: microseconds UTC, sort and `PIPED` (how many above 8 bits), whose, thousandths."""


def entry(row: Logged) -> Entry:
    """Return what of a logged thing is counted, as four whole numbers."""
    milli = 0 if row.value is None else round(row.value * 1000)
    piped = 0 if row.source in BY_HAND else PIPED
    return micros(row.at.utc), _sort(row) | piped | row.count << 8, whose(row.who), milli


def _sort(row: Logged) -> int:
    if row.voided:
        return VOID
    match row.kind:
        case "order":
            return FAILED if not row.ok else LINKED if row.links else CLEAN
        case "feedback":
            return STARS + (row.rating or 1)
        case "bug":
            return BUGS + SEVERITIES.index(row.severity or Severity.CRITICAL)
        case "question":
            return QUESTION
        case _:
            return VISIT


def whose(name: str) -> int:
    """Return a number for a customer, the same however the name is capitalised; 0 for nobody."""
    if not name:
        return 0
    return int.from_bytes(hashlib.blake2b(name.casefold().encode(), digest_size=7).digest(), "little") + 1


def what(row: Logged) -> str:
    """Say what was logged, as it stands."""
    match row.kind:
        case "order":
            many = f"{row.count} orders" if row.count > 1 else ""
            value = "" if row.value is None else f"{row.value:.2f}"
            parts = [many, value, "" if row.ok else "failed", row.who, row.text]
        case "feedback":
            parts = [f"{row.rating} of 5", row.who, row.text]
        case "bug":
            parts = [str(row.severity), row.text, f"({row.who})" if row.who else ""]
        case _:
            parts = [row.who, row.text or "looked"]
    return " ".join(part for part in parts if part)


def micros(at: datetime) -> int:
    """Return an instant in microseconds UTC."""
    return (at - EPOCH) // _US


def moment(us: int) -> datetime:
    """Return the instant of so many microseconds UTC."""
    return EPOCH + us * _US
