"""`gonogo notify`: whether alarms reach a person, and what became of messages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.letter import Post


@click.group()
def notify() -> None:
    """Test the channels; list messages, and try again those that were given up."""


@notify.command()
@click.argument("channel", required=False)
@click.option("--seen", is_flag=True, help="A person saw the test arrive; nothing is sent.")
@click.pass_context
def test(context: click.Context, channel: str | None, seen: bool) -> None:
    """Send a test through a channel, or through all, and ask whether a person saw it."""
    from gonogo.control import notify as tests
    from gonogo.rules.record import Refusal

    with c.room(context) as room:
        if seen:
            for name in [channel] if channel else tests.channels(room) or [""]:
                _confirm(room, name)
            return
        event = tests.leave_tests(room, [channel] if channel else [])
        if isinstance(event, Refusal):
            raise c.Failed(event.sentence, c.USAGE if event.misused else c.ERROR)
        posts = tests.fates(room, event)
        for post in posts:
            click.echo(tests.say(post))
        _ask(room, [post for post in posts if post.sent_at])
        if any(not post.sent_at for post in posts):
            raise c.Failed("A test did not arrive; it is tried again, and `gonogo notify list` shows it.")


def _ask(room: ControlRoom, arrived: list[Post]) -> None:
    """Ask a person at the terminal, channel by channel; elsewhere say how to confirm."""
    for post in arrived:
        name = post.letter.channel
        if not sys.stdin.isatty():
            click.echo(f"Seen by a person? gonogo notify test {name} --seen")
        elif click.confirm(f"Did a person see it on {name}?"):
            _confirm(room, name)


def _confirm(room: ControlRoom, name: str) -> None:
    from gonogo.control import notify as tests
    from gonogo.rules.record import Refusal
    from gonogo.rules.text import line

    done = tests.confirm(room, name)
    if isinstance(done, Refusal):
        raise c.Failed(done.sentence, c.USAGE)
    click.echo(line(done.said))


@notify.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def list_letters(context: click.Context, as_json: bool) -> None:
    """List the newest messages with what became of them."""
    from gonogo.cli.board_json import stamp
    from gonogo.rules.text import scrub
    from gonogo.store import outbox

    with c.room(context) as room:
        posts = outbox.newest(room.store.db, 100)
    if as_json:
        c.print_json([
            {"id": one.letter.id, "channel": one.letter.channel, "kind": one.letter.kind, "title": one.letter.title,
             "state": one.state, "at": stamp(one.letter.at.utc), "tries": one.letter.tries,
             "people": list(one.letter.people), "error": one.error,
             "sent_at": stamp(one.sent_at.utc) if one.sent_at else None}
            for one in posts
        ])  # fmt: skip
        return
    for one in posts:
        why = f"  {one.error}" if one.error else ""
        click.echo(scrub(f"{stamp(one.letter.at.utc)}  {one.state:<8}{one.letter.channel:<14}{one.letter.title}{why}"))
    if not posts:
        click.echo("No message yet.")


@notify.command()
@click.argument("channel", required=False)
@click.pass_context
def retry(context: click.Context, channel: str | None) -> None:
    """Try again the messages that were given up."""
    from gonogo.control import notify as tests
    from gonogo.rules import words

    with c.room(context) as room:
        found = tests.retry(room, channel)
    click.echo(f"{words.count(found, 'message')} will be tried again" if found else "No message was given up.")


@notify.command()
@click.argument("channel", required=False)
@click.pass_context
def drop(context: click.Context, channel: str | None) -> None:
    """Forget the messages that were given up; the timeline keeps that they never arrived."""
    from gonogo.control import notify as tests
    from gonogo.rules import words

    with c.room(context) as room:
        found = tests.drop(room, channel)
    click.echo(f"{words.count(found, 'message')} forgotten" if found else "No message was given up.")
