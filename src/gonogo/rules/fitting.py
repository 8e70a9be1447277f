"""Whether a config fits the launch that it is for: the same id, and only what its plan has."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from gonogo.rules.config import Config
from gonogo.rules.placed import Loc, PlacedError
from gonogo.rules.plan import Launch, Phase, Readiness
from gonogo.rules.ready_config import meant
from gonogo.rules.record import State


@dataclass(frozen=True, slots=True)
class Frame:
    """What a config has to fit: the launch's id, the ids of its plan's phases; empty where nobody knows them."""

    launch: str = ""
    phases: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    """The readiness targets of its plan."""


def frame_of(state: State) -> Frame:
    """Return what a config of this launch has to fit."""
    launch = next(iter(state.all(Launch)), None)
    phases = sorted(state.all(Phase), key=lambda phase: phase.position)
    targets = sorted(state.all(Readiness), key=lambda one: one.position)
    return Frame(
        launch.key if launch else "", tuple(phase.key for phase in phases), tuple(one.key for one in targets)
    )  # fmt: skip


def misfit(config: Config, frame: Frame) -> PlacedError | None:
    """Return the first thing in a config that does not fit its launch, and what would be right."""
    if frame.launch and config.launch.id != frame.launch:
        words = f"the id is what a launch is known by, and stays “{frame.launch}”; another one has a folder of its own"
        return PlacedError(("launch", "id"), f"{words}, where `gonogo init` founds it")
    for loc, phase in _phases(config) if frame.phases else ():
        if phase not in frame.phases:
            near = difflib.get_close_matches(phase, frame.phases, 1)
            hint = f"did you mean “{near[0]}”?" if near else f"the plan has {', '.join(frame.phases)}"
            return PlacedError(loc, f"there is no phase “{phase}”; {hint}")
    for name in config.readiness if frame.phases else ():
        if name not in frame.ready:
            return PlacedError(("readiness", name), meant(name, frame.ready))
    return None


def _phases(config: Config) -> Iterator[tuple[Loc, str]]:
    """Walk the phases that probes name, with their places."""
    for place, probe in enumerate(config.probe):
        yield from ((("probe", place, "during", number), phase) for number, phase in enumerate(probe.during))
        yield from ((("probe", place, "phases", phase), phase) for phase in probe.phases)
