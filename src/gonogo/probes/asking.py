"""One check of any kind: its deadline, what went wrong in which part, and what is made of the answer."""

from __future__ import annotations

import asyncio
import errno
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from gonogo.rules import expectation, text
from gonogo.rules.condition import Answer
from gonogo.rules.expectation import Answered, Expectation
from gonogo.rules.facts import ANSWERS, NOT_JSON, Body
from gonogo.rules.probe import TIMED, UNTIMED, Failure, Outcome, Phases

DETAIL = 160
EXCERPT = 200
"""How much is kept of what was answered, where that was not what was wanted."""
_LOOKED_AT = 2000
_MARKUP = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)")
STOOD_STILL_S = 1.0
"""A deadline that is noticed so late passed while this process was stopped or starved: the site is not to blame."""
Stage = Literal["dns", "connect", "tls", "first_byte", "transfer"]


class Failed(Exception):
    """Why a check has no answer: its class, a sentence without secrets, and what was said instead of one."""

    def __init__(self, failure: Failure, detail: str, said: str = "") -> None:
        super().__init__(detail)
        self.failure, self.detail, self.said = failure, detail, said


class Unmeasurable(Exception):
    """The check could not even be tried, through a fault of ours; it says nothing about the site."""


class Trace:
    """Where a check stands while it runs, and how long each part took: what a failure leaves behind."""

    __slots__ = ("_since", "began", "ip", "stage", "took")

    def __init__(self) -> None:
        self.began = self._since = time.perf_counter()
        self.stage: Stage = "first_byte"
        self.took: dict[str, float] = {}
        self.ip: str | None = None

    def enter(self, stage: Stage) -> None:
        """Begin a part; the one before it has ended."""
        self._since, self.stage = time.perf_counter(), stage

    def leave(self) -> None:
        """End the part; over redirects the times of its turns add up."""
        now = time.perf_counter()
        self.took[self.stage] = self.took.get(self.stage, 0.0) + now - self._since
        self._since = now

    def so_far(self) -> float:
        """Return the seconds since the check began."""
        return time.perf_counter() - self.began

    def phases(self) -> Phases:
        """Return the parts that have ended."""
        return Phases(**self.took)


class Question(Protocol):
    """What is asked of the world; `facts` asks it once, and raises Failed or what the system raises."""

    @property
    def deadline_s(self) -> float:
        """The one deadline over all of it, in seconds."""
        ...

    @property
    def expect(self) -> Expectation:
        """What has to hold of the facts."""
        ...

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Ask, and return the facts."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: an outcome with its reason, the facts for conditions, and the time of each part."""

    outcome: Outcome
    latency_s: float | None = None
    failure: Failure | None = None
    detail: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    phases: Phases = UNTIMED
    ip: str | None = None
    excerpt: str = ""
    """The beginning of what was answered, where that was not what was wanted."""


async def ask(question: Question) -> Reply:
    """Ask once, within one deadline over everything; never raises but to cancel."""
    trace = Trace()
    try:
        async with asyncio.timeout(question.deadline_s):
            facts = await question.facts(trace)
        return _answered(question, trace, facts)
    except TimeoutError:
        if trace.so_far() > question.deadline_s + STOOD_STILL_S:
            return _without(trace, Failure.INTERNAL, "this process stood still meanwhile")
        return _without(trace, *_too_late(trace))
    except Failed as error:
        return _without(trace, error.failure, error.detail, error.said)
    except Unmeasurable as error:
        return _without(trace, Failure.INTERNAL, str(error))
    except (OSError, EOFError) as error:
        return _without(trace, *classify(error))
    except RecursionError:
        return _without(trace, Failure.PROTOCOL, "its answer is nested too deeply to be read")
    except Exception as error:  # noqa: BLE001 - a check must end in an answer, whatever a library raises
        return _without(trace, Failure.INTERNAL, type(error).__name__)


def _answered(question: Question, trace: Trace, facts: dict[str, Any]) -> Reply:
    facts.setdefault("latency", trace.so_far())
    facts |= trace.took
    facts["ip"] = trace.ip
    outcome, failure, detail = judge(question.expect, facts)
    said = "" if outcome in (Outcome.OK, Outcome.SLOW) else _said(facts)
    return Reply(outcome, float(facts["latency"]), failure, detail, facts, trace.phases(), trace.ip, said)


def _said(facts: Mapping[str, Any]) -> str:
    """Return the beginning of what a site, a port or a command answered."""
    answer = next((facts[name] for name in ANSWERS if facts.get(name)), "")
    return excerpt(answer.text if isinstance(answer, Body) else str(answer))


