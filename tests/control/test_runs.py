"""Runs as people set them off: confirmed, one at a time, outliving whoever began them, and never lost unsaid."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import found

from gonogo.control import run_files, runs, supervise
from gonogo.control.clock import Ids, SystemClock
from gonogo.control.desk import Desk
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.record import Refusal
from gonogo.rules.response import DeclareIncident
from gonogo.rules.run import Run
from gonogo.rules.running import BeginRun, EndRun
from gonogo.store import runs as table
from gonogo.store import store as stores
from gonogo.store import watching
from gonogo.store.locks import hold, is_held, write_lock

PATIENCE_S = 20.0


class Scene:
    """A launch whose rollback is a script of the test's own."""

    def __init__(self, room: ControlRoom, folder: Path) -> None:
        self.room, self.folder, self.config = room, folder, folder / "gonogo.toml"

    def rollback(self, script: str, more: str = "") -> None:
        """Let the rollback be a shell script."""
        argv = json.dumps(["/bin/sh", "-c", script])
        words = f'[launch]\nid = "tiny"\nname = "Tiny"\n[rollback]\ncommand = {argv}\n{more}\n'
        self.config.write_text(words, encoding="utf-8")

    def prepared(self, *, dry: bool = False) -> runs.Prepared:
        prepared = runs.prepare(self.room, self.config, "rollback", dry=dry)
        assert isinstance(prepared, runs.Prepared), prepared
        return prepared

    def begin(self, typed: str = "tiny", *, dry: bool = False) -> Run:
        begun = runs.begin(self.room, self.prepared(dry=dry), typed)
        assert isinstance(begun, Run), begun
        return begun

    def run(self, run: Run) -> Run:
        found = self.room.store.state().get(Run, run.id)
        assert found is not None
        return found

    def ended(self, run: Run) -> Run:
        """Wait until a run's supervisor has written how it ended."""
        until(lambda: self.run(run).outcome, "its end")
        return self.run(run)

    def supervisor(self, run: Run) -> int:
        known = table.supervisor(self.room.store.db, run.id)
        assert known is not None
        return known[0]


def until(holds: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (answer := holds()):
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.02)
    return answer


@pytest.fixture
def scene(state_path: Path, tiny: PlanDoc) -> Iterator[Scene]:
    room = found(state_path, SystemClock(), tiny)
    yield Scene(room, state_path.parent)
    room.store.close()


def declare(scene: Scene) -> Incident:
    assert isinstance(scene.room.dispatch(DeclareIncident(looked=True)), Done)
    return scene.room.store.state().all(Incident)[0]


def steps(scene: Scene) -> dict[str, IncidentStep]:
    return {one.key: one for one in scene.room.store.state().all(IncidentStep)}


def test_the_supervisor_writes_how_it_ended(scene: Scene) -> None:
    scene.rollback("echo to v1; exit 0")
    ended = scene.ended(scene.begin())
    assert (ended.outcome, ended.exit, ended.tail) == ("ok", 0, "to v1\n")
    assert ended.said.startswith("was done in 0:0")
    assert run_files.output(scene.room.store.path, ended.id) == "to v1\n"
    assert not run_files.ending_file(scene.room.store.path, ended.id).exists()


def test_it_is_the_evidence_of_its_step_and_leaves_one_behind(scene: Scene) -> None:
    incident = declare(scene)
    scene.rollback("true")
    run = scene.begin()
    decide = steps(scene)["decide"]
    assert (decide.done_by, decide.note) == ("ann", "roll back, by running it")
    scene.ended(run)
    act = steps(scene)["act"]
    assert act.done_by == "ann"
    assert str(act.note).startswith("the rollback was done in 0:0")
    assert steps(scene)["redeploy"].text == "Make new deploys live again"
    now = scene.room.store.state().get(Incident, incident.id)
    assert now is not None
    assert (now.state, now.decision) == ("mitigating", "roll back, by running it")


def test_a_failed_one_does_no_step(scene: Scene) -> None:
    declare(scene)
    scene.rollback("echo no such version; exit 4")
    ended = scene.ended(scene.begin())
    assert (ended.outcome, ended.exit) == ("failed", 4)
    assert steps(scene)["act"].done_at is None
    assert "redeploy" not in steps(scene)


