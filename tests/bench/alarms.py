"""Whether an alarm is at its receiver at its deadline while very many probes are asked, and how soon a failure is."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import TypeVar

from figures import Figure
from stage import Stage

from gonogo.control.clock import SystemClock
from gonogo.control.room import ControlRoom
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.incident import Incident, open_incidents
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan import Severity
from gonogo.rules.response import DeclareIncident
from gonogo.store.store import Store

T = TypeVar("T")
EVERY_S, SETTLE_S, WATCHED_S = 5, 8.0, 2
"""WATCHED_S is the pace of the probe that fails, which is down after two of three."""
INSTANTS, PEOPLE, FAILURES = 200, 100, 8
"""Each person has a channel: of so few messages a minute to one, none is joined with another."""
SOON_S, AHEAD_S = 90, 4
"""When the first word of the bundled plan's first step is told, and how long before that its incident is declared."""
_WAY = """
[[person]]
name = "p{number:03}"
[[channel]]
name = "way-{number:03}"
webhook = "{url}/way"
people = ["p{number:03}"]
"""
_PROBE = """
[[probe]]
name = "shown"
url = "{url}/health"
every = "{every}s"
timeout = "1s"
down_after = "2 of 3"
critical = true
"""
HOW = f"""\
Alarms: a watch alone, with probes asked every {EVERY_S} s over the loopback. {INSTANTS} incidents are declared at
  odd moments with T+0 in the past, so that a step of each comes due {AHEAD_S} s later; each is told to its own webhook.
  Late: from the stored deadline to the whole request's arrival; with both at work on this machine's cores.
Detection: from the moment from which on the probe's place answers 500 to T+0 of its incident, and to the message."""


class _Receiver(ThreadingHTTPServer):
    """Takes posts and keeps when each came; its health can be broken."""

    daemon_threads, request_queue_size = True, 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.clock = SystemClock()
        self.came: list[tuple[Instant, dict[str, str]]] = []
        self.well = True
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def told(self, words: str) -> Instant | None:
        """Return when a message with some words came first."""
        return next((at for at, said in list(self.came) if words in said["text"]), None)


