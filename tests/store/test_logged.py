"""What is logged, as rows and on the tape."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import START
from tests.store.test_evidence import add, fact

from gonogo.rules.logbook import CLEAN, FAILED, LINKED, WIDTH, Logbook
from gonogo.rules.logged import Logged, entry, received
from gonogo.rules.record import Fact
from gonogo.store import evidence, logged, rows
from gonogo.store.store import Store

END = START + timedelta(days=1)


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
    assert found == ["order:1", "bug:1", "order:2", "bug:2"]


def test_a_row_says_what_the_fact_said(store: Store) -> None:
    told = fact(1, data={"value": "18.50", "customer": "anna", "ok": False}, incident="i", source="shop")
    add(store, told)
    wanted = received(told)
    assert wanted is not None
    assert store.state().get(Logged, "001") == wanted.model_copy(update={"label": 1})


def said(number: int, kind: str, of: str, **data: object) -> Fact:
    """Make a fact about something logged."""
    return fact(number, kind, data={"of": of, **data})


def test_what_is_said_later_is_on_row_and_tape(store: Store) -> None:
    """In the middle of a chunk and at its ends; the facts stay as they came."""
    add(store, *(fact(number, data={"value": "2"}) for number in range(600)))
    told = [
        said(700, "void", "255", reason="twice"),
        said(701, "link", "256", to="bug:1"),
        said(702, "correct", "599", set={"value": "7", "ok": False}),
        said(703, "void", "gone", reason="x"),
    ]
    before = evidence.read(store.db, ["order"])
    add(store, *told)
    wanted = array("q", [number for one in rows.read_all(store.db, Logged) for number in entry(one)])
    assert logged.entries(store.db) == wanted
    book = Logbook.of(wanted)
    assert (book.count(START, END, CLEAN), book.count(START, END, LINKED), book.count(START, END, FAILED)) == (
        597,
        1,
        1,
    )
    assert store.revisions()["amended"] == 3
    assert evidence.read(store.db, ["order"]) == before


def test_a_thing_and_what_is_said_of_it_may_come_together(store: Store) -> None:
    add(store, said(2, "void", "001", reason="twice"), fact(1))
    assert [one.voided for one in rows.read_all(store.db, Logged)] == ["twice"]


def test_the_newest_come_first_and_each_is_found_by_its_name(store: Store) -> None:
    add(store, fact(1), fact(2), fact(3), fact(4, "feedback", data={"rating": 1}), fact(5, "question"))
    add(store, fact(6, "feedback", data={"rating": 2}), fact(7, "bug", data={"severity": "low"}))
    assert [one.name for one in logged.newest(store.db, "order", 2)] == ["order:3", "order:2"]
    found = logged.by_label(store.db, "feedback", 2)
    assert found is not None
    assert found.rating == 2
    assert logged.by_label(store.db, "bug", 2) is None
    assert [one.name for one in logged.cared(store.db)] == ["feedback:1", "question:1", "bug:1"]
    assert [one.name for one in logged.cared(store.db, 5)] == ["bug:1"]
