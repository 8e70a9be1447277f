"""Readiness: what must always be ready, and decays with age. A person attests it, or it is seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from gonogo.rules import text, words
from gonogo.rules.duration import countdown, seconds
from gonogo.rules.plan import Readiness, Renewal, RunbookStep
from gonogo.rules.record import Act, Changes, Decision, Intent, Refusal, State, Words
from gonogo.rules.run import leeway_s

ReadyState = Literal["ready", "stale", "not_ready", "not_set_up"]
LATELY = timedelta(minutes=15)
"""What the watch saw longer ago, somebody may attest otherwise: it does not look there any more."""
_TOOK = re.compile(r"\btook\s+((?:\d+(?:\.\d+)?\s*(?:h|m|s)\s*)+|\d+:\d\d)\b")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a readiness target; `ok` is nothing where it could not be seen, for the reason in `detail`."""

    ok: bool | None
    detail: str
    dated: datetime | None = None
    until: datetime | None = None


class RenewReadiness(Intent):
    """Say that something is ready, having looked; or that it is not."""

    readiness: str
    detail: Words = ""
    ok: bool = True
    measured: bool = False
    """Whether it was seen to, and no person said so."""
    for_s: float | None = None
    """For how long a person attests it; else as long as such a word holds."""
    dated: AwareDatetime | None = None
    until: AwareDatetime | None = None
    amiss: str = ""


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about readiness."""
    assert isinstance(intent, RenewReadiness)
    target = state.get(Readiness, intent.readiness)
    if target is None:
        return Refusal("There is no such readiness target; `gonogo ready list` shows them.")
    last, ok, detail = state.get(Renewal, target.id), intent.ok, text.tidy(intent.detail)
    until = intent.until
    if not intent.measured:
        if refused := _unfit(state, target, last, intent, act):
            return refused
        until = act.at.utc + timedelta(seconds=intent.for_s) if intent.for_s else None
        if ok and (slow := _too_slow(state, target, detail)):
            ok, detail = False, f"{detail}, {slow}"
    renewal = Renewal(
        id=target.id, at=act.at, by=act.actor, ok=ok, detail=detail, measured=intent.measured, dated=intent.dated,
        until=until, amiss=intent.amiss,
    )  # fmt: skip
    return Changes(_said(target, renewal, intent), put=(since(target, last, renewal),))


def _said(target: Readiness, one: Renewal, intent: RenewReadiness) -> str:
    verb = "attested" if one.ok and not one.measured else "looked at"
    how = "ready" if one.ok else "not ready"
    span = f" for {words.span(intent.for_s)}" if intent.for_s and not one.measured else ""
    return f"{verb} {target.name}: {how}{span}" + (f", {one.detail}" if one.detail else "")


def since(target: Readiness, last: Renewal | None, fresh: Renewal) -> Renewal:
    """Carry over since when it is so, where the word before said the same and had not gone stale."""
    same = last is not None and last.ok == fresh.ok and standing(target, last, fresh.at.utc)[0] != "stale"
    return fresh.model_copy(update={"since": (last.since or last.at) if same and last else fresh.at})


def _unfit(
    state: State, target: Readiness, last: Renewal | None, intent: RenewReadiness, act: Act
) -> Refusal | None:  # fmt: skip
    """Say why a person's word cannot make it ready."""
    if target.source == "alarms":
        return Refusal(f"{target.name} is ready when a person saw a test of each channel: `gonogo notify test`.")
    if target.source == "watch":
        return Refusal(f"{target.name} is measured, and nobody's word makes it so: the watch has to be awake.")
    if not intent.ok:
        return None
    if intent.for_s is not None and not 0 < intent.for_s <= target.max_age_s:
        most = words.span(target.max_age_s)
        return Refusal(f"A word on {target.name} holds for {most} at most; say a span up to that.", misused=True)
    watched = last is not None and last.measured and target.source in ("person", "config") and not is_rehearsed(target)
    if last is not None and watched and not last.ok and not last.amiss and act.at.utc - last.at.utc < LATELY:
        return Refusal(f"The watch sees for itself that {target.name} is not ready: {last.detail}.")
    if target.source == "rehearsals" and took_s(intent.detail) is None:
        return Refusal("Rehearse it with D, or say how long it took by hand: “took 3m10s”.", misused=True)
    return None


def is_rehearsed(target: Readiness) -> bool:
    """Whether rehearsals of the rollback are what makes it ready."""
    return target.source == "rehearsals" or (target.key == "rollback" and target.source == "person")


def took_s(words_: str) -> float | None:
    """Return how long a rollback took, as somebody says it: `took 3m10s`, `took 3:10`; nothing where it is not said."""
    if (found := _TOOK.search(words_.lower())) is None:
        return None
    said = found[1].strip()
    if ":" in said:
        minutes, _, rest = said.partition(":")
        return int(minutes) * 60 + int(rest)
    return seconds(said)


def _too_slow(state: State, target: Readiness, detail: str) -> str:
    """Say that a rollback as it was attested takes longer than the runbook leaves for it."""
    took, leeway = took_s(detail), leeway_s(state.all(RunbookStep))
    if target.source != "rehearsals" or took is None or leeway is None or took <= leeway:
        return ""
    return f"and the runbook leaves {countdown(leeway)}"


def yields(target: Readiness, last: Renewal | None, seen: Seen, now: datetime) -> bool:
    """Whether the word before gives way to what the watch has seen.

    What a person attested stands while the watch cannot see; that a person said it is not ready stands until there
    is newer evidence, since a file's age does not say that its content is whole.
    """
    if last is None or last.measured or standing(target, last, now)[0] == "stale":
        return True
    if not last.ok:
        newer = seen.dated is not None and seen.dated > last.at.utc
        return newer or now - last.at.utc > timedelta(seconds=target.max_age_s)
    return seen.ok is not None


def standing(target: Readiness, renewal: Renewal | None, now: datetime) -> tuple[ReadyState, datetime | None]:
    """Tell whether it is ready, and when that word goes stale; never looked at is not set up."""
    if renewal is None:
        return "not_set_up", None
    if not renewal.ok:
        return "not_ready", None
    aged = renewal.at.utc + timedelta(seconds=target.max_age_s)
    stale_at = min(aged, renewal.until) if renewal.until else aged
    return ("ready" if now < stale_at else "stale"), stale_at
