"""PromQL checks: an instant query to a Prometheus server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any
from urllib.parse import quote

from gonogo.probes.asking import Failed, Trace
from gonogo.probes.http import HttpQuestion
from gonogo.rules import text
from gonogo.rules.expectation import NOTHING, Expectation
from gonogo.rules.facts import Absent
from gonogo.rules.probe import Failure

ANSWER_BYTES = 1 << 20
MOST_VALUES = 1000


@dataclass(frozen=True)
class PromqlQuestion:
    """A query and the server that answers it."""

    server: str
    query: str
    headers: Mapping[str, str] = field(default_factory=dict)
    authority: str | None = None
    deadline_s: float = 5.0
    expect: Expectation = NOTHING

    async def facts(self, trace: Trace) -> dict[str, Any]:
        """Ask; `value` is that of the only series, and where there are several or none it says so."""
        answer = await self._http.facts(trace)
        body = answer["body"].value
        if not isinstance(body, dict) or body.get("status") not in ("success", "error"):
            raise Failed(Failure.PROTOCOL, f"status {answer['status']}, and the answer is not Prometheus's")
        if body["status"] == "error":
            why = text.line(str(body.get("error") or f"status {answer['status']}"), 120)
            raise Failed(Failure.HTTP_STATUS, f"Prometheus refuses: {why}")
        values = _values(body.get("data"))
        return {"series": len(values), "values": values[:MOST_VALUES], "value": _only(values)}

    @cached_property
    def _http(self) -> HttpQuestion:
        return HttpQuestion(
            f"{self.server.rstrip('/')}/api/v1/query?query={quote(self.query)}", headers=self.headers,
            authority=self.authority, body_limit=ANSWER_BYTES, deadline_s=self.deadline_s,
        )  # fmt: skip


def _only(values: list[Decimal | None]) -> Decimal | Absent:
    if len(values) != 1:
        return Absent(f"{len(values)} series instead of one")
    return Absent("a value that is no number") if values[0] is None else values[0]


def _values(data: Any) -> list[Decimal | None]:
    """Return the values of a vector or a scalar; NaN and infinities are no numbers to judge by."""
    if not isinstance(data, dict):
        raise Failed(Failure.PROTOCOL, "the answer has no data")
    result, kind = data.get("result"), data.get("resultType")
    if kind == "scalar":
        return [_number(result)]
    if kind != "vector":
        raise Failed(Failure.PROTOCOL, f"the query gives a {text.line(str(kind), 20)}; an instant vector is wanted")
    if not isinstance(result, list):
        raise Failed(Failure.PROTOCOL, "the answer has no data")
    return [_number(one.get("value") if isinstance(one, dict) else None) for one in result]


def _number(pair: Any) -> Decimal | None:
    try:
        found = Decimal(str(pair[1]))
    except (TypeError, IndexError, KeyError, InvalidOperation):
        return None
    return found if found.is_finite() else None
