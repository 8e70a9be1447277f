"""The commands of `gonogo item` that work on the order of items, on several at once, and on their properties."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.plan import Section

_NAMES = click.argument("names", nargs=-1, required=True)
_SECTION = click.option("--section", help="The section's name, or a part of it.")
_PHASE = click.option("--phase", help="The phase's id or name; else the active one.")
_AFTER = click.option("--after", help="The item behind which they go; else the end of the section.")


def join(group: click.Group) -> None:
    """Put these commands into `gonogo item`."""
    for command in (move, put, indent, outdent, split, duplicate, remove, paste, set_):
        group.add_command(command)


def _ids(room: ControlRoom, names: tuple[str, ...]) -> tuple[str, ...]:
    from gonogo.cli.item import find

    return tuple(find(room, name).id for name in names)


def _target(room: ControlRoom, section: str | None, phase: str | None, after: str | None) -> tuple[Section, str | None]:
    from gonogo.cli.item import find, find_section
    from gonogo.rules.launch import phase_at_hand
    from gonogo.rules.plan import Phase, Section

    state = room.store.state()
    if after is not None:
        behind = find(room, after)
        found = state.get(Section, behind.section)
        assert found is not None
        return found, behind.id
    phases = state.all(Phase)
    if phase is None:
        return find_section(room, section, phase_at_hand(phases)), None
    wanted = phase.lower()
    named = [one for one in phases if wanted == one.key or wanted in one.name.lower()]
    if len(named) != 1:
        raise c.Failed(f"Which phase? There are {', '.join(one.key for one in named or phases)}.", c.USAGE)
    return find_section(room, section, named[0]), None


@click.command()
@click.argument("name")
@click.argument("way", type=click.Choice(["up", "down"]))
@click.pass_context
def move(context: click.Context, name: str, way: str) -> None:
    """Move an item by one place in its section, with what stands under it."""
    from gonogo.rules.item import MoveItem

    with c.room(context) as room:
        c.act(room, MoveItem(item=_ids(room, (name,))[0], by=-1 if way == "up" else 1))


@click.command()
@_NAMES
@_SECTION
@_PHASE
@_AFTER
@click.pass_context
def put(
    context: click.Context, names: tuple[str, ...], section: str | None, phase: str | None, after: str | None
) -> None:
    """Put items into another place, section or phase; their ticks go along."""
    from gonogo.rules.outline import PlaceItems

    with c.room(context) as room:
        found, behind = _target(room, section, phase, after)
        c.act(room, PlaceItems(items=_ids(room, names), section=found.id, after=behind))


@click.command()
@_NAMES
@click.pass_context
def indent(context: click.Context, names: tuple[str, ...]) -> None:
    """Move items further in: under the item above them."""
    from gonogo.rules.outline import IndentItems

    with c.room(context) as room:
        c.act(room, IndentItems(items=_ids(room, names), by=1))


@click.command()
@_NAMES
@click.pass_context
def outdent(context: click.Context, names: tuple[str, ...]) -> None:
    """Move items out again."""
    from gonogo.rules.outline import IndentItems

    with c.room(context) as room:
        c.act(room, IndentItems(items=_ids(room, names), by=-1))


@click.command()
@click.argument("name")
@click.argument("texts", nargs=-1, required=True)
@click.pass_context
def split(context: click.Context, name: str, texts: tuple[str, ...]) -> None:
    """Make several items of one: their texts, in order."""
    from gonogo.rules.outline import SplitItem

    with c.room(context) as room:
        c.act(room, SplitItem(item=_ids(room, (name,))[0], texts=texts))


@click.command()
@_NAMES
@click.pass_context
def duplicate(context: click.Context, names: tuple[str, ...]) -> None:
    """Add the same items again, not ticked."""
    from gonogo.rules.outline import DuplicateItems

    with c.room(context) as room:
        c.act(room, DuplicateItems(items=_ids(room, names)))


@click.command()
@_NAMES
@click.pass_context
def remove(context: click.Context, names: tuple[str, ...]) -> None:
    """Remove items; several go with what stands under them. Undo brings them back."""
    from gonogo.rules.item import RemoveItem
    from gonogo.rules.outline import RemoveItems

    with c.room(context) as room:
        ids = _ids(room, names)
        c.act(room, RemoveItem(item=ids[0]) if len(ids) == 1 else RemoveItems(items=ids))


@click.command()
@_SECTION
@_PHASE
@_AFTER
@click.pass_context
def paste(context: click.Context, section: str | None, phase: str | None, after: str | None) -> None:
    """Add the items of a Markdown list from standard input; ticks and nesting are kept."""
    from gonogo.rules import pasted
    from gonogo.rules.outline import PasteItems

    words = sys.stdin.buffer.read(4 * pasted.LONGEST + 1).decode("utf-8", "replace")
    with c.room(context) as room:
        found, behind = _target(room, section, phase, after)
        c.act(room, PasteItems(section=found.id, text=words, after=behind))


@click.command(name="set")
@click.argument("name")
@click.argument("properties", nargs=-1, required=True)
@click.pass_context
def set_(context: click.Context, name: str, properties: tuple[str, ...]) -> None:
    """Set properties: owner:anna due:"fri 17:00" every:6h; a name without a value clears it."""
    from gonogo.cli.item import find
    from gonogo.control.reader import BoardReader
    from gonogo.rules.properties import SetItem, parse
    from gonogo.rules.record import Refusal

    values = parse(" ".join(properties))
    if isinstance(values, Refusal):
        raise c.Failed(values.sentence, c.USAGE)
    with c.room(context) as room:
        metrics = tuple(one.name for one in BoardReader(room.store, room.clock).board().metrics)
        c.act(room, SetItem(item=find(room, name).id, values=values, metrics=metrics))
