"""What lies beside a launch's state of its runs: output, locks, pids, and ends that could not be written yet."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gonogo.store import watching


def folder_of(state: Path) -> Path:
    """Return where the output of a launch's runs lies."""
    return state.with_name(state.name + ".runs")


def output_file(state: Path, run: str) -> Path:
    """Return where a run's output lies."""
    return folder_of(state) / f"{run}.out"


def lock_file(state: Path, run: str) -> Path:
    """Return the lock that a run's supervisor holds for its life."""
    return folder_of(state) / f"{run}.lock"


def act_lock(state: Path) -> Path:
    """Return the lock of which there is one for all that changes the site."""
    return folder_of(state) / "acting.lock"


def ending_file(state: Path, run: str) -> Path:
    """Return where a run's end is kept until it is in the store."""
    return folder_of(state) / f"{run}.end"


def pid_file(state: Path, run: str) -> Path:
    """Return where it is written which process the command itself is."""
    return folder_of(state) / f"{run}.pid"


def is_zombie(pid: int) -> bool:
    """Whether a process has ended and only waits to be noticed; one that is not there, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z"
    except (OSError, IndexError):
        return True


def living_command(state: Path, run: str) -> int | None:
    """Return the pid of a run's command while it still works."""
    found = read(pid_file(state, run))
    pid, start = found.get("pid"), found.get("start")
    if not isinstance(pid, int) or not start or watching.pid_start(pid) != start or is_zombie(pid):
        return None
    return pid


def output(state: Path, run: str) -> str:
    """Read what a run's command has said so far, clean already."""
    try:
        return output_file(state, run).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def read(path: Path) -> Mapping[str, Any]:
    """Read a small file; nothing when it is not there or damaged."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a small file that is complete before it has its name; where there is no room, it is left out."""
    half = path.with_name(path.name + ".half")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    except OSError:
        half.unlink(missing_ok=True)
