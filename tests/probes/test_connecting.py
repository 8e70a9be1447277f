"""Names, addresses and connections: who hangs holds up nobody else, and nothing is left open."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import trustme
from tests.conftest import until
from tests.probes.hostile import black_hole, conditions, descriptors, naming, nobody, says, serving, settled
from tests.probes.test_tls import serving as certified

from gonogo.probes import asking, certificate, connection, lookup
from gonogo.probes.asking import Reply
from gonogo.probes.blocking import Workers
from gonogo.probes.http import HttpQuestion
from gonogo.probes.tcp import TcpQuestion
from gonogo.probes.tls import TlsQuestion
from gonogo.rules.probe import Failure, Outcome

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Workers[list[lookup.Address]]:
    """Threads of this test's own, so that those which it hangs are nobody else's."""
    made: Workers[list[lookup.Address]] = Workers("test-lookup", lookup.MOST_THREADS)
    monkeypatch.setattr(lookup, "_lookups", made)
    return made


class Resolver:
    """A name server that says nothing of names that begin with `hang` until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.asked, self.error = threading.Event(), list[str](), None
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.find)

    def find(self, host: str, *more: object, **kinds: object) -> object:
        """Stand in for the system's."""
        if not str(host).endswith(".test"):
            return self._real(host, *more, **kinds)  # type: ignore[arg-type]
        self.asked.append(host)
        if host.startswith("hang"):
            self.go.wait(20)
        if self.error:
            raise self.error
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch, workers: object) -> Iterator[Resolver]:
    """A name server that hangs; it lets go at the end."""
    made = Resolver(monkeypatch)
    yield made
    made.go.set()


# Names ----------------------------------------------------------------------------------------------------


def test_names_that_hang_hold_up_nobody_else(resolver: Resolver) -> None:
    """Thirty dead names, asked twice each; a healthy site beside them answers at once, each time."""

    async def run() -> tuple[list[Reply], list[float]]:
        async with serving(says(HELLO)) as port:
            dead = [
                asyncio.create_task(asking.ask(HttpQuestion(f"http://hang-{n % 30}.test:{port}/", deadline_s=1.5)))
                for n in range(60)
            ]
            took = []
            for _ in range(5):
                began = time.perf_counter()
                reply = await asking.ask(HttpQuestion(f"http://well.test:{port}/", deadline_s=3))
                assert reply.outcome is OK
                took.append(time.perf_counter() - began)
            await asyncio.to_thread(lambda: None)  # and the loop's own threads are free
            return await asyncio.gather(*dead), took

    replies, took = asyncio.run(run())
    assert {(one.outcome, one.failure) for one in replies} == {(FAILED, Failure.DNS_TIMEOUT)}
    assert {one.detail for one in replies} == {"the name server did not answer in 1.5 s"}
    assert max(took) < 1
    assert sorted(name for name in resolver.asked if name.startswith("hang")) == sorted(
        f"hang-{n}.test" for n in range(30)
    )


def test_who_asks_for_the_same_name_joins_and_who_gives_up_takes_nothing_away(resolver: Resolver) -> None:
    async def run() -> list[Reply]:
        async with serving(says(HELLO)) as port:
            url = f"http://hang.test:{port}/"
            impatient = [asyncio.create_task(asking.ask(HttpQuestion(url, deadline_s=0.1))) for _ in range(3)]
            patient = [asyncio.create_task(asking.ask(HttpQuestion(url, deadline_s=5))) for _ in range(10)]
            await asyncio.gather(*impatient)
            patient[0].cancel()
            resolver.go.set()
            return await asyncio.gather(*patient[1:])

    assert {one.outcome for one in asyncio.run(run())} == {OK}
    assert resolver.asked == ["hang.test"]


def test_a_name_is_looked_up_anew_with_each_check(resolver: Resolver) -> None:
    async def run() -> None:
        async with serving(says(HELLO)) as port:
            for _ in range(3):
                assert (await asking.ask(HttpQuestion(f"http://well.test:{port}/"))).outcome is OK

    asyncio.run(run())
    assert resolver.asked == ["well.test"] * 3


@pytest.mark.parametrize(
    ("error", "outcome", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "no name"), FAILED, Failure.DNS_NXDOMAIN),
        (socket.gaierror(socket.EAI_AGAIN, "again"), FAILED, Failure.DNS_TIMEOUT),
        (socket.gaierror(socket.EAI_FAIL, "fail"), FAILED, Failure.DNS_TIMEOUT),
        (socket.gaierror(socket.EAI_MEMORY, "memory"), UNKNOWN, Failure.INTERNAL),
        (OSError(24, "Too many open files"), UNKNOWN, Failure.INTERNAL),
        (UnicodeError("label too long"), FAILED, Failure.DNS_NXDOMAIN),
        (ValueError("embedded null byte"), FAILED, Failure.DNS_NXDOMAIN),
        (RuntimeError("what is this"), UNKNOWN, Failure.INTERNAL),
    ],
)
def test_each_trouble_of_a_name_has_its_class_and_the_next_lookup_works(
    resolver: Resolver, error: Exception, outcome: Outcome, failure: Failure
) -> None:
    async def run() -> None:
        async with serving(says(HELLO)) as port:
            resolver.error = error
            for _ in range(3):
                reply = await asking.ask(HttpQuestion(f"http://well.test:{port}/", deadline_s=2))
                assert (reply.outcome, reply.failure) == (outcome, failure)
            resolver.error = None
            assert (await asking.ask(HttpQuestion(f"http://well.test:{port}/", deadline_s=2))).outcome is OK

    asyncio.run(run())


