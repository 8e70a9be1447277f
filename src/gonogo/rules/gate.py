"""The gate: a phase's criteria, items, readiness and incidents, rolled up to a verdict with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gonogo.rules import words
from gonogo.rules.criterion import Judge, Judged
from gonogo.rules.hold import Hold
from gonogo.rules.incident import Incident
from gonogo.rules.outlook import Outlook, latest
from gonogo.rules.plan import Criterion, Item, Launch, Phase, Severity
from gonogo.rules.readiness import ReadyState
from gonogo.rules.reading import Evidence
from gonogo.rules.standing import ItemState
from gonogo.rules.verdict import RANK, Verdict
from gonogo.rules.waiver import Waiver


@dataclass(frozen=True, slots=True)
class Gate:
    """The verdict of a phase with its reasons, the worst first, and when it may change by itself."""

    verdict: Verdict
    reasons: tuple[str, ...]
    criteria: tuple[Judged, ...] = ()
    to_go: tuple[str, ...] = ()
    next_change_at: datetime | None = None
    outlook: Outlook | None = None
    """When it can be GO: the latest of its blockers, named; or which of them has no date."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the items of a phase ask before a GO, and when they may ask otherwise; it stands while the items do."""

    items: Sequence[tuple[Item, ItemState]]
    found: Sequence[tuple[Verdict, str]]
    to_go: Sequence[str]
    changes: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a gate is judged by."""

    launch: Launch
    phase: Phase | None
    criteria: Sequence[Criterion]
    asked: Asked
    ready: Sequence[tuple[str, ReadyState, datetime | None]]
    """Each readiness target's name, its state, and when that state goes stale."""
    incidents: Sequence[Incident]
    evidence: Evidence
    watched: bool
    """Whether a watch lives, or lived within the time that a missing one is borne."""
    hold: Hold | None = None
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    """The waivers that hold, by the criterion's id."""
    judge: Judge = field(default_factory=Judge)
    kept: Verdict | None = None
    """The verdict that the last phase ended with."""


@dataclass(slots=True)
class _Tally:
    found: list[tuple[Verdict, str]] = field(default_factory=list)
    to_go: list[str] = field(default_factory=list)
    changes: list[datetime] = field(default_factory=list)

    def say(self, verdict: Verdict, reason: str) -> None:
        self.found.append((verdict, reason))


def judge(ground: Ground, now: datetime) -> Gate:
    """Judge the active phase; nothing that is missing can make a GO."""
    launch, phase = ground.launch, ground.phase
    if launch.state == "abandoned":
        return Gate(Verdict.HOLD, ("The launch was abandoned.",))
    if launch.state == "closed":
        said = "The launch is closed; this was its last verdict."
        return Gate(ground.kept or Verdict.HOLD, () if ground.kept is Verdict.GO else (said,))
    if launch.state == "planned":
        opens = launch.opens if launch.opens > now else None
        return Gate(Verdict.HOLD, ("The launch is planned; it has not begun.",), next_change_at=opens)
    if phase is None:
        return Gate(Verdict.HOLD, ("No phase is active.",))
    tally = _Tally()
    _incidents(ground, tally)
    judged = tuple(
        ground.judge.judge(one, ground.evidence, now, ground.waivers.get(one.id), launch.timezone, phase.closes)
        for one in ground.criteria
    )  # fmt: skip
    for one in judged:
        if not one.passes:
            tally.say(one.verdict, one.reason)
            tally.to_go += [one.short] if one.short else []
    tally.changes += [at for one in judged if (at := one.stale_at)]
    tally.changes += [waiver.until for waiver in ground.waivers.values() if waiver.until]
    tally.found += ground.asked.found
    tally.to_go += ground.asked.to_go
    tally.changes += ground.asked.changes
    _ready(ground, tally, now)
    if not ground.watched:
        tally.say(Verdict.HOLD, "Nobody watches: no watch is running.")
    if ground.hold is not None:
        tally.say(Verdict.HOLD, f"On hold by {ground.hold.by}: {ground.hold.reason}.")
        tally.to_go.append("the hold ended")
        tally.changes.append(ground.hold.until)
    if not ground.criteria and all(item.optional for item, _ in ground.asked.items):
        tally.say(Verdict.HOLD, "This phase demands nothing, so nothing can be said of it.")
    worst = max((verdict for verdict, _ in tally.found), key=lambda v: RANK[v], default=Verdict.GO)
    reasons = tuple(reason for _, reason in sorted(tally.found, key=lambda pair: -RANK[pair[0]]))
    later = [at for at in tally.changes if at > now]
    ahead = None if worst is Verdict.GO else _outlook(judged, tally)
    return Gate(worst, reasons, judged, tuple(dict.fromkeys(tally.to_go)), min(later, default=None), ahead)


