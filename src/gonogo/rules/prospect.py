"""What an advance would change: the next phase, its windows, the cadence of probes, what ends and what begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from gonogo.rules import target, words
from gonogo.rules.advance import days_between, next_phase, windows
from gonogo.rules.config import Config
from gonogo.rules.launch import active_phase
from gonogo.rules.plan import Criterion, Item, Launch, Phase
from gonogo.rules.record import State


def prospect(state: State, config: Config | None, now: datetime) -> tuple[str, ...]:
    """Say in sentences what advancing from the active phase would change."""
    launch, phase = next(iter(state.all(Launch)), None), active_phase(state)
    if launch is None or phase is None:
        return ()
    following = next_phase(state.all(Phase), phase)
    if following is None:
        return (f"{phase.name} is the last phase: passing it closes the launch.",)
    found = [*_windows(state, following, launch.timezone, now), *_ends(state, phase), *_demands(state, following)]
    return (*found, *(_probes(config, phase, following) if config else ()))


def _windows(state: State, following: Phase, timezone: str, now: datetime) -> Iterator[str]:
    slip = days_between(following.opens, now, timezone)
    late = f", {words.count(abs(slip), 'day')} {'later' if slip > 0 else 'earlier'} than planned" if slip else ""
    yield f"{following.position} {following.name} begins now{late}, in {following.environment}."
    zone = ZoneInfo(timezone)
    for one in windows(state.all(Phase), following, now, timezone):
        if one.closes is not None:
            yield f"{one.name}: its window ends {one.closes.astimezone(zone):%a %d %b %H:%M}."


def _ends(state: State, phase: Phase) -> Iterator[str]:
    items = [one for one in state.all(Item) if one.phase == phase.id]
    for kind, word in (("guard", "guards"), ("routine", "routines")):
        if names := [one.text for one in items if one.kind == kind]:
            yield f"These {word} end: {words.some(names)}."


def _demands(state: State, following: Phase) -> Iterator[str]:
    wanted = [one for one in state.all(Criterion) if one.phase == following.id]
    if wanted:
        yield f"Its gate demands {words.some([target.said(one) for one in wanted], 5)}."
    for one in target.unanswered(wanted):
        yield f"It asks for a number: {one.ask}"


def _probes(config: Config, phase: Phase, following: Phase) -> Iterator[str]:
    for one in config.probe:
        now, then = config.at(one, phase.key), config.at(one, following.key)
        asked, will = (not one.during or key in one.during for key in (phase.key, following.key))
        if asked != will:
            yield f"{one.name} is {'asked from then on' if will else 'not asked any more'}."
        elif will and now.every != then.every:
            yield f"{one.name} is asked every {words.span(then.every)} instead of {words.span(now.every)}."
