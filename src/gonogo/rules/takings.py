"""What orders themselves tell of trouble: too many that fail, and none where some were to be expected."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from gonogo.rules import words
from gonogo.rules.logbook import FAILED, ORDERS, Logbook

FAILING, SILENT = "failed orders", "no orders"
"""The signs of trouble, by the names under which they belong to an incident."""
TITLES = {FAILING: "Orders fail", SILENT: "No orders come in"}
LEAST_ORDERS, LEAST_HISTORY, MOST_HISTORY = 10, timedelta(days=1), timedelta(days=28)
LEAST_SILENCE = timedelta(minutes=5)
"""A shop's log may come that late."""
UNLIKELY = 0.01
HOUR = timedelta(hours=1)
DAY = 24.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of trouble: since when, and in words; without an onset it is over, for the reason given."""

    name: str
    why: str
    onset: datetime | None = None


def failing(book: Logbook, begun: datetime, now: datetime, most: int, within_s: float) -> Sign | None:
    """Return that too many orders failed in a while, or that none did; in between nothing is said."""
    start = max(begun, now - timedelta(seconds=within_s))
    failed = book.count(start, now, FAILED)
    if not failed:
        return Sign(FAILING, f"no order failed in {words.span(within_s)}")
    if not most or failed < most:
        return None
    why = f"{failed} of {words.count(book.count(start, now, *ORDERS), 'order')} failed in {words.span(within_s)}"
    return Sign(FAILING, why, book.instants(start, now, FAILED)[-most])


def silence(book: Logbook, begun: datetime, now: datetime, zone: tzinfo) -> Sign | None:
    """Return that no order came for longer than is likely, or that one has come; nothing where none is expected.

    Each hour of the day has its own rate, from ten orders and a day of history on: what it had, and
    as if one more such hour had gone as all of them did, so that an hour without any is no proof.
    Every gap between two orders is looked at, so that the chance is that of such a silence on a day.
    """
    start = max(begun, now - MOST_HISTORY)
    last = book.newest(start, now, *ORDERS)
    if last is None or last - start < LEAST_HISTORY or book.count(start, last, *ORDERS) < LEAST_ORDERS:
        return None
    expected, a_day = _expected(book, start, last, now, zone)
    chance = math.exp(-expected) * max(1.0, a_day)
    if chance >= UNLIKELY or now - last < LEAST_SILENCE:
        return Sign(SILENT, "orders come in, or none is to be expected")
    lasted = words.span((now - last).total_seconds())
    return Sign(SILENT, f"no order for {lasted}, which chance alone brings on {_odds(chance)} of days", last)


def _expected(book: Logbook, start: datetime, last: datetime, now: datetime, zone: tzinfo) -> tuple[float, float]:
    """Return how many orders were to be expected since the last one, by the rates of its hours, and on a day."""
    came, seen = [0] * 24, [0.0] * 24
    for hour, begin, end in _hours(start, last, zone):
        came[hour] += book.count(begin, end - timedelta(microseconds=1), *ORDERS)
        seen[hour] += (end - begin) / HOUR
    overall = sum(came) / sum(seen)
    rates = [(came[hour] + overall) / (seen[hour] + 1) for hour in range(24)]
    return sum(rates[hour] * ((end - begin) / HOUR) for hour, begin, end in _hours(last, now, zone)), overall * DAY


def _hours(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[int, datetime, datetime]]:
    """Cut a span into hours of the day: (hour, begin, end)."""
    begin = start
    while begin < end:
        whole = begin.replace(minute=0, second=0, microsecond=0) + HOUR
        until = min(whole, end)
        yield begin.astimezone(zone).hour, begin, until
        begin = until


def _odds(chance: float) -> str:
    return "under 0.1%" if chance < 0.001 else f"{chance:.1%}"
