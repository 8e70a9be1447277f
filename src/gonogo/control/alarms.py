"""Telling people of incidents: letters in the transaction of what they tell of, and deadlines that ring once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gonogo.control.clock import Ids
from gonogo.control.shelf import affected
from gonogo.rules import alarm, channel, deadline
from gonogo.rules.alarm import Matter
from gonogo.rules.call import Call
from gonogo.rules.clock import Clock, Instant, elapsed
from gonogo.rules.config_face import Face
from gonogo.rules.deadline import Deadline, Ring
from gonogo.rules.drill import Drill, ousts
from gonogo.rules.incident import Incident, open_incidents, steps_of
from gonogo.rules.letter import Kind, Letter
from gonogo.rules.plan import Launch, Seat
from gonogo.rules.record import Act, Fact, State
from gonogo.store import evidence, outbox, watching
from gonogo.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACTOR = "watch"


def accepted(store: Store) -> Face:
    """Return whom the config that was accepted last names, and the ways to them."""
    return Face.model_validate_json(watching.accepted_face(store.db))


def unseated(team: Face, state: State) -> tuple[str, ...]:
    """Return the names of the plan's seats that nobody holds; none where the config says nothing of seats."""
    held = {seat for seats in team.people.values() for seat in seats}
    return tuple(one.name for one in state.all(Seat) if one.key not in held) if held else ()


def tell(store: Store, incident_id: str, kind: Kind, said: str, act: Act) -> bool:
    """Leave a letter for each channel, in the transaction of what happened; return whether there was one."""
    state, team = store.state(), accepted(store)
    incident, launch = state.get(Incident, incident_id), next(iter(state.all(Launch)), None)
    if not team.channels or incident is None or launch is None:
        return False
    call = state.get(Call, incident.id)
    who: Sequence[str] = deadline.called(incident, call, team.chain, act.at)
    if kind == "handed" and call and call.to:
        who = [call.to]
    elif kind in ("opened", "reopened", "raised"):
        who = who[:1]
    real = ousts(incident, state.all(Drill))
    hit = affected(store, incident, act.at)
    matter = Matter(launch, incident, steps_of(state, incident), act.at, team.open_with, real, hit)
    letters = _letters(
        matter, team, f"{incident.id}/{act.fresh()}", kind, alarm.event(matter, kind, said), who, act.fresh
    )
    return bool(outbox.put(store.db, letters))


def post(store: Store, incident_id: str, letters: Sequence[tuple[str, str]], act: Act) -> None:
    """Leave what a person sends, in the transaction that says so: over which channel, and the words."""
    launch = next(iter(store.state().all(Launch)))
    outbox.put(store.db, [
        Letter(
            id=act.fresh(), channel=to, event=f"{incident_id}/{act.fresh()}", kind="message", title=launch.name,
            text=words, at=act.at, incident=incident_id,
        )
        for to, words in letters
    ])  # fmt: skip


def next_contact(store: Store, incident_id: str) -> str:
    """Return who would be called after whoever has the incident, or was called first; empty when there is nobody."""
    state, contacts = store.state(), accepted(store).chain
    incident = state.get(Incident, incident_id)
    if incident is None or not contacts:
        return ""
    chain, has = deadline.order(state.get(Call, incident_id), contacts, incident), incident.acked_by
    if has and has not in chain:
        return chain[0]
    following = chain[((chain.index(has) if has else 0) + 1) % len(chain)]
    return "" if following == has else following


