"""The demo's launch: in its soft launch, with a few days of history, made through the one door."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from gonogo.control.clock import Ids, SystemClock
from gonogo.control.room import ControlRoom
from gonogo.formats.plans import bundled
from gonogo.rules import log
from gonogo.rules.clock import Instant
from gonogo.rules.item import TickItem
from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.plan import Item, Phase, Readiness, Severity
from gonogo.rules.probe import Check, Outcome, Probe
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Intent, Record, Refusal
from gonogo.rules.uptime import US, Tally
from gonogo.rules.window import DAY_S, HOUR_S
from gonogo.store import rollups, rows, series
from gonogo.store.store import Store

MIA, BEN = "mia", "ben"
"""Who has brought the launch so far; the operator has changed nothing yet, so that nothing of theirs is undone."""
DAYS = 4.4
"""How long ago the soft launch began."""
_RAW_S, _STEP_S = 1800, 15

_CONFIG = """\
# The demo's config: a sample shop on this machine.
[launch]
id = "riverside-demo"
name = "Riverside Bakery"
timezone = "{zone}"

[environment.production]
url = "{url}"

[[probe]]
name = "checkout"
url = "/checkout/health"
every = "3s"
timeout = "2s"
expect = ["status == 200", "latency < 800ms", "body.payments == 'ok'"]
critical = true

[[probe]]
name = "home"
url = "/"
every = "5s"
timeout = "2s"
expect = ["status == 200", "body contains 'Riverside'"]

[[probe]]
name = "health"
url = "/health"
every = "5s"
timeout = "2s"
expect = ["status == 200", "body.db == 'ok'"]

[[probe]]
name = "invoices"
url = "/invoices/health"
every = "5s"
timeout = "4s"
expect = ["status == 200", "latency < 800ms"]

[[probe]]
name = "admin"
url = "/admin/health"
every = "10s"
timeout = "2s"

[rollback]
command = ["gonogo", "demo", "mend"]
timeout = "1m"
confirm_probe = "checkout"

[room]
currency = "EUR"
"""
PROBES = (("checkout", 9, 3), ("home", 6, 5), ("health", 4, 5), ("invoices", 18, 5), ("admin", 12, 10))
_OPEN = ("google", "problems", "faq", "common")


class _PastClock:
    """A clock that is set to each moment of the story."""

    def __init__(self, real: Instant) -> None:
        self._real = real
        self.at = real

    def set(self, utc: datetime) -> None:
        """Go to a moment."""
        self.at = Instant(utc, "before", 0)

    def now(self) -> Instant:
        """Return the moment."""
        return self.at


def seed(folder: Path, url: str, timezone: str = "UTC") -> Path:
    """Write the demo's config and state; return the config."""
    config = folder / "gonogo.toml"
    config.write_text(_CONFIG.format(url=url, zone=timezone), encoding="utf-8")
    real = SystemClock().now()
    clock = _PastClock(real)
    store = Store(folder / "state.db", create=True)
    try:
        _Story(store, clock, real).tell()
    finally:
        store.close()
    return config


def set_url(folder: Path, url: str) -> None:
    """Point the config at where the shop is now."""
    config = folder / "gonogo.toml"
    lines = config.read_text(encoding="utf-8").splitlines(keepends=True)
    fresh = [f'url = "{url}"\n' if row.startswith('url = "http://127') else row for row in lines]
    if fresh != lines:
        config.write_text("".join(fresh), encoding="utf-8")


