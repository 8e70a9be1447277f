"""Readiness: what must always be ready, and decays with age."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from gonogo.rules import text
from gonogo.rules.plan import Readiness, Renewal
from gonogo.rules.record import Act, Changes, Decision, Intent, Refusal, State, Words

ReadyState = Literal["ready", "stale", "not_ready", "not_set_up"]


class RenewReadiness(Intent):
    """Say that something is ready, having looked; or that it is not."""

    readiness: str
    detail: Words = ""
    ok: bool = True
    measured: bool = False
    """Whether the watch saw it, and no person said so."""


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about readiness."""
    assert isinstance(intent, RenewReadiness)
    target = state.get(Readiness, intent.readiness)
    if target is None:
        return Refusal("There is no such readiness target; `gonogo ready list` shows them.")
    if target.source == "alarms" and not intent.measured:
        return Refusal(f"{target.name} is ready when a person saw a test of each channel: `gonogo notify test`.")
    detail = text.tidy(intent.detail)
    renewal = Renewal(id=target.id, at=act.at, by=act.actor, ok=intent.ok, detail=detail)
    said = f"looked at {target.name}: {'ready' if intent.ok else 'not ready'}" + (f", {detail}" if detail else "")
    return Changes(said, put=(renewal,))


def standing(target: Readiness, renewal: Renewal | None, now: datetime) -> tuple[ReadyState, datetime | None]:
    """Tell whether it is ready, and when that word goes stale; never looked at is not set up."""
    if renewal is None:
        return "not_set_up", None
    if not renewal.ok:
        return "not_ready", None
    stale_at = renewal.at.utc + timedelta(seconds=target.max_age_s)
    return ("ready" if now < stale_at else "stale"), stale_at
