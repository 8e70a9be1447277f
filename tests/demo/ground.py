"""The demo as somebody has it open: its shop and its watch alive."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gonogo.cli import places
from gonogo.cli.demo import _prepare
from gonogo.demo.control import stop_shop
from gonogo.store import locks


@contextmanager
def demo_open(more: str = "") -> Iterator[tuple[Path, Path]]:
    """Open the demo, with some lines more in its config; its config and state."""
    folder = places.demo_folder()
    folder.mkdir(parents=True)
    session = locks.hold(folder / "session.lock", shared=True)
    assert session is not None
    try:
        config, state = _prepare(folder)
        config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
        argv = [sys.executable, "-P", "-m", "gonogo", "--state", str(state), "--config", str(config), "watch"]
        watch = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            yield config, state
        finally:
            watch.terminate()
            watch.wait(20)
    finally:
        stop_shop(folder)
        os.close(session)
