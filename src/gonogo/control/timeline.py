"""Reading an incident's timeline: what people and the watch did in it, and what its probes and builds did meanwhile."""

from __future__ import annotations

from gonogo.rules import log
from gonogo.rules.board import LogLine
from gonogo.rules.incident import Incident
from gonogo.rules.timeline import pinned, source_of
from gonogo.store import evidence, journal
from gonogo.store.store import Store

_AROUND = ("health", "deploy", "build", "config")


def timeline(store: Store, one: Incident) -> tuple[LogLine, ...]:
    """Read everything that happened in an incident, oldest first."""
    mine = evidence.of_incident(store.db, one.id)
    pins = pinned(mine)
    facts = [fact for fact in mine if fact.kind not in log.QUIET]
    ended = one.resolved_at.utc if one.resolved_at else None
    since = (one.onset_at or one.detected_at).utc
    for fact in evidence.read_since(store.db, _AROUND, since):
        stranger = fact.kind == "health" and fact.data.get("probe") not in one.probes
        if not stranger and (ended is None or fact.at.utc <= ended):
            facts.append(fact)
    lines = [
        LogLine(entry.at, entry.actor, entry.said, "change", entry.id, source_of(entry.actor, entry.intent),
                entry.id in pins)
        for entry in journal.about(store.db, one.id)
    ]  # fmt: skip
    for fact in facts:
        source = source_of(fact.actor, fact.kind)
        lines.append(LogLine(fact.at, fact.actor, log.words(fact), "fact", fact.id, source, fact.id in pins))
    return tuple(sorted(lines, key=lambda line: line.at.utc))