def test_the_launch_id_confirms_it(scene: Scene) -> None:
    scene.rollback(f"touch {scene.folder}/ran")
    refused = runs.begin(scene.room, scene.prepared(), "tyni")
    assert refused == Refusal("Type the launch's id, tiny, to run it; nothing was run.")
    assert scene.room.store.state().all(Run) == []
    assert not (scene.folder / "ran").exists()


def test_one_at_a_time_but_a_dry_run_may_hang_beside(scene: Scene) -> None:
    scene.rollback("sleep 30", 'dry_run = ["sleep", "30"]')
    dry = scene.begin("", dry=True)
    real = scene.begin()
    refused = runs.begin(scene.room, scene.prepared(), "tiny")
    assert isinstance(refused, Refusal)
    assert refused.sentence.startswith("The rollback that ann began is running, for 0:0")
    for one in (dry, real):
        until(lambda one=one: run_files.living_command(scene.room.store.path, one.id), "its command")
        os.kill(scene.supervisor(one), signal.SIGTERM)
        assert scene.ended(one).outcome == "stopped"


def test_the_kernel_holds_the_second_one_too(scene: Scene) -> None:
    """Two rooms on two machines' clocks could both pass the rule; the lock is what counts."""
    scene.rollback("true")
    run_files.folder_of(scene.room.store.path).mkdir()
    lock = hold(run_files.act_lock(scene.room.store.path))
    assert lock is not None
    try:
        ended = scene.ended(scene.begin())
    finally:
        os.close(lock)
    assert ended.outcome == "not_started"
    assert ended.said == "did not start: another rollback or hotfix is running"


def test_a_deadline_says_the_truth_and_asks_the_provider(scene: Scene) -> None:
    scene.rollback("echo begun; exec sleep 30", 'timeout = "400ms"\nstatus = ["echo", "at 40%"]')
    ended = scene.ended(scene.begin())
    assert ended.outcome == "timed_out"
    assert ended.said == "was not done after 0:00: we stopped waiting; the provider may still be rolling back"
    assert ended.status == "at 40%"
    assert ended.tail.startswith("begun\n")
    assert ended.tail.endswith("asking: echo 'at 40%']\nat 40%\n")


def test_a_person_stops_it_and_what_ignores_term_is_killed(scene: Scene) -> None:
    """Its end says who had it stopped, and what nobody here can know."""
    declare(scene)
    scene.rollback(
        "trap '' TERM; echo deaf; while :; do sleep 0.1; done", 'timeout = "60s"\nstatus = ["echo", "at 40%"]'
    )
    run, path = scene.begin(), scene.room.store.path
    until(lambda: run_files.output(path, run.id), "its first words")
    ben = ControlRoom(scene.room.store, scene.room.clock, "ben")
    refused = runs.stop(ben, run, "tyni")
    assert refused == Refusal("Type the launch's id, tiny, to stop it; it goes on.")
    assert scene.run(run).stopped_by is None
    said = runs.stop(ben, run, "tiny")
    assert isinstance(said, str)
    assert said.startswith("stops the rollback after 0:0")
    ended = scene.ended(run)
    assert (ended.outcome, ended.exit, ended.stopped_by) == ("stopped", -signal.SIGKILL, "ben")
    assert ended.said.startswith("was stopped by ben after 0:0")
    assert ended.said.endswith(": we ended our command; the provider may still be rolling back")
    assert ended.status == "at 40%"
    assert run_files.living_command(path, run.id) is None
    assert steps(scene)["act"].done_at is None
    over = runs.stop(ben, run, "tiny")
    assert isinstance(over, Refusal)
    assert over.sentence.startswith("The rollback has ended already: it was stopped by ben")


def test_it_can_be_stopped_as_soon_as_it_was_set_off(scene: Scene) -> None:
    scene.rollback(f"sleep 0.5; touch {scene.folder}/ran")
    run = scene.begin()
    assert isinstance(runs.stop(scene.room, run, "tiny"), str)
    assert scene.ended(run).outcome == "stopped"
    assert not (scene.folder / "ran").exists()


