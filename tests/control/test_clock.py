"""Ids and the system clock."""

from __future__ import annotations

import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import START, FakeClock

from gonogo.control import clock as module
from gonogo.control.clock import Ids, SystemClock
from gonogo.rules.clock import elapsed


def test_ids_are_uuid_7_of_their_millisecond(clock: FakeClock) -> None:
    one = uuid.UUID(Ids(clock).fresh())
    assert (one.version, one.variant) == (7, uuid.RFC_4122)
    assert one.int >> 80 == int(START.timestamp() * 1000)


def test_ids_are_unique_and_sorted_within_a_millisecond(clock: FakeClock) -> None:
    ids = Ids(clock)
    made = [ids.fresh() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert all(uuid.UUID(one).version == 7 for one in made)


@given(st.lists(st.floats(-3600, 3600), max_size=30))
def test_ids_stay_sorted_whatever_the_wall_clock_does(steps: list[float]) -> None:
    clock = FakeClock()
    ids = Ids(clock)
    made = [ids.fresh()]
    for step in steps:
        clock.step_wall(step)
        made.append(ids.fresh())
    assert made == sorted(set(made))


def test_two_processes_make_different_ids(clock: FakeClock) -> None:
    one, two = Ids(clock), Ids(clock)
    assert not {one.fresh() for _ in range(500)} & {two.fresh() for _ in range(500)}


def test_the_system_clock_goes_on() -> None:
    clock = SystemClock()
    first = clock.now()
    deadline = time.monotonic() + 2
    while (second := clock.now()) == first:
        assert time.monotonic() < deadline
    assert elapsed(first, second).exact
    assert 0 < elapsed(first, second).seconds < 1
    assert SystemClock().now().boot_id == first.boot_id
    assert " " not in first.boot_id


def test_without_a_boot_id_boots_are_told_apart_by_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other systems than Linux: the instant of the boot, to the minute, is its name."""

    class Nowhere:
        def __init__(self, *_: str) -> None: ...

        def read_text(self, **_: str) -> str:
            raise FileNotFoundError

    monkeypatch.setattr(module, "Path", Nowhere)
    one, two = SystemClock().now(), SystemClock().now()
    assert abs(int(one.boot_id) - int(two.boot_id)) <= 1
    assert int(one.boot_id) <= time.time() / 60
