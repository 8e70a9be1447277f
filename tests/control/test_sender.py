"""Telling somebody: by a webhook, or by a command that may hang."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest
from tests.conftest import until
from tests.probes.server import Site

from gonogo.control import sender
from gonogo.rules.config import ChannelConfig
from gonogo.store.outbox import Letter

WORDS = "checkout down\nsince 10:31 “now”"
LETTER = Letter("letter-1", "phone", WORDS, "i", 1)


def send(*, webhook: str | None = None, command: tuple[str, ...] | None = None, name: str = "phone") -> str | None:
    """Send the letter by one channel; return why it failed, or nothing."""
    return asyncio.run(sender.send(LETTER, [ChannelConfig(name=name, webhook=webhook, command=command)]))


def test_a_webhook_gets_the_words_and_an_id_to_tell_repeats(site: Site) -> None:
    assert send(webhook=site.url + "/ok") is None
    (one,) = site.asked
    assert json.loads(one.body) == {"text": WORDS}
    assert (one.method, one.headers["content-type"], one.headers["idempotency-key"]) == (
        "POST", "application/json", "letter-1",
    )  # fmt: skip


@pytest.mark.parametrize("path", ["/502", "/reset", "/redirect", "/endless"])
def test_a_webhook_that_does_not_take_it_says_why(site: Site, path: str) -> None:
    why = send(webhook=f"{site.url}{path}?key=hunter2")
    assert why
    assert "hunter2" not in why


def test_a_secret_of_a_webhook_is_looked_up_late(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    assert "${env:HOOK} is not set" in (send(webhook="${env:HOOK}") or "")
    monkeypatch.setenv("HOOK", site.url + "/ok")
    assert send(webhook="${env:HOOK}") is None


def test_a_channel_that_is_gone_is_named() -> None:
    assert send(command=("true",), name="mail") == "the channel “phone” is no longer in the config"


def test_a_command_reads_the_words(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert send(command=("sh", "-c", 'cat > "$0"', str(out))) is None
    assert out.read_text() == WORDS


@pytest.mark.parametrize(
    ("command", "why"),
    [(("false",), "false ended with exit code 1"), (("sh", "-c", "exit 7"), "sh ended with exit code 7"),
     (("/nowhere/notify",), "/nowhere/notify cannot be started: No such file or directory")],
)  # fmt: skip
def test_a_command_that_fails_says_how(command: tuple[str, ...], why: str) -> None:
    assert send(command=command) == why


def test_a_command_that_does_not_read_is_no_error(tmp_path: Path) -> None:
    assert send(command=("true",)) is None


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "DEADLINE_S", 0.4)
    pids = tmp_path / "pids"
    began = time.monotonic()
    why = send(command=("sh", "-c", f'sleep 60 & echo $! $$ > "{pids}"; wait'))
    assert time.monotonic() - began < 5
    assert why is not None
    assert "did not end in" in why

    def gone() -> bool:
        for pid in pids.read_text().split():
            stat = Path(f"/proc/{pid}/stat")
            if stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z":
                return False
        return True

    until(gone, 5, "the end of the command and its child")
    assert os.getpid() not in map(int, pids.read_text().split())
