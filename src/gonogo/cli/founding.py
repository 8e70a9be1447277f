"""Founding a launch in this folder, from whichever plan: ask the site, write a config, create the state."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from gonogo.cli import answers, places
from gonogo.cli import context as c
from gonogo.cli.sleep import warned

if TYPE_CHECKING:
    from gonogo.formats.starter import Starter, StarterProbe
    from gonogo.probes.survey import Found
    from gonogo.rules.fitting import Frame
    from gonogo.rules.launch import FoundLaunch
    from gonogo.rules.plan_doc import PlanDoc
    from gonogo.rules.ruling import Ruling


SITE = (
    click.option("--url", help="Where the site is in production: https://your.site"),
    click.option("--id", "key", help="The launch's short name; else made of the host's name."),
    click.option("--name", help="The launch's name as people say it."),
    click.option("--start", help="When the first phase opens: 2026-12-01, or today."),
    click.option("--timezone", help="The launch's time zone: Europe/Lisbon."),
)
"""What founding a launch wants to know of the site."""


def asks_of_site(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options by which a launch is founded."""
    for option in reversed(SITE):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Told:
    """What was said on the command line; what was not is asked, or is as usual."""

    url: str | None = None
    key: str | None = None
    name: str | None = None
    start: str | None = None
    timezone: str | None = None
    people: tuple[str, ...] = ()
    watch_host: str | None = None
    alarm: str | None = None
    orders: str | None = None

    def flags(self) -> list[str]:
        """Return the flags that say what a config says already."""
        said = {"--url": self.url, "--id": self.key, "--name": self.name, "--timezone": self.timezone,
                "--person": self.people, "--watch-host": self.watch_host, "--alarm": self.alarm,
                "--orders": self.orders}  # fmt: skip
        return [flag for flag, value in said.items() if value]


@dataclass(frozen=True, slots=True)
class Seed:
    """What a launch begins with: a plan, where it is from, rulings on it, and people for a config that is new."""

    plan: PlanDoc
    source: str
    rulings: tuple[Ruling, ...] = ()
    people: str = ""


def found_here(context: click.Context, seed: Seed, told: Told) -> None:
    """Found a launch in this folder from a plan; where a gonogo.toml is already, the one that it describes."""
    from gonogo.cli.open import is_terminal

    asker = answers.Asker(is_terminal())
    config = config_here(context)
    if config.exists():
        _found_from(context, config, asker, told, seed)
        return
    must_know_the_site(context, told)
    url = asker.ask("Where is the site in production?", "", answers.site, "--url", told.url)
    host = urlsplit(url).hostname or "site"
    key = _key(told.key, host)
    state = Path(context.find_root().params.get("state") or places.state_folder() / f"{key}.db")
    _refuse_to_write_over(config, state)
    found = _surveyed(url)
    name = asker.ask("What is the launch called?", host, answers.words, "--name", told.name)
    zone = asker.ask("Which time zone?", answers.local_zone(), answers.zone, "--timezone", told.timezone)
    opens = _opens(asker, zone, told.start)
    team = [] if seed.people and not told.people else asker.team(told.people)
    rest = _rest(asker, told.watch_host, told.alarm, told.orders)
    _write(context, config, state, _starter(key, name, zone, url, found, team, *rest), opens, seed)
    _say_founded(state, name, opens, zone)


def must_know_the_site(context: click.Context, told: Told) -> None:
    """Refuse where nothing says where the site is, and nobody can be asked."""
    from gonogo.cli.open import is_terminal

    if told.url is None and not config_here(context).exists() and not is_terminal():
        raise c.Failed("Where is the site? Say it with --url https://your.site.", c.USAGE)


def config_here(context: click.Context) -> Path:
    """Return the config that this invocation names, or that of this folder, which may not be there yet."""
    return Path(context.find_root().params.get("config") or places.CONFIG_NAME)


