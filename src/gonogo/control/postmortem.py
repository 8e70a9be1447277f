"""Reading an incident again: its timeline, its probes, what it cost; and keeping the postmortem as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.control.shelf import affected
from gonogo.control.timeline import timeline
from gonogo.formats import postmortem as file
from gonogo.rules import postmortem
from gonogo.rules.drill import Drill
from gonogo.rules.incident import Incident, steps_of
from gonogo.rules.launch import active_phase
from gonogo.rules.plan import Criterion, Launch
from gonogo.rules.postmortem import Postmortem, Strip
from gonogo.rules.probe import Probe
from gonogo.rules.run import Run
from gonogo.store import outbox, series

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom

AROUND_S = 900.0
"""How much is shown before and after."""
CELLS, MOST_PROBES = 60, 8


def read_postmortem(room: ControlRoom, one: Incident) -> Postmortem:
    """Collect what is known of an incident."""
    state, now, db = room.store.state(), room.clock.now(), room.store.db
    launch = next(iter(state.all(Launch)))
    onset = one.onset_at or one.detected_at
    ended = one.resolved_at or now
    since, until = onset.after(-AROUND_S), min(ended.after(AROUND_S), now, key=lambda at: at.utc)
    begins, ends = (int(at.utc.timestamp() * 1000) for at in (since, until))
    mine = sorted(state.all(Probe), key=lambda probe: (probe.name not in one.probes, probe.number))
    phase = active_phase(state)
    return Postmortem(
        launch=launch,
        incident=one,
        steps=tuple(steps_of(state, one)),
        timeline=timeline(room.store, one),
        affected=affected(room.store, one, ended, whole=True),
        budget=postmortem.budget(state.all(Criterion), phase.id if phase else None),
        strips=tuple(
            Strip(probe.name, tuple(series.strip(db, probe.number, begins, ends, CELLS)))
            for probe in mine[:MOST_PROBES]
        ),
        since=since,
        until=until,
        at=now,
        runs=tuple(run for run in state.all(Run) if run.incident == one.id),
        calls=postmortem.called(outbox.of_incident(db, one.id)),
        drill=state.get(Drill, one.id),
    )


def place_of(state: Path, one: Incident) -> Path:
    """Return the file of an incident's postmortem: beside the state."""
    return state.with_name(f"{state.stem}.postmortem-{one.label}.md")


def write_postmortem(room: ControlRoom, one: Incident, path: Path | None = None) -> tuple[str, Path]:
    """Write a postmortem to its file, or beside it where a person has edited it: its words, and where they are."""
    words = file.as_markdown(read_postmortem(room, one))
    return words, file.keep(path or place_of(room.store.path, one), words)
