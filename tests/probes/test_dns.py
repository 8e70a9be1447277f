"""DNS probes against a small name server on loopback, in its good days and its bad ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from tests.probes.hostile import conditions, descriptors, settled
from tests.probes.test_connecting import out_of_descriptors

from gonogo.probes import asking
from gonogo.probes.asking import Reply
from gonogo.probes.dns import DnsQuestion
from gonogo.rules.probe import Failure, Outcome

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
Say = Callable[[dns.message.Message, bytes, bool], bytes | None]
RECORDS = {
    ("shop.test.", "A"): (300, ["127.0.0.2", "127.0.0.1"]),
    ("shop.test.", "AAAA"): (60, ["::1"]),
    ("shop.test.", "MX"): (3600, ["10 mail.shop.test."]),
    ("shop.test.", "TXT"): (5, ['"v=spf1 -all"', '"x\\027[2J"']),
    ("key.shop.test.", "TXT"): (5, ['"v=DKIM1; " "p=abc."']),
    ("www.shop.test.", "CNAME"): (30, ["shop.test."]),
    ("1.0.0.127.in-addr.arpa.", "PTR"): (30, ["shop.test."]),
    ("xn--bcher-kva.test.", "A"): (30, ["127.0.0.9"]),
}


def zone(query: dns.message.Message, _: bytes, __: bool) -> bytes:
    """Answer from the records, as a good server does."""
    (asked,) = query.question
    answer = dns.message.make_response(query)
    name, kind = str(asked.name).lower(), dns.rdatatype.to_text(asked.rdtype)
    for key in ((name, kind), (name, "CNAME"), ("shop.test.", kind) if name == "www.shop.test." else ("", "")):
        if key in RECORDS:
            ttl, found = RECORDS[key]
            answer.answer.append(dns.rrset.from_text(key[0], ttl, "IN", key[1], *found))
    if not any(key[0] == name for key in RECORDS):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer.to_wire()


def code(name: str) -> Say:
    """Refuse with a code."""

    def say(query: dns.message.Message, _: bytes, __: bool) -> bytes:
        answer = dns.message.make_response(query)
        answer.set_rcode(dns.rcode.from_text(name))
        return answer.to_wire()

    return say


@asynccontextmanager
async def name_server(say: Say) -> AsyncIterator[int]:
    """Serve over UDP and TCP on one port; give it."""

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, peer: tuple[str, int]) -> None:
            answer = say(dns.message.from_wire(data), data, False)
            if answer is not None:
                self.transport.sendto(answer, peer)  # type: ignore[attr-defined]

    async def over_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(2), "big")
        data = await reader.readexactly(size)
        answer = say(dns.message.from_wire(data), data, True)
        if answer is not None:
            writer.write(len(answer).to_bytes(2, "big") + answer)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    tcp = await asyncio.start_server(over_tcp, "127.0.0.1", 0)
    port = tcp.sockets[0].getsockname()[1]
    udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(Server, ("127.0.0.1", port))
    try:
        yield port
    finally:
        udp.close()
        tcp.close()
        await tcp.wait_closed()
        await asyncio.sleep(0)


def ask(say: Say, *expect: str, name: str = "shop.test", record: str = "A", deadline_s: float = 3.0) -> Reply:
    """Ask such a server once."""

    async def once() -> Reply:
        async with name_server(say) as port:
            wanted = conditions(*(expect or ("len(answers) > 0",)))
            return await asking.ask(DnsQuestion(name, record, ("127.0.0.1", port), deadline_s, wanted))

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("name", "record", "answers", "ttl"),
    [
        ("shop.test", "A", ["127.0.0.1", "127.0.0.2"], 300),
        ("shop.test.", "AAAA", ["::1"], 60),
        ("shop.test", "MX", ["10 mail.shop.test"], 3600),
        ("www.shop.test", "CNAME", ["shop.test"], 30),
        ("1.0.0.127.in-addr.arpa", "PTR", ["shop.test"], 30),
        ("bücher.test", "A", ["127.0.0.9"], 30),
        ("SHOP.Test", "A", ["127.0.0.1", "127.0.0.2"], 300),
    ],
)
def test_records(name: str, record: str, answers: list[str], ttl: int) -> None:
    reply = ask(zone, name=name, record=record)
    assert (reply.outcome, reply.detail, reply.ip) == (OK, "", "127.0.0.1")
    assert (reply.facts["rcode"], reply.facts["answers"], reply.facts["ttl"]) == ("NOERROR", answers, ttl)
    assert reply.phases.dns is not None
    assert reply.latency_s is not None


def test_what_a_record_says_cannot_steer_a_terminal() -> None:
    reply = ask(zone, "answers contains 'v=spf1 -all'", record="TXT")
    assert (reply.outcome, reply.detail) == (OK, "")
    assert "\x1b" not in "".join(reply.facts["answers"])


def test_a_text_comes_without_its_quotes_and_whole_however_it_was_cut() -> None:
    reply = ask(zone, "answers contains 'v=DKIM1; p=abc.'", record="TXT", name="key.shop.test")
    assert (reply.outcome, reply.facts["answers"]) == (OK, ["v=DKIM1; p=abc."])


def test_an_alias_is_followed() -> None:
    reply = ask(zone, "answers contains '127.0.0.2'", "ttl <= 300", name="www.shop.test")
    assert (reply.outcome, reply.detail) == (OK, "")


@pytest.mark.parametrize(
    ("expect", "name", "record", "failure", "detail"),
    [
        ("len(answers) > 0", "gone.test", "A", Failure.DNS_NXDOMAIN,
         "the name server says NXDOMAIN, wanted len(answers) > 0"),
        ("ttl < 60", "gone.test", "A", Failure.DNS_NXDOMAIN, "the name server says NXDOMAIN, wanted ttl < 60"),
        ("rcode == 'NOERROR'", "gone.test", "A", Failure.EXPECTATION, "wanted rcode == 'NOERROR', saw 'NXDOMAIN'"),
        ("len(answers) > 0", "shop.test", "NS", Failure.EXPECTATION, "wanted len(answers) > 0, saw 0"),
        ("ttl < 60", "shop.test", "NS", Failure.EXPECTATION, "cannot tell: ttl < 60"),
        ("answers contains '10.0.0.1'", "shop.test", "A", Failure.EXPECTATION, "wanted answers contains '10.0.0.1'"),
        ("ttl < 60", "shop.test", "A", Failure.EXPECTATION, "wanted ttl < 60, saw 300"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_the_one_that_is_wanted(
    expect: str, name: str, record: str, failure: Failure, detail: str
) -> None:
    reply = ask(zone, expect, name=name, record=record)
    assert (reply.outcome, reply.failure) == (FAILED, failure)
    assert reply.detail.startswith(detail)


def test_that_a_name_does_not_exist_can_be_what_is_wanted() -> None:
    assert ask(zone, "rcode == 'NXDOMAIN'", "len(answers) == 0", name="gone.test").outcome is OK


@pytest.mark.parametrize("name", ["SERVFAIL", "REFUSED", "FORMERR", "NOTIMP"])
def test_a_server_that_refuses_says_how(name: str) -> None:
    reply = ask(code(name))
    assert (reply.outcome, reply.failure) == (FAILED, Failure.EXPECTATION)
    assert reply.detail == f"the name server says {name}, wanted len(answers) > 0"
    assert ask(code(name), f"rcode == '{name}'").outcome is OK


def test_a_server_that_says_nothing() -> None:
    began = time.monotonic()
    reply = ask(lambda *_: None, deadline_s=0.3)
    assert (reply.outcome, reply.failure) == (FAILED, Failure.DNS_TIMEOUT)
    assert reply.detail.startswith("the name server did not answer")
    assert time.monotonic() - began < 2


def other_id(query: dns.message.Message, _: bytes, __: bool) -> bytes:
    """Answer another question's number."""
    answer = dns.message.make_response(query)
    answer.id = (query.id + 1) % 65_536
    return answer.to_wire()


