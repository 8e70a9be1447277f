"""The part of a report about customers: this week's orders against the week before, voices, bugs, questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from gonogo.rules import words
from gonogo.rules.board import Board
from gonogo.rules.logged import Noted
from gonogo.rules.page import Block, Cell, Chart, Line, Point, State, Table
from gonogo.rules.plan import Severity
from gonogo.rules.told import Counted, Times, Told, day_name

WEEK = timedelta(days=7)
_GRAVE: dict[str, State] = {"critical": "nogo", "high": "nogo", "medium": "hold"}


def trade(board: Board, told: Told, times: Times) -> Iterator[Block]:
    """Say how the last seven days went beside the seven before, and the orders day by day."""
    now = times.now.utc
    this = [one for one in told.noted if now - WEEK < one.at.utc <= now]
    last = [one for one in told.noted if now - 2 * WEEK < one.at.utc <= now - WEEK]
    rows = tuple(
        (Cell(name), Cell(_number(a, money)), Cell(_number(b, money)), Cell(_trend(a, b)))
        for name, a, b, money in _amounts(this, last, told.counted, board.currency)
    )
    yield Table(("", "last 7 days", "7 days before", "change"), rows, right=(1, 2, 3))
    if told.counted:
        who, by = words.sentence(told.counted.name), told.counted.source
        yield Line(f"{who} are counted by {by}; all other numbers are of what was logged.", "dim")
    yield Line(_ratings(this), kind="point")
    yield from _bugs(told)
    yield from _by_day(told, times)
    if told.names:
        yield from _named(told, this, times, board.currency)


def _orders(noted: Sequence[Noted], *, ok: bool = True) -> list[Noted]:
    return [one for one in noted if one.kind == "order" and one.ok is ok]


def _many(noted: Sequence[Noted]) -> int:
    return sum(one.many for one in noted)


def _value(orders: Sequence[Noted]) -> float:
    return sum(one.value for one in orders)


def _amounts(
    this: list[Noted], last: list[Noted], counted: Counted | None, currency: str
) -> Iterator[tuple[str, float, float, str | None]]:
    new, old = _orders(this), _orders(last)
    if counted:
        yield counted.name, counted.this, counted.last, None
    yield "orders logged" if counted else "orders", _many(new), _many(old), None
    yield "failed orders", _many(_orders(this, ok=False)), _many(_orders(last, ok=False)), None
    yield "value", _value(new), _value(old), currency
    yield "customers who ordered", _who(new), _who(old), None
    for kind, name in (("feedback", "ratings"), ("bug", "bugs reported"), ("question", "questions asked")):
        a, b = (_many([one for one in noted if one.kind == kind]) for noted in (this, last))
        yield name, a, b, None


def _who(orders: Sequence[Noted]) -> int:
    return len({one.who.lower() for one in orders if one.who})


def _number(value: float, money: str | None) -> str:
    return f"{value:,.0f}" if money is None else f"{money} {value:,.2f}".strip()


def _trend(new: float, old: float) -> str:
    if not old:
        return "–" if not new else "new"
    return "as before" if new == old else f"{(new - old) / old:+.0%}"


def _ratings(noted: Sequence[Noted]) -> str:
    stars = [one.rating for one in noted if one.kind == "feedback" and one.rating]
    if not stars:
        return "No rating in the last 7 days."
    counts = Counter(stars)
    each = ", ".join(f"{counts[star]} × {star}" for star in sorted(counts, reverse=True))
    return f"Ratings of the last 7 days: {sum(stars) / len(stars):.1f} of 5 on average ({each})."


def _bugs(told: Told) -> Iterator[Block]:
    counts = Counter(one.severity for one in told.bugs)
    rows = tuple(
        (Cell(grade.value, _GRAVE.get(grade.value, "")), Cell(str(counts[grade.value])))
        for grade in Severity
        if counts[grade.value]
    )
    if rows:
        yield Line("Bugs since the launch began", kind="head")
        yield Table(("severity", "how many"), rows, right=(1,))


def _by_day(told: Told, times: Times) -> Iterator[Block]:
    if told.counted:
        yield from _chart(
            f"{words.sentence(told.counted.name)}, counted by {told.counted.source}",
            dict(zip(told.days, told.counted.days, strict=True)),
        )
        return
    found: Counter[date] = Counter()
    for one in _orders(told.noted):
        found[one.at.utc.astimezone(times.zone).date()] += one.many
    yield from _chart("Orders", {day: found[day] for day in told.days})


def _chart(title: str, found: Mapping[date, float | None]) -> Iterator[Block]:
    if any(found.values()):
        points = (
            Point(day_name(day), many, "not counted" if many is None else words.count(int(many), "order"))
            for day, many in found.items()
        )
        yield Chart(title, tuple(points), "bars", "a day")


def _named(told: Told, this: list[Noted], times: Times, currency: str) -> Iterator[Block]:
    """Say who ordered and what was said, where that was asked for."""
    orders = [one for one in _orders(this) if one.who]
    counts = Counter(one.who for one in orders)
    rows = tuple(
        (Cell(who), Cell(str(count)),
         Cell(_number(_value([one for one in orders if one.who == who]), currency)))
        for who, count in counts.most_common(100)
    )  # fmt: skip
    if rows:
        yield Line("Who ordered in the last 7 days", kind="head")
        yield Table(("customer", "orders", "value"), rows, right=(1, 2))
    begun = times.now.utc - WEEK
    voices = [one for one in (*this, *told.notes) if one.kind != "order" and one.text and one.at.utc > begun]
    voices.sort(key=lambda one: one.at.utc)
    if voices:
        yield Line("What was said in the last 7 days", kind="head")
        said = tuple((Cell(times.stamp(one.at.utc)), Cell(one.kind), Cell(one.who), Cell(_said(one))) for one in voices)
        yield Table(("when", "kind", "who", "what"), said)


def _said(one: Noted) -> str:
    head = f"{one.rating} of 5" if one.kind == "feedback" else one.severity or ""
    return ", ".join(filter(None, (head, one.text)))