class _Story:
    """Three weeks in a few intents."""

    def __init__(self, store: Store, clock: _PastClock, real: Instant) -> None:
        self._store, self._clock, self._real = store, clock, real
        self._random = Random(7)
        self._ids = Ids(clock)
        self._rooms = {name: ControlRoom(store, clock, name, self._ids) for name in (MIA, BEN, "shop", "watch")}
        self._begin = real.utc - timedelta(days=DAYS)

    def _do(self, actor: str, when: datetime, intent: Intent) -> None:
        self._clock.set(when)
        done = self._rooms[actor].dispatch(intent)
        if isinstance(done, Refusal):
            raise ValueError(done.sentence)

    def tell(self) -> None:
        """Write the whole story."""
        opens = self._begin - timedelta(days=14)
        plan = bundled()
        found = FoundLaunch(
            key="riverside-demo", name="Riverside Bakery", timezone="UTC", opens=opens, plan=plan, demo=True
        )
        self._do(MIA, opens, found)
        self._do(MIA, opens, BeginLaunch())
        self._early_phases(opens)
        self._soft_launch()
        self._ready()
        self._voices()
        self._probes()

    def _early_phases(self, opens: datetime) -> None:
        phases = sorted(self._store.state().all(Phase), key=lambda phase: phase.position)
        for number, phase in enumerate(phases[:2]):
            items = [one for one in self._store.state().all(Item) if one.phase == phase.id]
            for place, item in enumerate(items):
                at = opens + timedelta(days=7 * number + 1 + place * 5.5 / len(items))
                if item.kind != "task":
                    at = opens + timedelta(days=7 * (number + 1), hours=-1)
                self._do(MIA if place % 3 else BEN, at, TickItem(item=item.id))
        began = [Instant(opens + timedelta(days=7 * number), "before", 0) for number in range(3)]
        passed = [
            phase.model_copy(update={"state": "passed", "started_at": began[n], "ended_at": began[n + 1]})
            for n, phase in enumerate(phases[:2])
        ]
        soft = phases[2].model_copy(update={"state": "active", "started_at": began[2]})
        self._put(*passed, soft)

    def _put(self, *records: Record) -> None:
        """Write rows that no intent makes yet; the demo's phases passed before gonogo's time."""
        with self._store.writing() as db:
            for record in records:
                rows.put(db, rows.table_of(type(record)), rows.encode(record))
            self._store.bump(["plan"])

    def _soft_launch(self) -> None:
        state = self._store.state()
        soft = next(phase for phase in state.all(Phase) if phase.state == "active")
        items = [one for one in state.all(Item) if one.phase == soft.id]
        for place, item in enumerate(items):
            if any(part in item.key for part in _OPEN):
                continue
            if item.kind == "task":
                self._do(MIA, self._begin + timedelta(hours=2 + place * 5), TickItem(item=item.id))
            else:
                every = timedelta(seconds=item.every_s or DAY_S)
                fresh = self._real.utc - every * (0.86 if item.every_s and item.every_s < DAY_S else 0.4)
                turns = [fresh - every * back for back in range(8) if fresh - every * back > self._begin]
                for at in reversed(turns):
                    self._do(MIA, at, TickItem(item=item.id))

    def _ready(self) -> None:
        details = {
            "rollback": "1m40s, rehearsed",
            "last-good": "v1.8.2 answers",
            "backup": "3.1 MB",
            "dns": "TTL 300 s",
            "templates": "4 of 4 filled",
            "apology": "approved by mia",
            "contacts": "3 verified",
        }
        for target in self._store.state().all(Readiness):
            if target.key not in details:
                continue
            age = timedelta(seconds=min(target.max_age_s * 0.3, 9 * DAY_S))
            self._do(MIA, self._real.utc - age, RenewReadiness(readiness=target.id, detail=details[target.key]))

    def _voices(self) -> None:
        now, pick = self._real.utc, self._random
        names = ("anna", "bea", "chloe", "dan", "eva", "farid", "gita", "hugo", "ines", "jon", "kim")
        self._do(
            "shop", self._begin + timedelta(minutes=20), log.LogDeploy(build="v1.8.2", source="shop", key="v1.8.2")
        )
        for number in range(14):
            hours = DAYS * 24 * (number + 0.6) / 14.4 + pick.uniform(-2, 2)
            order = log.LogOrder(
                value=Decimal(pick.randrange(850, 5600)) / 100,
                customer=pick.choice(names),
                source="shop",
                key=f"seed-{number}",
            )
            self._do("shop", min(now - timedelta(minutes=6), self._begin + timedelta(hours=hours)), order)
        for hours, rating, who, words in (
            (75, 5, "anna", "fresh, and on time"),
            (40, 4, "chloe", "the invoice came late"),
            (8, 5, "bea", "smooth, thank you"),
        ):
            self._do(MIA, now - timedelta(hours=hours), log.LogFeedback(rating=rating, who=who, text=words))
        self._do(
            BEN, now - timedelta(hours=5), log.LogBug(severity=Severity.MEDIUM, title="invoice blank on old phones")
        )
        for number, words in enumerate(
            ("do you deliver on Sunday?", "is there a delivery fee?", "can I change my order?")
        ):
            self._do(MIA, now - timedelta(hours=60 - 20 * number), log.LogQuestion(text=words))
        self._do(MIA, now - timedelta(hours=3), log.LogNote(text="the newspaper writes about us on Friday"))

    def _probes(self) -> None:
        real_s = int(self._real.utc.timestamp())
        with self._store.writing() as db:
            for number, (name, base, every) in enumerate(PROBES, 1):
                spark = tuple(round(self._latency(base, n) * 1000) for n in range(60))
                probe = Probe(
                    id=self._ids.fresh(),
                    number=number,
                    name=name,
                    every_s=every,
                    health="up",
                    since=Instant(self._begin, "before", 0),
                    critical=name == "checkout",
                    recent="." * 20,
                    spark=spark,
                    passes=100,
                )
                rows.put(db, "probe", rows.encode(probe))
                series.append(db, [(number, check) for check in self._raw(name, base)])
                rollups.put(db, self._tallies(number, base, every, real_s))
            self._store.bump(["probes"])

    def _latency(self, base: int, turn: int) -> float:
        wave = 1 + 0.25 * math.sin(turn / 9)
        return base * wave * self._random.uniform(0.8, 1.35) / 1000

    def _raw(self, name: str, base: int) -> list[Check]:
        first = self._real.utc - timedelta(seconds=_RAW_S)
        return [
            Check(
                name,
                Instant(first + timedelta(seconds=turn * _STEP_S), "before", 0),
                Outcome.OK,
                self._latency(base, turn),
            )
            for turn in range(_RAW_S // _STEP_S)
        ]

    def _tallies(self, number: int, base: int, every: int, real_s: int) -> list[rollups.Stored]:
        found: dict[tuple[str, int], Tally] = {}
        start = int(self._begin.timestamp())
        for hour in range(start - start % HOUR_S, real_s, HOUR_S):
            seen = max(0, min(hour + HOUR_S, real_s) - max(hour, start))
            if self._asleep(hour):
                seen = seen // 3
            one = self._hour(number, hour, base, every, seen)
            found["h", hour] = one
            found.setdefault(("d", hour - hour % DAY_S), Tally()).add(one)
            if hour < start:  # the phase began within this hour
                found["m", start] = one
        return [(number, span, at, tally.pack()) for (span, at), tally in found.items()]

    def _hour(self, number: int, hour: int, base: int, every: int, seen: int) -> Tally:
        failing = 600 if self._bad(number, hour) else 0
        checks = seen // every
        tally = Tally(max(0, seen - failing) * US, seen * US)
        for turn in range(0, checks, max(1, checks // 40)):
            tally.count(Outcome.OK, self._latency(base, turn))
        tally.checks, tally.failed = checks, min(checks, failing // every)
        return tally

    def _asleep(self, hour: int) -> bool:
        """The laptop slept through one hour of the second night: an honest gap."""
        return hour - hour % HOUR_S == int((self._begin + timedelta(days=1.5)).timestamp()) // HOUR_S * HOUR_S

    def _bad(self, number: int, hour: int) -> bool:
        """Checkout was down for ten minutes on the first day."""
        return number == 1 and hour == int((self._begin + timedelta(hours=7)).timestamp()) // HOUR_S * HOUR_S
