"""Config: how a launch is observed and acted on. The models of `gonogo.toml`."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from gonogo.rules.act_config import CommandConfig, HotfixConfig, RollbackConfig
from gonogo.rules.channel import ChannelConfig
from gonogo.rules.config_values import (
    Doc,
    Place,
    Url,
    UrlOrPath,
    Whole,
    Words,
    check_pace,
)
from gonogo.rules.duration import PositiveDuration
from gonogo.rules.health import Threshold
from gonogo.rules.metric_config import MetricConfig
from gonogo.rules.placed import PlacedError, placed
from gonogo.rules.probe_config import (
    CommandProbe,
    DnsProbe,
    HeartbeatProbe,
    HttpProbe,
    ProbeBase,
    ProbeConfig,
    PromqlProbe,
    TcpProbe,
    TlsProbe,
)
from gonogo.rules.ready_config import ReadinessConfig
from gonogo.rules.text import KEY, Line


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"“{value[:40]}” is no time zone; write an IANA name such as Europe/Lisbon") from None
    return value


class LaunchConfig(Doc):
    """`[launch]`: which launch this is."""

    id: Annotated[str, Field(pattern=KEY)]
    name: Line
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"


class BuildConfig(Doc):
    """Where an environment's build id is read."""

    path: UrlOrPath
    pick: str


class Environment(Doc):
    """Where the product runs in a phase."""

    url: Url
    build: BuildConfig | None = None
    every: PositiveDuration | None = None
    timeout: PositiveDuration | None = None
    down_after: Threshold | None = None
    up_after: Threshold | None = None
    """How its probes are asked, where they do not say so themselves."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.every is not None:
            with placed("every"):
                check_pace(self.every)
        return self


class WatchConfig(Doc):
    """`[watch]`: how the watch itself behaves."""

    host: str | None = None
    concurrency: Whole = Field(20, ge=1, le=500)
    per_host: Whole = Field(4, ge=1, le=100)
    ping: Words | None = None
    """A URL elsewhere that is called each minute while the watch is healthy; it calls somebody when that ends."""
    canaries: tuple[Place, ...] = ()
    """Places elsewhere, `host:port`, that are there when this machine is online; they tell our outage from theirs."""


class OrdersConfig(Doc):
    """`[orders]`: when the orders that are logged suspect an incident."""

    failed: Whole = Field(3, ge=0, le=1_000_000)
    """How many that fail within the time are too many; 0 suspects nothing."""
    within: PositiveDuration = 900.0
    silence: bool = True
    """Whether it is suspected when none comes for longer than the rates of these hours make likely."""


class Person(Doc):
    """`[[person]]`: somebody, their seats and the login names they are known by."""

    name: Line
    seats: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()


class ContactConfig(Doc):
    """`[[contact]]`: somebody to call when something breaks, and when they were last reached there."""

    name: Line
    role: Line = ""
    phone: Line = ""
    mail: Line = ""
    verified: date | None = None
    public: bool = False
    """Whether customers are given it, as `$contact` in a template."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not (self.phone or self.mail):
            raise ValueError(f"the contact “{self.name}” has neither a `phone` nor a `mail`")
        return self


class RoomConfig(Doc):
    """`[room]`: small preferences of the screen."""

    currency: Line = ""
    open_with: Line = ""
    """The line that opens the room, told in every alarm: `ssh ops@host -t gonogo`."""
    update_every: PositiveDuration = 1800.0
    """How long customers wait for the next word, unless a message says otherwise."""
    title: bool = True
    """Whether the terminal's title says what is broken, with the clock."""
    bell: bool = True
    """Whether the terminal rings when an incident opens and when something comes due."""
    notification: bool = True
    """Whether the terminal is asked for a notification on the desktop (OSC 9), which not every one shows."""


