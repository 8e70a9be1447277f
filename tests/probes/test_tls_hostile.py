"""TLS as it goes wrong: each certificate and each handshake says what is the matter, within the deadline."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from tests.probes.conftest import stored
from tests.probes.hostile import Handler, conditions, naming, says, serving

from gonogo.probes import asking, lookup
from gonogo.probes.asking import Question, Reply
from gonogo.probes.blocking import Workers
from gonogo.probes.http import HttpQuestion
from gonogo.probes.tls import TlsQuestion
from gonogo.rules.probe import Failure, Outcome

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
NOW = datetime.now(UTC)


def context(leaf: trustme.LeafCert) -> ssl.SSLContext:
    """Make a server's context of a certificate."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(made)
    return made


def both(tls: ssl.SSLContext | None, handler: Handler, name: str = "127.0.0.1", **more: Any) -> list[Reply]:
    """Ask one server as an http probe and as a tls probe, where that can be."""

    async def run() -> list[Reply]:
        async with serving(handler, tls) as port:
            over = f"[{name}]" if ":" in name else name
            questions: list[Question] = [HttpQuestion(f"https://{over}:{port}/", **{"deadline_s": 3.0, **more})]
            if not more.get("insecure"):
                questions.append(TlsQuestion(name, port, **{"deadline_s": 3.0, **more}))
            return [await asking.ask(one) for one in questions]

    return asyncio.run(run())


def answers(tls: ssl.SSLContext | None, **more: Any) -> list[Reply]:
    """Ask a server that would say hello."""
    return both(tls, says(HELLO), **more)


@pytest.mark.parametrize(
    ("make", "failure", "detail"),
    [
        pytest.param(
            lambda ca: ca.issue_cert("127.0.0.1", not_after=NOW - timedelta(hours=1)),
            Failure.TLS_EXPIRED, "the certificate has expired", id="expired",
        ),
        pytest.param(
            lambda ca: ca.issue_cert("127.0.0.1", not_before=NOW + timedelta(days=1)),
            Failure.TLS_EXPIRED, "the certificate is not valid yet", id="not yet valid",
        ),
        pytest.param(
            lambda ca: ca.issue_cert("other.example"),
            Failure.TLS_HOSTNAME, "the certificate is for another name", id="another name",
        ),
        pytest.param(
            lambda ca: ca.issue_cert("127.0.0.2"),
            Failure.TLS_HOSTNAME, "the certificate is for another name", id="another address",
        ),
        pytest.param(
            lambda ca: trustme.CA().issue_cert("127.0.0.1"),
            Failure.TLS_UNTRUSTED, "the certificate is not trusted", id="another authority",
        ),
    ],
)  # fmt: skip
def test_a_certificate_that_does_not_do(
    authority: trustme.CA, ca: str, make: Callable[[trustme.CA], trustme.LeafCert], failure: Failure, detail: str
) -> None:
    for reply in answers(context(make(authority)), authority=ca):
        assert (reply.outcome, reply.failure, reply.detail) == (FAILED, failure, detail)
        assert reply.ip == "127.0.0.1"
        assert reply.phases.connect is not None
        assert reply.phases.tls is None


def test_one_that_signed_itself_is_not_trusted(ca: str, tmp_path: Path) -> None:
    alone = trustme.CA()
    (tmp_path / "self.pem").write_bytes(alone.private_key_pem.bytes() + alone.cert_pem.bytes())
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(tmp_path / "self.pem")
    for reply in answers(made, authority=ca):
        assert (reply.failure, reply.detail) == (Failure.TLS_UNTRUSTED, "the certificate is not trusted")


def test_the_systems_authorities_do_not_know_ours(authority: trustme.CA) -> None:
    for reply in answers(context(authority.issue_cert("127.0.0.1"))):
        assert reply.failure is Failure.TLS_UNTRUSTED


def test_a_certificate_of_an_authority_of_ones_own(authority: trustme.CA, ca: str) -> None:
    leaf = authority.issue_cert("127.0.0.1", common_name="shop", not_after=NOW + timedelta(days=40))
    expect = conditions("cert.days > 39", "cert.days < 41", "cert.subject == 'shop'")
    serial = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes()).serial_number
    for reply in answers(context(leaf), authority=ca, expect=expect):
        assert (reply.outcome, reply.detail) == (OK, "")
        assert int(reply.facts["cert"]["serial"], 16) == serial
        assert reply.facts["cert"]["earliest"] == "shop"
        assert reply.phases.tls is not None


