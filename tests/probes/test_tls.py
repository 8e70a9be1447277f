"""Certificates: trusted, unknown, of another name, and out of date."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from tests.probes.server import Site

from gonogo.probes import asking, certificate
from gonogo.probes.asking import Reply
from gonogo.probes.http import HttpQuestion
from gonogo.rules.expectation import parse
from gonogo.rules.probe import Failure, Outcome


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that nobody knows, yet."""
    return trustme.CA()


def serving(authority: trustme.CA, *names: str, until: datetime | None = None) -> ssl.SSLContext:
    """Make a server's context with a certificate for some names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, not_after=until).configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust that authority in this test."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    monkeypatch.setattr(certificate, "trust", lambda *_, **__: context)


def ask(url: str, *expect: str) -> Reply:
    """Ask once."""
    return asyncio.run(asking.ask(HttpQuestion(url, deadline_s=3, expect=parse(expect))))


@pytest.mark.usefixtures("trusted")
def test_a_trusted_certificate_says_when_it_ends(authority: trustme.CA) -> None:
    until = datetime.now(UTC) + timedelta(days=10)
    with Site(serving(authority, "127.0.0.1", until=until)) as site:
        reply = ask(site.url + "/ok", "status == 200", "cert.days > 9", "cert.days < 11")
        late = ask(site.url + "/ok", "cert.days > 14")
    assert (reply.outcome, reply.detail) == (Outcome.OK, "")
    assert reply.facts["ip"] == "127.0.0.1"
    assert (late.outcome, late.failure) == (Outcome.FAILED, Failure.EXPECTATION)


def test_an_authority_that_nobody_knows_is_not_trusted(authority: trustme.CA) -> None:
    with Site(serving(authority, "127.0.0.1")) as site:
        reply = ask(site.url + "/ok")
    assert (reply.outcome, reply.failure, reply.detail) == (
        Outcome.FAILED, Failure.TLS_UNTRUSTED, "the certificate is not trusted",
    )  # fmt: skip
    assert site.asked == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("name", ["shop.example", "127.0.0.2"])
def test_a_certificate_of_another_name(authority: trustme.CA, name: str) -> None:
    with Site(serving(authority, name)) as site:
        reply = ask(site.url + "/ok")
    assert (reply.failure, reply.detail) == (Failure.TLS_HOSTNAME, "the certificate is for another name")


@pytest.mark.usefixtures("trusted")
def test_a_certificate_that_has_expired(authority: trustme.CA) -> None:
    with Site(serving(authority, "127.0.0.1", until=datetime.now(UTC) - timedelta(minutes=5))) as site:
        reply = ask(site.url + "/ok")
    assert (reply.failure, reply.detail) == (Failure.TLS_EXPIRED, "the certificate has expired")


@pytest.mark.usefixtures("trusted")
def test_tls_to_a_server_that_speaks_none() -> None:
    with Site(greeting=b"220 mail.example ESMTP\r\n") as site:
        reply = ask(site.url.replace("http:", "https:") + "/ok")
    assert reply.outcome is Outcome.FAILED
    assert reply.failure in (Failure.TLS_UNTRUSTED, Failure.PROTOCOL, Failure.RESET)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_environment_does_not_choose_whom_to_trust(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv(name, str(tmp_path / "ca.pem" if name.endswith("FILE") else tmp_path))
    monkeypatch.setattr(certificate, "trust", certificate.trust.__wrapped__)
    with Site(serving(authority, "127.0.0.1")) as site:
        assert ask(site.url + "/ok").failure is Failure.TLS_UNTRUSTED
