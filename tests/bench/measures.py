"""The measurements: each takes its ground and returns plain numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

from pty_app import Highlight, PtyApp
from stage import Launch, cpu_s

from gonogo.control.clock import SystemClock
from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.item import TickItem, UntickItem
from gonogo.rules.plan import Item
from gonogo.store.store import Store

UP, DOWN = b"\x1b[A", b"\x1b[B"
MISSED_S = 1.0


@dataclass(frozen=True, slots=True)
class Program:
    """How a program is started, and the words that its real content shows."""

    argv: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path
    marks: Sequence[str]

    def open(self) -> PtyApp:
        """Start it."""
        return PtyApp(self.argv, self.environ, self.cwd)


@dataclass(frozen=True, slots=True)
class Frame:
    """What it took until the first frame: seconds by the clock, and of CPU, which a busy machine disturbs less."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Idle:
    """What an idle program costs: percent of a core, and bytes a second to the terminal."""

    cpu: float
    bytes_s: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from a key to the row that it moved to."""

    p50: float
    p99: float
    most: float
    keys: int
    missed: int


def first_frames(programs: Sequence[tuple[Program, Callable[[], None]]], runs: int) -> list[Frame]:
    """Start the programs in turn, several times; return what the first real content of each took, by the median."""
    taken: list[list[Frame]] = [[] for _ in programs]
    for turn in range(runs + 1):
        for place, (program, after) in enumerate(programs):
            with program.open() as app:
                found = Frame(app.shows(program.marks), cpu_s(app.pid))
                app.drain(0.3)
            after()
            if turn:  # the first turn fills the disk cache
                taken[place].append(found)
    return [Frame(median(one.wall for one in each), median(one.cpu for one in each)) for each in taken]


def idle(app: PtyApp, seconds: float) -> Idle:
    """Watch a settled program do nothing."""
    before, began = cpu_s(app.pid), time.perf_counter()
    written = app.drain(seconds)
    spent = time.perf_counter() - began
    return Idle(100 * (cpu_s(app.pid) - before) / spent, written / spent)


def keys(app: PtyApp, colour: str, presses: int, left: int = 0) -> Latency:
    """Press down and up in turn, at odd moments; wait each time for the highlight on another line."""
    highlight, random = Highlight(colour, left), Random(7)
    _press(app, highlight, DOWN)
    _press(app, highlight, UP)
    taken: list[float] = []
    missed = 0
    for number in range(presses):
        _follow(app, highlight, time.perf_counter() + random.uniform(0.05, 0.13))
        found = _press(app, highlight, UP if number % 2 else DOWN)
        if found is None:
            missed += 1
        taken.append(MISSED_S if found is None else found)
    taken.sort()
    place = min(len(taken) - 1, int(len(taken) * 0.99))
    return Latency(1000 * median(taken), 1000 * taken[place], 1000 * taken[-1], presses, missed)


def dialogs(app: PtyApp, key: bytes, mark: str, gone: str, presses: int) -> Latency:
    """Press a key that opens a dialog, wait for its words, and leave it by esc."""
    random, taken = Random(9), list[float]()
    for _ in range(presses):
        app.drain(random.uniform(0.3, 0.5))
        app.seen.clear()
        began = app.send(key)
        taken.append(app.shows((mark,)) + app.began - began)
        app.send(b"\x1b")
        app.shows((gone,))
    taken.sort()
    place = min(len(taken) - 1, int(len(taken) * 0.99))
    return Latency(1000 * median(taken), 1000 * taken[place], 1000 * taken[-1], presses, 0)


def _follow(app: PtyApp, highlight: Highlight, until: float) -> None:
    while True:
        _, chunk = app.read(until)
        if not chunk:
            return
        highlight.feed(chunk)


def _press(app: PtyApp, highlight: Highlight, key: bytes) -> float | None:
    began = app.send(key)
    while True:
        at, chunk = app.read(began + MISSED_S)
        if not chunk:
            return None
        if highlight.feed(chunk):
            return at - began


def boards(launch: Launch, runs: int) -> tuple[float, float]:
    """Return the median milliseconds of a cold board, and of one after a tick."""
    store, clock = Store(launch.state), SystemClock()
    try:
        cold = [_timed(BoardReader(store, clock)) for _ in range(runs + 1)][1:]
        room, reader = ControlRoom(store, clock, "bench"), BoardReader(store, clock)
        phase = reader.board().active
        assert phase is not None
        item = next(row.item for row in phase.rows if row.tick is None and row.item.kind == "task")
        changed = [_after_tick(room, reader, item, number) for number in range(runs)]
    finally:
        store.close()
    return median(cold), median(changed)


def _after_tick(room: ControlRoom, reader: BoardReader, item: Item, number: int) -> float:
    done = room.dispatch(UntickItem(item=item.id) if number % 2 else TickItem(item=item.id))
    assert isinstance(done, Done), done
    return _timed(reader)


def _timed(reader: BoardReader) -> float:
    began = time.perf_counter()
    reader.board()
    return 1000 * (time.perf_counter() - began)


def per_check(launch: Launch, settle_s: float, seconds: float) -> tuple[float, float]:
    """Run a watch alone; return the CPU milliseconds of a check, and how many checks a second it recorded."""
    pid = launch.start_watch()
    time.sleep(settle_s)
    cpu, checks, began = cpu_s(pid), launch.checks(), time.perf_counter()
    time.sleep(seconds)
    spent, counted = time.perf_counter() - began, launch.checks() - checks
    cpu = cpu_s(pid) - cpu
    launch.stop_watch()
    return 1000 * cpu / max(1, counted), counted / spent
