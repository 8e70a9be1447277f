"""What the tests of a running watch share: a site, and a pace that does not keep them waiting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FakeClock, found
from tests.control.way import PLAN, Way
from tests.probes.server import Site

from gonogo.control import watch
from gonogo.control.desk import Desk
from gonogo.probes import schedule
from gonogo.rules.plan_doc import PlanDoc


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the watch look after its config and its requests ten times a second, and begin each probe at once."""
    monkeypatch.setattr(watch, "CHORES_S", 0.1)
    monkeypatch.setattr(watch, "FLUSH_S", 0.1)
    monkeypatch.setattr(schedule, "spread", lambda name, every_s: 0.0)


@pytest.fixture
def site() -> Iterator[Site]:
    """A server that is well."""
    with Site() as made:
        yield made


@pytest.fixture
def way(state_path: Path, clock: FakeClock) -> Iterator[Way]:
    """A launch of three phases in its first, with a desk in place of its watch."""
    room = found(state_path, clock, PlanDoc.model_validate(PLAN))
    desk = Desk(state_path, clock)
    yield Way(room, clock, desk)
    desk.store.close()
    room.store.close()