def excerpt(said: str) -> str:
    """Return the beginning of an answer in one clean line; of a page what can be read, without its markup."""
    head = said[:_LOOKED_AT].lstrip()
    plain = text.tidy(_MARKUP.sub(" ", head)) if head.startswith("<") else ""
    return text.line(plain or head, EXCERPT)


def _without(trace: Trace, failure: Failure, detail: str, said: str = "") -> Reply:
    """Reply that there is no answer; the parts before the failing one are kept, and a fault of ours is unknown."""
    outcome = Outcome.UNKNOWN if failure is Failure.INTERNAL else Outcome.FAILED
    return Reply(outcome, None, failure, text.line(detail, DETAIL), {}, trace.phases(), trace.ip, said)


_LATE: dict[Stage, tuple[Failure, str]] = {
    "dns": (Failure.DNS_TIMEOUT, "the name server did not answer"),
    "connect": (Failure.TIMEOUT_CONNECT, "no connection"),
    "tls": (Failure.TIMEOUT_CONNECT, "no end of the TLS handshake"),
    "first_byte": (Failure.TIMEOUT_FIRST_BYTE, "no answer"),
    "transfer": (Failure.TIMEOUT_TOTAL, "no whole answer"),
}


def _too_late(trace: Trace) -> tuple[Failure, str]:
    failure, what = _LATE[trace.stage]
    return failure, f"{what} in {trace.so_far():.1f} s"


_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM)
OURS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
# OpenSSL's verify codes: 9 and 10 not yet and no longer valid; 62 and 64 another name or address.
_CERTIFICATE = {
    9: (Failure.TLS_EXPIRED, "the certificate is not valid yet"),
    10: (Failure.TLS_EXPIRED, "the certificate has expired"),
    62: (Failure.TLS_HOSTNAME, "the certificate is for another name"),
    64: (Failure.TLS_HOSTNAME, "the certificate is for another name"),
}


def classify(error: OSError | EOFError) -> tuple[Failure, str]:
    """Say which failure an error of the system is."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(error.verify_code, (Failure.TLS_UNTRUSTED, "the certificate is not trusted"))
    if isinstance(error, ssl.SSLError):
        return Failure.PROTOCOL, _no_tls(error.reason or "no reason")
    if isinstance(error, ConnectionRefusedError):
        return Failure.REFUSED, "the connection was refused"
    if isinstance(error, ConnectionError | EOFError):
        return Failure.RESET, "the connection broke"
    if error.errno == errno.ETIMEDOUT:
        return Failure.TIMEOUT_CONNECT, "no connection"
    if error.errno in _UNREACHABLE:
        return Failure.UNREACHABLE, "cannot be reached"
    if error.errno in OURS:
        return Failure.INTERNAL, f"this machine is out of means: {error.strerror}"
    return Failure.UNREACHABLE, error.strerror or type(error).__name__


def _no_tls(reason: str) -> str:
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"):
        return "it does not speak TLS"
    return f"TLS failed: {reason.replace('_', ' ').lower()}"


def judge(expect: Expectation, facts: Mapping[str, Any]) -> tuple[Outcome, Failure | None, str]:
    """Hold facts against what is expected; an unknown answer is never a pass."""
    judgement = expectation.evaluate(expect, facts)
    if judgement.answer is Answer.PASS:
        return Outcome.OK, None, ""
    wanted = " or ".join(one.condition.text for one in judgement.decisive)
    first = judgement.decisive[0]
    if all(one.condition.reading in TIMED and one.answer is Answer.FAIL for one in judgement.amiss):
        return Outcome.SLOW, None, f"slow: {first.saw}, wanted {wanted}"
    readings = {one.condition.reading for one in judgement.decisive}
    if "status" in readings:
        failure, detail = Failure.HTTP_STATUS, f"status {facts.get('status')}, wanted {wanted}"
    elif "rcode" not in readings and facts.get("rcode", "NOERROR") != "NOERROR":
        failure = Failure.DNS_NXDOMAIN if facts["rcode"] == "NXDOMAIN" else Failure.EXPECTATION
        detail = f"the name server says {facts['rcode']}, wanted {wanted}"
    else:
        failure, detail = _unmet(first, facts), judgement.sentence
    return Outcome.FAILED, failure, text.line(detail, DETAIL)


def _unmet(first: Answered, facts: Mapping[str, Any]) -> Failure:
    """Say which failure it is that something expected is not there: a body that only claims to be JSON is none."""
    reading, body = first.condition.reading, facts.get("body")
    claims = "json" in str(facts.get("headers", {}).get("content-type", "")).lower()
    broken = isinstance(body, Body) and body.value is NOT_JSON and reading.startswith(("body.", "body["))
    return Failure.PROTOCOL if claims and broken else Failure.EXPECTATION
