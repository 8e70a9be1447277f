"""Evidence: facts, once by key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import FakeClock

from gonogo.control.room import ControlRoom
from gonogo.rules.record import Fact
from gonogo.store import evidence
from gonogo.store.store import Store


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


def test_the_evidence_of_a_room_is_in_its_file(room: ControlRoom) -> None:
    with room.store.writing() as db:
        evidence.append(db, [fact(1)])
    again = Store(room.store.path)
    assert evidence.read(again.db, ["order"]) == [fact(1)]
    again.close()