class Config(Doc):
    """A whole `gonogo.toml`."""

    launch: LaunchConfig
    environment: dict[str, Environment] = {}
    probe: tuple[ProbeConfig, ...] = ()
    metric: tuple[MetricConfig, ...] = ()
    readiness: dict[str, ReadinessConfig] = {}
    rollback: RollbackConfig | None = None
    hotfix: HotfixConfig | None = None
    command: dict[Annotated[str, Field(pattern=KEY)], CommandConfig] = {}
    watch: WatchConfig = WatchConfig()
    orders: OrdersConfig = OrdersConfig()
    channel: tuple[ChannelConfig, ...] = ()
    person: tuple[Person, ...] = ()
    contact: tuple[ContactConfig, ...] = ()
    room: RoomConfig = RoomConfig()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for key, named in (("probe", self.probe), ("metric", self.metric)):
            _check_names(key, named)
        for place, metric in enumerate(self.metric):
            if (metric.url or "").startswith("/") and metric.environment not in self.environment:
                raise PlacedError(
                    ("metric", place, "environment" if "environment" in metric.model_fields_set else "url"),
                    f"the metric “{metric.name}” is in the environment “{metric.environment}”, which is not there;"
                    f" write [environment.{metric.environment}] with its url",
                )
        for place, probe in enumerate(self.probe):
            if isinstance(probe, HttpProbe) and probe.url.startswith("/") and probe.environment not in self.environment:
                raise PlacedError(
                    ("probe", place, "environment" if "environment" in probe.model_fields_set else "url"),
                    f"the probe “{probe.name}” is in the environment “{probe.environment}”, which is not there;"
                    f" write [environment.{probe.environment}] with its url",
                )
            self._check_parents(place, probe)
            if isinstance(probe, HttpProbe) and probe.url.startswith("/"):
                with placed("probe", place):
                    probe.check_scheme(self.target(probe))
            for phase in (None, *probe.phases):
                self._check_pace(place, self.at(probe, phase), probe.at(phase))
        self._check_channels()
        confirm = self.rollback.confirm_probe if self.rollback else None
        if confirm and confirm not in {probe.name for probe in self.probe}:
            loc = ("rollback", "confirm_probe")
            raise PlacedError(loc, f"rollback.confirm_probe names “{confirm}”, and there is no such probe")
        for name in self.command:
            if name in ("rollback", "hotfix"):
                raise PlacedError(("command", name), f"write [{name}] for it; [command.{name}] would be a second one")
        return self

    def act(self, name: str) -> CommandConfig | None:
        """Return the command of a name as a runbook's step has it; nothing when none is set up."""
        return {"rollback": self.rollback, "hotfix": self.hotfix}.get(name) or self.command.get(name)

    def acts(self) -> dict[str, CommandConfig]:
        """Return the commands that are set up, by name."""
        found = {"rollback": self.rollback, "hotfix": self.hotfix, **self.command}
        return {name: one for name, one in found.items() if one is not None}

    def _check_channels(self) -> None:
        """Refuse two channels of one name, and one that reaches somebody who is not there."""
        people, seen = {one.name for one in self.person}, set[str]()
        for place, channel in enumerate(self.channel):
            if channel.name in seen:
                words = f"two channels are named “{channel.name}”; each needs a name of its own"
                raise PlacedError(("channel", place, "name"), words)
            seen.add(channel.name)
            for name in channel.people:
                if name not in people:
                    near = difflib.get_close_matches(name, people, 1)
                    hint = f"; did you mean “{near[0]}”?" if near else f"; write [[person]] with name = {name!r}"
                    words = f"the channel “{channel.name}” reaches “{name}”, and there is no such person{hint}"
                    raise PlacedError(("channel", place, "people"), words)

    def _check_pace(self, place: int, asked: ProbeBase, alone: ProbeBase) -> None:
        """Refuse a probe that would overlap itself, as its environment and a phase have it."""
        if asked.timeout <= asked.every:
            return
        words = "`timeout` is not longer than `every`; a check ends before the next one begins"
        if (asked.timeout, asked.every) != (alone.timeout, alone.every):
            words = (
                f"the probe “{asked.name}” would wait longer ({asked.timeout:g} s) than its turn"
                f" comes again ({asked.every:g} s) as [environment.{asked.environment}] has it"
            )
        raise PlacedError(("probe", place), words)

    def _check_parents(self, place: int, probe: ProbeBase) -> None:
        known = {one.name: one for one in self.probe}
        loc = ("probe", place, "depends_on")
        seen, waiting = set[str](), list(probe.depends_on)
        while waiting:
            name = waiting.pop()
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean “{near[0]}”?" if near else ""
                raise PlacedError(
                    loc, f"the probe “{probe.name}” depends on “{name}”, and there is no such probe{hint}"
                )
            if name == probe.name:
                over = f", over {min(seen)}" if seen else ""
                raise PlacedError(loc, f"the probe “{probe.name}” depends on itself{over}")
            if name not in seen:
                seen.add(name)
                waiting += known[name].depends_on

    def units(self) -> dict[str, str]:
        """Return which units a criterion may write of each metric's reading."""
        return {one.name: one.scale for one in self.metric}

    def at(self, probe: ProbeConfig, phase: str | None) -> ProbeConfig:
        """Return a probe as its environment and a phase have it; the nearer setting wins.

        A timeout that was written further away than the pace, or nowhere, is cut to the pace.
        """
        place = self.environment.get(probe.environment)
        spoken = probe.model_fields_set
        given = {name: getattr(place, name) for name in _PACE} if place else {}
        update = {name: value for name, value in given.items() if value is not None and name not in spoken}
        found = probe.model_copy(update=update).at(phase)
        if found.timeout > found.every and self._near(probe, phase, "every") > self._near(probe, phase, "timeout"):
            return found.model_copy(update={"timeout": found.every})
        return found

    def _near(self, probe: ProbeBase, phase: str | None, name: str) -> int:
        """Say how near to a probe a setting was written: 3 in its phase, 2 in itself, 1 in its environment, or not."""
        spoken = (self.environment.get(probe.environment), probe, probe.phases.get(phase or ""))
        return max((near for near, one in enumerate(spoken, 1) if one and name in one.model_fields_set), default=0)

    def target(self, probe: ProbeBase) -> str:
        """Say what a probe asks; for HTTP its full URL."""
        match probe:
            case HttpProbe(url=url) if url.startswith("/"):
                return self.environment[probe.environment].url.rstrip("/") + url
            case HttpProbe(url=url):
                return url
            case TcpProbe(tcp=place):
                return f"tcp://{place}"
            case TlsProbe(tls=place):
                return f"tls://{place}"
            case DnsProbe():
                return f"{probe.record} {probe.dns}" + (f" at {probe.resolver}" if probe.resolver else "")
            case CommandProbe(command=argv):
                return shlex.join(argv)
            case HeartbeatProbe():
                return f"the file {probe.file}" if probe.file else f"gonogo log heartbeat {probe.name}"
            case PromqlProbe():
                return f"{probe.promql} at {probe.server}"
            case _:
                raise TypeError(probe)


_PACE = ("every", "timeout", "down_after", "up_after")


def _check_names(key: str, named: Sequence[ProbeBase | MetricConfig]) -> None:
    """Refuse two of one name, and a rename that nobody can follow."""
    names, before = {one.name for one in named}, dict[str, str]()
    seen = set[str]()
    for place, one in enumerate(named):
        if one.name in seen:
            words = f"two {key}s are named “{one.name}”; each needs a name of its own"
            raise PlacedError((key, place, "name"), words)
        seen.add(one.name)
        if one.was is None or one.was == one.name:
            continue
        if one.was in names:
            words = f"the {key} “{one.name}” was “{one.was}”, and there still is a {key} of that name"
            raise PlacedError((key, place, "was"), words)
        if (other := before.setdefault(one.was, one.name)) != one.name:
            words = f"“{other}” and “{one.name}” cannot both have been “{one.was}”"
            raise PlacedError((key, place, "was"), words)
