"""What faces show of a config: worked out when it is accepted, so that a board does not read the config again."""

from __future__ import annotations

import shlex

from pydantic import BaseModel, ConfigDict

from gonogo.rules import words
from gonogo.rules.channel import ChannelConfig, chain
from gonogo.rules.config import Config, ContactConfig


class Face(BaseModel):
    """The few things of a config that stand on the board."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    currency: str = ""
    commands: dict[str, str] = {}
    """What a runbook's command names stand for: `rollback` to its argv."""
    people: dict[str, tuple[str, ...]] = {}
    """The seats of each person."""
    during: dict[str, tuple[str, ...]] = {}
    """The phases in which a probe is asked, of those that are not asked in all."""
    contacts: tuple[ContactConfig, ...] = ()
    """Whom to call by hand when something breaks."""
    channels: tuple[ChannelConfig, ...] = ()
    """The ways to tell people, with their references."""
    open_with: str = ""
    place: str = ""
    """Where the product is, as customers are told it."""
    sources: dict[str, str] = {}
    """Where the watch sees to a readiness target, by its key, and what it wants there."""
    quiet: tuple[str, ...] = ()
    """By which signs the room does not call: `title`, `bell`, `notification`."""

    @property
    def chain(self) -> tuple[str, ...]:
        """Who can be told one after the other."""
        return chain(list(self.people), self.channels)


def face_of(config: Config) -> Face:
    """Return what faces show of a config."""
    commands = {name: shlex.join(act.command) for name, act in config.acts().items()}
    people = {one.name: one.seats for one in config.person}
    room, during = config.room, {one.name: one.during for one in config.probe if one.during}
    quiet = tuple(sign for sign in ("title", "bell", "notification") if not getattr(room, sign))
    place = config.environment.get("production") or next(iter(config.environment.values()), None)
    sources = {
        name: f"{one.place}, every {words.span(one.pace)}; wanted: {' and '.join(one.wants)}"
        for name, one in config.readiness.items()
    }
    return Face(
        currency=room.currency, commands=commands, people=people, during=during, contacts=config.contact,
        channels=config.channel, open_with=room.open_with, quiet=quiet, place=place.url if place else "",
        sources=sources,
    )  # fmt: skip
