"""HTTP from servers that mean ill, or have lost their mind: each its own failure, within the deadline."""

from __future__ import annotations

import asyncio
import gzip
import resource
import time
import zlib
from pathlib import Path

import pytest
from tests.probes.hostile import ask, conditions, floods, says, serving
from tests.probes.server import Site
from tests.probes.test_tls import serving as certified
from trustme import CA

from gonogo.probes import asking
from gonogo.probes.http import HttpQuestion
from gonogo.rules.facts import read_body
from gonogo.rules.probe import Failure, Outcome

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
NOT_HTTP = "the answer is not HTTP"
BROKE_OFF = "closed in the middle of its answer"
TOO_MANY = "its headers are larger than 65536 bytes"
PACKED = gzip.compress(b'{"db": "ok"}' * 100)


def whole(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return an answer with its true length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("answer", "failure", "detail"),
    [
        pytest.param(b"", Failure.RESET, "closed without an answer", id="nothing"),
        pytest.param(b"HTT", Failure.RESET, BROKE_OFF, id="half a line"),
        pytest.param(HEAD + b"X-Half: ", Failure.RESET, BROKE_OFF, id="half a head"),
        pytest.param(HEAD + b"X-Pad: a\r\n" * 120_000, Failure.PROTOCOL, TOO_MANY, id="a megabyte of headers"),
        pytest.param(HEAD + b"X-Pad: " + b"a" * (1 << 20), Failure.PROTOCOL, TOO_MANY, id="one header of a megabyte"),
        pytest.param(HEAD.strip() + b"H" * (1 << 20), Failure.PROTOCOL, TOO_MANY, id="a megabyte of a status line"),
        pytest.param(b"HTTP/1.1 99 Low\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="status 99"),
        pytest.param(b"HTTP/1.1 1000 High\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="status 1000"),
        pytest.param(b"HTTP/1.1 -1 Low\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="status -1"),
        pytest.param(b"peer closed connection\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="words of the library"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="HTTP/2"),
        pytest.param(b"\x00\x00\x12\x04" + bytes(60) + b"\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="binary"),
        pytest.param(HEAD + b"X-Nul: a\x00b\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="a NUL in a header"),
        pytest.param(HEAD + b"no colon\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="a header without a colon"),
        pytest.param(HEAD + b"Content-Length: -5\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="a negative length"),
        pytest.param(HEAD + b"Content-Length: 9, 5\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="two lengths"),
        pytest.param(HEAD + b"Content-Length: 10\r\n\r\nshort", Failure.RESET, BROKE_OFF, id="a short body"),
        pytest.param(CHUNKED + b"5\r\nhello\r\n", Failure.RESET, BROKE_OFF, id="chunks that break off"),
        pytest.param(CHUNKED + b"5\r\nhel", Failure.RESET, BROKE_OFF, id="a chunk that breaks off"),
        pytest.param(CHUNKED + b"zz\r\nhello\r\n", Failure.PROTOCOL, NOT_HTTP, id="a chunk without a size"),
        pytest.param(CHUNKED + b"-5\r\nhello\r\n", Failure.PROTOCOL, NOT_HTTP, id="a chunk of negative size"),
        pytest.param(CHUNKED + b"3\r\nhello\r\n0\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="a chunk that is longer"),
        pytest.param(CHUNKED + b"f" * 30 + b"\r\nx\r\n", Failure.PROTOCOL, NOT_HTTP, id="a chunk beyond all sizes"),
        pytest.param(
            b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9 + whole(b""), Failure.PROTOCOL,
            "more than 8 interim answers and no real one", id="a flood of 1xx",
        ),
        pytest.param(b"HTTP/1.1 103 Early Hints\r\n\r\n", Failure.RESET, "closed without an answer", id="only a 1xx"),
        pytest.param(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", Failure.PROTOCOL, NOT_HTTP, id="an unasked switch"),
        pytest.param(whole(b"", status="999 Odd"), Failure.HTTP_STATUS, "status 999, wanted status < 400", id="999"),
        pytest.param(
            whole(b"x", "Content-Encoding: br"), Failure.PROTOCOL,
            "its body is encoded as br, which nobody asked for", id="an encoding that nobody asked for",
        ),
        pytest.param(
            whole(b"x", "Content-Encoding: \x1b[2J" + "y" * 300), Failure.PROTOCOL,
            "its body is encoded as �[2jyyyyyyyyyyyyyyy…, which nobody asked for", id="an encoding with an escape",
        ),
        pytest.param(
            whole(PACKED[:40], "Content-Encoding: gzip"), Failure.PROTOCOL,
            "its compressed body breaks off", id="half a gzip",
        ),
        pytest.param(
            whole(PACKED[:10], "Content-Encoding: gzip"), Failure.PROTOCOL,
            "its compressed body breaks off", id="the head of a gzip alone",
        ),
        pytest.param(
            whole(PACKED[:40] + b"\xff" * 40, "Content-Encoding: gzip"), Failure.PROTOCOL,
            "its compressed body is damaged", id="a broken gzip",
        ),
        pytest.param(
            whole(b"x" * 11, "Content-Encoding: deflate"), Failure.PROTOCOL,
            "its compressed body is damaged", id="a deflate that is none",
        ),
    ],
)  # fmt: skip
def test_an_answer_that_is_wrong_says_how(answer: bytes, failure: Failure, detail: str) -> None:
    reply = ask(says(answer))
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, failure, detail)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\n\r\n" + whole(b"hi"), "hi", id="some 1xx"),
        pytest.param(CHUNKED + b"2\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n", "hi", id="a trailer"),
        pytest.param(CHUNKED + b"2;name=value\r\nhi\r\n0\r\n\r\n", "hi", id="a chunk's extension"),
        pytest.param(HEAD + b"\r\nuntil the end", "until the end", id="no length"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nold", "old", id="HTTP/1.0"),
        pytest.param(HEAD.replace(b"OK", b"") + b"\r\n", "", id="no reason"),
        pytest.param(whole(b"\xef\xbb\xbf{}"), {}, id="a byte order mark"),
        pytest.param(whole(b"caf\xe9"), "caf�", id="another charset"),
        pytest.param(whole(gzip.compress(b"{}"), "Content-Encoding: GZIP"), {}, id="gzip"),
        pytest.param(whole(zlib.compress(b"[1]"), "Content-Encoding: deflate"), [1], id="deflate"),
        pytest.param(whole(b"", "Content-Encoding: br"), "", id="no body in an encoding"),
    ],
)
def test_an_answer_that_is_only_odd_is_one(answer: bytes, body: object) -> None:
    reply = ask(says(answer))
    assert (reply.outcome, reply.detail, reply.facts["body"].plain) == (OK, "", body)


@pytest.mark.parametrize("then", ["close", "hold", "reset"])
@pytest.mark.parametrize(
    ("answer", "excerpt"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-OpenSSH_9.2"),
        (b"220 mail.example ESMTP", "220 mail.example ESMTP"),
        (b"HTML", "HTML"),
        (b"\x1b[2J\x00\xff", "�[2J��"),
        (b"x", "x"),
        (b"y" * 100_000, "y" * 199 + "…"),
    ],
    ids=["ssh", "smtp", "nearly", "binary", "one letter", "much"],
)
def test_what_is_not_http_is_that_whatever_follows(answer: bytes, excerpt: str, then: str) -> None:
    """It is known from the first bytes: nobody waits for the deadline, and a closed line is no reset."""
    reply = ask(says(answer, then=then))
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, Failure.PROTOCOL, NOT_HTTP)
    assert reply.excerpt == excerpt


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        (b"", ""),
        (b"the queue\n is   full", "the queue is full"),
        (b'{"error": "<b>db</b> is away"}', '{"error": "<b>db</b> is away"}'),
        (b"<!doctype html><title>502</title><style>p { color: red }</style><h1>Bad <i>Gateway</i></h1>",
         "502 Bad Gateway"),
        (b"<html><script>" + b"x < y" * 900, "<html><script>" + "x < y" * 37 + "…"),
        (b"\x1b]52;c;aGk=\x07 \xe2\x80\xae down", "�]52;c;aGk=� � down"),
        (b"z" * 300, "z" * 199 + "…"),
    ],
    ids=["nothing", "lines", "json", "a page", "a page of code", "escapes", "long"],
)  # fmt: skip
def test_what_a_site_says_beside_a_bad_status_is_kept_in_short(body: bytes, excerpt: str) -> None:
    reply = ask(says(whole(body, status="503 Busy")))
    assert (reply.failure, reply.detail) == (Failure.HTTP_STATUS, "status 503, wanted status < 400")
    assert reply.excerpt == excerpt
    assert ask(says(whole(body))).excerpt == ""


def test_a_line_that_is_cut_in_the_body_is_a_reset() -> None:
    reply = ask(says(HEAD + b"Content-Length: 100\r\n\r\n" + b"x" * 50, then="reset"))
    assert (reply.failure, reply.detail) == (Failure.RESET, "the connection broke")
    assert reply.phases.first_byte is not None


def test_headers_without_an_end_are_not_listened_to() -> None:
    began = time.monotonic()
    reply = ask(floods(HEAD, b"X-More: yes\r\n" * 1000))
    assert (reply.failure, reply.detail) == (Failure.PROTOCOL, TOO_MANY)
    interim = ask(floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000))
    assert interim.detail == "more than 8 interim answers and no real one"
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("<html>busy</html>", "cannot tell: body.db == 'ok', saw a body that is not JSON"),
        ('{"db": "ok"', "cannot tell: body.db == 'ok', saw a body that is not JSON"),
        ('{"db": NaN}', "cannot tell: body.db == 'ok', saw a body that is not JSON"),
        ('{"db": -Infinity}', "cannot tell: body.db == 'ok', saw a body that is not JSON"),
        ("[" * 100_000, "cannot tell: body.db == 'ok', saw a body that is not JSON"),
    ],
)
def test_a_body_that_is_not_the_json_it_claims(body: str, detail: str) -> None:
    answer = whole(body.encode(), "Content-Type: application/problem+json; charset=utf-8")
    reply = ask(says(answer), "status == 200", "body.db == 'ok'")
    assert (reply.outcome, reply.failure) == (FAILED, Failure.PROTOCOL)
    assert reply.detail.startswith(detail[:150])
    assert ask(says(answer), "status == 200").outcome is OK


def test_a_body_that_never_claimed_to_be_json_is_no_breach() -> None:
    reply = ask(says(whole(b"plain")), "body.db == 'ok'")
    assert (reply.failure, reply.detail) == (
        Failure.EXPECTATION, "cannot tell: body.db == 'ok', saw a body that is not JSON",
    )  # fmt: skip


@pytest.mark.parametrize("wanted", ["body matches 'x'", "body contains 'x'", "len(body) < 1", "body[0] == 5"])
def test_json_that_is_just_shallow_enough_to_be_read_ends_in_an_answer(wanted: str) -> None:
    """At some depth reading works and writing the same thing out again does not."""
    for depth in range(900, 1000, 3):
        reply = ask(says(whole(b"[" * depth + b"]" * depth)), wanted)
        assert (reply.outcome, bool(reply.detail)) == (FAILED, True)


@pytest.mark.parametrize("number", ["1e9999999999999999999", "-1e9999999999999999999", "1e-9999999999999999999"])
def test_a_number_beyond_all_numbers_is_no_fault_of_ours(number: str) -> None:
    reply = ask(says(whole(f'{{"a": {number}}}'.encode())), "body.a < 5")
    assert (reply.outcome, reply.failure) == (FAILED, Failure.EXPECTATION)


@pytest.mark.parametrize("number", ["1e999999", "9" * 4000, "0." + "1" * 4000, "1e-999999"])
@pytest.mark.parametrize("wanted", ["body.a > 5", "body.a == 5", "body.a contains '5'", "body.a matches '5'"])
def test_a_huge_number_is_a_number(number: str, wanted: str) -> None:
    reply = ask(says(whole(f'{{"a": {number}}}'.encode())), wanted)
    assert reply.outcome in (OK, FAILED)
    assert reply.failure in (None, Failure.EXPECTATION)
    assert len(reply.detail) <= asking.EXCERPT


def test_what_is_no_json_is_text() -> None:
    for words in ("NaN", "Infinity", "-Infinity", "nul", "{'a': 1}", "[1,]", "{", '"', "truely", "\x00"):
        assert read_body(words).plain == words
    assert str(read_body(" \n[1.50]").plain) == "[Decimal('1.50')]"
    assert read_body("").plain == ""


# Redirects ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    ["mailto:ops@shop.example", "https:shop", "javascript:1", "http://xn--a.example/", "http://[::1", "\x7f",
     "gopher://127.0.0.1/", "ws://127.0.0.1/", "file:///etc/passwd", "http://x:port/", "http://☃.x/"],
)  # fmt: skip
@pytest.mark.parametrize("redirects", [True, False])
def test_a_redirect_to_nonsense_is_the_sites_fault(to: str, redirects: bool) -> None:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
    reply = ask(says(answer), "status == 302" if not redirects else "status == 200", redirects=redirects)
    if reply.outcome is not OK:
        assert (reply.outcome, reply.failure) == (FAILED, Failure.PROTOCOL)
        assert reply.detail in ("redirected to something that is no URL", "redirected to something that is not HTTP",
                                NOT_HTTP)  # fmt: skip
    else:
        assert not redirects


def test_a_redirect_that_breaks_out_of_tls_is_not_followed(tmp_path: Path) -> None:
    authority = CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Site() as plain, Site(certified(authority, "127.0.0.1")) as secure:
        question = HttpQuestion(
            f"{secure.url}/away?to={plain.url}/ok", redirects=True, authority=str(tmp_path / "ca.pem"), deadline_s=3
        )
        reply = asyncio.run(asking.ask(question))
        assert (reply.failure, reply.detail) == (
            Failure.PROTOCOL, "redirected from https to http; it was not followed",
        )  # fmt: skip
        assert plain.asked == []
        back = HttpQuestion(
            f"{plain.url}/away?to={secure.url}/ok", redirects=True, authority=str(tmp_path / "ca.pem"), deadline_s=3
        )
        reply = asyncio.run(asking.ask(back))
    assert (reply.outcome, reply.facts["url"]) == (OK, f"{secure.url}/ok")
    assert reply.facts["cert"]["days"] > 0


def test_a_password_does_not_follow_a_redirect_to_another_origin() -> None:
    with Site() as site, Site() as other:
        for to in (f"{other.url}/ok", f"{other.url}/redirect"):
            question = HttpQuestion(f"{site.url}/away?to={to}", redirects=True, auth=("ann", "hunter2"), deadline_s=3)
            assert asyncio.run(asking.ask(question)).outcome is OK
        assert all("authorization" in one.headers for one in site.asked)
        assert [one.path for one in other.asked] == ["/ok", "/redirect", "/ok"]
        assert not any("authorization" in one.headers for one in other.asked)
        same = HttpQuestion(f"{site.url}/away?to={site.url}/ok", redirects=True, auth=("ann", "hunter2"), deadline_s=3)
        assert asyncio.run(asking.ask(same)).outcome is OK
        assert site.asked[-1].headers["authorization"] == "Basic YW5uOmh1bnRlcjI="


def test_the_url_that_is_shown_holds_no_secret() -> None:
    with Site() as site:
        there = site.url.replace("http://", "http://ann:hunter2@") + "/ok?token=hunter2%23hunter2"
        reply = asyncio.run(asking.ask(HttpQuestion(f"{site.url}/away?to={there}", redirects=True, deadline_s=3)))
    assert reply.facts["url"] == f"{site.url}/ok"


def test_redirects_that_never_arrive_keep_to_the_one_deadline() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    reply = ask(handle, redirects=True, deadline_s=0.5)
    assert (reply.failure, reply.detail) == (Failure.TIMEOUT_FIRST_BYTE, "no answer in 0.5 s")
    assert reply.phases.first_byte is not None
    assert 0.4 <= reply.phases.first_byte < 0.5


# What is ours ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "headers"),
    [("http://127.0.0.1:1/", {"X-Key": "hunter2\n"}), ("http://127.0.0.1:1/", {"X Key": "hunter2"}),
     ("http://127.0.0.1:1/\x00hunter2", {}), ("http://127.0.0.1:1/", {"X-Key": "hunter2\udcff"}),
     ("http://127.0.0.1:1/", {"": "hunter2"})],
)  # fmt: skip
def test_what_we_cannot_send_says_nothing_about_the_site(url: str, headers: dict[str, str]) -> None:
    reply = asyncio.run(asking.ask(HttpQuestion(url, headers=headers, deadline_s=2)))
    assert (reply.outcome, reply.failure) in ((UNKNOWN, Failure.INTERNAL), (FAILED, Failure.REFUSED))
    assert "hunter2" not in repr(reply)


