"""Where an item stands now, and since when a routine has been kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gonogo.rules import by_when, cron
from gonogo.rules.plan import Item, Phase, Tick

DAY_S = 86_400
KEPT_TICKS = 32
MOST_TURNS = 500
"""So many turns between two ticks are counted; who has missed more has missed them all."""
Standing = Literal["open", "done", "due", "overdue", "not_applicable", "broken", "to_sign"]


@dataclass(frozen=True, slots=True)
class ItemState:
    """Where an item stands: due instants are UTC; `grace_ends` is when a due routine becomes overdue."""

    standing: Standing
    due: datetime | None = None
    grace_ends: datetime | None = None
    today: int = 0
    wanted_today: int = 0
    asks_at: datetime | None = None
    """When a task with a due time begins to ask for somebody."""
    streak: int = 0
    """How often a routine was done in a row."""
    missed: int = 0
    """How often it was not done in time, as far back as its ticks are kept."""

    @property
    def settled(self) -> bool:
        """Whether it counts as done."""
        return self.standing in ("done", "not_applicable")


def standing(item: Item, tick: Tick | None, phase: Phase, now: datetime, zone: str = "UTC") -> ItemState:
    """Tell where an item stands; a routine or guard whose time has come is due, never ticked."""
    if tick and tick.state in ("not_applicable", "broken"):
        return ItemState(tick.state)
    signed = not (item.sign_off and tick and tick.signed_by is None)
    if item.every_s is None and item.cron is None:
        return _task(item, now, zone) if tick is None else ItemState("done" if signed else "to_sign")
    started = phase.started_at.utc if phase.started_at else None
    since = tick.at.utc if tick else started
    if since is None:
        return ItemState("open")
    if tick is None and item.cron is None:  # never done: it is due from the beginning
        at, ends = since, since + _grace(item, _every(item))
    else:
        at, ends = next(_turns(item, since, zone))
    day_ago = now - timedelta(seconds=DAY_S)
    recent = [one.utc for one in (tick.recent if tick else ())]
    today = sum(1 for one in recent if one > day_ago)
    wanted = max(1, round(DAY_S / item.every_s)) if item.every_s and item.every_s < DAY_S else 0
    kept: Standing = "open" if tick is None else "done" if signed else "to_sign"
    place: Standing = kept if now < at else "due" if now < ends else "overdue"
    streak, missed = _kept(item, recent, started, now, zone) if item.kind == "routine" else (0, 0)
    return ItemState(place, at, ends, today, wanted, streak=streak, missed=missed)


def _task(item: Item, now: datetime, zone: str) -> ItemState:
    if item.due is None:
        return ItemState("open")
    ends, asks = by_when.ends(item.due, ZoneInfo(zone)), by_when.begins(item.due, ZoneInfo(zone))
    place: Standing = "open" if now < asks else "due" if now < ends else "overdue"
    return ItemState(place, ends, asks_at=asks)


def _turns(item: Item, since: datetime, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """Yield when a routine comes due after an instant, and when it is overdue then."""
    at = since
    while True:
        if item.cron is not None:
            at = cron.following(item.cron, at, zone)
            gap = cron.following(item.cron, at, zone) - at
        else:
            gap = _every(item)
            at += gap
        yield at, at + _grace(item, gap)


def _every(item: Item) -> timedelta:
    return timedelta(seconds=item.every_s or DAY_S)


def _grace(item: Item, gap: timedelta) -> timedelta:
    return timedelta(seconds=item.grace_s) if item.grace_s is not None else gap / 2


def _kept(item: Item, recent: list[datetime], started: datetime | None, now: datetime, zone: str) -> tuple[int, int]:
    """Count how often it was done in a row, and how often it was missed; two ticks at once are one."""
    streak = missed = 0
    before = started if len(recent) < KEPT_TICKS else None
    for at in [*recent, now]:
        if before is None:
            before, streak = at, 1
            continue
        gone = late = 0
        for turn, ends in _turns(item, before, zone):
            if turn > at or gone == MOST_TURNS:
                break
            gone, late = gone + 1, late + (ends < at)
        missed += late
        streak = 0 if late else streak
        if at is not now:
            apart = item.every_s is not None and (at - before).total_seconds() >= item.every_s / 2
            streak += 1 if gone or apart or before == started else 0
            before = at
    return streak, missed
