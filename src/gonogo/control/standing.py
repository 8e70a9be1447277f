"""What a launch's state says of its config: what it has to fit, and how its probes are asked now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gonogo.formats.config import fit
from gonogo.rules.clock import Instant
from gonogo.rules.config import Config
from gonogo.rules.fitting import Frame, frame_of
from gonogo.rules.launch import active_phase
from gonogo.rules.pause import Pause
from gonogo.rules.probe import Probe
from gonogo.store import evidence, watching
from gonogo.store.store import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """How a launch stands, as far as asking its probes goes; empty where none is founded yet."""

    frame: Frame = field(default_factory=Frame)
    phase: str | None = None
    accepted: str | None = None
    beats: Mapping[str, Instant] = field(default_factory=dict)
    pauses: Mapping[str, Pause] = field(default_factory=dict)


def standing(store: Store, now: Instant) -> Standing:
    """Read how a launch stands."""
    state = store.state()
    active = active_phase(state)
    pauses = {pause.id: pause for pause in state.all(Pause) if pause.holds(now)}
    return Standing(
        frame_of(state),
        active.key if active else None,
        watching.accepted_config(store.db),
        {str(fact.data["name"]): fact.at for fact in evidence.read(store.db, ["heartbeat"])},
        {probe.name: pauses[probe.id] for probe in state.all(Probe) if probe.id in pauses},
    )


def notice(found: tuple[str, Config], path: Path, frame: Frame, accepted: str | None) -> str | None:
    """Hold a config and its text against what it has to fit; FileError when it does not.

    One that was accepted already goes on: then it is the plan that has changed, and the sentence is a notice.
    """
    amiss = fit(*found, str(path), frame)
    if amiss is not None and found[0] != accepted:
        raise amiss
    return str(amiss) if amiss else None
