"""Processes are killed without warning, over and over: nothing that was said to be done is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import FakeClock, found, until
from tests.faults.crew import Crew, Worker, verify
from tests.probes.server import Site

from gonogo.control.clock import SystemClock
from gonogo.control.reader import BoardReader
from gonogo.rules.clock import elapsed
from gonogo.rules.incident import Incident, step_clock, steps_of
from gonogo.rules.plan_doc import PlanDoc
from gonogo.store import watching
from gonogo.store.store import Store


@pytest.fixture
def launch(state_path: Path, tiny: PlanDoc) -> Path:
    """A begun launch at rest, on the real clock."""
    found(state_path, SystemClock(), tiny).store.close()
    return state_path


@pytest.fixture
def watched(launch: Path) -> Iterator[tuple[Path, Path]]:
    """A launch with a config and a site that answers."""
    with Site() as site:
        config = launch.with_name("gonogo.toml")
        config.write_text(
            f'[launch]\nid = "tiny"\nname = "Tiny"\n[environment.production]\nurl = "{site.url}"\n'
            '[[probe]]\nname = "home"\nurl = "/"\nevery = "1s"\ntimeout = "900ms"\n'
        )
        yield launch, config


def kill_writers(launch: Path, rounds: int, seed: int) -> int:
    """Kill a writer at random moments, verifying after each; return how many entries there are."""
    chance = random.Random(seed)
    entries = 0
    with Crew(launch) as crew:
        for _ in range(rounds):
            writer = crew.writer("ann")
            writer.said(chance.randint(1, 60))
            time.sleep(chance.random() / 100)  # anywhere within the next write or two
            writer.kill()
            now = verify(launch, crew.acknowledged())
            assert now > entries
            entries = now
    return entries


def test_a_writer_that_is_killed_loses_nothing_it_said(launch: Path) -> None:
    assert kill_writers(launch, rounds=6, seed=7) > 20


def kill_some(launch: Path, config: Path, rounds: int, seed: int) -> None:
    """Two writers and a watch; one of the three is killed, the others go on, and it is replaced."""
    chance = random.Random(seed)
    with Crew(launch, config) as crew:
        crowd: dict[str, Worker] = {"ann": crew.writer("ann"), "bob": crew.writer("bob"), "watch": crew.watch()}
        for number in range(rounds):
            for actor in ("ann", "bob"):
                crowd[actor].said(chance.randint(1, 15))
            time.sleep(chance.random() / 50)
            victim = sorted(crowd)[(number + seed) % 3]
            crowd[victim].kill()
            for actor in sorted({"ann", "bob"} - {victim}):
                crowd[actor].said(5)
            if victim == "watch":
                assert not watching.is_alive(launch)
                crowd[victim] = crew.watch()
            else:
                _goes_on(launch)
                crowd[victim] = crew.writer(victim)
        for one in crowd.values():
            one.kill()
        assert verify(launch, crew.acknowledged()) > 20


def _goes_on(launch: Path) -> None:
    """The watch still holds the launch, and its checks come in."""
    store = Store(launch)
    try:
        before = store.db.conn.execute("SELECT count(*) FROM checks").fetchone()
        until(lambda: store.db.conn.execute("SELECT count(*) FROM checks").fetchone() > before, 10, "another check")
        assert watching.is_alive(launch)
    finally:
        store.close()


def test_when_one_is_killed_the_others_go_on(watched: tuple[Path, Path]) -> None:
    launch, config = watched
    kill_some(launch, config, rounds=3, seed=1)


def test_an_incident_outlives_everybody_and_its_clock_is_true(watched: tuple[Path, Path]) -> None:
    launch, config = watched
    clock = SystemClock()
    with Crew(launch, config) as crew:
        crew.watch()
        before = clock.now()
        declarer = crew.writer("ann", "incident")
        declarer.said(1)
        after = clock.now()
    store = Store(launch, thorough=True)
    (one,) = store.state().all(Incident)
    assert [one.id] == declarer.lines
    assert before.boot_us <= one.detected_at.boot_us <= after.boot_us
    until(lambda: elapsed(one.detected_at, clock.now()).seconds > 1.5)
    now = clock.now()
    measured = elapsed(one.detected_at, now)
    assert measured.exact
    assert measured.seconds == pytest.approx((now.boot_us - one.detected_at.boot_us) / 1e6)
    assert measured.seconds == pytest.approx((now.utc - one.detected_at.utc).total_seconds(), abs=0.2)
    board = BoardReader(store, clock).board()
    assert board.incidents[0].incident == one
    assert not board.watch.running
    steps = {step.key: step for step in steps_of(store.state(), one)}
    assert step_clock(one, steps["decide"], now).left_s == pytest.approx(120 - measured.seconds)
    rebooted = FakeClock(one.detected_at.utc + timedelta(seconds=400), "another-boot", 5_000_000)
    assert elapsed(one.detected_at, rebooted.now()).seconds == 400
    assert not elapsed(one.detected_at, rebooted.now()).exact
    late = step_clock(one, steps["act"], rebooted.now())
    assert (late.late, late.late_s) == (True, 100)
    assert BoardReader(store, rebooted).board().incidents[0].incident == one
    store.close()


def test_a_killed_watch_leaves_the_launch_to_the_next(watched: tuple[Path, Path]) -> None:
    """The lock is the kernel's: no file has to be removed, and the next takes the next epoch."""
    launch, config = watched
    with Crew(launch, config) as crew:
        for epoch in (1, 2):
            watch = crew.watch()
            _goes_on(launch)
            store = Store(launch)
            row = watching.read(store.db)
            store.close()
            assert row is not None
            assert (row.epoch, row.pid) == (epoch, watch.child.pid)
            watch.kill()
            assert not watching.is_alive(launch)
    verify(launch, {})
