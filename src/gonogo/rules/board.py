"""The board: one immutable snapshot of what all faces show. It holds instants, never ages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from gonogo.rules.call import Call
from gonogo.rules.clock import Instant
from gonogo.rules.contact import Contact
from gonogo.rules.drill import Drill
from gonogo.rules.gate import Gate
from gonogo.rules.hold import Hold
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.letter import Post
from gonogo.rules.lists import Lists
from gonogo.rules.pause import Pause
from gonogo.rules.plan import Criterion, Item, Launch, Phase, Readiness, Renewal, Section, Template, Tick
from gonogo.rules.poll import Poll, SeatRow
from gonogo.rules.probe import Probe
from gonogo.rules.proven import Proof
from gonogo.rules.readiness import ReadyState
from gonogo.rules.reading import Reading
from gonogo.rules.run import Pace, Run, in_front
from gonogo.rules.sight import Sight
from gonogo.rules.standing import ItemState
from gonogo.rules.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A checklist line with its last tick and where it stands."""

    item: Item
    tick: Tick | None
    state: ItemState


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section with its lines; `done` of `total` counts what is counted."""

    section: Section
    rows: tuple[ItemRow, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """A phase with its checklist; its verdict is the gate's while active, and kept when passed."""

    phase: Phase
    sections: tuple[SectionRow, ...]
    done: int
    total: int
    verdict: Verdict | None

    @property
    def rows(self) -> list[ItemRow]:
        """All lines of the phase in order."""
        return [row for section in self.sections for row in section.rows]


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A readiness target with the last word on it; `stale_at` is when that word goes stale."""

    target: Readiness
    renewal: Renewal | None
    state: ReadyState
    stale_at: datetime | None
    said: str = ""
    """What is known of it, in a few words, without its age."""
    dated: datetime | None = None
    """Of when the evidence is."""
    facts: tuple[str, ...] = ()
    """What the word rests on, line by line."""

    @property
    def attested(self) -> str:
        """Who says so, where only a person's word makes it ready."""
        one = self.renewal
        return one.by if one and not one.measured and one.ok and self.state in ("ready", "stale") else ""

    @property
    def by_itself(self) -> bool:
        """Whether the watch renews it, so that nobody has to look."""
        return (
            self.renewal is not None and self.renewal.measured and self.target.source in ("person", "config", "watch")
        )


Source = Literal["people", "watch", "probes", "messages"]
"""Who or what a line comes from, to see some of them only."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of what happened: who, when, what."""

    at: Instant
    actor: str
    text: str
    kind: Literal["change", "fact"] = "change"
    id: str = ""
    source: Source = "people"
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Calling:
    """How people are called."""

    chain: tuple[str, ...] = ()
    """Who is called one after the other."""
    quiet: tuple[str, ...] = ()
    """By which signs the room does not call."""
    dead: tuple[Post, ...] = ()
    """The messages that were given up."""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident with its steps and its timeline, oldest first."""

    incident: Incident
    steps: tuple[IncidentStep, ...]
    timeline: tuple[LogLine, ...] = ()
    hit: tuple[int, int] | None = None
    """How many orders failed since its onset, and of how many; nothing where no order was ever logged."""
    call: Call | None = None
    """To whom it was handed, and until when it is quiet."""
    posts: tuple[Post, ...] = ()
    """What was told of it, oldest first."""
    drill: Drill | None = None
    """What is played, where it is not real."""


@dataclass(frozen=True, slots=True)
class Trade:
    """Orders and voices: counts of this phase unless they say otherwise."""

    orders: int = 0
    failed: int = 0
    today: int = 0
    value: float = 0.0
    customers: int = 0
    ratings: tuple[int, ...] = ()
    """The newest ones, newest last."""
    rated: int = 0
    bugs: int = 0
    """Bugs whose fix is not verified yet, whenever they came in."""
    worst_bug: str = ""
    questions: int = 0
    waiting: int = 0
    """Questions without an answer."""
    angry: int = 0
    """Feedback of one star without an answer."""
    newest: datetime | None = None
    """When the newest of all that is counted happened."""
    by_day: tuple[int, ...] = ()
    """Orders of the last days, newest last, today included."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that asks for somebody at an instant; `item` is what its key acts on."""

    at: datetime
    text: str
    item: str | None = None
    late: bool = False
    ready: str | None = None
    """The key of the readiness target that it is about, where it is about one."""
    tab: str = ""
    """The list on which it stands, where it stands on one."""
    detail: str = ""
    """What somebody wrote, for the team's own eyes."""


