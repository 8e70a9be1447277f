"""What a recorded check costs the watch, against the exporter's bare probe, over plain HTTP and TLS."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

import peer_exporter
import site_nginx
from figures import Figure, times
from peer_exporter import Exporter
from site_nginx import Site
from stage import Launch, Stage, cpu_s

RATE, MEASURED_S, ROUNDS, SETTLE_S = 200, 10.0, 3, 3.0
PACES = ((200, "1s"), (1000, "5s"))
SATURATED, LINES = 1500, 50
GOALS = {"http": (1.0, 0.75), "https": (1.0, 0.9)}
HOW = f"""\
Probing: the CPU clock of the whole process over {MEASURED_S:.0f} s, {SETTLE_S:.0f} s after every probe was asked;
  for each check a fresh connection to nginx on the loopback, its P-256 certificate verified; {RATE} a second.
  Ours is a whole `gonogo watch`, by the checks in its state file. Theirs is the exporter's probe with a pattern for
  the body, asked for by a driver that is not counted. Medians of {ROUNDS} rounds in turn.
  Saturated: {SATURATED} probes every second on {LINES} lines, and the exporter asked over 4 lines at once."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of CPU for a check, and how many checks a second there were."""

    ms: float
    rate: float


def missing() -> str:
    """Say what has to be installed first, or nothing."""
    found = {"nginx": site_nginx.installed(), "prometheus-blackbox-exporter": peer_exporter.installed()}
    absent = [name for name, place in found.items() if not place]
    wanted = f"Probing is left out; on Debian or Ubuntu: apt install --no-install-recommends {' '.join(absent)}"
    return wanted if absent else ""


def ours(launch: Launch, probes: int, seconds: float = MEASURED_S) -> Cost:
    """Run a watch alone; return what a recorded check cost it once every probe was asked."""
    pid, began = launch.start_watch(), time.time()
    asked = 0
    while asked < probes and time.time() < began + 30:
        time.sleep(0.5)
        asked = launch.rows("SELECT count(DISTINCT probe) FROM checks WHERE at_ms > ?", int(began * 1000))[0][0]
    time.sleep(SETTLE_S)
    cpu, since = cpu_s(pid), time.time()
    time.sleep(seconds)
    cpu, until = cpu_s(pid) - cpu, time.time()
    launch.stop_watch()
    found = launch.rows(
        "SELECT count(*), coalesce(sum(outcome > 1), 0) FROM checks WHERE at_ms BETWEEN ? AND ?",
        int(since * 1000), int(until * 1000),
    )  # fmt: skip
    count, bad = found[0]
    if bad > count / 100:
        raise RuntimeError(f"{bad} of {count} checks did not pass")
    return Cost(1000 * cpu / max(1, count), count / (until - since))


def theirs(exporter: Exporter, target: str, *, saturated: bool = False) -> Cost:
    """Have the exporter probe; return what a probe cost it."""
    exporter.paced(target, RATE, 1)
    cpu, began = cpu_s(exporter.pid), time.perf_counter()
    count = exporter.saturated(target, MEASURED_S) if saturated else exporter.paced(target, RATE, MEASURED_S)
    spent = time.perf_counter() - began
    return Cost(1000 * (cpu_s(exporter.pid) - cpu) / count, count / spent)


class Probing:
    """Takes the figures of both schemes."""

    def __init__(self, stage: Stage, rounds: int = ROUNDS) -> None:
        self._stage, self._rounds = stage, rounds
        self._site: Site = site_nginx.serve(stage)
        self._exporter = Exporter(stage, self._site.ca)
        self._number = 0

    def take(self) -> list[Figure]:
        """Measure in turn; return the lines of the table."""
        return [figure for scheme in ("http", "https") for figure in (*self._paced(scheme), self._saturated(scheme))]

    def _target(self, scheme: str) -> str:
        return self._site.https if scheme == "https" else self._site.http

    def _launch(self, scheme: str, probes: int, every: str, lines: int) -> Launch:
        self._number += 1
        more = f'ca = "{self._site.ca}"' if scheme == "https" else ""
        name = f"probing-{self._number}"
        return self._stage.launch(name, every=every, probes=probes, url=self._target(scheme), more=more, lines=lines)

    def _paced(self, scheme: str) -> list[Figure]:
        taken: dict[tuple[int, str], list[Cost]] = {pace: [] for pace in PACES}
        peers: list[Cost] = []
        for _ in range(self._rounds):
            for (probes, every), costs in taken.items():
                costs.append(ours(self._launch(scheme, probes, every, 20), probes))
            peers.append(theirs(self._exporter, self._target(scheme) + "/health/7"))
        peer = median(one.ms for one in peers)
        return [self._figure(scheme, *pace, costs, peer) for pace, costs in taken.items()]

    def _figure(self, scheme: str, probes: int, every: str, costs: list[Cost], peer: float) -> Figure:
        mine, rate = median(one.ms for one in costs), median(one.rate for one in costs)
        most, aim = GOALS[scheme]
        return Figure(
            f"{scheme}: CPU per check, {probes} probes every {every}, {rate:.0f}/s", f"{mine:.2f} ms",
            f"exporter {peer:.2f} ms", times(mine, peer), f"<= {most:.2f}x, aim {aim}x", mine / peer <= most,
        )  # fmt: skip

    def _saturated(self, scheme: str) -> Figure:
        mine = ours(self._launch(scheme, SATURATED, "1s", LINES), 1)
        peer = theirs(self._exporter, self._target(scheme) + "/health/7", saturated=True)
        rates = f"{mine.rate:.0f}/s and {peer.rate:.0f}/s"
        name, beside = f"  saturated, {rates}", f"exporter {peer.ms:.2f} ms"
        return Figure(name, f"{mine.ms:.2f} ms", beside, times(mine.ms, peer.ms))
