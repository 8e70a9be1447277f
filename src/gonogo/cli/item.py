"""`gonogo item`: the checklist by command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c
from gonogo.cli import outlining

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.board import Board, ItemRow, PhaseRow, SectionRow
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
        found = find_section(room, section, phase)
        where = f" to {phase.position} {phase.name}, {found.name}" if phase else ""
        c.act(room, AddItem(section=found.id, text=text), where)


def find_section(room: ControlRoom, name: str | None, phase: Phase | None) -> Section:
    """Find a section of a phase by a part of its name; without one, the last."""
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
@click.option("--was", help="The text that you began from: refused when somebody has changed it since.")
@click.pass_context
def edit(context: click.Context, name: str, text: str, was: str | None) -> None:
    """Give an item another text."""
    from gonogo.rules.item import EditItem

    with c.room(context) as room:
        c.act(room, EditItem(item=find(room, name).id, text=text, was=was))


@item.command()
@click.argument("name")
@click.pass_context
def sign(context: click.Context, name: str) -> None:
    """Sign an item that somebody else has ticked."""
    from gonogo.rules.item import SignItem

    with c.room(context) as room:
        c.act(room, SignItem(item=find(room, name).id))


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
            as_data(board, phase, section, row)
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
                deep = "  " * row.item.depth
                more = "".join(f"  {said}" for said in remarks(board, row))
                click.echo(scrub(f"    {standing:<15}{row.item.key:<27} {deep}{row.item.text}{who}{more}"))


def as_data(board: Board, phase: PhaseRow, section: SectionRow, row: ItemRow) -> dict[str, object]:
    """Say an item as data."""
    from gonogo.cli.board_json import stamp
    from gonogo.rules.by_when import written

    item, tick = row.item, row.tick
    proof = board.proofs.get(item.id)
    return {
        "id": item.key, "phase": phase.phase.key, "section": section.section.name, "text": item.text,
        "kind": item.kind, "state": row.state.standing, "by": tick.by if tick else None,
        "at": stamp(tick.at.utc) if tick else None, "said": tick.note if tick else None,
        "signed_by": tick.signed_by if tick else None, "sign_off": item.sign_off, "depth": item.depth,
        "owner": item.owner, "due": written(item.due, board.launch.timezone) if item.due else None,
        "due_at": stamp(row.state.due) if row.state.due else None, "note": item.note, "evidence": item.evidence,
        "when": item.when, "done_when": item.done_when, "proof": proof.said if proof else None,
        "optional": item.optional, "every_s": item.every_s, "cron": item.cron, "command": item.command,
        "streak": row.state.streak, "missed": row.state.missed,
    }  # fmt: skip


def remarks(board: Board, row: ItemRow) -> list[str]:
    """Say in a few words what else is to be known of an item."""
    from gonogo.rules.by_when import written

    item, state = row.item, row.state
    said = [f"@{item.owner}"] if item.owner else []
    said += [f"due {written(item.due, board.launch.timezone)}"] if item.due and not row.tick else []
    said += [f"{state.streak} in a row"] if state.streak > 1 else []
    said += [f"missed {state.missed}"] if state.missed else []
    if (proof := board.proofs.get(item.id)) is not None:
        said.append(f"waits for {item.done_when}: {proof.said}")
    return said


outlining.join(item)
