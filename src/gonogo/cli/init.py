"""`gonogo init`: ask the site, write a config, found the launch."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from gonogo.cli import context as c
from gonogo.cli import places

if TYPE_CHECKING:
    from gonogo.formats.starter import StarterProbe
    from gonogo.probes.survey import Found

OPENS_AT = time(9, 0)
SEATS = ("product", "tech", "data", "support", "comms")


@click.command()
@click.option("--url", required=True, help="Where the site is in production: https://your.site")
@click.option("--id", "key", help="The launch's short name; else made of the host's name.")
@click.option("--name", help="The launch's name as people say it.")
@click.option("--start", help="When the first phase opens: 2026-12-01, or today.")
@click.option("--timezone", help="The launch's time zone: Europe/Lisbon.")
@click.option("--person", "people", multiple=True, metavar="NAME[:SEAT,SEAT]", help="Who is in the team; repeatable.")
@click.option("--watch-host", help="The machine where the watch is to live.")
@click.option("--alarm", help="A webhook for alarms, best by reference: ${env:TEAM_WEBHOOK}")
@click.option("--orders", type=click.Choice(["feed", "hand"]), help="Whether the shop logs its orders, or you do.")
@click.pass_context
def init(
    context: click.Context, url: str, key: str | None, name: str | None, start: str | None, timezone: str | None,
    people: tuple[str, ...], watch_host: str | None, alarm: str | None, orders: str | None,
) -> None:  # fmt: skip
    """Set up a launch in this folder from the bundled plan, with the probes that the site answers."""
    from gonogo.cli.open import is_terminal
    from gonogo.formats.starter import Starter, write
    from gonogo.probes.survey import survey
    from gonogo.rules.probe_config import check_url
    from gonogo.rules.text import slug

    try:
        url = check_url(url).rstrip("/")
    except ValueError as error:
        raise c.Failed(f"--url: {error}.", c.USAGE) from error
    config = Path(context.find_root().params.get("config") or places.CONFIG_NAME)
    host = urlsplit(url).hostname or "site"
    key = key or slug(host.removeprefix("www.").split(".")[0] if not host[0].isdigit() else Path.cwd().name, "launch")
    state = Path(context.find_root().params.get("state") or places.state_folder() / f"{key}.db")
    for path in (config, state):
        if path.exists():
            raise c.Failed(
                f"{path} is there already; gonogo does not write over it. "
                "Remove it to begin anew, or choose another folder and --id."
            )
    if not os.access(config.resolve().parent, os.W_OK):
        raise c.Failed(f"{config.resolve().parent} is read-only; gonogo.toml cannot be written there.")
    click.echo(f"asking {url} ...", err=True)
    found = asyncio.run(survey(url))
    for one in found:
        took = f"{one.latency_s * 1000:.0f} ms" if one.latency_s is not None else ""
        click.echo(f"  {one.path:<14}{one.why}  {took}".rstrip(), err=True)
    asker = _Asker(is_terminal())
    name = name or asker.ask("What is the launch called?", host)
    zone = _zone(timezone or asker.ask("Which time zone?", _local_zone()))
    opens = _opens(start or asker.ask("When does the first phase open (a date, or today)?", "today"), zone)
    team = _people(people or asker.several("Who is in the team, as NAME:seat,seat? (enter ends)"))
    watch_host = watch_host or asker.ask("On which machine will the watch live? (enter: this one)", "")
    alarm = alarm or asker.ask("A webhook for alarms, such as ${env:TEAM_WEBHOOK}? (enter: later)", "")
    orders = orders or asker.ask("Does the shop log its orders (feed), or do you (hand)?", "hand")
    probes = _probes(found)
    build = next(((one.path, one.build_at) for one in found if one.build_at and one.status == 200), None)
    starter = Starter(key, name, zone, url, probes, build, team, watch_host, alarm, orders)
    _found(config, state, write(starter), starter, opens, places.actor(context.find_root().params.get("actor")))
    live = sum(1 for one in probes if one.live)
    click.echo(f"{config}: {live} probes live, {len(probes) - live} commented out with the reason")
    click.echo(f"{state}: {name}, opens {opens.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M %Z}")
    click.echo("`gonogo` opens the room.")


class _Asker:
    """Asks what cannot be known; without a terminal it takes what is likely."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal

    def ask(self, question: str, default: str) -> str:
        if not self._terminal:
            return default
        return str(click.prompt(question, default=default, show_default=bool(default), err=True)).strip()

    def several(self, question: str) -> tuple[str, ...]:
        found: list[str] = []
        while answer := self.ask(question, ""):
            found.append(answer)
        return tuple(found)


def _local_zone() -> str:
    try:
        name = os.environ.get("TZ") or str(Path("/etc/localtime").resolve()).split("zoneinfo/")[-1]
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return name


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise c.Failed(f"“{name}” is no time zone; write an IANA name such as Europe/Lisbon.", c.USAGE) from error
    return name


def _opens(text: str, zone: str) -> datetime:
    """Read the start: today opens now, another day at nine in the launch's time zone."""
    now = datetime.now(UTC)
    if text.strip().lower() in ("today", "now", ""):
        return now
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise c.Failed(f"“{text}” is no date; write it as 2026-12-01, or today.", c.USAGE) from error
    opens = datetime.combine(day, OPENS_AT, ZoneInfo(zone)).astimezone(UTC)
    if now - opens > timedelta(days=366) or opens - now > timedelta(days=3 * 366):
        raise c.Failed(f"{text} is too far away for a launch's start; check the year.", c.USAGE)
    return opens


def _people(given: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    from gonogo.rules.text import line

    team = []
    for one in given:
        name, _, seats = one.partition(":")
        wanted = [seat.strip() for seat in seats.split(",") if seat.strip()]
        if unknown := [seat for seat in wanted if seat not in SEATS]:
            raise c.Failed(f"There is no seat “{unknown[0]}”; the seats are {', '.join(SEATS)}.", c.USAGE)
        team.append((line(name, 40), wanted))
    return team


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


def _found(config: Path, state: Path, text: str, starter: object, opens: datetime, actor: str) -> None:
    from gonogo.control.clock import SystemClock
    from gonogo.control.room import ControlRoom
    from gonogo.formats.config import parse_config
    from gonogo.formats.plans import bundled
    from gonogo.formats.starter import Starter
    from gonogo.rules.launch import BeginLaunch, FoundLaunch
    from gonogo.store.store import Store

    assert isinstance(starter, Starter)
    parse_config(text, str(config))
    plan = bundled()
    store = Store(state, create=True)
    try:
        room = ControlRoom(store, SystemClock(), actor)
        room.dispatch(
            FoundLaunch(key=starter.key, name=starter.name, timezone=starter.timezone, opens=opens, plan=plan)
        )
        if opens <= datetime.now(UTC):
            room.dispatch(BeginLaunch())
    finally:
        store.close()
    try:
        config.write_text(text, encoding="utf-8")
    except OSError as error:
        raise c.Failed(f"{config} cannot be written: {error.strerror}.") from error
