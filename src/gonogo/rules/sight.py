"""What a decision is bound to: the facts of this moment that a vote saw, and whether one of them moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gonogo.rules.criterion import Judged
from gonogo.rules.gate import Gate
from gonogo.rules.incident import Incident
from gonogo.rules.plan import Criterion, Phase, Readiness, Seat, Severity
from gonogo.rules.readiness import ReadyState
from gonogo.rules.verdict import RANK, Verdict

_BY_ROOT = {
    "orders": "product", "checklist": "product", "feedback": "support", "bugs": "support", "questions": "support",
    "criticals": "tech", "uptime": "tech", "p95": "tech", "error_rate": "tech",
    "rollback": "tech", "rollback-target": "tech", "dns": "tech", "alarms": "tech", "watch": "tech", "backup": "data",
    "templates": "comms", "apology": "comms", "contacts": "comms",
}  # fmt: skip
"""Whose evidence a reading or a readiness target is, where the plan does not say."""
_READY = {"ready": Verdict.GO, "stale": Verdict.HOLD, "not_ready": Verdict.HOLD, "not_set_up": Verdict.HOLD}
_WORSE = {"stale": "has gone stale", "not_ready": "is not ready", "not_set_up": "is not set up"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a seat's evidence: what it says, and what it alone would make of the verdict."""

    key: str
    text: str
    verdict: Verdict
    marked: bool = False
    """Whether it passes only because somebody set it aside."""


@dataclass(frozen=True)
class Sight:
    """The facts of one moment, as a decision needs them."""

    gate: Gate
    phase: Phase | None
    seats: Sequence[Seat]
    checklist: tuple[int, int] = (0, 0)
    ready: Sequence[tuple[Readiness, ReadyState, str]] = ()
    """Each readiness target, where it stands, and the last word on it."""
    incidents: Sequence[Incident] = ()
    builds: Mapping[str, str] = field(default_factory=dict)
    """The build that was last seen in the phase's environment; where none ever was, those of all environments."""
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Who holds which seats."""

    def lines(self, seat: str) -> list[Line]:
        """Return the evidence of a seat; what belongs to nobody belongs to the first."""
        return self._by_seat.get(seat, [])

    def bound(self, seat: str) -> dict[str, str]:
        """Return the facts that a vote of a seat is bound to, as text that can be kept."""
        facts = {f"build:{environment}": build for environment, build in sorted(self.builds.items())}
        facts |= {f"incident:{one.id}": one.title for one in self.incidents}
        return facts | {line.key: str(line.verdict) for line in self.lines(seat) if ":" in line.key}

    def moved(self, seen: Mapping[str, str], seat: str) -> str | None:
        """Say which bound fact got worse since, or nothing; what got better revokes no vote."""
        for environment, build in self.builds.items():
            before = seen.get(f"build:{environment}")
            if build != before:
                was = f"which was {before}" if before else "and none was known before"
                return f"the build in {environment} is now {build}, {was}"
        for one in self.incidents:
            if f"incident:{one.id}" not in seen:
                return f"incident {one.label} opened: {one.title}"
        lines = {line.key: line for line in self.lines(seat)}
        for key, before in seen.items():
            line = lines.get(key)
            if line is not None and RANK[line.verdict] > RANK[Verdict(before)]:
                return line.text
        return None

    @cached_property
    def _by_seat(self) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        for owner, line in self._owned():
            found.setdefault(owner, []).append(line)
        return found

    def _owned(self) -> Iterator[tuple[str, Line]]:
        keys = [seat.key for seat in self.seats]
        if not keys:
            return
        product, tech = (name if name in keys else keys[0] for name in ("product", "tech"))
        done, total = self.checklist
        if total:
            yield product, Line("checklist", f"{done} of {total} items done", _verdict(done == total))
        for one in self.gate.criteria:
            yield (
                self._seat(one.criterion, keys),
                Line(f"criterion:{one.criterion.key}", one.reason, one.verdict, one.waiver is not None),
            )
        for target, state, said in self.ready:
            word = f"{target.name} {_WORSE.get(state, 'is ready')}" + (f" ({said})" if said else "")
            yield self._seat(target, keys), Line(f"ready:{target.key}", word, _READY[state])
        for incident in self.incidents:
            text = f"incident {incident.label} is {incident.state}: {incident.title}"
            yield tech, Line(f"open:{incident.id}", text, Verdict.HOLD)
        if not self.incidents:
            yield tech, Line("calm", "no incident is open", Verdict.GO)

    @staticmethod
    def _seat(one: Criterion | Readiness, keys: Sequence[str]) -> str:
        root = one.require.split(".")[0].split()[0] if isinstance(one, Criterion) else one.key
        found = one.seat or _BY_ROOT.get(root, "")
        return found if found in keys else keys[0]


def _verdict(good: bool) -> Verdict:
    return Verdict.GO if good else Verdict.HOLD


def serious(incidents: Sequence[Incident]) -> list[Incident]:
    """Return the open incidents that move a vote: neither drills nor low ones."""
    return [one for one in incidents if one.is_open and not one.drill and one.severity is not Severity.LOW]


def poll_may_waive(gate: Gate) -> list[Judged] | None:
    """Return the criteria that alone keep a gate from GO and lie between floor and target; nothing where more does."""
    between = [one for one in gate.criteria if not one.passes]
    if gate.verdict is not Verdict.HOLD or any(one.outcome != "inconclusive" for one in between):
        return None
    return between if len(gate.reasons) == len(between) else None