def ending(middle: trustme.CA, root: trustme.CA, when: datetime) -> None:
    """Issue an authority's certificate anew, to end at another time."""
    old = middle._certificate
    anew = x509.CertificateBuilder(old.issuer, old.subject, old.public_key(), old.serial_number)
    anew = anew.not_valid_before(NOW - timedelta(days=1)).not_valid_after(when)
    for one in old.extensions:
        anew = anew.add_extension(one.value, one.critical)
    middle._certificate = anew.sign(root._private_key, hashes.SHA256())


def test_a_chain_ends_with_its_earliest_link(authority: trustme.CA, ca: str) -> None:
    """The leaf holds for a year; the authority between it and the root for five days."""
    middle = authority.create_child_ca()
    ending(middle, authority, NOW + timedelta(days=5))
    leaf = middle.issue_cert("127.0.0.1", common_name="shop", not_after=NOW + timedelta(days=365))
    serial = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes()).serial_number
    late = answers(context(leaf), authority=ca, expect=conditions("cert.days > 14"))
    for reply in late:
        assert (reply.outcome, reply.failure) == (FAILED, Failure.EXPECTATION)
        cert = reply.facts["cert"]
        assert 4 < cert["days"] < 5.01
        assert (cert["subject"], int(cert["serial"], 16)) == ("shop", serial)
        assert cert["earliest"] != "shop"
        assert cert["earliest"] == cert["issuer"]
    ending(middle, authority, NOW - timedelta(hours=1))
    gone = middle.issue_cert("127.0.0.1", not_after=NOW + timedelta(days=365))
    for reply in answers(context(gone), authority=ca):
        assert reply.failure is Failure.TLS_EXPIRED


def test_a_link_that_the_server_forgets_is_not_made_up(authority: trustme.CA, ca: str, tmp_path: Path) -> None:
    leaf = authority.create_child_ca().issue_cert("127.0.0.1")
    (tmp_path / "leaf.pem").write_bytes(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(tmp_path / "leaf.pem")
    for reply in answers(made, authority=ca):
        assert reply.failure is Failure.TLS_UNTRUSTED


# Authorities and trust ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file or directory"),
        (b"", "it holds no certificates"),
        (b"hello", "it holds no certificates"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "it holds no certificates"),
    ],
)
def test_a_file_of_authorities_that_does_not_do_is_our_fault(tmp_path: Path, content: bytes | None, why: str) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    for reply in both(None, says(HELLO), authority=str(path)):
        assert (reply.outcome, reply.failure) == (UNKNOWN, Failure.INTERNAL)
        assert reply.detail.endswith(why) or len(str(path)) > 100
    assert asyncio.run(asking.ask(HttpQuestion("https://127.0.0.1:1/", authority=str(tmp_path)))).outcome is UNKNOWN


def test_authorities_that_change_on_disk_are_read_anew(authority: trustme.CA, tmp_path: Path) -> None:
    """A watch runs for weeks; whoever replaces the file does not have to start it again."""
    path = stored(trustme.CA(), tmp_path / "ca.pem")
    tls = context(authority.issue_cert("127.0.0.1"))

    async def run() -> list[Failure | None]:
        found = []
        async with serving(says(HELLO), tls) as port:
            questions = (HttpQuestion(f"https://127.0.0.1:{port}/", authority=path),
                         TlsQuestion("127.0.0.1", port, authority=path))  # fmt: skip
            for _ in range(2):
                found += [(await asking.ask(one)).failure for one in questions]
                os.replace(stored(authority, tmp_path / "new.pem"), path)
        return found

    assert asyncio.run(run()) == [Failure.TLS_UNTRUSTED, Failure.TLS_UNTRUSTED, None, None]


@pytest.mark.parametrize("name", ["127.0.0.1", "other.example"])
def test_insecure_asks_whoever_is_there_and_still_says_when_it_ends(name: str) -> None:
    leaf = trustme.CA().issue_cert(name, common_name="shop", not_after=NOW + timedelta(days=3))
    (reply,) = answers(context(leaf), insecure=True, expect=conditions("status == 200", "cert.days < 4"))
    assert (reply.outcome, reply.detail) == (OK, "")
    assert 2 < reply.facts["cert"]["days"] < 3.01
    assert reply.facts["cert"]["subject"] == "shop"
    assert reply.facts["cert"]["serial"]


