"""Readiness under a running watch: nobody looks, and an ageing backup takes the vote back that was bound to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import FakeClock, until
from tests.control.running import PROBE, Stage
from tests.control.way import Way
from tests.probes.server import Site

from gonogo.control import lookout
from gonogo.control.readiness import files_seen
from gonogo.rules.board import ReadyRow
from gonogo.rules.plan import Readiness
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.poll import CastBallot, Vote
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.ready_config import ReadinessConfig

pytestmark = pytest.mark.usefixtures("brisk")
BACKUP = '[readiness.backup]\npath = "shop-*.dump"\nevery = "1s"\n'


@pytest.fixture
def stage(tmp_path: Path, tiny: PlanDoc, site: Site, clock: FakeClock) -> Iterator[Stage]:
    """A begun launch whose watch goes by a clock that we set."""
    made = Stage(tmp_path, tiny, site, clock=clock)
    yield made
    made.close()


def row(stage: Stage, key: str = "backup") -> ReadyRow:
    """Return a readiness target as a screen has it."""
    return next(one for one in stage.board().ready if one.target.key == key)


def dump(folder: Path, clock: FakeClock, hours: float) -> Path:
    """Write a backup of some hours ago."""
    path = folder / "shop-1.dump"
    path.write_bytes(b"x" * 2048)
    at = clock.utc.timestamp() - hours * 3600
    os.utime(path, (at, at))
    return path


def test_an_ageing_backup_revokes_the_vote_of_its_seat_with_nobody_looking(stage: Stage, clock: FakeClock) -> None:
    dump(stage.path.parent, clock, 20)
    stage.write(PROBE, BACKUP)

    def vote() -> Vote:
        return stage.room.store.state().all(Vote)[0]

    def script() -> None:
        until(lambda: row(stage).state == "ready", what="the backup seen")
        assert row(stage).stale_at == clock.utc + timedelta(hours=4)
        stage.room.dispatch(CastBallot(seats=("tech",), choice="go", reason="early, and well"))
        assert vote().stale_at is None
        clock.advance(hours=3, minutes=59)
        until(lambda: stage.facts("verdict"), what="a latch")
        assert vote().stale_at is None
        clock.advance(minutes=2)
        until(lambda: vote().stale_at, what="the vote revoked")
        assert vote().stale in (
            "backup has gone stale (shop-1.dump, 2.0 kB, 24 h 1 min old, under 24 h wanted)",
            "backup is not ready (shop-1.dump, 2.0 kB, 24 h 1 min old; wanted age < 24h)",
        )  # fmt: skip

    assert stage.play(script) == "stopped"


def test_the_very_minute_a_backup_is_too_old_its_seat_is_revoked(way: Way, tmp_path: Path) -> None:
    """By the desk of a watch that is not asked to look again: the evidence itself says until when it holds."""
    dump(tmp_path, way.clock, 20)
    way.make_green()
    way.desk.renew("backup", files_seen(ReadinessConfig(path="shop-*.dump"), str(tmp_path), way.clock.utc))
    way.vote()
    way.clock.advance(hours=3, minutes=59)
    way.desk.beat()
    way.desk.latch()
    assert way.seat("data").vote.stale_at is None  # type: ignore[union-attr]
    way.clock.advance(minutes=1)
    way.desk.beat()
    way.desk.latch()
    assert way.seat("data").vote.stale == (  # type: ignore[union-attr]
        "backup has gone stale (shop-1.dump, 2.0 kB, 24 h old, under 24 h wanted)"
    )
    assert [way.seat(key).standing for key in ("product", "tech")] == ["go", "go"]


def test_a_source_that_hangs_holds_up_nothing_else(stage: Stage) -> None:
    stage.write(PROBE, '[readiness.backup]\ncommand = ["sleep", "60"]\ntimeout = "60s"\n')

    def script() -> None:
        until(lambda: stage.health() == "up", what="the probes asked")
        until(lambda: stage.facts("verdict"), what="a verdict")
        assert stage.ask("ready", targets=["backup"]) == "looking at backup"

    assert stage.play(script) == "stopped"
    assert row(stage).state == "not_set_up"


def test_the_watch_looks_at_once_when_it_is_asked_to(stage: Stage, clock: FakeClock) -> None:
    path = dump(stage.path.parent, clock, 30)
    stage.write(PROBE, BACKUP.replace("1s", "1h"))

    def script() -> None:
        until(lambda: row(stage).state == "not_ready", what="the old backup seen")
        dump(stage.path.parent, clock, 0)
        assert stage.ask("ready", targets=["backup", "nothing"]) == "looking at backup"
        until(lambda: row(stage).state == "ready", what="the new backup seen")
        assert stage.ask("ready", targets=["nothing"]) == "it sees nothing of that by itself"
        path.unlink()

    assert stage.play(script) == "stopped"


def test_one_answer_that_does_not_come_takes_no_word_back(
    stage: Stage, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "AGAIN_S", 1.0)
    site.stats = b'{"version": "v1"}'
    stage.write(PROBE, '[readiness.backup]\nurl = "/stats"\npick = "version"\nevery = "1h"\n')

    def looks() -> int:
        return site.paths().count("/stats")

    def script() -> None:
        until(lambda: row(stage).said == "v1 answers", what="the version")
        before = looks()
        site.stats = b"{}"
        assert stage.ask("ready", targets=["backup"]) == "looking at backup"
        until(lambda: looks() == before + 1, what="a look that fails")
        site.stats = b'{"version": "v2"}'
        until(lambda: row(stage).said == "v2 answers", what="the second look")
        assert not any("not ready" in line.text for line in stage.board().log)
        site.stats = b"{}"
        assert stage.ask("ready", targets=["backup"]) == "looking at backup"
        until(lambda: row(stage).state == "not_ready", what="not ready after the second")
        assert row(stage).said == "cannot be seen: there is no version in the answer"

    assert stage.play(script) == "stopped"


def test_what_a_person_attested_stands_while_the_watch_cannot_see_and_says_so(stage: Stage) -> None:
    stage.write(PROBE, '[readiness.backup]\ncommand = ["no-such-thing-here"]\nevery = "1s"\n')
    target = stage.room.store.state().all(Readiness)[0]

    def script() -> None:
        until(lambda: row(stage).state == "not_ready", what="not to be seen")
        stage.room.dispatch(RenewReadiness(readiness=target.id, detail="in the console", for_s=3600))
        until(lambda: row(stage).renewal.amiss, what="what is amiss beside it")  # type: ignore[union-attr]
        found = row(stage)
        assert (found.state, found.attested) == ("ready", "ann")
        assert found.facts[-1] == (
            "which cannot be seen: no-such-thing-here cannot be started: No such file or directory"
        )

    assert stage.play(script) == "stopped"


def test_a_source_for_a_target_that_the_plan_does_not_have_is_refused_by_name(stage: Stage) -> None:
    stage.write(PROBE, '[readiness.bakcup]\npath = "shop-*.dump"\n')

    def script() -> None:
        until(stage.error, what="the error")
        assert "there is no readiness target “bakcup” to be seen to; did you mean “backup”?" in str(stage.error())

    assert stage.play(script) == "stopped"
