"""The whole story by keys at 80x24: the shop breaks and is mended, the room killed between every two steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import until
from tests.demo.ground import demo_open
from tests.probes.server import Site
from tests.terminal.ground import GONOGO, Terminal, terminal
from tests.tui.play import read_all

from gonogo.control.run_files import lock_file
from gonogo.control.timeline import timeline
from gonogo.demo.control import Mode, break_shop, read_mode
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.run import Run
from gonogo.store.locks import is_held
from gonogo.store.store import Store

SMALL = (80, 24)
LONG_S = 60.0


class Scene:
    """The demo with a receiver of its alarms; each step is done in a room of its own, which is killed after it."""

    def __init__(self, config: Path, state: Path, team: Site) -> None:
        self.config, self.state, self.team = config, state, team

    @contextmanager
    def room(self) -> Iterator[Terminal]:
        """Open a room; at the end it is killed (-9)."""
        argv = [*GONOGO, "--state", str(self.state), "--config", str(self.config), "--as", "ann"]
        with terminal(argv, self.config.parent, SMALL) as shown:
            yield shown
            shown.process.kill()

    @property
    def incident(self) -> Incident:
        """The newest incident."""
        return max(read_all(self.state, Incident), key=lambda one: one.label)

    def step(self, key: str) -> IncidentStep:
        """One of its steps."""
        mine = [one for one in read_all(self.state, IncidentStep) if one.incident == self.incident.id]
        return next(one for one in mine if one.key == key)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What the receiver was told of a kind."""
        said = [json.loads(one.body) for one in list(self.team.asked) if one.method == "POST"]
        return [one for one in said if one["kind"] == kind]

    def supervised(self) -> bool:
        """Whether a supervisor has taken its run over: from then on nobody else is needed."""
        mine = [one for one in read_all(self.state, Run) if one.incident == self.incident.id]
        return any(one.outcome or is_held(lock_file(self.state, one.id)) for one in mine)

    def durable(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something is in the store."""
        until(holds, LONG_S, what)


@pytest.fixture
def scene() -> Iterator[Scene]:
    """The demo, and a team's webhook on the loopback."""
    with Site() as team:
        more = f'\n[[channel]]\nname = "team"\nwebhook = "{team.url}/ok"\n'
        with demo_open(more) as (config, state):
            yield Scene(config, state, team)


@pytest.mark.timeout(240)
def test_from_the_first_failure_to_the_postmortem(scene: Scene) -> None:
    break_shop(scene.config.parent)
    scene.durable(lambda: scene.told("opened"), "detection, and the team being told")
    assert (scene.incident.state, scene.incident.opened_by) == ("suspected", "watch")
    assert "checkout" in scene.told("opened")[0]["text"]

    with scene.room() as shown:
        shown.sees("NOT ACKNOWLEDGED")
        shown.sees("R roll back")
        shown.type("y")
        scene.durable(lambda: scene.incident.acked_by == "ann", "the acknowledgement")

    with scene.room() as shown:
        shown.sees("acknowledged by you")
        shown.type("R")
        shown.sees("type riverside-demo and enter to run it")
        shown.type("riverside-demo\r")
        scene.durable(scene.supervised, "the supervisor at work")

    scene.durable(lambda: scene.step("act").done_at, "the rollback's end, though nobody looked")
    assert read_mode(scene.config.parent) == Mode()
    scene.durable(lambda: scene.step("confirm").done_at, "the probes' confirmation")
    assert scene.step("confirm").done_by == "watch"

    with scene.room() as shown:
        shown.sees("V resolve")
        shown.sees("c tell")
        shown.type("c")
        shown.sees("Tell whom?")
        shown.type("1")
        shown.sees("enter send")
        shown.type("\r")
        shown.sees("over team")
        shown.type("2")
        scene.durable(lambda: scene.step("tell").done_at, "the customers being told")

    scene.durable(lambda: scene.told("message"), "the message at its receiver")
    with scene.room() as shown:
        shown.sees("V resolve")
        shown.type("V")
        shown.sees("How did it end?")
        shown.type("f")
        scene.durable(lambda: scene.incident.state == "resolved", "the resolution")
    assert scene.incident.outcome == "fixed"

    with scene.room() as shown:
        shown.sees("? help")
        shown.type(":")
        shown.sees("Search for commands")
        shown.type("postmortem")
        shown.sees("Write the postmortem")
        shown.type("\r")
        shown.sees(f"Incident {scene.incident.label}: checkout down")
        _turn_to(shown, "What was run")
        _turn_to(shown, "Who was called")
    _whole(scene)


def _turn_to(shown: Terminal, part: str) -> None:
    """Turn the page of what is read until something stands there."""
    for _ in range(9):
        if part in shown.text:
            return
        shown.type(" ")
        shown.drain(0.3)
    shown.sees(part)


def _whole(scene: Scene) -> None:
    """Hold the timeline against what was done, in its order, and each message against its key."""
    store = Store(scene.state)
    lines = [line.text for line in timeline(store, scene.incident)]
    store.close()
    places = []
    for part in (
        "suspects incident", "acknowledged incident", "began the rollback", "the rollback was done", "told customers",
        "resolved incident",
    ):  # fmt: skip
        places.append(next(place for place, line in enumerate(lines) if part in line))
    assert places == sorted(places)
    keys = [one.headers["idempotency-key"] for one in scene.team.asked if one.method == "POST"]
    assert len(keys) == len(set(keys)), "nobody killed the watch, so that nothing came twice"
