"""`gonogo section`: the headed groups of the checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.plan import Mode, Phase, Section


@click.group()
def section() -> None:
    """Add, rename, move and remove sections, and say how their items are done."""


def _phase(room: ControlRoom, name: str | None) -> Phase:
    from gonogo.rules.launch import phase_at_hand
    from gonogo.rules.plan import Phase

    phases = room.store.state().all(Phase)
    wanted = (name or "").lower()
    found = phase_at_hand(phases) if name is None else None
    named = [one for one in phases if name is not None and (wanted == one.key or wanted in one.name.lower())]
    found = named[0] if len(named) == 1 else found
    if found is None:
        raise c.Failed(f"Which phase? There are {', '.join(one.key for one in named or phases)}.", c.USAGE)
    return found


def _find(room: ControlRoom, name: str, phase: str | None) -> Section:
    from gonogo.cli.item import find_section

    return find_section(room, name, _phase(room, phase))


_PHASE = click.option("--phase", help="The phase's id or name; else the active one.")


@section.command()
@click.argument("name")
@_PHASE
@click.option("--after", help="The section behind which it goes; else the end.")
@click.pass_context
def add(context: click.Context, name: str, phase: str | None, after: str | None) -> None:
    """Add a section."""
    from gonogo.rules.section import AddSection

    with c.room(context) as room:
        behind = _find(room, after, phase).id if after else None
        c.act(room, AddSection(phase=_phase(room, phase).id, name=name, after=behind))


@section.command()
@click.argument("name")
@click.argument("words")
@_PHASE
@click.pass_context
def rename(context: click.Context, name: str, words: str, phase: str | None) -> None:
    """Give a section another name."""
    from gonogo.rules.section import RenameSection

    with c.room(context) as room:
        c.act(room, RenameSection(section=_find(room, name, phase).id, name=words))


@section.command()
@click.argument("name")
@click.argument("way", type=click.Choice(["up", "down"]))
@_PHASE
@click.pass_context
def move(context: click.Context, name: str, way: str, phase: str | None) -> None:
    """Move a section by one place in its phase."""
    from gonogo.rules.section import MoveSection

    with c.room(context) as room:
        c.act(room, MoveSection(section=_find(room, name, phase).id, by=-1 if way == "up" else 1))


@section.command()
@click.argument("name")
@_PHASE
@click.option("--with-items", is_flag=True, help="Remove its items too.")
@click.pass_context
def remove(context: click.Context, name: str, phase: str | None, with_items: bool) -> None:
    """Remove a section; one that has items only with them."""
    from gonogo.rules.section import RemoveSection

    with c.room(context) as room:
        c.act(room, RemoveSection(section=_find(room, name, phase).id, with_items=with_items))


@section.command()
@click.argument("name")
@click.argument("how", type=click.Choice(["read-do", "do-confirm", "free"]))
@_PHASE
@click.pass_context
def mode(context: click.Context, name: str, how: str, phase: str | None) -> None:
    """Say how its items are done: one after the other, any order and then confirmed, or freely."""
    from gonogo.rules.section import SetMode

    wanted = None if how == "free" else cast("Mode", how)
    with c.room(context) as room:
        c.act(room, SetMode(section=_find(room, name, phase).id, mode=wanted))


@section.command()
@click.argument("name")
@_PHASE
@click.pass_context
def confirm(context: click.Context, name: str, phase: str | None) -> None:
    """Confirm together what was done in any order."""
    from gonogo.rules.section import ConfirmSection

    with c.room(context) as room:
        c.act(room, ConfirmSection(section=_find(room, name, phase).id))
