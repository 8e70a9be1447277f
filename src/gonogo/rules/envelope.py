"""Envelopes: how a post is written for each way to go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import parsedate_to_datetime

from gonogo.rules.clock import Instant
from gonogo.rules.letter import Parcel

_TAGS = {5: "rotating_light", 4: "warning", 3: "bell"}
_ENDS = {"resolved": "white_check_mark", "recovered": "green_circle", "test": "satellite", "message": "speech_balloon"}
_TYPES = {"resolved": "success", "recovered": "success", "test": "info", "message": "info"}
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is posted: a body with its headers."""

    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def webhook(parcel: Parcel, now: Instant) -> Envelope:
    """Write plain JSON: the text, and in fields what it is about."""
    last = parcel.letters[-1]
    body = {
        "text": parcel.text(now), "title": parcel.title, "kind": last.kind, "severity": last.severity,
        "people": list(parcel.people), "key": parcel.key,
    }  # fmt: skip
    return Envelope(_json(body), {"Content-Type": "application/json", "Idempotency-Key": parcel.key})


def slack(parcel: Parcel, now: Instant) -> Envelope:
    """Write Slack's JSON: the title in bold; what its markup would read as a link or a mention is plain text."""
    said = f"*{parcel.title.translate(_SLACK)}*\n{parcel.text(now).translate(_SLACK)}"
    return Envelope(_json({"text": said}), {"Content-Type": "application/json", "Idempotency-Key": parcel.key})


def ntfy(parcel: Parcel, now: Instant, token: str | None) -> Envelope:
    """Write for ntfy: the text as the body; title, priority and tags in headers."""
    last = parcel.letters[-1]
    headers = {
        "Title": _ascii(parcel.title), "Priority": str(parcel.urgency),
        "Tags": ",".join(filter(None, (_ENDS.get(last.kind, _TAGS.get(parcel.urgency, "bell")), last.severity))),
        "Idempotency-Key": parcel.key, "Content-Type": "text/plain; charset=utf-8",
    }  # fmt: skip
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return Envelope(parcel.text(now).encode(), headers)


def _ascii(words: str) -> str:
    """Return a text as a header takes it: what is not ASCII is encoded as in mail (RFC 2047)."""
    return words if words.isascii() else Header(words, "utf-8", maxlinelen=10_000).encode()


def apprise(parcel: Parcel, now: Instant, url: str) -> bytes:
    """Write what the helper process reads: its URL comes this way and on no command line."""
    kind = _TYPES.get(parcel.letters[-1].kind, "failure")
    return _json({"url": url, "title": parcel.title, "body": parcel.text(now), "type": kind})


def wait_s(retry_after: str, now: datetime) -> float | None:
    """Read `Retry-After`: seconds, or a date; nothing where it is neither."""
    words = retry_after.strip()
    if words.isascii() and words.isdigit():
        return float(words[:9])
    try:
        return max(0.0, (parsedate_to_datetime(words) - now).total_seconds())
    except (ValueError, TypeError, IndexError):
        return None
