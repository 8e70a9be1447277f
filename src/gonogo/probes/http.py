"""HTTP checks. The only module that imports httpx."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import httpx

from gonogo.rules import condition, text
from gonogo.rules.condition import Answer
from gonogo.rules.probe import Failure, Outcome

USER_AGENT = "gonogo (launch control room)"
EXCERPT = 160

for _name in ("httpx", "httpcore"):  # their log lines carry whole URLs
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a site; secrets are resolved already and appear in no answer."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    deadline_s: float = 5.0
    body_limit: int = 65_536
    redirects: bool = False
    expect: tuple[condition.Condition, ...] = ()
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: an outcome with its reason, and the facts for conditions."""

    outcome: Outcome
    latency_s: float | None = None
    failure: Failure | None = None
    detail: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


async def warm() -> None:
    """Load what is loaded once, certificates and code, so that no check pays for it.

    It asks a port of this machine where nobody listens: the whole path, and no traffic.
    """
    _trust()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        await ask(Question(f"http://127.0.0.1:{taken.getsockname()[1]}/", deadline_s=2))


async def ask(question: Question) -> Reply:
    """Ask once on a fresh connection, within one deadline over everything; never raises but to cancel."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(question.deadline_s):
            facts = await _facts(question)
    except TimeoutError:
        took = time.perf_counter() - began
        return Reply(Outcome.FAILED, None, Failure.TIMEOUT_TOTAL, f"no whole answer in {took:.1f} s")
    except _TooLarge:
        return Reply(Outcome.FAILED, None, Failure.TOO_LARGE, f"the body is larger than {question.body_limit} bytes")
    except httpx.HTTPError as error:
        failure, detail = _classify(error)
        return Reply(Outcome.FAILED, None, failure, detail)
    except (zlib.error, httpx.InvalidURL, ValueError, UnicodeError) as error:
        return Reply(Outcome.FAILED, None, Failure.PROTOCOL, text.line(type(error).__name__, 60))
    except Exception as error:  # noqa: BLE001 - a check must end in an answer, whatever a library raises
        return Reply(Outcome.UNKNOWN, None, Failure.INTERNAL, text.line(type(error).__name__, 60))
    return judge(question, facts)


class _TooLarge(Exception):
    """The body does not fit under the cap."""


async def _facts(question: Question) -> dict[str, Any]:
    async with httpx.AsyncClient(
        verify=_trust(), trust_env=False, timeout=None, follow_redirects=False, max_redirects=3,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **question.headers},
    ) as client:  # fmt: skip
        request = client.build_request(question.method, question.url, content=question.content)
        began = time.perf_counter()
        response = await client.send(request, stream=True)
        hops = 0
        while question.redirects and response.next_request is not None and hops < 3:
            target = response.next_request
            if (target.url.host, target.url.scheme) != (request.url.host, request.url.scheme):
                break
            await response.aclose()
            target.headers.pop("cookie", None)
            response, hops = await client.send(target, stream=True), hops + 1
        stream = response.extensions.get("network_stream")
        ip, cert = _peer(stream), _certificate(stream)
        try:
            body = await _body(response, question.body_limit)
        finally:
            await response.aclose()
        return {
            "status": response.status_code,
            "latency": time.perf_counter() - began,
            "body": _decoded(body),
            "headers": {name.lower(): text.line(value, 200) for name, value in response.headers.items()},
            "ip": ip,
            "connected": True,
            "cert": cert,
            "url": text.line(str(response.url.copy_with(query=None)), 200),
        }


def _peer(stream: Any) -> str | None:
    """Return the address that answered; under TLS only the socket knows it."""
    peer = stream.get_extra_info("socket") if stream else None
    try:
        return str(peer.getpeername()[0]) if peer else None
    except OSError:
        return None


async def _body(response: httpx.Response, limit: int) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").lower()
    inflate = zlib.decompressobj(47) if encoding in ("gzip", "deflate") else None
    out = bytearray()
    async for chunk in response.aiter_raw(16_384):
        out += inflate.decompress(chunk, limit + 1 - len(out)) if inflate else chunk
        if len(out) > limit:
            raise _TooLarge
    return bytes(out)


def _decoded(body: bytes) -> Any:
    words = body.decode("utf-8", "replace")
    try:
        return json.loads(words, parse_float=Decimal)
    except (ValueError, RecursionError):
        return words


def _certificate(stream: Any) -> dict[str, Any] | None:
    wrapped = stream.get_extra_info("ssl_object") if stream else None
    found = wrapped.getpeercert() if wrapped else None
    if not found or "notAfter" not in found:
        return None
    left = ssl.cert_time_to_seconds(found["notAfter"]) - time.time()
    return {"days": left / 86_400, "expires": found["notAfter"]}


def judge(question: Question, facts: dict[str, Any]) -> Reply:
    """Hold facts against what is expected; an unknown answer is never a pass."""
    latency = float(facts["latency"])
    answers = [(one, condition.evaluate(one, facts)) for one in question.expect]
    bad = [(one, answer) for one, answer in answers if answer is not Answer.PASS]
    if not bad:
        return Reply(Outcome.OK, latency, None, "", facts)
    first, answer = next(((one, a) for one, a in bad if a is Answer.FAIL), bad[0])
    if all(one.reading == "latency" and a is Answer.FAIL for one, a in bad):
        return Reply(Outcome.SLOW, latency, None, f"slow: {latency * 1000:.0f} ms, wanted {first.text}", facts)
    if first.reading == "status":
        detail = f"status {facts.get('status')}, wanted {first.text}"
        return Reply(Outcome.FAILED, latency, Failure.HTTP_STATUS, text.line(detail, EXCERPT), facts)
    seen = condition.seen(first, facts)
    detail = f"wanted {first.text}, saw {seen}" if answer is Answer.FAIL else f"cannot tell: {first.text}"
    return Reply(Outcome.FAILED, latency, Failure.EXPECTATION, text.line(detail, EXCERPT), facts)


def _classify(error: httpx.HTTPError) -> tuple[Failure, str]:
    words = text.line(str(error), EXCERPT).lower()
    if isinstance(error, httpx.ConnectError):
        for needle, failure, detail in _CONNECT:
            if needle in words:
                return failure, detail
        return Failure.UNREACHABLE, "cannot be reached"
    if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.CloseError):
        return Failure.RESET, "the connection broke"
    if isinstance(error, httpx.RemoteProtocolError) and "disconnected" in words:
        return Failure.RESET, "closed without an answer"
    if isinstance(error, httpx.TimeoutException):
        return Failure.TIMEOUT_TOTAL, "no whole answer in time"
    return Failure.PROTOCOL, "the answer is not HTTP"


_CONNECT = (
    ("certificate has expired", Failure.TLS_EXPIRED, "the certificate has expired"),
    ("hostname mismatch", Failure.TLS_HOSTNAME, "the certificate is for another name"),
    ("not valid for", Failure.TLS_HOSTNAME, "the certificate is for another name"),
    ("certificate", Failure.TLS_UNTRUSTED, "the certificate is not trusted"),
    ("ssl", Failure.TLS_UNTRUSTED, "TLS failed"),
    ("name or service not known", Failure.DNS_NXDOMAIN, "the name does not resolve"),
    ("nodename nor servname", Failure.DNS_NXDOMAIN, "the name does not resolve"),
    ("no address", Failure.DNS_NXDOMAIN, "the name does not resolve"),
    ("temporary failure in name", Failure.DNS_TIMEOUT, "the name server does not answer"),
    ("refused", Failure.REFUSED, "the connection was refused"),
    ("all connection attempts failed", Failure.REFUSED, "the connection was refused"),
    ("reset", Failure.RESET, "the connection was reset"),
)
