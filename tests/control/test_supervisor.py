"""A command under its supervisor: whatever it does, it is ended, heard, and told apart."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from gonogo.control.clock import SystemClock
from gonogo.control.output import HEAD, LONGEST_LINE, TAIL, Output
from gonogo.control.supervisor import PIPE_BYTES, Ending, Job, Supervisor


class Stage:
    """Runs commands in a folder, and keeps what they said."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output, self.pids = folder, Output(), list[int]()

    def run(self, *argv: str, timeout_s: float = 20.0, grace_s: float = 2.0, folder: str = "") -> Ending:
        supervisor = Supervisor(SystemClock(), self.output, self.folder / "out")
        job = Job(argv, folder or str(self.folder), dict(os.environ), timeout_s, grace_s)
        return supervisor.run(job, self.pids.append)

    def sh(self, script: str, timeout_s: float = 20.0, grace_s: float = 2.0) -> Ending:
        return self.run("/bin/sh", "-c", script, timeout_s=timeout_s, grace_s=grace_s)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_exit_codes_and_signals_are_told_apart(stage: Stage) -> None:
    assert stage.sh("echo well; exit 0") == Ending("ok", 0)
    assert stage.sh("echo badly >&2; exit 3") == Ending("failed", 3)
    assert stage.sh("kill -9 $$") == Ending("killed", -9, "SIGKILL")
    assert stage.output.text() == "well\nbadly\n"
    assert (stage.folder / "out").read_text(encoding="utf-8") == "well\nbadly\n"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (None, "is not found"),
        ("plain", "may not be executed; chmod +x it"),
        ("no program", "is no program; begin a script with a line such as #!/bin/sh"),
    ],
)
def test_what_cannot_be_started_says_why(stage: Stage, make: str | None, words: str) -> None:
    script = stage.folder / "back"
    if make:
        script.write_bytes(b"\x00nothing")
        script.chmod(0o755 if make == "no program" else 0o644)
    ending = stage.run(str(script))
    assert ending.outcome == "not_started"
    assert words in ending.why
    assert stage.pids == []


def test_a_word_that_is_not_on_the_path_and_a_folder_that_is_gone(stage: Stage) -> None:
    assert stage.run("no-such-word").why == "“no-such-word” is not found on the PATH; write where it lies"
    assert stage.run("true", folder=str(stage.folder / "gone")).why.endswith("gone is not there")
    assert stage.run("tr\x00ue").why == "it has a NUL in it"


def test_at_its_deadline_it_is_asked_to_end_and_heard(stage: Stage) -> None:
    began = time.monotonic()
    ending = stage.sh("trap 'echo tidied; exit 0' TERM; echo begun; while :; do sleep 0.05; done", timeout_s=0.3)
    assert ending.outcome == "timed_out"
    said = stage.output.text()
    assert said.startswith("begun\n")
    assert said.endswith("tidied\n")
    assert time.monotonic() - began < 2.0


def test_what_ignores_term_is_killed_and_its_children_too(stage: Stage) -> None:
    ending = stage.sh(
        "trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo $!; while :; do sleep 0.05; done",
        timeout_s=0.3, grace_s=0.2,
    )  # fmt: skip
    assert ending == Ending("timed_out", -signal.SIGKILL)
    ended(int(stage.output.text()))


def ended(pid: int) -> None:
    """Wait until a process is no more than a zombie."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z":
                return
        except OSError:
            return
        time.sleep(0.01)
    raise AssertionError(f"{pid} still lives")


def test_a_grandchild_that_keeps_the_pipe_is_not_waited_for_and_not_ended(stage: Stage) -> None:
    began = time.monotonic()
    assert stage.sh("sleep 30 & echo $!") == Ending("ok", 0)
    assert time.monotonic() - began < 5
    left = int(stage.output.text())
    os.kill(left, 0)  # what a rollback has started, such as a server, lives on
    os.kill(left, signal.SIGKILL)


def test_there_is_no_terminal_to_ask_on_and_nothing_to_read(stage: Stage) -> None:
    ending = stage.sh("read answer </dev/tty || echo no terminal; read answer; echo \"answer: '$answer'\"")
    assert ending == Ending("ok", 0)
    assert "no terminal\n" in stage.output.text()
    assert "answer: ''\n" in stage.output.text()


def test_a_gigabyte_is_drained_and_little_of_it_kept(stage: Stage) -> None:
    ending = stage.sh("echo first; yes 'a line of the flood' | head -c 1000000000; echo last")
    assert ending == Ending("ok", 0)
    kept = stage.output.text()
    assert kept.startswith("first\n")
    assert kept.endswith("last\n")
    assert "bytes are left out here" in kept
    assert len(kept) < HEAD + TAIL + 200
    assert stage.output._kept <= TAIL + PIPE_BYTES


def test_one_endless_line_is_cut(stage: Stage) -> None:
    assert stage.sh("head -c 30000000 /dev/zero | tr '\\0' x; echo; echo after") == Ending("ok", 0)
    kept = stage.output.text()
    assert len(kept) < 3 * LONGEST_LINE + 500
    assert kept.startswith("xxxx")
    assert kept.endswith("after\n")


def test_somebody_may_stop_it(stage: Stage) -> None:
    asked = threading.Event()
    supervisor = Supervisor(SystemClock(), stage.output, stage.folder / "out", asked.is_set)
    threading.Timer(0.2, asked.set).start()
    job = Job(("sleep", "30"), str(stage.folder), dict(os.environ), 20.0, 1.0)
    assert supervisor.run(job) == Ending("stopped", -signal.SIGTERM)


def test_it_is_read_while_it_runs(stage: Stage) -> None:
    script = "import time; print('half way', flush=True); time.sleep(1.2)"
    thread = threading.Thread(target=stage.run, args=(sys.executable, "-c", script))
    thread.start()
    deadline = time.monotonic() + 10
    while not (stage.folder / "out").exists() and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert thread.is_alive()
    assert (stage.folder / "out").read_text(encoding="utf-8").startswith("half way")
    thread.join()


def test_what_steers_a_terminal_and_what_is_secret_is_taken_out() -> None:
    output = Output(lambda words: words.replace("hunter22", "•••"))
    output.feed(b"\x1b[31mred\x1b[0m \x1b]0;title\x07token hunter22\r\n10%\r100%\n\x9b2J\xe2\x80\xaeevil\n")
    assert output.text() == "red token •••\n10%\n100%\n\ufffd2J\ufffdevil\n"


def test_a_secret_that_the_cut_goes_through_is_left_out_with_its_line() -> None:
    output = Output(lambda words: words.replace("hunter22", "•••"))
    output.feed(b"x\n" * ((HEAD - 4) // 2) + b"hunter22\n")  # the head ends in the middle of it
    output.feed(b"y\n" * (TAIL + 500_000))
    assert "hunt" not in output.text()
    assert "er22" not in output.text()
