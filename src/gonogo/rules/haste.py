"""Ticks that came faster than anybody can look: a fact for the gate, and no bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gonogo.rules.plan import Tick

SPAN = timedelta(seconds=10)
MANY = 5
"""Who ticks so many items within the span has not looked at each."""


def hasty(ticks: Iterable[Tick], timezone: str, but: Sequence[str] = ()) -> tuple[str, ...]:
    """Say of whom, how many and in how many seconds; `but` are those who look faster than people."""
    by: dict[str, list[datetime]] = {}
    for tick in ticks:
        if tick.state == "done" and tick.by not in but:
            by.setdefault(tick.by, []).append(tick.at.utc)
    return tuple(
        f"{who} ticked {len(burst)} items in {max(1, round((burst[-1] - burst[0]).total_seconds()))} s, "
        f"{burst[0].astimezone(ZoneInfo(timezone)):%a %d %b %H:%M}"
        for who, instants in sorted(by.items())
        for burst in _bursts(sorted(instants))
    )


def _bursts(instants: Sequence[datetime]) -> list[list[datetime]]:
    """Gather the instants that have enough neighbours within the span, run by run."""
    dense: set[int] = set()
    for place in range(len(instants) - MANY + 1):
        if instants[place + MANY - 1] - instants[place] <= SPAN:
            dense.update(range(place, place + MANY))
    found: list[list[datetime]] = []
    for place in sorted(dense):
        if found and place - 1 in dense and instants[place] - instants[place - 1] <= SPAN:
            found[-1].append(instants[place])
        else:
            found.append([instants[place]])
    return found
