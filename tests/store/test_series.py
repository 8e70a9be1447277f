"""The series: checks and their details, rollups, history strips, and what is old dropped in small steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START, FakeClock

from gonogo.rules.clock import Instant
from gonogo.rules.probe import Cell, Check, CheckDetail, Failure, Outcome, Phases, Probe
from gonogo.rules.uptime import US, Tally
from gonogo.store import pulses, rollups, rows, series
from gonogo.store.store import Store

DAY_S, HOUR_S = 86_400, 3600
NOW_S = int(START.timestamp())


@pytest.fixture
def store(state_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = Store(state_path, create=True)
    yield made
    made.close()


def check(number: float, outcome: Outcome = Outcome.OK, **more: Any) -> Check:
    """Make a check of some seconds after the start."""
    return Check("home", FakeClock().now().after(number), outcome, **more)


def append(store: Store, *checks: Check, probe: int = 7) -> None:
    """Append checks of a probe."""
    with store.writing() as db:
        series.append(db, [(probe, one) for one in checks])


def put(store: Store, *tallies: rollups.Stored) -> None:
    """Write rollups."""
    with store.writing() as db:
        rollups.put(db, tallies)


def test_checks_come_back_oldest_first(store: Store) -> None:
    append(
        store, check(0, latency_s=0.1426), check(30, Outcome.SLOW, latency_s=2.5), check(60, Outcome.FAILED),
        check(90, Outcome.UNKNOWN, excluded=True),
    )  # fmt: skip
    append(store, check(0), probe=8)
    found = series.tail(store.db, 7, 10)
    assert [(row.at_ms, row.outcome, row.latency_ms, row.excluded) for row in found] == [
        (NOW_S * 1000, Outcome.OK, 143, False), (NOW_S * 1000 + 30_000, Outcome.SLOW, 2500, False),
        (NOW_S * 1000 + 60_000, Outcome.FAILED, None, False), (NOW_S * 1000 + 90_000, Outcome.UNKNOWN, None, True),
    ]  # fmt: skip
    assert series.tail(store.db, 7, 2) == found[2:]


def test_a_batch_that_is_written_again_is_written_once(store: Store) -> None:
    for _ in range(2):
        append(store, check(0, latency_s=0.1), check(30))
    assert len(series.tail(store.db, 7, 10)) == 2


def test_a_check_is_stamped_in_milliseconds() -> None:
    at = Instant(START + timedelta(microseconds=1_234_567), "boot", 0)
    assert series.at_ms(Check("home", at, Outcome.OK)) == NOW_S * 1000 + 1234


# Details --------------------------------------------------------------------------------------


def test_a_check_comes_back_with_everything_that_one_asks_for(store: Store) -> None:
    phases = Phases(0.001, 0.0123456, None, 0.08, 0.002)
    facts = {"ip": "192.0.2.1", "url": "https://x.example/", "cert": {"days": 2.0}}
    append(
        store,
        check(0, latency_s=0.1),
        check(30, Outcome.FAILED, latency_s=0.2, failure=Failure.HTTP_STATUS, detail="status 502", late_s=0.012,
              missed=2, facts=facts, phases=phases, excluded=True, changed="build v2, was v1", excerpt="Bad Gateway"),
    )  # fmt: skip
    newest, oldest = series.details(store.db, 7, 5)
    assert newest == CheckDetail(
        START + timedelta(seconds=30), Outcome.FAILED, True, 200, 12, 2, Phases(0.001, 0.012346, None, 0.08, 0.002),
        "192.0.2.1", "https://x.example/", START + timedelta(days=2, seconds=30), Failure.HTTP_STATUS, "status 502",
        "build v2, was v1", "Bad Gateway",
    )  # fmt: skip
    assert oldest == CheckDetail(
        START, Outcome.OK, False, 100, 0, 0, Phases(), None, None, None, None, "", ""
    )  # fmt: skip
    assert series.details(store.db, 7, 1) == [newest]


def test_no_body_and_no_header_is_kept(store: Store) -> None:
    facts = {"status": 502, "ip": "127.0.0.1", "url": "https://x/", "body": {"token": "hunter2"},
             "headers": {"set-cookie": "hunter2"}, "latency": 0.1}  # fmt: skip
    append(store, check(0, Outcome.FAILED, failure=Failure.HTTP_STATUS, detail="status 502", facts=facts))
    assert series.details(store.db, 7, 1)[0].ip == "127.0.0.1"
    whole = b"".join(path.read_bytes() for path in store.path.parent.glob("state.db*") if path.suffix != ".lock")
    assert b"hunter2" not in whole


def test_what_answered_last_is_known_again(store: Store) -> None:
    for number, ip in enumerate(("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3")):
        append(store, check(number, facts={"ip": ip, "cert": {"days": 10.0 + number}}))
    found = series.identity(store.db, 7)
    assert list(found.addresses) == ["192.0.2.2", "192.0.2.1", "192.0.2.3"]
    assert found.expires_s == NOW_S + 3 + 13 * DAY_S
    assert list(series.identity(store.db, 8).addresses) == []


# Rollups --------------------------------------------------------------------------------------


def reached(store: Store, phase_s: int | None) -> list[rollups.Stored]:
    """Read what windows reach, as it was put."""
    found = rollups.reached(store.db, NOW_S, phase_s).items()
    return sorted(
        (number, span, start, packed)
        for number, slots in found
        for span, stored in slots.items()
        for start, packed in stored.items()
    )


def test_rollups_are_replaced_whole(store: Store) -> None:
    one, two = Tally(30 * US, 60 * US, 5, 2, 1, 0, 3, 7 << 64).pack(), Tally(checks=9).pack()
    put(store, (7, "h", NOW_S, one), (7, "d", NOW_S, one), (7, "h", NOW_S - HOUR_S, one))
    put(store, (7, "h", NOW_S, two))
    assert reached(store, None) == sorted([(7, "h", NOW_S, two), (7, "h", NOW_S - HOUR_S, one), (7, "d", NOW_S, one)])


def test_what_windows_reach_is_read_and_nothing_else(store: Store) -> None:
    """Also the first hour and the first day of a phase that began long ago."""
    phase = NOW_S - 90 * DAY_S + 2000
    packed = Tally(checks=1).pack()
    near = [(1, "m", NOW_S - 600, packed), (1, "h", NOW_S - 7 * DAY_S, packed), (1, "d", NOW_S - 30 * DAY_S, packed)]
    edge = [(1, "m", phase, packed), (1, "h", phase + 2 * HOUR_S, packed), (1, "d", phase + 3 * DAY_S, packed)]
    edge[1] = (1, "h", phase - phase % HOUR_S + 2 * HOUR_S, packed)
    far = [(1, "m", NOW_S - DAY_S, packed), (1, "m", phase - 300, packed), (1, "h", NOW_S - 20 * DAY_S, packed),
           (1, "d", NOW_S - 200 * DAY_S, packed)]  # fmt: skip
    put(store, *near, *edge, *far)
    assert reached(store, phase) == sorted([*near, *edge])
    assert reached(store, None) == sorted(near)


def test_a_span_is_added_up_from_its_greatest_slots(store: Store) -> None:
    day = NOW_S - NOW_S % DAY_S
    start, end = day + 10 * HOUR_S + 450, day + 2 * DAY_S + 2 * HOUR_S + 310
    slots = [("m", start), ("m", day + 10 * HOUR_S + 600), ("h", day + 11 * HOUR_S), ("d", day + DAY_S),
             ("h", day + 2 * DAY_S + HOUR_S), ("m", end - 310)]  # fmt: skip
    others = [("m", start - 450), ("h", day + 10 * HOUR_S), ("d", day), ("h", day + DAY_S), ("d", day + 2 * DAY_S)]
    put(store, *[(1, span, at, Tally(checks=1).pack()) for span, at in slots])
    put(store, *[(1, span, at, Tally(checks=1000).pack()) for span, at in others])
    put(store, (2, "d", day + DAY_S, Tally(failed=5).pack()))
    assert rollups.total(store.db, start, end) == {1: Tally(checks=len(slots)), 2: Tally(failed=5)}


# Strips ---------------------------------------------------------------------------------------


def test_a_short_strip_is_made_of_checks(store: Store) -> None:
    append(
        store, check(0), check(10, Outcome.FAILED), check(20, Outcome.SLOW), check(60, Outcome.SLOW),
        check(130, Outcome.UNKNOWN), check(140, Outcome.FAILED, excluded=True), check(200), check(300),
    )  # fmt: skip
    found = series.strip(store.db, 7, NOW_S * 1000, (NOW_S + 300) * 1000, 5)
    assert found == [
        Cell(2 / 3, Outcome.FAILED), Cell(1.0, Outcome.SLOW), Cell(None, None, excluded=True), Cell(1.0, Outcome.OK),
        Cell(),
    ]  # fmt: skip


@pytest.mark.parametrize(("span", "size"), [("m", 300), ("h", HOUR_S), ("d", DAY_S)])
def test_a_long_strip_is_made_of_rollups(store: Store, span: str, size: int) -> None:
    start = NOW_S - NOW_S % size - 6 * size
    whole = size * US
    told = {0: Tally(whole, whole, checks=9), 1: Tally(whole // 2, whole, checks=9, failed=4, slow=1),
            2: Tally(0, 0, whole), 5: Tally(whole, whole, checks=9, slow=1)}  # fmt: skip
    put(store, *[(7, span, start + place * size, tally.pack()) for place, tally in told.items()])
    put(store, (8, span, start + 4 * size, Tally(checks=1, failed=1).pack()))
    each = series.strip(store.db, 7, start * 1000, (start + 6 * size) * 1000, 6)
    assert each == [
        Cell(1.0, Outcome.OK), Cell(0.5, Outcome.FAILED), Cell(None, None, excluded=True), Cell(), Cell(),
        Cell(1.0, Outcome.SLOW),
    ]  # fmt: skip
    pairs = series.strip(store.db, 7, start * 1000, (start + 6 * size) * 1000, 3)
    assert pairs == [Cell(0.75, Outcome.FAILED), Cell(None, None, excluded=True), Cell(1.0, Outcome.SLOW)]


# What is old ----------------------------------------------------------------------------------


def prune(store: Store, probe: int = 7, limit: int = 1000) -> int:
    """Drop a step of what is old."""
    with store.writing() as db:
        return series.prune(db, probe, NOW_S, limit)


def kept(store: Store) -> list[tuple[int, int]]:
    """Return the instants of the details that are there, with whether they are kept longer."""
    return store.db.conn.execute("SELECT at_ms / 1000, kept FROM check_detail ORDER BY at_ms").fetchall()


def test_what_is_old_goes_in_steps_and_the_rest_stays(store: Store) -> None:
    append(store, *[check(-8 * DAY_S + number, Outcome.FAILED, failure=Failure.REFUSED) for number in range(30)])
    append(store, *[check(-number, latency_s=0.1) for number in range(10)])
    assert prune(store, limit=20) == 40
    assert len(series.tail(store.db, 7, 100)) == 20
    assert [prune(store, limit=20) for _ in range(2)] == [20, 0]
    assert len(series.tail(store.db, 7, 100)) == 10
    assert len(kept(store)) == 10


def test_the_details_of_the_newest_and_of_failures_and_changes_stay(store: Store) -> None:
    number = series.DETAILS + 100
    odd = {1: {"outcome": Outcome.FAILED, "failure": Failure.RESET}, 3: {"changed": "build v2, was v1"}}
    append(store, *[check(place, **odd.get(place, {})) for place in range(number)])
    prune(store)
    assert len(series.tail(store.db, 7, 10_000)) == number
    assert kept(store) == [(NOW_S + 1, 1), (NOW_S + 3, 1), *((NOW_S + place, 0) for place in range(100, number))]
    found = series.details(store.db, 7, 1000)
    assert [one.changed for one in found][-4:] == ["build v2, was v1", "", "", ""]
    assert found[-2].failure is Failure.RESET


def test_details_are_not_kept_longer_than_their_checks(store: Store) -> None:
    append(store, *[check(-8 * DAY_S - place) for place in range(20)])
    prune(store)
    assert (series.tail(store.db, 7, 100), kept(store)) == ([], [])


def test_each_probe_with_checks_has_its_turn(store: Store) -> None:
    """Also one that is in no config any more."""
    for probe in (3, 7, 8):
        append(store, check(0), probe=probe)
    found, at = [], 0
    while (following := series.next_probe(store.db, at)) is not None:
        found.append(following)
        at = following
    assert found == [3, 7, 8]


def test_rollups_go_in_steps_except_those_that_are_kept(store: Store) -> None:
    old = NOW_S - 400 * DAY_S
    packed = Tally(checks=1).pack()
    put(store, *[(probe, "m", old + 300 * place, packed) for place in range(24) for probe in (1, 2)])
    hour = (old + HOUR_S, old + HOUR_S + 600)
    with store.writing() as db:
        assert rollups.prune(db, "m", NOW_S, 30, [hour]) == 30
        assert rollups.prune(db, "m", NOW_S, 30, [hour]) == 14
    left = store.db.conn.execute("SELECT start_s, probe FROM rollup").fetchall()
    assert left == [(old + HOUR_S, 1), (old + HOUR_S, 2), (old + HOUR_S + 300, 1), (old + HOUR_S + 300, 2)]


# Pulses ---------------------------------------------------------------------------------------


def test_a_pulse_rewrites_what_checks_change_and_nothing_else(store: Store, clock: FakeClock) -> None:
    with store.writing() as db:
        series.put_probes(db, [Probe(id=name, number=number, name=name) for number, name in ((1, "a"), (2, "b"))])
    from gonogo.control.observer import Observer
    from gonogo.rules.probe_config import HttpProbe

    observer = Observer()
    observer.keep(
        Probe(id="a", number=1, name="a", target="elsewhere"), HttpProbe(name="a", url="https://x.example"), ()
    )
    observer.take(Check("a", clock.now(), Outcome.FAILED, None, Failure.RESET, "it hung up"))
    with store.writing() as db:
        pulses.put(db, observer.drain(clock.now()).probes)
        store.bump(["pulse"])
    before = Probe(id="a", number=1, name="a")
    found, other = rows.read_all(store.db, Probe)
    assert other == Probe(id="b", number=2, name="b")
    hot = dict(pulses.read_after(store.db, 0))
    assert hot.keys() == {1}
    assert found == before.model_copy(update=hot[1])
    assert found == observer.probe("a").model_copy(update={"target": ""})
    assert (found.failure, found.settled_at, found.windows["1h"]["failed"]) == (Failure.RESET, clock.now(), 1)
    assert list(pulses.read_after(store.db, 1)) == []


def test_the_end_of_a_certificate_is_an_instant(store: Store) -> None:
    append(store, check(0, facts={"cert": {"days": 0.5}}))
    assert series.details(store.db, 7, 1)[0].cert_expires == datetime(2026, 11, 2, 20, 0, tzinfo=UTC)
