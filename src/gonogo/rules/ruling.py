"""Rulings: what a person decided about a doubt of the linter, kept with the plan."""

from __future__ import annotations

from typing import Literal

from gonogo.rules import text
from gonogo.rules.catalogue import CALLED
from gonogo.rules.clock import Instant
from gonogo.rules.finding import Change, Finding
from gonogo.rules.lint import lint
from gonogo.rules.plan import Criterion, Item, Phase, Tick
from gonogo.rules.record import Act, Changes, Decision, Intent, Prose, Record, Refusal, State
from gonogo.rules.sheet import Said, of_state


class Ruling(Record):
    """The word on one finding: what was proposed and accepted, or why the line stays as it is."""

    finding: str
    line: str
    words: str
    choice: Literal["accepted", "left"]
    by: str
    at: Instant


class AcceptRuling(Intent):
    """Do what the linter proposes about a finding, and keep it as the ruling."""

    finding: str


class LeaveFinding(Intent):
    """Leave the line as it is, and say why."""

    finding: str
    reason: Prose


def open_findings(state: State) -> tuple[Finding, ...]:
    """Return what is doubtful in the plan of a launch and has no ruling yet."""
    ruled = {one.finding for one in state.all(Ruling)}
    return tuple(one for one in lint(of_state(state)) if one.key not in ruled)


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about a finding."""
    assert isinstance(intent, AcceptRuling | LeaveFinding)
    found = next((one for one in open_findings(state) if one.key == intent.finding), None)
    if found is None:
        gone = next((one for one in state.all(Ruling) if one.finding == intent.finding), None)
        if gone:
            return Refusal(f"{gone.by} has ruled on “{gone.line}” already: {gone.words}.")
        return Refusal("There is no such finding (any more); `gonogo plan lint` shows those that are open.")
    if isinstance(intent, LeaveFinding):
        reason = text.tidy(intent.reason)
        if not reason:
            return Refusal("A reason is wanted; write in one line why it stays as it is.")
        return Changes(f"left “{found.said.text}” as it is: {reason}", put=(_ruling(found, reason, "left", act),))
    put, remove = _changed(state, found.said, found.change)
    said = f"ruled on “{found.said.text}”: {found.ruling}"
    return Changes(said, put=(*put, _ruling(found, found.ruling, "accepted", act)), remove=remove)


def _ruling(found: Finding, words: str, choice: Literal["accepted", "left"], act: Act) -> Ruling:
    return Ruling(
        id=act.fresh(), finding=found.key, line=found.said.text, words=words, choice=choice, by=act.actor, at=act.at
    )


def _changed(state: State, said: Said, change: Change | None) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    if change is None:
        return (), ()
    if item := state.get(Item, said.id):
        if change.gone:
            tick = state.get(Tick, item.id)
            return (), (item, tick) if tick else (item,)
        if change.require:
            return _demanded(state, item, change.require)
        wanted = {"kind": change.kind, "every_s": change.every_s, "when": change.when}
        return (item.model_copy(update={name: value for name, value in wanted.items() if value is not None}),), ()
    if (row := state.get(Criterion, said.id)) and (phase := state.get(Phase, row.phase)) and phase.ended_at is None:
        wanted_of = {"require": change.require, "floor": change.floor}
        return (row.model_copy(update={name: value for name, value in wanted_of.items() if value is not None}),), ()
    return (), ()


def _demanded(state: State, item: Item, require: str) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Let the gate demand what a person was to judge; the item goes, also when the same is demanded already."""
    tick = state.get(Tick, item.id)
    gone = (item, tick) if tick else (item,)
    mine = [one for one in state.all(Criterion) if one.phase == item.phase]
    if any(one.require == require for one in mine):
        return (), gone
    reading = require.split()[0]
    name, keys = CALLED.get(reading, reading), {one.key for one in mine}
    key = next(
        key for n in range(1, len(mine) + 2) if (key := text.slug(name) + (f"-{n}" if n > 1 else "")) not in keys
    )
    position = 1 + max((one.position for one in mine), default=0)
    few = 5 if reading.startswith("feedback.") else 0
    made = Criterion(id=item.id, key=key, phase=item.phase, position=position, name=name, require=require,
                     text=item.text, min_samples=few)  # fmt: skip
    return (made,), gone
