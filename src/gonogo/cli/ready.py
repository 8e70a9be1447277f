"""`gonogo ready`: what must always be ready."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.rules.board import ReadyRow
    from gonogo.rules.plan import Template


@click.group()
def ready() -> None:
    """List, explain and renew what must always be ready."""


@ready.command()
@click.argument("name")
@click.argument("detail", default="")
@click.option("--not", "not_ready", is_flag=True, help="Say that it is not ready.")
@click.option(
    "--for", "span", metavar="SPAN", help="For how long you attest it: 12h; else as long as such a word holds."
)
@click.pass_context
def renew(context: click.Context, name: str, detail: str, not_ready: bool, span: str | None) -> None:
    """Say that something is ready, having looked; without a word of yours, let the watch look at what it can see."""
    from gonogo.rules import ready_words
    from gonogo.rules.readiness import RenewReadiness

    for_s = _seconds(span)
    with c.room(context) as room:
        row = _row(room, name)
        if ready_words.is_looked_at(row) and not (detail or not_ready or for_s):
            _look(room, row)
            return
        c.act(room, RenewReadiness(readiness=row.target.id, detail=detail, ok=not not_ready, for_s=for_s))
        _say(_row(room, name), room)


def _look(room: ControlRoom, row: ReadyRow) -> None:
    """Let the watch look, and say what it has seen."""
    import time

    from gonogo.control.requests import ask_watch

    before = row.renewal.at if row.renewal else None
    said = ask_watch(room, "ready", {"targets": [row.target.key]})
    if not said.startswith("looking"):
        raise c.Failed(f"{said[:1].upper()}{said[1:]}; or say what you saw, and it is attested.")
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        fresh = _row(room, row.target.key)
        if fresh.renewal and fresh.renewal.at != before:
            _say(fresh, room)
            return
        time.sleep(0.1)
    raise c.Failed(f"The watch is still looking at {row.target.name}; `gonogo ready list` shows what it sees.")


def _say(row: ReadyRow, room: ControlRoom) -> None:
    from gonogo.rules import ready_words
    from gonogo.rules.text import scrub

    state = row.state.replace("_", " ")
    click.echo(scrub(f"{row.target.name}: {state}, {ready_words.brief(row, room.clock.now().utc)}".rstrip(", ")))


def _seconds(span: str | None) -> float | None:
    from gonogo.rules.duration import seconds

    try:
        return seconds(span) if span else None
    except ValueError as error:
        raise c.Failed(f"--for: {error}.", c.USAGE) from None


def _rows(room: ControlRoom) -> tuple[ReadyRow, ...]:
    from gonogo.control.reader import BoardReader

    return BoardReader(room.store, room.clock).board().ready


def _row(room: ControlRoom, name: str) -> ReadyRow:
    found = _rows(room)
    row = next((one for one in found if name.lower() in (one.target.key, one.target.name.lower(), one.target.id)), None)
    if row is None:
        keys = ", ".join(one.target.key for one in found)
        raise c.Failed(f"There is no readiness target “{name}”; there are {keys}.", c.USAGE)
    return row


@ready.command(name="list")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
@click.pass_context
def list_ready(context: click.Context, name: str | None, as_json: bool) -> None:
    """List the readiness targets; with a NAME, explain that one: its facts, until when it holds, how to renew it."""
    from gonogo.cli.board_json import as_data
    from gonogo.control.reader import BoardReader
    from gonogo.rules import ready_words
    from gonogo.rules.text import scrub

    with c.room(context) as room:
        now, chosen = room.clock.now(), _row(room, name) if name else None
        board = BoardReader(room.store, room.clock).board()
    if as_json:
        rows = as_data(board, now)["readiness"]
        c.print_json(next(row for row in rows if row["id"] == chosen.target.key) if chosen else rows)
        return
    if chosen is not None:
        for label, said in ready_words.explained(chosen, now.utc, board.launch.timezone):
            click.echo(scrub(f"{label:<10}{said}"))
        return
    for one in board.ready:
        said = ready_words.brief(one, now.utc) or one.target.text
        click.echo(scrub(f"{one.state.replace('_', ' '):<11}{one.target.key:<17}{said}"))


@ready.command()
@click.argument("name", required=False)
@click.option("--file", "file", type=click.Path(dir_okay=False, exists=True), help="What it is to say from now on.")
@click.option("--keep", is_flag=True, help="You have read it, and it stays as it is.")
@click.pass_context
def template(context: click.Context, name: str | None, file: str | None, keep: bool) -> None:
    """List the message templates; with a NAME print one, or make it yours with --file or --keep."""
    from gonogo.rules.adopting import AdoptTemplate
    from gonogo.rules.plan import Template
    from gonogo.rules.text import block, scrub

    if file and keep:
        raise c.Failed("Choose one of --file and --keep.", c.USAGE)
    with c.room(context) as room:
        known = list(room.store.state().all(Template))
        if name is None:
            for one in known:
                click.echo(scrub(f"{one.key:<20}{'as shipped' if one.sample else 'yours':<12}{one.name}"))
            return
        found = _template(known, name)
        if not (file or keep):
            click.echo(block(found.body).rstrip())
            return
        body = _read(file) if file else found.body
        c.act(room, AdoptTemplate(template=found.id, body=body))


def _template(known: list[Template], name: str) -> Template:
    found = next((one for one in known if name.lower() in (one.key, one.name.lower())), None)
    if found is None:
        raise c.Failed(f"There is no template “{name}”; there are {', '.join(one.key for one in known)}.", c.USAGE)
    return found


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise c.Failed(f"{file} cannot be read as UTF-8 text.", c.USAGE) from None