def _rest(
    asker: answers.Asker, watch_host: str | None, alarm: str | None, orders: str | None
) -> tuple[str, str, str]:  # fmt: skip
    """Ask where the watch lives, who is told, and how orders come."""
    where = "On which machine will the watch live? (enter: any)"
    told = "A webhook for alarms, such as ${env:TEAM_WEBHOOK}? (enter: later)"
    come = "Does the shop log its orders (feed), or do you (hand)?"
    return (
        asker.ask(where, "", answers.words, "--watch-host", watch_host),
        asker.ask(told, "", answers.alarm, "--alarm", alarm),
        asker.ask(come, "hand", answers.orders, "--orders", orders),
    )


def _starter(
    key: str, name: str, zone: str, url: str, found: list[Found], team: list[answers.Person], watch_host: str,
    alarm: str, orders: str,
) -> Starter:  # fmt: skip
    from gonogo.formats.starter import Starter

    build = next(((one.path, one.build_at) for one in found if one.build_at and one.status == 200), None)
    return Starter(key, name, zone, url, _probes(found), build, team, watch_host, alarm, orders)


def _write(
    context: click.Context, config: Path, state: Path, starter: Starter, opens: datetime, seed: Seed
) -> None:  # fmt: skip
    """Found the launch and write its config, with a secret beside the state and not in it."""
    from gonogo.formats.config import parse_config
    from gonogo.formats.starter import write
    from gonogo.rules.launch import FoundLaunch

    alarm = starter.alarm
    secret = state.with_suffix(".webhook").absolute() if alarm and "${" not in alarm else None
    text = write(replace(starter, alarm=f"${{file:{secret}}}" if secret else alarm))
    if seed.people and not starter.people:
        text = f"{text.rstrip()}\n\n# From {seed.source}:\n\n{seed.people}"
    parse_config(text, str(config))
    launch = FoundLaunch(
        key=starter.key, name=starter.name, timezone=starter.timezone, opens=opens, plan=seed.plan, source=seed.source,
        rulings=seed.rulings
    )  # fmt: skip
    _found(context, state, launch, starter.watch_host)
    try:
        config.write_text(text, encoding="utf-8")
    except OSError as error:
        raise c.Failed(f"{config} cannot be written: {error.strerror}.") from error
    if secret:
        _keep_secret(secret, alarm)
        click.echo(f"{secret}: the webhook's URL, which is a secret; gonogo.toml refers to it and does not hold it")
    live = sum(1 for one in starter.probes if one.live)
    click.echo(f"{config}: {live} probes live, {len(starter.probes) - live} commented out with the reason")


def _found_from(
    context: click.Context, config: Path, asker: answers.Asker, told: Told, seed: Seed
) -> None:  # fmt: skip
    """Found the launch that a config describes, which somebody wrote or imported."""
    from gonogo.formats.config import fit, read_config
    from gonogo.rules.launch import FoundLaunch
    from gonogo.rules.words import count

    if said := told.flags():
        raise c.Failed(
            f"{config} is there already, and gonogo does not write over it: leave out {' '.join(said)},"
            " and the launch is founded from the file; or choose another folder."
        )
    text, found = read_config(config)
    launch = found.launch
    if amiss := fit(text, found, str(config), _frame(launch.id, seed.plan)):
        raise amiss
    state = Path(context.find_root().params.get("state") or c.state_of(config))
    if state.exists():
        raise c.Failed(f"{config} and {state} are there already; `gonogo` opens the room.")
    opens = _opens(asker, launch.timezone, told.start)
    _found(
        context, state,
        FoundLaunch(
            key=launch.id, name=launch.name, timezone=launch.timezone, opens=opens, plan=seed.plan, source=seed.source,
        rulings=seed.rulings
        ),
        found.watch.host,
    )  # fmt: skip
    click.echo(f"{config}: left as it is, {count(len(found.probe), 'probe')}")
    _say_founded(state, launch.name, opens, launch.timezone)


