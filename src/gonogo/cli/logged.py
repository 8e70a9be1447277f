"""`gonogo log list` and what is said of what was logged: void, correct, link; bugs, answers and the FAQ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.logged import Logged
    from gonogo.rules.reply import Faq

KINDS = ("order", "feedback", "bug", "question", "visit", "note")
ALL = 10**9
"""More than can be logged."""
NAME = "NAME is what the list calls it, such as order:12 or bug:3."


def find(room: ControlRoom, name: str) -> Logged:
    """Find what was logged by what the list calls it."""
    from gonogo.control import shelf
    from gonogo.rules.logged import Logged

    row = room.store.state().get(Logged, shelf.target(room.store, name) or "")
    if row is None:
        raise c.Failed(f"There is no “{name}” in the log; `gonogo log list` shows what there is.", c.USAGE)
    return row


@click.command(name="list")
@click.argument("kind", required=False, type=click.Choice(KINDS))
@click.option("--limit", type=click.IntRange(1), help="At most so many of each kind; 50 without --json, else all.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
def listing(context: click.Context, kind: str | None, limit: int | None, as_json: bool) -> None:
    """List what was logged, newest first: by KIND, or of each kind."""
    from zoneinfo import ZoneInfo

    from gonogo.cli import log_lines as say
    from gonogo.control import shelf

    limit = limit or (ALL if as_json else 50)
    with c.room(context) as room:
        zone, now, state = ZoneInfo(_zone(room)), room.clock.now().utc, room.store.state()
        kinds = [one for one in ([kind] if kind else KINDS) if one != "note"]
        rows = [row for one in kinds for row in shelf.newest(room.store, one, limit)]
        notes = shelf.notes(room.store, limit) if kind in (None, "note") else []
        if as_json:
            c.print_json([*(say.as_data(row, state) for row in rows), *(say.note_data(fact) for fact in notes)])
            return
        lines = [*(say.as_line(row, state, zone, now) for row in rows), *(say.note_line(one, zone) for one in notes)]
        for line in lines:
            click.echo(line)


def _zone(room: ControlRoom) -> str:
    from gonogo.rules.plan import Launch

    return next((one.timezone for one in room.store.state().all(Launch)), "UTC")


@click.command(help=f"Say that something logged does not count, and why. {NAME}")
@click.argument("name")
@click.argument("reason", nargs=-1, required=True)
@click.pass_context
def void(context: click.Context, name: str, reason: tuple[str, ...]) -> None:
    """Void something."""
    from gonogo.rules.amend import VoidLogged

    with c.room(context) as room:
        c.act(room, VoidLogged(logged=find(room, name).id, reason=" ".join(reason)))


@click.command(help=f"Say that something voided counts after all. {NAME}")
@click.argument("name")
@click.pass_context
def restore(context: click.Context, name: str) -> None:
    """Restore something."""
    from gonogo.rules.amend import RestoreLogged

    with c.room(context) as room:
        c.act(room, RestoreLogged(logged=find(room, name).id))


@click.command(help=f"Say that something belongs to bug:3 or incident:2, or to none. {NAME}")
@click.argument("name")
@click.argument("to", required=False)
@click.option("--none", "nothing", is_flag=True, help="It belongs to nothing.")
@click.pass_context
def link(context: click.Context, name: str, to: str | None, nothing: bool) -> None:
    """Link something."""
    from gonogo.rules.amend import LinkLogged

    if (to is None) != nothing:
        raise click.UsageError("Name what it belongs to, such as bug:3 or incident:2, or give --none.")
    with c.room(context) as room:
        c.act(room, LinkLogged(logged=find(room, name).id, to=target(room, to) if to else None))


def target(room: ControlRoom, name: str) -> str:
    """Return the id of a bug or an incident by what people call it."""
    from gonogo.control import shelf

    if (found := shelf.target(room.store, name)) is None:
        raise c.Failed(f"There is no “{name}”; name a bug or an incident, such as bug:3 or incident:2.", c.USAGE)
    return found


@click.command(help=f"Say what was otherwise, and leave the rest. {NAME}")
@click.argument("name")
@click.argument("words", nargs=-1)
@click.option("--value", help="An order's value.")
@click.option("--ok/--failed", default=None, help="Whether the order came in.")
@click.option("--count", help="How many it stands for.")
@click.option("--rating", help="Feedback's stars, 1 to 5.")
@click.option("--severity", help="A bug's severity.")
@click.option("--who", help="The customer, or who said it.")
@click.option("--at", help="When: 10:30, or 15m for 15 minutes ago.")
@click.pass_context
def correct(context: click.Context, /, name: str, words: tuple[str, ...], at: str | None, **given: Any) -> None:
    """Correct something; WORDS are its text."""
    from pydantic import ValidationError

    from gonogo.rules.amend import CorrectLogged
    from gonogo.rules.piped import RIGHT
    from gonogo.rules.quicklog import when
    from gonogo.rules.record import Refusal

    with c.room(context) as room:
        row = find(room, name)
        change = {key: value for key, value in given.items() if value is not None}
        if words:
            change["text"] = " ".join(words)
        if at is not None:
            found = when(at.removeprefix("@"), room.clock.now(), _zone(room))
            if isinstance(found, Refusal):
                raise c.Failed(found.sentence, c.USAGE)
            change["at"] = found
        try:
            intent = CorrectLogged(logged=row.id, **change)
        except ValidationError as error:
            key = str(error.errors()[0]["loc"][0])
            raise c.Failed(f"--{key} {change[key]}: it is {RIGHT.get(key, 'text')}.", c.USAGE) from error
        c.act(room, intent)


@click.command(help=f"Say where a bug stands: open, fixing, fixed or verified; without STATE, one step further. {NAME}")
@click.argument("name")
@click.argument("state", required=False, type=click.Choice(("open", "fixing", "fixed", "verified")))
@click.pass_context
def state(context: click.Context, name: str, state: Any) -> None:
    """Move a bug on."""
    from gonogo.rules.bug import MoveBug

    with c.room(context) as room:
        c.act(room, MoveBug(bug=find(room, name).id, to=state))


@click.command(help=f"Say whose a bug is; nobody's without OWNER. {NAME}")
@click.argument("name")
@click.argument("owner", required=False, default="")
@click.pass_context
def owner(context: click.Context, name: str, owner: str) -> None:
    """Assign a bug."""
    from gonogo.rules.bug import AssignBug

    with c.room(context) as room:
        c.act(room, AssignBug(bug=find(room, name).id, owner=owner))


@click.command(help=f"Say that the reporter of a bug was told of its fix. {NAME}")
@click.argument("name")
@click.pass_context
def told(context: click.Context, name: str) -> None:
    """Tell a reporter."""
    from gonogo.rules.bug import TellReporter

    with c.room(context) as room:
        c.act(room, TellReporter(bug=find(room, name).id))


@click.command(help=f"Say that a question or feedback was answered, and how. {NAME}")
@click.argument("name")
@click.argument("words", nargs=-1)
@click.pass_context
def reply(context: click.Context, name: str, words: tuple[str, ...]) -> None:
    """Answer something."""
    from gonogo.rules.reply import ReplyTo

    with c.room(context) as room:
        c.act(room, ReplyTo(logged=find(room, name).id, text=" ".join(words) or None))


@click.command()
@click.argument("name")
@click.argument("answer")
@click.option("--question", default="", help="The question in words of its own.")
@click.pass_context
def promote(context: click.Context, name: str, answer: str, question: str) -> None:
    """Put a question into the FAQ, with its answer."""
    from gonogo.rules.reply import PromoteQuestion

    with c.room(context) as room:
        c.act(room, PromoteQuestion(logged=find(room, name).id, answer=answer, question=question))


@click.command()
@click.option("--edit", type=click.IntRange(1), metavar="N", help="Give the entry N another answer or question.")
@click.option("--remove", type=click.IntRange(1), metavar="N", help="Take the entry N out.")
@click.option("--answer", help="The answer.")
@click.option("--question", help="The question.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
def faq(
    context: click.Context, edit: int | None, remove: int | None, answer: str | None, question: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Print the FAQ as Markdown; or change the Nth entry."""
    from gonogo.rules.reply import EditFaq, RemoveFaq, markdown

    with c.room(context) as room:
        entries = _entries(room)
        if edit or remove:
            number = edit or remove or 0
            if number > len(entries):
                raise c.Failed(f"The FAQ has {len(entries)} entries; there is no {number}.", c.USAGE)
            entry = entries[number - 1].id
            c.act(room, EditFaq(faq=entry, answer=answer, question=question) if edit else RemoveFaq(faq=entry))
            return
        if as_json:
            c.print_json([{"question": one.question, "answer": one.answer} for one in entries])
            return
        click.echo(markdown(entries, "Questions and answers"), nl=False)


def _entries(room: ControlRoom) -> list[Faq]:
    from gonogo.rules.reply import Faq

    return sorted(room.store.state().all(Faq), key=lambda one: (one.at.utc, one.id))


SHELF: Iterable[click.Command] = (
    listing, void, restore, link, correct, state, owner, told, reply, promote, faq,
)  # fmt: skip
