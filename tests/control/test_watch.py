"""The watch from end to end: a real server, a real file, real time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import until
from tests.control.running import PROBE, Stage
from tests.probes.server import Site

from gonogo.control.desk import Desk
from gonogo.control.requests import ask_watch
from gonogo.control.watch import AlreadyWatched, Watch
from gonogo.formats.config import parse_config
from gonogo.rules.clock import elapsed
from gonogo.rules.incident import steps_of
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.probe import Check, Failure, Outcome
from gonogo.store import watching
from gonogo.store.store import Store

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture
def stage(tmp_path: Path, tiny: PlanDoc, site: Site) -> Iterator[Stage]:
    """A begun launch with one critical probe, asked each second."""
    made = Stage(tmp_path, tiny, site)
    yield made
    made.close()


def test_a_site_breaks_and_is_mended(stage: Stage) -> None:
    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        assert stage.board().watch.running
        stage.site.mode = "502"
        until(lambda: stage.health() == "down", what="down")
        until(stage.incidents, what="an incident")
        (one,) = stage.incidents()
        assert (one.state, one.severity, one.title) == ("suspected", "critical", "checkout down")
        assert one.onset_at is not None
        assert 0 <= elapsed(one.onset_at, one.detected_at).seconds < 3
        steps = steps_of(stage.room.store.state(), one)
        assert [step.key for step in steps] == ["look", "decide", "act", "confirm", "tell"]
        probe = stage.probe()
        assert probe is not None
        assert (probe.failure, probe.detail) == ("http_status", "status 502, wanted status == 200")
        board = stage.board()
        assert any("Incident 1 is suspected: checkout down" in reason for reason in board.gate.reasons)
        stage.site.mode = "ok"
        until(lambda: stage.incidents()[0].state == "monitoring", what="monitoring")
        assert stage.health() == "up"

    assert stage.play(script) == "stopped"
    assert not watching.is_alive(stage.path)
    said = [fact["text"] for fact in stage.facts("health")]
    assert said == [
        "checkout is up",
        "checkout is down: status 502, wanted status == 200",
        "checkout is up",
    ]
    probe = stage.probe()
    assert probe is not None
    assert probe.recent.startswith(".")
    assert probe.windows["24h"]["uptime"] not in (None, 1.0)
    Store(stage.path, thorough=True).close()


def test_there_is_one_watch(stage: Stage) -> None:
    lock = watching.take_lock(stage.path)
    assert lock is not None
    with pytest.raises(AlreadyWatched, match="is being watched already"):
        Watch(stage.path, stage.config, stage.clock)
    os.close(lock)
    assert ask_watch(stage.room, "check") == "no watch is running; start it with `gonogo watch`"


def test_a_config_is_taken_over_live_and_a_bad_one_is_not(stage: Stage) -> None:
    other = PROBE.replace("checkout", "home").replace("/health", "/html")

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        assert stage.error() is None
        stage.write(PROBE + other)
        until(lambda: stage.health("home") == "up", what="the new probe")
        stage.write(PROBE + other.replace("every =", "evrey ="))
        until(stage.error, what="an error")
        assert "gonogo.toml:19: probe home: evrey: there is no key “evrey”; did you mean “every”?" in stage.error()
        assert stage.board().watch.config_error == stage.error()
        asked = stage.site.paths().count("/html")
        until(lambda: stage.site.paths().count("/html") > asked, what="the old config going on")
        stage.config.unlink()
        until(lambda: "does not exist" in (stage.error() or ""), what="another error")
        stage.write(other)
        until(lambda: stage.error() is None, what="the end of the error")
        until(lambda: stage.probe("checkout") is None, what="the old probe going")
        asked = stage.site.paths().count("/health")
        more = stage.site.paths().count("/html")
        until(lambda: stage.site.paths().count("/html") > more, what="the new config alone")
        assert stage.site.paths().count("/health") == asked

    assert stage.play(script) == "stopped"


def test_over_a_restart_the_last_good_config_stands_in(stage: Stage) -> None:
    stage.play(lambda: until(lambda: stage.health() == "up", what="up"))
    stage.config.write_text("[launch\n")
    asked = len(stage.site.asked)

    def script() -> None:
        until(lambda: len(stage.site.asked) > asked, what="being asked all the same")
        until(stage.error, what="an error")
        assert ":1:8: " in (stage.error() or "")

    assert stage.play(script) == "stopped"


def test_without_any_config_it_says_so_and_waits(stage: Stage) -> None:
    stage.config.unlink()

    def script() -> None:
        until(stage.error, what="an error")
        assert "does not exist" in (stage.error() or "")
        stage.write(PROBE)
        until(lambda: stage.health() == "up", what="up")

    assert stage.play(script) == "stopped"


def test_requests_are_answered(stage: Stage) -> None:
    stage.write(PROBE.replace('"1s"', '"30s"'))

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        for args in ({}, {"probes": ["checkout"]}):
            asked = len(stage.site.asked)
            assert stage.ask("check", **args) == "asking"
            until(lambda asked=asked: len(stage.site.asked) > asked, 2, "a check at once")
        assert stage.ask("check", probes=["nothing"]) == "asking"
        assert stage.ask("dance\x1b") == "this watch does not know “dance\ufffd”"

    assert stage.play(script) == "stopped"


def test_a_secret_that_is_not_set_is_named_and_the_probe_unknown(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    header = 'headers = { Authorization = "Bearer ${env:SHOP_TOKEN}" }\n'
    monkeypatch.delenv("SHOP_TOKEN", raising=False)
    stage.write(PROBE + header)

    def script() -> None:
        until(lambda: (stage.probe() or 0) and stage.probe().recent, what="a check")  # type: ignore[union-attr]
        probe = stage.probe()
        assert probe is not None
        assert (probe.health, set(probe.recent)) == ("unknown", {"?"})
        assert "${env:SHOP_TOKEN} is not set" in probe.detail
        monkeypatch.setenv("SHOP_TOKEN", "hunter2-secret")
        until(lambda: stage.health() == "up", what="up")

    stage.play(script)
    assert stage.site.asked[-1].headers["authorization"] == "Bearer hunter2-secret"
    whole = b"".join(one.read_bytes() for one in stage.path.parent.iterdir() if one.is_file())
    assert b"hunter2" not in whole
    assert stage.incidents() == []


@pytest.mark.parametrize("how", ["moved", "superseded"])
def test_a_watch_whose_launch_is_no_longer_its_own_ends(stage: Stage, how: str) -> None:
    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        if how == "moved":
            stage.path.rename(stage.path.with_name("elsewhere.db"))
        else:
            with stage.room.store.writing() as db:
                watching.begin(db, stage.clock.now())

    words = stage.play(script, stop=False)
    assert ("is gone" in words or "was moved" in words) if how == "moved" else "has taken over" in words


def unsaid(stage: Stage, outcome: Outcome) -> None:
    """Leave what a watch leaves that is killed between its checks and what follows from them."""
    desk = Desk(stage.path, stage.clock)
    observer = desk.observer()
    config = stage.config.read_text()
    desk.accept(config, parse_config(config, "config"), observer, {})
    failure = Failure.REFUSED if outcome is Outcome.FAILED else None
    for _ in range(2):
        observer.take(Check("checkout", stage.clock.now(), outcome, None, failure, "refused" if failure else ""))
    desk.write(observer.drain(stage.clock.now()), [], [])
    desk.store.close()


def test_what_a_killed_watch_did_not_get_to_say_is_said_by_the_next(stage: Stage) -> None:
    """The probe lies there as down and nobody was told; then as up, and the incident waits; then as down again."""
    stage.play(lambda: until(lambda: stage.health() == "up", what="up"))
    stage.site.mode = "502"
    unsaid(stage, Outcome.FAILED)
    assert (stage.health(), stage.incidents()) == ("down", [])
    stage.play(lambda: until(stage.incidents, 6, "an incident"))
    stage.site.mode = "ok"
    unsaid(stage, Outcome.OK)
    assert (stage.health(), stage.incidents()[0].state) == ("up", "suspected")
    stage.play(lambda: until(lambda: stage.incidents()[0].state == "monitoring", 6, "monitoring"))
    stage.site.mode = "502"
    unsaid(stage, Outcome.FAILED)
    assert (stage.health(), stage.incidents()[0].state) == ("down", "monitoring")
    stage.play(lambda: until(lambda: stage.incidents()[0].state == "mitigating", 6, "going on"))
    assert len(stage.incidents()) == 1


def test_a_build_that_changes_is_a_deploy_each_time(stage: Stage) -> None:
    """Out, back and out again: three deploys, the last of the same build; and none because we began anew."""
    stage.write(PROBE, 'build = { path = "/health", pick = "version" }\n')

    def deploy(version: str) -> None:
        stage.site.version = version
        stage.ask("check")
        until(lambda: stage.facts("deploy")[-1:] == [{"build": version, "environment": "production"}], what=version)

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        for version in ("v2", "v1", "v2"):
            deploy(version)

    stage.play(script)
    assert [one["build"] for one in stage.facts("deploy")] == ["v2", "v1", "v2"]
    asked = len(stage.site.asked)
    stage.play(lambda: until(lambda: len(stage.site.asked) > asked, what="a check"))
    assert [one["build"] for one in stage.facts("deploy")] == ["v2", "v1", "v2"]


def test_a_readiness_is_seen_in_its_files(stage: Stage) -> None:
    backup = stage.path.with_name("shop-1.dump")
    backup.write_bytes(b"x" * 2048)
    files = f'[readiness.backup]\npath = "{stage.path.parent}/shop-*.dump"\nexpect = ["age < 24h", "size > 1000"]\n'
    stage.write(PROBE, files)
    stage.play(lambda: until(lambda: stage.board().ready[0].state == "ready", what="ready"))
    row = stage.board().ready[0]
    assert row.renewal is not None
    assert (row.renewal.by, row.renewal.detail) == ("watch", "shop-1.dump, 2.0 kB")
