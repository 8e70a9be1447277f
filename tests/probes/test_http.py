"""One check against a real server on loopback, in its good days and its bad ones."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import until
from tests.probes.server import Site

from gonogo.probes import asking, http
from gonogo.probes.asking import Reply
from gonogo.probes.http import HttpQuestion
from gonogo.rules.expectation import parse
from gonogo.rules.probe import Failure, Outcome

OK, SLOW, FAILED = Outcome.OK, Outcome.SLOW, Outcome.FAILED


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One server for the module; each test asks it a path of its own."""
    with Site() as made:
        yield made


def ask(url: str, *expect: str, **more: Any) -> Reply:
    """Ask once, expecting something."""
    question = HttpQuestion(url, expect=parse(expect or ("status < 400",)), **{"deadline_s": 3.0, **more})
    return asyncio.run(asking.ask(question))


@pytest.mark.parametrize(
    ("path", "expect", "outcome", "failure", "detail"),
    [
        ("/ok", ("status == 200", "body.db == 'ok'", "latency < 3s"), OK, None, ""),
        ("/html", ("body contains 'hello'",), OK, None, ""),
        ("/gzip", ("body.db == 'ok'",), OK, None, ""),
        ("/502", ("status == 200",), FAILED, Failure.HTTP_STATUS, "status 502, wanted status == 200"),
        ("/502", ("body.db == 'ok'", "status < 400"), FAILED, Failure.HTTP_STATUS, "status 502, wanted status < 400"),
        ("/nowhere", (), FAILED, Failure.HTTP_STATUS, "status 404, wanted status < 400"),
        ("/ok", ("body.db == 'no'",), FAILED, Failure.EXPECTATION, "wanted body.db == 'no', saw 'ok'"),
        ("/ok", ("body.gone == 1",), FAILED, Failure.EXPECTATION, "wanted body.gone == 1, saw no such key"),
        (
            "/html",
            ("body.db == 'ok'",),
            FAILED,
            Failure.EXPECTATION,
            "cannot tell: body.db == 'ok', saw a body that is not JSON",
        ),
        ("/ok", ("cert.days > 14",), FAILED, Failure.EXPECTATION, "cannot tell: cert.days > 14, saw nothing"),
        ("/reset", (), FAILED, Failure.RESET, "the connection broke"),
        ("/close", (), FAILED, Failure.RESET, "closed without an answer"),
        ("/garbage", (), FAILED, Failure.PROTOCOL, "the answer is not HTTP"),
        ("/gzip-bad", (), FAILED, Failure.PROTOCOL, "its compressed body is damaged"),
        ("/huge", (), OK, None, ""),
        ("/endless", (), FAILED, Failure.TOO_LARGE, "the body is larger than 1048576 bytes"),
        ("/bomb", (), FAILED, Failure.TOO_LARGE, "the body is larger than 1048576 bytes"),
    ],
)  # fmt: skip
def test_answers(
    site: Site, path: str, expect: tuple[str, ...], outcome: Outcome, failure: Failure | None, detail: str
) -> None:
    reply = ask(site.url + path, *expect)
    assert (reply.outcome, reply.failure, reply.detail) == (outcome, failure, detail)
    assert (reply.latency_s is not None) == (reply.facts != {})


def test_an_answer_that_breaks_off_is_no_answer(site: Site) -> None:
    reply = ask(site.url + "/cut")
    assert (reply.outcome, reply.facts) == (FAILED, {})
    assert reply.failure in (Failure.RESET, Failure.PROTOCOL)


def test_the_facts_of_an_answer(site: Site) -> None:
    facts = ask(site.url + "/ok?token=hunter2").facts
    assert (facts["status"], facts["ip"], facts["connected"], facts["cert"]) == (200, "127.0.0.1", True, None)
    assert facts["url"] == site.url + "/ok"
    assert facts["body"].value["version"] == "v1"
    assert 0 < facts["latency"] < 3
    assert facts["headers"]["content-type"] == "application/json"
    assert facts["headers"]["x-odd"] == "a\ufffdb\ufffd[2J"


def test_numbers_of_a_body_are_exact(site: Site) -> None:
    """A price is a decimal and an id has sixteen digits; neither is rounded on the way to its condition."""
    wanted = ("body.price > 1.1", "body.id == 9007199254740993")
    assert ask(site.url + "/exact", *wanted).detail == ""


def test_too_slow_is_not_down(site: Site) -> None:
    reply = ask(site.url + "/slow?s=0.2", "status == 200", "latency < 100ms")
    assert (reply.outcome, reply.failure) == (SLOW, None)
    assert reply.detail.startswith("slow: 2")
    both = ask(site.url + "/502", "status == 200", "latency < 0.001ms")
    assert (both.outcome, both.failure) == (FAILED, Failure.HTTP_STATUS)


@pytest.mark.parametrize(
    ("path", "failure", "detail"),
    [
        ("/drip-body", Failure.TIMEOUT_TOTAL, "no whole answer in 0.4 s"),
        ("/drip-head", Failure.TIMEOUT_FIRST_BYTE, "no answer in 0.4 s"),
        ("/mute", Failure.TIMEOUT_FIRST_BYTE, "no answer in 0.4 s"),
        ("/slow?s=5", Failure.TIMEOUT_FIRST_BYTE, "no answer in 0.4 s"),
    ],
)
def test_one_deadline_over_everything(site: Site, path: str, failure: Failure, detail: str) -> None:
    """Each byte that drips in would restart a timeout that is only for reading."""
    began = time.monotonic()
    reply = ask(site.url + path, deadline_s=0.4)
    assert 0.3 < time.monotonic() - began < 3
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, failure, detail)
    assert reply.phases.connect is not None


