"""The watch in trouble: a gate that is held, a phase that begins under a bad config, a channel to tell."""

from __future__ import annotations

import functools
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import until
from tests.control.running import PROBE, Stage
from tests.probes.server import Site
from tests.store.test_store import holding

from gonogo.control.clock import SystemClock
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.plan import Launch, Severity
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.response import DeclareIncident
from gonogo.store import locks, watching
from gonogo.store import store as store_module

pytestmark = pytest.mark.usefixtures("brisk")


class ShiftedClock(SystemClock):
    """The system's clock, some time off, so that a test can let a day pass."""

    def __init__(self) -> None:
        super().__init__()
        self.shift = timedelta(0)

    def now(self) -> Instant:
        """Return the moment that it is said to be."""
        return super().now().after(self.shift.total_seconds())


def test_a_gate_that_is_held_for_long_does_not_end_the_watch(
    tmp_path: Path, tiny: PlanDoc, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup, a stopped process: whoever holds the write gate, the watch waits, and loses nothing."""
    stage = Stage(tmp_path, tiny, site)
    monkeypatch.setattr(store_module, "write_lock", functools.partial(locks.write_lock, wait_s=0.3))

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        with holding(stage.path.with_name("state.db.lock")):
            direct = sqlite3.connect(stage.path)
            direct.execute("INSERT INTO request VALUES ('r', 'check', '{}', 'x', 'ann', NULL, NULL)")
            direct.commit()
            direct.close()
            stage.config.write_text(stage.config.read_text() + "\n# touched\n")
            asked = len(site.asked)
            until(lambda: len(site.asked) >= asked + 2, what="checks going on")
        until(lambda: watching.answered(stage.room.store.db, "r"), what="the answer")
        until(lambda: len(stage.probe().recent) >= asked + 2, what="the checks of meanwhile")  # type: ignore[union-attr]

    try:
        assert stage.play(script) == "stopped"
    finally:
        stage.close()


def test_a_phase_that_begins_under_a_bad_config_has_its_probes(tmp_path: Path, tiny: PlanDoc, site: Site) -> None:
    """The launch opens while somebody's typo is in the file: the last good config knows what this phase asks."""
    clock = ShiftedClock()
    clock.shift = timedelta(hours=1)
    stage = Stage(tmp_path, tiny, site, clock=clock, begin=False)
    clock.shift = timedelta(0)
    good = PROBE + 'during = ["alpha"]\n'
    stage.write(good)

    def script() -> None:
        until(lambda: stage.health() == "paused", what="the probe, paused")
        stage.write(good + "typo = 1\n")
        until(stage.error, what="an error")
        assert site.asked == []
        clock.shift = timedelta(hours=2)
        until(lambda: stage.room.store.state().all(Launch)[0].state == "running", what="the beginning")
        until(lambda: stage.health() == "up", what="up")

    try:
        assert stage.play(script) == "stopped"
    finally:
        stage.close()


def test_an_incident_is_told_at_once_and_again_until_it_is_out(
    tmp_path: Path, tiny: PlanDoc, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "hunter2")
    stage = Stage(tmp_path, tiny, site)
    hook = f'[[channel]]\nname = "phone"\nwebhook = "{site.url}/502?key=${{env:HOOK}}"\n'
    good = hook.replace("/502", "/ok")
    stage.write(PROBE, hook)

    def told(path: str) -> list[dict[str, str]]:
        return [json.loads(one.body) for one in site.asked if one.path.startswith(path) and one.method == "POST"]

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        site.mode = "502"
        until(lambda: told("/502"), what="a first try")
        stage.write(PROBE, good)
        until(lambda: told("/ok"), what="the second try")
        assert told("/ok")[0] == told("/502")[0]
        assert "checkout" in told("/ok")[0]["text"]
        until(lambda: any("told phone" in fact["text"] for fact in stage.facts("alarm")), what="the line that says so")

    try:
        stage.play(script)
        assert len(told("/ok")) == 1
        ids = {one.headers["idempotency-key"] for one in site.asked if one.method == "POST"}
        assert len(ids) == 1
        whole = b"".join(one.read_bytes() for one in stage.path.parent.iterdir() if one.is_file())
        assert b"hunter2" not in whole
    finally:
        stage.close()


def test_a_deadline_reaches_the_receiver_at_its_time(tmp_path: Path, tiny: PlanDoc, site: Site) -> None:
    """The receiver hangs at first, which holds nothing else up; T+0 is put so that a step is due in a second."""
    stage = Stage(tmp_path, tiny, site)
    ways = '[[channel]]\nname = "stuck"\nwebhook = "{0}/mute"\n[[channel]]\nname = "phone"\nwebhook = "{0}/ok"\n'
    stage.write(PROBE, ways.format(site.url))

    def told() -> list[str]:
        return [json.loads(one.body)["kind"] for one in site.asked if one.path == "/ok" and one.method == "POST"]

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        began = SystemClock().now().after(-119)
        stage.room.dispatch(DeclareIncident(title="Orders fail", pressed=began, severity=Severity.CRITICAL))
        until(lambda: "due" in told(), what="the message at the due time")
        late = elapsed(began.after(120), SystemClock().now()).seconds
        assert 0 <= late < 5

    try:
        stage.play(script)
        assert told() == ["opened", "soon", "due"]
    finally:
        stage.close()
