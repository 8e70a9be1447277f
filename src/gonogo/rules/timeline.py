"""An incident's timeline: everything that happened, where each line comes from, and what is pinned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gonogo.rules.board import LogLine, Source
from gonogo.rules.incident import Incident
from gonogo.rules.record import Act, Changes, Decision, Fact, Intent, Refusal, State, Words

SOURCES: tuple[Source, ...] = ("people", "watch", "probes", "messages")
WATCH = "watch"
_OF_PROBES = ("SuspectIncident", "ClearSign", "RecoverIncident", "RelapseIncident")


class PinLine(Intent):
    """Pin a line of the timeline, so that it is read first; or let it go."""

    incident: str
    line: Words
    on: bool = True


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Note that a line is pinned; the newest word on a line holds."""
    assert isinstance(intent, PinLine)
    incident = state.get(Incident, intent.incident)
    if incident is None:
        return Refusal("There is no such incident; `gonogo incident list` shows them.")
    data = {"line": intent.line, "on": intent.on}
    fact = Fact(id=act.fresh(), kind="pin", at=act.at, actor=act.actor, incident=incident.id, data={**data})
    said = f"{'pinned' if intent.on else 'unpinned'} a line of incident {incident.label}"
    return Changes(said, facts=(fact,), undoable=False, about=incident.id)


def source_of(actor: str, kind: str) -> Source:
    """Say where a line comes from: `kind` is the intent that wrote it, or the kind of fact."""
    if kind == "SendMessage":
        return "messages"
    if kind in _OF_PROBES or kind == "health":
        return "probes"
    return "watch" if actor == WATCH else "people"


def pinned(facts: Iterable[Fact]) -> set[str]:
    """Return the lines that are pinned: the newest word on each holds."""
    words = {str(fact.data["line"]): bool(fact.data["on"]) for fact in facts if fact.kind == "pin"}
    return {line for line, on in words.items() if on}


def some(lines: Sequence[LogLine], only: str | None) -> list[LogLine]:
    """Return the lines of one source, or the pinned ones, or all of them."""
    if only is None:
        return list(lines)
    return [line for line in lines if line.source == only or (only == "pinned" and line.pinned)]
