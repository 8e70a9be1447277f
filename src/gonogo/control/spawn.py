"""Starting a watch as a process of its own, without a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from gonogo.control.clock import SystemClock
from gonogo.control.home import elsewhere
from gonogo.control.reader import STALLED_S
from gonogo.rules.clock import elapsed
from gonogo.store import watching
from gonogo.store.errors import StoreError
from gonogo.store.store import Store

PATIENCE_S = 5.0


def _end_stalled(state: Path) -> bool:
    """End a watch that holds the launch and does nothing, by pid and start time; return whether it did."""
    store = Store(state)
    try:
        row = watching.read(store.db)
    finally:
        store.close()
    if row is None or elapsed(row.heartbeat_at, SystemClock().now()).seconds <= STALLED_S:
        return False
    if not row.pid_start or watching.pid_start(row.pid) != row.pid_start:
        return False
    os.kill(row.pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while watching.is_alive(state) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not watching.is_alive(state)


def start_watch(state: Path, config: Path | None) -> str:
    """Start a watch and wait until it holds the launch; return what happened in one sentence."""
    try:
        return _start(state, config)
    except OSError as error:
        return f"no watch could be started: {error.strerror}"
    except StoreError as error:
        return f"no watch could be started: {error}"


def _start(state: Path, config: Path | None) -> str:
    if watching.is_alive(state) and not _end_stalled(state):
        return "a watch is running already"
    if away := elsewhere(state, config):
        return f"{away}; `gonogo watch --here` starts one here all the same"
    log = state.with_name(state.name + ".watch.log")
    argv = [sys.executable, "-P", "-m", "gonogo", "--state", str(state)]
    argv += ["--config", str(config)] if config else []
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        child = subprocess.Popen(
            [*argv, "watch"], stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd="/"
        )
    finally:
        os.close(out)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if watching.is_alive(state):
            return "a watch is running now"
        if child.poll() is not None:
            words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return f"the watch ended at once: {words[-1] if words else f'exit code {child.returncode}'}"
        time.sleep(0.02)
    return "the watch has not begun within 5 s; `gonogo doctor` may say why"
