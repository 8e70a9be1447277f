"""What the figures are taken on: launches in a folder of their own, the loopback server, and an orderly end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import gonogo
from gonogo.demo.seed import seed
from gonogo.store import watching
from gonogo.store.store import Store

HERE = Path(__file__).resolve().parent
_PROBE = """
[[probe]]
name = "ask-{number:03}"
url = "/health/{number}"
every = "{every}"
timeout = "1s"
expect = ["status == 200", "body.db == 'ok'"]
{more}
"""


class Stage:
    """A temporary folder and the processes that name it; all of them end with it."""

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="gonogo-bench-"))
        self.server = subprocess.Popen(
            [sys.executable, str(HERE / "answers.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        assert self.server.stdout is not None
        self.children: list[subprocess.Popen[bytes]] = []
        self.url = f"http://127.0.0.1:{int(self.server.stdout.readline())}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_all()
        self.server.kill()
        self.server.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environ(self, **more: str) -> dict[str, str]:
        """Return an environment that keeps programs off the operator's own files, and on the code that runs this."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {
            "PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "LANG": "C.UTF-8", "TZ": "UTC", "GONOGO_STATE_DIR": str(home), "GONOGO_CONFIG_DIR": str(home),
            "PYTHONPATH": str(Path(gonogo.__file__).parents[1]), **more,
        }  # fmt: skip

    def launch(
        self, name: str, *, every: str | None = None, probes: int = 0, url: str = "", more: str = "", others: str = "",
        lines: int = 0,
    ) -> Launch:  # fmt: skip
        """Seed a demo launch; `every` slows its probes down, `probes` replaces them by so many each `every`.

        Those ask `url`, hold `more` rows each, and `others` stand beside them; `lines` bounds how many run at once.
        """
        folder = self.folder / name
        folder.mkdir()
        config = seed(folder, url or self.url)
        text = config.read_text(encoding="utf-8")
        if probes:
            head, tail = text.split("[[probe]]")[0], "\n[rollback]" + text.split("[rollback]")[1]
            tail = tail.replace('"checkout"', '"ask-000"')
            if lines:
                tail += f"\n[watch]\nconcurrency = {lines}\nper_host = {lines}\n"
            asked = (_PROBE.format(number=number, every=every, more=more) for number in range(probes))
            text = head + "".join(asked) + others + tail
        elif every:
            rows = (f'every = "{every}"' if row.startswith("every") else row for row in text.splitlines())
            text = "\n".join(rows) + "\n"
        config.write_text(text, encoding="utf-8")
        return Launch(self, config)

    def start(self, argv: Sequence[str], folder: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a process that ends with the stage; its command line or folder must name the stage's."""
        child = subprocess.Popen(
            argv, env=self.environ(), cwd=folder or self.folder, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.children.append(child)
        return child

    def mine(self) -> list[int]:
        """Return the ids of the processes whose command line or folder names this stage's folder."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                named = (place / "cmdline").read_bytes() + os.fsencode(os.readlink(place / "cwd"))
            except OSError:
                continue
            if os.fsencode(self.folder) in named and int(place.name) != os.getpid():
                found.append(int(place.name))
        return found

    def end_all(self) -> None:
        """End those processes, one by one by their ids; the room may start one while it ends, so look again."""
        for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            for pid in self.mine():
                _signal(pid, number)
            _until(self._alone, 3)
        self.reap()

    def _alone(self) -> bool:
        self.reap()
        return not self.mine()

    def reap(self) -> None:
        """Reap the watches that we started and that have ended."""
        self.children = [child for child in self.children if child.poll() is None]


class Launch:
    """A launch that lies in the stage's folder."""

    def __init__(self, stage: Stage, config: Path) -> None:
        self.stage, self.config, self.state = stage, config, config.with_name("state.db")

    @property
    def argv(self) -> list[str]:
        """How its room is opened."""
        return [sys.executable, "-m", "gonogo", "--config", str(self.config)]

    def watch(self) -> int:
        """Return the id of its watch once that has written its own row."""
        store, found = Store(self.state), 0

        def begun() -> bool:
            nonlocal found
            row = watching.read(store.db) if watching.is_alive(self.state) else None
            found = row.pid if row else 0
            return found in self.stage.mine()

        try:
            if not _until(begun, 10):
                raise RuntimeError("no watch has begun")
        finally:
            store.close()
        return found

    def start_watch(self) -> int:
        """Start its watch without a room; return its id."""
        self.stage.start([*self.argv, "watch"], self.config.parent)
        return self.watch()

    def stop_watch(self) -> None:
        """End its watch, and wait until the launch is free."""
        if watching.is_alive(self.state):
            _signal(self.watch(), signal.SIGTERM)
        if not _until(lambda: not watching.is_alive(self.state), 10):
            raise RuntimeError("the watch does not end")
        self.stage.reap()

    def checks(self) -> int:
        """Count the checks that were recorded."""
        return int(self.rows("SELECT count(*) FROM checks")[0][0])

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the state file."""
        store = Store(self.state)
        try:
            return store.db.conn.execute(question, values).fetchall()
        finally:
            store.close()


def cpu_s(pid: int) -> float:
    """Return the CPU time of a process in seconds, by its CPU clock, which counts nanoseconds."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _until(holds: Callable[[], bool], within_s: float) -> bool:
    stop = time.monotonic() + within_s
    while time.monotonic() < stop:
        if holds():
            return True
        time.sleep(0.02)
    return holds()
