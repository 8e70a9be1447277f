"""What the tests of a running watch share: a site, and a pace that does not keep them waiting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.probes.server import Site

from gonogo.control import watch
from gonogo.probes import schedule


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
