"""Channels: by which ways people are told, who is reached by which, and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gonogo.rules.config_values import NAME, Argv, Doc, Words
from gonogo.rules.plan import Severity
from gonogo.rules.text import Line

Way = Literal["webhook", "slack", "ntfy", "command", "apprise"]
NO_APPRISE = "Apprise is not installed where the watch runs; `pip install gonogo[apprise]` brings it"
WAYS: tuple[Way, ...] = ("webhook", "slack", "ntfy", "command", "apprise")


class ChannelConfig(Doc):
    """`[[channel]]`: where alarms go; a URL of a webhook, of Slack, ntfy or Apprise, or a command."""

    name: Annotated[str, Field(pattern=NAME)]
    webhook: Words | None = None
    slack: Words | None = None
    """The URL of an incoming webhook, as Slack and Mattermost have them."""
    ntfy: Words | None = None
    """The URL of a topic: https://ntfy.sh/my-topic"""
    token: Words | None = None
    """What ntfy wants to know of the sender, best by reference: ${env:NTFY_TOKEN}"""
    apprise: Words | None = None
    """Any URL that Apprise knows; wants `pip install gonogo[apprise]`."""
    command: Argv | None = None
    people: tuple[Line, ...] = ()
    """Who is reached by it; without any, everybody is, and it is told of everything."""
    when: tuple[Severity, ...] = ()
    """Of which severities it is told; without any, of all."""
    drills: bool = False
    """Whether it is told of drills too."""

    alarms: bool = True
    """Whether alarms go there; without them, only what a person sends."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        ways = ", ".join(f"`{way}`" for way in WAYS[:-1])
        if sum(getattr(self, way) is not None for way in WAYS) != 1:
            raise ValueError(f"a channel has one of {ways} and `{WAYS[-1]}`")
        if self.token is not None and self.ntfy is None:
            raise ValueError("a `token` belongs to `ntfy`; write the secret of a webhook into its URL, by reference")
        return self

    @property
    def way(self) -> Way:
        """By which way it goes."""
        return next(way for way in WAYS if getattr(self, way) is not None)

    def hears(self, severity: Severity, *, drill: bool) -> bool:
        """Whether it is told of an incident of this severity."""
        return self.alarms and (self.drills or not drill) and (not self.when or severity in self.when)


def chain(people: Sequence[str], channels: Sequence[ChannelConfig]) -> tuple[str, ...]:
    """Return who can be told one after the other: those of the config, in its order, whom a channel names."""
    named = {name for channel in channels if channel.alarms for name in channel.people}
    return tuple(name for name in people if name in named)


def reached(
    channels: Sequence[ChannelConfig], severity: Severity, who: Sequence[str], *, drill: bool
) -> list[tuple[ChannelConfig, tuple[str, ...]]]:
    """Return the channels that are told, each with those of `who` that it reaches."""
    found = []
    for channel in channels:
        names = tuple(name for name in who if name in channel.people)
        if channel.hears(severity, drill=drill) and (names or not channel.people):
            found.append((channel, names))
    return found
