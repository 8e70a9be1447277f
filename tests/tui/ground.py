"""A bakery's launch on its fifth day, told through the one door: what the screens are tested on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.conftest import START, FakeClock

from gonogo.control.room import ControlRoom, Done
from gonogo.formats.config import parse_config
from gonogo.rules import log
from gonogo.rules.clock import Instant
from gonogo.rules.config_face import face_of
from gonogo.rules.item import ExcuseItem, TickItem
from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.plan import Item, Readiness, Severity
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.probe import Check, Failure, Outcome, Probe
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Intent
from gonogo.rules.response import SuspectIncident
from gonogo.store import series, watching
from gonogo.store.store import Store

ANN, BO = "ann", "bo"
LATER = timedelta(days=4, hours=3, minutes=31)
"""How long after START the screens are looked at: Friday 11:31 UTC, 19:31 in Kuala Lumpur."""

PLAN = {
    "title": "The bakery goes on line",
    "phase": [
        {
            "id": "soft-launch", "name": "Soft Launch", "goal": "Ten customers order without us standing beside them.",
            "days": 10,
            "section": [
                {"name": "Before we open", "item": [
                    {"id": "walk", "text": "Walk through an order on a phone"},
                    {"id": "invoice", "text": "Read one invoice from top to bottom"},
                    {"id": "newspaper", "text": "Tell the newspaper", "optional": True, "when": "if planned"},
                    {"id": "staging", "text": "Point staging at the new build",
                     "command": "vercel --target=staging", "note": "not the live one"},
                ]},
                {"name": "Every day", "item": [
                    {"id": "orders", "text": "Look at each new order", "kind": "routine", "every": "6h"},
                    {"id": "backup", "text": "Restore last night's backup", "kind": "routine", "every": "1d",
                     "grace": "2h"},
                    {"id": "quiet", "text": "No paid advertising", "kind": "guard", "every": "1d"},
                ]},
                {"name": "Tell people", "item": [
                    {"id": "regulars", "text": "Write to the twelve regulars"},
                    {"id": "window", "text": "A note in the shop window"},
                ]},
            ],
            "criterion": [
                {"id": "clean", "name": "orders", "require": "orders.clean >= 20 over phase", "floor": 10},
                {"id": "uptime", "name": "uptime", "require": "uptime >= 99% over 7d", "confidence": 0.8},
                {"id": "criticals", "name": "criticals", "require": "bugs.critical == 0", "per": "1d"},
            ],
        },
        {
            "id": "full-launch", "name": "Full Launch", "goal": "Everybody may order.",
            "section": [{"name": "Open", "item": [{"id": "banner", "text": "Take the beta banner down"},
                                                  {"id": "post", "text": "Post it"}]}],
            "criterion": [{"id": "steady", "name": "uptime", "require": "uptime >= 99% over 7d"}],
        },
    ],
    "readiness": [
        {"id": "rollback", "name": "rollback", "text": "The last good build is one command away.", "max_age": "7d"},
        {"id": "backup", "name": "backup", "text": "A backup that was restored once.", "max_age": "24h"},
        {"id": "dns", "name": "dns", "text": "The old address still answers.", "max_age": "7d"},
    ],
    "runbook": [
        {"severity": "critical", "step": [
            {"id": "look", "text": "Look at the probes", "due": "0s", "detail": "Which fail, and since when?"},
            {"id": "decide", "text": "Roll back, or not?", "due": "2m", "detail": "Unsure: roll back."},
            {"id": "act", "text": "Roll back to the last good build", "due": "5m", "takes": "1m40s",
             "command": "rollback", "detail": "Say what you do before you do it."},
            {"id": "confirm", "text": "See it answer again", "due": "10m", "confirm": True},
            {"id": "tell", "text": "Tell the customers", "due": "15m"},
        ]},
        {"severity": "high", "step": [
            {"id": "look", "text": "Look closely", "due": "0s"},
            {"id": "weigh", "text": "Weigh a fix against a rollback"},
            {"id": "decide", "text": "Fix or roll back", "due": "30m"},
            {"id": "tell", "text": "Tell those who were hit"},
        ]},
        {"severity": "medium", "step": [{"id": "write", "text": "Write it down"}]},
        {"severity": "low", "step": [{"id": "write", "text": "Write it down"}]},
    ],
    "seat": [{"id": "tech", "name": "Tech"}],
}  # fmt: skip

CONFIG = """
[launch]
id = "bakery"
name = "Riverside Bakery"
[rollback]
command = ["shop", "roll", "back"]
[room]
currency = "EUR"
"""


class Story:
    """Tells a launch to its file, at the times at which things happened."""

    def __init__(self, path: Path, clock: FakeClock, plan: dict[str, object] | None = None, **launch: object) -> None:
        self.clock = clock
        self.store = Store(path, create=True)
        self._rooms: dict[str, ControlRoom] = {}
        about = {"key": "bakery", "name": "Riverside Bakery", "timezone": "Asia/Kuala_Lumpur", **launch}
        self.do(ANN, FoundLaunch(opens=clock.utc, plan=PlanDoc.model_validate(plan or PLAN), **about))
        self.do(ANN, BeginLaunch())

    def do(self, actor: str, intent: Intent) -> str:
        """Carry out an intent now; what was said."""
        room = self._rooms.setdefault(actor, ControlRoom(self.store, self.clock, actor))
        done = room.dispatch(intent)
        assert isinstance(done, Done), done
        return done.said

    def item(self, key: str) -> Item:
        """Return an item by its key."""
        return next(one for one in self.store.state().all(Item) if one.key == key)

    def at(self, utc_hours: float) -> None:
        """Go to so many hours after the start."""
        self.clock.advance((START + timedelta(hours=utc_hours) - self.clock.utc).total_seconds())

    def probes(self, *probes: Probe) -> None:
        """Write probes as the watch does."""
        with self.store.writing() as db:
            series.put_probes(db, probes)
            self.store.bump(["probes"])

    def watched(self, more: str = "") -> None:
        """Write the row of a watch, as if one had begun now; `more` is added to its config."""
        face = face_of(parse_config(CONFIG + more, "the config")).model_dump_json()
        with self.store.writing() as db:
            watching.begin(db, self.clock.now())
            watching.accept_config(db, CONFIG + more, self.clock.now(), face)
            self.store.bump(["watch"])


def probe(number: int, name: str, clock: FakeClock, **more: object) -> Probe:
    """Make a probe that has answered well for days."""
    since = Instant(START, "boot-one", 3_600_000_000)
    day = {"uptime": 0.9997, "coverage": 0.98, "checks": 2821, "p50_ms": 92, "p95_ms": 310, "p99_ms": 640,
           "up_s": 84_000.0, "seen_s": 84_030.0}  # fmt: skip
    facts = {
        "id": f"01890000-0000-7000-8000-0000000000{number:02d}", "number": number, "name": name, "health": "up",
        "target": f"https://shop.example/{name}", "since": since, "recent": "." * 20, "checked_at": clock.now(),
        "spark": tuple(90 + 9 * (turn % 7) for turn in range(60)), "latency_ms": 142.0, "passes": 100,
        "windows": {"24h": day, "7d": day},
    }  # fmt: skip
    return Probe.model_validate(facts | more)


def bakery(path: Path, clock: FakeClock) -> None:
    """Tell the bakery's launch: ticks, orders, voices, probes; the clock ends at START + LATER."""
    told = Story(path, clock)
    told.at(2)
    told.do(ANN, log.LogDeploy(build="v1.8.2"))
    told.do(ANN, TickItem(item=told.item("walk").id))
    told.do(BO, TickItem(item=told.item("invoice").id, note="the sum is right"))
    for number in range(14):
        told.at(5 + number * 6.5)
        who = ("anna", "ben", "chloe", "dan", "eva")[number % 5]
        told.do("shop", log.LogOrder(value=Decimal(18 + number * 3), customer=who, ok=number != 9, key=f"o{number}"))
    told.at(93)
    told.do(ANN, TickItem(item=told.item("quiet").id))
    told.do(ANN, log.LogFeedback(rating=5, who="ben", text="smooth, thank you"))
    told.do(BO, log.LogBug(severity=Severity.MEDIUM, title="invoice blank on old phones"))
    told.do(BO, ExcuseItem(item=told.item("newspaper").id, reason="they do not print on Mondays"))
    targets = {one.key: one.id for one in told.store.state().all(Readiness)}
    told.do(ANN, RenewReadiness(readiness=targets["rollback"], detail="took 1m40s"))
    told.do(BO, RenewReadiness(readiness=targets["dns"], detail="does not answer", ok=False))
    told.at(96)
    told.do(BO, TickItem(item=told.item("orders").id))
    told.do(ANN, log.LogNote(text="the newspaper writes about us on Friday"))
    told.at(LATER.total_seconds() / 3600 - 0.001)
    told.probes(
        probe(1, "checkout", clock, critical=True),
        probe(2, "home", clock, latency_ms=61.0),
        probe(3, "invoices", clock, health="degraded", latency_ms=1432.0, detail="latency < 800ms: it took 1.4 s"),
        probe(4, "admin", clock, health="unknown", latency_ms=None, spark=(), windows={}, checked_at=None),
    )
    told.at(LATER.total_seconds() / 3600)
    told.watched()
    told.store.close()


