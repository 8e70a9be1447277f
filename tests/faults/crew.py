"""Processes that a test starts, kills without mercy, and never leaves behind; and what must hold afterwards."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import until

from gonogo.store import rows, watching
from gonogo.store.opening import check
from gonogo.store.store import Store

_LINE = re.compile(r"(\d+) ([0-9a-f-]{36})")
WRITER = Path(__file__).with_name("writer.py")


@dataclass
class Worker:
    """One child process, and the lines that it said."""

    child: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None

    def kill(self) -> None:
        """End it in the middle of whatever it does, and hear its last words."""
        if self.child.poll() is None:
            os.kill(self.child.pid, signal.SIGKILL)
        self.child.wait(10)
        if self.reader:
            self.reader.join(10)
        if self.child.stdout:
            self.child.stdout.close()

    def said(self, more: int) -> None:
        """Wait until it has said so many lines more; one that ends by itself has failed."""
        wanted = len(self.lines) + more

        def enough() -> bool:
            assert self.child.poll() is None, "\n".join(self.lines[-12:])
            return len(self.lines) >= wanted

        until(enough, 20, f"{more} lines of {self.child.args}")
        assert not any(line.startswith("Traceback") for line in self.lines), "\n".join(self.lines[-12:])


class Crew:
    """All that a test has started over one launch; leaving the block ends every one."""

    def __init__(self, state: Path, config: Path | None = None) -> None:
        self.state, self.config = state, config
        self._all: list[Worker] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._all:
            one.kill()

    def writer(self, actor: str, what: str = "tick") -> Worker:
        """Start somebody who ticks and unticks."""
        return self._start([sys.executable, str(WRITER), str(self.state), actor, what])

    def watch(self) -> Worker:
        """Start a watch, and wait until it holds the launch and has written."""
        before = self._epoch()
        argv = [sys.executable, "-m", "gonogo", "--state", str(self.state), "--config", str(self.config), "watch"]
        made = self._start(argv)
        until(lambda: self._epoch() > before, 20, "the start of a watch")
        return made

    def _epoch(self) -> int:
        store = Store(self.state)
        try:
            row = watching.read(store.db)
            return row.epoch if row else 0
        finally:
            store.close()

    def _start(self, argv: list[str]) -> Worker:
        child = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        made = Worker(child)
        made.reader = threading.Thread(target=self._hear, args=(made,), daemon=True)
        made.reader.start()
        self._all.append(made)
        return made

    @staticmethod
    def _hear(worker: Worker) -> None:
        assert worker.child.stdout is not None
        for line in worker.child.stdout:
            worker.lines.append(line.rstrip("\n"))

    def acknowledged(self) -> dict[int, str]:
        """Return every entry that a writer said was durable: sequence to id."""
        found = [_LINE.fullmatch(line) for one in self._all for line in one.lines]
        return {int(match[1]): match[2] for match in found if match}


def verify(state: Path, acknowledged: dict[int, str]) -> int:
    """Open the file and hold it against all that was promised; return how many entries it has."""
    store = Store(state, thorough=True)
    try:
        check(store.db, state)
        found = store.db.conn.execute("SELECT seq, id, rows FROM journal ORDER BY seq").fetchall()
        entries = {seq: entry for seq, entry, _ in found}
        lost = {seq: entry for seq, entry in acknowledged.items() if entries.get(seq) != entry}
        assert lost == {}
        assert list(entries) == list(range(1, len(entries) + 1))
        assert store.revisions()["journal"] == len(entries)
        assert store.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        _replays(store, [json.loads(packed) for _, _, packed in found])
        return len(entries)
    finally:
        store.close()


def _replays(store: Store, packed: list[list[list[Any]]]) -> None:
    """The rows are what the journal says that they became, one entry after the other."""
    state: dict[tuple[str, str], Any] = {}
    for touched in packed:
        for table, row_id, before, after in touched:
            assert state.get((table, row_id)) == before
            state[table, row_id] = after
    for (table, row_id), wanted in state.items():
        assert rows.raw(store.db, table, row_id) == wanted
