"""`gonogo check`: ask now, in this process, and record nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gonogo.cli import context as c
from gonogo.cli import places

if TYPE_CHECKING:
    from gonogo.rules.config import Config
    from gonogo.rules.probe import Check


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print every fact as data.")
@click.pass_context
def check(context: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Ask the probes once: exits 0 when all are up, 10 when some are slow or unknown, 20 when some fail."""
    from gonogo.formats.config import read_config
    from gonogo.rules.probe import Outcome

    path = context.find_root().params.get("config") or places.nearest_config(Path.cwd())
    if path is None:
        raise c.Failed("There is no gonogo.toml here or above; `gonogo init` writes one.", c.USAGE)
    with c.explained():
        _, config = read_config(Path(path))
    known = [one.name for one in config.probe]
    if not known:
        click.echo(f"gonogo: {path} has no probe; write one as [[probe]] with name and url.", err=True)
    if unknown := [name for name in names if name not in known]:
        raise c.Failed(f"There is no probe “{unknown[0]}”; there are {', '.join(known) or 'none'}.", c.USAGE)
    checks = asyncio.run(_ask(config, names or tuple(known)))
    if as_json:
        c.print_json([_data(one) for one in checks])
    else:
        for one in checks:
            _print(one)
    outcomes = {one.outcome for one in checks}
    bad = outcomes & {Outcome.SLOW, Outcome.UNKNOWN} or not outcomes
    context.exit(c.NOGO if Outcome.FAILED in outcomes else c.HOLD if bad else c.GO)


async def _ask(config: Config, names: tuple[str, ...]) -> list[Check]:
    from gonogo.control.clock import SystemClock
    from gonogo.control.questions import Questions
    from gonogo.probes import http
    from gonogo.probes.schedule import Tick

    await http.warm()
    questions = Questions(config, None, lambda name: None, SystemClock())
    return list(await asyncio.gather(*(questions.check(name, Tick(0, 0)) for name in names)))


def _print(one: Check) -> None:
    from gonogo.rules.text import scrub

    took = f"{one.latency_s * 1000:.0f} ms" if one.latency_s is not None else "-"
    failure = f"  {one.failure}" if one.failure else ""
    click.echo(scrub(f"{one.outcome:<8}{one.probe:<20}{took:>9}{failure}  {one.detail}".rstrip()))
    for name in ("status", "ip", "url", "cert"):
        if one.facts.get(name) is not None:
            value = one.facts[name]
            words = f"{value['days']:.0f} days left" if name == "cert" else str(value)
            click.echo(scrub(f"        {name:<10}{words}"))


def _data(one: Check) -> dict[str, object]:
    facts = {name: value for name, value in one.facts.items() if name not in ("body", "latency")}
    return {
        "name": one.probe, "outcome": one.outcome, "failure": one.failure, "detail": one.detail,
        "latency_ms": round(one.latency_s * 1000, 2) if one.latency_s is not None else None, "facts": facts,
    }  # fmt: skip
