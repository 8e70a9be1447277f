"""Orders and voices of the active phase, in a few numbers."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from gonogo.rules.board import Trade
from gonogo.rules.lists import Lists
from gonogo.rules.logbook import ALL_BUGS, FAILED, FEEDBACK, ORDERS, QUESTION, SUCCESSFUL, VISIT, Logbook
from gonogo.rules.plan import Phase, Severity
from gonogo.rules.reading import DAY

QUARTERS = tuple(DAY / 4 * number for number in range(28, 0, -1))
"""How long ago the quarters of the days of a week began, the oldest first."""
NEWEST = 8


def of(book: Logbook, lists: Lists, active: Phase | None, now: datetime) -> Trade:
    """Count what was logged since the active phase began."""
    start = active.started_at.utc if active and active.started_at else now

    def many(*sorts: int) -> int:
        return book.count(start, now, *sorts)

    return Trade(
        orders=many(*SUCCESSFUL),
        failed=many(FAILED),
        today=book.count(max(start, now - DAY), now, *SUCCESSFUL),
        value=book.worth(start, now),
        customers=book.customers(start),
        ratings=book.newest_ratings(start, now, NEWEST),
        rated=many(*FEEDBACK),
        bugs=len(lists.open_bugs()),
        worst_bug=next((str(grade) for grade in Severity if lists.open_bugs(grade)), ""),
        questions=many(QUESTION),
        waiting=sum(1 for one in lists.questions if one.reply is None),
        angry=len(lists.unanswered),
        newest=book.newest(start, now, *ORDERS, *FEEDBACK, *ALL_BUGS, QUESTION, VISIT),
        by_day=_by_day(book, now),
    )


def _by_day(book: Logbook, now: datetime) -> tuple[int, ...]:
    since = book.counts((now - ago for ago in QUARTERS), now, *SUCCESSFUL)
    return tuple(before - after for before, after in pairwise((*since, 0)))


def struck(book: Logbook, since: datetime) -> tuple[int, int] | None:
    """Return how many orders failed since an instant, and of how many; nothing where none was ever logged."""
    if not book.has(*ORDERS):
        return None
    return book.since(since, FAILED), book.since(since, *ORDERS)
