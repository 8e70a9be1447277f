"""The demo's launch: in its soft launch, with a few days of history, made through the one door."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from gonogo.control.clock import Ids, SystemClock
from gonogo.control.renewing import renew_awake
from gonogo.control.room import ControlRoom
from gonogo.demo import people
from gonogo.demo.config import CHANNEL, write
from gonogo.demo.past import DEPLOYED_AGO_S, Past
from gonogo.formats.config import read_config
from gonogo.formats.plans import bundled
from gonogo.rules import condition, log
from gonogo.rules.adopting import AdoptTemplate
from gonogo.rules.clock import Instant
from gonogo.rules.config import Config
from gonogo.rules.confirm import ConfirmChannel
from gonogo.rules.contact import ReachContact
from gonogo.rules.item import TickItem
from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.plan import Criterion, Item, Phase, Readiness, Severity, Template
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Intent, Record, Refusal
from gonogo.rules.roster import Member
from gonogo.rules.running import BeginRun, EndRun
from gonogo.rules.target import SetTarget, unanswered
from gonogo.rules.verdict import Verdict
from gonogo.rules.window import DAY_S
from gonogo.store import logged, rows
from gonogo.store.store import Store

MIA, BEN = "mia", "ben"
"""Who has brought the launch so far; the operator has changed nothing yet, so that nothing of theirs is undone."""
DAYS = 4.4
"""How long ago the soft launch began."""
_TAUGHT = ("the invoice needs a second pair of eyes", "testers answer a call sooner than a mail")
"""What the first two phases taught."""
_OPEN = ("google", "problems", "faq", "common")
_LOOKED_AT = {
    "rollback-target": "v1.8.2 answers", "backup": "3.1 MB", "dns": "TTL 300 s", "apology": "approved by mia",
}  # fmt: skip


class _PastClock:
    """A clock that is set to each moment of the story."""

    def __init__(self, real: Instant) -> None:
        self._real = real
        self.at = real

    def set(self, utc: datetime) -> None:
        """Go to a moment."""
        self.at = Instant(utc, "before", round(utc.timestamp() * 1e6))

    def now(self) -> Instant:
        """Return the moment."""
        return self.at


def seed(folder: Path, url: str, timezone: str = "UTC", place: Path | None = None) -> Path:
    """Write the demo's config and state for a shop in this folder, or in another place; return the config."""
    config = write(folder, place or folder, url, timezone)
    real = SystemClock().now()
    clock = _PastClock(real)
    store = Store(folder / "state.db", create=True)
    try:
        _Story(store, clock, real, read_config(config)[1]).tell()
    finally:
        store.close()
    return config


class _Story:
    """Three weeks in a few intents."""

    def __init__(self, store: Store, clock: _PastClock, real: Instant, config: Config) -> None:
        self._store, self._clock, self._real, self._config = store, clock, real, config
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
        self._people(opens)
        self._soft_launch()
        self._ready()
        self._rehearsals()
        self._voices()
        self._probes()
        self._clock.set(self._real.utc)
        renew_awake(ControlRoom(self._store, self._clock, "watch"))

    def _early_phases(self, opens: datetime) -> None:
        phases = sorted(self._store.state().all(Phase), key=lambda phase: phase.position)
        for number, phase in enumerate(phases[:2]):
            items = [one for one in self._store.state().all(Item) if one.phase == phase.id]
            for place, item in enumerate(items):
                at = opens + timedelta(days=7 * number + 1 + place * 5.5 / len(items))
                if item.kind != "task":
                    at = opens + timedelta(days=7 * (number + 1), hours=-1)
                self._do(MIA if place % 3 else BEN, at, TickItem(item=item.id))
        self._numbers()
        began = [Instant(opens + timedelta(days=7 * number), "before", 0) for number in range(3)]
        passed = [
            phase.model_copy(
                update={
                    "state": "passed",
                    "started_at": began[n],
                    "ended_at": began[n + 1],
                    "ended_by": MIA,
                    "verdict": Verdict.GO,
                    "retro": _TAUGHT[n],
                }
            )
            for n, phase in enumerate(phases[:2])
        ]
        soft = phases[2].model_copy(update={"state": "active", "started_at": began[2]})
        self._put(*passed, soft)

    def _numbers(self) -> None:
        for number, asked in enumerate(unanswered(list(self._store.state().all(Criterion)))):
            demand = SetTarget(criterion=asked.id, target=str(condition.parse(asked.require).right.text))
            self._do(MIA, self._begin - timedelta(days=14 - 13 * number, minutes=-30), demand)

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

    def _people(self, opens: datetime) -> None:
        for number, invite in enumerate(people.invited()):
            self._do(MIA, opens + timedelta(days=2, minutes=4 * number), invite)
        for number, step in enumerate(people.briefed(self._store.state().all(Member))):
            self._do(MIA, opens + timedelta(days=3, minutes=6 * number), step)

    def _ready(self) -> None:
        now = self._real.utc
        self._do(MIA, now - timedelta(days=4), ConfirmChannel(channel=CHANNEL, channels=(CHANNEL,)))
        for place, one in enumerate(self._store.state().all(Template)):
            self._do(MIA, now - timedelta(days=9, minutes=-4 * place), AdoptTemplate(template=one.id, body=one.body))
        for days, who in ((9, "the help desk"), (6, "the bank")):
            self._do(MIA, now - timedelta(days=days), ReachContact(name=who))
        for target in self._store.state().all(Readiness):
            if target.key in _LOOKED_AT:
                age = timedelta(seconds=min(target.max_age_s * 0.3, 9 * DAY_S))
                self._do(MIA, now - age, RenewReadiness(readiness=target.id, detail=_LOOKED_AT[target.key]))

    def _rehearsals(self) -> None:
        """Two rehearsals, which say how long a rollback takes; both within the timeout of the config."""
        argv = ("gonogo", "demo", "mend", "--dry-run")
        for days, took_s in ((3.2, 32), (1.1, 38)):
            at = self._real.utc - timedelta(days=days)
            self._clock.set(at)
            run = self._ids.fresh()
            self._do(BEN, at, BeginRun(
                run=run, kind="dry_run", name="rollback", acts=False, argv=argv, timeout_s=60,
            ))  # fmt: skip
            self._do(BEN, at + timedelta(seconds=took_s), EndRun(run=run, outcome="ok", exit=0))

    def _voices(self) -> None:
        now, pick = self._real.utc, self._random
        names = ("anna", "bea", "chloe", "dan", "eva", "farid", "gita", "hugo", "ines", "jon", "kim")
        for build, at in (
            ("v1.8.1", self._begin + timedelta(minutes=20)), ("v1.8.2", now - timedelta(seconds=DEPLOYED_AGO_S)),
        ):  # fmt: skip
            self._do("shop", at, log.LogDeploy(build=build, source="shop", key=build))
        night = self._begin + timedelta(hours=7, minutes=20)
        self._do(BEN, night, log.LogNote(text="invoices failed for ten minutes: the PDF service began anew by itself"))
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
        for number, words in enumerate(people.QUESTIONS):
            self._do(MIA, now - timedelta(hours=60 - 20 * number), log.LogQuestion(text=words))
        for row in reversed(logged.newest(self._store.db, "question", len(people.QUESTIONS))):
            for after, answer in people.answered([row]):
                self._do(MIA, row.at.utc + after, answer)
        self._do(MIA, now - timedelta(hours=3), log.LogNote(text="the newspaper writes about us on Friday"))

    def _probes(self) -> None:
        Past(self._config, self._begin, self._real, self._random).write(self._store, self._ids.fresh)
