"""`gonogo check`: ask now, in this process, and record nothing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c
from gonogo.cli import places

if TYPE_CHECKING:
    from gonogo.rules.clock import Instant
    from gonogo.rules.config import Config
    from gonogo.rules.measured import Sample
    from gonogo.rules.probe import Check

Hide = Callable[[str], str]
"""Takes secrets out of a text."""


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print every fact as data.")
@click.pass_context
def check(context: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Ask probes and metrics once: exits 0 when all are up, 10 when some are slow or unknown, 20 when some fail."""
    from gonogo.control.clock import SystemClock
    from gonogo.control.metrics import ask_once
    from gonogo.formats.config import read_config
    from gonogo.rules.probe import Outcome

    path = context.find_root().params.get("config") or places.nearest_config(Path.cwd())
    if path is None:
        raise c.Failed("There is no gonogo.toml here or above; `gonogo init` writes one.", c.USAGE)
    _, config = read_config(Path(path))
    known, metrics = [one.name for one in config.probe], [one.name for one in config.metric]
    if not known:
        click.echo(f"gonogo: {path} has no probe; write one as [[probe]] with name and url.", err=True)
    if unknown := [name for name in names if name not in (*known, *metrics)]:
        there = ", ".join([*known, *metrics]) or "none"
        raise c.Failed(f"There is no probe or metric “{unknown[0]}”; there are {there}.", c.USAGE)
    folder, wanted = str(Path(path).resolve().parent), [name for name in known if not names or name in names]
    checks, hide = asyncio.run(_ask(config, tuple(wanted), _beats(context), folder))
    measured = asyncio.run(ask_once(config, names or metrics, SystemClock(), folder))
    if as_json:
        c.print_json([*(_data(one, hide) for one in checks), *(_measured_data(*one) for one in measured)])
    else:
        for one in checks:
            _print(one, hide)
        for name, source, sample in measured:
            click.echo(_measured_line(name, source, sample))
    outcomes = {one.outcome for one in checks}
    outcomes |= {Outcome.UNKNOWN if sample.error else Outcome.OK for _, _, sample in measured}
    bad = outcomes & {Outcome.SLOW, Outcome.UNKNOWN} or not outcomes
    context.exit(c.NOGO if Outcome.FAILED in outcomes else c.HOLD if bad else c.GO)


def _beats(context: click.Context) -> dict[str, Instant]:
    """Return when each heartbeat last came, where this config's launch has been founded."""
    from gonogo.store import evidence
    from gonogo.store.errors import StoreError
    from gonogo.store.store import Store

    state = c.place(context).state
    if state is None or not state.exists():
        return {}
    try:
        store = Store(state)
    except StoreError as error:
        click.echo(f"gonogo: heartbeats cannot be told: {error}", err=True)
        return {}
    try:
        return {str(fact.data["name"]): fact.at for fact in evidence.read(store.db, ["heartbeat"])}
    finally:
        store.close()


async def _ask(
    config: Config, names: tuple[str, ...], beats: dict[str, Instant], folder: str
) -> tuple[list[Check], Hide]:
    from gonogo.control.clock import SystemClock
    from gonogo.control.questions import Questions
    from gonogo.probes.schedule import Tick, host_of

    questions = Questions(config, None, beats.get, SystemClock(), folder)
    await questions.prepare()
    most = asyncio.Semaphore(config.watch.concurrency)
    hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(config.watch.per_host))

    async def bounded(name: str) -> Check:
        # As the watch does: what waits for us must not count as the site's latency.
        async with hosts[host_of(config.target(questions.probes[name]))], most:
            return await questions.check(name, Tick(0, 0))

    return list(await asyncio.gather(*map(bounded, names))), questions.hide


def _print(one: Check, hide: Hide) -> None:
    from gonogo.rules.facts import ANSWERS
    from gonogo.rules.text import line, scrub

    took = f"{one.latency_s * 1000:.0f} ms" if one.latency_s is not None else "-"
    failure = f"  {one.failure}" if one.failure else ""
    click.echo(scrub(f"{one.outcome:<8}{one.probe:<20}{took:>9}{failure}  {one.detail}".rstrip()))
    if one.excerpt:
        click.echo(f"        {'says':<12}{one.excerpt}")
    for name, value in _facts(one).items():
        if value not in (None, [], {}) and not (one.excerpt and name in ANSWERS):
            click.echo(f"        {name:<12}{line(hide(_said(name, value)), 160)}")


def _measured_line(name: str, source: str, sample: Sample) -> str:
    from gonogo.rules.catalogue import READINGS
    from gonogo.rules.text import scrub

    outcome = "unknown" if sample.error else "ok"
    value = "-" if sample.value is None else f"{sample.value:g}"
    role = "takes over from the log" if name in READINGS else "a reading of its own"
    return scrub(f"{outcome:<8}{name:<20}{value:>9}  {sample.error or f'{role}, from {source}'}")


def _measured_data(name: str, source: str, sample: Sample) -> dict[str, object]:
    return {
        "name": name, "kind": "metric", "outcome": "unknown" if sample.error else "ok", "value": sample.value,
        "samples": sample.of, "source": source, "detail": sample.error,
    }  # fmt: skip


def _facts(one: Check) -> dict[str, Any]:
    """Return every fact but the time it took in all; what did not answer has the parts that ended."""
    from dataclasses import asdict

    parts = {name: took for name, took in asdict(one.phases).items() if took is not None}
    return {name: value for name, value in {**parts, **one.facts}.items() if name != "latency"}


def _said(name: str, value: Any) -> str:
    from gonogo.rules.facts import Absent, written
    from gonogo.rules.probe import TIMED

    if isinstance(value, Absent):
        return value.why
    if name in TIMED:
        return f"{float(value) * 1000:.1f} ms"
    if name == "insecure":
        return "its certificate is not verified"
    if name == "cert":
        return f"{value['days']:.0f} days left of {value['earliest'] or 'its chain'}, from {value['issuer']}"
    if name == "headers":
        return ", ".join(f"{key}: {words}" for key, words in value.items())
    return (f"{value:g}" if isinstance(value, float) else written(value)) or ""


def _data(one: Check, hide: Hide) -> dict[str, object]:
    return {
        "name": one.probe, "outcome": one.outcome, "failure": one.failure, "detail": one.detail,
        "excerpt": one.excerpt,
        "latency_ms": round(one.latency_s * 1000, 2) if one.latency_s is not None else None,
        "facts": {name: _plain(value, hide) for name, value in _facts(one).items()},
    }  # fmt: skip


def _plain(value: Any, hide: Hide) -> Any:
    """Return a value as JSON has it: exact decimals as numbers, a body as its text, and no secret."""
    from decimal import Decimal

    from gonogo.rules.facts import Absent, Body

    if isinstance(value, Body):
        return hide(value.text)
    if isinstance(value, Absent):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(inner, hide) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, hide) for inner in value]
    return hide(value) if isinstance(value, str) else value
