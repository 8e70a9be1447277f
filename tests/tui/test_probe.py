"""The probe screen: what it shows of a probe, and the acts on it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import CONFIG
from tests.tui.play import Play, opened, read_all, said, story, watch_held

from gonogo.cli.board_json import as_text
from gonogo.control.reader import BoardReader
from gonogo.formats.config import parse_config
from gonogo.rules.config_face import face_of
from gonogo.rules.pause import Pause
from gonogo.rules.probe import Check, Failure, Outcome, Phases
from gonogo.store import series, watching
from gonogo.store.store import Store
from gonogo.tui.screens.probe import ProbeScreen
from gonogo.tui.screens.read import ReadScreen
from gonogo.tui.screens.room import RoomScreen


def told_checks(path: Path, clock: FakeClock) -> None:
    """Append checks of `checkout`: well, then from another address, then failing, and one in maintenance."""
    parts = Phases(0.001, 0.0032, 0.0205, 0.101, 0.0184)
    good = {"ip": "192.0.2.7", "url": "https://shop.example/checkout"}
    made = [
        Check("checkout", clock.now().after(-90), Outcome.OK, 0.142, facts=good, phases=parts),
        Check("checkout", clock.now().after(-60), Outcome.OK, 0.151, facts={**good, "ip": "192.0.2.8"}, phases=parts,
              changed="answers from 192.0.2.8"),
        Check("checkout", clock.now().after(-30), Outcome.FAILED, None, Failure.REFUSED, "the connection was refused",
              late_s=0.25, missed=2, phases=Phases(0.001)),
        Check("checkout", clock.now(), Outcome.SLOW, 1.2, None, "slow: 1200 ms, wanted latency < 800ms", phases=parts,
              excluded=True),
    ]  # fmt: skip
    store = Store(path)
    with store.writing() as db:
        series.append(db, [(1, one) for one in made])
    store.close()


@pytest.fixture
def probed(shop: Path, clock: FakeClock) -> Path:
    """The bakery's launch, with checks of its checkout."""
    told_checks(shop, clock)
    return shop


async def at_probe(play: Play, name: str = "checkout") -> None:
    """Open the probe screen from the room."""
    await play.press("4")
    await play.until(lambda: name in play.pane("probes").keys, "its row")
    await play.choose(name, "probes")
    await play.press("enter")
    await play.until(lambda: isinstance(play.app.screen, ProbeScreen), "the probe screen")
    await play.settle()


@story
async def test_it_shows_windows_parts_changes_and_failures(probed: Path, clock: FakeClock) -> None:
    async with opened(probed, clock) as play:
        await at_probe(play)
        for words in (
            "UP  checkout", "critical", "https://shop.example/checkout", "99.970%", "98%", "2,821", "310 ms",
            "▲ answers from 192.0.2.8", "refused the connection was refused", "250 ms late", "2 missed", "excluded",
            "192.0.2.7", "3.2 ms", "the last 4",
        ):  # fmt: skip
            await play.sees(words)
        await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        assert play.focus == "probes"


@story
async def test_what_a_site_said_instead_of_an_answer_is_shown(probed: Path, clock: FakeClock) -> None:
    store = Store(probed)
    with store.writing() as db:
        series.append(db, [(1, Check("checkout", clock.now().after(1), Outcome.FAILED, 0.1, Failure.HTTP_STATUS,
                                     "status 502", excerpt="Bad Gateway: the kitchen is closed"))])  # fmt: skip
    store.close()
    async with opened(probed, clock, size=(80, 24)) as play:
        await at_probe(play)
        await play.sees("it says Bad Gateway: the kitchen is closed")
        await play.press("enter")
        await play.until(lambda: isinstance(play.app.screen, ReadScreen), "the page")
        await play.sees("It says: Bad Gateway: the kitchen is closed")


@story
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_probe_that_believes_anybody_says_so_everywhere(
    shop: Path, clock: FakeClock, size: tuple[int, int]
) -> None:
    """A certificate that nobody verified holds for nothing."""
    cert = {"cert": {"days": 40.0}, "ip": "192.0.2.7"}
    store = Store(shop)
    with store.writing() as db:
        series.append(db, [(1, Check("checkout", clock.now(), Outcome.OK, 0.1, facts=cert))])
        (row,) = [one for one in store.state().all(series.Probe) if one.name == "checkout"]
        series.put_probes(db, [row.model_copy(update={"insecure": True})])
        store.bump(["probes"])
    store.close()
    async with opened(shop, clock, size=size) as play:
        await play.press("4")
        await play.sees("insecure: certificate not verified")
        await at_probe(play)
        for words in ("INSECURE", "insecure: certificate not verified", "chain not verified"):
            await play.sees(words)
        assert "chain holds" not in play.text()


@story
async def test_enter_says_a_check_in_full(probed: Path, clock: FakeClock) -> None:
    async with opened(probed, clock, size=(80, 24)) as play:
        await at_probe(play)
        await play.press("j", "enter")
        await play.until(lambda: isinstance(play.app.screen, ReadScreen), "the page")
        for words in ("✕ failed", "the connection was refused", "turns missed", "began late"):
            await play.sees(words)


@story
async def test_the_arrows_change_how_far_back_it_looks(probed: Path, clock: FakeClock) -> None:
    async with opened(probed, clock) as play:
        await at_probe(play)
        for key, span in (("left", "1h"), ("left", "1h"), ("right", "24h"), ("l", "7d"), ("l", "30d"), ("l", "30d")):
            await play.press(key)
            await play.sees(f"{span}, arrows change it")


