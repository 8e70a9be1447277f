"""Command probes: what a command says and how it ends; whatever it does, nothing of it is left."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import until
from tests.probes.hostile import conditions, descriptors, settled
from tests.probes.test_connecting import out_of_descriptors

from gonogo.probes import asking
from gonogo.probes.asking import Reply
from gonogo.probes.command import OUTPUT_BYTES, CommandQuestion
from gonogo.rules.probe import Failure, Outcome

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN


def run(*argv: str, expect: tuple[str, ...] = ("exit == 0",), **more: Any) -> Reply:
    """Ask a command once."""
    return asyncio.run(asking.ask(CommandQuestion(argv, expect=conditions(*expect), **{"deadline_s": 5.0, **more})))


def shell(line: str, *expect: str, **more: Any) -> Reply:
    """Ask a shell once."""
    return run("/bin/sh", "-c", line, expect=expect or ("exit == 0",), **more)


@pytest.mark.parametrize(
    ("line", "expect", "outcome", "detail"),
    [
        ("exit 0", (), OK, ""),
        ("exit 3", (), FAILED, "wanted exit == 0, saw 3"),
        ("exit 3", ("exit == 3",), OK, ""),
        ("exit 255", ("exit > 254",), OK, ""),
        ("echo 42", ("output == 42", "output < 43"), OK, ""),
        ("echo 99.95", ("output >= 99.95",), OK, ""),
        ("echo '{\"queue\": {\"length\": 7}}'", ("output.queue.length < 10",), OK, ""),
        ("echo '{\"queue\": 7}'", ("output.queue < 5",), FAILED, "wanted output.queue < 5, saw 7"),
        ("echo '{\"queue\": 7}'", ("output.length < 5",), FAILED, "cannot tell: output.length < 5, saw no such key"),
        ("echo all is well", ("output contains 'well'",), OK, ""),
        ("echo all is well", ("output.queue < 5",), FAILED,
         "cannot tell: output.queue < 5, saw a body that is not JSON"),
        ("echo loud >&2", ("output == ''", "exit == 0"), OK, ""),
        ("printf ''", ("len(output) == 0",), OK, ""),
        ("printf 'caf\\351'", ("output contains 'caf'",), OK, ""),
        ("printf '\\033[2J'", ("output == 'x'",), FAILED, None),
        ("cat", ("output == ''",), OK, ""),
        ("read line || echo nothing", ("output == 'nothing'",), OK, ""),
    ],
)  # fmt: skip
def test_how_a_command_ends_and_what_it_says(
    line: str, expect: tuple[str, ...], outcome: Outcome, detail: str | None
) -> None:
    reply = shell(line, *expect)
    assert reply.outcome is outcome
    assert reply.detail == detail or detail is None
    assert reply.detail.isprintable()
    assert reply.failure in (None, Failure.EXPECTATION)


@pytest.mark.parametrize(
    ("argv", "more", "detail"),
    [
        (("/nowhere/command",), {}, "/nowhere/command cannot be started: No such file or directory"),
        (("no-such-command-anywhere",), {}, "no-such-command-anywhere cannot be started: No such file or directory"),
        (("/usr",), {}, "/usr cannot be started: Permission denied"),
        (("/bin/true", "a\0b"), {}, "/bin/true cannot be started: it has a NUL in it"),
        (("/bin/true",), {"folder": "/nowhere"}, "/bin/true cannot be started in /nowhere: No such file or directory"),
        (("/bin/true", "x" * 200_000), {}, "/bin/true cannot be started: Argument list too long"),
    ],
)
def test_what_cannot_be_started_is_our_fault_and_says_why(
    argv: tuple[str, ...], more: dict[str, Any], detail: str
) -> None:
    reply = run(*argv, **more)
    assert (reply.outcome, reply.failure, reply.detail) == (UNKNOWN, Failure.INTERNAL, detail)


@pytest.mark.parametrize(("mode", "why"), [(0o644, "Permission denied"), (0o755, "Exec format error")])
def test_a_script_that_may_not_run_or_lacks_its_first_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, why: str
) -> None:
    script = tmp_path / "s"
    script.write_text("exit 0\n")
    script.chmod(mode)
    monkeypatch.setenv("PATH", str(tmp_path))
    reply = run("s")
    assert (reply.outcome, reply.failure, reply.detail) == (UNKNOWN, Failure.INTERNAL, f"s cannot be started: {why}")


@pytest.mark.parametrize(("number", "name"), [("KILL", "SIGKILL"), ("SEGV", "SIGSEGV"), ("40", "signal 40")])
def test_a_command_that_a_signal_ends(number: str, name: str) -> None:
    reply = shell(f"kill -{number} $$")
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, Failure.RESET, f"/bin/sh was ended by {name}")


@pytest.mark.parametrize("line", ["yes", "cat /dev/zero", f"head -c {OUTPUT_BYTES + 1} /dev/zero"])
def test_output_without_an_end_is_cut_off(line: str) -> None:
    began = time.monotonic()
    reply = shell(line)
    assert (reply.failure, reply.detail) == (Failure.TOO_LARGE, f"it says more than {OUTPUT_BYTES} bytes")
    assert time.monotonic() - began < 3
    assert shell(f"head -c {OUTPUT_BYTES} /dev/zero").outcome is OK


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    line = f"trap '' TERM; sleep 60 & echo $! >> {pids}; (sleep 60 & echo $! >> {pids}; wait) & echo $$ >> {pids}; wait"
    began = time.monotonic()
    reply = shell(line, deadline_s=0.5)
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, Failure.TIMEOUT_TOTAL, "no whole answer in 0.5 s")
    assert time.monotonic() - began < 3
    found = [int(one) for one in pids.read_text().split()]
    assert len(found) == 3
    until(lambda: not any(map(is_running, found)), 3, "the end of them all")


def test_what_a_command_leaves_behind_neither_delays_its_answer_nor_stays(tmp_path: Path) -> None:
    """A service that was started in passing holds the pipe open; the command itself has ended."""
    pid = tmp_path / "pid"
    began = time.monotonic()
    reply = shell(f"sleep 60 & echo $! > {pid}; echo done", "output == 'done'")
    assert (reply.outcome, reply.detail) == (OK, "")
    assert time.monotonic() - began < 3
    until(lambda: not is_running(int(pid.read_text())), 3, "the end of what it left")


def test_one_that_left_the_group_holds_up_nothing_and_no_descriptor(tmp_path: Path) -> None:
    pids = tmp_path / "pids"

    async def often() -> list[Reply]:
        question = CommandQuestion(("/bin/sh", "-c", f"setsid sleep 20 & echo $! >> {pids}"), deadline_s=5)
        await asking.ask(question)
        before = descriptors()
        replies = [await asking.ask(question) for _ in range(5)]
        assert await settled(before) <= before
        return replies

    began = time.monotonic()
    try:
        assert {one.outcome for one in asyncio.run(often())} == {OK}
        assert time.monotonic() - began < 5
    finally:
        for pid in map(int, pids.read_text().split()):
            if is_running(pid):
                os.kill(pid, 9)


def test_a_command_gets_its_folder_and_its_environment_and_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONOGO_TEST_WORD", "inherited")
    line = 'echo "$PWD $GONOGO_TEST_WORD $MORE"; (: < /dev/tty) 2>/dev/null && echo tty; true'
    reply = shell(line, folder=str(tmp_path), env={"MORE": "more"})
    assert reply.facts["output"].text == f"{tmp_path} inherited more"


def test_commands_that_are_given_up_leave_nothing_open_and_nobody_running(tmp_path: Path) -> None:
    pids = tmp_path / "pids"

    async def often() -> None:
        question = CommandQuestion(("/bin/sh", "-c", f"echo $$ >> {pids}; exec sleep 30"), deadline_s=20)
        await asyncio.gather(asyncio.create_task(asking.ask(CommandQuestion(("/bin/true",)))))
        before = descriptors()
        for turns in (*range(12), 50, 200, 1000):
            task = asyncio.create_task(asking.ask(question))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await settled(before) <= before

    asyncio.run(often())
    found = [int(one) for one in pids.read_text().split()] if pids.exists() else []
    until(lambda: not any(map(is_running, found)), 3, "the end of them all")


def test_being_out_of_descriptors_is_our_fault() -> None:
    async def short() -> Reply:
        question = CommandQuestion((sys.executable, "-c", "print(1)"), deadline_s=5)
        with out_of_descriptors():
            return await asking.ask(question)

    reply = asyncio.run(short())
    assert (reply.outcome, reply.failure) == (UNKNOWN, Failure.INTERNAL)
    assert "Too many open files" in reply.detail
