"""`gonogo rollback`, `hotfix`, `run`: set the command off, follow it, and end with how it ended; `stop` stops it."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.control.runs import Prepared
    from gonogo.rules.run import Run

LOOK_S = 0.1
_YES = click.option("--yes", "typed", metavar="ID", help="Run it: the launch's id, which confirms it.")
_CODES = {"ok": c.GO, "timed_out": c.HOLD, "lost": c.HOLD, "failed": c.NOGO, "killed": c.NOGO, "stopped": c.NOGO}


@click.command()
@_YES
@click.option("--dry-run", "dry", is_flag=True, help="Rehearse it: [rollback] dry_run, which needs no --yes.")
@click.option("--last", is_flag=True, help="Only show the run that is under way, or the last one.")
@click.pass_context
def rollback(context: click.Context, typed: str | None, dry: bool, last: bool) -> None:
    """Roll back: 0 done, 20 failed, 10 nobody knows; without --yes it only says what would run."""
    if last:
        _show_last(context)
    else:
        _act(context, "rollback", typed, dry=dry)


@click.command()
@_YES
@click.pass_context
def hotfix(context: click.Context, typed: str | None) -> None:
    """Ship the hotfix: 0 done, 20 failed, 10 nobody knows; without --yes it only says what would run."""
    _act(context, "hotfix", typed)


@click.command()
@click.argument("name")
@_YES
@click.pass_context
def run(context: click.Context, name: str, typed: str | None) -> None:
    """Run the command of a step, [command.NAME]: 0 done, 20 failed, 10 nobody knows."""
    _act(context, name, typed)


@click.command()
@click.option("--yes", "typed", metavar="ID", help="Stop it: the launch's id, which confirms it.")
@click.pass_context
def stop(context: click.Context, typed: str | None) -> None:
    """Stop the command that runs, a rollback first: TERM, then KILL; without --yes it only says what runs."""
    from gonogo.control import runs
    from gonogo.rules.record import Refusal
    from gonogo.rules.run import in_front
    from gonogo.store import runs as table

    with c.room(context) as room:
        runs.settle(room)
        running = in_front(table.under_way(room.store.db))
        if running is None:
            raise c.Failed("No command runs.")
        if typed is None and running.acts:
            click.echo(f"{running.title} runs, begun by {running.by}: {running.line}")
            raise c.Failed("Nothing was stopped; --yes with the launch's id stops it.", c.USAGE)
        said = runs.stop(room, running, typed or "")
        if isinstance(said, Refusal):
            raise c.Failed(said.sentence)
        code = _follow(room, running)
        context.exit(c.GO if _state(room, running).outcome == "stopped" else code)


def _act(context: click.Context, name: str, typed: str | None, *, dry: bool = False) -> None:
    from gonogo.control import runs
    from gonogo.rules.record import Refusal

    config = c.place(context).config
    with c.room(context) as room:
        prepared = runs.prepare(room, config, name, dry=dry)
        if isinstance(prepared, Refusal):
            raise c.Failed(prepared.sentence)
        if typed is None and prepared.acts:
            _explain(room, prepared)
            raise c.Failed(f"Nothing was run; --yes {prepared.launch} runs it.", c.USAGE)
        begun = runs.begin(room, prepared, typed or "")
        if isinstance(begun, Refusal):
            raise c.Failed(begun.sentence)
        click.echo(f"running, for {begun.timeout_s:g} s at most: {begun.line}", err=True)
        context.exit(_follow(room, begun))


def _explain(room: ControlRoom, prepared: Prepared) -> None:
    from gonogo.rules.run import Run, pace
    from gonogo.rules.text import block

    found = pace(room.store.state().all(Run)) if prepared.name == "rollback" else None
    click.echo(block(f"would run: {shlex.join(prepared.argv)}\nin: {prepared.folder}"))
    click.echo(f"waits: {prepared.config.timeout:g} s")
    if prepared.name == "rollback":
        click.echo(f"takes: {found.words}, the last {_age(room, found.last)}" if found else "takes: never rehearsed")


def _age(room: ControlRoom, run: Run) -> str:
    import humanize

    from gonogo.rules.clock import elapsed

    return humanize.naturaltime(max(0.0, elapsed(run.ended_at or run.started_at, room.clock.now()).seconds))


def _follow(room: ControlRoom, run: Run) -> int:
    """Print what it says as it says it; ctrl-c leaves it running."""
    from gonogo.control import run_files, runs

    shown = ""
    try:
        while (now := _state(room, run)).outcome is None:
            shown = _more(shown, run_files.output(room.store.path, run.id))
            runs.settle(room)
            time.sleep(LOOK_S)
    except KeyboardInterrupt:
        raise c.Failed("It goes on without you; `gonogo rollback --last` shows how it stands.", c.HOLD) from None
    _more(shown, run_files.output(room.store.path, run.id))
    return _end(now)


def _state(room: ControlRoom, run: Run) -> Run:
    from gonogo.rules.run import Run as Kind

    found = room.store.state().get(Kind, run.id)
    assert found is not None
    return found


def _more(shown: str, said: str) -> str:
    """Print what is new of the output; where its middle was let go, from its newest lines on."""
    if said.startswith(shown):
        fresh = said[len(shown) :]
    else:
        mark = shown[-400:]
        at = said.rfind(mark)
        fresh = said[at + len(mark) :] if at >= 0 else "\n[…]\n" + said[-4000:]
    click.echo(fresh, nl=False)
    return said


def _end(run: Run) -> int:
    from gonogo.rules.text import line

    click.echo(f"gonogo: {line(f'{run.title} {run.said}', 500)}", err=True)
    return _CODES.get(run.outcome or "lost", c.ERROR)


def _show_last(context: click.Context) -> None:
    from gonogo.control import run_files, runs
    from gonogo.store import runs as table

    with c.room(context) as room:
        runs.settle(room)
        newest = next(iter(table.newest(room.store.db, 1)), None)
        if newest is None:
            raise c.Failed("No command was run yet.")
        if newest.outcome is None:
            context.exit(_follow(room, newest))
        click.echo(run_files.output(room.store.path, newest.id), nl=False)
        context.exit(_end(newest))
