"""The demo's past: windows that agree with each other, and probes that say what is so."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import FakeClock, until

from gonogo.control.clock import SystemClock
from gonogo.control.desk import Desk
from gonogo.control.history import read_history
from gonogo.control.questions import Questions
from gonogo.demo import seed
from gonogo.demo.control import break_shop, shop_url, start_shop, stop_shop
from gonogo.formats.config import read_config
from gonogo.probes.schedule import Tick
from gonogo.rules import roster
from gonogo.rules.incident import Incident
from gonogo.rules.probe import Outcome, Probe
from gonogo.rules.reply import Faq, Reply
from gonogo.rules.roster import Member
from gonogo.rules.uptime import US, Tally
from gonogo.rules.window import DAY_S, HOUR_S
from gonogo.store import locks, watching
from gonogo.store.store import Store

NOW = datetime.fromisoformat("2026-11-25T14:22:41+00:00")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's launch, seeded at a fixed moment."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed, "SystemClock", lambda: FakeClock(NOW))
        seed.seed(folder, "http://127.0.0.1:8080")
    return folder / "state.db"


@pytest.fixture
def store(seeded: Path) -> Iterator[Store]:
    """Its state, open."""
    made = Store(seeded)
    yield made
    made.close()


def slots(store: Store, number: int, span: str) -> dict[int, Tally]:
    """Read a probe's rollups of one size."""
    found = store.db.conn.execute("SELECT start_s, tally FROM rollup WHERE probe = ? AND span = ?", [number, span])
    return {start: Tally.unpack(packed) for start, packed in found}


def test_an_hour_and_a_day_are_the_sums_of_their_five_minutes(store: Store) -> None:
    for probe in store.state().all(Probe):
        fine = slots(store, probe.number, "m")
        for span, size in (("h", HOUR_S), ("d", DAY_S)):
            for start, whole in slots(store, probe.number, span).items():
                parts = [one for at, one in fine.items() if start <= at < start + size]
                assert whole.checks == sum(one.checks for one in parts), (probe.name, span)
                assert whole.seen_us == sum(one.seen_us for one in parts)
                assert whole.up_us == sum(one.up_us for one in parts)
                assert whole.latencies == sum(one.latencies for one in parts)


def test_the_checks_of_the_last_hour_are_those_that_its_five_minutes_counted(store: Store) -> None:
    now_s = int(NOW.timestamp())
    for probe in store.state().all(Probe):
        for start, tally in slots(store, probe.number, "m").items():
            if start < now_s - HOUR_S:
                continue
            found = store.db.conn.execute(
                "SELECT count(*), sum(outcome = 2) FROM checks WHERE probe = ? AND at_ms >= ? AND at_ms < ?",
                [probe.number, start * 1000, (start + 300) * 1000],
            ).fetchone()
            assert found == (tally.checks, tally.failed), (probe.name, start)
            assert tally.seen_us <= (min(start + 300, now_s) - start + probe.every_s) * US


def test_windows_agree_and_are_as_a_watch_makes_them(seeded: Path, store: Store) -> None:
    wanted = {probe.name: probe.windows for probe in store.state().all(Probe)}
    for name, windows in wanted.items():
        for label, least in (("1h", 0.99), ("24h", 0.99), ("phase", 0.98)):
            assert float(windows[label]["coverage"] or 0) > least, (name, label)
            assert float(windows[label]["uptime"] or 0) > 0.99, (name, label)
        assert int(windows["1h"]["failed"] or 0) <= int(windows["24h"]["failed"] or 0)
    assert sum(int(one["1h"]["failed"] or 0) for one in wanted.values()) == 2
    desk = Desk(seeded, FakeClock(NOW))
    text, config = read_config(seeded.with_name("gonogo.toml"))
    observer = desk.observer()
    desk.accept(text, config, observer, {})
    observer.settle()
    found = {one.name: one.windows for one in observer.drain(FakeClock(NOW).now()).probes}
    desk.store.close()
    assert found == wanted


def test_it_has_people_and_answers(store: Store) -> None:
    people = store.state().all(Member)
    assert (roster.warning(people), len(people)) == ("", 11)
    assert [one.name for one in people if one.invited_at and not one.briefed_at] == ["ines"]
    assert [one.question for one in store.state().all(Faq)] == ["do you deliver on Sunday?", "is there a delivery fee?"]
    assert len(store.state().all(Reply)) == 2


def test_the_probe_screen_tells_a_story(store: Store) -> None:
    now = NOW + timedelta(seconds=1)
    for probe in store.state().all(Probe):
        for span in (HOUR_S, DAY_S):
            cells, checks, deploys = read_history(store, probe, now, span, 100)
            assert all(cell.up is not None for cell in cells[1:-1]), (probe.name, span)
            assert (len(deploys) == 1) is (span == DAY_S)
            assert checks[0].at <= NOW
            if probe.kind == "http":
                assert (checks[0].ip, checks[0].url) == ("127.0.0.1", probe.target)
                assert checks[0].phases.first_byte
    (checkout,) = (one for one in store.state().all(Probe) if one.name == "checkout")
    assert any(cell.worst is Outcome.FAILED for cell in read_history(store, checkout, now, DAY_S, 100)[0])
    kept = store.db.conn.execute("SELECT failure, detail FROM check_detail WHERE failure IS NOT NULL").fetchall()
    assert ("http_status", "wanted status == 200, saw 502") in kept


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The shop and its launch, as `gonogo demo` makes them, at work."""
    monkeypatch.setenv("GONOGO_SHOP_SPEED", "10")
    session = locks.hold(tmp_path / "session.lock", shared=True)
    assert session is not None
    start_shop(tmp_path)
    try:
        seed.seed(tmp_path, shop_url(tmp_path) or "")
        yield tmp_path
    finally:
        stop_shop(tmp_path)
        os.close(session)


def test_all_probes_are_up_when_the_shop_is_well(demo: Path) -> None:
    config = read_config(demo / "gonogo.toml")[1]

    async def ask() -> list[Outcome]:
        questions = Questions(config, "soft-launch", lambda name: None, SystemClock())
        await questions.prepare()
        return [(await questions.check(one.name, Tick(0, 0))).outcome for one in config.probe]

    assert {one.kind for one in config.probe} == {"http", "tcp", "heartbeat"}
    until(lambda: asyncio.run(ask()) == [Outcome.OK] * len(config.probe), 5, "that every probe is up")


@pytest.mark.parametrize(("how", "down"), [("errors", {"checkout"}), ("refused", {"checkout", "shop"})])
def test_a_broken_shop_suspects_one_incident(demo: Path, how: str, down: set[str]) -> None:
    state = demo / "state.db"
    argv = [sys.executable, "-m", "gonogo", "--state", str(state), "--config", str(demo / "gonogo.toml"), "watch"]
    watch = subprocess.Popen(argv, stderr=subprocess.DEVNULL)
    store = Store(state)
    try:
        until(lambda: watching.is_alive(state), 10, "the watch")
        break_shop(demo, how)

        def fallen() -> bool:
            return {one.name for one in store.state().all(Probe) if one.health == "down"} == down

        until(fallen, 20, f"that {', '.join(sorted(down))} is down, and no other")
        until(lambda: store.state().all(Incident), 5, "an incident")
        if how == "refused":
            blind = {one.name for one in store.state().all(Probe) if one.failure == "parent_down"}
            assert blind <= {"home", "health", "invoices", "admin"}
            assert blind
        (incident,) = store.state().all(Incident)
        assert (incident.state, incident.probes) == ("suspected", ("checkout",))
    finally:
        store.close()
        watch.terminate()
        watch.wait(10)
