"""Messages that wait: claimed for a while, tried again later each time, and given up in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import FakeClock

from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.letter import Letter, Parcel
from gonogo.store import outbox
from gonogo.store.outbox import LEASE_S, LONGEST_S, MOST_TRIES
from gonogo.store.store import Store


def letter(clock: FakeClock, number: str, channel: str = "phone", event: str = "opened") -> Letter:
    """Write a letter."""
    return Letter(number, channel, event, "opened", "checkout down", "It is down.", clock.now(), incident="i")


@pytest.fixture
def store(state_path: Path, clock: FakeClock) -> Iterator[Store]:
    """A store with two messages of one event in its outbox."""
    made = Store(state_path, create=True)
    with made.writing() as db:
        outbox.put(db, [letter(clock, "1"), letter(clock, "2", "mail")])
    yield made
    made.close()


def claim(store: Store, clock: FakeClock) -> list[Parcel]:
    """Take what is due."""
    with store.writing() as db:
        return outbox.claim(db, clock.now())


def fail(store: Store, parcel: Parcel, clock: FakeClock, wait_s: float | None = None) -> bool:
    """Say that a try failed; return whether it is given up."""
    with store.writing() as db:
        return outbox.failed(db, parcel, "refused", clock.now(), wait_s=wait_s)


def keys(parcels: list[Parcel]) -> list[tuple[str, int]]:
    """Return each post's key and how often it was tried."""
    return [(one.key, one.tries) for one in parcels]


def test_what_is_due_is_claimed_once(store: Store, clock: FakeClock) -> None:
    assert outbox.has_due(store.db, clock.now())
    found = claim(store, clock)
    assert [(one.key, one.channel, one.tries) for one in found] == [("1", "phone", 1), ("2", "mail", 1)]
    assert found[0].letters[0] == replace(letter(clock, "1"), tries=1)
    assert claim(store, clock) == []
    assert not outbox.has_due(store.db, clock.now())


def test_an_event_is_told_each_channel_once(store: Store, clock: FakeClock) -> None:
    with store.writing() as db:
        assert outbox.put(db, [letter(clock, "3"), letter(clock, "4", event="due")]) == 1
    assert {key for key, _ in keys(claim(store, clock))} == {"1", "2", "4"}


def test_one_whose_sender_died_comes_due_again_under_the_same_key(store: Store, clock: FakeClock) -> None:
    claim(store, clock)
    clock.advance(LEASE_S - 1)
    assert claim(store, clock) == []
    clock.advance(2)
    assert keys(claim(store, clock)) == [("1", 2), ("2", 2)]


def test_a_watch_that_begins_sends_at_once_what_the_one_before_it_had_in_hand(store: Store, clock: FakeClock) -> None:
    claim(store, clock)
    clock.advance(1)
    with store.writing() as db:
        outbox.release(db, clock.now())
    assert keys(claim(store, clock)) == [("1", 2), ("2", 2)]


def test_what_is_sent_is_sent(store: Store, clock: FakeClock) -> None:
    one, _ = claim(store, clock)
    with store.writing() as db:
        outbox.sent(db, one, clock.now())
    clock.advance(hours=1)
    assert keys(claim(store, clock)) == [("2", 2)]


def test_a_failure_waits_longer_each_time_and_is_given_up_in_the_end(store: Store, clock: FakeClock) -> None:
    waits = []
    one = claim(store, clock)[0]
    while not fail(store, one, clock):
        (due,) = store.db.conn.execute("SELECT next_at FROM outbox WHERE id = '1'").fetchone()
        wait = elapsed(clock.now(), Instant.decode(due)).seconds
        waits.append(wait)
        clock.advance(wait - 0.5)
        assert all(other.key != "1" for other in claim(store, clock))
        clock.advance(0.5)
        one = next(other for other in claim(store, clock) if other.key == "1")
    assert waits[:4] == [2, 4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_S
    assert one.tries == MOST_TRIES
    assert sum(waits) > 3600  # a receiver that is down for an hour loses nothing
    clock.advance(days=1)
    assert all(other.key != "1" for other in claim(store, clock))
    assert [(post.letter.id, post.error) for post in outbox.dead(store.db)] == [("1", "refused")]


def test_a_receiver_is_left_alone_for_as_long_as_it_asks(store: Store, clock: FakeClock) -> None:
    one, _ = claim(store, clock)
    with store.writing() as db:
        outbox.put(db, [letter(clock, "5", event="due")])
    fail(store, one, clock, wait_s=120)
    clock.advance(119)
    assert all(other.channel != "phone" for other in claim(store, clock))
    clock.advance(1)
    assert [key for key, _ in keys(claim(store, clock))][:2] == ["1", "5"]


@pytest.mark.parametrize("step_s", [3600, -3600])
def test_a_step_of_the_wall_clock_holds_no_letter_up(store: Store, clock: FakeClock, step_s: float) -> None:
    one = claim(store, clock)[0]
    fail(store, one, clock)
    clock.step_wall(step_s)
    assert claim(store, clock) == []
    clock.advance(2)
    assert keys(claim(store, clock)) == [("1", 2)]


@pytest.mark.parametrize("gone_s", [60, -7200])
def test_a_reboot_holds_no_letter_up(store: Store, clock: FakeClock, gone_s: float) -> None:
    """Also one after which the wall clock is far behind what it was."""
    claim(store, clock)
    clock.reboot(gone_s)
    assert keys(claim(store, clock)) == [("1", 2), ("2", 2)]


def test_what_was_given_up_is_tried_again_or_forgotten_on_demand(store: Store, clock: FakeClock) -> None:
    for parcel in claim(store, clock):
        with store.writing() as db:
            assert outbox.failed(db, parcel, "no such channel", clock.now(), final=True)
    with store.writing() as db:
        assert outbox.revive(db, "phone", clock.now()) == 1
        assert outbox.drop(db, None) == 1
    assert keys(claim(store, clock)) == [("1", 1)]
    assert outbox.dead(store.db) == []
