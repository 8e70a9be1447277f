"""Drills in which everybody is killed (-9) again and again: the watch with its sender, the room, the supervisor.

GONOGO_SOAK_KILLS says how often each of them is, 100 times unless it does; it takes some three seconds a time.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import TINY, found, until
from tests.faults.crew import Crew, Worker, verify
from tests.probes.server import Site
from tests.terminal.ground import UNWATCHED, terminal

from gonogo.control import drill as drills
from gonogo.control import runs
from gonogo.control.clock import SystemClock
from gonogo.control.room import ControlRoom, Done
from gonogo.rules import deadline
from gonogo.rules.call import Call, HandOverIncident
from gonogo.rules.clock import elapsed
from gonogo.rules.drilling import EndDrill
from gonogo.rules.incident import Incident, open_incidents, steps_of
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.probe import Probe
from gonogo.rules.response import NoteIncident
from gonogo.rules.run import Run
from gonogo.store import evidence, journal, outbox
from gonogo.store import runs as table
from gonogo.store.store import Store

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]
KILLS = int(os.environ.get("GONOGO_SOAK_KILLS", "100"))
ROUNDS_A_DRILL = 14
DUE = {"decide": "2s", "act": "5s", "confirm": "33s", "tell": "36s"}
"""The steps come due while the kills go on; the later ones are also told thirty seconds before."""
CONFIG = """
[launch]
id = "tiny"
name = "Tiny"
[[probe]]
name = "checkout"
url = "{url}/health"
every = "1s"
timeout = "900ms"
critical = true
[rollback]
command = ["false"]
dry_run = ["sleep", "0.3"]
[[channel]]
name = "team"
webhook = "{url}/slow?s=0.2"
drills = true
"""


class Soak:
    """A launch under drill, everybody who is killed in it, and what was promised meanwhile."""

    def __init__(self, crew: Crew, site: Site, seed: int) -> None:
        assert crew.config is not None
        self.crew, self.site, self.config, self.chance = crew, site, crew.config, random.Random(seed)
        self.room = ControlRoom(Store(crew.state), SystemClock(), "ann")
        self.kills, self.promised, self.unsure = Counter[str](), list[str](), list[str]()
        self.watch: Worker = crew.watch()

    def drill(self) -> Incident:
        """Return the drill under way, or begin one."""
        if going := open_incidents(self.room.store.state()):
            return going[0]
        until(lambda: isinstance(drills.begin(self.room, "checkout", 0), Done), 30, "a drill")
        return open_incidents(self.room.store.state())[0]

    def end_drill(self) -> None:
        """End the drill, once every deadline that has passed was told."""
        one = self.drill()
        until(lambda: self.untold(one) == set(), 30, "each deadline that passed")
        assert isinstance(self.room.dispatch(EndDrill(incident=one.id, reason="it lasted")), Done)

    def untold(self, one: Incident) -> set[str]:
        """Return the deadlines that have passed and stand nowhere on the timeline."""
        state, spent = self.room.store.state(), elapsed(one.detected_at, self.room.clock.now()).seconds
        passed = {
            at.event
            for at in deadline.deadlines(one, steps_of(state, one), state.get(Call, one.id), 0)
            if at.at_s < spent
        }
        return passed - evidence.keys(self.room.store.db, "deadline", one.id)

    def round(self, number: int) -> None:
        """Write a line, and kill each of them at some moment of its work."""
        one, line = self.drill(), f"line {number} of ann"
        assert isinstance(self.room.dispatch(NoteIncident(incident=one.id, text=line)), Done)
        self.promised.append(line)
        self.kill_supervisor()
        self.kill_room(f"line {number} of bo")
        self.kill_watch()
        if number % ROUNDS_A_DRILL == ROUNDS_A_DRILL - 1:
            self.end_drill()

    def kill_supervisor(self) -> None:
        """Set a rehearsal off, and kill its supervisor."""
        prepared = runs.prepare(self.room, self.config, "rollback", dry=True)
        assert isinstance(prepared, runs.Prepared), prepared
        run = runs.begin(self.room, prepared, "")
        assert isinstance(run, Run), run
        known = table.supervisor(self.room.store.db, run.id)
        assert known is not None
        time.sleep(self.chance.random() * 1.4)
        with suppress(ProcessLookupError):  # it has ended already
            os.kill(known[0], signal.SIGKILL)
        self.kills["supervisor"] += 1

    def kill_room(self, line: str) -> None:
        """Type a line into a room, and kill it: half of the time once it said that the line is kept."""
        argv = [*UNWATCHED, "--state", str(self.crew.state), "--config", str(self.config), "--as", "bo"]
        with terminal(argv, self.config.parent, (80, 24)) as shown:
            shown.sees("DRILL", 30)
            shown.sees("? help", 30)
            shown.type(f"n{line}")
            shown.sees(line, 30)
            shown.type("\r")
            if self.chance.random() < 0.5:
                shown.until(lambda: line in shown.text and "goes on the timeline" not in shown.text, "keeping it", 30)
                self.promised.append(line)
            else:
                shown.drain(self.chance.random() * 0.2)
                self.unsure.append(line)
            shown.process.kill()
        self.kills["room"] += 1

    def kill_watch(self) -> None:
        """Hand the drill over, so that there is something to send; kill the watch at it, and start another."""
        to = ("bo", "cy")[self.kills["watch"] % 2]
        assert isinstance(self.room.dispatch(HandOverIncident(incident=self.drill().id, to=to)), Done)
        time.sleep(self.chance.random() * 0.5)
        self.watch.kill()
        self.kills["watch"] += 1
        self.watch = self.crew.watch()

    def notes(self) -> Counter[str]:
        """Return the lines that stand on the timelines, and how often."""
        return Counter(fact.text for fact in evidence.read(self.room.store.db, ["note"]))

    def posts(self) -> list[dict[str, Any]]:
        """Return what came to the receiver."""
        return [json.loads(one.body) for one in list(self.site.asked) if one.method == "POST"]


@pytest.fixture
def soak(state_path: Path) -> Iterator[Soak]:
    """A begun launch, its watch and its receiver."""
    plan = json.loads(json.dumps(TINY))
    for step in plan["runbook"][0]["step"]:
        step["due"] = DUE.get(step["id"], "0s")
    found(state_path, SystemClock(), PlanDoc.model_validate(plan)).store.close()
    with Site() as site:
        config = state_path.with_name("gonogo.toml")
        config.write_text(CONFIG.format(url=site.url), encoding="utf-8")
        with Crew(state_path, config) as crew:
            made = Soak(crew, site, seed=31)
            until(lambda: any(one.health == "up" for one in made.room.store.state().all(Probe)), 30, "the probe up")
            yield made
            made.room.store.close()


def test_nothing_is_lost_and_little_comes_twice(soak: Soak, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(KILLS):
        soak.round(number)
    soak.end_drill()
    db = soak.room.store.db
    until(lambda: all(one.sent_at for one in outbox.newest(db, 10_000)), 120, "every message being out")
    until(lambda: not table.under_way(db) or runs.settle(soak.room) or None, 30, "every run's end")
    _timeline(soak)
    doubled, letters = _messages(soak)
    with capsys.disabled():
        ended = Counter(one.outcome for one in soak.room.store.state().all(Run))
        print(
            f"\nkilled: {dict(soak.kills)}; {len(soak.promised)} lines promised, 0 lost; {letters} messages in"
            f" {len(soak.posts())} posts, 0 lost, {doubled} doubled, each under its own key; runs: {dict(ended)}"
        )
    soak.watch.kill()
    verify(soak.crew.state, {})


def _timeline(soak: Soak) -> None:
    """Each line that was said to be kept stands there once, and each run with its begin and its end."""
    kept = soak.notes()
    assert {line: kept[line] for line in soak.promised if kept[line] != 1} == {}
    assert [line for line in soak.unsure if kept[line] > 1] == []
    said = Counter(entry.intent for one in soak.room.store.state().all(Incident)
                   for entry in journal.about(soak.room.store.db, one.id))  # fmt: skip
    all_runs = soak.room.store.state().all(Run)
    assert len(all_runs) == soak.kills["supervisor"]
    assert [one for one in all_runs if one.outcome is None] == []
    assert said["BeginRun"] == said["EndRun"] == len(all_runs)


def _messages(soak: Soak) -> tuple[int, int]:
    """Each message has come, under one key; return how many posts were doubled, and how many messages there were."""
    rows = list(soak.room.store.db.query("SELECT id, parcel, event, text FROM outbox"))
    came = Counter(one["key"] for one in soak.posts())
    assert [row for row in rows if came[row["parcel"]] == 0] == []
    told = {row["event"] for row in rows}
    facts = {fact.key for fact in evidence.read(soak.room.store.db, ["deadline"]) if "passed untold" not in fact.text}
    assert facts <= told, "each deadline on a timeline was told"
    openings = [row for row in rows if "suspected" in row["text"] and "Next:" in row["text"]]
    assert len(openings) >= len(soak.room.store.state().all(Incident))
    doubled = sum(count - 1 for count in came.values())
    assert doubled <= soak.kills["watch"]
    assert len(came) == len({row["parcel"] for row in rows}), "no post under a key that no message has"
    return doubled, len(rows)
