"""Confirming a channel: a person saw its test. An alarm that nobody has seen arrive lately is not ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from gonogo.rules import words
from gonogo.rules.clock import Instant
from gonogo.rules.plan import Readiness, Renewal
from gonogo.rules.readiness import Seen, since
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State

SOURCE = "alarms"
"""The source of a readiness target that only tests renew which a person saw."""


class Confirmation(Record):
    """The last time that a person saw the test of a channel; its id is the channel's name."""

    part: ClassVar[str] = "ticks"

    at: Instant
    by: str


class ConfirmChannel(Intent):
    """Say that the test of a channel was seen."""

    channel: str
    channels: tuple[str, ...]
    """All channels of the config: the alarms are ready when each was confirmed."""


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about a channel."""
    assert isinstance(intent, ConfirmChannel)
    if intent.channel not in intent.channels:
        known = words.some(intent.channels, 9) or "none"
        return Refusal(f"There is no channel “{intent.channel}” in the config; there are: {known}.")
    seen = Confirmation(id=intent.channel, at=act.at, by=act.actor)
    known_of = {one.id: one for one in state.all(Confirmation)} | {seen.id: seen}
    rows: list[Record] = [seen]
    for target in state.all(Readiness):
        if target.source == SOURCE:
            found = standing(intent.channels, known_of, target.max_age_s, act.at)
            fresh = Renewal(id=target.id, at=act.at, by=act.actor, ok=bool(found.ok), detail=found.detail,
                            measured=True, dated=found.dated, until=found.until)  # fmt: skip
            rows.append(since(target, state.get(Renewal, target.id), fresh))
    return Changes(f"saw the test of {intent.channel} arrive", put=tuple(rows), undoable=False)


def standing(channels: Sequence[str], seen: Mapping[str, Confirmation], max_age_s: float, now: Instant) -> Seen:
    """Tell whether a person saw a test of each channel lately, and in a few words which of them not."""
    if not channels:
        return Seen(False, "no [[channel]] is set up: nobody would be told")
    never = [name for name in channels if name not in seen]
    if never:
        return Seen(False, f"no person has confirmed {words.some(never)}: gonogo notify test")
    old = [name for name in channels if _age_s(seen[name], now) > max_age_s]
    if old:
        return Seen(False, f"{words.some(old)} was confirmed too long ago: gonogo notify test")
    oldest = min(seen[name].at.utc for name in channels)
    until = oldest + timedelta(seconds=max_age_s)
    return Seen(True, f"a test of {words.count(len(channels), 'channel')} was seen", oldest, until)


def _age_s(one: Confirmation, now: Instant) -> float:
    return (now.utc - one.at.utc).total_seconds()
