"""Building blocks for gates: a phase in which everything is there, and ways to take something away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.conftest import START

from gonogo.rules.clock import Instant
from gonogo.rules.gate import Ground, asked_by
from gonogo.rules.hold import Hold
from gonogo.rules.incident import Incident
from gonogo.rules.lists import Lists, make
from gonogo.rules.logbook import Logbook
from gonogo.rules.logged import received
from gonogo.rules.plan import Criterion, Item, Launch, Phase
from gonogo.rules.probe import Probe
from gonogo.rules.reading import Evidence
from gonogo.rules.record import Fact, Record, Records
from gonogo.rules.standing import ItemState

NOW = START + timedelta(days=14)
"""Two weeks into the phase, so that every window is full."""
DAY_S = 86_400.0
FULL = {"1h": 3600.0, "24h": DAY_S, "7d": 7 * DAY_S, "30d": 14 * DAY_S, "phase": 14 * DAY_S}


def at(utc: datetime) -> Instant:
    """Return an instant of a wall time."""
    return Instant(utc, "boot-one", round((utc - START).total_seconds() * 1e6) + 3_600_000_000)


def fact(
    kind: str, ago: timedelta = timedelta(hours=1), incident: str | None = None, source: str = "hand", **data: Any
) -> Fact:
    """Make a fact of some time ago."""
    moment, key = at(NOW - ago), f"{kind} {ago} {source} {data}"
    return Fact(id=key, kind=kind, at=moment, actor="ann", source=source, incident=incident, data=data)


def window(seen_s: float, *, uptime: float = 1.0, p95_ms: float = 120.0, errors: float = 0.0) -> dict[str, Any]:
    """Make a probe's window as the observer writes it."""
    return {
        "uptime": uptime, "coverage": 1.0, "checks": int(seen_s / 30), "p95_ms": p95_ms, "error_rate": errors,
        "seen_s": seen_s, "up_s": seen_s * uptime,
    }  # fmt: skip


def probe(name: str = "checkout", **more: Any) -> Probe:
    """Make a critical probe that was up all the time."""
    windows = {label: window(seen) for label, seen in FULL.items()}
    facts = {"critical": True, "health": "up", "checked_at": at(NOW), "recent": "....", "windows": windows, **more}
    return Probe(id=name, number=1, name=name, **facts)


def windows(**more: Any) -> dict[str, dict[str, Any]]:
    """Make a full set of windows with something else in all of them."""
    return {label: window(seen, **more) for label, seen in FULL.items()}


def book(*facts: Fact) -> Logbook:
    """Make a logbook of facts."""
    return Logbook(row for one in facts if (row := received(one)))


def listed(facts: Sequence[Fact], *records: Record) -> Lists:
    """Make the lists of facts, and of what was decided of them."""
    return make([row for one in facts if (row := received(one))], Records(records), book(*facts))


def evidence(
    facts: Sequence[Fact] = (), probes: Sequence[Probe] | None = None, *, started: datetime = START, **more: Any
) -> Evidence:
    """Collect evidence of a phase that began two weeks ago."""
    given: dict[str, Any] = {
        "log": book(*facts), "lists": listed(facts), "incidents": (),
        "probes": (probe(),) if probes is None else probes, "founded": START,
        "phase_start": started, "settled": 4, "required": 4, **more,
    }  # fmt: skip
    return Evidence(**given)


def criterion(require: str, **more: Any) -> Criterion:
    """Make a criterion."""
    return Criterion(id=require, key="c", phase="p", position=1, **{"name": "it", "require": require, **more})


def item(kind: str = "task", **more: Any) -> Item:
    """Make an item."""
    return Item(
        id=f"{kind} {more}", key="i", phase="p", section="s", position=1, text=f"Some {kind}", kind=kind, **more
    )


def incident(severity: str, state: str, **more: Any) -> Incident:
    """Make an incident."""
    return Incident(id="i", label=3, title="checkout down", severity=severity, state=state,
                    detected_at=at(NOW - timedelta(minutes=5)), opened_by="watch", **more)  # fmt: skip


LAUNCH = Launch(id="l", key="shop", name="Shop", timezone="UTC", state="running", opens=START)
PHASE = Phase(id="p", key="soft", position=1, name="Soft", state="active", opens=START, started_at=at(START))
HOLDING = Hold(id="h", reason="waiting for the bank", by="ann", since=at(NOW), until=NOW + timedelta(hours=4))
ORDERS = tuple(fact("order", timedelta(hours=number), ok=True) for number in range(1, 25))
RATINGS = tuple(fact("feedback", timedelta(hours=number), rating=5) for number in range(1, 8))
CRITERIA = (
    criterion("orders.clean >= 20 over phase", name="orders"),
    criterion("bugs.critical == 0", name="criticals", per_s=DAY_S),
    criterion("bugs.per_day < 2", name="bugs", per_s=DAY_S, confidence=0.8),
    criterion("uptime >= 99% over 7d", name="uptime", confidence=0.8),
    criterion("feedback.mean > 4 over phase", name="ratings", min_samples=5),
    criterion("p95 < 800ms over 24h", name="speed"),
    criterion("checklist.share >= 100%", name="tested"),
)
ITEMS = (
    (item("task"), ItemState("done")),
    (item("routine", every_s=DAY_S), ItemState("due", NOW, NOW + timedelta(hours=12))),
    (item("guard", every_s=DAY_S), ItemState("done", NOW + timedelta(hours=5), NOW + timedelta(hours=17))),
    (item("task", optional=True), ItemState("open")),
)
READY = (("backup", "ready", NOW + timedelta(hours=3)), ("DNS", "ready", NOW + timedelta(days=3)))


def ground(**more: Any) -> Ground:
    """Make a ground on which everything is there: GO, unless something else is given."""
    whole = Ground(
        launch=LAUNCH, phase=PHASE, criteria=CRITERIA, asked=asked_by(ITEMS), ready=READY, incidents=(),
        evidence=evidence((*ORDERS, *RATINGS)), watched=True,
    )  # fmt: skip
    return replace(whole, **more)
