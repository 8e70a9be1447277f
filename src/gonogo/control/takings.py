"""The watch's eye on the orders: suspects an incident when they tell of trouble, and says when that is over."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gonogo.control.desk import Desk
from gonogo.rules import takings
from gonogo.rules.config import OrdersConfig
from gonogo.rules.incident import Incident, open_incidents
from gonogo.rules.response import ClearSign, SuspectIncident
from gonogo.rules.takings import Sign


def look(desk: Desk, config: OrdersConfig) -> None:
    """Look at the orders of the active phase, where there is one."""
    phase, launch, now = desk.phase(), desk.launch(), desk.clock.now()
    if phase is None or phase.started_at is None or launch is None or launch.state != "running":
        return
    book, begun = desk.book(), phase.started_at.utc
    found = [takings.failing(book, begun, now.utc, config.failed, config.within)]
    if config.silence:
        found.append(takings.silence(book, begun, now.utc, ZoneInfo(launch.timezone)))
    for sign in found:
        if sign is not None and sign.onset is not None:
            _suspect(desk, sign)
        elif sign is not None:
            _clear(desk, sign)


def _suspect(desk: Desk, sign: Sign) -> None:
    """Suspect an incident, unless one has it already that began after the sign did, however it ended."""
    assert sign.onset is not None
    had = (one for one in desk.store.state().all(Incident) if sign.name in one.signs)
    if any((one.is_open and sign.name in one.uncleared) or one.detected_at.utc >= sign.onset for one in had):
        return
    now = desk.clock.now()
    onset = now.after((sign.onset - now.utc).total_seconds())
    change = desk.last_change(onset)
    desk.room.dispatch(SuspectIncident(probe=sign.name, sign=True, why=sign.why, onset=onset, last_change=change))


def _clear(desk: Desk, sign: Sign) -> None:
    for one in open_incidents(desk.store.state()):
        if sign.name in one.uncleared:
            desk.room.dispatch(ClearSign(incident=one.id, sign=sign.name, why=sign.why))
            desk.recover(one.id)
