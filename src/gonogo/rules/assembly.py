"""Making a board out of its parts: what was read becomes what all faces show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gonogo.rules import due, poll, proven, ready_rows, ready_words, target, trade, waiver
from gonogo.rules.advance import last_verdict, projected
from gonogo.rules.board import (
    Board,
    Calling,
    IncidentRow,
    LogLine,
    PhaseRow,
    ReadyRow,
    WatchState,
)
from gonogo.rules.call import Call
from gonogo.rules.checklist import Checklist, Mine, checklist
from gonogo.rules.clock import Instant
from gonogo.rules.contact import Contact
from gonogo.rules.criterion import Judge
from gonogo.rules.drill import Drill
from gonogo.rules.gate import Gate, Ground, asked_by, judge
from gonogo.rules.hold import holding
from gonogo.rules.incident import Incident, open_incidents, steps_of
from gonogo.rules.launch import active_phase
from gonogo.rules.letter import Post
from gonogo.rules.lists import Lists
from gonogo.rules.logbook import Logbook
from gonogo.rules.measured import Meters
from gonogo.rules.pause import Pause
from gonogo.rules.plan import Criterion, Launch, Phase, Seat, Severity, Template
from gonogo.rules.poll import Vote, called_poll
from gonogo.rules.probe import Probe
from gonogo.rules.proven import Proof
from gonogo.rules.reading import Evidence, read
from gonogo.rules.ready_rows import Known
from gonogo.rules.record import Records, State
from gonogo.rules.run import Pace, Run, pace, paced
from gonogo.rules.sight import Sight, serious
from gonogo.rules.watched import Watched, unseen_at

WATCH_BORNE = timedelta(minutes=5)
"""For how long a missing watch does not yet change the verdict."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a board is made of, part by part; a part that did not change is the same object."""

    plan: State
    ticks: State
    incidents: State
    timelines: Mapping[str, tuple[LogLine, ...]]
    probes: tuple[Probe, ...]
    book: Logbook
    lists: Lists
    log: tuple[LogLine, ...]
    watch: WatchState
    looks: tuple[datetime, ...] = ()
    currency: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    during: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    watched: Watched | None = None
    """The same probes in columns, kept while only some of them change."""
    gate: State = field(default_factory=Records)
    builds: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    judge: Judge = field(default_factory=Judge)
    contacts: tuple[Contact, ...] = ()
    calling: Calling = field(default_factory=Calling)
    posts: Mapping[str, tuple[Post, ...]] = field(default_factory=dict)
    """What was told of each open incident."""
    meters: Meters = field(default_factory=dict)
    """What is asked for and not logged."""
    checklist: Checklist | None = None
    """Where each line stands, where somebody keeps it while it holds."""
    runs: tuple[Run, ...] = ()
    """The newest commands that were set off, newest first."""
    place: str = ""
    """Where the product is, as customers are told it."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where the watch sees to a readiness target, by its key."""


def assemble(parts: Parts, launch: Launch, now: Instant) -> Board:
    """Make the board of this moment out of its parts."""
    active = active_phase(parts.plan)
    if parts.watched is None or not parts.watched.are_seen(now.utc):
        parts = replace(parts, probes=tuple(_as_seen(probe, now) for probe in parts.probes))
    kept = parts.checklist or checklist(parts.plan, parts.ticks, now.utc)
    rows, mine = kept.rows, kept.mine
    found = pace(parts.runs)
    ready = ready_rows.rows(
        parts.plan, parts.ticks, Known(found, parts.runs, parts.contacts, parts.place, parts.sources), now.utc
    )
    front = open_incidents(parts.incidents)
    evidence = _evidence(parts, launch, active, mine)
    gate = judge(_ground(parts, launch, active, mine, ready, front, evidence, now), now.utc)
    sight = _sight(parts, active, mine, ready, front, gate, now)
    return Board(
        launch=launch,
        at=now,
        phases=tuple(_with_verdict(row, gate) for row in rows),
        gate=gate,
        probes=parts.probes,
        ready=ready,
        trade=trade.of(parts.book, parts.lists, active, now.utc),
        incidents=tuple(_incident(parts, one, found) for one in front),
        resolved=tuple(one for one in reversed(parts.incidents.all(Incident)) if not one.is_open),
        log=parts.log,
        lists=parts.lists,
        due=due.of(mine, ready, front, parts.lists, now.utc),
        templates=tuple(parts.plan.all(Template)),
        watch=parts.watch,
        currency=parts.currency,
        commands=parts.commands,
        pauses=_pauses(parts, now),
        during=parts.during,
        hold=holding(parts.gate, now.utc),
        poll=poll.rows(parts.gate.all(Vote), sight, now.utc) if active else (),
        sight=sight,
        called=called_poll(parts.gate, active) if active else None,
        builds=parts.builds,
        runs=parts.runs,
        pace=found,
        people=parts.people,
        contacts=parts.contacts,
        drills=tuple(reversed(parts.incidents.all(Drill))),
        calling=parts.calling,
        metrics=tuple(read(name, None, evidence, now.utc) for name in parts.meters),
        slipped=projected(parts.plan.all(Phase), now.utc, launch.timezone),
        proofs=_proofs(parts, mine, evidence, launch, now.utc),
        hasty=mine.hasty if mine else (),
        asks=tuple(target.unanswered([one for one in parts.plan.all(Criterion) if active and one.phase == active.id])),
    )


