"""Probes and checks: what is asked, what came back, and what is known of a probe."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal

from gonogo.rules.clock import Instant
from gonogo.rules.record import Record


class Failure(StrEnum):
    """Why a check did not pass."""

    DNS_NXDOMAIN = "dns_nxdomain"
    DNS_TIMEOUT = "dns_timeout"
    REFUSED = "refused"
    RESET = "reset"
    UNREACHABLE = "unreachable"
    TLS_EXPIRED = "tls_expired"
    TLS_HOSTNAME = "tls_hostname"
    TLS_UNTRUSTED = "tls_untrusted"
    TIMEOUT_CONNECT = "timeout_connect"
    TIMEOUT_FIRST_BYTE = "timeout_first_byte"
    TIMEOUT_TOTAL = "timeout_total"
    PROTOCOL = "protocol"
    TOO_LARGE = "too_large"
    HTTP_STATUS = "http_status"
    EXPECTATION = "expectation"
    SELF_OFFLINE = "self_offline"
    PARENT_DOWN = "parent_down"
    INTERNAL = "internal"


class Outcome(StrEnum):
    """The answer of one check; slow means that it answered but a latency expectation failed."""

    OK = "ok"
    SLOW = "slow"
    FAILED = "failed"
    UNKNOWN = "unknown"


Health = Literal["up", "degraded", "down", "unknown", "paused"]


UNVERIFIED = "insecure: certificate not verified"
"""What every face says of a probe that takes any certificate for good."""


@dataclass(frozen=True, slots=True)
class Phases:
    """How long each part of a check took, in seconds; nothing for a part that did not happen."""

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    transfer: float | None = None


UNTIMED = Phases()
TIMED = ("latency", "dns", "connect", "tls", "first_byte", "transfer")
"""Facts that are seconds: the whole check, and each of its parts."""


@dataclass(frozen=True, slots=True)
class Check:
    """One answer of one probe."""

    probe: str
    at: Instant
    """When it began."""
    outcome: Outcome
    latency_s: float | None = None
    failure: Failure | None = None
    detail: str = ""
    late_s: float = 0.0
    missed: int = 0
    """How many ticks before this one were not asked because an earlier check was still under way."""
    facts: dict[str, Any] = field(default_factory=dict)
    phases: Phases = UNTIMED
    excluded: bool = False
    """Whether it was asked during maintenance, so that it counts for nothing."""
    changed: str = ""
    """What is not as it was before, in a few words; the watch says it."""
    excerpt: str = ""
    """The beginning of what was answered, where that was not what was wanted."""


@dataclass(frozen=True, slots=True)
class CheckDetail:
    """One check as it is kept; what was not kept of an old one is nothing."""

    at: datetime
    outcome: Outcome
    excluded: bool
    latency_ms: float | None
    late_ms: int
    missed: int
    phases: Phases
    ip: str | None
    url: str | None
    cert_expires: datetime | None
    """When the first certificate of the chain ends."""
    failure: Failure | None
    detail: str
    changed: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a history strip: the share of the observed time that was up, and the worst answer, if any."""

    up: float | None = None
    worst: Outcome | None = None
    excluded: bool = False
    """Whether some of it was maintenance or pause."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What checks change of a probe: what the watch rewrites as evidence comes in."""

    number: int
    name: str
    critical: bool
    health: Health
    since: Instant | None
    recent: str
    spark: tuple[int, ...]
    checked_at: Instant | None
    latency_ms: float | None
    failure: Failure | None
    detail: str
    passes: int
    settled_at: Instant | None
    windows: dict[str, dict[str, float | int | None]] | None
    """Nothing when they are as they were."""


class Probe(Record):
    """A probe as the watch keeps it: one row, rewritten as evidence comes in."""

    part: ClassVar[str] = "probes"

    number: int
    """The small number under which its checks are stored."""
    name: str
    kind: str = "http"
    target: str = ""
    environment: str = "production"
    every_s: float = 30
    down_after: str = "2 of 3"
    critical: bool = False
    gone: bool = False
    """Whether it is no longer in the config; its history stays, and its number is not used again."""
    counts: bool = True
    """Whether it is asked in the active phase."""
    health: Health = "unknown"
    since: Instant | None = None
    """When that health began: the onset, not the detection."""
    recent: str = ""
    """The last outcomes, newest last: `.` ok, `~` slow, `x` failed, `?` unknown."""
    spark: tuple[int, ...] = ()
    """The last latencies in milliseconds, newest last; -1 where a check failed."""
    checked_at: Instant | None = None
    latency_ms: float | None = None
    failure: Failure | None = None
    detail: str = ""
    windows: dict[str, dict[str, float | int | None]] = {}
    passes: int = 0
    """How many checks passed in a row, for confirming a fix."""
    settled_at: Instant | None = None
    """Up to when its time is accounted for, as seen or as excluded."""
    awaited_since: Instant | None = None
    """Since when it has been asked what it asks: since it was new, became another question, or a pause ended."""
    insecure: bool = False
    """Whether it takes any certificate for good."""
