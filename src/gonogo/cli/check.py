"""`gonogo check`: ask now, in this process, and record nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gonogo.cli import context as c
from gonogo.cli import places
from gonogo.rules.text import block, line, scrub

if TYPE_CHECKING:
    from gonogo.control.standing import Standing
    from gonogo.rules.clock import Clock
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
    """Ask probes and metrics once, as the launch's active phase has them, and record nothing.

    Exits 0 when all are up, 10 when some are slow or unknown, 20 when some fail. One that is paused, or not asked in
    this phase, is asked only when it is named.
    """
    from gonogo.control.clock import SystemClock
    from gonogo.control.look import Look
    from gonogo.control.metrics import ask_once

    path = context.find_root().params.get("config") or places.nearest_config(Path.cwd())
    if path is None:
        raise c.Failed("There is no gonogo.toml here or above; `gonogo init` writes one.", c.USAGE)
    clock, folder = SystemClock(), str(Path(path).resolve().parent)
    config, stands = _read(context, Path(path), clock)
    known, metrics = [one.name for one in config.probe], [one.name for one in config.metric]
    if not known:
        click.echo(f"gonogo: {path} has no probe; write one as [[probe]] with name and url.", err=True)
    if unknown := [name for name in names if name not in (*known, *metrics)]:
        there = ", ".join([*known, *metrics]) or "none"
        raise c.Failed(f"There is no probe or metric “{unknown[0]}”; there are {there}.", c.USAGE)
    look = Look(config, stands, clock, folder)
    resting = {} if names else look.resting()
    checks = asyncio.run(look.checks([name for name in known if name not in resting and name in (names or known)]))
    measured = asyncio.run(ask_once(config, names or metrics, clock, folder))
    if as_json:
        rests = [_rest(name, why) for name, why in resting.items()]
        c.print_json([*(_data(one, look.hide) for one in checks), *rests, *(_measured_data(*one) for one in measured)])
    else:
        for one in checks:
            _print(one, look.hide)
        for name, why in resting.items():
            click.echo(scrub(f"{'paused':<8}{name:<20}{'-':>9}  {why}"))
        for found in measured:
            click.echo(_measured_line(*found))
    context.exit(_code(checks, [sample for _, _, sample in measured]))


def _code(checks: Sequence[Check], samples: Sequence[Sample]) -> int:
    """Return the exit code of the worst answer."""
    from gonogo.rules.probe import Outcome

    outcomes = {one.outcome for one in checks} | {Outcome.UNKNOWN if one.error else Outcome.OK for one in samples}
    bad = outcomes & {Outcome.SLOW, Outcome.UNKNOWN} or not outcomes
    return c.NOGO if Outcome.FAILED in outcomes else c.HOLD if bad else c.GO


def _read(context: click.Context, path: Path, clock: Clock) -> tuple[Config, Standing]:
    """Read the config, and how its launch stands; what fits no more since the plan changed is said."""
    from gonogo.control.standing import notice
    from gonogo.formats.config import read_config

    text, config = read_config(path)
    stands = _standing(context, clock)
    if strange := notice((text, config), path, stands.frame, stands.accepted):
        click.echo(f"gonogo: {block(strange)}", err=True)
    return config, stands


def _standing(context: click.Context, clock: Clock) -> Standing:
    """Return how this config's launch stands, where one has been founded."""
    from gonogo.control.standing import Standing, standing
    from gonogo.store.errors import StoreError
    from gonogo.store.store import Store

    state = c.place(context).state
    if state is None or not state.exists():
        return Standing()
    try:
        store = Store(state)
    except StoreError as error:
        click.echo(f"gonogo: phase, pauses and heartbeats cannot be told: {error}", err=True)
        return Standing()
    try:
        return standing(store, clock.now())
    finally:
        store.close()


def _print(one: Check, hide: Hide) -> None:
    from gonogo.rules.facts import ANSWERS

    took = f"{one.latency_s * 1000:.0f} ms" if one.latency_s is not None else "-"
    failure = f"  {one.failure}" if one.failure else ""
    click.echo(scrub(f"{one.outcome:<8}{one.probe:<20}{took:>9}{failure}  {one.detail}".rstrip()))
    if one.excerpt:
        click.echo(f"        {'says':<12}{one.excerpt}")
    for name, value in _facts(one).items():
        said = name == "latency" or (one.excerpt and name in ANSWERS)
        if value not in (None, [], {}) and not said:
            click.echo(f"        {name:<12}{line(hide(_said(name, value)), 160)}")


def _measured_line(name: str, source: str, sample: Sample) -> str:
    from gonogo.rules.catalogue import READINGS

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
    """Return every fact; what did not answer has the parts that ended."""
    from dataclasses import asdict

    parts = {name: took for name, took in asdict(one.phases).items() if took is not None}
    return {**parts, **one.facts}


def _said(name: str, value: Any) -> str:
    import humanize

    from gonogo.rules import words
    from gonogo.rules.facts import Absent, written
    from gonogo.rules.probe import TIMED

    if isinstance(value, Absent):
        return value.why
    if name in TIMED:
        return f"{f'{float(value) * 1000:.1f}'.removesuffix('.0')} ms"
    if name == "insecure":
        return "its certificate is not verified"
    if name == "age":
        return words.span(float(value))
    if name == "size":
        return humanize.naturalsize(value)
    if name == "ttl":
        return f"{value} s"
    if name == "cert":
        return f"{value['days']:.0f} days left of {value['earliest'] or 'its chain'}, from {value['issuer']}"
    if name == "headers":
        return ", ".join(f"{key}: {held}" for key, held in value.items())
    return (f"{value:g}" if isinstance(value, float) else written(value)) or ""


def _data(one: Check, hide: Hide) -> dict[str, object]:
    return {
        "name": one.probe, "outcome": one.outcome, "failure": one.failure, "detail": one.detail,
        "excerpt": one.excerpt,
        "latency_ms": round(one.latency_s * 1000, 2) if one.latency_s is not None else None,
        "facts": {name: _plain(value, hide) for name, value in _facts(one).items()},
    }  # fmt: skip


def _rest(name: str, why: str) -> dict[str, object]:
    return {"name": name, "outcome": "paused", "failure": None, "detail": why, "latency_ms": None, "facts": {}}


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
