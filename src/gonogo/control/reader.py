"""Reading the board: only the parts that changed are read again, and the rest is shared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gonogo.control.timeline import timeline
from gonogo.rules import contact, lists, log
from gonogo.rules.assembly import Parts, assemble
from gonogo.rules.board import Board, LogLine, WatchState
from gonogo.rules.bug import Bug
from gonogo.rules.call import Call
from gonogo.rules.checklist import checklist
from gonogo.rules.clock import Clock, elapsed
from gonogo.rules.config import ContactConfig
from gonogo.rules.config_face import Face
from gonogo.rules.contact import Contact
from gonogo.rules.drill import Drill
from gonogo.rules.hold import Hold
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.lists import Lists
from gonogo.rules.logbook import Logbook
from gonogo.rules.logged import Logged
from gonogo.rules.measured import Meter, Meters, Series
from gonogo.rules.pause import Pause
from gonogo.rules.plan import (
    Criterion,
    Item,
    Launch,
    Phase,
    Readiness,
    Renewal,
    RunbookStep,
    Seat,
    Section,
    Template,
    Tick,
)
from gonogo.rules.poll import Poll, Vote
from gonogo.rules.probe import Probe
from gonogo.rules.record import Record, Records
from gonogo.rules.reply import Faq, Reply
from gonogo.rules.roster import Member
from gonogo.rules.waiver import Waiver
from gonogo.rules.watched import Watched
from gonogo.store import evidence, journal, logged, outbox, pulses, rows, runs, samples, watching
from gonogo.store.errors import Refused
from gonogo.store.store import Store

LOG_LINES = 120
RUNS = 60
STALLED_S = 15.0
"""A watch whose heartbeat is older does nothing."""
_PLAN = (Launch, Phase, Section, Item, Criterion, Readiness, RunbookStep, Template, Seat, Pause)
_TICKS = (Tick, Renewal)
_GATE = (Waiver, Hold, Poll, Vote)
_LISTS = (Bug, Reply, Faq, Member)


@dataclass(slots=True)
class _Loaded:
    parts: Parts
    launch: Launch


class BoardReader:
    """Makes boards for one store; it belongs to the store's thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[str, int] = {}
        self._loaded: _Loaded | None = None
        self._board: Board | None = None
        self._alive = (False, False)
        self._read_to = (0, 0)
        self._probes: dict[int, Probe] = {}
        self._meters: dict[int, Meter] = {}
        self._sampled_to = 0
        self._cared: tuple[Logged, ...] = ()
        self._records = Records()
        self._listed: tuple[ContactConfig, ...] = ()

    def board(self) -> Board:
        """Return the board of this moment; the same object as before when nothing changed."""
        alive = self._watch_life()
        revisions = self._store.revisions()
        changed = {part for part, n in revisions.items() if self._seen.get(part) != n}
        if self._board and not changed and alive == self._alive and not self._is_due(self._board):
            return self._board
        with self._store.reading():
            revisions = self._store.revisions()
            changed = {part for part, n in revisions.items() if self._seen.get(part) != n}
            self._load(changed, alive)
        self._seen, self._alive = revisions, alive
        assert self._loaded is not None
        self._board = assemble(self._loaded.parts, self._loaded.launch, self._clock.now())
        return self._board

    @property
    def book(self) -> Logbook:
        """What was logged, as of the last board."""
        assert self._loaded is not None
        return self._loaded.parts.book

    @property
    def meters(self) -> Meters:
        """What is asked for and not logged, as of the last board."""
        assert self._loaded is not None
        return self._loaded.parts.meters

    def _is_due(self, board: Board) -> bool:
        """Whether the board says something else by now, though nothing was written."""
        now = self._clock.now().utc
        at = board.gate.next_change_at
        watched = board.watch.running and not board.watch.stalled
        fading = not watched and any(probe.health not in ("unknown", "paused") for probe in board.probes)
        patience = timedelta(seconds=5) if fading else timedelta(minutes=1)
        return (at is not None and now >= at) or now - board.at.utc > patience

    def _watch_life(self) -> tuple[bool, bool]:
        """Tell whether a watch holds the launch, and whether it is stalled."""
        alive = watching.is_alive(self._store.path)
        beat = watching.heartbeat(self._store.db) if alive else None
        return alive, beat is not None and elapsed(beat, self._clock.now()).seconds > STALLED_S

    def _load(self, changed: set[str], alive: tuple[bool, bool]) -> None:
        db, read_to = self._store.db, self._read_to
        old = self._loaded.parts if self._loaded else None
        parts = old or Parts(Records(), Records(), Records(), {}, (), Logbook(), Lists(), (), WatchState())
        parts = self._with_records(parts, {"plan", "ticks", "gate"} if old is None else changed)
        if old is None or changed & {"incidents", "outbox", "runs", "evidence"}:
            parts = self._with_incidents(parts, anew=old is None or bool(changed & {"incidents", "outbox"}))
        if old is None or changed & {"probes", "pulse"}:
            parts = self._with_probes(parts, anew=old is None or "probes" in changed)
        if old is None or changed & {"metrics", "samples"}:
            parts = self._with_samples(parts, anew=old is None or "metrics" in changed)
        if old is None or changed & {"amended", "evidence", "lists"}:
            parts = self._with_lists(parts, changed, anew=old is None or "amended" in changed)
        if old is None or changed & {"evidence", "journal"}:
            log_lines, read_to = self._log(parts.log)
            parts = replace(parts, log=log_lines, builds=evidence.builds(db), contacts=self._contacts())
        if old is None or "runs" in changed:
            parts = replace(parts, runs=tuple(runs.newest(db, RUNS)))
        if old is None or "watch" in changed or alive != self._alive:
            parts = replace(parts, watch=self._watch(alive))
        if old is None or "watch" in changed:
            parts = self._with_face(parts)
        now = self._clock.now().utc
        if parts.checklist is None or changed & {"plan", "ticks"} or not parts.checklist.holds(now):
            parts = replace(parts, checklist=checklist(parts.plan, parts.ticks, now), looks=self._looks(parts))
        launch = next(iter(parts.plan.all(Launch)), None)
        if launch is None:
            raise Refused(f"{self._store.path} holds no launch; `gonogo init` founds one.")
        self._loaded, self._read_to = _Loaded(parts, launch), read_to

    def _with_records(self, parts: Parts, changed: set[str]) -> Parts:
        """Take over the records of those parts that changed."""
        db = self._store.db
        if "plan" in changed:
            parts = replace(parts, plan=Records(record for kind in _PLAN for record in rows.read_all(db, kind)))
        if "ticks" in changed:
            parts = replace(parts, ticks=Records(record for kind in _TICKS for record in rows.read_all(db, kind)))
        if "gate" in changed:
            parts = replace(parts, gate=Records(record for kind in _GATE for record in rows.read_all(db, kind)))
        return parts

    def _log(self, before: tuple[LogLine, ...]) -> tuple[tuple[LogLine, ...], tuple[int, int]]:
        """Read the lines that are new; return the newest of all, and how far facts and journal are read."""
        db = self._store.db
        row, entry = self._read_to
        entries = journal.newest(db, LOG_LINES, entry)
        facts = evidence.newest(db, LOG_LINES, row, log.QUIET)
        read_to = (evidence.last_row(db), max((one.seq for one in entries), default=entry))
        lines = [LogLine(one.at, one.actor, one.said) for one in entries]
        lines += [LogLine(fact.at, fact.actor, log.words(fact), "fact") for fact in facts]
        newest = sorted((*lines, *before), key=lambda line: line.at.utc, reverse=True)
        return tuple(newest[:LOG_LINES]), read_to

    def _with_incidents(self, parts: Parts, *, anew: bool) -> Parts:
        """Take over the incidents, and of those that are open what happened; what reads the same is the same."""
        db, incidents = self._store.db, parts.incidents
        if anew:
            kinds: tuple[type[Record], ...] = (Incident, IncidentStep, Drill, Call)
            incidents = Records(record for kind in kinds for record in rows.read_all(db, kind))
        front = [one for one in incidents.all(Incident) if one.is_open]
        lines = {one.id: timeline(self._store, one) for one in front}
        same = {key: before for key, before in parts.timelines.items() if lines.get(key) == before}
        parts = replace(parts, incidents=incidents, timelines=lines | same)
        if not anew:
            return parts
        posts = {one.id: tuple(outbox.of_incident(db, one.id)) for one in front}
        return replace(parts, posts=posts, calling=replace(parts.calling, dead=tuple(outbox.dead(db))))

    def _with_probes(self, parts: Parts, *, anew: bool) -> Parts:
        """Take over what checks changed of probes; with another config, all of them."""
        db = self._store.db
        if anew or parts.watched is None:
            watched = _watched(rows.read_all(db, Probe))
            self._probes = {probe.number: probe for probe in watched}
            return replace(parts, probes=tuple(watched), watched=Watched(watched))
        for number, hot in pulses.read_after(db, self._seen["pulse"]):
            if (probe := self._probes.get(number)) is not None:
                self._probes[number] = probe.model_copy(update=hot)
                parts.watched.put(self._probes[number])
        return replace(parts, probes=parts.watched.probes)

    def _with_lists(self, parts: Parts, changed: set[str], *, anew: bool) -> Parts:
        """Take over what was logged since, or all of it when somebody said that old entries are otherwise."""
        db, after = self._store.db, 0 if anew else parts.book.length
        if anew:
            parts = replace(parts, book=Logbook.of(logged.entries(db)))
        else:
            parts.book.extend(logged.entries(db, after))
        if anew or parts.book.length > after:
            self._cared = (*(() if anew else self._cared), *logged.cared(db, after))
        if anew or "lists" in changed:
            self._records = Records(record for kind in _LISTS for record in rows.read_all(db, kind))
        return replace(parts, lists=lists.make(self._cared, self._records, parts.book))

    def _with_samples(self, parts: Parts, *, anew: bool) -> Parts:
        """Take over the samples that are new; with another config, its metrics and all of their samples."""
        db = self._store.db
        if anew:
            rows = [row for row in samples.metrics(db) if not row.gone]
            self._meters = {
                row.number: Meter(row.name, row.kind, row.source, row.every_s, row.adds, Series(row.kind, row.every_s))
                for row in rows
            }
            parts = replace(parts, meters={meter.name: meter for meter in self._meters.values()})
            self._sampled_to, fresh, plain = samples.read_all(db)
        else:
            (self._sampled_to, fresh), plain = samples.read_after(db, self._sampled_to), {}
        for number, found in fresh.items():
            if number in self._meters:
                self._meters[number].series.put(*found)
        for number, columns in plain.items():
            if number in self._meters:
                self._meters[number].series.load(columns)
        return parts

    def _with_face(self, parts: Parts) -> Parts:
        """Take over what faces show of the accepted config."""
        face = Face.model_validate_json(watching.accepted_face(self._store.db))
        self._listed = face.contacts
        named = replace(
            parts, currency=face.currency, commands=face.commands, people=face.people, during=face.during,
            place=face.place, sources=face.sources,
        )  # fmt: skip
        calling = replace(parts.calling, chain=face.chain, quiet=face.quiet)
        return replace(named, calling=calling, contacts=self._contacts())

    def _contacts(self) -> tuple[Contact, ...]:
        return contact.known(self._listed, evidence.read(self._store.db, ["contact"]))

    def _looks(self, parts: Parts) -> tuple[datetime, ...]:
        routines = {item.id for item in parts.plan.all(Item) if item.kind == "routine"}
        return tuple(at.utc for tick in parts.ticks.all(Tick) if tick.id in routines for at in tick.recent)

    def _watch(self, alive: tuple[bool, bool]) -> WatchState:
        row = watching.read(self._store.db)
        if row is None:
            return WatchState()
        error = row.config_error if alive[0] else None  # a watch that is gone has not seen the file as it is now
        note = row.note if alive[0] else None
        return WatchState(*alive, row.heartbeat_at, row.started_at, row.pid, error, note)


def _watched(probes: list[Probe]) -> list[Probe]:
    return sorted((probe for probe in probes if not probe.gone), key=lambda probe: probe.number)
