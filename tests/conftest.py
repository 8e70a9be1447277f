"""What all tests share: a clock that obeys, a tiny plan, a founded room, and an environment of their own."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from gonogo.control.clock import Ids
from gonogo.control.room import ControlRoom, Done
from gonogo.rules import door
from gonogo.rules.clock import Clock, Instant
from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.plan import Item, Phase, Section
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.record import Act, Changes, Decision, Intent, Records
from gonogo.store.store import Store

settings.register_profile("gonogo", deadline=None, derandomize=True, max_examples=60, database=None)
settings.load_profile("gonogo")

gc.freeze()
gc.set_threshold(100_000, 50, 100)  # looking for cycles after every few widgets was a fifth of the screens' tests

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave tests/soak out, unless the marker asks for it: `pytest -m soak tests/soak`."""
    marks = str(config.getoption("markexpr", ""))
    asked = re.search(r"\bsoak\b", marks) and not re.search(r"\bnot\s+soak\b", marks)
    return True if collection_path.name == "soak" and not asked else None


class FakeClock:
    """A clock that moves only when it is told to: on, over a reboot, or by a step of the wall clock."""

    def __init__(self, utc: datetime = START, boot_id: str = "boot-one", boot_us: int = 3_600_000_000) -> None:
        self.utc, self.boot_id, self.boot_us = utc, boot_id, boot_us

    def now(self) -> Instant:
        """Return this moment."""
        return Instant(self.utc, self.boot_id, self.boot_us)

    def advance(self, seconds: float = 0.0, **more: float) -> Instant:
        """Move both clocks on, by seconds or by what a timedelta takes: `advance(days=2)`."""
        step = timedelta(seconds=seconds, **more)
        self.utc += step
        self.boot_us += round(step.total_seconds() * 1e6)
        return self.now()

    def reboot(self, seconds: float = 60.0, boot_id: str = "boot-two") -> Instant:
        """Boot anew: the wall clock goes on, the boot clock begins again."""
        self.utc += timedelta(seconds=seconds)
        self.boot_id, self.boot_us = boot_id, 1_000_000
        return self.now()

    def step_wall(self, seconds: float) -> Instant:
        """Step the wall clock alone, as NTP does."""
        self.utc += timedelta(seconds=seconds)
        return self.now()


