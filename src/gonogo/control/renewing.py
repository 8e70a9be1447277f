"""Writing down what the watch has seen of readiness: what is new is journalled, the rest is only dated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gonogo.control.room import ControlRoom
from gonogo.rules import awake, confirm, readiness
from gonogo.rules.awake import Sleep
from gonogo.rules.confirm import Confirmation
from gonogo.rules.plan import Criterion, Readiness, Renewal
from gonogo.rules.readiness import RenewReadiness, Seen
from gonogo.rules.uptime import US
from gonogo.rules.window import DAY_S
from gonogo.store import rollups, rows
from gonogo.store.store import Store

LOOKED_AT = 5
"""Of so many probes the hours are read: a watch that is awake asks all of them."""


def renew(room: ControlRoom, key: str, seen: Seen) -> None:
    """Write what was seen of a readiness target, unless a person's word stands over it."""
    state, now = room.store.state(), room.clock.now()
    target = next((one for one in state.all(Readiness) if one.key == key), None)
    if target is None:
        return
    last, amiss = state.get(Renewal, target.id), "" if seen.ok is not None else seen.detail
    if not readiness.yields(target, last, seen, now.utc):
        assert last is not None
        if last.amiss != amiss:
            _put(room, last.model_copy(update={"amiss": amiss}))
        return
    ok = bool(seen.ok)
    if last is None or not last.measured or last.ok != ok or bool(last.amiss) != bool(amiss):
        room.dispatch(
            RenewReadiness(
                readiness=target.id, ok=ok, detail=seen.detail, measured=True, dated=seen.dated, until=seen.until,
                amiss=amiss,
            )
        )  # fmt: skip
        return
    fresh = Renewal(
        id=target.id, at=now, by=room.actor, ok=ok, detail=seen.detail, measured=True, dated=seen.dated,
        until=seen.until, amiss=amiss,
    )  # fmt: skip
    _put(room, readiness.since(target, last, fresh))


def renew_alarms(room: ControlRoom, channels: Sequence[str]) -> None:
    """Write whether a person saw a test of each channel lately."""
    state = room.store.state()
    seen = {one.id: one for one in state.all(Confirmation)}
    for target in state.all(Readiness):
        if target.source == confirm.SOURCE:
            renew(room, target.key, confirm.standing(channels, seen, target.max_age_s, room.clock.now()))


def renew_awake(room: ControlRoom) -> None:
    """Write whether the watch is awake enough for what the gates must prove."""
    state, now = room.store.state(), room.clock.now()
    targets = [one for one in state.all(Readiness) if one.source == "watch"]
    if not targets:
        return
    sleep, criteria = seen_awake(room.store, now.utc), state.all(Criterion)
    for target in targets:
        renew(room, target.key, awake.judged(sleep, criteria, now.utc))


def seen_awake(store: Store, now: datetime) -> Sleep:
    """Read how much of the last days was observed, by the probes that are asked most often."""
    second, hours = int(now.timestamp()), dict[int, float]()
    begin = second - (awake.DAYS + 1) * DAY_S  # a day more tells a night's sleep from a history that is shorter
    for number in rollups.most_asked(store.db, LOOKED_AT):
        for at, tally in rollups.of_probe(store.db, number, "h", begin, second):
            hours[at] = max(hours.get(at, 0.0), (tally.seen_us + tally.excluded_us) / US)
    return awake.slept(hours, second)


def _put(room: ControlRoom, renewal: Renewal) -> None:
    with room.store.writing() as db:
        rows.put(db, "renewal", rows.encode(renewal))
        room.store.bump(["ticks"])