@dataclass(frozen=True, slots=True)
class WatchState:
    """Whether a watch lives, and what it says of itself."""

    running: bool = False
    """Whether it holds the launch, which the kernel knows."""
    stalled: bool = False
    """Whether it holds the launch but does nothing: stopped, or stuck."""
    heartbeat_at: Instant | None = None
    started_at: Instant | None = None
    pid: int | None = None
    config_error: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """What all faces show."""

    launch: Launch
    at: Instant
    phases: tuple[PhaseRow, ...]
    gate: Gate
    probes: tuple[Probe, ...]
    ready: tuple[ReadyRow, ...]
    trade: Trade
    incidents: tuple[IncidentRow, ...]
    """The open ones, the one to look at first in front."""
    resolved: tuple[Incident, ...]
    lists: Lists
    log: tuple[LogLine, ...]
    """The newest lines, newest first."""
    due: tuple[Due, ...]
    templates: tuple[Template, ...]
    watch: WatchState
    currency: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    """What a runbook's command names stand for on this launch: `rollback` to its argv."""
    pauses: Mapping[str, Pause] = field(default_factory=dict)
    """The probes that are left alone now, by name."""
    during: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The phases in which a probe is asked, by name, of those that are not asked in all."""
    hold: Hold | None = None
    poll: tuple[SeatRow, ...] = ()
    """The seats of the plan, with what each answered for the active phase."""
    sight: Sight | None = None
    """The facts that a vote of this moment is bound to."""
    called: Poll | None = None
    """The poll that was called for the active phase."""
    builds: Mapping[str, str] = field(default_factory=dict)
    """The build that was last seen in each environment."""
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Who is named in the config, with the seats that they hold."""
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    """What evidence says now of the items that it ticks, by id."""
    hasty: tuple[str, ...] = ()
    """Who ticked items of the active phase faster than anybody looks: a fact, and no bar."""
    asks: tuple[Criterion, ...] = ()
    """The criteria of the active phase whose number nobody has set."""
    contacts: tuple[Contact, ...] = ()
    """Whom to call when something breaks."""
    runs: tuple[Run, ...] = ()
    """The newest commands that were set off, newest first; one without an outcome is under way."""
    pace: Pace | None = None
    """How long a rollback takes, by those that went well."""
    calling: Calling = field(default_factory=Calling)
    metrics: tuple[Reading, ...] = ()
    """What each metric of the config says of this phase."""
    drills: tuple[Drill, ...] = ()
    """All drills, newest first."""
    slipped: Mapping[str, datetime] = field(default_factory=dict)
    """When the phases that lie ahead can begin at the earliest, by id, once the active one is past its window."""

    def metered(self, name: str) -> Reading | None:
        """Return a reading that a metric has taken over from the log, if one has."""
        return next((one for one in self.metrics if one.name == name), None)

    @property
    def running(self) -> Run | None:
        """The command that is under way; one that changes the site before a rehearsal."""
        return in_front(self.runs)

    @property
    def active(self) -> PhaseRow | None:
        """The active phase, if there is one."""
        return next((row for row in self.phases if row.phase.state == "active"), None)

    @property
    def verdict(self) -> Verdict:
        """The launch's verdict is its active phase's."""
        return self.gate.verdict