def test_a_lookup_that_outlives_its_loop_is_quiet(resolver: Resolver, caplog: pytest.LogCaptureFixture) -> None:
    reply = asyncio.run(asking.ask(TcpQuestion("hang.test", 1, deadline_s=0.05)))
    assert reply.failure is Failure.DNS_TIMEOUT
    resolver.error = socket.gaierror(socket.EAI_NONAME, "no name")
    resolver.go.set()
    until(lambda: not lookup._lookups._flying, what="the end of the lookup")
    assert caplog.records == []


def test_threads_are_bounded_and_used_again() -> None:
    async def run() -> tuple[list[int], int]:
        few: Workers[int] = Workers("few", 3)
        go = threading.Event()

        def wait(number: int) -> int:
            go.wait(10)
            return number

        asked = [asyncio.create_task(few.do(str(n), lambda n=n: wait(n))) for n in range(10)]  # type: ignore[misc]
        await asyncio.sleep(0)
        alive = sum(one.name == "few" for one in threading.enumerate())
        go.set()
        first = await asyncio.gather(*asked)
        assert await few.do("once more", lambda: 99) == 99
        return first, alive

    assert asyncio.run(run()) == (list(range(10)), 3)
    assert sum(one.name == "few" for one in threading.enumerate()) == 3


def test_a_name_is_sent_as_the_url_has_it(monkeypatch: pytest.MonkeyPatch, workers: object) -> None:
    """Two ways to write a ß in a name lead to two hosts; the one that is looked up is the one of the URL."""
    looked_up = naming(monkeypatch, **{"xn--strae-oqa_test": ["127.0.0.1"], "straße_test": [], "strasse_test": []})

    async def run() -> Reply:
        async with serving(says(HELLO)) as port:
            return await asking.ask(HttpQuestion(f"http://straße.test:{port}/", deadline_s=2))

    assert asyncio.run(run()).outcome is OK
    assert looked_up == ["xn--strae-oqa.test"]


# Addresses ------------------------------------------------------------------------------------------------


def test_a_first_address_that_refuses_is_passed_over_at_once(monkeypatch: pytest.MonkeyPatch, workers: object) -> None:
    naming(monkeypatch, shop_test=["127.0.0.3", "127.0.0.1"])

    async def run() -> Reply:
        async with serving(says(HELLO)) as port:
            return await asking.ask(HttpQuestion(f"http://shop.test:{port}/", deadline_s=2))

    reply = asyncio.run(run())
    assert (reply.outcome, reply.ip, reply.facts["ip"]) == (OK, "127.0.0.1", "127.0.0.1")
    assert reply.phases.connect is not None
    assert reply.phases.connect < connection.STAGGER_S


def test_a_first_address_that_is_dead_gets_a_head_start_only(monkeypatch: pytest.MonkeyPatch, workers: object) -> None:
    naming(monkeypatch, shop_test=["127.0.0.3", "127.0.0.1"])

    async def run() -> Reply:
        with black_hole("127.0.0.3") as port:
            async with serving(says(HELLO), port=port) as same:
                assert same == port
                open_before = descriptors()
                reply = await asking.ask(HttpQuestion(f"http://shop.test:{port}/", deadline_s=4))
                assert await settled(open_before) <= open_before
                return reply

    reply = asyncio.run(run())
    assert (reply.outcome, reply.ip) == (OK, "127.0.0.1")
    assert reply.phases.connect is not None
    assert connection.STAGGER_S <= reply.phases.connect < 2


def test_when_none_answers_the_preferred_one_is_blamed(monkeypatch: pytest.MonkeyPatch, workers: object) -> None:
    with nobody() as port:
        naming(monkeypatch, shop_test=["127.0.0.1", "255.255.255.255"], moon_test=["255.255.255.255", "127.0.0.1"])
        refused = asyncio.run(asking.ask(TcpQuestion("shop.test", port, deadline_s=2)))
        unreachable = asyncio.run(asking.ask(TcpQuestion("moon.test", port, deadline_s=2)))
    assert (refused.failure, refused.detail) == (Failure.REFUSED, "the connection was refused")
    assert (unreachable.failure, unreachable.outcome) == (Failure.UNREACHABLE, FAILED)


