"""A running watch whose config changes under it, whose probes hang together, and which may itself be offline."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import until
from tests.control.running import PROBE, Stage
from tests.probes.hostile import nobody
from tests.probes.server import Site

from gonogo.control.timeline import timeline
from gonogo.rules.plan_doc import PlanDoc

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture
def stage(tmp_path: Path, tiny: PlanDoc, site: Site) -> Iterator[Stage]:
    """A begun launch with one critical probe, asked each second."""
    made = Stage(tmp_path, tiny, site)
    yield made
    made.close()


def turns(stage: Stage, name: str = "checkout") -> list[int]:
    """Return when a probe's checks were due, in milliseconds: before they were late."""
    probe = stage.probe(name)
    assert probe is not None
    rows = stage.room.store.db.query(
        "SELECT at_ms - coalesce(late_ms, 0) AS due FROM checks WHERE probe = ?"
        " ORDER BY at_ms", [probe.number],
    )  # fmt: skip
    return [row["due"] for row in rows]


def test_a_change_of_the_config_leaves_the_other_probes_their_rhythm(stage: Stage) -> None:
    """Probes come, change their pace and go, a bad file comes between; the one that stays misses no turn."""
    other = PROBE.replace("checkout", "other").replace("/health", "/html")
    slower = other.replace('"1s"', '"2s"')

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        stage.write(PROBE + other)
        until(lambda: stage.health("other") == "up", 3, "the new probe")
        stage.write(PROBE + slower, "[watch]\nconcurrency = 7\n")
        until(lambda: (stage.probe("other") or 0) and stage.probe("other").every_s == 2, 3, "its pace")  # type: ignore[union-attr]
        stage.write(PROBE + "nonsense")
        until(stage.error, 3, "an error")
        stage.write(PROBE)
        until(lambda: stage.probe("other") is None, 3, "its end")
        until(lambda: len(turns(stage)) >= 6, what="some turns")

    assert stage.play(script) == "stopped"
    due = turns(stage)[1:]  # the first look at a new probe is out of its rhythm
    count = [round((one - due[0]) / 1000) for one in due]
    assert count == list(range(len(due)))
    assert all(abs(one - due[0] - number * 1000) < 250 for number, one in enumerate(due))
    said = [fact["text"] for fact in stage.facts("config")]
    assert said[0] == "took over gonogo.toml: 1 probe"
    assert said[1:] == [
        "took over gonogo.toml: probe other is new",
        "took over gonogo.toml: other: every 1 → 2; [watch] changed",
        "took over gonogo.toml: probe other is gone; [watch] changed",
    ]


def test_a_parent_that_is_down_is_one_incident(stage: Stage) -> None:
    """Five critical probes fail together, and four of them only because of the first."""
    child = PROBE.replace('"/health"', '"/"') + 'depends_on = "checkout"\n'
    stage.write(PROBE + "".join(child.replace("checkout", f"child{n}", 1) for n in range(4)))

    def script() -> None:
        until(lambda: all(stage.health(f"child{n}") == "up" for n in range(4)), what="all up")
        stage.site.mode = "502"
        until(lambda: stage.health() == "down", what="down")
        until(lambda: all(stage.health(f"child{n}") == "unknown" for n in range(4)), what="unknown")
        until(stage.incidents, what="an incident")
        (one,) = stage.incidents()
        assert one.probes == ("checkout",)
        stage.site.mode = "ok"
        until(lambda: all(stage.health(f"child{n}") == "up" for n in range(4)), what="all up again")

    assert stage.play(script) == "stopped"
    down = [fact["text"] for fact in stage.facts("health") if fact["health"] == "down"]
    assert down == ["checkout is down: status 502, wanted status == 200"]
    unknown = {fact["text"] for fact in stage.facts("health") if fact["health"] == "unknown"}
    assert unknown == {f"child{n} is unknown: checkout, on which it depends, does not answer" for n in range(4)}


def test_one_that_joins_and_clears_alone_is_on_the_timeline(stage: Stage) -> None:
    """Its own check clears while the first is still down."""
    stage.write(PROBE + PROBE.replace("checkout", "invoices").replace('["status == 200"]', '["status != 502"]'))

    def script() -> None:
        until(lambda: stage.health() == stage.health("invoices") == "up", what="up")
        stage.site.mode = "502"
        until(lambda: any(len(one.probes) == 2 for one in stage.incidents()), what="both in it")
        stage.site.mode = "503"
        until(lambda: stage.health("invoices") == "up", what="the one that clears")

    assert stage.play(script) == "stopped"
    (one,) = stage.incidents()
    assert one.recovered_at is None
    lines = [line.text for line in timeline(stage.room.store, one)]
    assert any(" joined incident 1: " in line for line in lines)
    assert "invoices is up" in lines


def test_a_machine_that_is_offline_opens_no_incident(stage: Stage) -> None:
    with nobody() as port:
        stage.write(PROBE, f'[watch]\ncanaries = ["127.0.0.1:{port}"]\n')

        def script() -> None:
            until(lambda: stage.health() == "up", what="up")
            stage.site.mode = "close"
            until(lambda: stage.health() == "unknown", what="unknown")

        assert stage.play(script) == "stopped"
    assert stage.incidents() == []
    probe = stage.probe()
    assert probe is not None
    assert (probe.failure, probe.detail) == ("self_offline", "this machine is offline: no canary answers")
    assert "x" not in probe.recent


def test_a_new_config_is_kept_for_good_as_the_first_was(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each full collection would look through it, and hold up every check meanwhile."""
    frozen = list[str]()
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append("all"))

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        assert frozen == ["all"]
        stage.write(PROBE + PROBE.replace("checkout", "other"))
        until(lambda: stage.health("other") == "up", 3, "the new probe")
        until(lambda: frozen == ["all"] * 2, 3, "keeping it")

    assert stage.play(script) == "stopped"
    assert frozen == ["all"] * 2