def _frame(launch: str, plan: PlanDoc) -> Frame:
    """Return what a config has to fit that comes before its launch."""
    from gonogo.rules.fitting import Frame

    return Frame(launch, tuple(one.id for one in plan.phase), tuple(one.id for one in plan.readiness))


def _opens(asker: answers.Asker, zone: str, start: str | None) -> datetime:
    question = "When does the first phase open (a date, or today)?"
    return asker.ask(question, "today", lambda text: answers.opens(text, zone), "--start", start)


def _say_founded(state: Path, name: str, opens: datetime, zone: str) -> None:
    from gonogo.rules.text import scrub

    click.echo(scrub(f"{state}: {name}, opens {opens.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M %Z}"))
    click.echo("`gonogo` opens the room.")


def _key(given: str | None, host: str) -> str:
    """Return the launch's id: the one given, else one made of the host's name."""
    from gonogo.rules import text

    if given is None:
        return text.slug(
            host.removeprefix("www.").split(".")[0] if not host[0].isdigit() else Path.cwd().name, "launch"
        )
    if not re.fullmatch(text.KEY, given):
        raise c.Failed("--id: write small letters, digits and dashes, such as my-shop.", c.USAGE)
    return given


def _refuse_to_write_over(config: Path, state: Path) -> None:
    for path in (config, state):
        if path.exists():
            raise c.Failed(
                f"{path} is there already; gonogo does not write over it. "
                "Remove it to begin anew, or choose another folder and --id."
            )
    if not os.access(config.resolve().parent, os.W_OK):
        raise c.Failed(f"{config.resolve().parent} is read-only; gonogo.toml cannot be written there.")


def _surveyed(url: str) -> list[Found]:
    """Ask the site at the paths where sites answer, and say what it said."""
    from gonogo.probes.survey import survey

    click.echo(f"asking {url} ...", err=True)
    found = asyncio.run(survey(url))
    for one in found:
        took = f"{one.latency_s * 1000:.0f} ms" if one.latency_s is not None else ""
        click.echo(f"  {one.path:<14}{one.why}  {took}".rstrip(), err=True)
    return found


def _keep_secret(path: Path, secret: str) -> None:
    """Write a secret beside the state, for this account alone."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(secret + "\n")


def _probes(found: list[Found]) -> list[StarterProbe]:
    """Make the probes: live where the site answered well; a wall of 401 is watched as what it is."""
    from gonogo.formats.starter import StarterProbe

    made = []
    for one in found:
        home, ok = one.path == "/", one.status is not None and one.status < 400
        expect: tuple[str, ...] = (
            f"status == {one.status}" if ok and one.status != 200 else "status == 200",
            "latency < 800ms",
        )
        why, live = f"{one.path} {one.why}", ok
        if home and one.status in (401, 403):
            expect, live = (f"status == {one.status}",), True
            why = f"/ {one.why}: a password stands before it; this watches that it does. Add headers to look behind it"
        elif home and not ok:
            why = f"/ {one.why}; not watched until it answers: take the # away then"
        if one.cert_days is not None and live:
            expect = (*expect, "cert.days > 14")
        made.append(StarterProbe(one.name, one.path, expect, home and ok, why, live))
    return made


def _found(context: click.Context, state: Path, launch: FoundLaunch, host: str | None) -> None:
    """Found a launch, and begin it when its time has come."""
    from gonogo.control.clock import SystemClock
    from gonogo.control.room import ControlRoom
    from gonogo.rules.launch import BeginLaunch
    from gonogo.rules.plan import Criterion
    from gonogo.store.store import Store

    store = Store(state, create=True)
    try:
        room = ControlRoom(store, SystemClock(), places.actor(context.find_root().params.get("actor")))
        room.dispatch(launch)
        if launch.opens <= datetime.now(UTC):
            room.dispatch(BeginLaunch())
        if early := warned(store.state().all(Criterion), host):
            click.echo(f"note: {early}.", err=True)
    finally:
        store.close()
