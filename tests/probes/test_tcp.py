"""TCP probes: ports that refuse, swallow, talk at once, in pieces, or too much."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from tests.probes.hostile import Handler, conditions, nobody, serving

from gonogo.probes import asking
from gonogo.probes.asking import Reply
from gonogo.probes.tcp import REPLY_BYTES, TcpQuestion
from gonogo.rules.probe import Failure, Outcome

OK, FAILED = Outcome.OK, Outcome.FAILED


def ask(handler: Handler, *expect: str, **more: Any) -> Reply:
    """Ask such a port once; what it says is listened to where a condition wants that."""

    async def once() -> Reply:
        async with serving(handler) as port:
            wanted = conditions(*(expect or ("connected == true",)))
            hears = any(one.reading == "reply" for one in wanted.conditions)
            return await asking.ask(
                TcpQuestion("127.0.0.1", port, expect=wanted, hears=hears, **{"deadline_s": 2.0, **more})
            )

    return asyncio.run(once())


async def swallow(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Take everything, and say nothing."""
    while await reader.read(1000):
        pass


async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing, and end."""
    writer.write_eof()
    await reader.read()


async def pong(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as Redis does, for whoever knows the password."""
    while line := await reader.readline():
        writer.write(b"+PONG\r\n" if line == b"PING\r\n" else b"-ERR what?\r\n")
        await writer.drain()


async def pieces(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Greet in three pieces, each a packet of its own."""
    for piece in (b"220 ", b"mail.example", b" ESMTP\r\n"):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.03)
    await reader.read()


async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Talk without an end."""
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()


def test_a_port_that_takes_a_connection_is_up() -> None:
    reply = ask(swallow)
    assert (reply.outcome, reply.detail, reply.ip) == (OK, "", "127.0.0.1")
    assert reply.facts["connected"] is True
    assert reply.phases.connect is not None
    assert reply.phases.first_byte is None


def test_a_port_that_refuses() -> None:
    with nobody() as port:
        reply = asyncio.run(asking.ask(TcpQuestion("127.0.0.1", port)))
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, Failure.REFUSED, "the connection was refused")


def test_a_port_that_swallows_what_is_said_never_answers() -> None:
    reply = ask(swallow, "reply contains 'PONG'", say=b"PING\r\n", deadline_s=0.2)
    assert (reply.failure, reply.detail) == (Failure.TIMEOUT_FIRST_BYTE, "no answer in 0.2 s")
    assert ask(swallow, say=b"PING\r\n").outcome is OK


def test_a_port_that_closes_without_a_word() -> None:
    reply = ask(close, "reply contains 'PONG'")
    assert (reply.failure, reply.detail) == (Failure.RESET, "closed without a word")
    assert ask(close).outcome is OK


def test_say_and_hear() -> None:
    good = ask(pong, "reply contains '+PONG'", "first_byte < 2s", say=b"PING\r\n")
    assert (good.outcome, good.detail, good.facts["reply"]) == (OK, "", "+PONG\r\n")
    assert good.phases.first_byte is not None
    began = time.monotonic()
    bad = ask(pong, "reply contains '+PONG'", say=b"NONSENSE\r\n", deadline_s=0.4)
    assert (bad.outcome, bad.failure) == (FAILED, Failure.EXPECTATION)
    assert bad.detail == r"wanted reply contains '+PONG', saw '-ERR what?\r\n'"
    assert time.monotonic() - began < 2


def test_a_greeting_that_comes_in_pieces_is_heard_to_its_end() -> None:
    reply = ask(pieces, "reply contains 'ESMTP'")
    assert (reply.outcome, reply.detail, reply.facts["reply"]) == (OK, "", "220 mail.example ESMTP\r\n")
    first = ask(pieces, "reply matches '^220'")
    assert (first.outcome, first.facts["reply"]) == (OK, "220 ")


def test_a_port_that_talks_without_an_end_is_not_listened_to_for_ever() -> None:
    reply = ask(endless, "reply contains 'y'")
    assert (reply.outcome, reply.failure) == (FAILED, Failure.EXPECTATION)
    assert len(reply.facts["reply"]) == REPLY_BYTES
    assert len(reply.detail) <= asking.EXCERPT


def test_a_greeting_of_no_charset_is_text_without_controls_in_its_detail() -> None:
    async def bytes_of_all_kinds(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(range(256)))
        await reader.read()

    reply = ask(bytes_of_all_kinds, "reply contains 'hello'", deadline_s=0.3)
    assert reply.failure is Failure.EXPECTATION
    assert reply.detail.isprintable()


@pytest.mark.parametrize("say", [b"", b"x" * (1 << 22)])
def test_what_is_said_may_be_nothing_or_much(say: bytes) -> None:
    assert ask(swallow, say=say).outcome is OK


def test_what_is_never_taken_ends_at_the_deadline() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(5)

    reply = ask(deaf, say=b"x" * (1 << 24), deadline_s=0.3)
    assert (reply.outcome, reply.failure) == (FAILED, Failure.TIMEOUT_FIRST_BYTE)
