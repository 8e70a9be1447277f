"""`gonogo incident comms`: messages to customers, support and the public; and `gonogo contact`."""

from __future__ import annotations

import base64
import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.post import Post
    from gonogo.control.room import ControlRoom
    from gonogo.rules.incident import Incident
    from gonogo.rules.plan import Template


@click.command()
@click.argument("template", required=False)
@click.option("--incident", "label", type=int, help="Its label; else the open one in front.")
@click.option("--print", "printing", is_flag=True, help="Print the message; nothing is recorded.")
@click.option("--copy", "copying", is_flag=True, help="Send it to this terminal's clipboard; nothing is recorded.")
@click.option("--send", "channel", metavar="CHANNEL", help="Send it over a [[channel]], through the outbox.")
@click.option("--sent", "how", metavar="HOW", help="Record that it went out by hand, and how: “by mail to all”.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Fill a variable, or fill it otherwise.")
@click.option("--file", "file", type=click.Path(dir_okay=False, exists=True), help="The message as edited by hand.")
@click.option("--next", "next_update", metavar="SPAN", help="When the next update is promised: 45m.")
@click.option("--names", is_flag=True, help="Name the customers whose orders failed.")
@click.pass_context
def comms(
    context: click.Context, template: str | None, label: int | None, printing: bool, copying: bool, channel: str | None,
    how: str | None, pairs: tuple[str, ...], file: str | None, next_update: str | None, names: bool,
) -> None:  # fmt: skip
    """Write to customers, support or the public; without a TEMPLATE, say what there is."""
    from gonogo.cli.incident import find
    from gonogo.control.post import read_post
    from gonogo.rules.message import SendMessage
    from gonogo.rules.record import Refusal

    if sum((printing, copying, channel is not None, how is not None)) > 1:
        raise c.Failed("Choose one of --print, --copy, --send and --sent.", c.USAGE)
    with c.room(context) as room:
        post = read_post(room, find_any(room, label).id if template else find(room, label).id, _span(next_update))
        if isinstance(post, Refusal):
            raise c.Failed(post.sentence)
        if template is None:
            _say_what_there_is(room, post, names=names)
            return
        chosen = _chosen(post, template)
        written = Path(file).read_text(encoding="utf-8", errors="replace") if file else _filled(post, chosen, pairs)
        if channel is None and how is None:
            _hand_over(written, copying=copying)
            return
        if channel is not None:
            _known(channel, post.channels)
        intent: SendMessage = post.intent(chosen, written, channel=channel or "", how=how or "")
        c.act(room, intent, "; the watch sends it" if channel else "")


def find_any(room: ControlRoom, label: int | None) -> Incident:
    """Find an incident by its label; without one the open one in front, else the newest: the all clear comes late."""
    from gonogo.cli.incident import find
    from gonogo.rules.incident import Incident, open_incidents

    state = room.store.state()
    found = max(state.all(Incident), key=lambda one: one.label, default=None)
    return found if label is None and found and not open_incidents(state) else find(room, label)


def _span(words: str | None) -> float | None:
    from gonogo.rules.duration import seconds

    try:
        return seconds(words) if words else None
    except ValueError as error:
        raise c.Failed(f"--next: {error}.", c.USAGE) from None


def _chosen(post: Post, key: str) -> Template:
    found = next((one for one in post.templates if one.key == key), None)
    if found is None:
        _known(key, [one.key for one in post.templates], "template")
    assert found is not None
    return found


def _known(name: str, names: tuple[str, ...] | list[str], what: str = "channel") -> None:
    from gonogo.rules.text import line

    if name in names:
        return
    near = difflib.get_close_matches(name, names, 1)
    there = f"is “{near[0]}” meant?" if near else f"there is {', '.join(names)}." if names else "there is none."
    raise c.Failed(f"There is no {what} “{line(name, 40)}”; {there}", c.USAGE)


def _filled(post: Post, template: Template, pairs: tuple[str, ...]) -> str:
    from gonogo.rules import message, text

    given = dict(post.values)
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in message.VARIABLES:
            raise c.Failed(
                f"--set takes NAME=VALUE, and “{text.line(name, 40)}” is none of {', '.join(message.VARIABLES)}.",
                c.USAGE,
            )
        given[name] = text.tidy(value)
    return message.draft(template.body, given, post.incident)


def _hand_over(written: str, *, copying: bool) -> None:
    from gonogo.rules import message

    words = message.final(written)
    if not copying:
        click.echo(words)
    else:
        _to_clipboard(words)
        click.echo("Sent to this terminal's clipboard, if the terminal takes it (OSC 52).", err=True)
    if left := message.variables(written):
        click.echo(f"gonogo: not filled: {', '.join('$' + name for name in left)}", err=True)
    click.echo("Nothing was recorded; --sent HOW says that it went out.", err=True)


def _to_clipboard(words: str) -> None:
    code = f"\x1b]52;c;{base64.b64encode(words.encode()).decode()}\x07"
    try:
        with open("/dev/tty", "w", encoding="ascii") as terminal:
            terminal.write(code)
    except OSError as error:
        raise c.Failed("There is no terminal here whose clipboard could take it; use --print.") from error


def _say_what_there_is(room: ControlRoom, post: Post, *, names: bool) -> None:
    from gonogo.rules import contact, message
    from gonogo.rules.clock import elapsed
    from gonogo.rules.duration import countdown
    from gonogo.rules.text import scrub

    now = room.clock.now()
    for row in message.listed(post.affected, names=names):
        click.echo(scrub(row))
    if due := message.update_due(post.incident):
        left = -elapsed(due, now).seconds
        word = f"due in {countdown(left)}" if left >= 0 else f"LATE by {countdown(-left)}"
        click.echo(f"{'next update' if post.incident.told_at else 'first message'} to customers: {word}")
    for one in post.templates:
        lacks = message.variables(message.fill(one.body, post.values))
        missing = f"  (to fill: {', '.join('$' + name for name in lacks)})" if lacks else ""
        click.echo(scrub(f"{one.key:<20}{one.audience:<11}{one.name}{missing}"))
    click.echo(f"channels: {', '.join(post.channels) or 'none'}")
    for person in post.contacts:
        click.echo(scrub(f"contact: {person.name}, {person.role}: {person.place}, {contact.aged(person, now.utc)}"))


@click.command(name="contact")
@click.argument("name", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def contact(context: click.Context, name: tuple[str, ...], as_json: bool) -> None:
    """List whom to call; with a NAME, say that they were reached just now."""
    from gonogo.cli.board_json import stamp
    from gonogo.control.post import contacts_of
    from gonogo.rules.contact import ReachContact, aged
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        known, now = contacts_of(room), room.clock.now().utc
        if name:
            _known(" ".join(name), [one.name for one in known], "contact")
            c.act(room, ReachContact(name=" ".join(name)))
            return
    if as_json:
        c.print_json([
            {"name": one.name, "role": one.role, "phone": one.phone, "mail": one.mail, "public": one.public,
             "verified_at": stamp(one.verified) if one.verified else None}
            for one in known
        ])  # fmt: skip
        return
    for one in known:
        click.echo(scrub(f"{one.name:<20}{one.role:<16}{one.place}  {aged(one, now)}"))
    if not known:
        click.echo("No contact is listed; [[contact]] in gonogo.toml lists them.")
