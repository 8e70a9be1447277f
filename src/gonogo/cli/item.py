"""`gonogo item`: the checklist by command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.plan import Item, Phase, Section


@click.group()
def item() -> None:
    """Tick, add, edit, move and remove checklist items."""


def find(room: ControlRoom, name: str) -> Item:
    """Find an item by its key, or by a part of its text that only one has."""
    from gonogo.rules.plan import Item

    everything = room.store.state().all(Item)
    exact = [one for one in everything if name in (one.key, one.id)]
    found = exact or [one for one in everything if name.lower() in one.text.lower()]
    if not found:
        raise c.Failed(f"There is no item “{name}”; `gonogo item list` shows them.", c.USAGE)
    if len(found) > 1:
        keys = ", ".join(one.key for one in found[:5])
        raise c.Failed(f"“{name}” fits {len(found)} items ({keys}); name one by its key.", c.USAGE)
    return found[0]


@item.command()
@click.argument("name")
@click.option("--note", help="What was seen.")
@click.pass_context
def tick(context: click.Context, name: str, note: str | None) -> None:
    """Say that an item is done, or that a guard holds."""
    from gonogo.rules.item import TickItem

    with c.room(context) as room:
        c.act(room, TickItem(item=find(room, name).id, note=note))


@item.command()
@click.argument("name")
@click.pass_context
def untick(context: click.Context, name: str) -> None:
    """Say that an item is not done after all."""
    from gonogo.rules.item import UntickItem

    with c.room(context) as room:
        c.act(room, UntickItem(item=find(room, name).id))


@item.command()
@click.argument("name")
@click.argument("reason")
@click.pass_context
def excuse(context: click.Context, name: str, reason: str) -> None:
    """Say that an item does not apply, and why."""
    from gonogo.rules.item import ExcuseItem

    with c.room(context) as room:
        c.act(room, ExcuseItem(item=find(room, name).id, reason=reason))


@item.command(name="break")
@click.argument("name")
@click.argument("reason")
@click.pass_context
def break_guard(context: click.Context, name: str, reason: str) -> None:
    """Say that a guard no longer holds, and why."""
    from gonogo.rules.item import BreakGuard

    with c.room(context) as room:
        c.act(room, BreakGuard(item=find(room, name).id, reason=reason))


@item.command()
@click.argument("text")
@click.option("--section", help="The section's name, or a part of it; else the phase's last.")
@click.pass_context
def add(context: click.Context, text: str, section: str | None) -> None:
    """Add a task to the active phase; before the launch has begun, to the first."""
    from gonogo.rules.item import AddItem
    from gonogo.rules.launch import phase_at_hand
    from gonogo.rules.plan import Phase

    with c.room(context) as room:
        phase = phase_at_hand(room.store.state().all(Phase))
        found = _section(room, section, phase)
        where = f" to {phase.position} {phase.name}, {found.name}" if phase else ""
        c.act(room, AddItem(section=found.id, text=text), where)


def _section(room: ControlRoom, name: str | None, phase: Phase | None) -> Section:
    from gonogo.rules.plan import Section

    state = room.store.state()
    here = [one for one in state.all(Section) if phase is None or one.phase == phase.id]
    found = [one for one in here if name is None or name.lower() in one.name.lower()]
    if not found or (name is not None and len(found) > 1):
        names = ", ".join(f"“{one.name}”" for one in found or here)
        raise c.Failed(f"Which section? There are {names}; name one with --section.", c.USAGE)
    return max(found, key=lambda one: one.position)


@item.command()
@click.argument("name")
@click.argument("text")
@click.pass_context
def edit(context: click.Context, name: str, text: str) -> None:
    """Give an item another text."""
    from gonogo.rules.item import EditItem

    with c.room(context) as room:
        c.act(room, EditItem(item=find(room, name).id, text=text))


@item.command()
@click.argument("name")
@click.argument("way", type=click.Choice(["up", "down"]))
@click.pass_context
def move(context: click.Context, name: str, way: str) -> None:
    """Move an item by one place in its section."""
    from gonogo.rules.item import MoveItem

    with c.room(context) as room:
        c.act(room, MoveItem(item=find(room, name).id, by=-1 if way == "up" else 1))


@item.command()
@click.argument("name")
@click.pass_context
def remove(context: click.Context, name: str) -> None:
    """Remove an item; undo brings it back."""
    from gonogo.rules.item import RemoveItem

    with c.room(context) as room:
        c.act(room, RemoveItem(item=find(room, name).id))


@item.command(name="list")
@click.option("--all", "everything", is_flag=True, help="All phases, not only the active one.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def list_items(context: click.Context, everything: bool, as_json: bool) -> None:
    """List the items of the active phase with where they stand; before the launch has begun, of the first."""
    from gonogo.control.reader import BoardReader
    from gonogo.rules.launch import phase_at_hand
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        board = BoardReader(room.store, room.clock).board()
    at_hand = phase_at_hand(row.phase for row in board.phases)
    phases = [row for row in board.phases if everything or row.phase is at_hand]
    if as_json:
        c.print_json([
            {"id": row.item.key, "phase": phase.phase.key, "section": section.section.name, "text": row.item.text,
             "kind": row.item.kind, "state": row.state.standing, "by": row.tick.by if row.tick else None}
            for phase in phases for section in phase.sections for row in section.rows
        ])  # fmt: skip
        return
    for phase in phases:
        click.echo(scrub(f"{phase.phase.position} {phase.phase.name}  {phase.done}/{phase.total}  {phase.phase.state}"))
        for section in phase.sections:
            click.echo(scrub(f"  {section.section.name}"))
            for row in section.rows:
                who = f"  {row.tick.by}" if row.tick else ""
                standing = row.state.standing.replace("_", " ")
                click.echo(scrub(f"    {standing:<15}{row.item.key:<28}{row.item.text}{who}"))