def test_a_part_that_is_slow_is_slow_and_not_down() -> None:
    reply = ask(says(whole(b"hi")), "status == 200", "first_byte < 0.001ms", "latency < 0.001ms")
    assert (reply.outcome, reply.failure) == (Outcome.SLOW, None)
    assert reply.detail.endswith("wanted first_byte < 0.001ms")


def bomb(size_mb: int) -> bytes:
    """Make so many megabytes of nothing, compressed, without holding them."""
    pack = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    return b"".join([*(pack.compress(zeros) for _ in range(size_mb)), pack.flush()])


def test_memory_stays_flat() -> None:
    """A quarter of a gigabyte in a bomb, bodies and headers without end: nothing of it is held."""
    packed = whole(bomb(256), "Content-Encoding: gzip")
    handlers = [
        says(packed), floods(HEAD + b"\r\n", b"x" * 65_536), floods(CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
        floods(HEAD, b"X-More: " + b"x" * 65_000 + b"\r\n"), floods(HEAD + b"X-One: ", b"x" * 65_536),
    ]  # fmt: skip

    async def rounds(count: int) -> None:
        for handler in handlers:
            async with serving(handler) as port:
                url = f"http://127.0.0.1:{port}/"
                for _ in range(count):
                    reply = await asking.ask(HttpQuestion(url, deadline_s=5, expect=conditions("status == 200")))
                    assert reply.failure in (Failure.TOO_LARGE, Failure.PROTOCOL)

    asyncio.run(rounds(1))
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    asyncio.run(rounds(12))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 12_000
