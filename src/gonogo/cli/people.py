"""`gonogo people`: beta users and testers by command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.roster import Member


@click.group()
def people() -> None:
    """Keep the roster: who is to try the product, who is invited and briefed, who has ordered."""


def find(room: ControlRoom, name: str) -> Member:
    """Find somebody by name, or by a part of it that only one has."""
    from gonogo.rules.roster import Member

    everybody = room.store.state().all(Member)
    wanted = name.casefold()
    found = [one for one in everybody if one.name.casefold() == wanted]
    found = found or [one for one in everybody if wanted in one.name.casefold()]
    if len(found) != 1:
        known = ", ".join(one.name for one in (found or everybody)[:8]) or "nobody yet"
        raise c.Failed(f"“{name}” is {'none' if not found else 'more than one'} of the roster ({known}).", c.USAGE)
    return found[0]


@people.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
def listing(context: click.Context, as_json: bool) -> None:
    """List everybody with what is logged under their name."""
    from gonogo.cli.board_json import stamp
    from gonogo.control.reader import BoardReader

    with c.room(context) as room:
        lists = BoardReader(room.store, room.clock).board().lists
        if as_json:
            c.print_json([
                {"name": one.member.name, "role": one.member.role, "relation": one.member.relation,
                 "contact": one.member.contact, "consent": one.member.consent,
                 "invited_at": stamp(one.member.invited_at.utc) if one.member.invited_at else None,
                 "briefed_at": stamp(one.member.briefed_at.utc) if one.member.briefed_at else None,
                 "ordered_at": stamp(one.ordered) if one.ordered else None, "rating": one.rating,
                 "tested": list(one.member.tested)}
                for one in lists.people
            ])  # fmt: skip
            return
        for one in lists.people:
            click.echo(_line(one))
        if lists.warning:
            click.echo(f"gonogo: {lists.warning}.", err=True)


def _line(one: Any) -> str:
    from gonogo.rules import text

    member = one.member
    stands = "briefed" if member.briefed_at else "invited" if member.invited_at else "not invited"
    marks = [stands, "consent" if member.consent else "no consent", "ordered" if one.ordered else "",
             f"rated {one.rating}" if one.rating else "", f"tested {', '.join(member.tested)}" if member.tested else "",
             member.relation, member.contact]  # fmt: skip
    return text.scrub(f"{member.role:<7}{member.name:<20}{', '.join(mark for mark in marks if mark)}")


@people.command()
@click.argument("name")
@click.option("--tester", is_flag=True, help="A tester; else a beta user.")
@click.option("--relation", default="", help="How they know us: friend, early supporter.")
@click.option("--contact", default="", help="How to reach them.")
@click.pass_context
def add(context: click.Context, name: str, tester: bool, relation: str, contact: str) -> None:
    """Put somebody on the roster."""
    from gonogo.rules.roster import AddMember

    with c.room(context) as room:
        role = "tester" if tester else "beta"
        c.act(room, AddMember(name=name, role=role, relation=relation, contact=contact))


@people.command()
@click.argument("who")
@click.option("--name", help="Another name.")
@click.option("--relation", help="How they know us.")
@click.option("--contact", help="How to reach them.")
@click.option("--consent/--no-consent", default=None, help="Whether they agreed to take part.")
@click.option("--note", help="What else to know.")
@click.pass_context
def edit(context: click.Context, /, who: str, **given: Any) -> None:
    """Say what is otherwise of somebody."""
    from gonogo.rules.roster import EditMember

    with c.room(context) as room:
        c.act(room, EditMember(member=find(room, who).id, **given))


@people.command()
@click.argument("who")
@click.argument("to", required=False, type=click.Choice(("invited", "briefed")))
@click.pass_context
def step(context: click.Context, who: str, to: Any) -> None:
    """Say that somebody was invited, or briefed; without TO, whichever comes next."""
    from gonogo.rules.roster import StepMember

    with c.room(context) as room:
        c.act(room, StepMember(member=find(room, who).id, to=to))


@people.command()
@click.argument("who")
@click.argument("what", nargs=-1, required=True)
@click.pass_context
def tested(context: click.Context, who: str, what: tuple[str, ...]) -> None:
    """Say what a tester has tested."""
    from gonogo.rules.roster import TestedBy

    with c.room(context) as room:
        c.act(room, TestedBy(member=find(room, who).id, what=" ".join(what)))


@people.command()
@click.argument("who")
@click.pass_context
def remove(context: click.Context, who: str) -> None:
    """Take somebody off the roster."""
    from gonogo.rules.roster import RemoveMember

    with c.room(context) as room:
        c.act(room, RemoveMember(member=find(room, who).id))
