"""A peer for probing: prometheus-blackbox-exporter, asked for one bare probe at a time."""

from __future__ import annotations

import http.client
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from site_nginx import HOST, answers, free_port
from stage import Stage

PROGRAMS = ("prometheus-blackbox-exporter", "blackbox_exporter")
_CONFIG = """\
modules:
  bare:
    prober: http
    timeout: 5s
    http:
      preferred_ip_protocol: ip4
      fail_if_body_not_matches_regexp: ['"db": "ok"']
      tls_config: {{ca_file: {ca}}}
"""


def installed() -> str | None:
    """Return where the exporter is, or nothing."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Exporter:
    """A running exporter; it ends with the stage."""

    def __init__(self, stage: Stage, ca: Path) -> None:
        program = installed()
        assert program, "ask `installed` first"
        config = stage.folder / "exporter.yml"
        config.write_text(_CONFIG.format(ca=ca), encoding="utf-8")
        self._port, self._lines = free_port(), threading.local()
        address = f"--web.listen-address={HOST}:{self._port}"
        child = stage.start([program, f"--config.file={config}", address, "--log.level=error"])
        answers(self._port, child)
        self.pid = child.pid

    def paced(self, target: str, rate: float, seconds: float) -> int:
        """Ask for so many probes a second, each at its time; return how many."""
        count, began = round(rate * seconds), time.perf_counter()
        with ThreadPoolExecutor(16) as threads:
            asked = []
            for number in range(count):
                time.sleep(max(0.0, began + number / rate - time.perf_counter()))
                asked.append(threads.submit(self._probe, target))
            for one in asked:
                one.result()
        return count

    def saturated(self, target: str, seconds: float, lines: int = 4) -> int:
        """Ask over a few connections as fast as they answer; return for how many probes."""
        stop = time.perf_counter() + seconds

        def work() -> int:
            count = 0
            while time.perf_counter() < stop:
                self._probe(target)
                count += 1
            return count

        with ThreadPoolExecutor(lines) as threads:
            return sum(one.result() for one in [threads.submit(work) for _ in range(lines)])

    def _probe(self, target: str) -> None:
        line = getattr(self._lines, "line", None)
        if line is None:
            line = self._lines.line = http.client.HTTPConnection(HOST, self._port, timeout=10)
        line.request("GET", f"/probe?module=bare&target={quote(target, safe='')}")
        said = line.getresponse().read()
        if b"\nprobe_success 1" not in said:
            raise RuntimeError(f"the exporter's probe of {target} failed: {said[-300:]!r}")
