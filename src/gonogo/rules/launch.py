"""The launch itself: founding it from a plan, and beginning it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import AwareDatetime

from gonogo.rules import plan_now
from gonogo.rules.plan import Item, Launch, Phase
from gonogo.rules.plan_doc import PlanDoc, records
from gonogo.rules.plan_kept import tick_of
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State
from gonogo.rules.ruling import Ruling


class FoundLaunch(Intent):
    """Create the launch from a plan, its first window opening at `opens`."""

    key: str
    name: str
    timezone: str
    opens: AwareDatetime
    plan: PlanDoc
    source: str = ""
    """The file that the plan was read from."""
    rulings: tuple[Ruling, ...] = ()
    """Rulings of a past launch on the same lines."""
    demo: bool = False


class BeginLaunch(Intent):
    """Start the first phase of a planned launch."""


class NameLaunch(Intent):
    """Take over the name and the time zone that the config gives the launch."""

    name: str
    timezone: str


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about the launch."""
    launch = next(iter(state.all(Launch)), None)
    if isinstance(intent, FoundLaunch):
        if launch is not None:
            return Refusal(f"This file holds the launch “{launch.key}” already; choose another with --state.")
        made = Launch(id=act.fresh(), key=intent.key, name=intent.name, timezone=intent.timezone,
                      opens=intent.opens, demo=intent.demo, vote_life_s=intent.plan.vote_life)  # fmt: skip
        rows = _founding(intent, act)
        return Changes(f"founded {made.name}", put=(made, *rows), undoable=False)
    if isinstance(intent, NameLaunch):
        return _name(launch, intent)
    assert isinstance(intent, BeginLaunch)
    if launch is None or launch.state != "planned":
        return Refusal("Only a planned launch can begin.")
    first = min(state.all(Phase), key=lambda phase: phase.position)  # it keeps its window: late is late
    return Changes(
        f"began {first.name}",
        put=(
            launch.model_copy(update={"state": "running"}),
            first.model_copy(update={"state": "active", "started_at": act.at}),
        ),
        undoable=False,
    )


def _founding(intent: FoundLaunch, act: Act) -> tuple[Record, ...]:
    """Return the rows of a new launch: what must be true, what is ticked already, and where it comes from."""
    plan = intent.plan
    rows = records(plan, intent.opens, act.fresh, intent.timezone)
    ids = {row.key: row.id for row in rows if isinstance(row, Item)}
    ticks = [tick_of(one.tick, ids[one.id], act, intent.source) for one in plan.items if one.tick]
    rulings = [one.model_copy(update={"id": act.fresh()}) for one in intent.rulings]
    return (*rows, *ticks, *rulings, plan_now.source_of(plan, intent.source, act))


def _name(launch: Launch | None, intent: NameLaunch) -> Decision:
    """Give the launch the name and the zone of its config, which is where one changes them back."""
    if launch is None or (launch.name, launch.timezone) == (intent.name, intent.timezone):
        return Refusal("The launch is called so already.")
    said = []
    if launch.name != intent.name:
        said.append(f"named the launch {intent.name}")
    if launch.timezone != intent.timezone:
        said.append(f"put the launch into the time zone {intent.timezone}")
    named = launch.model_copy(update={"name": intent.name, "timezone": intent.timezone})
    return Changes(" and ".join(said), put=(named,), undoable=False)


def active_phase(state: State) -> Phase | None:
    """Return the active phase, if the launch has one."""
    return next((phase for phase in state.all(Phase) if phase.state == "active"), None)


def phase_at_hand(phases: Iterable[Phase]) -> Phase | None:
    """Return the active phase; before the launch has begun the first, after its end the last."""
    ordered = sorted(phases, key=lambda phase: phase.position)
    for state in ("active", "upcoming"):
        if found := next((phase for phase in ordered if phase.state == state), None):
            return found
    return ordered[-1] if ordered else None


def begins(launch: Launch, now: datetime) -> bool:
    """Whether a planned launch's first window has opened."""
    return launch.state == "planned" and now >= launch.opens
