"""`gonogo log`: evidence by command, in the same one line as in the room, or piped in from a shop."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import click

from gonogo.cli import context as c
from gonogo.cli.logged import SHELF
from gonogo.rules.quicklog import HINTS, Kind

if TYPE_CHECKING:
    from gonogo.control.intake import Taken
    from gonogo.control.room import ControlRoom
    from gonogo.rules.clock import Instant
    from gonogo.rules.record import Intent

BATCH = 1000
_AS_TYPED = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
"""A word may begin with a dash: `- what did not work`, `-5`."""
SHOWN = 20
"""So many bad lines are named; of more, how many there are."""
LONGEST = 1_000_000


_JSON = click.option("--json", "as_json", is_flag=True, help="Print what became of piped lines as data.")


@click.group(invoke_without_command=True)
@_JSON
@click.pass_context
def log(context: click.Context, as_json: bool) -> None:
    """Log an order, feedback, a bug, a note, a question, a visit, a deploy or a heartbeat.

    Without a command it reads JSON lines from standard input, such as
    {"kind": "order", "value": 42, "customer": "anna", "at": "2026-11-23T10:30:00Z", "key": "order-123"}.
    """
    if context.invoked_subcommand is None:
        if sys.stdin.isatty():
            click.echo(context.get_help())
        else:
            _pipe(context, as_json)


@log.command(name="-")
@_JSON
@click.pass_context
def dash(context: click.Context, as_json: bool) -> None:
    """Read JSON lines from standard input, one object a line; a repeated key counts once."""
    _pipe(context, as_json)


def _zone(room: ControlRoom) -> str:
    from gonogo.rules.plan import Launch

    launch = next(iter(room.store.state().all(Launch)), None)
    return launch.timezone if launch else "UTC"


def _read(kind: Kind, words: tuple[str, ...], room: ControlRoom) -> Intent:
    from gonogo.rules.quicklog import parse
    from gonogo.rules.record import Refusal

    if strange := next((word for word in words if word.startswith("--") and len(word.split()) == 1), None):
        raise c.Failed(f"There is no option {strange}; `gonogo log {kind} --help` shows those that there are.", c.USAGE)
    found = parse(kind, " ".join(words), room.clock.now(), _zone(room))
    if isinstance(found, Refusal):
        raise c.Failed(found.sentence, c.USAGE)
    return found.intent


def _command(kind: Kind) -> click.Command:
    @click.command(name=kind, help=f"Log one {kind}, written as: {HINTS[kind]}", context_settings=_AS_TYPED)
    @click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
    @click.option("--key", help="The source's own id of it; a repeated one counts once.")
    @click.pass_context
    def command(context: click.Context, words: tuple[str, ...], key: str | None) -> None:
        with c.room(context) as room:
            c.act(room, _read(kind, words, room).model_copy(update={"key": key, "source": "cli"}))

    return command


for _kind in HINTS:
    if _kind != "order":
        log.add_command(_command(_kind))
for _other in SHELF:
    log.add_command(_other)


@log.command(
    help=f"Log one order, written as: {HINTS['order']}; or a day's: --count 14 --day yesterday",
    context_settings=_AS_TYPED,
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.option("--key", help="The source's own id of it; a repeated one counts once.")
@click.option("--count", type=click.IntRange(1, 1_000_000), help="So many orders in one line.")
@click.option("--day", help="The day they are of, in the launch's time zone: today, yesterday or 2026-11-23.")
@click.pass_context
def order(context: click.Context, words: tuple[str, ...], key: str | None, count: int | None, day: str | None) -> None:
    """Log an order, or how many there were on a day."""
    if not words and count is None:
        raise click.UsageError("Missing argument 'WORDS...'.")
    with c.room(context) as room:
        c.act(room, _order(room, words, key, count, day))


def _order(room: ControlRoom, words: tuple[str, ...], key: str | None, count: int | None, day: str | None) -> Intent:
    from gonogo.rules.log import LogOrder
    from gonogo.rules.quicklog import FAILED, end_of_day
    from gonogo.rules.record import Refusal

    failed = count is not None and len(words) == 1 and words[0].lower() in FAILED
    made = LogOrder(ok=not failed) if failed or not words else _read("order", words, room)
    change: dict[str, object] = {"source": "cli", "key": key, "count": count or 1}
    if day is not None:
        found: Instant | Refusal = end_of_day(day, room.clock.now(), _zone(room))
        if isinstance(found, Refusal):
            raise c.Failed(found.sentence, c.USAGE)
        change["at"] = found
    return made.model_copy(update=change)


@log.command()
@click.argument("name")
@click.pass_context
def heartbeat(context: click.Context, name: str) -> None:
    """Send a sign of life for the heartbeat probe NAME, such as from a cron job."""
    from gonogo.rules.log import LogHeartbeat
    from gonogo.rules.probe import Probe

    with c.room(context) as room:
        known = [one.name for one in room.store.state().all(Probe) if one.kind == "heartbeat" and not one.gone]
        if name not in known:
            raise c.Failed(f"There is no heartbeat probe “{name}”; there are {', '.join(known) or 'none'}.", c.USAGE)
        c.act(room, LogHeartbeat(name=name, source="cli"))


def _pipe(context: click.Context, as_json: bool) -> None:
    """Log what stands on standard input; good lines are kept, and bad ones named."""
    from gonogo.control.intake import Taken, take
    from gonogo.rules import piped
    from gonogo.rules.record import Refusal

    taken = Taken()
    with c.room(context) as room:
        zone, batch = _zone(room), []
        for number, line in _lines(sys.stdin.buffer):
            found = piped.parse(line, room.clock.now(), zone)
            if isinstance(found, Refusal):
                taken.refused.append((number, found.sentence))
            else:
                batch.append((number, found))
            if len(batch) >= BATCH:
                take(room, batch, taken)
                batch = []
        take(room, batch, taken)
    _report(taken)
    if as_json:
        c.print_json(_as_data(taken))
    if taken.refused:
        sys.exit(c.ERROR)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Read lines by number; one without an end is cut, and what follows of it passed over."""
    number = 0
    while raw := stream.readline(LONGEST):
        number += 1
        whole = raw
        while not whole.endswith(b"\n") and (whole := stream.readline(LONGEST)):
            pass
        if line := raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip():
            yield number, line


