"""The names of all readings that a criterion may demand something of."""

from __future__ import annotations

READINGS = frozenset(
    (
        "orders.successful", "orders.failed", "orders.clean", "orders.customers", "orders.growth",
        "feedback.mean", "feedback.count", "feedback.one_star",
        "bugs.open", "bugs.critical", "bugs.major", "bugs.per_day", "criticals.per_week", "questions.per_day",
        "uptime", "p95", "error_rate", "checklist.share",
    )
)  # fmt: skip
