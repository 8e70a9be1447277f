"""The names of all readings that a condition may demand something of, and the units that fit them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Nature = Literal["count", "progress", "open_count", "tally", "rate", "share", "rating", "growth", "gauge", "proportion"]
"""What a reading is, which decides how little evidence is too little:
a count grows; an open count can fall again; a tally counts what is bad in a window and is
false for good; a rate comes down again. The last three need observed time."""

READINGS = frozenset(
    (
        "orders.successful", "orders.success", "orders.failed", "orders.clean", "orders.customers", "orders.growth",
        "feedback.mean", "feedback.count", "feedback.one_star",
        "bugs.open", "bugs.critical", "bugs.major", "bugs.per_day", "criticals.per_week", "questions.per_day",
        "uptime", "p95", "error_rate", "burn", "checklist.share", "drills.count", "drill.decision",
        "testers",
    )
)  # fmt: skip
NATURES: dict[str, Nature] = {
    **dict.fromkeys(
        ("orders.successful", "orders.clean", "orders.customers", "feedback.count", "drills.count",
         "testers"), "count"
    ),
    **dict.fromkeys(
        ("orders.failed", "feedback.one_star", "bugs.open", "bugs.critical", "bugs.major"), "open_count"
    ),
    "bugs.per_day": "rate", "questions.per_day": "rate", "criticals.per_week": "tally", "orders.growth": "growth",
    "feedback.mean": "rating", "orders.success": "proportion", "uptime": "share", "error_rate": "share",
    "p95": "gauge", "burn": "gauge", "drill.decision": "gauge", "checklist.share": "progress",
}  # fmt: skip
CALLED = {
    "orders.successful": "orders", "orders.clean": "clean orders", "orders.failed": "failed orders",
    "orders.success": "order success", "orders.customers": "customers", "orders.growth": "growth",
    "feedback.mean": "ratings", "feedback.count": "feedback", "feedback.one_star": "one star", "bugs.open": "open bugs",
    "bugs.critical": "criticals", "bugs.major": "majors", "bugs.per_day": "bugs", "criticals.per_week": "criticals",
    "questions.per_day": "questions", "p95": "speed", "error_rate": "errors", "checklist.share": "checklist",
}  # fmt: skip
"""What a criterion on a reading is called, where its file gives it no name."""
FACTS = frozenset(
    (
        "status", "latency", "body", "headers", "ip", "connected", "url", "cert.days", "cert.expires", "cert.subject",
        "cert.issuer", "cert.serial", "cert.earliest", "protocol", "reply", "rcode", "answers", "ttl", "exit",
        "output", "value", "values", "series", "domain.days", "context", "age", "size",
        "dns", "connect", "tls", "first_byte", "transfer",
    )
)  # fmt: skip
"""What checks and files tell."""
OPEN = frozenset(("body", "headers", "context", "output", "answers", "values"))
"""Facts whose keys are not ours to know."""
_TIMES = frozenset(
    (
        "latency", "p50", "p95", "p99", "age", "dns", "connect", "tls", "first_byte", "transfer", "ttl",
        "drill.decision",
    )
)  # fmt: skip
PARTS = frozenset(("orders.success", "uptime", "coverage", "error_rate", "checklist.share"))
"""Shares of a whole, which are never more than all of it."""
SECONDS = frozenset(("ttl",))
"""Times that are written without a unit where they come from."""
_SHARES = PARTS | {"orders.growth"}
_COUNTS = (READINGS - _TIMES - _SHARES) | {"status", "size", "cert.days", "domain.days", "exit", "series"}


def is_known(name: str) -> bool:
    """Whether there is such a reading or fact, or one below it."""
    root = name.split(".")[0].split("[")[0]
    return name in READINGS or root in OPEN or any(one == name or one.startswith(name + ".") for one in FACTS)


def scale_of(name: str) -> str | None:
    """Return which units fit a reading: `time`, `share`, none (empty), or any, as in a body."""
    for scale, names in (("time", _TIMES), ("share", _SHARES), ("", _COUNTS)):
        if name in names:
            return scale
    return None


def nearest(name: str, more: Iterable[str] = ()) -> str:
    """Return the name that was probably meant, of ours and of others that there are here, or nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, sorted(READINGS | FACTS | {*more}), 1, 0.7)), "")
