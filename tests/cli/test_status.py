"""`gonogo status`: the board once, for people and for programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.cli.ground import data, gonogo, ok
from tests.conftest import FakeClock
from tests.tui.ground import bakery, checkout_down
from tests.tui.play import watch_held

from gonogo.control.room import ControlRoom, Done
from gonogo.rules.item import BreakGuard, TickItem
from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.measured import Sample
from gonogo.rules.plan import Item
from gonogo.rules.plan_doc import PlanDoc
from gonogo.store import samples, watching
from gonogo.store.samples import MetricRow
from gonogo.store.store import Store

NUMBER = (int, float)
GATE = {"verdict": str, "criteria": [
    {"id": str, "require": str, "outcome": str, "verdict": str, "value": (*NUMBER, None), "target": (*NUMBER, None),
     "samples": int, "confidence": (*NUMBER, None), "chance": (*NUMBER, None), "reason": str}]}  # fmt: skip
DONE = {"done": int, "total": int}
SHAPE: dict[str, Any] = {
    "launch": {"id": str, "name": str, "state": str}, "at": "stamp", "verdict": str, "reasons": [str],
    "phase": {"id": str, "number": int, "name": str, "state": str, "day": int, "checklist": DONE, "gate": GATE},
    "phases": [{"id": str, "state": str, "checklist": DONE, "verdict": (str, None)}],
    "probes": [{"name": str, "health": str, "latency_ms": (*NUMBER, None), "failure": (str, None), "windows": dict}],
    "readiness": [{"id": str, "state": str, "detail": str, "checked_at": ("stamp", None)}],
    "incidents": [{"id": str, "label": int, "severity": str, "state": str, "drill": bool,
                   "onset_at": ("stamp", None), "detected_at": "stamp", "elapsed_s": NUMBER,
                   "step": {"id": str, "text": str, "due_in_s": (*NUMBER, None)}}],
    "watch": {"running": bool, "heartbeat_age_s": (*NUMBER, None)},
}  # fmt: skip


def fits(value: Any, shape: Any, where: str = "board") -> None:
    """Hold data against its shape: at least these keys, of these kinds."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        for name, inner in shape.items():
            assert name in value, f"{where}.{name} is missing"
            fits(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for place, one in enumerate(value):
            fits(one, shape[0], f"{where}[{place}]")
    else:
        kinds = shape if isinstance(shape, tuple) else (shape,)
        good = any(_is(value, kind) for kind in kinds)
        assert good, f"{where} is {value!r}"


def _is(value: Any, kind: Any) -> bool:
    if kind is None:
        return value is None
    if kind == "stamp":
        return isinstance(value, str) and value.endswith("Z") and len(value) == 24 and value[10] == "T"
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


@pytest.fixture
def shop(state_path: Path, clock: FakeClock) -> Path:
    bakery(state_path, clock)
    return state_path


def test_the_text_says_the_verdict_first_and_why(shop: Path, clock: FakeClock) -> None:
    result = gonogo("--state", str(shop), "status", at=clock)
    assert result.exit_code == 10
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].startswith("HOLD  Riverside Bakery, 1 Soft Launch  Fri 06 Nov 19:31")
    assert "  - “Restore last night's backup” is overdue." in lines
    assert "  1 Soft Launch               5/9  active" in lines
    assert any(line.startswith("  up       checkout") and "142 ms" in line for line in lines)
    assert any("not set up" in line and "backup" in line for line in lines)
    assert lines[-1].startswith("watch not running; start it with")
    assert all(line == line.rstrip() or line.startswith("  ") for line in lines)


def test_the_text_says_who_watches_and_since_when(shop: Path, clock: FakeClock) -> None:
    store = Store(shop)
    with store.writing() as db:
        watching.begin(db, clock.now())
        store.bump(["watch"])
    store.close()
    with watch_held(shop):
        lines = gonogo("--state", str(shop), "status", at=clock).stdout.splitlines()
        found = data(gonogo("--state", str(shop), "status", "--json", at=clock))["watch"]
    assert lines[-1] == f"watch running, pid {os.getpid()}, since Fri 06 Nov 19:31 +08"
    assert (found["pid"], found["since"]) == (os.getpid(), found["since"])
    assert found["since"].startswith("2026-11-06T11:31")
    assert data(gonogo("--state", str(shop), "status", "--json", at=clock))["watch"]["pid"] is None


