"""Running the command line: in this process, or as one of its own; and small sites on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

from click.testing import CliRunner, Result
from tests.conftest import FakeClock

from gonogo.cli.main import main
from gonogo.rules.record import Record
from gonogo.store.store import Store

R = TypeVar("R", bound=Record)
Page = Callable[[str], tuple[int, str, str]]
"""Answers a path with status, content type and body."""


def gonogo(*args: str, at: FakeClock | None = None, typed: str | None = None) -> Result:
    """Run a command in this process, where there is no terminal."""
    from gonogo.control import clock

    plain = clock.SystemClock
    if at is not None:
        clock.SystemClock = lambda: at  # type: ignore[assignment, misc]
    try:
        return CliRunner().invoke(main, args, input=typed, prog_name="gonogo")
    finally:
        clock.SystemClock = plain  # type: ignore[misc]


def ok(result: Result) -> str:
    """Return what a command printed that must have gone well."""
    assert result.exit_code == 0, (result.exit_code, result.stderr, result.exception)
    return result.stdout


def refused(result: Result, code: int, *parts: str) -> str:
    """Hold a refusal against its promise: the exit code, one clear sentence on stderr, and nothing else."""
    said = result.stderr
    assert result.exit_code == code, (result.exit_code, result.stdout, said, result.exception)
    one_sentence(said)
    for part in parts:
        assert part in said, said
    assert result.stdout == ""
    return said


def one_sentence(said: str) -> None:
    """Hold what stands on stderr against: one line, named, ended, clean, no traceback."""
    assert said.count("\n") == 1, said
    assert said.startswith("gonogo: "), said
    assert said.rstrip().endswith((".", "!", "?")) or said.rstrip()[-1].isalnum(), said
    assert "Traceback" not in said
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in said.rstrip("\n")), repr(said)


def ran(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, without a terminal; it is killed when it takes too long."""
    return subprocess.run(
        [sys.executable, "-m", "gonogo", *args], cwd=cwd, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def data(result: Result) -> Any:
    """Return what a command printed as data."""
    return json.loads(result.stdout)


def records(path: Path, kind: type[R]) -> list[R]:
    """Read all records of a kind from a state file."""
    store = Store(path)
    try:
        return list(store.state().all(kind))
    finally:
        store.close()


def processes_about(text: str) -> list[int]:
    """Return the processes whose command line names something, this one left out."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and int(place.name) != os.getpid():
            try:
                if text.encode() in (place / "cmdline").read_bytes():
                    found.append(int(place.name))
            except OSError:
                continue
    return found


@contextmanager
def site(page: Page) -> Iterator[str]:
    """Serve pages on loopback; the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = page(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def closed_port() -> Iterator[str]:
    """Hold a port on which nobody listens, so that whoever connects is refused; the URL."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def healthy(path: str) -> tuple[int, str, str]:
    """Answer every path well, as JSON that says its build."""
    return 200, "application/json", json.dumps({"status": "ok", "version": "v1.8.2", "db": "ok", "path": path})


def walled(path: str) -> tuple[int, str, str]:
    """Answer every path with 401."""
    return 401, "text/plain", "who are you?"
