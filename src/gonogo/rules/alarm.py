"""What an alarm says: product, what fails, since when, the last change, the next step, how to open the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from gonogo.rules import words
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.deadline import UNHEARD_S, Deadline, Ring
from gonogo.rules.duration import countdown
from gonogo.rules.incident import Incident, IncidentStep, current_step
from gonogo.rules.letter import Kind
from gonogo.rules.message import Affected
from gonogo.rules.plan import Launch, Severity

_URGENT: dict[Kind, int] = {
    "opened": 5, "reopened": 5, "raised": 5, "relapsed": 5, "handed": 5, "unheard": 5, "due": 5, "overdue": 5,
    "soon": 4, "awake": 4, "joined": 4,
}  # fmt: skip
_CALM = (Severity.MEDIUM, Severity.LOW)


@dataclass(frozen=True, slots=True)
class Matter:
    """An incident as it is told."""

    launch: Launch
    incident: Incident
    steps: Sequence[IncidentStep]
    now: Instant
    open_with: str = ""
    ousts: bool = False
    """Whether a drill was aborted for it."""
    affected: Affected = field(default_factory=Affected)

    @property
    def head(self) -> str:
        """The launch, and which incident it is."""
        drill = "DRILL: " if self.incident.drill else ""
        return f"{drill}{self.launch.name}: {self.incident.title}"

    @property
    def _kind(self) -> str:
        return "Drill" if self.incident.drill else "Incident"

    def clock(self, seconds: float) -> str:
        """Say an instant so many seconds after T+0 in the launch's time zone."""
        at = self.incident.detected_at.after(seconds).utc.astimezone(ZoneInfo(self.launch.timezone))
        return f"{at:%H:%M:%S}"

    @property
    def facts(self) -> list[str]:
        """What is known: which incident, since when, the last change, the next step."""
        one = self.incident
        since = (one.onset_at or one.detected_at).utc.astimezone(ZoneInfo(self.launch.timezone))
        stage = f"{one.state}, open again" if one.reopened else one.state
        lines = ["NO DRILL: this is real, and the drill is aborted."] if self.ousts else []
        lines += [
            f"{self.head}. {self._kind} {one.label}, {one.severity}, {stage}.",
            f"Since {since:%H:%M:%S %Z}. {self._impact}. Last change: {one.last_change or 'none is known'}.",
        ]
        step = current_step(self.steps)
        if step and step.due_s is not None:
            lines.append(f"Next: {step.text}, due {self.clock(step.due_s)}.")
        return lines

    @property
    def _impact(self) -> str:
        """Whom it hits, by the orders; what no order can tell is unknown."""
        return words.sentence(self.affected.said) if self.affected.known else "Impact unknown"

    @property
    def brief(self) -> str:
        """Which incident it is, and how long it has lasted."""
        one, spent = self.incident, elapsed(self.incident.detected_at, self.now)
        about = "" if spent.exact else "≈"
        return f"{self._kind} {one.label}, {one.severity}, {one.state}, T+{about}{countdown(spent.seconds)}."


def urgency(kind: Kind, severity: Severity) -> int:
    """Return how urgent a letter is, from 1 to 5."""
    most = _URGENT.get(kind, 3)
    return min(most, 3) if severity in _CALM else min(most, 4) if severity is Severity.HIGH else most


def event(matter: Matter, kind: Kind, said: str) -> tuple[str, str]:
    """Write what is told when something happened: (title, text)."""
    lines = matter.facts
    match kind:
        case "opened" | "reopened":
            title = matter.head
        case "handed":
            title = f"Yours now: {matter.head}"
            lines = [f"{words.sentence(said)}: acknowledge it.", *lines]
        case "raised":
            title = f"Raised to {matter.incident.severity}: {matter.head}"
        case "joined":
            title = f"Joined: {said}. {matter.head}"
            lines = [f"Joined: {said}.", *lines]
        case "resolved" | "recovered" | "relapsed":
            title = f"{words.sentence(kind)}: {matter.head}"
            lines = [f"{matter.head}. {words.sentence(said)}.", matter.brief]
        case _:
            title = matter.head
    return title, _whole(matter, lines)


def ring(matter: Matter, rung: Ring, unseated: Sequence[str] = ()) -> tuple[str, str]:
    """Write what is told when a deadline has come: (title, text); one that was missed says so."""
    one, step = rung.deadline, rung.deadline.step
    late = f" This comes {words.span(rung.late_s)} late." if rung.late else ""
    match one.kind:
        case "soon" if step:
            what = f"Due in 30 s, at {matter.clock(step.due_s or 0)}: {step.text}"
        case "due" if step:
            what = f"Due now: {step.text}"
        case "overdue" if step:
            what = f"Overdue since {matter.clock(step.due_s or 0)}: {step.text}"
        case "unheard":
            spent = words.span(one.level * UNHEARD_S)
            what = f"Nobody has acknowledged in {spent}: you are called now"
        case "ungraded":
            what = f"Nobody has set a severity; it is handled as {matter.incident.severity}"
        case "unseated":
            what = f"Nobody holds the seat {words.some(unseated)}"
        case _:
            what = "The snooze is over"
    return f"{what}. {matter.head}", _whole(matter, [f"{what}.{late}", f"{matter.head}. {matter.brief}"])


_NOTED: dict[Kind, str] = {
    "soon": "due in 30 s", "due": "due now", "overdue": "overdue", "unheard": "not acknowledged, called on",
    "ungraded": "no severity is set", "unseated": "a seat is empty", "awake": "the snooze is over",
}  # fmt: skip


def noted(rung: Ring) -> str:
    """Say on the timeline that a deadline has come."""
    late = f", {words.span(rung.late_s)} late" if rung.late else ""
    return _named(rung.deadline) + late


def passed(one: Deadline) -> str:
    """Say on the timeline that a deadline passed while nobody could be told."""
    return f"passed untold: {_named(one)}"


def _named(one: Deadline) -> str:
    return _NOTED[one.kind] + (f": {one.step.text}" if one.step else "")


def _whole(matter: Matter, lines: Sequence[str]) -> str:
    ends = [f"Open the room: {matter.open_with}"] if matter.open_with else []
    return "\n".join([*lines, *ends])
