"""Handshakes as they go wrong: each says what is the matter, within the deadline."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme
from tests.probes.hostile import Handler, nobody, serving
from tests.probes.server import Site
from tests.probes.test_tls_hostile import HELLO, both, context

from gonogo.probes import asking
from gonogo.probes.http import HttpQuestion
from gonogo.probes.tls import TlsQuestion
from gonogo.rules.probe import Failure, Outcome

OK, FAILED = Outcome.OK, Outcome.FAILED


async def mute(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Listen, and say nothing."""
    while await reader.read(1000):
        pass


async def hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Close when the client has spoken."""
    await reader.read(1000)


def blurts(data: bytes) -> Handler:
    """Say something when the client has spoken."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(data)
        await writer.drain()
        writer.write_eof()
        await reader.read()

    return handle


@pytest.mark.parametrize(
    ("handler", "failure", "detail"),
    [
        pytest.param(hang_up, Failure.RESET, ("closed during the TLS handshake", "the connection broke"), id="closes"),
        pytest.param(blurts(b"HTTP/1.1 400 Bad\r\n\r\n"), Failure.PROTOCOL, ("it does not speak TLS",), id="http"),
        pytest.param(blurts(b"220 mail ESMTP\r\n"), Failure.PROTOCOL, ("it does not speak TLS",), id="smtp"),
        pytest.param(blurts(b"SSH-2.0-OpenSSH_9.2\r\n"), Failure.PROTOCOL, ("it does not speak TLS",), id="ssh"),
        pytest.param(blurts(bytes(600)), Failure.PROTOCOL, ("it does not speak TLS",), id="zeros"),
        pytest.param(
            blurts(b"\x15\x03\x03\x00\x02\x02\x28"), Failure.PROTOCOL,
            ("TLS failed: sslv3 alert handshake failure", "TLS failed: ssl/tls alert handshake failure"), id="alert",
        ),
        pytest.param(
            blurts(b"\x16\x03\x03\x00\x10"), Failure.RESET, ("closed during the TLS handshake",), id="half a record"
        ),
        pytest.param(blurts(b"\x15\x03\x03\x00\x02\x02\x70"), Failure.PROTOCOL,
                     ("TLS failed: tlsv1 unrecognized name", "TLS failed: tlsv1 alert unrecognized name"), id="name"),
    ],
)  # fmt: skip
def test_a_server_that_does_not_shake_hands(
    ca: str, handler: Handler, failure: Failure, detail: tuple[str, ...]
) -> None:
    for reply in both(None, handler, authority=ca):
        assert (reply.outcome, reply.failure) == (FAILED, failure)
        assert reply.detail in detail


def test_a_handshake_that_stalls_ends_at_the_deadline(ca: str) -> None:
    for reply in both(None, mute, authority=ca, deadline_s=0.2):
        assert (reply.failure, reply.detail) == (Failure.TIMEOUT_CONNECT, "no end of the TLS handshake in 0.2 s")
        assert reply.phases.connect is not None


def test_an_old_version_of_tls_is_named(authority: trustme.CA, ca: str) -> None:
    tls = context(authority.issue_cert("127.0.0.1"))
    with pytest.warns(DeprecationWarning, match="deprecated"):
        tls.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="deprecated"):
        tls.maximum_version = ssl.TLSVersion.TLSv1_1
    with Site(tls) as site:
        reply = asyncio.run(asking.ask(HttpQuestion(site.url + "/ok", authority=ca, deadline_s=3)))
    assert (reply.outcome, reply.failure) == (FAILED, Failure.PROTOCOL)
    assert reply.detail.startswith("TLS failed: ")


def test_a_server_that_wants_a_certificate_of_ours_says_so(authority: trustme.CA, ca: str) -> None:
    tls = context(authority.issue_cert("127.0.0.1"))
    tls.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(tls)
    with Site(tls) as site:
        reply = asyncio.run(asking.ask(HttpQuestion(site.url + "/ok", authority=ca, deadline_s=3)))
    assert (reply.outcome, reply.failure) == (FAILED, Failure.PROTOCOL)
    assert "certificate required" in reply.detail


def test_a_tls_probe_ends_its_handshake(authority: trustme.CA, ca: str) -> None:
    """A server that never hears the end of it logs a failure with each check."""
    ended = list[bytes]()

    async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        ended.append(await reader.read())

    async def run() -> None:
        async with serving(handle, context(authority.issue_cert("127.0.0.1"))) as port:
            assert (await asking.ask(TlsQuestion("127.0.0.1", port, authority=ca))).outcome is OK
            async with asyncio.timeout(3):
                while not ended:  # noqa: ASYNC110 - it is the server that is waited for
                    await asyncio.sleep(0.01)

    asyncio.run(run())


def test_nobody_there_is_refused(ca: str) -> None:
    with nobody() as port:
        reply = asyncio.run(asking.ask(TlsQuestion("127.0.0.1", port, authority=ca)))
    assert (reply.failure, reply.detail) == (Failure.REFUSED, "the connection was refused")


def test_a_body_that_ends_early_over_tls_is_no_answer(authority: trustme.CA, ca: str) -> None:
    cut = HELLO.replace(b"5", b"500")
    reply = both(context(authority.issue_cert("127.0.0.1")), blurts(cut), authority=ca)[0]
    assert (reply.failure, reply.facts) == (Failure.RESET, {})
