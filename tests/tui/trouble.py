"""Incidents on the screens: what is on disk of them, and waiting for their screen."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import FakeClock
from tests.tui.ground import probe
from tests.tui.play import Play, read_all

from gonogo.rules.incident import Incident, IncidentStep
from gonogo.store import series
from gonogo.store.store import Store
from gonogo.tui.screens.incident import IncidentScreen


def incidents(path: Path) -> list[Incident]:
    return read_all(path, Incident)


def step(path: Path, key: str) -> IncidentStep:
    return next(one for one in read_all(path, IncidentStep) if one.key == key)


async def in_incident(play: Play) -> None:
    await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "the incident screen")
    await play.until(lambda: play.focus == "steps", "the focus")


def recovered(path: Path, clock: FakeClock) -> None:
    """Let the checkout answer again."""
    store = Store(path)
    with store.writing() as db:
        series.put_probes(db, [probe(1, "checkout", clock, critical=True, passes=3)])
        store.bump(["probes"])
    store.close()
