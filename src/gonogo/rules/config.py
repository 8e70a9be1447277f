"""Config: how a launch is observed and acted on. The models of `gonogo.toml`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gonogo.rules import condition
from gonogo.rules.duration import PositiveDuration
from gonogo.rules.health import MofN, Threshold
from gonogo.rules.text import Line

NAME = r"^[a-z0-9][a-z0-9._-]{0,39}$"
READY_FACTS = ("age", "size")
PROBE_FACTS = ("status", "latency", "body", "headers", "ip", "connected", "cert", "url", "failure")


class _Doc(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"“{value[:40]}” is no time zone; write an IANA name such as Europe/Lisbon") from None
    return value


def check_url(value: str) -> str:
    """Accept an absolute http or https URL; ValueError says what is wrong."""
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise ValueError("a URL has no spaces or control characters in it")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError("this is not a URL; write one such as https://shop.example") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("this is not a URL; write one such as https://shop.example")
    if parts.username or parts.password:
        raise ValueError("no user or password in a URL; write headers with a reference such as ${env:TOKEN}")
    return value


def _url_or_path(value: str) -> str:
    if value.startswith("/") and not value.startswith("//") and not re.search(r"[\s\x00-\x1f\x7f]", value):
        return value
    return check_url(value)


Url = Annotated[str, AfterValidator(check_url)]
UrlOrPath = Annotated[str, AfterValidator(_url_or_path)]


def _argv(value: Any) -> Any:
    if isinstance(value, str):
        words = ", ".join(f'"{word}"' for word in value.split())
        raise ValueError(f"a command is a list of words, not a line for a shell; write [{words}]")
    return value


Argv = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_argv), Field(min_length=1)]


class LaunchConfig(_Doc):
    """`[launch]`: which launch this is."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    name: Line
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"


class BuildConfig(_Doc):
    """Where an environment's build id is read."""

    path: UrlOrPath
    pick: str


class Environment(_Doc):
    """Where the product runs in a phase."""

    url: Url
    build: BuildConfig | None = None


class ProbePhase(_Doc):
    """What a phase changes of a probe."""

    every: PositiveDuration | None = None
    timeout: PositiveDuration | None = None
    expect: tuple[str, ...] | None = None


class ProbeConfig(_Doc):
    """`[[probe]]`: what is asked, how often, and what is expected."""

    name: Annotated[str, Field(pattern=NAME)]
    was: str | None = None
    url: UrlOrPath
    environment: str = "production"
    method: Literal["GET", "HEAD", "POST"] = "GET"
    headers: dict[str, str] = {}
    every: PositiveDuration = 30.0
    timeout: PositiveDuration = 5.0
    expect: tuple[str, ...] = ("status < 400",)
    down_after: Threshold = MofN(2, 3)
    up_after: Threshold = MofN(2, 2)
    critical: bool = False
    redirects: bool = False
    body_limit: int = Field(65_536, ge=1024, le=4 << 20)
    during: tuple[str, ...] = ()
    phases: dict[str, ProbePhase] = {}

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for words in (self.expect, *(phase.expect or () for phase in self.phases.values())):
            for text in words:
                found = condition.parse(text)
                if (root := found.reading.split(".")[0].split("[")[0]) not in PROBE_FACTS:
                    raise condition.ConditionError(
                        text,
                        text.index(root),
                        f"there is no fact “{root}” here; there are {', '.join(PROBE_FACTS)}",
                    )
        for every, timeout in ((self.every, self.timeout), *map(self._pace, self.phases.values())):
            if every < 1:
                raise ValueError("`every` is at least 1s; asking more often is a load test")
            if timeout > every:
                raise ValueError("`timeout` is not longer than `every`; a check ends before the next one begins")
        return self

    def _pace(self, change: ProbePhase) -> tuple[float, float]:
        return change.every or self.every, change.timeout or self.timeout

    def during_phase(self, phase: str | None) -> bool:
        """Whether it is asked in a phase."""
        return not self.during or phase in self.during

    def at(self, phase: str | None) -> ProbeConfig:
        """Return this probe as a phase changes it."""
        change = self.phases.get(phase or "")
        update = change.model_dump(exclude_none=True) if change else {}
        return self.model_copy(update=update)


class ReadinessConfig(_Doc):
    """`[readiness.NAME]`: where the watch sees that something is ready."""

    path: str
    expect: tuple[str, ...] = ("age < 24h",)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for text in self.expect:
            found = condition.parse(text, READY_FACTS.__contains__)
            if condition.number(found.right.value) is None:
                raise ValueError(f"“{text}” compares a file's age or size; a number with its unit is wanted")
        return self


class RollbackConfig(_Doc):
    """`[rollback]`: the command that brings the last good version back."""

    command: Argv
    timeout: PositiveDuration = 180.0
    confirm_probe: str | None = None


class WatchConfig(_Doc):
    """`[watch]`: how the watch itself behaves."""

    host: str | None = None
    concurrency: int = Field(20, ge=1, le=500)
    per_host: int = Field(4, ge=1, le=100)


class ChannelConfig(_Doc):
    """`[[channel]]`: where alarms go; a webhook URL or a command."""

    name: Annotated[str, Field(pattern=NAME)]
    webhook: str | None = None
    command: Argv | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.webhook is None) == (self.command is None):
            raise ValueError("a channel has either a `webhook` or a `command`")
        return self


class Person(_Doc):
    """`[[person]]`: somebody, their seats and the login names they are known by."""

    name: Line
    seats: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()


class RoomConfig(_Doc):
    """`[room]`: small preferences of the screen."""

    currency: Line = ""
    open_with: Line = ""
    """The line that opens the room, told in every alarm: `ssh ops@host -t gonogo`."""


class Config(_Doc):
    """A whole `gonogo.toml`."""

    launch: LaunchConfig
    environment: dict[str, Environment] = {}
    probe: tuple[ProbeConfig, ...] = ()
    readiness: dict[str, ReadinessConfig] = {}
    rollback: RollbackConfig | None = None
    watch: WatchConfig = WatchConfig()
    channel: tuple[ChannelConfig, ...] = ()
    person: tuple[Person, ...] = ()
    room: RoomConfig = RoomConfig()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [probe.name for probe in self.probe]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two probes are named “{min(twice)}”; each needs a name of its own")
        for probe in self.probe:
            if probe.url.startswith("/") and probe.environment not in self.environment:
                raise ValueError(
                    f"the probe “{probe.name}” is in the environment “{probe.environment}”, which is not there;"
                    f" write [environment.{probe.environment}] with its url"
                )
        confirm = self.rollback.confirm_probe if self.rollback else None
        if confirm and confirm not in names:
            raise ValueError(f"rollback.confirm_probe names “{confirm}”, and there is no such probe")
        return self

    def target(self, probe: ProbeConfig) -> str:
        """Return the full URL of a probe."""
        if probe.url.startswith("/"):
            return self.environment[probe.environment].url.rstrip("/") + probe.url
        return probe.url