class _Answer(BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.server.clock.now(), json.loads(body)))
        self._say(200)

    def do_GET(self) -> None:
        self._say(200 if self.server.well else 500)

    def _say(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the table clean."""


class Alarms:
    """Takes the figures."""

    def __init__(self, stage: Stage, probes: int = 1000) -> None:
        self._stage, self._probes = stage, probes
        self._receiver = _Receiver()

    def take(self) -> list[Figure]:
        """Measure the deadlines, then how soon a failure is told."""
        url = self._receiver.url
        ways = "".join(_WAY.format(number=number, url=url) for number in range(PEOPLE))
        others = _PROBE.format(url=url, every=WATCHED_S) + ways
        launch = self._stage.launch("alarms", every=f"{EVERY_S}s", probes=self._probes, others=others, lines=40)
        launch.start_watch()
        time.sleep(SETTLE_S)
        before, began = launch.checks(), time.monotonic()
        store = Store(launch.state)
        try:
            late, written = self._deadlines(store)
            rate = (launch.checks() - before) / (time.monotonic() - began)
            seen, told = self._detections(store)
        finally:
            store.close()
        launch.stop_watch()
        self._receiver.shutdown()
        p50, p99, most = late[len(late) // 2], late[int(len(late) * 0.99)], late[-1]
        limit = WATCHED_S * 2 + 1
        return [
            Figure(f"alarm after its deadline, {self._probes} probes: p50 / p99 / max",
                   f"{p50:.0f} / {p99:.0f} / {most:.0f} ms", f"{len(late)} instants, {rate:.0f} checks/s", "",
                   "p99 < 250 ms", p99 < 250),
            Figure("  of it until it was written: p50 / p99",
                   f"{written[len(written) // 2]:.0f} / {written[int(len(written) * 0.99)]:.0f} ms"),
            Figure(f"  failure to incident, every {WATCHED_S} s, 2 of 3: p50 / max",
                   f"{seen[len(seen) // 2]:.2f} / {seen[-1]:.2f} s", f"{len(seen)} failures", "", f"< {limit} s",
                   seen[-1] < limit),
            Figure("  failure to message", f"{told:.2f} s", "", "", f"< {limit} s", told < limit),
        ]  # fmt: skip

    def _deadlines(self, store: Store) -> tuple[list[float], list[float]]:
        """Let deadlines come at odd moments; how late each message was at its receiver, and on disk, in ms, sorted."""
        clock, random, due = self._receiver.clock, Random(7), dict[str, tuple[str, Instant]]()
        for number in range(INSTANTS):
            actor, title = f"p{1 + number % (PEOPLE - 1):03}", f"Bench {number:03}."
            began = clock.now().after(AHEAD_S - SOON_S)
            room = ControlRoom(store, clock, actor)
            room.dispatch(DeclareIncident(title=title, pressed=began, severity=Severity.CRITICAL, another=True))
            made = max(store.state().all(Incident), key=lambda incident: incident.label)
            due[made.id] = title, began.after(SOON_S)
            time.sleep(random.uniform(0.3, 0.9))
            self._close(store, due, 4)
        time.sleep(AHEAD_S + 3)
        self._close(store, due, 0)
        mine = [
            (at, said["text"]) for at, said in self._receiver.came
            if said["kind"] == "soon" and said["people"] != ["p000"]  # who is called first is told of all, joined
        ]  # fmt: skip
        late = [1000 * elapsed(when, at).seconds for title, when in due.values() for at, text in mine if title in text]
        if len(late) != INSTANTS:
            raise RuntimeError(f"{len(late)} of {INSTANTS} alarms came, each alone")
        rows = store.db.query("SELECT DISTINCT incident, at FROM outbox WHERE kind = 'soon'")
        written = [1000 * elapsed(due[row["incident"]][1], Instant.decode(row["at"])).seconds for row in rows]
        return sorted(late), sorted(written)

    def _close(self, store: Store, due: dict[str, tuple[str, Instant]], after_s: float) -> None:
        """End the incidents whose instant has passed for long enough."""
        room = ControlRoom(store, self._receiver.clock, "bench")
        for one in open_incidents(store.state()):
            at = due.get(one.id)
            if at and elapsed(at[1], room.clock.now()).seconds > after_s:
                room.dispatch(ResolveIncident(incident=one.id, outcome="false_alarm", reason="measured"))

    def _detections(self, store: Store) -> tuple[list[float], float]:
        """Break what is watched several times: how long until each incident, sorted, and until the first message."""
        time.sleep(60)  # the minute in which much was told is over
        room, random, seen = ControlRoom(store, self._receiver.clock, "bench"), Random(8), list[float]()
        self._receiver.came.clear()
        told = 0.0
        for number in range(FAILURES):
            self._receiver.well = False
            broken = room.clock.now()
            one = _until(lambda: next(iter(open_incidents(store.state())), None), "an incident")
            seen.append(elapsed(broken, one.detected_at).seconds)
            if number == 0:
                told = elapsed(broken, _until(lambda: self._receiver.told("shown"), "the message")).seconds
            self._receiver.well = True
            _until(lambda: open_incidents(store.state())[0].state == "monitoring", "the recovery")
            room.dispatch(ResolveIncident(incident=one.id, outcome="false_alarm", reason="measured"))
            time.sleep(random.uniform(2, 4))
        return sorted(seen), told


def _until(found: Callable[[], T | None], what: str) -> T:
    """Wait for something for half a minute."""
    stop = time.monotonic() + 30
    while time.monotonic() < stop:
        if answer := found():
            return answer
        time.sleep(0.01)
    raise RuntimeError(f"{what} did not come")