def test_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch, workers: object) -> None:
    naming(monkeypatch, shop_test=[])
    reply = asyncio.run(asking.ask(TcpQuestion("shop.test", 80, deadline_s=2)))
    assert (reply.failure, reply.detail) == (Failure.DNS_NXDOMAIN, "the name has no address")


def test_a_dead_address_alone_takes_the_deadline() -> None:
    with black_hole() as port:
        reply = asyncio.run(asking.ask(TcpQuestion("127.0.0.1", port, deadline_s=0.3)))
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, Failure.TIMEOUT_CONNECT, "no connection in 0.3 s")


def test_families_take_turns() -> None:
    six, four = [lookup.Address(10, (f"::{n}", 0, 0, 0)) for n in "123"], lookup.Address(2, ("127.0.0.1", 0))
    assert [one.ip for one in lookup._in_turns([*six, four])] == ["::1", "127.0.0.1", "::2", "::3"]
    assert lookup._in_turns([]) == []


# What is left ---------------------------------------------------------------------------------------------


def test_a_thousand_cancelled_checks_leave_nothing_open(monkeypatch: pytest.MonkeyPatch, workers: object) -> None:
    """Cut off after each number of turns of the loop, so in each part: lookup, dial, handshake, head, body."""
    authority = trustme.CA()
    naming(monkeypatch, shop_test=["127.0.0.3", "127.0.0.1"])
    trusted = certificate.trust.__wrapped__()
    authority.configure_trust(trusted)
    monkeypatch.setattr(certificate, "trust", lambda *_, **__: trusted)
    body = HELLO.replace(b"5", b"99999") + b"x" * 50_000

    async def run() -> tuple[int, int, set[str]]:
        stages = set[str]()
        async with (
            serving(says(body, "hold")) as plain,
            serving(says(body, "hold"), certified(authority, "shop.test", "127.0.0.1")) as tls,
        ):
            questions = [
                HttpQuestion(f"http://127.0.0.1:{plain}/"), HttpQuestion(f"https://127.0.0.1:{tls}/"),
                HttpQuestion(f"https://shop.test:{tls}/"), TlsQuestion("127.0.0.1", tls),
                TcpQuestion("shop.test", plain, b"x", hears=True, expect=conditions("reply contains 'x'")),
            ]  # fmt: skip
            for one in questions:
                await cut_off(one, 60, stages)
            before = descriptors()
            for number in range(1000):
                await cut_off(questions[number % 5], number // 5 % 40, stages)
            left = await settled(before)
        async with serving(says(HELLO), certified(authority, "shop.test")) as tls:
            reply = await asking.ask(HttpQuestion(f"https://shop.test:{tls}/", deadline_s=3))
            assert (reply.outcome, reply.detail) == (OK, "")
        return before, left, stages

    before, left, stages = asyncio.run(run())
    assert left <= before
    assert stages >= {"dns", "connect", "tls", "first_byte", "transfer"}


async def cut_off(question: asking.Question, turns: int, stages: set[str]) -> None:
    """Ask, and cancel after so many turns of the loop; note in which part that was."""
    trace = asking.Trace()
    task = asyncio.create_task(question.facts(trace))
    for _ in range(turns):
        await asyncio.sleep(0)
    stages.add(trace.stage)
    task.cancel()
    with suppress(asyncio.CancelledError, OSError):
        await task


def test_a_race_that_is_won_while_it_is_cancelled_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch, workers: object
) -> None:
    """The second address answers in the very turn in which the check is given up, or one before or after."""
    monkeypatch.setattr(connection, "STAGGER_S", 0.0)
    naming(monkeypatch, shop_test=["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2"])

    async def run() -> None:
        with socket.create_server(("0.0.0.0", 0), backlog=512) as listener:
            port = listener.getsockname()[1]
            await asking.ask(TcpQuestion("shop.test", port))
            before = descriptors()
            for number in range(200):
                await cut_off(TcpQuestion("shop.test", port), number % 25, set())
            assert await settled(before) <= before

    asyncio.run(run())


@contextmanager
def out_of_descriptors() -> Iterator[None]:
    """Let nothing more be opened in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_being_out_of_descriptors_is_our_fault(host: str) -> None:
    async def run() -> list[Reply]:
        async with serving(says(HELLO)) as port:
            questions = (HttpQuestion(f"http://{host}:{port}/", deadline_s=2), TcpQuestion(host, port, deadline_s=2))
            with out_of_descriptors():
                short = [await asking.ask(one) for one in questions]
            assert (await asking.ask(questions[0])).outcome is OK
            return short

    for reply in asyncio.run(run()):
        assert (reply.outcome, reply.failure) == (UNKNOWN, Failure.INTERNAL)
        assert reply.detail == "this machine is out of means: Too many open files"
