"""Asking the watch for something, and waiting for its answer."""

from __future__ import annotations

import time

from gonogo.control.clock import Ids
from gonogo.control.room import ControlRoom
from gonogo.store import watching

PATIENCE_S = 2.0


def ask_watch(room: ControlRoom, kind: str, args: dict[str, object] | None = None) -> str:
    """Leave a request and wait up to 2 s; return the answer, or that there was none."""
    if not watching.is_alive(room.store.path):
        return "no watch is running; start it with `gonogo watch`"
    request = Ids(room.clock).fresh()
    with room.store.writing() as db:
        watching.ask(db, request, kind, dict(args or {}), room.clock.now(), room.actor)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if (answer := watching.answered(room.store.db, request)) is not None:
            return answer
        time.sleep(0.05)
    return "the watch has not answered in 2 s"