def test_insecure_still_knows_one_that_has_expired() -> None:
    leaf = trustme.CA().issue_cert("127.0.0.1", not_after=NOW - timedelta(days=2))
    (reply,) = answers(context(leaf), insecure=True, expect=conditions("cert.days > 0"))
    assert (reply.outcome, reply.failure) == (FAILED, Failure.EXPECTATION)
    assert -2.1 < reply.facts["cert"]["days"] < -1.9


def test_insecure_is_one_probes_alone(authority: trustme.CA, ca: str) -> None:
    tls = context(trustme.CA().issue_cert("127.0.0.1"))
    assert [one.outcome for one in answers(tls, insecure=True, authority=ca)] == [OK]
    assert [one.failure for one in answers(tls, authority=ca)] == [Failure.TLS_UNTRUSTED] * 2


# Names ----------------------------------------------------------------------------------------------------


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of this test's own."""
    monkeypatch.setattr(lookup, "_lookups", Workers("test-lookup", 4))


def heard(tls: ssl.SSLContext) -> list[str | None]:
    """Note which names clients ask a server for."""
    found = list[str | None]()
    tls.sni_callback = lambda _, name, __: found.append(name)
    return found


@pytest.mark.usefixtures("workers")
@pytest.mark.parametrize("name", ["shop.test", "shop.test."])
def test_the_name_is_asked_for_though_the_address_is_dialled(
    authority: trustme.CA, ca: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    naming(monkeypatch, **{name.replace(".", "_"): ["127.0.0.1"]})
    tls = context(authority.issue_cert("shop.test"))
    names = heard(tls)
    for reply in both(tls, says(HELLO), name, authority=ca):
        assert (reply.outcome, reply.detail, reply.ip) == (OK, "", "127.0.0.1")
    assert names == ["shop.test"] * 2


@pytest.mark.usefixtures("workers")
def test_a_name_of_another_alphabet(authority: trustme.CA, ca: str, monkeypatch: pytest.MonkeyPatch) -> None:
    naming(monkeypatch, **{"xn--bcher-kva_test": ["127.0.0.1"], "bücher_test": ["127.0.0.1"]})
    tls = context(authority.issue_cert("xn--bcher-kva.test"))
    names = heard(tls)
    for reply in both(tls, says(HELLO), "bücher.test", authority=ca):
        assert (reply.outcome, reply.detail) == (OK, "")
    assert names == ["xn--bcher-kva.test"] * 2


def test_a_server_asked_by_another_name(authority: trustme.CA, ca: str) -> None:
    tls = context(authority.issue_cert("shop.test"))
    names = heard(tls)

    async def run() -> Reply:
        async with serving(says(HELLO), tls) as port:
            return await asking.ask(TlsQuestion("127.0.0.1", port, "shop.test", ca, deadline_s=3))

    reply = asyncio.run(run())
    assert (reply.outcome, reply.detail, names) == (OK, "", ["shop.test"])
    assert reply.facts["protocol"] == "TLSv1.3"


def loopback() -> tuple[str, str]:
    """An address of this machine, of the sixth version where it has one; and one that is another's."""
    with suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return "::1", "::2"
    return "127.0.0.1", "127.0.0.2"


def test_an_address_stands_for_itself_in_a_certificate(authority: trustme.CA, ca: str) -> None:
    here, other = loopback()

    async def run(name: str) -> list[Reply]:
        async with serving(says(HELLO), context(authority.issue_cert(name)), host=here) as port:
            url = f"https://[{here}]:{port}/" if ":" in here else f"https://{here}:{port}/"
            return [
                await asking.ask(HttpQuestion(url, authority=ca, deadline_s=3)),
                await asking.ask(TlsQuestion(here, port, authority=ca, deadline_s=3)),
            ]

    for reply in asyncio.run(run(here)):
        assert (reply.outcome, reply.detail, reply.ip) == (OK, "", here)
    assert [one.failure for one in asyncio.run(run(other))] == [Failure.TLS_HOSTNAME] * 2
