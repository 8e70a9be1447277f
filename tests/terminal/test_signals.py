"""What the world does to a terminal: a polite end, a lost connection, one that stops reading."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from tests.cli.ground import healthy, processes_about, site
from tests.conftest import until
from tests.terminal.conftest import CONFIG
from tests.terminal.ground import GONOGO, UNWATCHED, Terminal, end, terminal, watching
from tests.terminal.test_room import at_rest, restored, ticked

from gonogo.store import series
from gonogo.store.store import Store


def test_sigterm_exits_143_with_the_terminal_restored(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        os.kill(shown.pid, signal.SIGTERM)
        assert shown.ended(4) == 143
        restored(shown.raw)
        assert b"Traceback" not in shown.raw


def test_sigterm_while_a_line_is_open(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        shown.type("nhalf a thought")
        shown.sees("half a thought", 3)
        os.kill(shown.pid, signal.SIGTERM)
        assert shown.ended(4) == 143
        restored(shown.raw)


def test_a_lost_connection_ends_it_at_once(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        shown.type(" ")
        shown.sees("✓ Walk through it", 3)
        shown.hang_up()
        assert shown.process.wait(timeout=4) in (129, -signal.SIGHUP)
    assert ticked(launch) == {"walk"}


def test_a_lost_connection_ends_it_even_when_the_terminal_had_stopped_reading(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        for _ in range(40):
            shown.type("123456")
        shown.hang_up()
        assert shown.process.wait(timeout=4) in (129, -signal.SIGHUP)


def checks(state: Path) -> int:
    """Count the checks of the one probe."""
    store = Store(state)
    try:
        return len(series.tail(store.db, 1, 10_000))
    finally:
        store.close()


def test_a_terminal_that_stops_reading_does_not_stop_the_watch(launch: Path, repo: Path) -> None:
    with site(healthy) as url:
        (repo / "gonogo.toml").write_text(CONFIG.format(url=url))
        with watching(launch, repo / "gonogo.toml"), terminal(GONOGO, repo) as shown:
            at_rest_with_probe(shown)
            until(lambda: checks(launch) >= 2, 10, "the first checks")
            for _ in range(25):
                shown.type("123456?q")
            before, began = checks(launch), time.monotonic()
            until(lambda: time.monotonic() - began >= 2.5, 10, "two and a half seconds")
            assert checks(launch) - before >= 2
            shown.drain(0.5)
            shown.type("3")
            shown.until(lambda: shown.drain(0.3) < 4000, "drawing again")
            shown.sees("Walk through it", 5)
            assert shown.process.poll() is None


def at_rest_with_probe(shown: Terminal) -> None:
    """Wait for the room and its watch."""
    shown.sees("Walk through it", 5)
    shown.sees("watch ●", 10)


def test_the_room_starts_a_watch_that_outlives_it_when_it_is_left_running(launch: Path, repo: Path) -> None:
    with site(healthy) as url:
        (repo / "gonogo.toml").write_text(CONFIG.format(url=url))
        try:
            with terminal(GONOGO, repo) as shown:
                at_rest_with_probe(shown)
                until(lambda: checks(launch) >= 1, 10, "the first check")
                shown.type("q")
                shown.sees("Leave the room?", 3)
                shown.type("l")
                assert shown.ended() == 0
            (pid,) = processes_about(str(launch))
            seen = checks(launch)
            until(lambda: checks(launch) > seen, 5, "a check after the room was left")
            with terminal(GONOGO, repo) as shown:
                at_rest_with_probe(shown)
                assert processes_about(f"{launch}\0--config") == [pid]
                shown.type("q")
                shown.sees("stop the watch too", 3)
                shown.type("s")
                assert shown.ended() == 0
            until(lambda: processes_about(str(launch)) == [], 5, "the watch's end")
        finally:
            for pid in processes_about(str(launch)):
                end(pid)


@pytest.mark.parametrize("after_s", [0.0, 0.3])
def test_sigterm_during_the_start_ends_it_too(launch: Path, repo: Path, after_s: float) -> None:
    with terminal(UNWATCHED, repo) as shown:
        shown.until(lambda: b"\x1b[?1049h" in shown.raw, "the first byte", 8)
        shown.drain(after_s)
        os.kill(shown.pid, signal.SIGTERM)
        assert shown.ended(5) == 143
        restored(shown.raw)
        assert b"stumbled" not in shown.raw


def test_broken_mouse_bytes_end_it_with_a_word_and_never_in_silence(launch: Path, repo: Path) -> None:
    """A tmux that was attached anew sends the old mouse protocol, whose bytes past column 95 are no UTF-8."""
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        os.write(shown.master, b"\x1b[M \xf0\xa1" * 4)
        assert shown.ended(8) == 70
        assert "open it again" in shown.raw.decode(errors="replace")
        restored(shown.raw)
