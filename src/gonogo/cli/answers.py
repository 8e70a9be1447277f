"""What `gonogo init` asks: each answer is read at once, and one that cannot be read is asked for again."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import click

from gonogo.cli import context as c

OPENS_AT = time(9, 0)
SEATS = ("product", "tech", "data", "support", "comms")
T = TypeVar("T")
Person = tuple[str, list[str]]
"""A name and its seats."""


class Asker:
    """Asks what cannot be known; without a terminal it takes what is likely."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal

    def ask(self, question: str, default: str, read: Callable[[str], T], flag: str = "", given: str | None = None) -> T:
        """Return what was given as a flag, else what is answered; a mistake costs that one answer alone."""
        if given is not None:
            try:
                return read(given)
            except c.Failed as mistake:
                raise c.Failed(f"{flag}: {mistake.message}", c.USAGE) from mistake
        if not self.terminal:
            return read(default)
        while True:
            answer = click.prompt(question, default=default, show_default=bool(default), prompt_suffix=" ", err=True)
            try:
                return read(str(answer).strip())
            except c.Failed as mistake:
                mistake.show()

    def team(self, given: tuple[str, ...]) -> list[Person]:
        """Return the people, asked for until there is no other."""
        if given or not self.terminal:
            return [self.ask("", "", person, "--person", one) for one in given]
        found: list[Person] = []
        question = f"Who is in the team, as NAME:seat,seat? Seats are {', '.join(SEATS)} (enter ends)"
        while (one := self.ask(question, "", lambda text: person(text) if text else None)) is not None:
            found.append(one)
        return found


def site(text: str) -> str:
    """Read where the site is."""
    from gonogo.rules.config_values import check_url

    try:
        return check_url(text).rstrip("/")
    except ValueError as error:
        raise c.Failed(f"{error}.", c.USAGE) from error


def words(text: str) -> str:
    """Read one clean line."""
    from gonogo.rules.text import line

    return line(text)


def local_zone() -> str:
    """Return this machine's time zone, as far as it says so."""
    try:
        name = os.environ.get("TZ") or str(Path("/etc/localtime").resolve()).split("zoneinfo/")[-1]
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return name


def zone(name: str) -> str:
    """Read a time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise c.Failed(f"“{name}” is no time zone; write an IANA name such as Europe/Lisbon.", c.USAGE) from error
    return name


def opens(text: str, zone: str) -> datetime:
    """Read the start: today opens now, another day at nine in the launch's time zone."""
    now = datetime.now(UTC)
    if text.strip().lower() in ("today", "now", ""):
        return now
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise c.Failed(f"“{text}” is no date; write it as 2026-12-01, or today.", c.USAGE) from error
    at = datetime.combine(day, OPENS_AT, ZoneInfo(zone)).astimezone(UTC)
    if now - at > timedelta(days=366) or at - now > timedelta(days=3 * 366):
        raise c.Failed(f"{text} is too far away for a launch's start; check the year.", c.USAGE)
    return at


def person(text: str) -> Person:
    """Read somebody and their seats: ann:product,tech."""
    from gonogo.rules.text import line

    name, _, seats = text.partition(":")
    wanted = [seat.strip().lower() for seat in seats.split(",") if seat.strip()]
    if unknown := [seat for seat in wanted if seat not in SEATS]:
        raise c.Failed(f"There is no seat “{unknown[0]}”; the seats are {', '.join(SEATS)}.", c.USAGE)
    if not line(name):
        raise c.Failed(f"“{text}” names nobody; write ann:product,tech.", c.USAGE)
    return line(name, 40), wanted


def orders(text: str) -> str:
    """Read whether the shop logs its orders."""
    if text.lower() not in ("feed", "hand"):
        raise c.Failed(f"“{text}” is neither feed nor hand; write one of them.", c.USAGE)
    return text.lower()


def alarm(text: str) -> str:
    """Read a webhook: a reference, or its URL."""
    from gonogo.rules.config_values import check_url

    if not text or re.search(r"\$\{(env|file):[^}]+\}", text):
        return text
    if "${" in text:
        raise c.Failed("A reference is written ${env:TEAM_WEBHOOK} or ${file:/run/secrets/webhook}.", c.USAGE)
    try:
        return check_url(text)
    except ValueError as error:
        raise c.Failed(f"{error}, or a reference such as ${{env:TEAM_WEBHOOK}}.", c.USAGE) from error
