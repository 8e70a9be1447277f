"""The fault loops for as long as a coffee takes: `make soak`. GONOGO_SOAK says how many times over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import found
from tests.faults.test_kill9 import kill_some, kill_writers
from tests.probes.server import Site
from tests.store.test_migrations import race

from gonogo.control.clock import SystemClock
from gonogo.rules.plan_doc import PlanDoc

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]
TIMES = int(os.environ.get("GONOGO_SOAK", "1"))


@pytest.fixture
def launch(state_path: Path, tiny: PlanDoc) -> Path:
    """A begun launch at rest, on the real clock."""
    found(state_path, SystemClock(), tiny).store.close()
    return state_path


@pytest.fixture
def config(launch: Path) -> Iterator[Path]:
    """A config over a site that answers."""
    with Site() as site:
        made = launch.with_name("gonogo.toml")
        made.write_text(
            f'[launch]\nid = "tiny"\nname = "Tiny"\n[environment.production]\nurl = "{site.url}"\n'
            '[[probe]]\nname = "home"\nurl = "/"\nevery = "1s"\ntimeout = "900ms"\n'
        )
        yield made


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_writers_are_killed_again_and_again(launch: Path, seed: int) -> None:
    assert kill_writers(launch, rounds=40 * TIMES, seed=seed) > 100


@pytest.mark.parametrize("seed", [21, 22])
def test_one_of_three_is_killed_again_and_again(launch: Path, config: Path, seed: int) -> None:
    kill_some(launch, config, rounds=24 * TIMES, seed=seed)


def test_many_found_the_same_launch(tmp_path: Path) -> None:
    for number in range(15 * TIMES):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert all(said.startswith("opened ") for said in race(folder / "state.db", "create", 6))
