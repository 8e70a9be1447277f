"""What faces show of a config: worked out when it is accepted, so that a board does not read the config again."""

from __future__ import annotations

import shlex

from pydantic import BaseModel, ConfigDict

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


def face_of(config: Config) -> Face:
    """Return what faces show of a config."""
    commands = {name: shlex.join(act.command) for name, act in config.acts().items()}
    people = {one.name: one.seats for one in config.person}
    during = {one.name: one.during for one in config.probe if one.during}
    return Face(currency=config.room.currency, commands=commands, people=people, during=during, contacts=config.contact)
