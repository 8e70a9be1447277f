"""What is logged, as rows and on the tape."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.test_evidence import add, fact

from gonogo.rules.logbook import WIDTH
from gonogo.rules.logged import Logged, entry, received
from gonogo.store import logged, rows
from gonogo.store.store import Store


@pytest.fixture
def store(state_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = Store(state_path, create=True)
    yield made
    made.close()


def test_the_tape_holds_what_was_logged_in_its_order(store: Store) -> None:
    """Over several chunks, in batches that do not fit them, and one by one."""
    facts = [fact(number, data={"value": "2.5", "customer": f"c{number}"}) for number in range(700)]
    for one in facts[:3]:
        add(store, one)
    add(store, *facts[3:500])
    add(store, *facts[500:])
    wanted = array("q", [number for one in facts if (row := received(one)) for number in entry(row)])
    assert logged.entries(store.db) == wanted
    for after in (0, 1, 255, 256, 257, 699, 700):
        assert logged.entries(store.db, after) == wanted[after * WIDTH :]


def test_only_what_counts_and_counts_for_the_first_time_is_on_it(store: Store) -> None:
    add(
        store, fact(1, key="order-7"), fact(2, key="order-7"), fact(3, "note"), fact(4, "heartbeat", data={"name": "x"})
    )
    add(store, fact(5, key="order-7"))
    assert len(logged.entries(store.db)) == WIDTH


def test_each_kind_has_numbers_of_its_own(store: Store) -> None:
    add(store, fact(1), fact(2, "bug", data={"severity": "low", "title": "x"}), fact(3))
    add(store, fact(4, "bug", data={"severity": "low", "title": "y"}))
    found = [one.name for one in rows.read_all(store.db, Logged)]
    assert found == ["order 1", "bug 1", "order 2", "bug 2"]


def test_a_row_says_what_the_fact_said(store: Store) -> None:
    told = fact(1, data={"value": "18.50", "customer": "anna", "ok": False}, incident="i", source="shop")
    add(store, told)
    wanted = received(told)
    assert wanted is not None
    assert store.state().get(Logged, "001") == wanted.model_copy(update={"label": 1})
