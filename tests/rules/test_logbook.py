"""The logbook against counting one by one, and what is counted of a logged thing."""

from __future__ import annotations

from array import array
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import START
from tests.rules.ground import at, fact

from gonogo.rules.logbook import (
    ALL_BUGS,
    CLEAN,
    FAILED,
    FEEDBACK,
    ORDERS,
    QUESTION,
    SUCCESSFUL,
    WIDTH,
    Logbook,
    bugs_of,
)  # fmt: skip
from gonogo.rules.logged import PIPED, Logged, entry, received
from gonogo.rules.plan import Severity

HOUR = timedelta(hours=1)
END = START + 30 * HOUR


def row(hours: float, kind: str = "order", **more: Any) -> Logged:
    """Make a logged thing of some hours after the start."""
    more = {"source": "hand", **more}
    return Logged(id="x", kind=kind, at=at(START + hours * HOUR), actor="ann", **more)


_ORDERS = st.builds(
    row, st.integers(0, 20), ok=st.booleans(), links=st.sampled_from([(), ("bug:1",)]),
    voided=st.sampled_from(["", "x"]), who=st.sampled_from(["", "anna", "Anna", "bert", "chi"]),
    count=st.sampled_from([1, 1, 1, 3]), source=st.sampled_from(["hand", "cli", "pipe"]),
    value=st.sampled_from([None, Decimal("0"), Decimal("2.5"), Decimal("0.015")]),
)  # fmt: skip
_VOICES = st.builds(row, st.integers(0, 20), st.just("feedback"), rating=st.integers(1, 5))
_BUGS = st.builds(row, st.integers(0, 20), st.just("bug"), severity=st.sampled_from(list(Severity)))
_ROWS = st.lists(st.one_of(_ORDERS, _VOICES, _BUGS), max_size=90)


@given(_ROWS, st.integers(0, 90), st.integers(0, 20))
def test_the_columns_say_what_counting_says(rows: list[Logged], cut: int, hours: int) -> None:
    """Whether all came at once, or some later; whatever the order in which they were logged."""
    book = Logbook(rows[:cut])
    book.extend(array("q", [number for one in rows[cut:] for number in entry(one)]))
    start = START + hours * HOUR
    mine = [one for one in rows if one.at.utc >= start and not one.voided]
    orders = [one for one in mine if one.kind == "order"]
    good = [one for one in orders if one.ok]
    assert book.length == len(rows)
    assert book.count(start, END, *ORDERS) == sum(one.count for one in orders)
    assert book.count(start, END, FAILED) == sum(one.count for one in orders if not one.ok)
    assert book.count(start, END, CLEAN) == sum(one.count for one in good if not one.links)
    piped = sum(one.count for one in good if one.source == "pipe")
    assert book.count(start, END, *(sort | PIPED for sort in SUCCESSFUL)) == piped
    assert book.customers(start) == len({one.who.casefold() for one in good if one.who})
    assert book.worth(start, END) == pytest.approx(float(sum(one.value or 0 for one in good)))
    assert book.newest(start, END, *SUCCESSFUL) == max((one.at.utc for one in good), default=None)
    stars = [one.rating for one in mine if one.kind == "feedback"]
    assert book.ratings(start, END) == tuple(stars.count(n) for n in range(1, 6))
    assert book.count(start, END, *ALL_BUGS) == sum(1 for one in mine if one.kind == "bug")
    high = [one for one in mine if one.severity is Severity.HIGH]
    assert book.count(start, END, *bugs_of(Severity.HIGH)) == len(high)


def test_a_window_has_both_its_ends() -> None:
    book = Logbook([row(1), row(2), row(3)])
    assert book.count(START + HOUR, START + 3 * HOUR, *ORDERS) == 3
    assert book.count(START + 1.001 * HOUR, START + 2.999 * HOUR, *ORDERS) == 1
    assert book.since(START + 2 * HOUR, *ORDERS) == 2
    assert book.newest(START + 4 * HOUR, END, *ORDERS) is None
    assert book.instants(START, START + HOUR, CLEAN) == [START + HOUR]


def test_an_empty_one_has_nothing() -> None:
    book = Logbook()
    assert not book.has(*ORDERS)
    assert book.count(START, END, *ORDERS) == 0
    assert book.worth(START, END) == 0
    assert book.customers(START) == 0
    assert book.ratings(START, END) == (0, 0, 0, 0, 0)


def test_the_newest_ratings_are_in_the_order_of_their_instants() -> None:
    book = Logbook([row(1, "feedback", rating=5), row(3, "feedback", rating=1), row(2, "feedback", rating=4)])
    assert book.newest_ratings(START, END, 8) == (5, 4, 1)
    assert book.newest_ratings(START, END, 2) == (4, 1)
    assert book.newest_ratings(START + 2 * HOUR, END, 8) == (4, 1)


@pytest.mark.parametrize(
    ("data", "sorts"),
    [
        ({"kind": "order", "ok": True}, (CLEAN,)),
        ({"kind": "order", "ok": False}, (FAILED,)),
        ({"kind": "order", "ok": True, "bug": "bug:3"}, SUCCESSFUL[1:]),
        ({"kind": "order", "ok": True, "incident": "i"}, SUCCESSFUL[1:]),
        ({"kind": "feedback", "rating": 5}, FEEDBACK[4:]),
        ({"kind": "bug", "severity": "critical", "title": "x"}, bugs_of(Severity.CRITICAL)),
        ({"kind": "question", "text": "x"}, (QUESTION,)),
    ],
)
def test_a_fact_is_of_one_sort(data: dict[str, Any], sorts: tuple[int, ...]) -> None:
    found = received(fact(**data))
    assert found is not None
    assert entry(found)[1] == sorts[0] | 1 << 8
    assert len(entry(found)) == WIDTH


def test_what_is_only_told_is_not_counted() -> None:
    assert received(fact("note", text="x")) is None
    assert received(fact("heartbeat", name="x")) is None
