"""What is read after an incident: its times with their definitions, what it cost, and what is asked of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from gonogo.rules import condition
from gonogo.rules.board import LogLine
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.drill import Drill
from gonogo.rules.incident import Incident, IncidentStep, Round
from gonogo.rules.letter import Post
from gonogo.rules.message import Affected
from gonogo.rules.plan import Criterion, Launch
from gonogo.rules.probe import Cell
from gonogo.rules.run import Run

DEFINITIONS = {
    "detect": "from the onset until a threshold was crossed or a key was pressed, which is T+0",
    "declare": "from T+0 until a person said that it is real; acknowledging declares it",
    "acknowledge": "from T+0 until somebody said: I have it",
    "decide": "from T+0 until the decision was logged",
    "mitigate": "from T+0 until its probes were up again, or its fix was confirmed by hand",
    "resolve": "from T+0 until it was resolved",
}
WEEK_S = 604_800.0
Times = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be down in a window, by a criterion on the uptime."""

    demand: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A probe's checks around an incident, in cells, oldest first."""

    probe: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a channel reached in an incident: how often, first when, and how much of it never arrived."""

    channel: str
    people: tuple[str, ...]
    first_at: Instant | None
    arrived: int
    lost: int


def called(posts: Iterable[Post]) -> tuple[Called, ...]:
    """Gather what was told of an incident, oldest first, by channel and by whom it was for."""
    found: dict[tuple[str, tuple[str, ...]], list[Post]] = {}
    for post in posts:
        if post.letter.kind != "message":
            found.setdefault((post.letter.channel, post.letter.people), []).append(post)
    return tuple(
        Called(
            channel, people, min((one.sent_at for one in mine if one.sent_at), key=lambda at: at.utc, default=None),
            sum(1 for one in mine if one.sent_at), sum(1 for one in mine if one.state == "dead"),
        )
        for (channel, people), mine in found.items()
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Postmortem:
    """All that is known of an incident once it is read again."""

    launch: Launch
    incident: Incident
    steps: tuple[IncidentStep, ...]
    timeline: tuple[LogLine, ...]
    affected: Affected
    budget: Budget | None
    strips: tuple[Strip, ...]
    since: Instant
    until: Instant
    """What the strips span."""
    at: Instant
    runs: tuple[Run, ...] = ()
    """The commands that were set off for it, oldest first."""
    calls: tuple[Called, ...] = ()
    drill: Drill | None = None


def times(one: Incident, steps: Sequence[IncidentStep]) -> Times:
    """Measure an incident's last round; nothing for what did not happen, or is not known."""
    done = {step.key: step.done_at for step in steps}
    confirmed = next((step.done_at for step in steps if step.confirm and step.done_at), None)
    ends = {
        "declare": one.acked_at, "acknowledge": one.acked_at, "decide": done.get("decide"),
        "mitigate": one.recovered_at or confirmed, "resolve": one.resolved_at,
    }  # fmt: skip
    found: dict[str, float | None] = {"detect": _between(one.onset_at, one.detected_at)}
    return found | {name: _between(one.detected_at, end) for name, end in ends.items()}


def _between(start: Instant | None, end: Instant | None) -> float | None:
    return max(0.0, elapsed(start, end).seconds) if start and end else None


def counts(one: Incident) -> bool:
    """Whether an incident counts in the times across incidents: real, ended, and its own."""
    return not one.drill and one.outcome == "fixed"


def across(found: Iterable[Times]) -> dict[str, tuple[float, int]]:
    """Return the median of each time over incidents, and of how many it is."""
    rows = list(found)
    values = {name: [value for row in rows if (value := row.get(name)) is not None] for name in DEFINITIONS}
    return {name: (median(known), len(known)) for name, known in values.items() if known}


def downtime(one: Incident) -> float | None:
    """Return how long it was down in all its rounds: from the onset until it was up again; perhaps unknown."""
    rounds: tuple[Round | Incident, ...] = (*one.rounds, one)
    spans = [_between(each.onset_at, each.recovered_at or each.resolved_at) for each in rounds]
    known = [each for each in spans if each is not None]
    return sum(known) if one.probes and len(known) == len(spans) else None


def budget(criteria: Sequence[Criterion], phase: str | None) -> Budget | None:
    """Return the error budget: what the demand on the uptime leaves, of the active phase first."""
    for one in sorted(criteria, key=lambda one: one.phase != phase):
        parsed = condition.parse(one.require)
        wanted = condition.number(parsed.right.value)
        if parsed.reading == "uptime" and parsed.op in (">=", ">") and wanted is not None and 0 < wanted <= 1:
            window = parsed.over if isinstance(parsed.over, float) else WEEK_S
            return Budget(one.require, float(1 - wanted) * window)
    return None
