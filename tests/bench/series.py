"""The series, measured in this process: size, windows, the cost of a check, and of reading what changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean, median

from figures import Figure

from gonogo.control.desk import Desk
from gonogo.control.observer import Observer
from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom, Done
from gonogo.formats.config import parse_config
from gonogo.formats.plans import bundled
from gonogo.rules.clock import Instant
from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.probe import Check, Outcome, Phases
from gonogo.rules.uptime import US, Tally
from gonogo.rules.window import DAY_S, FIVE_MIN_S, HOUR_S
from gonogo.store import pruning, rollups, series
from gonogo.store.store import Store

NOW = datetime(2026, 11, 25, 13, 7, 30, tzinfo=UTC)
EVERY_S, BATCH = 5, 50
_FACTS = {"ip": "203.0.113.9", "url": "https://shop.example/health", "cert": {"days": 42.0, "serial": "0A"}}
_PHASES = Phases(0.001, 0.012, 0.024, 0.08, 0.001)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self._at = Instant(NOW, "boot", 10**12)

    def now(self) -> Instant:
        """Return the moment."""
        return self._at

    def advance(self, seconds: float) -> None:
        """Go on."""
        self._at = self._at.after(seconds)


HOW = """\
Series: CPU time of this process, medians of several; a launch's file on this disk, and nothing is asked. Windows: from
  the rollups on disk to all windows of all probes. Check: folded, drained and written in batches of 50; board: after
  each of those batches; both are means over six rounds of all probes."""


def take(folder: Path) -> list[Figure]:
    """Take all figures, each on files of its own."""
    check_us, cold, changed = _live(folder)
    prune_ms, prune_most = _prune(folder)
    found = (
        ("raw rows, bytes each at a million", _bytes_a_row(folder), "", 25),
        ("windows of 50 probes over 30 days, cold", _windows(folder, 30), " ms", 20),
        ("  at ten times the history", _windows(folder, 300), " ms", 20),
        ("a check folded and stored, 1,000 probes at 5 s", check_us, " us", 150),
        ("board of 1,000 probes, cold", cold, " ms", 200),
        ("  50 of them changed", changed, " ms", 3),
        ("a step of pruning: median", prune_ms, " ms", 20),
        ("  the longest", prune_most, " ms", 20),
    )
    return [
        Figure(name, f"{value:.1f}{unit}", goal=f"< {goal}{unit}", good=value < goal)
        for name, value, unit, goal in found
    ]


def _found(path: Path, clock: Clock) -> None:
    """Found the bundled plan's launch, begun thirty days ago."""
    room = ControlRoom(Store(path, create=True), clock, "bench")
    begun = FoundLaunch(key="bench", name="Bench", timezone="UTC", opens=NOW - timedelta(days=30), plan=bundled())
    assert isinstance(room.dispatch(begun), Done)
    assert isinstance(room.dispatch(BeginLaunch()), Done)
    room.store.close()


@contextmanager
def _desk(path: Path, clock: Clock, probes: int) -> Iterator[tuple[Desk, Callable[[Observer], None]]]:
    """Open a desk, and what lets an observer take over so many probes."""
    rows = "".join(f'[[probe]]\nname = "p{n:04}"\nurl = "/{n}"\nevery = "{EVERY_S}s"\n' for n in range(probes))
    text = f'[launch]\nid = "b"\nname = "B"\n[environment.production]\nurl = "https://shop.example"\n{rows}'
    config, desk = parse_config(text, "a config"), Desk(path, clock)
    yield desk, lambda observer: desk.accept(text, config, observer, {})
    desk.store.close()


