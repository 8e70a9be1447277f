"""The bakery's launch on disk, watched, for the screens; told once, and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import bakery
from tests.tui.play import watch_held


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FakeClock]:
    """The bakery's state file, and the clock as it stood at its end."""
    path, clock = tmp_path_factory.mktemp("bakery") / "state.db", FakeClock()
    bakery(path, clock)
    return path, clock


@pytest.fixture
def unwatched(told: tuple[Path, FakeClock], state_path: Path, clock: FakeClock) -> Path:
    """A copy of the bakery's launch; nobody watches it."""
    path, end = told
    shutil.copy(path, state_path)
    clock.utc, clock.boot_us = end.utc, end.boot_us
    return state_path


@pytest.fixture
def shop(unwatched: Path) -> Iterator[Path]:
    """A copy of the bakery's launch, whose watch seems to live."""
    with watch_held(unwatched):
        yield unwatched
