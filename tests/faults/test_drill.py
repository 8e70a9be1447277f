"""A real watch, killed in the middle of a drill; and a site that really breaks while one is played."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import found, until
from tests.faults.crew import Crew, verify
from tests.probes.server import Site

from gonogo.control import drill as drills
from gonogo.control.clock import SystemClock
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.probe import Probe
from gonogo.rules.response import DoStep
from gonogo.store import evidence
from gonogo.store.store import Store

CONFIG = """
[launch]
id = "tiny"
name = "Tiny"
[[probe]]
name = "checkout"
url = "{url}/health"
every = "1s"
timeout = "900ms"
expect = ["status == 200"]
critical = true
"""


def health(room: ControlRoom) -> str:
    return next((one.health for one in room.store.state().all(Probe)), "none")


def played(room: ControlRoom) -> Incident:
    assert isinstance(done := drills.begin(room, "checkout", 0), Done), done
    return room.store.state().all(Incident)[0]


def worked(room: ControlRoom, drill: Incident, key: str) -> None:
    """Do a step; a second one within a second is refused, so that it is tried again."""
    intent = DoStep(incident=drill.id, step=key, note="wait, as if")
    until(lambda: isinstance(room.dispatch(intent), Done), 5, key)


def launch(state: Path, plan: PlanDoc, url: str) -> Path:
    found(state, SystemClock(), plan).store.close()
    config = state.with_name("gonogo.toml")
    config.write_text(CONFIG.format(url=url), encoding="utf-8")
    return config


def test_a_real_failure_aborts_the_drill_and_stands_in_front(state_path: Path, tiny: PlanDoc) -> None:
    with Site() as site, Crew(state_path, launch(state_path, tiny, site.url)) as crew:
        crew.watch()
        room = ControlRoom(Store(state_path), SystemClock(), "ann")
        until(lambda: health(room) == "up", 20, "the probe up")
        drill = played(room)
        site.mode = "502"
        until(lambda: len(room.store.state().all(Incident)) == 2, 20, "the real incident")
        aborted, real = room.store.state().all(Incident)
        assert (aborted.id, aborted.outcome, aborted.is_open) == (drill.id, "aborted", False)
        assert (real.drill, real.is_open, real.probes) == (False, True, ("checkout",))
        assert aborted.resolved_at == real.detected_at, "by the same act"
        said = [fact.text for fact in evidence.of_incident(room.store.db, drill.id) if fact.kind == "drill"]
        assert said == ["DRILL ABORTED: incident 2 is real: checkout down"]
        room.store.close()


def test_a_drill_goes_on_when_the_watch_is_killed(state_path: Path, tiny: PlanDoc) -> None:
    with Site() as site, Crew(state_path, launch(state_path, tiny, site.url)) as crew:
        watch = crew.watch()
        room = ControlRoom(Store(state_path), SystemClock(), "ann")
        until(lambda: health(room) == "up", 20, "the probe up")
        drill = played(room)
        worked(room, drill, "decide")
        watch.kill()
        worked(room, drill, "act")
        crew.watch()

        def state() -> str:
            return room.store.state().all(Incident)[0].state

        until(lambda: state() == "monitoring", 20, "the shadow's recovery, seen by the next watch")

        def confirmed() -> bool:
            return any(one.key == "confirm" and one.done_by == "watch" for one in room.store.state().all(IncidentStep))

        until(confirmed, 20, "the confirmation")
        assert health(room) == "up"
        room.store.close()
    verify(state_path, {})
