"""The plan: what must be true."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from gonogo.rules.by_when import Due
from gonogo.rules.clock import Instant
from gonogo.rules.record import Record
from gonogo.rules.verdict import Verdict


class Severity(StrEnum):
    """One scale for incidents and bugs; “major” is critical or high."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Launch(Record):
    """One rollout of one product. `key` is the short name that one types to confirm."""

    key: str
    name: str
    timezone: str
    state: Literal["planned", "running", "closed", "abandoned"] = "planned"
    opens: AwareDatetime
    demo: bool = False
    vote_life_s: float = 86_400.0
    """For how long a vote in the poll holds."""


class Passage(BaseModel):
    """One run of a phase to its end, as it was before the phase began anew."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    started_at: Instant
    ended_at: Instant
    ended_by: str | None = None
    state: Literal["passed", "overridden", "stepped_back"]
    verdict: Verdict | None = None
    reason: str = ""
    retro: str = ""


class Phase(Record):
    """A stage with a goal, a planned window and a gate; without `closes` the window is open-ended."""

    key: str
    position: int
    name: str
    goal: str = ""
    environment: str = "production"
    state: Literal["upcoming", "active", "passed", "overridden", "stepped_back"] = "upcoming"
    opens: AwareDatetime
    closes: AwareDatetime | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    ended_by: str | None = None
    verdict: Verdict | None = None
    """What the gate said when the phase ended."""
    reason: str = ""
    """Why it was left as it was: of an override, or of a step back."""
    retro: str = ""
    """What the phase taught, for the next one."""
    passages: tuple[Passage, ...] = ()
    """The runs before this one, oldest first: a phase that was stepped back to has more than one."""

    @property
    def taught(self) -> tuple[str, ...]:
        """What all of its runs taught, oldest first."""
        return tuple(one for one in (*(past.retro for past in self.passages), self.retro) if one)

    def anew(self, at: Instant) -> Phase:
        """Return the phase as it begins now; a run that it had before is kept beside it."""
        fresh: dict[str, object] = {"state": "active", "started_at": at, "ended_at": None, "ended_by": None,
                                    "verdict": None, "reason": "", "retro": ""}  # fmt: skip
        if self.started_at is not None and self.ended_at is not None:
            run = {name: getattr(self, name) for name in Passage.model_fields}
            fresh["passages"] = (*self.passages, Passage.model_validate(run))
        return self.model_copy(update=fresh)


DEEPEST = 5
"""How far an item can stand in."""
Mode = Literal["read-do", "do-confirm"]


class Section(Record):
    """A headed group of items in a phase.

    In `read-do` its items are done one after the other; in `do-confirm` in any order, and then confirmed together.
    """

    phase: str
    position: int
    name: str
    mode: Mode | None = None
    confirmed_at: Instant | None = None
    confirmed_by: str | None = None


class Item(Record):
    """One checklist line: a task (once), a routine (comes due again) or a guard (must stay true)."""

    key: str
    phase: str
    section: str
    position: float
    text: str
    kind: Literal["task", "routine", "guard"] = "task"
    every_s: float | None = None
    grace_s: float | None = None
    optional: bool = False
    counted: bool = True
    command: str | None = None
    when: str | None = None
    owner: str | None = None
    note: str | None = None
    due: Due | None = None
    """An instant, or a day of the launch's calendar: then it is due by that day's end."""
    cron: str | None = None
    """When it comes due, in the launch's time zone; instead of `every_s`."""
    evidence: str | None = None
    """A link or a text that shows that it is so."""
    done_when: str | None = None
    """The condition by which the watch ticks it."""
    sign_off: bool = False
    """Whether somebody other than who ticked it must sign."""
    depth: int = 0
    """How far it stands in; it belongs to the nearest item above that stands in less."""
    changed_by: str | None = None
    """Who gave it its words or its properties last."""


class Tick(Record):
    """The last word on an item (same id): done, not applicable or broken, by whom and when."""

    part: ClassVar[str] = "ticks"

    state: Literal["done", "not_applicable", "broken"]
    at: Instant
    by: str
    note: str | None = None
    recent: tuple[Instant, ...] = ()
    """The last ticks of a routine, newest last."""
    signed_at: Instant | None = None
    signed_by: str | None = None


class Criterion(Record):
    """A condition on a reading that a phase's gate demands."""

    key: str
    phase: str
    position: int
    name: str
    require: str
    text: str = ""
    floor: float | None = None
    min_samples: int = 0
    confidence: float | None = None
    max_age_s: float | None = None
    per_s: float | None = None
    """The unit of time that must have been observed before an absence or a rate counts."""
    seat: str | None = None
    """Whose evidence it is in the poll; without it, the reading says."""
    ask: str = ""
    """What a person is asked when the phase begins, as long as nobody has set the number."""
    set_by: str | None = None


ReadySource = Literal["person", "config", "alarms", "rehearsals", "templates", "contacts", "watch"]
"""Who says that something is ready: a person, what `[readiness.NAME]` looks at, seen tests of the channels,
rehearsals of the rollback, the templates themselves, contacts that were reached, how much the watch is awake."""


class Readiness(Record):
    """Something that must always be ready, and how old the last word on it may be."""

    key: str
    position: int
    name: str
    text: str = ""
    max_age_s: float
    source: ReadySource = "person"
    seat: str | None = None


class Renewal(Record):
    """The last word on a readiness (same id): who looked, or what the watch saw."""

    part: ClassVar[str] = "ticks"

    at: Instant
    by: str
    ok: bool = True
    detail: str = ""
    measured: bool = False
    """Whether it was seen to, by the watch or by a run; else a person attested it."""
    since: Instant | None = None
    """Since when it is as it is, without having gone stale between."""
    dated: AwareDatetime | None = None
    """Of when the evidence itself is: a file's time, a date in an answer, the newest rehearsal."""
    until: AwareDatetime | None = None
    """Until when it holds, where the evidence itself or whoever attested it says so."""
    amiss: str = ""
    """Why the watch could not see to it; a person's word may stand meanwhile."""


class RunbookStep(Record):
    """A step of the runbook for a severity, due so long after T+0."""

    key: str
    severity: Severity
    position: int
    text: str
    detail: str = ""
    due_s: float | None = None
    takes_s: float = 0
    command: str | None = None
    confirm: bool = False


class Template(Record):
    """A message that waits to be filled: `$product`, `$since`, `$what`."""

    key: str
    name: str
    audience: str
    body: str
    sample: bool = False
    """Whether it is as gonogo ships it, and nobody has made it their own."""


class Seat(Record):
    """A hat in the go/no-go poll."""

    key: str
    position: int
    name: str
    evidence: str = ""
