"""`gonogo log`: evidence by command, in the same one line as in the room."""

from __future__ import annotations

import click

from gonogo.cli import context as c
from gonogo.rules.quicklog import HINTS, Kind


@click.group()
def log() -> None:
    """Log an order, feedback, a bug, a note, a question, a deploy or a heartbeat."""


def _command(kind: Kind) -> click.Command:
    @click.command(name=kind, help=f"Log one {kind}, written as: {HINTS[kind]}")
    @click.argument("words", nargs=-1, required=True)
    @click.option("--key", help="The source's own id of it; a repeated one counts once.")
    @click.pass_context
    def command(context: click.Context, words: tuple[str, ...], key: str | None) -> None:
        from gonogo.rules.plan import Launch
        from gonogo.rules.quicklog import parse
        from gonogo.rules.record import Refusal

        with c.room(context) as room:
            launch = next(iter(room.store.state().all(Launch)), None)
            found = parse(kind, " ".join(words), room.clock.now(), launch.timezone if launch else "UTC")
            if isinstance(found, Refusal):
                raise c.Failed(found.sentence, c.USAGE)
            c.act(room, found.intent.model_copy(update={"key": key, "source": "cli"}))

    return command


for _kind in HINTS:
    log.add_command(_command(_kind))


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
