"""Heartbeats: from a log or from a file; one that never came is unknown, and a disk that hangs is ours."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.probes.hostile import conditions

from gonogo.probes import asking, heartbeat
from gonogo.probes.asking import Reply
from gonogo.probes.blocking import Workers
from gonogo.probes.heartbeat import HeartbeatQuestion
from gonogo.rules.probe import Failure, Outcome

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN


def ask(*expect: str, **more: Any) -> Reply:
    """Ask once."""
    return asyncio.run(asking.ask(HeartbeatQuestion("nightly", expect=conditions(*(expect or ("age < 1h",))), **more)))


@pytest.mark.parametrize(("age_s", "outcome"), [(0.0, OK), (3599.0, OK), (3600.0, FAILED), (1e9, FAILED)])
def test_the_age_of_a_sign_is_judged(age_s: float, outcome: Outcome) -> None:
    reply = ask(age_s=age_s)
    assert (reply.outcome, reply.latency_s) == (outcome, 0.0)
    assert reply.detail == ("" if outcome is OK else f"wanted age < 1h, saw {age_s:.0f} s")


def test_one_that_never_came_is_unknown_and_says_how_to_send_it() -> None:
    reply = ask()
    assert (reply.outcome, reply.failure) == (UNKNOWN, Failure.INTERNAL)
    assert reply.detail == "none has come yet; `gonogo log heartbeat nightly` sends one"


def dated(path: Path, ago_s: float) -> str:
    """Write a file of a certain age."""
    path.write_bytes(b"x" * 100)
    os.utime(path, (time.time() - ago_s,) * 2)
    return str(path)


def test_the_age_of_a_file(tmp_path: Path) -> None:
    file = dated(tmp_path / "beat", 600)
    reply = ask("age > 590s", "age < 660s", "size == 100", file=file)
    assert (reply.outcome, reply.detail) == (OK, "")
    assert ask("age < 5m", file=file).outcome is FAILED
    assert ask("age < 5m", file=dated(tmp_path / "beat", -30)).facts["age"] == 0


def test_a_file_of_the_future_says_nothing(tmp_path: Path) -> None:
    """It would stay young for as long as its date is ahead, whether anything still beats or not."""
    reply = ask(file=dated(tmp_path / "beat", -86_400))
    assert (reply.outcome, reply.failure) == (UNKNOWN, Failure.INTERNAL)
    assert "ahead of this machine's clock" in reply.detail or len(str(tmp_path)) > 100


def test_a_file_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    reply = ask(file=f"{tmp_path}/none")
    assert (reply.outcome, reply.failure) == (UNKNOWN, Failure.INTERNAL)
    assert reply.detail.endswith("/none is not there; it is written anew by what is alive")
    assert ask(file="a\0b").outcome is UNKNOWN
    link = tmp_path / "link"
    link.symlink_to(link)
    assert ask(file=str(link)).outcome is UNKNOWN


@pytest.mark.parametrize("file", [None, "none", "beat/under"])
def test_one_that_is_overdue_is_no_longer_unknown(tmp_path: Path, file: str | None) -> None:
    """Or nobody would ever be told of a job that never ran."""
    dated(tmp_path / "beat", 0)
    place = str(tmp_path / file) if file else None
    for awaited_s in (None, 0.0, 3960.0):
        assert ask(file=place, awaited_s=awaited_s, borne_s=3960.0).outcome is UNKNOWN
    late = ask(file=place, awaited_s=3961.0 + 3600, borne_s=3960.0)
    assert (late.outcome, late.failure) == (FAILED, Failure.EXPECTATION)
    assert late.detail.startswith("no sign of life in 2 h 6 min, wanted one in 1 h 6 min: ")
    assert late.detail.endswith("has come yet" if file is None else "…" if len(late.detail) >= 160 else "is not there")


def test_a_file_that_cannot_be_looked_at_stays_unknown(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    assert ask(file=str(link), awaited_s=1e6, borne_s=60.0).outcome is UNKNOWN


def test_a_disk_that_hangs_holds_up_nobody_else_and_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, real = threading.Event(), os.stat
    monkeypatch.setattr(heartbeat, "_looks", Workers("test-look", 16))

    def stat(path: Any, *more: Any, **kinds: Any) -> os.stat_result:
        if str(path).startswith("/mnt/gone"):
            go.wait(20)
        return real(path, *more, **kinds)

    monkeypatch.setattr(os, "stat", stat)
    good = dated(tmp_path / "beat", 1)

    async def run() -> list[Reply]:
        dead = [
            asyncio.create_task(asking.ask(HeartbeatQuestion("x", file=f"/mnt/gone/{n % 10}", deadline_s=0.4)))
            for n in range(20)
        ]
        await asyncio.sleep(0)
        began = time.perf_counter()
        assert (await asking.ask(HeartbeatQuestion("y", file=good))).outcome is OK
        assert time.perf_counter() - began < 0.3
        await asyncio.to_thread(lambda: None)
        return await asyncio.gather(*dead)

    began = time.monotonic()
    replies = asyncio.run(run())
    assert time.monotonic() - began < 2  # nothing waits for those threads at the end
    go.set()
    assert {(one.outcome, one.failure) for one in replies} == {(UNKNOWN, Failure.INTERNAL)}
    assert replies[0].detail == "/mnt/gone/0 cannot be looked at: its disk does not answer"
