"""Sending a post by one way: a webhook, Slack, ntfy, Apprise or a command. Never on the way of a check."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gonogo.formats.config import SecretMissing, resolve
from gonogo.probes import http
from gonogo.probes.asking import ask
from gonogo.rules import envelope, expectation
from gonogo.rules.channel import NO_APPRISE, ChannelConfig
from gonogo.rules.clock import Clock
from gonogo.rules.envelope import Envelope
from gonogo.rules.letter import Parcel
from gonogo.rules.probe import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

DEADLINE_S = 20.0
_GOOD = expectation.parse(["status < 300"])
_BUSY = (429, 503)
_APPRISE = (
    "import json, sys, apprise; said = json.load(sys.stdin); to = apprise.Apprise();"
    " sys.exit(3) if not to.add(said['url']) else None;"
    " sys.exit(0 if to.notify(title=said['title'], body=said['body'], notify_type=said['type']) else 4)"
)
_APPRISE_ENDS = {3: "Apprise does not know what its URL means", 4: "Apprise could not deliver it"}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a try went: why it failed, or nothing; how long its receiver wants to be left alone; whether it is over."""

    why: str | None = None
    wait_s: float | None = None
    final: bool = False


SENT = Answer()


async def send(parcel: Parcel, channels: Sequence[ChannelConfig], clock: Clock) -> Answer:
    """Send one post; say how it went, with no secret in it."""
    channel = next((one for one in channels if one.name == parcel.channel), None)
    if channel is None:
        return Answer(f"the channel “{parcel.channel}” is no longer in the config", final=True)
    now = clock.now()
    try:
        match channel.way:
            case "command":
                return await _run(channel.command or (), f"{parcel.text(now)}\n".encode(), parcel)
            case "apprise":
                return await _apprise(parcel, clock, resolve(channel.apprise or ""))
            case "slack":
                return await _post(resolve(channel.slack or ""), envelope.slack(parcel, now), clock)
            case "ntfy":
                token = resolve(channel.token) if channel.token else None
                return await _post(resolve(channel.ntfy or ""), envelope.ntfy(parcel, now, token), clock)
            case _:
                return await _post(resolve(channel.webhook or ""), envelope.webhook(parcel, now), clock)
    except SecretMissing as error:
        return Answer(str(error))


async def _post(url: str, written: Envelope, clock: Clock) -> Answer:
    question = http.HttpQuestion(url, "POST", written.headers, written.content, deadline_s=DEADLINE_S, expect=_GOOD)
    reply = await ask(question)
    if reply.outcome is Outcome.OK:
        return SENT
    asked = None
    if reply.facts.get("status") in _BUSY:
        asked = envelope.wait_s(str(reply.facts["headers"].get("retry-after", "")), clock.now().utc)
    return Answer(f"{reply.failure}: {reply.detail}", asked)


async def _apprise(parcel: Parcel, clock: Clock, url: str) -> Answer:
    """Let Apprise send in a process of its own: what it does cannot be interrupted in this one."""
    if importlib.util.find_spec("apprise") is None:
        return Answer(NO_APPRISE)
    said = envelope.apprise(parcel, clock.now(), url)
    answer = await _run((sys.executable, "-c", _APPRISE), said, parcel, name="Apprise")
    return answer


async def _run(argv: Sequence[str], said: bytes, parcel: Parcel, name: str = "") -> Answer:
    """Run a command with the message as its input, in a session of its own."""
    name = name or argv[0]
    about = {
        "GONOGO_TITLE": parcel.title, "GONOGO_KEY": parcel.key, "GONOGO_URGENCY": str(parcel.urgency),
        "GONOGO_KIND": parcel.letters[-1].kind, "GONOGO_PEOPLE": ",".join(parcel.people),
    }  # fmt: skip
    try:
        child = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL, start_new_session=True, env={**os.environ, **about},
        )  # fmt: skip
    except OSError as error:
        return Answer(f"{name} cannot be started: {error.strerror}")
    try:
        async with asyncio.timeout(DEADLINE_S):
            await child.communicate(said)
    except TimeoutError:
        return Answer(f"{name} did not end in {DEADLINE_S:.0f} s")
    finally:
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGKILL)
            await child.wait()
    if child.returncode == 0:
        return SENT
    known = _APPRISE_ENDS.get(child.returncode or 0) if name == "Apprise" else None
    return Answer(known or f"{name} ended with exit code {child.returncode}")
