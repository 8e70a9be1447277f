"""The lists that somebody has to care for, row by row: bugs, questions, single stars, people, the FAQ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gonogo.rules import bug as bugs
from gonogo.rules import reply, roster
from gonogo.rules.bug import Bug, BugStage
from gonogo.rules.logbook import Logbook
from gonogo.rules.logged import Logged
from gonogo.rules.plan import Severity
from gonogo.rules.record import Records, State
from gonogo.rules.reply import Faq, Reply
from gonogo.rules.roster import Member


@dataclass(frozen=True, slots=True)
class BugRow:
    """A bug as it came, with what was decided of it."""

    logged: Logged
    bug: Bug | None

    @property
    def state(self) -> BugStage:
        """Where it stands."""
        return self.bug.state if self.bug else "open"

    @property
    def is_open(self) -> bool:
        """Whether it still counts: until its fix is verified."""
        return bugs.is_open(self.bug)

    @property
    def due(self) -> datetime | None:
        """By when it is to be fixed, when its severity says so."""
        return bugs.due(self.logged, self.bug)


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A question, or feedback of one star, with its first answer."""

    logged: Logged
    reply: Reply | None
    faq: bool = False
    """Whether it is in the FAQ."""

    @property
    def due(self) -> datetime:
        """By when somebody who wrote expects an answer."""
        return self.logged.at.utc + reply.WITHIN


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody on the roster, with what is logged under the name."""

    member: Member
    ordered: datetime | None
    rating: int | None


@dataclass(frozen=True, slots=True)
class Lists:
    """All of them; what is void is on none."""

    bugs: tuple[BugRow, ...] = ()
    """The open ones first, the worst and the oldest of them in front."""
    questions: tuple[VoiceRow, ...] = ()
    stars: tuple[VoiceRow, ...] = ()
    """Feedback of one star."""
    people: tuple[MemberRow, ...] = ()
    faq: tuple[Faq, ...] = ()
    common: tuple[tuple[str, int], ...] = ()
    """What is asked about again and again, and how often."""
    warning: str = ""
    """What the roster lacks; nothing while nobody is on it."""

    def open_bugs(self, *grades: Severity) -> list[BugRow]:
        """Return the bugs of these severities, or of all, that still count."""
        return [one for one in self.bugs if one.is_open and (not grades or one.logged.severity in grades)]

    def without_contacts(self) -> Lists:
        """Return the same lists without how to reach anybody, and without notes about people."""
        bare = {"contact": "", "note": ""}
        people = tuple(replace(row, member=row.member.model_copy(update=bare)) for row in self.people)
        return replace(self, people=people)

    def waiting(self) -> list[VoiceRow]:
        """Return the questions and the single stars that nobody has answered."""
        return [one for one in (*self.questions, *self.stars) if one.reply is None]

    @property
    def unanswered(self) -> list[VoiceRow]:
        """Feedback of one star that nobody has answered."""
        return [one for one in self.stars if one.reply is None]


def make(rows: Iterable[Logged], records: State, book: Logbook) -> Lists:
    """Put together what came in and what was decided of it."""
    counted = [row for row in rows if not row.voided]
    entries = sorted(records.all(Faq), key=lambda one: (one.at.utc, one.id))
    promoted = {one.asked for one in entries}
    people = sorted(records.all(Member), key=lambda one: (one.role, one.name.casefold()))
    return Lists(
        bugs=tuple(sorted((BugRow(row, records.get(Bug, row.id)) for row in counted if row.kind == "bug"), key=_rank)),
        questions=tuple(
            VoiceRow(row, records.get(Reply, row.id), row.id in promoted) for row in counted if row.kind == "question"
        ),
        stars=tuple(VoiceRow(row, records.get(Reply, row.id)) for row in counted if row.rating == 1),
        people=tuple(MemberRow(one, book.ordered(one.name), book.rated(one.name)) for one in people),
        faq=tuple(entries),
        common=tuple(reply.common(counted)),
        warning=roster.warning(people) if people else "",
    )


def _rank(row: BugRow) -> tuple[bool, int, str]:
    return not row.is_open, tuple(Severity).index(row.logged.severity or Severity.LOW), row.logged.at.encode()


def of(rows: Sequence[Logged], book: Logbook) -> Lists:
    """Make the lists of what came in, before anything was decided."""
    return make(rows, Records(), book)
