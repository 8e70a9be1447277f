"""Bugs: from open to verified, whose they are, whether the reporter was told, and how old one may become."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from gonogo.rules import text
from gonogo.rules.clock import Instant
from gonogo.rules.logged import Logged
from gonogo.rules.plan import Severity
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State, Words

BugStage = Literal["open", "fixing", "fixed", "verified"]
STAGES: tuple[BugStage, ...] = ("open", "fixing", "fixed", "verified")
LIMITS = {
    Severity.CRITICAL: timedelta(hours=4), Severity.HIGH: timedelta(days=1), Severity.MEDIUM: timedelta(days=7),
}  # fmt: skip
"""How long a bug may wait for its fix; a low one as long as it likes."""


class Bug(Record):
    """What was decided of a bug, under the id of what was logged; without one, it is open and nobody's."""

    part: ClassVar[str] = "lists"

    state: BugStage = "open"
    owner: str = ""
    at: Instant
    by: str
    told_at: Instant | None = None
    """When the reporter was told of the fix."""
    told_by: str | None = None


class MoveBug(Intent):
    """Say where a bug stands; without `to`, that it is one step further."""

    bug: str
    to: BugStage | None = None


class AssignBug(Intent):
    """Say whose a bug is; nobody's, when the name is empty."""

    bug: str
    owner: Words


class TellReporter(Intent):
    """Say that the reporter of a bug was told of its fix."""

    bug: str


INTENTS = (MoveBug, AssignBug, TellReporter)


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about a bug."""
    assert isinstance(intent, MoveBug | AssignBug | TellReporter)
    row = state.get(Logged, intent.bug)
    if row is None or row.kind != "bug":
        return Refusal("There is no such bug; `gonogo log list bug` shows what there is.", True)
    if row.voided:
        return Refusal(f"{row.said} is void ({row.voided}); restore it first.")
    bug = state.get(Bug, row.id) or Bug(id=row.id, at=act.at, by=act.actor)
    match intent:
        case MoveBug():
            return _move(row, bug, intent.to, act)
        case AssignBug():
            owner = text.tidy(intent.owner)
            if owner == bug.owner:
                return Refusal(f"{row.said} is {owner}'s already." if owner else f"{row.said} is nobody's already.")
            return Changes(f"{row.said} is {owner}'s now" if owner else f"{row.said} is nobody's now",
                           put=(bug.model_copy(update={"owner": owner}),))  # fmt: skip
        case _:
            return _tell(row, bug, act)


def _move(row: Logged, bug: Bug, to: BugStage | None, act: Act) -> Decision:
    if to is None:
        place = STAGES.index(bug.state) + 1
        if place == len(STAGES):
            return Refusal(f"{row.said} is verified; to open it again, say so: gonogo log state {row.name} open.")
        to = STAGES[place]
    if to == bug.state:
        return Refusal(f"{row.said} is {to} already.")
    again = " again" if STAGES.index(to) < STAGES.index(bug.state) else ""
    told = {"told_at": None, "told_by": None} if again else {}
    moved = bug.model_copy(update={"state": to, "at": act.at, "by": act.actor, **told})
    return Changes(f"{row.said} is {to}{again}: {row.text}", put=(moved,))


def _tell(row: Logged, bug: Bug, act: Act) -> Decision:
    if bug.told_at is not None:
        return Refusal(f"{row.who or 'The reporter'} was told already, by {bug.told_by}.")
    if bug.state not in ("fixed", "verified"):
        return Refusal(f"{row.said} is {bug.state}; the reporter is told when it is fixed.")
    told = bug.model_copy(update={"told_at": act.at, "told_by": act.actor})
    return Changes(f"told {row.who or 'the reporter'} that {row.said} is fixed", put=(told,))


def is_open(bug: Bug | None) -> bool:
    """Whether a bug still counts: until its fix is verified, since a fix that nobody has looked at proves nothing."""
    return bug is None or bug.state != "verified"


def due(row: Logged, bug: Bug | None) -> datetime | None:
    """Return by when a bug is to be fixed; nothing for one that is fixed, or may wait."""
    limit = LIMITS.get(row.severity or Severity.LOW)
    waits = bug is None or bug.state in ("open", "fixing")
    return row.at.utc + limit if limit and waits else None