def test_the_error_of_a_watch_that_is_gone_is_not_said_any_more(tiny_launch: Path, clock: FakeClock) -> None:
    store = Store(tiny_launch)
    with store.writing() as db:
        watching.begin(db, clock.now())
        watching.tell(db, config_error="gonogo.toml:1: a mistake of yesterday.", note=None)
        store.bump(["watch"])
    store.close()
    with watch_held(tiny_launch):
        assert "config: gonogo.toml:1" in gonogo("status", at=clock).stdout
    assert "config " not in gonogo("status", at=clock).stdout


def test_without_probes_they_are_not_set_up(tiny_launch: Path, clock: FakeClock) -> None:
    def after_probes() -> str:
        lines = gonogo("status", at=clock).stdout.splitlines()
        return lines[lines.index("probes") + 1]

    assert after_probes() == "  not set up: no watch has read gonogo.toml yet"
    store = Store(tiny_launch)
    with store.writing() as db:
        watching.begin(db, clock.now())
        store.bump(["watch"])
    store.close()
    assert after_probes() == "  not set up: gonogo.toml has no [[probe]]"


def test_each_reading_says_its_source_its_age_and_its_samples(tiny_launch: Path, clock: FakeClock) -> None:
    now_ms = int(clock.now().utc.timestamp() * 1000)
    store = Store(tiny_launch)
    with store.writing() as db:
        row = MetricRow(1, "orders.clean", "counter", "shop.example/stats.json", 60.0, adds=False, question="q")
        samples.keep(db, [row])
        found = [Sample(now_ms - 90_000, 3.0), Sample(now_ms - 30_000, 17.0), Sample(now_ms, error="refused")]
        samples.append(db, [(row.name, one) for one in found])
        store.bump(["metrics", "samples"])
    store.close()
    lines = gonogo("status", at=clock).stdout.splitlines()
    assert lines[lines.index("metrics") + 1] == (
        "  orders.clean                        14  shop.example/stats.json, 30 seconds ago, 14 samples"
        "  cannot be measured: refused; its last answer is 30 s old"
    )
    readings = {one["name"]: one for one in data(gonogo("status", "--json", at=clock))["readings"]}
    assert readings["orders.clean"] == {
        "name": "orders.clean", "value": 14, "source": "shop.example/stats.json", "at": "2026-11-02T08:59:30.000Z",
        "samples": 14, "detail": "", "error": "refused; its last answer is 30 s old",
    }  # fmt: skip
    assert readings["bugs.critical"]["source"] == "log"


