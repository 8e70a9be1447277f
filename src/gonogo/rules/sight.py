"""What a decision is bound to: the facts of this moment that a vote saw, and whether one of them moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gonogo.rules.case import VERDICT_OF
from gonogo.rules.criterion import Judged
from gonogo.rules.gate import Gate
from gonogo.rules.incident import Incident
from gonogo.rules.logged import Logged
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
    beneath: Verdict | None = None
    """What it would make of the verdict without the waiver that lets it pass."""


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
    criticals: Sequence[Logged] = ()
    """The critical bugs that are open, of whichever phase."""
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
        lines = [line for line in self.lines(seat) if ":" in line.key]
        facts |= {f"beneath:{line.key}": str(line.beneath) for line in lines if line.beneath is not None}
        return facts | {line.key: str(line.verdict) for line in lines}

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
        for key, line in lines.items():
            if key.startswith("bug:") and key not in seen:
                return line.text
        for key, before in seen.items():
            if key in lines and _worse(lines[key], Verdict(before), Verdict(seen.get(f"beneath:{key}", before))):
                return lines[key].text
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
        product, tech, support = (name if name in keys else keys[0] for name in ("product", "tech", "support"))
        done, total = self.checklist
        if total:
            yield product, Line("checklist", f"{done} of {total} items done", _verdict(done == total))
        for one in self.gate.criteria:
            yield (
                self._seat(one.criterion, keys),
                Line(
                    f"criterion:{one.criterion.key}",
                    one.reason,
                    one.verdict,
                    one.waiver is not None,
                    VERDICT_OF[one.beneath] if one.beneath else None,
                ),
            )
        for target, state, said in self.ready:
            word = f"{target.name} {_WORSE.get(state, 'is ready')}" + (f" ({said})" if said else "")
            yield self._seat(target, keys), Line(f"ready:{target.key}", word, _READY[state])
        for bug in self.criticals:
            text = f"critical bug {bug.label} is open: {bug.text}"
            yield support, Line(f"bug:{bug.id}", text, Verdict.HOLD)
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


def _worse(line: Line, before: Verdict, beneath: Verdict) -> bool:
    """Whether a line got worse, or what a waiver covers did."""
    return RANK[line.verdict] > RANK[before] or (line.beneath is not None and RANK[line.beneath] > RANK[beneath])


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
