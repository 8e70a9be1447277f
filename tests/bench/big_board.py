"""The board of a big launch: 100,000 orders, 1,000 probes, 500 items and 100 criteria; cold, and after one order.

And of one with ten metrics that hold a week of samples.
"""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median

from figures import Figure
from series import BATCH, NOW, Clock

from gonogo.control.desk import Desk
from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom, Done
from gonogo.formats.config import parse_config
from gonogo.formats.plans import bundled
from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.log import LogOrder
from gonogo.rules.measured import Sample
from gonogo.rules.metric_config import Kind
from gonogo.rules.plan import Criterion, Item, Phase, Section
from gonogo.rules.probe import Check, Outcome
from gonogo.rules.record import Fact
from gonogo.store import evidence, rows, samples
from gonogo.store.samples import MetricRow
from gonogo.store.store import Store

ORDERS, PROBES, ITEMS, CRITERIA, METRICS, SAMPLES = 100_000, 1000, 500, 100, 10, 7 * 1440
HOW = f"""\
Big board: CPU time of this process, medians of several; a launch of {ORDERS:,} logged orders by 30,000 customers,
  {PROBES:,} probes, {ITEMS} items and {CRITERIA} criteria. Cold: opened anew. One order: dispatched on another
  connection, then the board. Metrics: {METRICS} with a week of samples a minute, {METRICS * SAMPLES:,} in all; cold."""
_REQUIRE = (
    "orders.clean >= 20 over phase", "orders.customers >= 5 over launch", "orders.growth > 1", "uptime >= 99% over 7d",
    "feedback.mean > 4 over phase", "bugs.critical == 0 over 7d", "bugs.per_day < 2", "p95 < 800ms over 24h",
    "orders.failed < 5 over 24h", "criticals.per_week < 1",
)  # fmt: skip


def take(folder: Path) -> list[Figure]:
    """Take the figures on one file."""
    path, clock = folder / "board.db", Clock()
    _fill(path, clock)
    with _Watching(path, clock) as desk:
        store = Store(path)
        cold = median(_timed(BoardReader(store, clock)) for _ in range(5))
        reader, room = BoardReader(store, clock), ControlRoom(Store(path), clock, "bench")
        reader.board()
        one, batch = [], []
        for turn in range(40):
            clock.advance(1)
            assert isinstance(room.dispatch(LogOrder(value=42, customer=f"customer {turn}")), Done)
            one.append(_timed(reader))
            given = [Check(f"p{(turn * BATCH + n) % PROBES:04}", clock.now(), Outcome.OK, 0.1) for n in range(BATCH)]
            for check in given:
                desk.observer.take(check)
            desk.desk.write(desk.observer.drain(clock.now()), [], [])
            batch.append(_timed(reader))
        store.close()
        room.store.close()
    path.unlink()
    found = (
        ("board with 100,000 orders, 1,000 probes, cold", cold, 200),
        ("  one order more", median(one), 2),
        ("  a batch of 50 checks", median(batch), 5),
        (f"board with {METRICS} metrics, a week of samples, cold", _sampled(folder), 200),
    )
    return [Figure(name, f"{ms:.1f} ms", goal=f"< {goal} ms", good=ms < goal) for name, ms, goal in found]


def _sampled(folder: Path) -> float:
    """Open a launch anew whose metrics hold a week of samples."""
    path, clock = folder / "sampled.db", Clock()
    store = Store(path, create=True)
    begun = FoundLaunch(key="bench", name="Bench", timezone="UTC", opens=NOW - timedelta(days=8), plan=bundled())
    assert isinstance(ControlRoom(store, clock, "bench").dispatch(begun), Done)
    kinds: tuple[Kind, ...] = ("counter", "gauge")
    last_ms = int(NOW.timestamp() * 1000)
    with store.writing() as db:
        samples.keep(db, [MetricRow(n, f"m.n{n}", kinds[n % 2], "shop", 60.0, adds=False, question="q")
                          for n in range(METRICS)])  # fmt: skip
        given = ((f"m.n{n}", Sample(last_ms - 60_000 * (SAMPLES - at), float(at * 3 % 9000)))
                 for at in range(SAMPLES) for n in range(METRICS))  # fmt: skip
        samples.append(db, given)
        store.bump(["metrics", "samples"])
    taken = median(_timed(BoardReader(store, clock)) for _ in range(5))
    store.close()
    path.unlink()
    return taken


class _Watching:
    """A desk whose observer has taken over the probes, each of them asked once."""

    def __init__(self, path: Path, clock: Clock) -> None:
        listed = "".join(f'[[probe]]\nname = "p{n:04}"\nurl = "/{n}"\nevery = "30s"\n' for n in range(PROBES))
        text = f'[launch]\nid = "b"\nname = "B"\n[environment.production]\nurl = "https://shop.example"\n{listed}'
        self.desk = Desk(path, clock)
        self.observer = self.desk.observer()
        self.desk.accept(text, parse_config(text, "a config"), self.observer, {})
        for turn in range(60):
            clock.advance(5)
            for n in range(PROBES):
                self.observer.take(Check(f"p{n:04}", clock.now(), Outcome.OK, 0.05 + (n + turn) % 90 / 1000))
        self.desk.write(self.observer.drain(clock.now()), [], [])

    def __enter__(self) -> _Watching:
        return self

    def __exit__(self, *failure: object) -> None:
        self.desk.store.close()


def _fill(path: Path, clock: Clock) -> None:
    """Found a launch, begun thirty days ago, and log what it has sold."""
    random, store = Random(11), Store(path, create=True)
    room = ControlRoom(store, clock, "bench")
    begun = FoundLaunch(key="bench", name="Bench", timezone="UTC", opens=NOW - timedelta(days=30), plan=bundled())
    assert isinstance(room.dispatch(begun), Done)
    clock.advance(-29 * 86_400)
    assert isinstance(room.dispatch(BeginLaunch()), Done)
    start = clock.now()
    clock.advance(29 * 86_400)
    phase = next(one for one in store.state().all(Phase) if one.state == "active")
    section = next(one for one in store.state().all(Section) if one.phase == phase.id)
    with store.writing() as db:
        for n in range(ITEMS - len(store.state().all(Item))):
            rows.put(db, "item", rows.encode(Item(id=f"i{n:04}", key=f"bench-{n}", phase=phase.id, section=section.id,
                                                  position=100.0 + n, text=f"Item {n}")))  # fmt: skip
        for n in range(CRITERIA - len(store.state().all(Criterion))):
            rows.put(db, "criterion", rows.encode(Criterion(id=f"c{n:04}", key=f"bench-{n}", phase=phase.id, position=n,
                                                            name=f"c{n}", require=_REQUIRE[n % 10])))  # fmt: skip
    gap = 29 * 86_400 / ORDERS
    for first in range(0, ORDERS, 10_000):
        facts = [
            Fact(id=f"o{n:06}", kind="order", at=start.after(gap * n), actor="shop", key=f"order-{n}",
                 data={"value": f"{random.randrange(900, 9000) / 100:.2f}", "customer": f"c{random.randrange(30_000)}",
                       "ok": random.random() > 0.02})
            for n in range(first, first + 10_000)
        ]  # fmt: skip
        with store.writing() as db:
            evidence.append(db, facts)
            store.bump(["evidence"])
    store.close()


def _timed(reader: BoardReader) -> float:
    began = time.process_time()
    reader.board()
    return 1000 * (time.process_time() - began)
