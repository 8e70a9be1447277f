"""Messages that wait: claimed for a while, tried again later each time, and given up in the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FakeClock

from gonogo.rules.clock import Instant, elapsed
from gonogo.store import outbox
from gonogo.store.outbox import LEASE_S, LONGEST_S, MOST_TRIES, Letter
from gonogo.store.store import Store

ONE, TWO = Letter("1", "phone", "checkout down", "i", 0), Letter("2", "mail", "checkout down", "i", 0)


@pytest.fixture
def store(state_path: Path, clock: FakeClock) -> Iterator[Store]:
    """A store with two messages in its outbox."""
    made = Store(state_path, create=True)
    with made.writing() as db:
        outbox.put(db, [ONE, TWO], clock.now())
    yield made
    made.close()


def claim(store: Store, clock: FakeClock) -> list[Letter]:
    """Take what is due."""
    with store.writing() as db:
        return outbox.claim(db, clock.now())


def fail(store: Store, letter: Letter, clock: FakeClock) -> bool:
    """Say that a try failed; return whether it is given up."""
    with store.writing() as db:
        return outbox.failed(db, letter, "refused", clock.now())


def test_what_is_due_is_claimed_once(store: Store, clock: FakeClock) -> None:
    assert outbox.has_due(store.db, clock.now())
    assert [(one.id, one.channel, one.text, one.tries) for one in claim(store, clock)] == [
        ("1", "phone", "checkout down", 1), ("2", "mail", "checkout down", 1),
    ]  # fmt: skip
    assert claim(store, clock) == []
    assert not outbox.has_due(store.db, clock.now())


def test_one_whose_sender_died_comes_due_again_under_the_same_id(store: Store, clock: FakeClock) -> None:
    claim(store, clock)
    clock.advance(LEASE_S - 1)
    assert claim(store, clock) == []
    clock.advance(2)
    assert [(one.id, one.tries) for one in claim(store, clock)] == [("1", 2), ("2", 2)]


def test_what_is_sent_is_sent(store: Store, clock: FakeClock) -> None:
    one, _ = claim(store, clock)
    with store.writing() as db:
        outbox.sent(db, one, clock.now())
    clock.advance(hours=1)
    assert [letter.id for letter in claim(store, clock)] == ["2"]


def test_a_failure_waits_longer_each_time_and_is_given_up_in_the_end(store: Store, clock: FakeClock) -> None:
    waits = []
    letter = claim(store, clock)[0]
    while not fail(store, letter, clock):
        (due,) = store.db.conn.execute("SELECT next_at FROM outbox WHERE id = '1'").fetchone()
        wait = elapsed(clock.now(), Instant.decode(due)).seconds
        waits.append(wait)
        clock.advance(wait - 0.5)
        assert all(one.id != "1" for one in claim(store, clock))
        clock.advance(0.5)
        letter = next(one for one in claim(store, clock) if one.id == "1")
    assert waits[:4] == [2, 4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_S
    assert letter.tries == MOST_TRIES
    clock.advance(days=1)
    assert all(one.id != "1" for one in claim(store, clock))
