"""Whether an alarm is at its receiver at its deadline while very many probes are asked, and how soon a failure is."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from figures import Figure
from stage import Stage

from gonogo.control.clock import SystemClock
from gonogo.control.room import ControlRoom
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.incident import Incident
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan import Severity
from gonogo.rules.response import DeclareIncident
from gonogo.store.store import Store

EVERY_S, WAYS, SETTLE_S, WATCHED_S = 5, 25, 8.0, 2
"""WATCHED_S is the pace of the probe that fails, which is down after two of three."""
STEPS_S = (90, 120, 300 - 30, 300)
"""When the bundled plan's first steps are told: thirty seconds before, and at their due time."""
_WAY = '\n[[channel]]\nname = "way-{number:02}"\nwebhook = "{url}/way"\n'
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
Alarms: a watch alone, with probes asked every {EVERY_S} s over the loopback. Incidents are declared with T+0 in the
  past, so that steps come due one after the other; each is posted to {WAYS} webhooks of this process at once.
  Late: from the stored deadline to the whole request's arrival; with both at work on this machine's cores.
  Detection: from the moment from which on the probe's place answers 500 to the arrival of the message."""


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

    def wait(self, kind: str, count: int, within_s: float) -> list[Instant]:
        """Wait for so many posts of a kind; return when they came."""
        stop = time.monotonic() + within_s
        while time.monotonic() < stop:
            found = [at for at, said in list(self.came) if said["kind"] == kind]
            if len(found) >= count:
                return found
            time.sleep(0.02)
        raise RuntimeError(f"only {len(found)} of {count} messages came")


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
        ways = "".join(_WAY.format(number=number, url=url) for number in range(WAYS))
        others = _PROBE.format(url=url, every=WATCHED_S) + ways
        launch = self._stage.launch("alarms", every=f"{EVERY_S}s", probes=self._probes, others=others, lines=40)
        launch.start_watch()
        time.sleep(SETTLE_S)
        before, began = launch.checks(), time.monotonic()
        store = Store(launch.state)
        try:
            late = self._deadlines(ControlRoom(store, self._receiver.clock, "bench"))
        finally:
            store.close()
        rate = (launch.checks() - before) / (time.monotonic() - began)
        told = self._detection()
        launch.stop_watch()
        self._receiver.shutdown()
        p50, p99, most = late[len(late) // 2], late[int(len(late) * 0.99)], late[-1]
        limit = WATCHED_S * 2 + 1
        return [
            Figure(f"alarm after its deadline, {self._probes} probes: p50 / p99 / max",
                   f"{p50:.0f} / {p99:.0f} / {most:.0f} ms", f"{len(late)} messages, {rate:.0f} checks/s", "",
                   "p99 < 250 ms", p99 < 250),
            Figure(f"  failure to message, every {WATCHED_S} s, 2 of 3", f"{told:.2f} s", "", "", f"< {limit} s",
                   told < limit),
        ]  # fmt: skip

    def _deadlines(self, room: ControlRoom) -> list[float]:
        """Let deadlines come, one after the other; return how late each message was, in milliseconds, sorted."""
        late: list[float] = []
        for place, at_s in enumerate(STEPS_S):
            self._receiver.came.clear()
            began = self._receiver.clock.now().after(4 - at_s)
            room.dispatch(DeclareIncident(title=f"Bench {place}", pressed=began, severity=Severity.CRITICAL))
            kind, due = ("due" if at_s in (120, 300) else "soon"), began.after(at_s)
            self._receiver.wait(kind, WAYS, 30)
            late += [1000 * elapsed(due, at).seconds for at, said in self._receiver.came if said["kind"] == kind]
            one = max(room.store.state().all(Incident), key=lambda incident: incident.label)
            room.dispatch(ResolveIncident(incident=one.id, outcome="false_alarm", reason="measured"))
            time.sleep(20)  # what comes thick and fast is joined
        return sorted(late)

    def _detection(self) -> float:
        """Break what is watched; return after how many seconds the first message of it was there."""
        time.sleep(60)  # the minute in which much was told is over
        self._receiver.came.clear()
        self._receiver.well = False
        began = self._receiver.clock.now()
        stop = time.monotonic() + 30
        while time.monotonic() < stop:
            found = [
                at for at, said in list(self._receiver.came) if "shown" in said["title"] or "shown" in said["text"]
            ]
            if found:
                return elapsed(began, found[0]).seconds
            time.sleep(0.01)
        raise RuntimeError("the failure was told to nobody")