def checkout_down(path: Path, clock: FakeClock) -> None:
    """Let the bakery's checkout fail ten seconds ago, as the watch tells it; the clock moves on a minute."""
    store = Store(path)
    onset = clock.now().after(-10)
    room = ControlRoom(store, clock, "watch")
    down = probe(
        1, "checkout", clock, critical=True, health="down", since=onset, latency_ms=31.0, passes=0,
        spark=(90, 92, -1, -1, -1), failure=Failure.HTTP_STATUS, detail="status == 200: it was 502",
    )  # fmt: skip
    with store.writing() as db:
        series.put_probes(db, [down])
        store.bump(["probes"])
    done = room.dispatch(SuspectIncident(probe="checkout", why="status == 200: it was 502", onset=onset,
                                         last_change="v1.8.3, 12 min before the first failure"))  # fmt: skip
    assert isinstance(done, Done)
    clock.advance(seconds=61)
    with store.writing() as db:
        watching.beat(db, clock.now())
        store.bump(["watch"])
    store.close()


def beat(path: Path, clock: FakeClock) -> None:
    """Let the watch say that it lives."""
    store = Store(path)
    with store.writing() as db:
        watching.beat(db, clock.now())
    store.close()


def checks_of(path: Path, number: int, name: str, clock: FakeClock, count: int = 5) -> None:
    """Append some raw checks of a probe, one of them failed."""
    store = Store(path)
    at = [clock.now().after(-30.0 * back) for back in range(count)]
    made = [Check(name, one, Outcome.OK, 0.09) for one in at[1:]]
    made.append(Check(name, at[0], Outcome.FAILED, 0.031, Failure.HTTP_STATUS, "status == 200: it was 502"))
    with store.writing() as db:
        series.append(db, [(number, one) for one in made])
    store.close()
