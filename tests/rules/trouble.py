"""Incidents of a launch in memory: to be opened, stepped through and looked at."""

from __future__ import annotations

from tests.conftest import Memory

from gonogo.rules.incident import Incident, steps_of
from gonogo.rules.probe import Health, Probe
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.response import DoStep, SuspectIncident

LADDER = ["look", "decide", "act", "confirm", "tell"]


def put_probe(memory: Memory, name: str, health: Health) -> None:
    """Give a probe a health."""
    memory.state.apply(
        Changes(
            "",
            put=(Probe(id=name, number=1, name=name, critical=True, health=health, passes=3 if health == "up" else 0),),
        )
    )


def suspect(memory: Memory, probe: str = "checkout", onset_ago: float = 20) -> Changes | Refusal:
    """Let the watch say that a probe is down."""
    put_probe(memory, probe, "down")
    onset = memory.clock.now().after(-onset_ago)
    return memory.do(SuspectIncident(probe=probe, why="status 502", onset=onset, last_change="v2"), "watch")


def newest(memory: Memory) -> Incident:
    """Return the incident with the highest label."""
    return max(memory.state.all(Incident), key=lambda one: one.label)


def keys(memory: Memory, *, done: bool | None = None) -> list[str]:
    """Return the keys of the newest incident's steps, perhaps only the done or the open ones."""
    steps = steps_of(memory.state, newest(memory))
    return [one.key for one in steps if done is None or (one.done_at is not None) == done]


def step(memory: Memory, key: str, note: str | None = None, after: float = 5) -> Changes | Refusal:
    """Mark a step done, some seconds after the last act."""
    memory.clock.advance(after)
    return memory.do(DoStep(incident=newest(memory).id, step=key, note=note))
