"""The room on a real terminal: drawn soon, keys take effect, silence when idle, every size."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from tests.cli.ground import processes_about
from tests.conftest import until
from tests.terminal.ground import GONOGO, UNWATCHED, Terminal, days_ago, terminal
from tests.tui.play import read_all, said
from tests.tui.test_hostile import ESC, MARKUP, tell

from gonogo.rules.plan import Item, Tick


def ticked(state: Path) -> set[str]:
    """Return the keys of what is ticked."""
    done = {one.id for one in read_all(state, Tick)}
    return {one.key for one in read_all(state, Item) if one.id in done}


def at_rest(shown: Terminal) -> None:
    """Wait until nothing has been written for a third of a second."""
    shown.sees("Walk through it")
    shown.until(lambda: shown.drain(0.3) == 0, "rest")


def test_the_launch_is_on_the_screen_within_5_s(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        took = shown.sees("Walk through it", 5)
        assert "Tiny" in shown.text
        assert "HOLD" in shown.text
        assert took < 5


def test_a_key_reaches_the_screen_and_the_database(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        shown.type(" ")
        shown.sees("✓ Walk through it", 3)
        assert ticked(launch) == {"walk"}
        shown.type("j ")
        shown.sees("✓ Place an order", 3)
        shown.type("u")
        shown.sees("□ Place an order", 3)
        assert said(launch, 1) == ["ann took back: ticked “Place an order”"]


def test_typing_a_line_logs_it(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        shown.type("o42 anna")
        shown.sees("order of 42.00 by anna", 3)
        shown.type("\r")
        shown.sees("you order 42.00, anna", 3)


def test_backspace_and_arrows_edit_a_message(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        shown.type("!")
        shown.sees("critical", 3)
        shown.type("\r")
        shown.sees("INCIDENT 1", 5)
        shown.type("c")
        shown.sees("Tell whom?", 5)
        shown.type("1")
        shown.sees("e edit", 3)
        shown.type("e")
        shown.sees("esc ends editing", 3)
        shown.type("zebro\x7fa\x1b[D\x1b[Dx")
        shown.sees("zebxra", 3)
        shown.type("\x1b[3~\x1b[Hq")
        shown.sees("qzebxa", 3)


def test_a_bracketed_paste_runs_nothing(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        assert b"\x1b[?2004h" in shown.raw
        shown.type("\x1b[200~ d\nq\n!\n\x1b[201~")
        shown.sees("d q !", 3)
        assert said(launch, 1) == ["ann began Alpha"]
        shown.type("\x1b")
        shown.until(lambda: "d q !" not in shown.text, "leaving the line", 3)
        assert shown.process.poll() is None


def test_q_leaves_with_0_and_the_terminal_restored(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        shown.type("q")
        assert shown.ended() == 0
        restored(shown.raw)


def restored(raw: bytes) -> None:
    """Hold what came against a terminal that is as it was before."""
    for begin, finish in ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h")):
        assert raw.rindex(finish) > raw.rindex(begin), (begin, finish)
    for mode in (b"1000", b"1003", b"1006", b"2004"):
        if b"\x1b[?" + mode + b"h" in raw:
            assert raw.rindex(b"\x1b[?" + mode + b"l") > raw.rindex(b"\x1b[?" + mode + b"h"), mode


def test_idle_it_writes_almost_nothing(launch: Path, repo: Path) -> None:
    """Without a watch nothing changes but the minute; a measurement into which it fell is taken again."""
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        shown.until(lambda: shown.drain(1.2) == 0, "rest over a tick")
        for _ in range(3):
            written = 0
            deadline = time.monotonic() + 3
            while (left := deadline - time.monotonic()) > 0:
                written += shown.drain(left)
            if written < 200:
                break
        assert written < 200, shown.raw[-written:]


def test_every_size_is_borne(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        for width, height in ((80, 24), (40, 10), (1, 1), (200, 60), (120, 40)):
            shown.resize(width, height)
            shown.until(lambda: shown.drain(0.2) == 0, f"rest at {width}x{height}")
            assert shown.process.poll() is None, f"it ended at {width}x{height}"
            if width >= 80:
                shown.sees("Walk through it", 3)
                shown.sees("! incident", 3)
        shown.resize(80, 24)
        shown.sees("3 Checklist", 3)
        shown.type(" ")
        shown.sees("✓ Walk through it", 3)


def test_a_kill_loses_nothing_that_was_said_to_be_done(launch: Path, repo: Path) -> None:
    with terminal(UNWATCHED, repo) as shown:
        at_rest(shown)
        for text in ("Walk through it", "Place an order"):
            shown.type(" ")
            shown.sees(f"✓ {text}", 3)
            shown.type("j")
        os.kill(shown.pid, signal.SIGKILL)
        assert shown.ended() == -signal.SIGKILL
    with terminal(UNWATCHED, repo) as shown:
        shown.sees("✓ Walk through it", 5)
        shown.sees("✓ Place an order", 5)
        assert ticked(launch) == {"walk", "order"}
        shown.type("u")
        shown.sees("□ Place an order", 3)


def test_hostile_bytes_never_reach_the_terminal(tmp_path: Path, state_path: Path) -> None:
    tell(state_path, days_ago(), f"{ESC} {MARKUP}")
    with terminal([*UNWATCHED, "--state", str(state_path)], tmp_path, (150, 50)) as shown:
        shown.sees("INCIDENT 1", 10)
        for keys in (
            "j",
            "\r",
            "q",
            "q",
            "1",
            "\r",
            "q",
            "2",
            "\r",
            "q",
            "3",
            "\r",
            "q",
            "5",
            "\r",
            "q",
            "6",
            "?",
            "q",
        ):
            shown.type(keys)
            shown.drain(0.15)
        shown.until(lambda: shown.drain(0.3) == 0, "rest")
        assert shown.process.poll() is None
    assert "�" in shown.raw.decode(errors="replace")
    for bad in (
        b"\x1b]52",
        b"\x1b]0;owned",
        b"\x1b[31mred",
        b"\xc2\x9b",
        "\u202e".encode(),
        "\u2066".encode(),
        b"\x7f",
    ):
        assert bad not in shown.raw, bad


def test_a_launch_that_cannot_be_read_says_so_on_a_restored_terminal(tmp_path: Path, state_path: Path) -> None:
    state_path.write_bytes(b"no launch " * 999)
    with terminal([*UNWATCHED, "--state", str(state_path)], tmp_path) as shown:
        assert shown.ended(10) == 3
        assert b"is not a gonogo launch" in shown.raw
        assert b"Traceback" not in shown.raw
        if b"\x1b[?1049h" in shown.raw:
            restored(shown.raw)
            assert shown.raw.rindex(b"is not a gonogo launch") > shown.raw.rindex(b"\x1b[?1049l")


CRASHING = [
    UNWATCHED[0],
    "-c",
    "import gonogo.control.spawn as spawn\n"
    "spawn.start_watch = lambda state, config: 'none'\n"
    "from gonogo.tui.screens.room import RoomScreen\n"
    "def stumble(self):\n    api_token = 'sk-' + 'SECRET' * 2\n    raise RuntimeError('deep inside')\n"
    "RoomScreen.do_help = stumble\n"
    "from gonogo.cli.main import run\nrun()",
]


def test_a_crash_shows_no_variables_keeps_its_trace_and_restores_the_terminal(launch: Path, repo: Path) -> None:
    with terminal(CRASHING, repo) as shown:
        at_rest(shown)
        shown.type("?")
        assert shown.ended() == 70
        assert b"SECRETSECRET" not in shown.raw
        assert b"gonogo stumbled (RuntimeError)" in shown.raw
        restored(shown.raw)
        log = launch.with_name("crash.log")
        assert "deep inside" in log.read_text()
        assert "SECRETSECRET" not in log.read_text()
        assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.timeout(60)
def test_the_demo_opens_breaks_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with terminal([*GONOGO, "demo"], tmp_path, GONOGO_SHOP_SPEED="10") as shown:
        shown.sees("Riverside Bakery", 20)
        shown.sees("watch ●", 10)
        shown.type("B")
        shown.sees("v1.8.3 is out", 5)
        shown.sees("! 1", 25)
        shown.type("!")
        shown.sees("INCIDENT 1  critical  checkout down", 5)
        shown.type("M")
        shown.sees("Rolled the shop back", 5)
        shown.type("q")
        shown.sees("3 Checklist", 5)
        shown.type("q")
        assert shown.ended(10) == 0
    until(lambda: processes_about(str(tmp_path)) == [], 8, "the end of shop and watch")