def _bytes_a_row(folder: Path, rows: int = 1_000_000, probes: int = 50) -> float:
    """Write a million checks in the order of time, fifty probes in turn."""
    store, random = Store(folder / "raw.db", create=True), Random(3)
    store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, at = (folder / "raw.db").stat().st_size, int((NOW - timedelta(days=7)).timestamp() * 1000)
    for turn in range(0, rows, 20_000):
        with store.writing() as db:
            for tick in range(turn // probes, (turn + 20_000) // probes):
                late = random.choice((None, 1, 2))
                db.conn.executemany(series.INSERT, [
                    (probe, at + tick * 30_000 + probe * 600 + random.randrange(40), 0, random.randrange(40, 900), late)
                    for probe in range(probes)
                ])  # fmt: skip
    store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = (folder / "raw.db").stat().st_size - before
    store.close()
    (folder / "raw.db").unlink()
    return size / rows


def _hour(random: Random, seconds: int, every_s: int) -> Tally:
    made = Tally(seconds * US, seconds * US)
    for _ in range(seconds // every_s):
        made.count(Outcome.OK, random.lognormvariate(-2.2, 0.4))
    return made


def _history(store: Store, probes: int, days: int, five_minutes_s: int = 7 * DAY_S) -> None:
    """Write rollups as a watch leaves them: the same few hours again and again."""
    random, now = Random(5), int(NOW.timestamp())
    hours = [_hour(random, HOUR_S, 30) for _ in range(12)]
    packed, short = [one.pack() for one in hours], _hour(random, FIVE_MIN_S, 30).pack()
    day = Tally()
    for one in (*hours, *hours):
        day.add(one)
    slots = [("d", at, day.pack()) for at in range(now - now % DAY_S, now - days * DAY_S, -DAY_S)]
    slots += [("h", at, packed[at // HOUR_S % 12]) for at in range(now - now % HOUR_S, now - days * DAY_S, -HOUR_S)]
    slots += [("m", at, short) for at in range(now - now % FIVE_MIN_S, now - five_minutes_s, -FIVE_MIN_S)]
    for span, at, tally in slots:
        with store.writing() as db:
            rollups.put(db, [(probe, span, at, tally) for probe in range(1, probes + 1)])


def _windows(folder: Path, days: int, probes: int = 50) -> float:
    """Start cold: read the rollups, and make all windows of all probes."""
    path, clock = folder / f"windows-{days}.db", Clock()
    _found(path, clock)
    taken = []
    with _desk(path, clock, probes) as (desk, accept):
        accept(desk.observer())
        _history(desk.store, probes, days)
        for _ in range(7):
            keeper = Observer()
            accept(keeper)  # only to have the probes; the time of taking over a config is not that of windows
            known = [keeper.probe(name) for name in keeper.names()]
            config = parse_config(
                '[launch]\nid = "b"\nname = "B"\n[[probe]]\nname = "p"\nurl = "https://x.example"\n', "x"
            )
            began = time.process_time()
            observer = desk.observer()
            for probe in known:
                observer.keep(probe, config.probe[0], ())
            batch = observer.drain(clock.now())
            taken.append(1000 * (time.process_time() - began))
            assert all(one.windows and float(one.windows["30d"]["coverage"] or 0) > 0.9 for one in batch.probes)
    path.unlink()
    return median(taken)


def _live(folder: Path, probes: int = 1000) -> tuple[float, float, float]:
    """Let a thousand probes be asked each five seconds, fifty a batch, and read the board after each batch."""
    path, clock, random = folder / "live.db", Clock(), Random(9)
    _found(path, clock)
    with _desk(path, clock, probes) as (desk, accept):
        _history(desk.store, probes, 9, 2 * HOUR_S)
        observer = desk.observer()
        accept(observer)
        store = Store(path)
        cold = [_timed(BoardReader(store, clock)) for _ in range(3)]
        reader = BoardReader(store, clock)
        reader.board()
        checks, boards = [], []
        for turn in range(160):
            given = [
                Check(f"p{(turn * BATCH + place) * 7 % probes:04}", clock.now(), Outcome.OK, random.uniform(0.05, 0.4),
                      late_s=0.002, facts=_FACTS, phases=_PHASES)
                for place in range(BATCH)
            ]  # fmt: skip
            began = time.process_time()
            for one in given:
                observer.take(one)
            desk.write(observer.drain(clock.now()), [], [])
            checks.append(1e6 * (time.process_time() - began) / BATCH)
            boards.append(_timed(reader))
            clock.advance(0.25)
        store.close()
    path.unlink()
    return fmean(checks[40:]), median(cold), fmean(boards[40:])  # three rounds with new windows, three without


def _timed(reader: BoardReader) -> float:
    began = time.process_time()
    reader.board()
    return 1000 * (time.process_time() - began)


def _prune(folder: Path, probes: int = 200) -> tuple[float, float]:
    """Drop half an hour of what is old; return the median and the longest of the steps."""
    path = folder / "prune.db"
    taken: list[float] = []
    store = Store(path, create=True)
    old, now_s = NOW - timedelta(days=7, minutes=30), int(NOW.timestamp())
    for tick in range(360):
        at = Instant(old + timedelta(seconds=EVERY_S * tick), "boot", 0)
        with store.writing() as db:
            series.append(
                db, [(n, Check("p", at, Outcome.OK, 0.1, facts=_FACTS, phases=_PHASES)) for n in range(1, probes + 1)]
            )
    after: int | None = 0
    while after is not None:
        began = time.process_time()
        with store.writing() as db:
            after = pruning.step(db, after, now_s, ())
        taken.append(1000 * (time.process_time() - began))
    assert store.db.conn.execute("SELECT count(*) FROM checks").fetchone()[0] == 0
    store.close()
    return median(taken), max(taken)
