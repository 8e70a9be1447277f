"""The watch's memory: health, windows, and what is to be written; also after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import FakeClock

from gonogo.control.observer import Observer
from gonogo.rules.clock import Instant
from gonogo.rules.probe import Check, Failure, Outcome, Probe
from gonogo.rules.probe_config import HttpProbe
from gonogo.rules.uptime import Tally

HOME = HttpProbe.model_validate({"name": "home", "url": "https://x.example/"})


def probe(name: str = "home", number: int = 1, **more: Any) -> Probe:
    """Make a probe as it is first kept."""
    return Probe(id=name, number=number, name=name, every_s=30, critical=True, **more)


def observe(tallies: Mapping = {}, start: Instant | None = None) -> Observer:
    """Make an observer of one probe."""
    made = Observer(tallies, start)
    made.keep(probe(), HOME, ())
    return made


def feed(observer: Observer, clock: FakeClock, marks: str, every: float = 30, name: str = "home") -> list[str]:
    """Let checks come in, one each interval; return the health after each."""
    outcomes = {".": Outcome.OK, "~": Outcome.SLOW, "x": Outcome.FAILED, "?": Outcome.UNKNOWN}
    found = []
    for mark in marks:
        failure = Failure.HTTP_STATUS if mark == "x" else None
        latency = 0.1 if mark in ".~" else None
        observer.take(Check(name, clock.now(), outcomes[mark], latency, failure, "status 502" if failure else ""))
        found.append(observer.probe(name).health)
        clock.advance(every)
    return found


def window(observer: Observer, clock: FakeClock, name: str) -> dict[str, Any]:
    """Return a window of the one probe, made at this moment."""
    observer.keep(observer.probe("home"), HOME, ())
    (found,) = observer.drain(clock.now()).probes
    return found.windows[name]


def test_checks_turn_the_health_and_keep_their_marks(clock: FakeClock) -> None:
    observer = observe()
    began = clock.now()
    assert feed(observer, clock, "..xx..") == ["up", "up", "up", "down", "down", "up"]
    found = observer.probe("home")
    assert (found.recent, found.spark, found.passes) == ("..xx..", (100, 100, -1, -1, 100, 100), 2)
    assert found.since == began.after(120)
    assert (found.latency_ms, found.failure, found.checked_at) == (100.0, None, began.after(150))


def test_a_turn_says_its_onset(clock: FakeClock) -> None:
    observer = observe()
    feed(observer, clock, ".x")
    onset = clock.now().after(-30)
    turn = observer.take(Check("home", clock.now(), Outcome.FAILED))
    assert turn is not None
    assert (turn.turned, turn.health, turn.onset) == (True, "down", onset)


def test_a_probe_that_is_forgotten_is_passed_over(clock: FakeClock) -> None:
    observer = observe()
    observer.forget(["home"])
    assert observer.take(Check("home", clock.now(), Outcome.OK)) is None
    assert observer.names() == []
    assert not observer.pending
    assert observer.drain(clock.now()).probes == ()


def test_what_is_drained_is_drained_once(clock: FakeClock) -> None:
    observer = observe()
    feed(observer, clock, "..x")
    assert observer.pending
    batch = observer.drain(clock.now())
    assert ([number for number, _ in batch.checks], len(batch.probes)) == ([1, 1, 1], 1)
    assert {"h", "d"} <= {span for _, span, _ in batch.tallies}
    assert all(tally.checks == 3 for tally in batch.tallies.values())
    assert not observer.pending
    empty = observer.drain(clock.now())
    assert (empty.checks, empty.probes, empty.tallies) == ((), (), {})


def test_the_config_can_be_read_again_between_a_check_and_its_writing(clock: FakeClock) -> None:
    """The row on disk is a quarter of a second behind; what came in since must neither be lost nor jam the probe."""
    observer = observe()
    on_disk = observer.drain(clock.now()).probes[0]
    feed(observer, clock, "..")
    observer.keep(on_disk, HOME, ())
    assert feed(observer, clock, "xx") == ["up", "down"]
    assert observer.probe("home").recent == "..xx"


def test_windows_are_time_weighted(clock: FakeClock) -> None:
    observer = observe(start=clock.now())
    feed(observer, clock, "." * 90 + "x" * 10)
    found = window(observer, clock, "24h")
    assert found["checks"] == 100
    assert found["uptime"] == pytest.approx(0.9)
    assert found["error_rate"] == pytest.approx(0.1)
    assert found["seen_s"] == pytest.approx(3000)
    assert found["coverage"] == pytest.approx(3000 / 86_400, abs=0.002)
    assert found["p95_ms"] == pytest.approx(100, rel=0.05)
    phase = window(observer, clock, "phase")
    assert phase["coverage"] == pytest.approx(1.0, abs=0.02)


def test_unknown_checks_are_not_observed(clock: FakeClock) -> None:
    observer = observe(start=clock.now())
    feed(observer, clock, "." * 50 + "?" * 50)
    found = window(observer, clock, "phase")
    assert (found["checks"], found["uptime"]) == (50, 1.0)
    assert found["coverage"] == pytest.approx(0.5, abs=0.02)


def test_a_gap_is_not_covered(clock: FakeClock) -> None:
    """The laptop slept for three hours: four observed out of seven, all of them up."""
    observer = observe(start=clock.now())
    feed(observer, clock, "." * 240)
    clock.advance(hours=3)
    feed(observer, clock, "." * 240)
    found = window(observer, clock, "phase")
    assert found["uptime"] == 1.0
    assert found["coverage"] == pytest.approx(4 / 7, abs=0.01)


def test_a_step_of_the_wall_clock_makes_no_observed_time(clock: FakeClock) -> None:
    observer = observe(start=clock.now())
    feed(observer, clock, "." * 10)
    clock.step_wall(3600)
    feed(observer, clock, "." * 10)
    assert window(observer, clock, "24h")["seen_s"] == pytest.approx(600)


def test_the_last_hour_is_an_hour(clock: FakeClock) -> None:
    """At 10:59 of a watch that slept since 10:00, the hour window must not say that all was seen."""
    clock.utc = clock.utc.replace(minute=0) - timedelta(hours=1)
    observer = observe()
    feed(observer, clock, "." * 120)
    clock.advance(minutes=59)
    feed(observer, clock, ".")
    found = window(observer, clock, "1h")
    assert found["coverage"] < 0.1
    assert found["checks"] < 15


def test_an_hour_window_forgets_what_is_older(clock: FakeClock) -> None:
    observer = observe()
    feed(observer, clock, "x" * 120)
    feed(observer, clock, "." * 240)
    found = window(observer, clock, "1h")
    assert found["uptime"] == 1.0
    assert window(observer, clock, "24h")["uptime"] == pytest.approx(2 / 3, abs=0.01)


def test_a_restart_goes_on_where_it_was(clock: FakeClock) -> None:
    """Marks, times, health and windows come from what was written."""
    start = clock.now()
    first = observe(start=start)
    feed(first, clock, "." * 100 + ".x")
    batch = first.drain(clock.now())
    times = [Instant(check.at.utc, "before", 0) for _, check in batch.checks][-20:]
    again = Observer(batch.tallies, start)
    again.keep(batch.probes[0], HOME, times)
    assert feed(again, clock, "x") == ["down"]
    found = again.probe("home")
    assert found.recent == "." * 18 + "xx"
    assert found.since is not None
    assert found.since.utc == clock.utc - timedelta(seconds=60)
    assert window(again, clock, "phase")["checks"] == 103
    assert window(again, clock, "phase")["seen_s"] == pytest.approx(103 * 30)


def test_a_restart_without_its_checks_begins_its_marks_anew(clock: FakeClock) -> None:
    """The raw rows were pruned: marks without instants are dropped rather than guessed."""
    observer = Observer({}, None)
    observer.keep(probe(recent="....xx", health="down"), HOME, ())
    assert feed(observer, clock, "..") == ["down", "up"]
    assert observer.probe("home").recent == ".."


def test_the_gap_of_a_restart_is_not_observed(clock: FakeClock) -> None:
    start = clock.now()
    first = observe(start=start)
    feed(first, clock, "." * 100)
    batch = first.drain(clock.now())
    clock.advance(hours=2)
    clock.reboot()
    again = Observer(batch.tallies, start)
    again.keep(batch.probes[0], HOME, [Instant(check.at.utc, "before", 0) for _, check in batch.checks[-20:]])
    feed(again, clock, ".")
    assert window(again, clock, "24h")["seen_s"] == pytest.approx(100 * 30 + 45)


def test_a_new_phase_begins_its_window(clock: FakeClock) -> None:
    observer = observe(start=clock.now())
    feed(observer, clock, "x" * 120)
    clock.utc = clock.utc.replace(minute=0, second=0)
    observer.begin_phase(clock.now())
    feed(observer, clock, "." * 60)
    found = window(observer, clock, "phase")
    assert (found["uptime"], found["checks"]) == (1.0, 60)


def test_what_no_window_reaches_is_forgotten(clock: FakeClock) -> None:
    second = int(clock.utc.timestamp())
    old, new = (1, "d", second - 40 * 86_400), (1, "d", second - second % 86_400)
    observer = Observer({old: Tally(checks=1), new: Tally(checks=2)}, None)
    observer.keep(probe(), HOME, ())
    observer.trim(clock.now())
    feed(observer, clock, ".")
    assert window(observer, clock, "30d")["checks"] == 3


def test_missed_turns_are_counted(clock: FakeClock) -> None:
    observer = observe()
    observer.take(Check("home", clock.now(), Outcome.OK, 0.1, missed=4))
    assert {tally.missed for tally in observer.drain(clock.now()).tallies.values()} == {4}
