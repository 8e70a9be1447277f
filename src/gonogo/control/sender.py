"""Sending what waits in the outbox: to a webhook, or to a command. Never on the way of a check."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import TYPE_CHECKING

from gonogo.formats.config import SecretMissing, resolve
from gonogo.probes import http
from gonogo.probes.asking import ask
from gonogo.rules import expectation
from gonogo.rules.config import ChannelConfig
from gonogo.rules.probe import Outcome
from gonogo.store.outbox import Letter

if TYPE_CHECKING:
    from collections.abc import Sequence

DEADLINE_S, ANSWER_BYTES = 20.0, 65_536
_GOOD = expectation.parse(["status < 300"])


async def send(letter: Letter, channels: Sequence[ChannelConfig]) -> str | None:
    """Send one message; return why it failed, or nothing."""
    channel = next((one for one in channels if one.name == letter.channel), None)
    if channel is None:
        return f"the channel “{letter.channel}” is no longer in the config"
    if channel.command:
        return await _run(channel.command, letter.text)
    try:
        url = resolve(channel.webhook or "")
    except SecretMissing as error:
        return str(error)
    body = json.dumps({"text": letter.text}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": letter.id}
    question = http.HttpQuestion(
        url, "POST", headers, body, deadline_s=DEADLINE_S, body_limit=ANSWER_BYTES, expect=_GOOD
    )  # fmt: skip
    reply = await ask(question)
    return None if reply.outcome is Outcome.OK else f"{reply.failure}: {reply.detail}"


async def _run(argv: Sequence[str], text: str) -> str | None:
    """Run a command with the message as its input, in a session of its own."""
    try:
        child = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        return f"{argv[0]} cannot be started: {error.strerror}"
    try:
        async with asyncio.timeout(DEADLINE_S):
            await child.communicate(text.encode())
    except TimeoutError:
        os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
        return f"{argv[0]} did not end in {DEADLINE_S:.0f} s"
    return None if child.returncode == 0 else f"{argv[0]} ended with exit code {child.returncode}"