def _report(taken: Taken) -> None:
    from gonogo.rules import text, words

    taken.refused.sort()
    for number, why in taken.refused[:SHOWN]:
        click.echo(f"gonogo: line {number}: {text.line(why, 300).rstrip('.')}.", err=True)
    if (more := len(taken.refused) - SHOWN) > 0:
        click.echo(f"gonogo: {words.count(more, 'more line')} could not be read.", err=True)
    taken.otherwise.sort(key=lambda one: one.number)
    for one in taken.otherwise[:SHOWN]:
        mend = f"; correct it with gonogo log correct {one.name}" if one.name else ""
        key = text.line(one.key, 60)
        click.echo(
            f"gonogo: key {key} came again with other content, line {one.number}: the first was kept{mend}.", err=True
        )
    if (more := len(taken.otherwise) - SHOWN) > 0:
        click.echo(f"gonogo: {words.count(more, 'more key')} came again with other content.", err=True)
    said = [f"{taken.new:,} logged"]
    other = f", {len(taken.otherwise):,} of them with other content" if taken.otherwise else ""
    said += [f"{taken.repeated:,} counted already{other}"] if taken.repeated else []
    said += [f"{len(taken.refused):,} refused"] if taken.refused else []
    click.echo(", ".join(said), err=True)


def _as_data(taken: Taken) -> dict[str, object]:
    """Dump what became of the lines."""
    return {
        "logged": taken.new, "repeated": taken.repeated,
        "otherwise": [{"line": one.number, "key": one.key, "kept": one.name or None} for one in taken.otherwise],
        "refused": [{"line": number, "why": why} for number, why in taken.refused],
    }  # fmt: skip
