"""The watch's memory: health, windows, and what is to be written; also after a restart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import FakeClock

from gonogo.control.observer import Before, Observer, Stored
from gonogo.rules.clock import Instant
from gonogo.rules.probe import Check, Failure, Outcome, Probe
from gonogo.rules.probe_config import HttpProbe
from gonogo.rules.uptime import US, Tally

HOME = HttpProbe.model_validate({"name": "home", "url": "https://x.example/"})


def probe(name: str = "home", number: int = 1, **more: Any) -> Probe:
    """Make a probe as it is first kept."""
    return Probe(id=name, number=number, name=name, every_s=30, critical=True, **more)


def nested(tallies: Iterable[Stored]) -> dict[int, dict[str, dict[int, bytes]]]:
    """Return rollups that were drained as they are read again: by probe, size and start."""
    found: dict[int, dict[str, dict[int, bytes]]] = {}
    for number, span, start, packed in tallies:
        found.setdefault(number, {}).setdefault(span, {})[start] = packed
    return found


def observe(start: Instant | None = None) -> Observer:
    """Make an observer of one probe."""
    made = Observer({}, start)
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
    observer.settle()
    observer.drain(clock.now())
    return observer.probe("home").windows[name]


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
    assert {span for _, span, _, _ in batch.tallies} == {"m", "h", "d"}
    counts = [Tally.unpack(packed).checks for *_, packed in batch.tallies]
    assert sorted(counts) == [0, 0, 3, 3, 3]  # the first check speaks for time before the hour
    assert not observer.pending
    empty = observer.drain(clock.now())
    assert (empty.checks, empty.probes, empty.tallies) == ((), (), ())


def test_the_config_can_be_read_again_between_a_check_and_its_writing(clock: FakeClock) -> None:
    """The row on disk is a quarter of a second behind; what came in since must neither be lost nor jam the probe."""
    observer = observe()
    observer.drain(clock.now())
    on_disk = observer.probe("home")
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
    again = Observer(nested(batch.tallies), start)
    again.keep(first.probe("home"), HOME, times)
    assert feed(again, clock, "x") == ["down"]
    found = again.probe("home")
    assert found.recent == "." * 18 + "xx"
    assert found.since is not None
    assert found.since.utc == clock.utc - timedelta(seconds=60)
    assert window(again, clock, "phase")["checks"] == 103
    assert window(again, clock, "phase")["seen_s"] == 102 * 30  # the first one speaks for time before the phase


def test_a_restart_without_its_checks_begins_its_marks_anew(clock: FakeClock) -> None:
    """The raw rows were pruned: marks without instants are dropped rather than guessed."""
    observer = Observer()
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
    again = Observer(nested(batch.tallies), start)
    again.keep(first.probe("home"), HOME, [Instant(check.at.utc, "before", 0) for _, check in batch.checks[-20:]])
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
    old, new = second - 40 * 86_400, second - second % 86_400
    observer = Observer({1: {"d": {old: Tally(checks=1).pack(), new: Tally(checks=2).pack()}}})
    observer.keep(probe(), HOME, ())
    observer.trim(clock.now())
    feed(observer, clock, ".")
    assert window(observer, clock, "30d")["checks"] == 3


def test_missed_turns_are_counted(clock: FakeClock) -> None:
    observer = observe()
    observer.take(Check("home", clock.now(), Outcome.OK, 0.1, missed=4))
    assert window(observer, clock, "1h")["missed"] == 4


def test_the_windows_of_a_quick_probe_wait_ten_seconds_unless_its_health_turns(clock: FakeClock) -> None:
    """Its checks are written at once; its rollups go with its windows."""
    observer = observe()
    feed(observer, clock, ".", 3)
    assert observer.drain(clock.now()).probes[0].windows is not None
    feed(observer, clock, ".", 3)
    waiting = observer.drain(clock.now())
    assert (waiting.probes[0].windows, waiting.tallies, len(waiting.checks)) == (None, (), 1)
    feed(observer, clock, "xx", 1)
    turned = observer.drain(clock.now())
    assert turned.probes[0].health == "down"
    assert turned.probes[0].windows is not None
    feed(observer, clock, ".", 3)
    assert observer.drain(clock.now()).probes[0].windows is None
    feed(observer, clock, ".", 20)
    assert len(observer.drain(clock.now()).tallies) == 3


def test_the_last_drain_of_a_watch_hands_over_everything(clock: FakeClock) -> None:
    observer = observe()
    feed(observer, clock, ".", 3)
    observer.drain(clock.now())
    feed(observer, clock, ".", 3)
    observer.drain(clock.now())
    observer.settle()
    assert len(observer.drain(clock.now()).tallies) == 3


def test_maintenance_counts_neither_way_and_is_shown(clock: FakeClock) -> None:
    """Ten minutes of 503 in maintenance: no uptime is lost, no health turns, no incident follows."""
    observer = observe(start=clock.now())
    feed(observer, clock, "." * 20)
    for _ in range(20):
        turn = observer.take(Check("home", clock.now(), Outcome.FAILED, failure=Failure.HTTP_STATUS, excluded=True))
        assert turn is not None
        assert not turn.turned
        clock.advance(30)
    found = window(observer, clock, "phase")
    assert (found["uptime"], found["checks"], found["failed"], found["excluded_s"]) == (1.0, 20, 0, 600.0)
    assert found["coverage"] == 570 / 600
    assert (observer.probe("home").health, observer.probe("home").recent) == ("up", "." * 20)


def test_a_pause_is_excluded_while_it_lasts_and_when_it_ends(clock: FakeClock) -> None:
    observer = observe(start=clock.now())
    feed(observer, clock, "." * 10)
    observer.keep(probe(health="paused"), HOME, (), at=clock.now())
    clock.advance(minutes=50)
    assert window(observer, clock, "phase")["excluded_s"] == 3000.0
    clock.advance(minutes=10)
    observer.keep(probe(health="unknown"), HOME, (), at=clock.now())
    assert feed(observer, clock, "..")[-1] == "up"
    found = window(observer, clock, "phase")
    assert (found["excluded_s"], found["uptime"], found["checks"]) == (3600.0, 1.0, 12)
    assert found["coverage"] == 300 / 360  # the half minute after each last check is nobody's


def test_an_answer_that_comes_after_the_pause_began_does_not_end_it(clock: FakeClock) -> None:
    observer = observe()
    feed(observer, clock, "..")
    observer.keep(probe(health="paused"), HOME, (), at=clock.now())
    feed(observer, clock, "xxx")
    found = observer.probe("home")
    assert (found.health, found.recent) == ("paused", "..")
    assert all(check.excluded for _, check in observer.drain(clock.now()).checks[2:])


def test_a_check_that_began_before_a_pause_takes_nothing_of_it_back(clock: FakeClock) -> None:
    observer = observe()
    feed(observer, clock, "..")
    began = clock.now()
    observer.keep(probe(health="paused"), HOME, (), at=clock.advance(seconds=5))
    clock.advance(seconds=5)
    observer.take(Check("home", began, Outcome.FAILED))
    observer.keep(probe(health="unknown"), HOME, (), at=clock.advance(seconds=50))
    assert window(observer, clock, "1h")["excluded_s"] == pytest.approx(55, abs=0.01)


def test_a_new_phase_has_the_one_before_it_to_compare_with(clock: FakeClock) -> None:
    observer = observe(start=clock.now())
    feed(observer, clock, "." * 10)
    assert "before" not in observer.probe("home").windows
    last = Tally(50_000 * US, 80_000 * US, 0, 100, 40)
    last.count(Outcome.OK, 0.25)
    observer.begin_phase(clock.now(), Before(100_000, {1: last}))
    before = window(observer, clock, "before")
    assert (before["uptime"], before["coverage"], before["error_rate"]) == (0.625, 0.8, 40 / 101)
    assert before["p95_ms"] == pytest.approx(250, rel=0.05)


def test_a_phase_that_began_long_ago_is_read_from_the_second_on(clock: FakeClock) -> None:
    """Its first hour is kept in slots of five minutes, the first cut where the phase began."""
    clock.utc = clock.utc.replace(hour=10, minute=7, second=23)
    observer = observe()
    feed(observer, clock, "x" * 20)
    start = clock.now()
    observer.begin_phase(start)
    feed(observer, clock, "." * 10)
    for _ in range(10):
        clock.advance(days=1)
        observer.trim(clock.now())
    found = window(observer, clock, "phase")
    assert (found["checks"], found["failed"], found["seen_s"]) == (10, 0, 270.0)


def test_what_answers_otherwise_is_marked_on_its_check(clock: FakeClock) -> None:
    observer = observe()
    for ip in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        observer.take(Check("home", clock.now(), Outcome.OK, 0.1, facts={"ip": ip}))
    changed = [check.changed for _, check in observer.drain(clock.now()).checks]
    assert changed == ["", "address 192.0.2.2 is new", ""]


def test_what_failed_before_a_pause_does_not_turn_the_health_after_it(clock: FakeClock) -> None:
    observer = Observer()
    probe = Probe(id="p", number=1, name="home")
    observer.keep(probe, HOME, [], at=clock.now())
    for _ in range(2):
        clock.advance(seconds=30)
        observer.take(Check("home", clock.now(), Outcome.FAILED, None, Failure.REFUSED))
    assert observer.probe("home").health == "down"
    observer.keep(probe.model_copy(update={"health": "paused"}), HOME, [], at=clock.advance(seconds=30))
    observer.keep(probe.model_copy(update={"health": "unknown"}), HOME, [], at=clock.advance(minutes=30))
    assert observer.probe("home").since == clock.now()  # it is unknown since the pause ended, not since the outage
    clock.advance(seconds=30)
    turn = observer.take(Check("home", clock.now(), Outcome.FAILED, None, Failure.REFUSED))
    assert turn is not None
    assert (turn.health, turn.turned) == ("unknown", False)
    clock.advance(seconds=5)
    turn = observer.take(Check("home", clock.now(), Outcome.FAILED, None, Failure.REFUSED))
    assert turn is not None
    assert (turn.health, turn.turned) == ("down", True)


def test_a_rename_and_a_return_go_on_with_the_time_that_was_seen(clock: FakeClock) -> None:
    observer = observe()
    feed(observer, clock, "." * 20)
    before = window(observer, clock, "1h")
    renamed = HttpProbe.model_validate({"name": "front", "was": "home", "url": "https://x.example/"})
    observer.keep(probe("front"), renamed, ())
    observer.forget(["home"])
    feed(observer, clock, ".", name="front")
    observer.drain(clock.now())
    kept = observer.probe("front").windows["1h"]
    assert (kept["checks"], kept["seen_s"]) == (before["checks"] + 1, before["seen_s"] + 30)
    observer.forget(["front"])
    clock.advance(minutes=2)
    observer.keep(probe("front"), renamed, ())
    feed(observer, clock, ".", name="front")
    observer.drain(clock.now())
    assert observer.probe("front").windows["1h"]["checks"] == before["checks"] + 2
