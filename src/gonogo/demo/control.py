"""The sample shop from outside: start and stop it, break and mend it, find where it listens."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

GOOD, BAD = "v1.8.2", "v1.8.3"
START_S = STOP_S = 5.0
_BREAKS = {
    "errors": "its checkout answers 502",
    "slow": "its checkout takes 6 s",
    "refused": "the shop refuses every connection",
}
_NO_SHOP = "There is no sample shop in {}; `gonogo demo` opens one."
_started: list[subprocess.Popen[bytes]] = []
"""The shops that this process started, so that they are reaped."""


class ShopError(Exception):
    """One sentence on why the shop does not do what was asked."""


class Mode(NamedTuple):
    """How the shop does, and which build it says it runs."""

    how: str = "ok"
    version: str = GOOD


def break_shop(folder: Path, how: str = "errors") -> str:
    """Let a bad build out, which fails a moment later; return what happened."""
    if how not in _BREAKS:
        raise ShopError(f"The shop breaks in one of these ways: {', '.join(_BREAKS)}; not “{how}”.")
    _tell(folder, Mode(how, BAD))
    when = "in a moment" if is_running(folder) else "once the shop runs"
    return f"{BAD} is out, and {when} {_BREAKS[how]}; `gonogo demo mend` rolls it back."


def mend_shop(folder: Path) -> str:
    """Put the good build back; return what happened."""
    was = read_mode(folder)
    _tell(folder, Mode())
    if was == Mode():
        return f"The shop was not broken, and stays at {GOOD}."
    return f"Rolled the shop back from {was.version} to {GOOD}."


def would_mend(folder: Path) -> str:
    """Say what mending would do, and do nothing."""
    was = read_mode(folder)
    if not (folder / "shop.json").exists():
        raise ShopError(_NO_SHOP.format(folder))
    return f"Would roll the shop back from {was.version} to {GOOD}." if was != Mode() else f"The shop is at {GOOD}."


def _tell(folder: Path, mode: Mode) -> None:
    try:
        write_json(folder / "mode.json", {"mode": mode.how, "version": mode.version})
    except FileNotFoundError:
        raise ShopError(_NO_SHOP.format(folder)) from None
    except OSError as error:
        raise ShopError(f"{folder} cannot be written: {error.strerror}; the shop stays as it was.") from error


def read_mode(folder: Path) -> Mode:
    """Read how the shop should do; without a file, or with a damaged one, it does well."""
    found = _read_json(folder / "mode.json")
    how, version = found.get("mode"), found.get("version", GOOD)
    if isinstance(how, str) and isinstance(version, str) and (how == "ok" or how in _BREAKS):
        return Mode(how, version)
    return Mode()


def shop_url(folder: Path) -> str | None:
    """Return where the shop of this folder listens, or did; nothing when it never ran."""
    port = remembered_port(folder)
    return f"http://127.0.0.1:{port}" if port else None


def remembered_port(folder: Path) -> int | None:
    """Return the port that the shop wrote down last."""
    port = _read_json(folder / "shop.json").get("port")
    return port if isinstance(port, int) and 0 < port < 65536 else None


def is_running(folder: Path) -> bool:
    """Whether the shop of this folder lives."""
    return _living_pid(folder) is not None


def start_shop(folder: Path) -> int:
    """Start the shop of this folder, or leave the one that runs; return its process id once it answers."""
    if (pid := _living_pid(folder)) is not None:
        return pid
    child = _spawn(folder)
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        pid = _living_pid(folder)
        if pid is not None and (_answers(folder) or read_mode(folder).how == "refused"):
            if pid != child.pid and child.poll() is None:  # somebody else was faster
                child.kill()
            return pid
        if child.poll():
            break
        time.sleep(0.02)
    if child.poll() is None:
        child.kill()
        child.wait()
    raise ShopError(f"The sample shop did not start within {START_S:.0f} s; {folder / 'shop.log'} says why.")


def stop_shop(folder: Path) -> None:
    """End the shop of this folder, if it runs, and wait until it has ended."""
    pid = _living_pid(folder)
    if pid is None:
        return
    deadline = time.monotonic() + STOP_S
    _signal(pid, signal.SIGTERM)
    while _living_pid(folder) == pid:
        if time.monotonic() > deadline:
            _signal(pid, signal.SIGKILL)
        time.sleep(0.02)


def _signal(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        pass


def _spawn(folder: Path) -> subprocess.Popen[bytes]:
    try:
        log = os.open(folder / "shop.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ShopError(f"The sample shop cannot start in {folder}: {error.strerror}.") from error
    try:
        # -P: a json.py in the folder where somebody typed `gonogo demo` must not be imported.
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "gonogo.demo.shop", str(folder.resolve())],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    finally:
        os.close(log)
    _started.append(child)
    return child


def _living_pid(folder: Path) -> int | None:
    _started[:] = [child for child in _started if child.poll() is None]
    pid = _read_json(folder / "shop.json").get("pid")
    if not isinstance(pid, int) or pid <= 1:
        return None
    if not Path("/proc/self/cmdline").exists():
        try:
            os.kill(pid, 0)
        except OSError:
            return None
        return pid
    try:
        ours = b"gonogo.demo.shop" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    return pid if ours else None


def _answers(folder: Path) -> bool:
    port = remembered_port(folder)
    if port is None:
        return False
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True


def write_json(path: Path, content: dict[str, object]) -> None:
    """Write a small file that is complete before it has its name."""
    handle, half = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
        os.replace(half, path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise


def _read_json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