@story
async def test_a_check_that_comes_in_is_shown(probed: Path, clock: FakeClock) -> None:
    async with opened(probed, clock) as play:
        await at_probe(play)
        clock.advance(seconds=30)
        store = Store(probed)
        with store.writing() as db:
            series.append(db, [(1, Check("checkout", clock.now(), Outcome.OK, 0.777))])
            (probe,) = [one for one in store.state().all(series.Probe) if one.name == "checkout"]
            series.put_probes(db, [probe.model_copy(update={"checked_at": clock.now()})])
            store.bump(["probes"])
        store.close()
        await play.sees("777 ms")


@story
async def test_p_pauses_with_an_end_and_a_reason_and_p_again_ends_it(probed: Path, clock: FakeClock) -> None:
    async with opened(probed, clock) as play:
        await at_probe(play)
        await play.press("p")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("enter")
        await play.until(lambda: "how long" in play.preview, "asking how long")
        await play.type("2m: tests")
        for key in ("", "enter"):
            await play.press(*filter(None, [key]))
            await play.until(lambda: "“2m:” is not a duration; write a number and a unit" in play.preview, "the reason")
        await play.press("escape")
        await play.listening()
        await play.press("p")
        await play.type("2h the move")
        await play.until(lambda: play.preview == "until Fri 21:31: the move", "the preview")
        await play.press("enter")
        await play.sees("paused until Fri 21:31: the move")
        (pause,) = read_all(probed, Pause)
        assert (pause.kind, pause.until.utc - pause.since.utc) == ("pause", timedelta(hours=2))
        clock.advance(minutes=12)
        await play.listening()
        play.app.redraw()
        await play.sees("‖ PAUSED  checkout for 12 min, until 21:31")
        await play.sees("p ask it again")
        assert "i maintenance" not in play.text()
        await play.press("p")
        await play.heard("let checkout count again")
        assert read_all(probed, Pause) == []
        await play.press("u")
        await play.heard("took back")
        assert len(read_all(probed, Pause)) == 1


@story
async def test_maintenance_from_the_room(probed: Path, clock: FakeClock) -> None:
    async with opened(probed, clock) as play:
        await play.press("i")
        await play.heard("Choose a probe first (4).")
        await play.press("4")
        await play.choose("home", "probes")
        await play.press("i")
        await play.type("30m")
        await play.press("enter")
        await play.sees("in maintenance until Fri 20:01")
        await play.sees("1 ●  1 ◐  1 ?  1 ◇")
        await play.listening()
        await play.press("enter")
        await play.sees("◇ MAINTENANCE  home for 0 s, until 20:01")
        await play.sees("in maintenance until Fri 20:01: maintenance, says ann")
        await play.sees("p end maintenance")
        assert "ann opened maintenance of home for 30 min: maintenance" in said(probed)


@story
async def test_a_probe_of_another_phase_says_when_it_is_asked(probed: Path, clock: FakeClock) -> None:
    store = Store(probed)
    with store.writing() as db:
        later = '[[probe]]\nname = "home"\nurl = "https://shop.example/"\nduring = ["full-launch"]\n'
        watching.accept_config(
            db, CONFIG + later, clock.now(), face_of(parse_config(CONFIG + later, "c")).model_dump_json()
        )
        (home,) = [one for one in store.state().all(series.Probe) if one.name == "home"]
        series.put_probes(db, [home.model_copy(update={"counts": False, "health": "paused"})])
        store.bump(["probes", "watch"])
    async with opened(probed, clock) as play:
        await play.sees("paused during full-launch")
        await at_probe(play, "home")
        await play.sees("not asked in phase soft-launch (during = full-launch)")
        await play.sees("‖ PAUSED  home  ")
        for size in ((80, 24), (120, 40)):
            await play.resize(*size)
            await play.sees("not asked in phase soft-launch (during = full-launch)")
    assert any(line.endswith("not asked in phase soft-launch (during = full-launch)") for line in as_text(
        BoardReader(store, clock).board(), clock.now()))  # fmt: skip
    store.close()


@story
async def test_r_asks_the_watch_for_this_probe_alone(
    probed: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Any]] = []

    def ask(room: Any, kind: str, args: Any = None) -> str:
        asked.append((kind, args))
        return "asking"

    monkeypatch.setattr("gonogo.control.requests.ask_watch", ask)
    async with opened(probed, clock) as play:
        await at_probe(play, "home")
        await play.press("r")
        await play.heard("The watch: asking.")
        await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.press("r")
        await play.until(lambda: len(asked) == 2, "asking again")
    assert asked == [("check", {"probes": ["home"]})] * 2


@story
async def test_a_probe_that_is_gone_leads_back(probed: Path, clock: FakeClock) -> None:
    async with opened(probed, clock) as play:
        await at_probe(play)
        store = Store(probed)
        with store.writing() as db:
            (probe,) = [one for one in store.state().all(series.Probe) if one.name == "checkout"]
            series.put_probes(db, [probe.model_copy(update={"gone": True})])
            store.bump(["probes"])
        store.close()
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")


@story
async def test_nobody_watches_is_said_here_too(unwatched: Path, clock: FakeClock) -> None:
    async with opened(unwatched, clock) as play:
        await at_probe(play)
        await play.sees("watch ✕")
        with watch_held(unwatched):
            await play.sees("watch ●")