def test_the_limit_of_a_body_is_the_probes(site: Site) -> None:
    assert ask(site.url + "/html", body_limit=18).outcome is OK
    assert ask(site.url + "/html", body_limit=17).failure is Failure.TOO_LARGE


def test_nobody_there_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        reply = ask(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, Failure.REFUSED, "the connection was refused")


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert ask("http://shop.invalid/").failure is Failure.DNS_NXDOMAIN


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/\x00", "http://\udcff/", "nonsense", "http://" + "a" * 300 + ".x/"]
)
def test_a_url_that_cannot_be_asked_is_an_answer_too(url: str) -> None:
    assert ask(url).outcome in (FAILED, Outcome.UNKNOWN)


def test_redirects_are_not_followed_unless_asked(site: Site) -> None:
    assert ask(site.url + "/redirect", "status == 302").outcome is OK
    followed = ask(site.url + "/redirect", "status == 200", "body.db == 'ok'", redirects=True)
    assert followed.outcome is OK
    assert followed.facts["url"] == site.url + "/ok"


def test_redirects_end(site: Site) -> None:
    before = len(site.asked)
    reply = ask(site.url + "/loop", "status == 302", redirects=True)
    assert (reply.failure, reply.detail) == (Failure.PROTOCOL, "more than 3 redirects")
    assert len(site.asked) - before == 4


@pytest.mark.parametrize(
    ("to", "detail"),
    [
        ("http://169.254.169.254/latest", "led into another network, to 169.254.169.254; it was not followed"),
        ("http://192.168.1.1/", "led into another network, to 192.168.1.1; it was not followed"),
        ("file:///etc/passwd", "redirected to something that is not HTTP"),
        ("http://[::1", "redirected to something that is no URL"),
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(site: Site, to: str, detail: str) -> None:
    before = len(site.asked)
    reply = ask(f"{site.url}/away?to={to}", "status == 302", redirects=True)
    assert (reply.failure, reply.detail) == (Failure.PROTOCOL, detail)
    assert len(site.asked) - before == 1


def test_a_redirect_to_another_origin_takes_no_header_along(site: Site) -> None:
    with Site() as other:
        key = {"X-Api-Key": "hunter2", "Authorization": "Bearer hunter2"}
        reply = ask(f"{site.url}/away?to={other.url}/ok", redirects=True, headers=key)
        assert reply.outcome is OK
        assert "hunter2" not in repr(other.asked)
    assert "hunter2" in repr(site.asked[-1])


def test_no_cookie_is_kept(site: Site) -> None:
    for _ in range(2):
        assert "cookie" not in ask(site.url + "/cookie").facts["body"].text
    followed = ask(site.url + "/redirect", redirects=True)
    assert "cookie" not in followed.facts["body"].value["headers"]


def test_the_environments_proxies_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(site.url + "/ok").outcome is OK


def test_it_says_who_asks_and_takes_no_compression(site: Site) -> None:
    ask(site.url + "/ok", headers={"X-Mine": "yes"})
    headers = site.asked[-1].headers
    assert headers["user-agent"].startswith("gonogo")
    assert headers["accept-encoding"] == "identity"
    assert headers["x-mine"] == "yes"


def test_methods(site: Site) -> None:
    assert ask(site.url + "/ok", method="HEAD").outcome is OK
    assert ask(site.url + "/ok", "body.body == 'ping'", method="POST", content=b"ping").outcome is OK
    assert [one.method for one in site.asked[-2:]] == ["HEAD", "POST"]


@pytest.mark.parametrize("secret", ["hunter2", "hunter2\x7f", "hünter2", "hunter2 ☃"])
@pytest.mark.parametrize("path", ["/502", "/reset", "/garbage", "/html", "/huge", "/drip-body"])
def test_a_secret_header_is_in_no_answer(site: Site, path: str, secret: str) -> None:
    reply = ask(site.url + path, headers={"Authorization": f"Bearer {secret}"}, deadline_s=0.3)
    assert "unter2" not in repr(reply)


def test_an_error_of_a_library_does_not_carry_the_secret(site: Site) -> None:
    """A header that may not be sent makes the HTTP library say so, with the header."""
    for value in ("Bearer hunter2\nx", "Bearer hunter2\r\nX-Evil: 1", "\x00hunter2"):
        reply = ask(site.url + "/ok", headers={"Authorization": value})
        assert reply.outcome is not OK
        assert "hunter2" not in repr(reply)
    assert "x-evil" not in repr(site.asked)


def test_nothing_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        ask(site.url + "/ok?token=hunter2")
    assert caplog.records == []


def test_being_cancelled_is_no_answer(site: Site) -> None:
    async def cancel() -> None:
        task = asyncio.create_task(asking.ask(HttpQuestion(site.url + "/mute", deadline_s=5)))
        await asyncio.to_thread(until, lambda: "/mute" in site.paths()[-1:])
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())


def test_many_at_once_leave_no_connection_open(site: Site) -> None:
    async def many() -> list[Reply]:
        await http.warm()
        paths = ("/ok", "/502", "/reset", "/html", "/drip-body", "/bomb")
        return await asyncio.gather(*(
            asking.ask(HttpQuestion(site.url + paths[number % 6], deadline_s=0.5)) for number in range(48)
        ))  # fmt: skip

    def sockets() -> int:
        ports = f":{site.port:04X}"
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        rows = [line.split()[1:4] for line in lines]
        return sum(state == "01" and ports in (here[-5:], there[-5:]) for here, there, state in rows)

    replies = asyncio.run(many())
    assert len(replies) == 48
    until(lambda: sockets() == 0, 3, "the end of all connections")