@pytest.mark.parametrize(
    "say",
    [
        pytest.param(lambda *_: b"garbage", id="garbage"),
        pytest.param(lambda *_: b"\xff" * 2000, id="much garbage"),
        pytest.param(lambda *_: b"\x00", id="one byte"),
        pytest.param(lambda _, data, __: data[:12] + b"\xc0\x0c" * 50, id="a pointer to itself"),
        pytest.param(lambda _, data, __: data, id="an echo"),
        pytest.param(other_id, id="another number"),
        pytest.param(lambda q, d, t: zone(q, d, t)[:-3], id="cut short"),
        pytest.param(lambda q, d, t: zone(q, d, t) + b"more", id="with a tail"),
    ],
)
def test_an_answer_that_is_none_is_a_breach_of_the_protocol(say: Say) -> None:
    began = time.monotonic()
    reply = ask(say)
    assert (reply.outcome, reply.failure) == (FAILED, Failure.PROTOCOL)
    assert reply.detail == "the name server's answer is no DNS"
    assert time.monotonic() - began < 2


def test_an_answer_that_does_not_fit_comes_over_tcp() -> None:
    def say(query: dns.message.Message, data: bytes, tcp: bool) -> bytes:
        if tcp:
            return zone(query, data, tcp)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.TC
        return answer.to_wire()

    assert ask(say).outcome is OK
    cut = ask(lambda q, d, tcp: None if tcp else say(q, d, tcp))
    assert (cut.outcome, cut.failure) == (FAILED, Failure.RESET)


def test_many_records_are_not_all_kept() -> None:
    def say(query: dns.message.Message, _: bytes, tcp: bool) -> bytes:
        answer = dns.message.make_response(query)
        many = [f"127.0.{n // 250}.{n % 250}" for n in range(2000)]
        answer.answer.append(dns.rrset.from_text("shop.test.", 5, "IN", "A", *many))
        if not tcp:
            answer.answer.clear()
            answer.flags |= dns.flags.TC
        return answer.to_wire()

    assert len(ask(say).facts["answers"]) == 50


@pytest.mark.parametrize("name", ["a" * 70 + ".test", "a..b", "\udcff.test", "." * 3])
def test_a_name_that_cannot_be_asked_for_is_our_fault(name: str) -> None:
    reply = ask(zone, name=name)
    assert (reply.outcome, reply.failure) == (UNKNOWN, Failure.INTERNAL)


def test_being_out_of_descriptors_is_our_fault_and_nothing_is_left_open() -> None:
    async def run() -> Reply:
        async with name_server(zone) as port, name_server(lambda *_: None) as mute:
            question = DnsQuestion("shop.test", "A", ("127.0.0.1", port), 2.0)
            await asking.ask(question)
            before = descriptors()
            with out_of_descriptors():
                short = await asking.ask(question)
            for turns in range(40):
                task = asyncio.create_task(asking.ask(DnsQuestion("shop.test", "A", ("127.0.0.1", mute), 2.0)))
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            assert await settled(before) <= before
            return short

    reply = asyncio.run(run())
    assert (reply.outcome, reply.failure) == (UNKNOWN, Failure.INTERNAL)
