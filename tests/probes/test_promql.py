"""PromQL probes against what Prometheus answers, and against what only stands where it should."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.probes.hostile import Handler, conditions, says, serving

from gonogo.probes import asking
from gonogo.probes.asking import Reply
from gonogo.probes.promql import MOST_VALUES, PromqlQuestion
from gonogo.rules.probe import Failure, Outcome

OK, FAILED = Outcome.OK, Outcome.FAILED


def whole(body: bytes, status: str = "200 OK") -> bytes:
    """Return an answer over HTTP."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def success(kind: str, result: Any) -> bytes:
    """Return what Prometheus says when all is well."""
    return whole(json.dumps({"status": "success", "data": {"resultType": kind, "result": result}}).encode())


def vector(*values: str) -> bytes:
    """Return an instant vector."""
    return success("vector", [{"metric": {"job": f"j{n}"}, "value": [1e9, v]} for n, v in enumerate(values)])


def ask(answer: bytes | Handler, *expect: str, query: str = "up", **more: Any) -> Reply:
    """Ask such a server once."""

    async def once() -> Reply:
        async with serving(says(answer) if isinstance(answer, bytes) else answer) as port:
            wanted = conditions(*(expect or ("value >= 1",)))
            server = f"http://127.0.0.1:{port}/"
            return await asking.ask(PromqlQuestion(server, query, expect=wanted, **{"deadline_s": 3.0, **more}))

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("answer", "expect", "detail"),
    [
        (vector("1"), ("value == 1", "series == 1"), ""),
        (vector("0"), ("value == 1",), "wanted value == 1, saw 0"),
        (vector("99.95"), ("value >= 99.95", "value < 99.96"), ""),
        (vector("1.5e-7"), ("value < 0.001",), ""),
        (vector(), ("series == 0",), ""),
        (vector(), ("value >= 1",), "cannot tell: value >= 1, saw 0 series instead of one"),
        (vector("1", "2", "3"), ("value >= 1",), "cannot tell: value >= 1, saw 3 series instead of one"),
        (vector("1", "2", "3"), ("series == 3", "values contains 2"), ""),
        (vector("NaN"), ("value >= 1",), "cannot tell: value >= 1, saw a value that is no number"),
        (vector("NaN"), ("value != 1",), "cannot tell: value != 1, saw a value that is no number"),
        (vector("+Inf"), ("value >= 1",), "cannot tell: value >= 1, saw a value that is no number"),
        (vector("nonsense"), ("value >= 1",), "cannot tell: value >= 1, saw a value that is no number"),
        (success("scalar", [1e9, "42"]), ("value == 42", "series == 1"), ""),
        (success("scalar", None), ("value == 42",), "cannot tell: value == 42, saw a value that is no number"),
        (
            success("vector", [{"metric": {}, "histogram": [1, {}]}]),
            ("value > 1",),
            "cannot tell: value > 1, saw a value that is no number",
        ),
        (success("vector", [None, 5, "x"]), ("value > 1",), "cannot tell: value > 1, saw 3 series instead of one"),
    ],
)
def test_what_a_query_gives(answer: bytes, expect: tuple[str, ...], detail: str) -> None:
    reply = ask(answer, *expect)
    assert (reply.outcome, reply.detail) == (FAILED if detail else OK, detail)
    assert reply.failure is (Failure.EXPECTATION if detail else None)
    assert reply.phases.first_byte is not None


@pytest.mark.parametrize(
    ("answer", "failure", "detail"),
    [
        (success("matrix", []), Failure.PROTOCOL, "the query gives a matrix; an instant vector is wanted"),
        (success("string", [1, "x"]), Failure.PROTOCOL, "the query gives a string; an instant vector is wanted"),
        (success("vector", {}), Failure.PROTOCOL, "the answer has no data"),
        (whole(b'{"status": "success"}'), Failure.PROTOCOL, "the answer has no data"),
        (whole(b'{"status": "success", "data": []}'), Failure.PROTOCOL, "the answer has no data"),
        (whole(b'{"status": "error", "error": "parse error: \x1b[2J"}'.replace(b"\x1b", b"\\u001b"), "400 Bad Request"),
         Failure.HTTP_STATUS, "Prometheus refuses: parse error: �[2J"),
        (whole(b'{"status": "error"}', "503 Busy"), Failure.HTTP_STATUS, "Prometheus refuses: status 503"),
        (whole(b"<html>sign in</html>"), Failure.PROTOCOL, "status 200, and the answer is not Prometheus's"),
        (whole(b"<html>sign in</html>", "401 Unauthorized"), Failure.PROTOCOL,
         "status 401, and the answer is not Prometheus's"),
        (whole(b"", "302 Found"), Failure.PROTOCOL, "status 302, and the answer is not Prometheus's"),
        (whole(b'{"status": "fine"}'), Failure.PROTOCOL, "status 200, and the answer is not Prometheus's"),
        (whole(b"[1]"), Failure.PROTOCOL, "status 200, and the answer is not Prometheus's"),
        (whole(b"[" * 5000), Failure.PROTOCOL, "status 200, and the answer is not Prometheus's"),
        (whole(b" " * (2 << 20)), Failure.TOO_LARGE, "the body is larger than 1048576 bytes"),
        (b"", Failure.RESET, "closed without an answer"),
    ],
)  # fmt: skip
def test_what_is_no_answer_of_prometheus(answer: bytes, failure: Failure, detail: str) -> None:
    reply = ask(answer)
    assert (reply.outcome, reply.failure, reply.detail) == (FAILED, failure, detail)


def test_many_series_are_counted_whole_and_not_all_kept() -> None:
    reply = ask(vector(*("1",) * 3000), "series == 3000")
    assert (reply.outcome, reply.detail) == (OK, "")
    assert len(reply.facts["values"]) == MOST_VALUES
    assert reply.facts["values"][0] == Decimal(1)


def test_the_query_and_its_proof_arrive_as_they_are() -> None:
    query = 'sum(rate(http_requests_total{code=~"5..", path="/ü&x=1+1"}[5m])) / 100 > 0 # done?'
    heads = list[bytes]()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(vector("1"))
        writer.write_eof()
        await reader.read()

    assert ask(listen, query=query, headers={"Authorization": "Bearer hunter2"}).outcome is OK
    target = heads[0].split()[1].decode()
    assert urlsplit(target).path == "/api/v1/query"
    assert parse_qs(urlsplit(target).query)["query"] == [query]
    assert b"Bearer hunter2" in heads[0]
    refused = ask(whole(b"no", "403 Forbidden"), headers={"Authorization": "Bearer hunter2"})
    assert "hunter2" not in repr(refused)


def test_a_server_that_says_nothing_ends_at_the_deadline() -> None:
    reply = ask(says(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", "hold"), deadline_s=0.2)
    assert (reply.failure, reply.detail) == (Failure.TIMEOUT_TOTAL, "no whole answer in 0.2 s")
