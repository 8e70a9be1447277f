"""What the log counts, in sorted columns: a window is two searches, however much was logged."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate, compress, pairwise
from operator import le

from gonogo.rules.logged import (
    BUGS,
    CLEAN,
    FAILED,
    LINKED,
    PIPED,
    QUESTION,
    SEVERITIES,
    STARS,
    VISIT,
    Entry,
    Logged,
    entry,
    micros,
    moment,
    whose,
)
from gonogo.rules.plan import Severity

__all__ = [
    "ALL_BUGS", "CLEAN", "FAILED", "FEEDBACK", "ORDERS", "QUESTION", "SUCCESSFUL", "VISIT", "Logbook", "bugs_of",
]  # fmt: skip
WIDTH = 4
"""How many numbers an entry has."""
SUCCESSFUL, ORDERS = (CLEAN, LINKED), (CLEAN, LINKED, FAILED)
_SORT = PIPED - 1
FEEDBACK = tuple(STARS + stars for stars in range(1, 6))


def bugs_of(*grades: Severity) -> tuple[int, ...]:
    """Return the sorts of the bugs of these severities."""
    return tuple(BUGS + SEVERITIES.index(grade) for grade in grades)


ALL_BUGS = bugs_of(*Severity)


class Track:
    """The instants of one sort of thing, in order."""

    def __init__(self, instants: Iterable[int] = ()) -> None:
        self.instants = array("q", instants)

    def put(self, at: int) -> None:
        """Take one in; most are the newest."""
        if not self.instants or at >= self.instants[-1]:
            self.instants.append(at)
        else:
            insort(self.instants, at)


class Logbook:
    """Orders, feedback, bugs, questions and visits by their sort; `extend` takes more in.

    What was said of an old entry makes a new logbook: only people do that, and seldom.
    """

    def __init__(self, rows: Iterable[Logged] = ()) -> None:
        self._tracks: dict[int, Track] = {}
        self._seen: dict[int, int] = {}
        """When each customer last ordered."""
        self._lasts = array("q")
        """The same instants in order."""
        self._stars: dict[int, tuple[int, int]] = {}
        """When each customer last rated, and how."""
        self._earned = array("q")
        """When each successful order with a value was placed, in order."""
        self._sums: list[int] = [0]
        """What all orders before each of them were worth together, and at the end all of them."""
        self.length = 0
        """How many entries were taken in."""
        self.extend(array("q", [number for row in rows for number in entry(row)]))

    @classmethod
    def of(cls, entries: array[int]) -> Logbook:
        """Make a logbook of entries as they are stored, one after the other."""
        made = cls()
        made.extend(entries)
        return made

    def extend(self, entries: array[int]) -> None:
        """Take more entries in."""
        columns = [entries[place::WIDTH] for place in range(WIDTH)]
        self.length += len(columns[0])
        if len(columns[0]) <= 64:
            for one in zip(*columns, strict=True):
                self._put(one)
        else:
            self._load(columns)

    def track(self, sort: int) -> Track:
        """Return the instants of a sort."""
        return self._tracks.setdefault(sort, Track())

    def _put(self, one: Entry) -> None:
        at, sort, who, milli = one
        piped, sort, many = sort & PIPED, sort & _SORT, sort >> 8
        for _ in range(many):
            self.track(sort).put(at)
            if piped:
                self.track(sort | PIPED).put(at)
        if who and sort in FEEDBACK:
            self._stars[who] = max(self._stars.get(who, (at, 0)), (at, sort - STARS))
        if sort not in SUCCESSFUL:
            return
        if milli:
            self._earn(at, milli)
        if who:
            self._meet(who, at)

    def _earn(self, at: int, milli: int) -> None:
        place = bisect_right(self._earned, at)
        self._earned.insert(place, at)
        self._sums[place + 1 :] = [one + milli for one in self._sums[place:]]

    def _meet(self, who: int, at: int) -> None:
        before = self._seen.get(who)
        if before is not None:
            if before >= at:
                return
            del self._lasts[bisect_left(self._lasts, before)]
        self._seen[who] = at
        insort(self._lasts, at)

    def _load(self, columns: Sequence[array[int]]) -> None:
        """Take many in at once, column by column: one after the other would take five times as long."""
        at, sorts, who, milli = columns
        if not all(map(le, at, at[1:])):
            order = sorted(range(len(at)), key=at.__getitem__)
            at, sorts, who, milli = (array("q", map(column.__getitem__, order)) for column in columns)
        found: dict[int, list[int]] = {sort: [] for sort in set(sorts)}
        for instant, sort in zip(at, sorts, strict=True):
            found[sort].append(instant)
        for sort, instants in found.items():
            many = sort >> 8
            whole = [one for one in instants for _ in range(many)] if many != 1 else instants
            for key in {sort & _SORT, sort & 0xFF}:
                known = self.track(key).instants
                self._tracks[key] = Track(sorted((*known, *whole)) if known else whole)
        if any(sort & _SORT in FEEDBACK for sort in found):
            voices = ((name, one, sort & _SORT) for name, one, sort in zip(who, at, sorts, strict=True) if name)
            rated = {name: (one, sort - STARS) for name, one, sort in voices if sort in FEEDBACK}
            self._stars |= {name: max(last, self._stars.get(name, last)) for name, last in rated.items()}
        good = {sort for sort in found if sort & _SORT in SUCCESSFUL}
        kept = [sort in good for sort in sorts]
        orders = [array("q", compress(column, kept)) for column in (at, who, milli)]
        self._meet_all(orders[0], orders[1])
        self._earn_all(orders[0], orders[2])

    def _meet_all(self, at: array[int], who: array[int]) -> None:
        before, self._seen = self._seen, dict(zip(who, at, strict=True))
        self._seen.pop(0, None)
        for name, last in before.items():
            self._seen[name] = max(last, self._seen.get(name, last))
        self._lasts = array("q", sorted(self._seen.values()))

    def _earn_all(self, at: array[int], milli: array[int]) -> None:
        fresh = zip(compress(at, milli), filter(None, milli), strict=True)
        if self._earned:
            known = zip(self._earned, (after - before for before, after in pairwise(self._sums)), strict=True)
            at, milli = (array("q", column) for column in zip(*sorted((*known, *fresh)), strict=True))
        self._earned = array("q", compress(at, milli))
        self._sums = list(accumulate(filter(None, milli), initial=0))

    # What readings ask ----------------------------------------------------------------------------

    def count(self, start: datetime, end: datetime, *sorts: int) -> int:
        """Count what is of these sorts in a window."""
        low, high = micros(start), micros(end)
        found = [self._tracks[sort].instants for sort in sorts if sort in self._tracks]
        return sum(bisect_right(one, high) - bisect_left(one, low) for one in found)

    def counts(self, starts: Iterable[datetime], end: datetime, *sorts: int) -> list[int]:
        """Count what is of these sorts in windows that end together."""
        high = micros(end)
        found = [(one, bisect_right(one, high)) for sort in sorts if (one := self.track(sort).instants)]
        lows = [micros(start) for start in starts]
        return [sum(last - bisect_left(one, low) for one, last in found) for low in lows]

    def newest(self, start: datetime, end: datetime, *sorts: int) -> datetime | None:
        """Return the instant of the newest of these sorts in a window."""
        low, high = micros(start), micros(end)
        found = []
        for sort in sorts:
            instants = self.track(sort).instants
            place = bisect_right(instants, high)
            if place and instants[place - 1] >= low:
                found.append(instants[place - 1])
        return moment(max(found)) if found else None

    def has(self, *sorts: int) -> bool:
        """Whether anything of these sorts was ever logged."""
        return any(sort in self._tracks and self._tracks[sort].instants for sort in sorts)

    def since(self, start: datetime, *sorts: int) -> int:
        """Count what is of these sorts from an instant on."""
        low = micros(start)
        found = [self._tracks[sort].instants for sort in sorts if sort in self._tracks]
        return sum(len(one) - bisect_left(one, low) for one in found)

    def newest_ratings(self, start: datetime, end: datetime, many: int) -> tuple[int, ...]:
        """Return the newest ratings of a window, newest last."""
        found = [(at, stars) for stars in range(1, 6) for at in self.track(STARS + stars).instants[-many:]]
        low, high = micros(start), micros(end)
        return tuple(stars for at, stars in sorted(found) if low <= at <= high)[-many:]

    def instants(self, start: datetime, end: datetime, *sorts: int) -> list[datetime]:
        """Return when those of these sorts happened, oldest first."""
        low, high = micros(start), micros(end)
        found = (self.track(sort).instants for sort in sorts)
        kept = sorted(us for one in found for us in one[bisect_left(one, low) : bisect_right(one, high)])
        return [moment(us) for us in kept]

    def customers(self, start: datetime) -> int:
        """Count the customers by name who have ordered since an instant."""
        return len(self._lasts) - bisect_left(self._lasts, micros(start))

    def ordered(self, name: str) -> datetime | None:
        """Return when a customer last ordered."""
        last = self._seen.get(whose(name))
        return None if last is None else moment(last)

    def rated(self, name: str) -> int | None:
        """Return how a customer rated last."""
        return self._stars.get(whose(name), (0, None))[1]

    def worth(self, start: datetime, end: datetime) -> float:
        """Add up what successful orders in a window were worth."""
        low, high = bisect_left(self._earned, micros(start)), bisect_right(self._earned, micros(end))
        return (self._sums[high] - self._sums[low]) / 1000

    def ratings(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """Count the ratings of a window: how many of one star, of two, to five."""
        return tuple(self.count(start, end, STARS + stars) for stars in range(1, 6))
