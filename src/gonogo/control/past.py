"""A past launch, as far as the next one begins with it: plan, rulings, people; and what it left undone."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gonogo.formats.errors import FileError
from gonogo.formats.plan_toml import as_toml
from gonogo.rules import plan_now
from gonogo.rules.bug import Bug
from gonogo.rules.incident import Incident
from gonogo.rules.logged import Logged
from gonogo.rules.plan import Item, Launch, Phase, Tick
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.record import State
from gonogo.rules.ruling import Ruling
from gonogo.store import watching
from gonogo.store.store import Store

_OF_THE_TIME = ("verified",)
"""What a contact has from its past: whether somebody was reached has to be seen anew."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is taken over of a past launch, and what is only told of it."""

    key: str
    name: str
    plan: PlanDoc
    rulings: tuple[Ruling, ...]
    people: str
    """Its persons and contacts, as a part of a config."""
    actions: tuple[str, ...]
    """What was to be done after its incidents and is not, and what its phases taught."""
    quiet: tuple[str, ...]
    """Items that were ticked without a word, and never broke: they caught nothing."""


def read_past(path: Path) -> Past:
    """Read a launch's state; nothing in it changes."""
    store = Store(path)
    try:
        state = store.state()
        launch = next(iter(state.all(Launch)), None)
        if launch is None:
            raise FileError(f"{path} holds no launch; name one that `gonogo launches` lists.")
        return Past(
            launch.key, launch.name, _plan(state), tuple(state.all(Ruling)),
            _people(watching.accepted_config(store.db) or ""), tuple(_actions(state)), tuple(_quiet(state)),
        )  # fmt: skip
    finally:
        store.close()


def _plan(state: State) -> PlanDoc:
    """Return the plan without what belongs to its time: ticks, due times, the launch's own name."""
    tables = plan_now.tables_now(state)
    del tables["launch"]
    for phase in tables["phase"]:
        for section in phase["section"]:
            for item in section["item"]:
                item.pop("tick", None)
                item.pop("due", None)
    return plan_now.checked(tables)


def _people(config: str) -> str:
    """Return the persons and contacts of a config that was accepted, as TOML."""
    try:
        found = tomllib.loads(config)
    except tomllib.TOMLDecodeError:
        return ""
    kept: dict[str, Any] = {name: found[name] for name in ("person", "contact") if found.get(name)}
    for contact in kept.get("contact", ()):
        for name in _OF_THE_TIME:
            contact.pop(name, None)
    return as_toml(kept) if kept else ""


def _actions(state: State) -> list[str]:
    incidents = {one.id: one.label for one in state.all(Incident)}
    made = []
    for bug in state.all(Logged):
        of = next((incidents[link] for link in bug.links if link in incidents), None)
        stage = state.get(Bug, bug.id)
        if bug.kind == "bug" and of is not None and not bug.voided and (stage is None or stage.state == "open"):
            made.append(f"{bug.text} ({bug.name}, of incident {of})")
    phases = sorted(state.all(Phase), key=lambda phase: phase.position)
    return [*made, *(f"{phase.name} taught: {phase.retro}" for phase in phases if phase.retro)]


def _quiet(state: State) -> list[str]:
    told = ((item, state.get(Tick, item.id)) for item in state.all(Item) if item.counted)
    return [item.text for item, tick in told if tick and tick.state == "done" and not tick.note]