def test_a_store_that_cannot_be_written_stops_it_all_the_same(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.rollback("sleep 30")
    run = scene.begin()
    until(lambda: run_files.living_command(scene.room.store.path, run.id), "its command")
    with write_lock(scene.room.store.path):
        monkeypatch.setattr(stores, "write_lock", functools.partial(write_lock, wait_s=0.05))
        assert isinstance(runs.stop(scene.room, run, "other"), Refusal)
        assert isinstance(runs.stop(scene.room, run, "tiny"), str)
        until(lambda: run_files.living_command(scene.room.store.path, run.id) is None, "its end")
    assert scene.ended(run).said.startswith("was stopped by hand")


def test_one_whose_supervisor_is_gone_is_not_said_to_be_stopped(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.rollback("sleep 30")
    run, path = scene.begin(), scene.room.store.path
    pid = until(lambda: run_files.living_command(path, run.id), "its command")
    os.kill(scene.supervisor(run), signal.SIGKILL)
    until(lambda: not is_held(run_files.lock_file(path, run.id)), "its death")
    monkeypatch.setattr(runs, "STOPPING_S", 0.2)
    assert runs.stop(scene.room, run, "tiny") == Refusal(
        f"The supervisor of the rollback is gone, and nobody is left to stop it; its command is pid {pid}:"
        f" kill -- -{pid}."
    )
    os.killpg(pid, signal.SIGKILL)


def test_it_outlives_whoever_began_it(scene: Scene) -> None:
    scene.rollback(f"sleep 0.5; echo through; touch {scene.folder}/ran")
    script = (
        "import os, sys; from pathlib import Path; from gonogo.control import runs;"
        "from gonogo.control.clock import SystemClock; from gonogo.control.room import ControlRoom;"
        "from gonogo.store.store import Store;"
        "room = ControlRoom(Store(Path(sys.argv[1])), SystemClock(), 'ann');"
        "runs.begin(room, runs.prepare(room, Path(sys.argv[2]), 'rollback'), 'tiny'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(scene.room.store.path), str(scene.config)], check=False)
    [run] = scene.room.store.state().all(Run)
    assert scene.ended(run).outcome == "ok"
    assert (scene.folder / "ran").exists()


def test_a_supervisor_that_is_killed_leaves_the_command_at_work(scene: Scene) -> None:
    """What it says after that goes nowhere, and does not end it half-way."""
    scene.rollback(f"echo begun; sleep 0.5; echo still here; echo again; touch {scene.folder}/ran; sleep 30")
    run = scene.begin()
    path = scene.room.store.path
    pid = until(lambda: run_files.living_command(path, run.id), "its command")
    until(lambda: run_files.output(path, run.id), "its first words")
    os.kill(scene.supervisor(run), signal.SIGKILL)
    until(lambda: runs.settle(scene.room), "the settling")
    lost = scene.run(run)
    assert lost.outcome == "lost"
    assert "nobody knows how it ended" in lost.said
    assert f"its command still runs, pid {pid}" in lost.said
    assert lost.tail == "begun\n"
    until((scene.folder / "ran").exists, "the command's last act")
    refused = runs.begin(scene.room, scene.prepared(), "tiny")
    assert refused == Refusal(
        f"The command of the rollback before still runs (pid {pid}); wait for it, or end it first."
    )
    os.killpg(pid, signal.SIGKILL)
    until(lambda: run_files.living_command(path, run.id) is None, "its end")
    scene.rollback("true")
    assert scene.ended(scene.begin()).outcome == "ok"


def test_a_supervisor_that_never_came_is_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Ids(scene.room.clock).fresh()
    intent = BeginRun(run=run, kind="rollback", name="rollback", acts=True, argv=("true",), timeout_s=9, typed="tiny")
    assert isinstance(scene.room.dispatch(intent), Done)
    assert runs.settle(scene.room) == []
    monkeypatch.setattr(runs, "STARTING_S", 0.0)
    assert runs.settle(scene.room)
    assert scene.room.store.state().all(Run)[0].outcome == "lost"


def test_the_watch_finds_what_was_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.rollback("true")
    run = Ids(scene.room.clock).fresh()
    intent = BeginRun(run=run, kind="rollback", name="rollback", acts=True, argv=("true",), timeout_s=9, typed="tiny")
    assert isinstance(scene.room.dispatch(intent), Done)
    monkeypatch.setattr(runs, "STARTING_S", 0.0)
    desk = Desk(scene.room.store.path, scene.room.clock)
    desk.settle()
    desk.store.close()
    assert scene.room.store.state().all(Run)[0].outcome == "lost"


def test_an_end_that_could_not_be_written_is_kept_beside(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.rollback("true")
    run = scene.ended(scene.begin())  # makes the folder
    second = Ids(scene.room.clock).fresh()
    intent = BeginRun(
        run=second, kind="rollback", name="rollback", acts=True, argv=("true",), timeout_s=9, typed="tiny"
    )
    assert isinstance(scene.room.dispatch(intent), Done)
    path = scene.room.store.path
    at = scene.room.clock.now().after(7)
    end = EndRun(run=second, at=at, outcome="ok", exit=0, tail="good\n")
    monkeypatch.setattr(stores, "write_lock", functools.partial(write_lock, wait_s=0.05))
    thread = threading.Thread(target=supervise._tell, args=(path, scene.room.clock, end))
    with write_lock(path):
        thread.start()
        until(run_files.ending_file(path, second).exists, "the file beside")
        time.sleep(0.3)  # long enough for a refused try
        assert thread.is_alive()
    thread.join(PATIENCE_S)
    kept = scene.room.store.state().get(Run, second)
    assert kept is not None
    assert (kept.outcome, kept.ended_at, kept.tail) == ("ok", at, "good\n")
    assert not run_files.ending_file(path, second).exists()
    assert run.outcome == "ok"


def test_an_end_that_lies_beside_is_taken_over_when_it_can(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "STARTING_S", 0.0)
    declare(scene)
    scene.rollback("true")
    path = scene.room.store.path
    run_files.folder_of(path).mkdir()
    run = Ids(scene.room.clock).fresh()
    intent = BeginRun(run=run, kind="rollback", name="rollback", acts=True, argv=("true",), timeout_s=9, typed="tiny",
                      incident=scene.room.store.state().all(Incident)[0].id)  # fmt: skip
    assert isinstance(scene.room.dispatch(intent), Done)
    at = scene.room.clock.now().after(42)
    end = EndRun(run=run, at=at, outcome="ok", exit=0)
    run_files.write(run_files.ending_file(path, run), end.model_dump(exclude={"run"}))
    assert runs.settle(scene.room) == ["the rollback was done in 0:42"]
    assert steps(scene)["act"].done_at == at
    assert not run_files.ending_file(path, run).exists()


def test_a_store_that_cannot_be_written_says_how_to_do_without(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.rollback("true")
    prepared = scene.prepared()
    monkeypatch.setattr(stores, "write_lock", functools.partial(write_lock, wait_s=0.05))
    with write_lock(scene.room.store.path):
        refused = runs.begin(scene.room, prepared, "tiny")
    assert isinstance(refused, Refusal)
    assert refused.sentence.endswith(f"Nothing was run. Without gonogo, in {scene.folder}: /bin/sh -c true")


def test_secrets_come_by_reference_and_are_kept_out_of_what_it_says(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.rollback("echo with $TOKEN, for $GONOGO_LAUNCH", '[rollback.env]\nTOKEN = "${env:SHOP_TOKEN}"')
    ended = scene.ended(scene.begin())
    assert ended.said == "did not start: ${env:SHOP_TOKEN} is not set; export SHOP_TOKEN where gonogo is opened"
    monkeypatch.setenv("SHOP_TOKEN", "hunter2222")
    assert scene.ended(scene.begin()).tail == "with •••, for tiny\n"


def test_a_damaged_file_does_not_take_the_rollback_away(scene: Scene) -> None:
    scene.rollback("true")
    with scene.room.store.writing() as db:
        watching.accept_config(db, scene.config.read_text(encoding="utf-8"), scene.room.clock.now())
    scene.config.write_text("[launch\n", encoding="utf-8")
    assert scene.prepared().argv == ("/bin/sh", "-c", "true")


def test_what_is_not_set_up_is_said_with_what_to_write(scene: Scene) -> None:
    assert runs.prepare(scene.room, None, "rollback") == Refusal(
        "There is no config to take the command from; `gonogo init` writes one."
    )
    scene.rollback("true")
    refused = runs.prepare(scene.room, scene.config, "hotfix")
    assert refused == Refusal('No hotfix command is set up; write [hotfix] with command = ["..."] in gonogo.toml.')
    refused = runs.prepare(scene.room, scene.config, "cache")
    assert isinstance(refused, Refusal)
    assert "write [command.cache]" in refused.sentence