def _letters(
    matter: Matter, team: Face, event: str, kind: Kind, written: tuple[str, str], who: Sequence[str],
    fresh: Callable[[], str],
) -> list[Letter]:  # fmt: skip
    one, (title, text) = matter.incident, written
    return [
        Letter(
            id=fresh(), channel=to.name, event=event, kind=kind, title=title, text=text, at=matter.now, people=names,
            urgency=alarm.urgency(kind, one.severity), severity=one.severity, incident=one.id,
        )
        for to, names in channel.reached(team.channels, one.severity, who, drill=one.drill)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Case:
    """An open incident with its deadlines, and which of them were told."""

    incident: Incident
    deadlines: list[Deadline]
    told: set[str]

    def ripe(self, now: Instant) -> list[Ring]:
        """Return what is to be told now."""
        return deadline.ripe(self.deadlines, self.told, elapsed(self.incident.detected_at, now).seconds)

    def next_in(self, now: Instant) -> float | None:
        """Return in how many seconds the next deadline comes."""
        return deadline.next_in(self.deadlines, self.told, elapsed(self.incident.detected_at, now).seconds)


class Alarms:
    """Rings the deadlines of the open incidents; it belongs to the store's thread."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._seen: dict[str, int] = {}
        self._cases: list[_Case] = []
        self._team = Face()

    def ring(self) -> tuple[bool, float | None]:
        """Ring what has come; return whether something did, and in how many seconds the next one comes."""
        self._look()
        rang = any(case.ripe(self._clock.now()) for case in self._cases)
        if rang:
            self._tell()
            self._look()
        now = self._clock.now()
        waits = [case.next_in(now) for case in self._cases]
        return rang, min((wait for wait in waits if wait is not None), default=None)

    def ring_on_time(self, lead_s: float) -> tuple[bool, float | None]:
        """Ring what has come; what comes within the lead is waited for here, so that no other work is in its way."""
        rang, wait = self.ring()
        if wait is None or wait > lead_s:
            return rang, wait
        time.sleep(wait)
        return True, self.ring()[1]

    def _look(self) -> None:
        """Read the incidents again, if something about them or about the team has changed."""
        revisions = self._store.revisions()
        seen = {part: revisions[part] for part in ("incidents", "watch", "plan")}
        if seen == self._seen:
            return
        with self._store.reading():
            if seen["watch"] != self._seen.get("watch"):
                self._team = accepted(self._store)
            self._cases = self._read(self._store.state())
        self._seen = seen

    def _read(self, state: State) -> list[_Case]:
        empty, contacts = bool(unseated(self._team, state)), len(self._team.chain)
        return [
            _Case(
                one, deadline.deadlines(one, steps_of(state, one), state.get(Call, one.id), contacts, empty),
                evidence.keys(self._store.db, "deadline", one.id),
            )
            for one in open_incidents(state)
        ]  # fmt: skip

    def _tell(self) -> None:
        """Write what has come, in its order, each deadline once: on the timeline, and for each channel."""
        with self._store.writing() as db:
            state, now = self._store.state(), self._clock.now()
            launch = next(iter(state.all(Launch)))
            rings = [(case.incident, rung) for case in self._read(state) for rung in case.ripe(now)]
            for incident, rung in sorted(rings, key=lambda one: -one[1].late_s):
                matter = Matter(launch, incident, steps_of(state, incident), now, self._team.open_with)
                written = alarm.ring(matter, rung, unseated(self._team, state))
                who = self._called(state, incident, rung.deadline, now)
                kind, event = rung.deadline.kind, rung.deadline.event
                outbox.put(db, _letters(matter, self._team, event, kind, written, who, self._ids.fresh))
                evidence.append(db, [*self._facts(incident, rung, now)])
            self._store.bump(["incidents", "evidence", "outbox"])

    def _called(self, state: State, incident: Incident, one: Deadline, now: Instant) -> Sequence[str]:
        """Return whom a deadline calls: who was called so far, or the next one."""
        call, contacts = state.get(Call, incident.id), self._team.chain
        if one.kind == "unheard" and contacts:
            chain = deadline.order(call, contacts, incident)
            return [chain[one.level % len(chain)]]
        return deadline.called(incident, call, contacts, now)

    def _facts(self, incident: Incident, rung: Ring, now: Instant) -> Iterator[Fact]:
        """Say on the timeline that it came, and what of the same step had passed before."""
        said = [(one, alarm.passed(one)) for one in rung.missed] + [(rung.deadline, alarm.noted(rung))]
        for one, words in said:
            yield Fact(
                id=self._ids.fresh(), kind="deadline", at=now, actor=ACTOR, source="watch", key=one.event,
                incident=incident.id, data={"text": words},
            )  # fmt: skip
