"""Asking a site what it has, before anything is set up: which probes would answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from gonogo.probes import http
from gonogo.probes.asking import ask
from gonogo.rules import text
from gonogo.rules.probe import Outcome

CANDIDATES = (
    ("home", "/"), ("health", "/health"), ("healthz", "/healthz"), ("api-health", "/api/health"),
    ("status", "/status"), ("robots", "/robots.txt"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What one path answered: an HTTP status with its latency, or why there was none."""

    name: str
    path: str
    status: int | None
    latency_s: float | None
    why: str
    is_json: bool = False
    build_at: str | None = None
    """Where in the JSON the build id stands, when it is easily seen."""
    cert_days: float | None = None


async def survey(url: str, deadline_s: float = 8.0) -> list[Found]:
    """Ask each candidate path once."""
    await http.warm()
    return list(await asyncio.gather(*(_one(url.rstrip("/"), name, path, deadline_s) for name, path in CANDIDATES)))


async def _one(url: str, name: str, path: str, deadline_s: float) -> Found:
    reply = await ask(http.HttpQuestion(url + path, deadline_s=deadline_s))
    if reply.outcome is not Outcome.OK:
        why = f"{reply.failure or 'no answer'}: {reply.detail}"
        return Found(name, path, None, None, text.line(why, 160))
    body, cert = reply.facts["body"].value, reply.facts.get("cert")
    status = int(reply.facts["status"])
    build = next(
        (key for key in ("version", "build", "commit", "revision") if isinstance(body, dict) and key in body), None
    )
    where = reply.facts.get("headers", {}).get("location", "")
    why = f"answers {status}" + (f", to {text.line(where, 80)}" if 300 <= status < 400 and where else "")
    return Found(
        name, path, status, reply.latency_s, why, isinstance(body, dict), build, cert["days"] if cert else None
    )
