"""The control room: load the state, ask the rule, write what it decided in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from gonogo.control import shelf
from gonogo.control.alarms import post, tell
from gonogo.control.clock import Ids
from gonogo.control.reader import BoardReader
from gonogo.rules import door
from gonogo.rules.clock import Clock
from gonogo.rules.record import Act, Intent, Refusal
from gonogo.rules.sight import Sight
from gonogo.rules.undo import Redo, Undo
from gonogo.store import evidence, journal
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
            act = Act(self.actor, self.clock.now(), self._ids.fresh, self._sight, partial(shelf.target, self.store))
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
            if decision.letters and decision.about:
                post(self.store, decision.about, decision.letters, act)
                parts.add("outbox")
            if (
                decision.alarms
                and decision.about
                and tell(self.store, decision.about, decision.alarms, decision.said, act)
            ):
                parts.add("outbox")
            self.store.bump(parts)
            repeated = next((fact for fact in decision.facts if not fresh and fact.key), None)
            if repeated:
                other = " with other content; the first was kept" if evidence.otherwise(db, [repeated]) else ""
                return Done(f"“{repeated.key}” was counted already{other}; nothing was added")
            return Done(decision.said)

    def _sight(self) -> Sight:
        """Evaluate the launch as it stands inside this transaction: no screen's word is taken for it."""
        sight = BoardReader(self.store, self.clock).board().sight
        assert sight is not None
        return sight
