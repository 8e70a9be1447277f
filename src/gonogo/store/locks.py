"""Locks that the kernel frees when their holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gonogo.store.errors import Busy


@contextmanager
def write_lock(path: Path, wait_s: float = 5.0) -> Iterator[None]:
    """Hold the write gate of a state file; Busy when somebody else holds it for too long.

    One writer at a time, checkpoint included: SQLite before 3.51.3 can damage a file
    when two connections commit and checkpoint at once.
    """
    handle = _open(path.with_name(path.name + ".lock"))
    try:
        deadline = time.monotonic() + wait_s
        while not _try(handle, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise Busy(f"{path} is being written by another process for {wait_s:.0f} s; try again in a moment.")
            time.sleep(0.002)
        yield
    finally:
        os.close(handle)


def hold(path: Path, *, shared: bool = False) -> int | None:
    """Take a lock file for as long as this process lives; nothing when somebody holds it."""
    handle = _open(path)
    for _ in range(20):  # somebody who only looks (`is_held`) has it for an instant
        if _try(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
            return handle
        time.sleep(0.005)
    os.close(handle)
    return None


def is_held(path: Path, *, shared: bool = False) -> bool:
    """Whether any living process holds the lock file; `shared` when its holders share it.

    Those who look at a lock with one holder share it for an instant, so that they do not
    take each other for the holder; looking at a shared one has to be tried more than once.
    """
    if not path.exists():
        return False
    handle = _open(path, os.O_RDWR if shared or os.access(path, os.W_OK) else os.O_RDONLY)
    try:
        if not shared:
            return not _try(handle, fcntl.LOCK_SH)
        for _ in range(4):
            if _try(handle, fcntl.LOCK_EX):
                return False
            time.sleep(0.002)
        return True
    finally:
        os.close(handle)


def _open(path: Path, mode: int = os.O_RDWR | os.O_CREAT) -> int:
    try:
        return os.open(path, mode | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Busy(f"{path} cannot be opened: {error.strerror}; gonogo must be able to write there.") from error


def _try(handle: int, mode: int) -> bool:
    try:
        fcntl.flock(handle, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
