"""`gonogo look` on a real terminal: drawn, left by one key, and nobody watches for it."""

from __future__ import annotations

import time
from pathlib import Path

from tests.cli.ground import processes_about
from tests.terminal.ground import GONOGO, terminal

from gonogo.store import watching
from gonogo.store.store import Store


def stored(path: Path) -> tuple[object, ...]:
    store = Store(path)
    try:
        return store.revisions(), list(store.db.query("SELECT * FROM journal"))
    finally:
        store.close()


def test_looking_starts_no_watch_and_writes_nothing(launch: Path, repo: Path) -> None:
    before = stored(launch)
    with terminal([*GONOGO, "look"], repo) as shown:
        shown.sees("Walk through it")
        assert " LOOKING " in shown.text
        assert "Not yet: Alpha still needs" in shown.text
        shown.type(" eauo!n42md")
        time.sleep(0.2)  # time in which a watch would be starting
        assert processes_about(str(launch)) == []
        shown.type("q")
        assert shown.ended() == 0
    assert not watching.is_alive(launch)
    assert stored(launch) == before
