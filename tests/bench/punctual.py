"""Whether every probe is asked at its time, with a room open, with black holes among them, and with very many."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import measures as m
from figures import Figure
from stage import Launch, Stage, cpu_s

from gonogo.formats.themes import DEFAULT
from gonogo.formats.themes import load as load_themes
from gonogo.rules.clock import Instant

EVERY_S, HOLES, KEYS, SETTLE_S = 5, 3, 150, 3.0
LINES = 20
MARKS = ("Soft Launch",)
_HOLE = """
[[probe]]
name = "hole-{number}"
url = "http://127.0.0.1:{port}/"
every = "12s"
timeout = "10s"
"""
HOW = f"""\
Schedule: a watch and a room in a pty, both from before the first check on; all of it by the rows of the state file,
  the black holes left out. Missed: turns that the watch says it missed, and gaps of more than 1.5 intervals.
  A black hole is a port of the loopback that takes connections and never answers; three, with a timeout of 10 s.
  CPU: the clocks of both processes from {SETTLE_S:.0f} s after the first screen on. At most {LINES} checks at once."""


@dataclass(frozen=True, slots=True)
class Times:
    """How punctual a run was; times in milliseconds but for `first_s`."""

    checks: int
    missed: int
    gaps: int
    p50: float
    p99: float
    most: float
    first_s: float
    """When the last of the probes was first asked, from the first check on."""
    failed: int


def read(launch: Launch, probes: int) -> Times:
    """Read from the state file how punctual the watch was."""
    begun = launch.rows("SELECT at FROM config ORDER BY seq DESC LIMIT 1")[0][0]
    since_ms = int(Instant.decode(begun).utc.timestamp() * 1000)
    numbers = "(SELECT number FROM probe WHERE name LIKE 'ask-%')"
    found = launch.rows(
        f"SELECT probe, at_ms, coalesce(late_ms, 0), outcome FROM checks"
        f" WHERE at_ms >= ? AND probe IN {numbers} ORDER BY probe, at_ms", since_ms,
    )  # fmt: skip
    late = sorted(row[2] for row in found)
    missed = launch.rows(
        f"SELECT coalesce(sum(missed), 0) FROM check_detail WHERE at_ms >= ? AND probe IN {numbers}", since_ms
    )[0][0]
    gaps = sum(before[0] == after[0] and after[1] - before[1] > 1500 * EVERY_S for before, after in pairwise(found))
    firsts = {row[0]: row[1] for row in reversed(found)}
    if len(firsts) != probes:
        raise RuntimeError(f"only {len(firsts)} of {probes} probes were ever asked")
    return Times(
        len(found), missed, gaps, late[len(late) // 2], late[int(len(late) * 0.99)], late[-1],
        (max(firsts.values()) - min(firsts.values())) / 1000, sum(row[3] > 1 for row in found),
    )  # fmt: skip


@contextmanager
def holes(count: int) -> Iterator[str]:
    """Hold ports that take connections and never answer; yield the probes that ask them."""
    taken = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(count)]
    try:
        yield "".join(_HOLE.format(number=n, port=one.getsockname()[1]) for n, one in enumerate(taken))
    finally:
        for one in taken:
            one.close()


class Punctual:
    """Takes the figures."""

    def __init__(self, stage: Stage, minutes: float) -> None:
        self._stage, self._seconds = stage, 60 * minutes

    def take(self) -> list[Figure]:
        """Measure one after the other; return the lines of the table."""
        with holes(HOLES) as others:
            return [
                *self._run("300 probes", 300),
                *self._run(f"300 and {HOLES} black holes", 300, others),
                *self._many(),
            ]

    def _run(self, name: str, probes: int, others: str = "") -> list[Figure]:
        launch = self._launch(name, probes, others)
        watch = launch.start_watch()
        with m.Program(launch.argv, self._stage.environ(), launch.config.parent, MARKS).open() as app:
            app.shows(MARKS)
            app.drain(SETTLE_S)
            before, began = (cpu_s(watch), cpu_s(app.pid)), time.perf_counter()
            app.drain(self._seconds)
            spent = time.perf_counter() - began
            ours, room = (cpu_s(pid) - cpu for pid, cpu in zip((watch, app.pid), before, strict=True))
        launch.stop_watch()
        cores = (ours + room) / spent
        parts = f"watch {ours / spent:.3f}, room {room / spent:.3f}"
        return [
            *_punctual(name, read(launch, probes)),
            Figure("  cores, watch and room", f"{cores:.3f}", parts, "", "< 0.26", cores < 0.26),
        ]

    def _many(self) -> list[Figure]:
        launch = self._launch("1,000 probes", 1000)
        launch.start_watch()
        select = load_themes(launch.config.parent)[0][DEFAULT].colours.select
        with m.Program(launch.argv, self._stage.environ(), launch.config.parent, MARKS).open() as app:
            app.shows(MARKS)
            app.drain(max(EVERY_S + SETTLE_S, min(30.0, self._seconds)))
            app.send(b"4")
            app.drain(0.5)
            keys = m.keys(app, select, KEYS)
        launch.stop_watch()
        latency = f"{keys.p50:.1f} / {keys.p99:.1f} / {keys.most:.1f} ms"
        return [
            *_punctual("1,000 probes", read(launch, 1000)),
            Figure("  key to screen, p50 / p99 / max", latency, f"{keys.missed} of {keys.keys} missed", "",
                   "p99 < 50 ms", keys.p99 < 50 and not keys.missed),
        ]  # fmt: skip

    def _launch(self, name: str, probes: int, others: str = "") -> Launch:
        folder = name.replace(" ", "-").replace(",", "")
        return self._stage.launch(folder, every=f"{EVERY_S}s", probes=probes, others=others, lines=LINES)


def _punctual(name: str, found: Times) -> list[Figure]:
    late = f"{found.p50:.0f} / {found.p99:.0f} / {found.most:.0f} ms"
    lost = max(found.missed, found.gaps)
    beside = f"{found.checks} checks, {found.failed} failed"
    return [
        Figure(f"{name} every {EVERY_S} s: missed", str(lost), beside, "", "0", lost == 0),
        Figure("  late, p50 / p99 / max", late, "", "", "p99 < 25 ms", found.p99 < 25),
        Figure("  all asked after", f"{found.first_s:.2f} s", "", "", f"<= {EVERY_S} s", found.first_s <= EVERY_S),
    ]
