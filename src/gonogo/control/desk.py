"""The watch's hand in the store: everything that it reads and writes, on one thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.control import renewing
from gonogo.control.clock import Ids
from gonogo.control.metrics import enroll
from gonogo.control.observer import Batch, Before, Observer
from gonogo.control.reader import BoardReader
from gonogo.control.roll import Roll, difference
from gonogo.control.room import ControlRoom, Done
from gonogo.control.runs import settle
from gonogo.rules import words
from gonogo.rules.board import IncidentRow
from gonogo.rules.clock import Clock, Instant
from gonogo.rules.condition import Answer
from gonogo.rules.config import Config
from gonogo.rules.config_face import face_of
from gonogo.rules.drill import healed_at, is_played, seen
from gonogo.rules.fitting import Frame, frame_of
from gonogo.rules.incident import CONFIRM_PASSES, Incident, all_up, open_incidents, unconfirmed
from gonogo.rules.item import ProveItem
from gonogo.rules.launch import BeginLaunch, NameLaunch, active_phase, begins
from gonogo.rules.ledger import Slots
from gonogo.rules.logbook import Logbook
from gonogo.rules.measured import Sample
from gonogo.rules.pause import Pause
from gonogo.rules.plan import Launch, Phase
from gonogo.rules.poll import RevokeVotes
from gonogo.rules.probe import Probe, Pulse
from gonogo.rules.readiness import Seen
from gonogo.rules.record import Fact, Records
from gonogo.rules.response import DoStep, RecoverIncident, SuspectIncident
from gonogo.rules.run import changed_at, changing, is_confirmed, mended_at
from gonogo.store import evidence, pruning, pulses, rollups, rows, runs, samples, series, watching
from gonogo.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ACTOR = "watch"
_AT_WORK = ("suspected", "declared", "mitigating")


class Desk:
    """Opens the state as its one watch; each method is one transaction or one reading."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.clock = clock
        self.ids = Ids(clock)
        self.store = Store(path, thorough=True)
        self.room = ControlRoom(self.store, clock, ACTOR, self.ids)
        self._reader = BoardReader(self.store, clock)
        with self.store.writing() as db:
            epoch = watching.begin(db, clock.now())
            self.store.bump(["watch"])
        self.store.epoch = epoch
        self.beats: dict[str, Instant] = {}
        """When each heartbeat last came, by the name of its probe."""
        self._beats_read_to = 0
        self._version = -1
        self._pruned_to = 0
        self._planned = True

    def has_news(self) -> bool:
        """Whether somebody else has written since this was last asked."""
        version = self.store.data_version()
        news, self._version = version != self._version, version
        return news

    def phase(self) -> Phase | None:
        """Return the active phase."""
        return active_phase(self.store.state())

    def launch(self) -> Launch | None:
        """Return the launch, if the file holds one."""
        return next(iter(self.store.state().all(Launch)), None)

    def frame(self) -> Frame:
        """Return what a config of this launch has to fit."""
        return frame_of(self.store.state())

    def observer(self) -> Observer:
        """Return a memory filled from the rollups on disk."""
        return Observer(*self._past())

    def begin_phase(self, observer: Observer) -> None:
        """Let a memory take over the active phase and what was before it."""
        slots, start, before = self._past()
        observer.begin_phase(start, before, slots)

    def _past(self) -> tuple[dict[int, Slots], Instant | None, Before | None]:
        """Read the rollups that windows are made of, the active phase's start, and what was seen in the one before."""
        db, phase = self.store.db, self.phase()
        start = phase.started_at if phase else None
        slots = rollups.reached(db, _second(self.clock.now()), _second(start) if start else None)
        ended = [(one.ended_at, one.started_at) for one in self.store.state().all(Phase) if one != phase]
        last = max(((end.utc, begun) for end, begun in ended if end and begun), key=lambda one: one[0], default=None)
        if start is None or last is None:
            return slots, start, None
        first, end_s = _second(last[1]), int(last[0].timestamp())
        return slots, start, Before(end_s - first, rollups.total(db, first, end_s))

    def builds(self) -> dict[str, str]:
        """Return the build that was last seen or deployed in each environment."""
        return evidence.builds(self.store.db)

    def read_beats(self) -> None:
        """Read the heartbeats that have come since this was last done."""
        last = evidence.last_row(self.store.db)
        for fact in evidence.read_after(self.store.db, ["heartbeat"], self._beats_read_to):
            self.beats[str(fact.data["name"])] = fact.at
        self._beats_read_to = last

    def pauses(self) -> dict[str, Pause]:
        """Return which probes are left alone, by name."""
        paused = {pause.id: pause for pause in self.store.state().all(Pause)}
        return {one.name: paused[one.id] for one in rows.read_some(self.store.db, Probe, "id", paused)}

    def accepted_config(self) -> str | None:
        """Return the text of the config that was accepted last."""
        return watching.accepted_config(self.store.db)

    def accept(self, text: str, config: Config, observer: Observer, pauses: Mapping[str, Pause]) -> None:
        """Make a config the live one: keep its text and how it differs, and a row for each probe."""
        active = self.phase()
        with self.store.writing() as db:
            before = watching.accepted_config(db)
            if watching.accept_config(db, text, self.clock.now(), face_of(config).model_dump_json()):
                said = difference(before, config)
                fact = Fact(id=self.ids.fresh(), kind="config", at=self.clock.now(), actor=ACTOR, data={"text": said})
                evidence.append(db, [fact])
                self.store.bump(["watch", "evidence"])
            roll = Roll(self.store, config, active.key if active else None, self.clock.now(), self.ids.fresh)
            roll.call(observer, pauses)
            self.store.bump(["probes", "metrics"] if enroll(self.store, config, self.clock.now()) else ["probes"])
        self.room.dispatch(NameLaunch(name=config.launch.name, timezone=config.launch.timezone))

    def write(
        self, batch: Batch, facts: Sequence[Fact], turned: Sequence[str], measured: Sequence[tuple[str, Sample]] = ()
    ) -> None:
        """Write a batch of checks and samples with everything that follows from them."""
        with self.store.writing() as db:
            series.append(db, batch.checks)
            pulses.put(db, batch.probes)
            rollups.put(db, batch.tallies)
            watching.beat(db, self.clock.now())
            parts = {"pulse"} if batch.probes else set()
            if facts and evidence.append(db, facts):
                parts.add("evidence")
            if measured and samples.append(db, measured):
                parts.add("samples")
            self.store.bump(parts)
        if turned:
            names = set(turned)
            self._incidents([one for one in batch.probes if one.name in names])

    def _incidents(self, turned: Iterable[Probe | Pulse]) -> None:
        """Open, join or recover incidents for probes whose health turned."""
        for probe in turned:
            if probe.health == "down" and probe.critical and probe.since:
                why = probe.detail or str(probe.failure or "failed")
                change = self.last_change(probe.since)
                self.room.dispatch(SuspectIncident(probe=probe.name, why=why, onset=probe.since, last_change=change))
        state = self.store.state()
        for incident in open_incidents(state):
            self.recover(incident.id)

    def recover(self, incident_id: str) -> None:
        """See a real incident recovered, if all that it began with is well."""
        state = self.store.state()
        incident = state.get(Incident, incident_id)
        if incident is None or is_played(state, incident) or incident.state not in _AT_WORK:
            return
        mine = Records(rows.read_some(self.store.db, Probe, "name", incident.probes))
        if all_up(mine, incident):
            self.room.dispatch(RecoverIncident(incident=incident.id, sure=not unconfirmed(mine, incident)))

    def book(self) -> Logbook:
        """Return what was logged."""
        self._reader.board()
        return self._reader.book

    def catch_up(self) -> None:
        """Suspect what a watch before this one saw go down and did not live to say."""
        incidents = [one for one in self.store.state().all(Incident) if not one.drill]
        unsaid = []
        for probe in rows.read_some(self.store.db, Probe, "health", ["down"]):
            if probe.critical and probe.counts and probe.since:
                since = probe.since.utc
                covered = (one for one in incidents if probe.name in one.probes)
                if not any(one.state in _AT_WORK or one.detected_at.utc >= since for one in covered):
                    unsaid.append(probe)
        self._incidents(unsaid)

    def confirm(self) -> None:
        """See an incident recovered and its fix confirmed, once its probes have passed often enough in a row."""
        board = self._reader.board()
        for row in board.incidents:
            incident = row.incident
            played = row.drill is not None and not row.drill.real
            since = healed_at(row.steps) if played else mended_at(board.runs, incident.id)
            step = next((one for one in row.steps if one.confirm and not one.done_at), None)
            changed = None if played else changed_at(board.runs, incident.id)
            watched = incident.state == "monitoring"
            if not played and changing(Records(board.runs), incident):
                continue
            if (step is None if watched else since is None) or not self._is_confirmed(row, changed or since):
                continue
            if not watched:
                self.room.dispatch(RecoverIncident(incident=incident.id, sure=True))
            if step is not None:
                note = f"{words.some(incident.probes)} passed {CONFIRM_PASSES} times in a row"
                note = note if incident.probes else f"{words.some(incident.signs)}: over"
                self.room.dispatch(DoStep(incident=incident.id, step=step.id, note=note))

    def prove(self) -> None:
        """Tick the items whose evidence is there."""
        for item, proof in self._reader.board().proofs.items():
            if proof.answer is Answer.PASS:
                self.room.dispatch(ProveItem(item=item, said=proof.said))

    def _is_confirmed(self, row: IncidentRow, since: Instant | None) -> bool:
        """Whether all probes of an incident passed often enough in a row, since the site was changed."""
        incident = row.incident
        if incident.uncleared or not incident.probes:
            return bool(incident.signs) and not incident.uncleared
        probes = seen(
            rows.read_some(self.store.db, Probe, "name", incident.probes), incident, row.drill, row.steps,
            self.clock.now(),
        )  # fmt: skip
        return len(incident.probes) == len(probes) and all(is_confirmed(probe, since) for probe in probes)

    def last_change(self, before: Instant) -> str:
        """Say the last deploy before an instant."""
        return last_change(self.store, before)

    def begin_if_due(self) -> bool:
        """Begin a planned launch whose first window has opened; return whether it did."""
        if not self._planned:
            return False
        launch = self.launch()
        self._planned = launch is None or launch.state == "planned"
        if launch is None or not begins(launch, self.clock.now().utc):
            return False
        return isinstance(self.room.dispatch(BeginLaunch()), Done)

    def beat(self) -> None:
        """Write the heartbeat alone."""
        with self.store.writing() as db:
            watching.beat(db, self.clock.now())

    def tell(self, config_error: str | None, note: str | None) -> None:
        """Write what the watch has to say of itself."""
        with self.store.writing() as db:
            watching.tell(db, config_error=config_error, note=note)
            self.store.bump(["watch"])

    def settle(self) -> None:
        """Write down how those runs ended whose supervisor is gone."""
        if runs.under_way(self.store.db):
            settle(self.room)

    def trouble(self, words: str | None) -> None:
        """Write what else troubles the watch, also on the timeline; or that it no longer does."""
        said = words or "[watch] ping is heard again"
        fact = Fact(id=self.ids.fresh(), kind="watch", at=self.clock.now(), actor=ACTOR, data={"text": said})
        with self.store.writing() as db:
            watching.trouble(db, words)
            evidence.append(db, [fact])
            self.store.bump(["watch", "evidence"])

    def latch(self) -> None:
        """Record the verdict when it changed, with its reasons."""
        board = self._reader.board()
        if board.active is None:
            return
        if moved := {
            row.vote.id: row.vote.stale for row in board.poll if row.vote and not row.vote.stale_at and row.vote.stale
        }:
            self.room.dispatch(RevokeVotes(why=moved))
        with self.store.writing() as db:
            if watching.latch(
                db,
                self.ids.fresh(),
                board.active.phase.id,
                board.verdict,
                board.gate.reasons,
                self.clock.now(),
            ):
                said = board.gate.reasons[0] if board.gate.reasons else "everything that it demands is there."
                words = f"{board.active.phase.name} is {board.verdict}: {said}"
                fact = Fact(
                    id=self.ids.fresh(),
                    kind="verdict",
                    at=self.clock.now(),
                    actor=ACTOR,
                    data={"text": words},
                )
                evidence.append(db, [fact])
                self.store.bump(["gate", "evidence"])

    def requests(self) -> list[watching.Request]:
        """Read what others ask of the watch."""
        return watching.open_requests(self.store.db)

    def answer(self, request_id: str, words: str) -> None:
        """Answer a request."""
        with self.store.writing() as db:
            watching.answer(db, request_id, words, self.clock.now())

    def renew(self, key: str, seen: Seen) -> None:
        """Write what the watch saw of a readiness target."""
        renewing.renew(self.room, key, seen)

    def renew_alarms(self, channels: Sequence[str]) -> None:
        """Write whether a person saw a test of each channel lately."""
        renewing.renew_alarms(self.room, channels)

    def renew_awake(self) -> None:
        """Write whether the watch is awake enough for what the gates must prove."""
        renewing.renew_awake(self.room)

    def prune(self) -> bool:
        """Drop a small step of what is older than it is kept; return whether there is more to do."""
        begun = [_second(one.started_at) for one in self.store.state().all(Phase) if one.started_at]
        with self.store.writing() as db:
            following = pruning.step(db, self._pruned_to, _second(self.clock.now()), begun)
        self._pruned_to = following or 0
        return following is not None


def _second(at: Instant) -> int:
    return int(at.utc.timestamp())


def last_change(store: Store, before: Instant) -> str:
    """Say the last deploy before an instant: `v1.8.3, 12 min before the first failure`; empty when none is known."""
    from gonogo.rules import words

    deploys = [fact for fact in evidence.read(store.db, ["deploy"]) if fact.at.utc <= before.utc]
    if not deploys:
        return ""
    newest = deploys[-1]
    gap = words.span((before.utc - newest.at.utc).total_seconds())
    return f"{newest.data['build']}, {gap} before the first failure"
