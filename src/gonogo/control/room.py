"""The control room: load the state, ask the rule, write what it decided in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.control.clock import Ids
from gonogo.control.reader import BoardReader
from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError
from gonogo.rules import door
from gonogo.rules.alarm import alarm
from gonogo.rules.clock import Clock
from gonogo.rules.incident import Incident, steps_of
from gonogo.rules.plan import Launch
from gonogo.rules.record import Act, Intent, Refusal
from gonogo.rules.sight import Sight
from gonogo.rules.undo import Redo, Undo
from gonogo.store import evidence, journal, outbox, watching
from gonogo.store.store import Store


@dataclass(frozen=True, slots=True)
class Done:
    """An intent was carried out and is durable; `said` is what the journal says of it."""

    said: str


class ControlRoom:
    """The one door to a launch, for one actor. It has no rules of its own."""

    def __init__(self, store: Store, clock: Clock, actor: str, ids: Ids | None = None) -> None:
        self.store = store
        self.clock = clock
        self.actor = actor
        self._ids = ids or Ids(clock)

    def dispatch(self, intent: Intent) -> Done | Refusal:
        """Carry out an intent, or say why not; when this returns Done, it is on disk."""
        with self.store.writing() as db:
            act = Act(self.actor, self.clock.now(), self._ids.fresh, self._sight)
            if isinstance(intent, Undo | Redo):
                taken = journal.take_back(db, intent, act)
                if isinstance(taken, Refusal):
                    return taken
                said, parts = taken
                self.store.bump(parts)
                return Done(said)
            decision = door.decide(self.store.state(), intent, act)
            if isinstance(decision, Refusal):
                return decision
            parts = set() if decision.silent else journal.apply(db, intent, decision, act)
            fresh = evidence.append(db, decision.facts) if decision.facts else 0
            if fresh:
                parts.add("evidence")
                parts |= {"incidents"} if any(fact.incident for fact in decision.facts) else set()
            if decision.letters:
                outbox.put(
                    db, [outbox.Letter(act.fresh(), *one, decision.about, 0) for one in decision.letters], act.at
                )
                parts.add("outbox")
            if decision.alarms and decision.about and self._alarm(decision.about, act):
                parts.add("outbox")
            self.store.bump(parts)
            repeated = next((fact.key for fact in decision.facts if not fresh and fact.key), None)
            if repeated:
                return Done(f"“{repeated}” was counted already; nothing was added")
            return Done(decision.said)

    def _sight(self) -> Sight:
        """Evaluate the launch as it stands inside this transaction: no screen's word is taken for it."""
        sight = BoardReader(self.store, self.clock).board().sight
        assert sight is not None
        return sight

    def _alarm(self, incident_id: str, act: Act) -> bool:
        """Leave a message for each channel, in the transaction of the event; return whether there was one."""
        accepted = watching.accepted_config(self.store.db)
        try:
            config = parse_config(accepted, "the accepted config") if accepted else None
        except FileError:  # accepted by another version: the incident comes first
            return False
        state = self.store.state()
        incident, launch = state.get(Incident, incident_id), next(iter(state.all(Launch)), None)
        channels = [one for one in config.channel if one.alarms] if config else []
        if config is None or not channels or incident is None or launch is None or incident.drill:
            return False
        words = alarm(launch, incident, steps_of(state, incident), config.room.open_with)
        letters = [outbox.Letter(act.fresh(), one.name, words, incident.id, 0) for one in channels]
        outbox.put(self.store.db, letters, act.at)
        return True