def _outlook(judged: Sequence[Judged], tally: _Tally) -> Outlook:
    """Say when the gate can be GO; what people have to do beside waiting is named, and has no date."""
    short = {one.short for one in judged}
    by_hand = [what for what in dict.fromkeys(tally.to_go) if what not in short]
    waiting = [(one.criterion.name, one.outlook) for one in judged if one.outlook is not None]
    acts = [name for name, one in waiting if one.at is None and one.by_hand]
    return latest([pair for pair in waiting if pair[0] not in acts], words.some([*acts, *by_hand], 6))


def _incidents(ground: Ground, tally: _Tally) -> None:
    for one in ground.incidents:
        if one.drill or not one.is_open or one.severity is Severity.LOW:
            continue
        grave = one.state != "suspected" and one.severity in (Severity.CRITICAL, Severity.HIGH)
        verdict = Verdict.NOGO if grave else Verdict.HOLD
        tally.say(verdict, f"Incident {one.label} is {one.state}: {one.title}.")
        tally.to_go.append(f"incident {one.label} resolved")


def asked_by(items: Sequence[tuple[Item, ItemState]], unconfirmed: Sequence[str] = ()) -> Asked:
    """Tell what items ask, and the sections that are done and not confirmed."""
    tally = _Tally()
    tasks: list[Item] = []
    unsigned: list[Item] = []
    for item, state in items:
        tally.changes += [at for at in (state.asks_at, state.due, state.grace_ends) if at]
        if item.optional:
            continue
        if state.standing == "broken":
            tally.say(Verdict.NOGO, f"“{item.text}” no longer holds.")
        elif item.kind == "guard" and state.standing in ("open", "overdue"):
            tally.say(Verdict.HOLD, f"“{item.text}” has not been affirmed lately.")
            tally.to_go.append(item.text)
        elif item.kind == "routine" and state.standing == "overdue":
            tally.say(Verdict.HOLD, f"“{item.text}” is overdue.")
            tally.to_go.append(item.text)
        elif state.standing == "to_sign":
            unsigned.append(item)
        elif item.kind == "task" and state.standing in ("open", "due", "overdue"):
            tasks.append(item)
    if tasks:
        _open_tasks(tasks, tally)
    if unconfirmed:
        tally.say(Verdict.HOLD, f"Done and not confirmed: {words.some(unconfirmed)}.")
        tally.to_go.append(f"{words.count(len(unconfirmed), 'section')} confirmed")
    if unsigned:
        many = words.count(len(unsigned), "item")
        tally.say(Verdict.HOLD, f"{many} not signed yet: {words.some([item.text for item in unsigned])}.")
        tally.to_go.append(f"{many} signed")
    return Asked(items, tally.found, tally.to_go, tally.changes)


def _open_tasks(tasks: Sequence[Item], tally: _Tally) -> None:
    """Say how many tasks are open as the checklist counts them; one that is not counted is wanted all the same."""
    counted = sum(1 for item in tasks if item.counted)
    apart = len(tasks) - counted
    many, beside, wanted = words.count(counted or apart, "item"), "", ""
    if apart and counted:
        beside = f", and {apart} that {'is' if apart == 1 else 'are'} not counted"
        wanted = f" and {apart} not counted"
    elif apart:
        beside = ", not counted"
    tally.say(Verdict.HOLD, f"{many} open{beside}: {words.some([item.text for item in tasks])}.")
    tally.to_go.append(many + wanted)


_READY = {"stale": "has gone stale", "not_ready": "is not ready", "not_set_up": "is not set up"}


def _ready(ground: Ground, tally: _Tally, now: datetime) -> None:
    for state in ("not_ready", "stale", "not_set_up"):
        names = [name for name, found, _ in ground.ready if found == state]
        if names:
            verb = _READY[state].replace("has", "have").replace("is", "are") if len(names) > 1 else _READY[state]
            tally.say(Verdict.HOLD, f"{words.sentence(words.some(names))} {verb}.")
            tally.to_go.append(f"{len(names)} ready" if len(names) > 1 else f"{names[0]} ready")
    tally.changes += [at for _, _, at in ground.ready if at]
