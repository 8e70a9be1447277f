"""Instants and elapsed time: right across boots and steps of the wall clock."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from tests.conftest import START, FakeClock

from gonogo.rules.clock import Elapsed, Instant, elapsed

instants = st.builds(
    Instant,
    st.integers(-(10**15), 10**15).map(lambda us: START + timedelta(microseconds=us)),
    st.sampled_from(["boot-one", "boot-two", "5f3a9c1e-77aa"]),
    st.integers(0, 1 << 60),
)


@given(instants)
def test_an_instant_comes_back_from_its_stored_form(at: Instant) -> None:
    assert Instant.decode(at.encode()) == at


@given(instants, instants)
def test_the_stored_form_sorts_by_utc(one: Instant, two: Instant) -> None:
    if one.utc != two.utc:
        assert (one.encode() < two.encode()) == (one.utc < two.utc)


@pytest.mark.parametrize("text", ["", "2026-11-02", "nonsense boot 1", "2026-11-02T08:00:00.000000Z boot x", "a b c d"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the parts raise their own words
        Instant.decode(text)


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1))])
def test_an_instant_is_aware_utc(zone: timezone | None) -> None:
    with pytest.raises(ValueError, match="aware UTC"):
        Instant(datetime(2026, 11, 2, 8, tzinfo=zone), "boot", 1)


def test_an_instant_can_be_copied_and_sent() -> None:
    at = FakeClock().now()
    assert copy.deepcopy(at) == at
    assert pickle.loads(pickle.dumps(at)) == at


def test_a_model_reads_and_writes_instants() -> None:
    class Holder(BaseModel):
        at: Instant

    at = FakeClock().now()
    assert Holder(at=at).model_dump(mode="json") == {"at": at.encode()}
    assert Holder.model_validate({"at": at.encode()}).at == at


def test_elapsed_is_exact_within_a_boot(clock: FakeClock) -> None:
    since = clock.now()
    clock.advance(131.25)
    assert elapsed(since, clock.now()) == Elapsed(131.25, exact=True)


@pytest.mark.parametrize("step", [-7200.0, 3600.0])
def test_a_step_of_the_wall_clock_moves_no_elapsed_time(clock: FakeClock, step: float) -> None:
    since = clock.now()
    clock.advance(60)
    clock.step_wall(step)
    assert elapsed(since, clock.now()) == Elapsed(60.0, exact=True)


def test_over_a_reboot_the_wall_clock_counts_and_says_so(clock: FakeClock) -> None:
    since = clock.now()
    clock.advance(100)
    clock.reboot(45)
    assert elapsed(since, clock.now()) == Elapsed(145.0, exact=False)


def test_a_suspend_counts_and_stays_exact(clock: FakeClock) -> None:
    since = clock.now()
    clock.advance(hours=9)
    assert elapsed(since, clock.now()) == Elapsed(32_400.0, exact=True)


@given(st.floats(0, 1e7))
def test_after_moves_both_clocks(seconds: float) -> None:
    at = FakeClock().now()
    later = at.after(seconds)
    assert abs((later.utc - START).total_seconds() - seconds) < 1e-5
    assert abs(elapsed(at, later).seconds - seconds) < 1e-5
    assert elapsed(at, later).exact