TINY = {
    "title": "Two small steps",
    "phase": [
        {
            "id": "alpha",
            "name": "Alpha",
            "days": 7,
            "section": [
                {
                    "name": "Try",
                    "item": [
                        {"id": "walk", "text": "Walk through it"},
                        {"id": "order", "text": "Place an order"},
                        {"id": "ads", "text": "Start the adverts", "optional": True, "when": "if planned"},
                    ],
                },
                {
                    "name": "Keep",
                    "item": [
                        {"id": "look", "text": "Look at the site", "kind": "routine", "every": "1d", "grace": "2h"},
                        {"id": "quiet", "text": "No money on adverts", "kind": "guard", "every": "1d"},
                    ],
                },
            ],
            "criterion": [
                {"id": "orders", "name": "orders", "require": "orders.clean >= 20 over phase", "floor": 10},
                {"id": "criticals", "name": "criticals", "require": "bugs.critical == 0", "per": "1d"},
            ],
        },
        {
            "id": "open",
            "name": "Open",
            "section": [{"name": "Tell", "item": [{"id": "post", "text": "Post it"}]}],
            "criterion": [
                {"id": "uptime", "name": "uptime", "require": "uptime >= 99% over 7d", "confidence": 0.8},
            ],
        },
    ],
    "readiness": [{"id": "backup", "name": "backup", "max_age": "24h"}],
    "runbook": [
        {
            "severity": "critical",
            "step": [
                {"id": "look", "text": "Look at the probes", "due": "0s"},
                {"id": "decide", "text": "Decide", "due": "2m"},
                {"id": "act", "text": "Roll back", "due": "5m", "takes": "1m40s", "command": "rollback"},
                {"id": "confirm", "text": "Confirm", "due": "10m", "confirm": True},
                {"id": "tell", "text": "Tell the customers", "due": "15m"},
            ],
        },
        {
            "severity": "high",
            "step": [
                {"id": "look", "text": "Look closely", "due": "0s"},
                {"id": "weigh", "text": "Weigh it"},
                {"id": "decide", "text": "Fix or roll back", "due": "30m"},
                {"id": "act", "text": "Carry it out", "command": "rollback"},
                {"id": "confirm", "text": "Confirm", "confirm": True},
                {"id": "tell", "text": "Tell those who were hit"},
            ],
        },
    ],
    "template": [{"id": "notice", "name": "Notice", "audience": "customers", "file": "notice.md", "body": "Hello"}],
    "seat": [{"id": "tech", "name": "Tech"}],
}


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give each test folders of its own, no operator's environment, and UTC."""
    monkeypatch.setenv("GONOGO_STATE_DIR", str(tmp_path / "states"))
    monkeypatch.setenv("GONOGO_CONFIG_DIR", str(tmp_path / "configs"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("GONOGO_ACTOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def clock() -> FakeClock:
    """A fake clock at START."""
    return FakeClock()


@pytest.fixture
def ids(clock: FakeClock) -> Ids:
    """Ids of the fake clock."""
    return Ids(clock)


@pytest.fixture
def fresh(ids: Ids) -> Callable[[], str]:
    """Where fresh ids come from."""
    return ids.fresh


@pytest.fixture
def tiny() -> PlanDoc:
    """A plan of two phases with one of each thing."""
    return PlanDoc.model_validate(TINY)


@pytest.fixture
def state_path(tmp_path: Path) -> Path:
    """Where a test's launch lies, in a folder of its own."""
    (tmp_path / "launch").mkdir()
    return tmp_path / "launch" / "state.db"


@pytest.fixture
def room(state_path: Path, clock: FakeClock, tiny: PlanDoc) -> Iterator[ControlRoom]:
    """A launch on disk, founded and begun by ann."""
    with_file = found(state_path, clock, tiny)
    yield with_file
    with_file.store.close()


class Memory:
    """A launch in memory, for rules: acts are decided and applied at once."""

    def __init__(self, clock: FakeClock, actor: str = "ann") -> None:
        self.clock, self.actor = clock, actor
        self.ids = Ids(clock)
        self.state = Records()

    def act(self, actor: str | None = None) -> Act:
        """Return an act of this moment."""
        return Act(actor or self.actor, self.clock.now(), self.ids.fresh)

    def do(self, intent: Intent, actor: str | None = None) -> Decision:
        """Decide and apply; return the changes, or the refusal."""
        decision = door.decide(self.state, intent, self.act(actor))
        if isinstance(decision, Changes):
            self.state.apply(decision)
        return decision

    def item(self, key: str) -> Item:
        """Return an item by its key."""
        return next(one for one in self.state.all(Item) if one.key == key)

    def section(self, name: str) -> Section:
        """Return a section by its name."""
        return next(one for one in self.state.all(Section) if one.name == name)

    def phase(self, key: str) -> Phase:
        """Return a phase by its key."""
        return next(one for one in self.state.all(Phase) if one.key == key)


@pytest.fixture
def memory(clock: FakeClock, tiny: PlanDoc) -> Memory:
    """The tiny launch, founded and begun, in memory."""
    made = Memory(clock)
    made.do(FoundLaunch(key="tiny", name="Tiny", timezone="UTC", opens=clock.utc, plan=tiny))
    made.do(BeginLaunch())
    return made


def found(path: Path, clock: Clock, plan: PlanDoc, *, begin: bool = True, actor: str = "ann") -> ControlRoom:
    """Found a launch at a path, and begin it; the caller closes its store."""
    control = ControlRoom(Store(path, create=True), clock, actor)
    made = control.dispatch(FoundLaunch(key="tiny", name="Tiny", timezone="UTC", opens=clock.now().utc, plan=plan))
    assert isinstance(made, Done)
    if begin:
        assert isinstance(control.dispatch(BeginLaunch()), Done)
    return control


def another(room: ControlRoom, actor: str) -> ControlRoom:
    """Open the same launch for somebody else; the caller closes its store."""
    return ControlRoom(Store(room.store.path), room.clock, actor)


def item_of(room: ControlRoom, key: str) -> Item:
    """Return an item of a room's launch by its key."""
    return next(one for one in room.store.state().all(Item) if one.key == key)


def until(holds: Callable[[], object], within_s: float = 10.0, what: str = "it") -> object:
    """Poll until something holds; fail with its name when it does not in time."""
    deadline = time.monotonic() + within_s
    while not (answer := holds()):
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {within_s:g} s")
        time.sleep(0.02)
    return answer
