"""Telling somebody: by a webhook, or by a command that may hang."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import FakeClock, until
from tests.probes.server import Site

from gonogo.control import sender
from gonogo.control.sender import Answer
from gonogo.rules.channel import NO_APPRISE, ChannelConfig
from gonogo.rules.letter import Letter, Parcel

WORDS = "checkout down\nsince 10:31 “now”"
CLOCK = FakeClock()
LETTER = Letter("letter-1", "phone", "e", "opened", "checkout down", WORDS, CLOCK.now(), ("ann",), 5, "critical")


def answer(name: str = "phone", **how: Any) -> Answer:
    """Send the letter by one channel; return how it went."""
    channel = ChannelConfig.model_validate({"name": name, **how})
    return asyncio.run(sender.send(Parcel("letter-1", (LETTER,)), [channel], CLOCK))


def send(**how: Any) -> str | None:
    """Send the letter by one channel; return why it failed, or nothing."""
    return answer(**how).why


def test_a_webhook_gets_the_words_and_an_id_to_tell_repeats(site: Site) -> None:
    assert send(webhook=site.url + "/ok") is None
    (one,) = site.asked
    assert json.loads(one.body)["text"] == WORDS
    assert (one.method, one.headers["content-type"], one.headers["idempotency-key"]) == (
        "POST", "application/json", "letter-1",
    )  # fmt: skip


@pytest.mark.parametrize("path", ["/502", "/reset", "/redirect", "/endless", "/garbage", "/cut", "/close"])
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
    """And that is the end of it: no later try finds it."""
    gone = answer("mail", command=("true",))
    assert gone == Answer("the channel “phone” is no longer in the config", final=True)


def test_a_receiver_that_hangs_is_waited_for_until_the_deadline(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "DEADLINE_S", 0.3)
    began = time.monotonic()
    assert "no answer in 0.3 s" in (send(webhook=site.url + "/mute") or "")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(("path", "wait_s"), [("/429", 120), ("/503", 7200), ("/502", None)])
def test_a_receiver_says_how_long_it_wants_to_be_left_alone(site: Site, path: str, wait_s: float | None) -> None:
    found = answer(webhook=site.url + path)
    assert found.wait_s == wait_s
    assert found.why is not None
    assert not found.final


def test_slack_and_ntfy_are_written_in_their_own_ways(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NTFY", "tk_1")
    assert send(slack=site.url + "/ok") is None
    assert send(ntfy=site.url + "/ok", token="${env:NTFY}") is None
    slack, ntfy = site.asked
    assert json.loads(slack.body) == {"text": f"*checkout down*\n{WORDS}"}
    assert ntfy.body.decode() == WORDS
    assert (ntfy.headers["title"], ntfy.headers["priority"], ntfy.headers["authorization"]) == (
        "checkout down", "5", "Bearer tk_1",
    )  # fmt: skip


@pytest.mark.parametrize("how", [{"slack": "${env:GONE}"}, {"ntfy": "http://127.0.0.1:9/x", "token": "${env:GONE}"}])
def test_a_secret_that_is_not_set_is_named(how: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONE", raising=False)
    assert "${env:GONE} is not set" in (send(**how) or "")


FAKE_APPRISE = """
import os
class Apprise:
    def add(self, url): self.url = url; return url != "nonsense://"
    def notify(self, **said): open(os.environ["OUT"], "w").write(f"{self.url} {said}"); return "fail" not in self.url
"""


def test_apprise_is_asked_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apprise.py").write_text(FAKE_APPRISE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OUT", str(tmp_path / "out"))
    monkeypatch.setenv("WAY", "tgram://hunter2")
    assert send(apprise="${env:WAY}") is None
    assert "tgram://hunter2 {'title': 'checkout down'" in (tmp_path / "out").read_text()
    assert send(apprise="nonsense://") == "Apprise does not know what its URL means"
    assert send(apprise="fail://") == "Apprise could not deliver it"


def test_without_apprise_it_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert send(apprise="tgram://x") == NO_APPRISE


def test_a_command_knows_what_it_is_about(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert send(command=("sh", "-c", 'echo "$GONOGO_KIND $GONOGO_KEY $GONOGO_PEOPLE" > "$0"', str(out))) is None
    assert out.read_text() == "opened letter-1 ann\n"


def test_a_command_reads_the_words(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert send(command=("sh", "-c", 'cat > "$0"', str(out))) is None
    assert out.read_text() == WORDS + "\n"


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
