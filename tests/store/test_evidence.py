"""Evidence: facts once by key, checks as a series, rollups whole, and what is old dropped in steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START, FakeClock

from gonogo.control.room import ControlRoom
from gonogo.rules.clock import Instant
from gonogo.rules.probe import Check, Failure, Outcome, Probe
from gonogo.rules.record import Fact
from gonogo.rules.uptime import Tally
from gonogo.store import evidence, series
from gonogo.store.store import Store

DAY_S = 86_400
NOW_S = int(START.timestamp())


@pytest.fixture
def store(state_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = Store(state_path, create=True)
    yield made
    made.close()


def fact(number: int, kind: str = "order", key: str | None = None, **more: Any) -> Fact:
    """Make a fact of some seconds after the start."""
    at = FakeClock().now().after(number)
    return Fact(id=f"{number:03}", kind=kind, at=at, actor="ann", key=key, **more)


def add(store: Store, *facts: Fact) -> int:
    """Append facts; return how many were new."""
    with store.writing() as db:
        return evidence.append(db, facts)


def test_a_fact_comes_back_whole(store: Store) -> None:
    one = fact(
        1, key="k", source="webhook", incident="i", data={"text": "naïve\n“x”", "n": 1.5, "list": [1, None, True]}
    )
    assert add(store, one) == 1
    assert evidence.read(store.db, ["order"]) == [one]
    assert evidence.of_incident(store.db, "i") == [one]


def test_the_same_kind_and_key_counts_once(store: Store) -> None:
    assert add(store, fact(1, key="order-7"), fact(2, key="order-7"), fact(3, "bug", key="order-7")) == 2
    assert add(store, fact(4, key="order-7")) == 0
    assert add(store, fact(5), fact(6)) == 2
    assert add(store, fact(5)) == 0
    assert [one.id for one in evidence.read(store.db, ["order"])] == ["001", "005", "006"]


def test_facts_stand_in_the_order_in_which_they_happened(store: Store) -> None:
    add(store, fact(30), fact(10, "bug"), fact(20))
    assert [one.id for one in evidence.read(store.db, ["order", "bug"])] == ["010", "020", "030"]
    assert [one.id for one in evidence.newest(store.db, 2)] == ["030", "020"]
    assert evidence.read(store.db, []) == []


def check(number: float, outcome: Outcome = Outcome.OK, **more: Any) -> Check:
    """Make a check of some seconds after the start."""
    return Check("home", FakeClock().now().after(number), outcome, **more)


def test_checks_come_back_oldest_first(store: Store) -> None:
    given = [
        check(0, latency_s=0.1426), check(30, Outcome.SLOW, latency_s=2.5), check(60, Outcome.FAILED),
        check(90, Outcome.UNKNOWN),
    ]  # fmt: skip
    with store.writing() as db:
        series.append(db, [(7, one) for one in given])
        series.append(db, [(8, check(0))])
    found = series.tail(store.db, 7, 10)
    assert [(row.at_ms, row.outcome, row.latency_ms) for row in found] == [
        (NOW_S * 1000, Outcome.OK, 143), (NOW_S * 1000 + 30_000, Outcome.SLOW, 2500),
        (NOW_S * 1000 + 60_000, Outcome.FAILED, None), (NOW_S * 1000 + 90_000, Outcome.UNKNOWN, None),
    ]  # fmt: skip
    assert series.tail(store.db, 7, 2) == found[2:]


def test_a_batch_that_is_written_again_is_written_once(store: Store) -> None:
    for _ in range(2):
        with store.writing() as db:
            series.append(db, [(7, check(0, latency_s=0.1)), (7, check(30))])
    assert len(series.tail(store.db, 7, 10)) == 2


def test_details_keep_what_one_asks_for_and_no_body(store: Store) -> None:
    facts = {"status": 502, "ip": "127.0.0.1", "url": "https://x/", "body": {"token": "hunter2"},
             "headers": {"set-cookie": "hunter2"}, "cert": {"days": 12.5}, "latency": 0.1}  # fmt: skip
    with store.writing() as db:
        series.append(
            db, [(7, check(0, Outcome.FAILED, failure=Failure.HTTP_STATUS, detail="status 502", facts=facts))]
        )
    (row,) = series.details(store.db, 7, 5)
    assert (row["failure"], row["detail"]) == ("http_status", "status 502")
    assert "502" in row["facts"]
    whole = b"".join(path.read_bytes() for path in store.path.parent.glob("state.db*") if path.suffix != ".lock")
    assert b"hunter2" not in whole


def test_rollups_are_replaced_whole(store: Store) -> None:
    one, two = Tally(up_s=30.5, seen_s=60, checks=2, failed=1, missed=3, latencies={0: 1, 48: 7}), Tally(checks=9)
    with store.writing() as db:
        series.put_tallies(db, {(7, "h", NOW_S): one, (7, "d", NOW_S): one, (7, "h", NOW_S - 3600): one})
    with store.writing() as db:
        series.put_tallies(db, {(7, "h", NOW_S): two})
    assert series.tallies_since(store.db, "h", NOW_S) == {(7, "h", NOW_S): two}
    assert series.tallies_since(store.db, "h", NOW_S - 3600)[7, "h", NOW_S - 3600] == one
    assert series.tallies_since(store.db, "d", 0) == {(7, "d", NOW_S): one}


def test_what_is_old_goes_in_steps_and_the_rest_stays(store: Store) -> None:
    old = [check(-8 * DAY_S + number, Outcome.FAILED, failure=Failure.REFUSED) for number in range(30)]
    new = [check(-number, Outcome.OK, latency_s=0.1) for number in range(10)]
    with store.writing() as db:
        series.put_probes(db, [Probe(id="p", number=7, name="home")])
        series.append(db, [(7, one) for one in (*old, *new)])
        series.put_tallies(db, {(7, "d", NOW_S - 401 * DAY_S): Tally(checks=1), (7, "d", NOW_S): Tally(checks=2)})
    with store.writing() as db:
        assert series.prune(db, NOW_S, limit=20) >= 20
    assert len(series.tail(store.db, 7, 100)) == 20
    for _ in range(2):
        with store.writing() as db:
            series.prune(db, NOW_S, limit=20)
    assert len(series.tail(store.db, 7, 100)) == 10
    assert list(series.tallies_since(store.db, "d", 0)) == [(7, "d", NOW_S)]


def test_the_details_of_the_newest_and_of_failures_stay(store: Store) -> None:
    number = series.DETAILS + 100
    given = [
        check(-place, Outcome.FAILED if place == number - 1 else Outcome.OK,
              failure=Failure.RESET if place == number - 1 else None)
        for place in range(number)
    ]  # fmt: skip
    with store.writing() as db:
        series.put_probes(db, [Probe(id="p", number=7, name="home")])
        series.append(db, [(7, one) for one in given])
        series.prune(db, NOW_S)
    kept = store.db.conn.execute("SELECT count(*), count(failure) FROM check_detail").fetchone()
    assert len(series.tail(store.db, 7, 10_000)) == number
    assert series.DETAILS <= kept[0] <= series.DETAILS + 2
    assert kept[1] == 1


def test_details_are_not_kept_longer_than_their_checks(store: Store) -> None:
    """Also for a probe of which there are few, and for one that is in the config no more."""
    given = [(number, check(-8 * DAY_S - place)) for number in (7, 8) for place in range(20)]
    with store.writing() as db:
        series.put_probes(db, [Probe(id="p", number=7, name="home")])
        series.append(db, given)
        series.prune(db, NOW_S)
    left = [
        store.db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("checks", "check_detail")
    ]
    assert left == [0, 0]


def test_a_check_is_stamped_in_milliseconds() -> None:
    at = Instant(START + timedelta(microseconds=1_234_567), "boot", 0)
    assert series.at_ms(Check("home", at, Outcome.OK)) == NOW_S * 1000 + 1234


def test_the_evidence_of_a_room_is_in_its_file(room: ControlRoom) -> None:
    with room.store.writing() as db:
        evidence.append(db, [fact(1)])
    again = Store(room.store.path)
    assert evidence.read(again.db, ["order"]) == [fact(1)]
    again.close()