def _sight(
    parts: Parts, active: Phase | None, mine: Mine | None, ready: Sequence[ReadyRow], front: Sequence[Incident],
    gate: Gate, now: Instant,
) -> Sight:  # fmt: skip
    place = active.environment if active else ""
    return Sight(
        gate=gate,
        phase=active,
        seats=sorted(parts.plan.all(Seat), key=lambda seat: seat.position),
        checklist=(mine.row.done, mine.row.total) if mine else (0, 0),
        ready=[(row.target, row.state, ready_words.amiss(row, now.utc)) for row in ready],
        incidents=serious(front),
        criticals=[row.logged for row in parts.lists.open_bugs(Severity.CRITICAL)],
        builds={place: parts.builds[place]} if place in parts.builds else parts.builds,
        people=parts.people,
    )


def _proofs(
    parts: Parts, mine: Mine | None, evidence: Evidence, launch: Launch, now: datetime
) -> dict[str, Proof]:  # fmt: skip
    """Say what evidence says of the items that wait for it."""
    found: dict[str, Proof] = {}
    for item in mine.proven if mine else ():
        proof = proven.of_probe(item, parts.probes)
        if proof is None:
            one = parts.judge.judge(proven.as_criterion(item), evidence, now, None, launch.timezone, None)
            proof = proven.of_judged(one)
        found[item.id] = proof
    return found


def _incident(parts: Parts, one: Incident, found: Pace | None) -> IncidentRow:
    since = (one.onset_at or one.detected_at).utc
    hit = trade.struck(parts.book, since)
    call, posts = parts.incidents.get(Call, one.id), parts.posts.get(one.id, ())
    steps = tuple(paced(steps_of(parts.incidents, one), found))
    drill = parts.incidents.get(Drill, one.id)
    return IncidentRow(one, steps, parts.timelines.get(one.id, ()), hit, call=call, posts=posts, drill=drill)


def _pauses(parts: Parts, now: Instant) -> dict[str, Pause]:
    held = {one.id: one for one in parts.plan.all(Pause) if one.holds(now)}
    return {probe.name: held[probe.id] for probe in parts.probes if probe.id in held} if held else {}


def _as_seen(probe: Probe, now: Instant) -> Probe:
    """What nobody has asked for a while is unknown, whatever it was."""
    ends = unseen_at(probe)
    if ends is None or now.utc <= ends:
        return probe
    return probe.model_copy(update={"health": "unknown", "detail": "not asked lately", "since": probe.checked_at})


def _with_verdict(row: PhaseRow, gate: Gate) -> PhaseRow:
    if row.phase.state != "active":
        return row
    return PhaseRow(row.phase, row.sections, row.done, row.total, gate.verdict)


def _evidence(parts: Parts, launch: Launch, active: Phase | None, mine: Mine | None) -> Evidence:
    begun = active.started_at.utc if active and active.started_at else None
    return Evidence(
        log=parts.book,
        lists=parts.lists,
        probes=parts.probes,
        incidents=() if launch.demo else parts.incidents.all(Incident),
        drills=parts.incidents.all(Drill),
        founded=launch.opens,
        phase_start=begun,
        settled=mine.settled if mine else 0,
        required=mine.required if mine else 0,
        looks=parts.looks,
        known=parts.watched,
        meters=parts.meters,
        zone=ZoneInfo(launch.timezone),
    )


def _ground(
    parts: Parts,
    launch: Launch,
    active: Phase | None,
    mine: Mine | None,
    ready: tuple[ReadyRow, ...],
    front: Sequence[Incident],
    evidence: Evidence,
    now: Instant,
) -> Ground:
    criteria = [one for one in parts.plan.all(Criterion) if active and one.phase == active.id]
    beat = parts.watch.heartbeat_at
    lately = beat is not None and now.utc - beat.utc < WATCH_BORNE
    return Ground(
        launch=launch,
        phase=active,
        criteria=sorted(criteria, key=lambda one: one.position),
        asked=mine.asked if mine else asked_by(()),
        ready=[(row.target.name, row.state, row.stale_at) for row in ready],
        incidents=front,
        evidence=evidence,
        watched=lately or (parts.watch.running and not parts.watch.stalled),
        hold=holding(parts.gate, now.utc),
        waivers={one.criterion: one for one in waiver.live(parts.gate, now.utc)},
        judge=parts.judge,
        kept=last_verdict(parts.plan.all(Phase)),
    )
