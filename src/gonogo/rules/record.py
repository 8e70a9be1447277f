"""What rules read and write: records, facts, and the outcome of a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue

from gonogo.rules.clock import Instant
from gonogo.rules.letter import Kind
from gonogo.rules.verdict import Verdict

if TYPE_CHECKING:
    from gonogo.rules.sight import Sight


class Record(BaseModel):
    """One row of what people or the watch decided; its id is a UUIDv7 and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    part: ClassVar[str] = "plan"
    """Which part of the board a change to it touches."""

    id: str


class Fact(BaseModel):
    """One thing that the world told us: append-only, voided by a later fact, never edited."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    kind: str
    at: Instant
    """When it happened, which may be earlier than when it was told."""
    actor: str
    source: str = "hand"
    key: str | None = None
    """A repeated fact with the same kind and key counts once."""
    incident: str | None = None
    data: dict[str, JsonValue] = {}

    @property
    def text(self) -> str:
        """The line that a person wrote, if there is one."""
        return str(self.data.get("text", ""))


R = TypeVar("R", bound=Record)


class State(Protocol):
    """What a rule may look at: every record, by kind."""

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return all records of a kind, oldest first."""
        ...

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or nothing."""
        ...


class Records:
    """A state held in memory: for tests, and for building a launch before it is stored."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._kinds: dict[type[Record], dict[str, Record]] = {}
        for record in records:
            self._kinds.setdefault(type(record), {})[record.id] = record

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return all records of a kind, in the order in which they were put."""
        return [record for record in self._kinds.get(kind, {}).values() if isinstance(record, kind)]

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or nothing."""
        found = self._kinds.get(kind, {}).get(record_id)
        return found if isinstance(found, kind) else None

    def apply(self, changes: Changes) -> None:
        """Take over what a rule decided."""
        for record in changes.put:
            self._kinds.setdefault(type(record), {})[record.id] = record
        for record in changes.remove:
            self._kinds.get(type(record), {}).pop(record.id, None)


def unnamed(name: str) -> str | None:
    """Stand in where nothing has a name."""
    return None


def unseen() -> Sight:
    """Stand in where nothing may be looked at."""
    raise LookupError("this act has no sight of the launch")


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts and when, and where fresh ids come from."""

    actor: str
    at: Instant
    fresh: Callable[[], str]
    sight: Callable[[], Sight] = unseen
    """The facts of this moment, evaluated inside the act's own transaction; only what needs them asks."""
    named: Callable[[str], str | None] = unnamed
    """The id of what people call order:12 or incident:2, if there is one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a rule decided: rows to put and remove, facts to append, and the sentence for the journal."""

    said: str
    put: tuple[Record, ...] = ()
    remove: tuple[Record, ...] = ()
    facts: tuple[Fact, ...] = ()
    undoable: bool = True
    about: str | None = None
    """The incident that it belongs to, for the timeline."""
    letters: tuple[tuple[str, str], ...] = ()
    """What is to be sent: over which channel, and the words."""
    alarms: Kind | None = None
    """As what the team is told of that incident, if it is."""

    @property
    def silent(self) -> bool:
        """Whether no row changes, so that there is nothing to journal."""
        return not self.put and not self.remove


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a rule said no, in one sentence that says what would be right."""

    sentence: str
    misused: bool = False
    """Whether what was given could never be taken, so that it is bad usage."""
    verdict: Verdict | None = None
    """Where the launch itself says no: HOLD or NO-GO."""
    outrun: bool = False
    """Whether somebody else was faster: the same again, begun from what they wrote, is taken."""


Decision = Changes | Refusal


@dataclass(frozen=True, slots=True)
class AtMost:
    """How many characters a person may write in a field: what is longer is refused, never cut."""

    characters: int


Words = Annotated[str, AtMost(500)]
"""A title or a name."""
Prose = Annotated[str, AtMost(4000)]
"""A note, a reason, what somebody said."""
MaybeProse = Annotated[str | None, AtMost(4000)]


class Intent(BaseModel):
    """Something that somebody wants; its class name and version are what the journal keeps."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    version: ClassVar[int] = 1