def test_the_text_says_an_incident_and_its_next_step(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    lines = gonogo("--state", str(shop), "status", at=clock).stdout.splitlines()
    assert "! incident 1, critical, suspected: checkout down, 1 min ago; next: Roll back, or not?" in lines


def test_json_has_the_shape_that_is_promised(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    with watch_held(shop):
        result = gonogo("--state", str(shop), "status", "--json", at=clock)
    board = data(result)
    fits(board, SHAPE)
    assert result.stderr == ""
    assert board["launch"] == {"id": "bakery", "name": "Riverside Bakery", "state": "running"}
    assert (board["verdict"], result.exit_code) in (("HOLD", 10), ("NO-GO", 20))
    assert board["phase"]["number"] == 1
    assert board["phase"]["day"] == 5
    assert board["phase"]["checklist"] == {"done": 5, "total": 9}
    clean = board["phase"]["gate"]["criteria"][0]
    assert (clean["id"], clean["value"], clean["target"], clean["outcome"]) == ("clean", 13, 20, "inconclusive")
    assert board["probes"][0]["windows"]["24h"]["uptime"] == 0.9997
    assert {"uptime", "coverage", "p95_ms", "checks"} <= set(board["probes"][0]["windows"]["24h"])
    (incident,) = board["incidents"]
    assert incident["elapsed_s"] == 61.0
    assert incident["step"] == {"id": "decide", "text": "Roll back, or not?", "due_in_s": 59.0}
    assert board["watch"]["running"] is True


def test_ages_are_derived_when_it_is_dumped(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    clock.advance(seconds=100)
    (incident,) = data(gonogo("--state", str(shop), "status", "--json", at=clock))["incidents"]
    assert incident["elapsed_s"] == 161.0
    assert incident["step"]["due_in_s"] == -41.0


SURE = {"title": "Sure", "phase": [{"id": "only", "name": "Only", "section": [
    {"name": "Do", "item": [{"id": "it", "text": "Do it"}, {"id": "calm", "text": "Stay calm", "kind": "guard"}]},
]}]}  # fmt: skip


def test_the_exit_code_is_the_verdict(state_path: Path, clock: FakeClock) -> None:
    store = Store(state_path, create=True)
    room = ControlRoom(store, clock, "ann")
    plan = PlanDoc.model_validate(SURE)
    room.dispatch(FoundLaunch(key="sure", name="Sure", timezone="UTC", opens=clock.utc, plan=plan))
    assert gonogo("--state", str(state_path), "status", at=clock).exit_code == 10
    room.dispatch(BeginLaunch())
    assert gonogo("--state", str(state_path), "status", at=clock).exit_code == 10
    with store.writing() as db:
        watching.begin(db, clock.now())
        store.bump(["watch"])
    items = {one.key: one.id for one in store.state().all(Item)}
    for key in items.values():
        assert isinstance(room.dispatch(TickItem(item=key)), Done)
    with watch_held(state_path):
        found = gonogo("--state", str(state_path), "status", "--json", at=clock)
        assert (found.exit_code, data(found)["verdict"]) == (0, "GO"), data(found)["reasons"]
        assert gonogo("--state", str(state_path), "status", at=clock).stdout.startswith("GO  Sure")
        room.dispatch(BreakGuard(item=items["calm"], reason="shouting"))
        found = gonogo("--state", str(state_path), "status", "--json", at=clock)
        assert (found.exit_code, data(found)["verdict"]) == (20, "NO-GO")
    store.close()


def test_the_config_of_this_folder_names_the_launch(
    tiny_launch: Path, clock: FakeClock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = folder / "deep" / "below"
    inner.mkdir(parents=True)
    assert data(gonogo("status", "--json", at=clock))["launch"]["id"] == "tiny"
    monkeypatch.chdir(inner)
    assert data(gonogo("status", "--json", at=clock))["launch"]["id"] == "tiny"
    monkeypatch.chdir("/")
    assert data(gonogo("--config", str(folder / "gonogo.toml"), "status", "--json", at=clock))["launch"]["id"] == "tiny"


def test_gonogo_alone_prints_the_board_once_and_is_content(tiny_launch: Path, clock: FakeClock) -> None:
    said = ok(gonogo(at=clock))
    assert said.startswith("HOLD  Tiny, 1 Alpha")


def test_gonogo_alone_without_a_launch_says_what_to_do(folder: Path) -> None:
    said = ok(gonogo())
    for part in ("gonogo init --url", "gonogo demo", "gonogo --config FILE"):
        assert part in said


def test_hostile_texts_do_not_reach_the_terminal(state_path: Path, clock: FakeClock) -> None:
    from tests.tui.test_hostile import ESC, RAW, tell

    tell(state_path, clock, f"{ESC} [/nope]")
    for words in (["status"], ["item", "list"], ["incident", "list"], ["ready", "list"], ["item", "list", "--all"]):
        result = gonogo("--state", str(state_path), *words, at=clock)
        assert not any(RAW.search(line) for line in result.stdout.splitlines()), words
        assert result.stdout.count("\n") == len(result.stdout.splitlines())
        assert result.exception is None or isinstance(result.exception, SystemExit)
    for words in (["status", "--json"], ["item", "list", "--json"], ["incident", "list", "--json"]):
        result = gonogo("--state", str(state_path), *words, at=clock)
        assert result.stdout.isascii()
        assert data(result)
