"""Drills from outside the watch: beginning one, and reading what each came to."""

from __future__ import annotations

from gonogo.control.desk import last_change
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.drill import Drill
from gonogo.rules.drilling import BeginDrill
from gonogo.rules.incident import Incident
from gonogo.rules.record import Refusal
from gonogo.store import watching


def begin(room: ControlRoom, probe: str = "", seed: int | None = None, *, real: bool = False) -> Done | Refusal:
    """Begin a drill, if a watch is there that runs its clock and breaks it off when something real fails.

    `real` is for the demo, whose shop is then really broken by whoever calls this.
    """
    if not watching.is_alive(room.store.path):
        return Refusal("No watch is running, which a drill needs; start it with `gonogo watch`.")
    change = last_change(room.store, room.clock.now())
    return room.dispatch(BeginDrill(probe=probe, seed=seed, last_change=change, real=real))


def drills(room: ControlRoom) -> list[tuple[Incident, Drill]]:
    """Return all drills with their incidents, the newest first."""
    state = room.store.state()
    found = [(state.get(Incident, one.id), one) for one in reversed(state.all(Drill))]
    return [(incident, one) for incident, one in found if incident is not None]
