"""`[readiness.NAME]` in `gonogo.toml`: where the watch sees for itself that something is ready."""

from __future__ import annotations

import difflib
import shlex
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from gonogo.rules import condition
from gonogo.rules.condition import ConditionError
from gonogo.rules.config_values import (
    Argv,
    Doc,
    Flag,
    Headers,
    Proof,
    UrlOrPath,
    Variables,
    check_host,
    check_pace,
    check_resolver,
)
from gonogo.rules.duration import PositiveDuration
from gonogo.rules.placed import placed
from gonogo.rules.probe_config import CommandProbe, DnsProbe, HttpProbe

READY_FACTS: dict[str, tuple[str, ...]] = {
    "path": ("age", "size"),
    "command": ("exit", "output", "age", "version", "latency"),
    "url": ("status", "headers", "body", "age", "version", "latency", "cert"),
    "dns": ("ttl", "answers", "rcode"),
}
"""What each kind sees; `age` is that of a file, or of the date that an answer holds."""
_USUAL: dict[str, tuple[str, ...]] = {
    "path": ("age < 24h", "size > 0"), "command": ("exit == 0",), "url": ("status < 400",), "dns": ("ttl <= 5m",),
}  # fmt: skip
_EVERY = {"path": 60.0}
_BELONGS = {
    "header": ("url",), "pick": ("url", "command"), "headers": ("url",), "bearer": ("url",), "ca": ("url",),
    "insecure": ("url",), "environment": ("url",), "env": ("command",), "folder": ("command",), "record": ("dns",),
    "resolver": ("dns",),
}  # fmt: skip
_SHOWN = 60


def _known(kind: str, name: str) -> bool:
    root = name.split(".")[0].split("[")[0]
    return root in READY_FACTS[kind]


class ReadinessConfig(Doc):
    """A source of readiness: what is looked at, how often, and what has to hold of it."""

    path: Annotated[str, Field(min_length=1)] | None = None
    """Files: the newest of those that the pattern matches counts."""
    command: Argv | None = None
    url: UrlOrPath | None = None
    dns: Annotated[str, AfterValidator(check_host)] | None = None
    expect: tuple[str, ...] = ()
    header: Annotated[str, Field(min_length=1)] | None = None
    """The header of an answer that holds the date of what is asked for, such as Last-Modified."""
    pick: Annotated[str, Field(min_length=1)] | None = None
    """JMESPath to the date or the version in a JSON answer."""
    every: PositiveDuration = 300.0
    timeout: PositiveDuration = 10.0
    environment: str = "production"
    headers: Headers = {}
    bearer: Proof | None = None
    ca: str | None = None
    insecure: Flag = False
    env: Variables = {}
    folder: str | None = None
    record: Literal["A", "AAAA", "CNAME", "MX", "NS", "TXT"] = "A"
    resolver: Annotated[str, AfterValidator(check_resolver)] | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        named = [kind for kind in READY_FACTS if getattr(self, kind) is not None]
        if len(named) != 1:
            here = f"; here are {' and '.join(named)}" if named else ""
            raise ValueError(f"readiness is seen in one place: write one of {', '.join(READY_FACTS)}{here}")
        for name, owners in _BELONGS.items():
            if name in self.model_fields_set and self.kind not in owners:
                raise ValueError(f"`{name}` belongs to `{' or '.join(owners)}`, and there is none here")
        for place, text in enumerate(self.expect):
            with placed("expect", place):
                self._check(text)
        with placed("every"):
            check_pace(self.pace)
        if self.header is not None and self.pick is not None and self.is_dated:
            raise ValueError("there are `header` and `pick`; one place in which the date stands is enough")
        return self

    def _check(self, text: str) -> None:
        """Refuse a condition on what cannot be seen here; ConditionError with a caret under it."""
        found = condition.parse(text, lambda name: _known(self.kind, name))
        name = found.reading
        if name in ("age", "size", "ttl", "exit", "status") and condition.number(found.right.value) is None:
            raise ConditionError(text, text.find(found.right.text), f"“{name}” is a number; write one with its unit")

    @property
    def kind(self) -> str:
        """Where it is seen: `path`, `command`, `url` or `dns`."""
        return next(kind for kind in READY_FACTS if getattr(self, kind) is not None)

    @property
    def pace(self) -> float:
        """How often it is looked at, in seconds: files each minute, where nothing is said."""
        return self.every if "every" in self.model_fields_set else _EVERY.get(self.kind, self.every)

    @property
    def wants(self) -> tuple[str, ...]:
        """What has to hold; without a word of the operator's, what its kind takes for granted."""
        if self.expect:
            return self.expect
        usual = _USUAL[self.kind]
        return (*usual, "age < 24h") if self.header else usual

    @property
    def is_dated(self) -> bool:
        """Whether an age is asked for, so that an answer has to hold a date."""
        return any(condition.parse(one).reading == "age" for one in self.wants)

    @property
    def place(self) -> str:
        """Where it is seen, without what may be secret."""
        if self.path is not None:
            return f"the newest of {self.path}"
        if self.command is not None:
            return f"the command {shlex.join(self.command)}"[: _SHOWN + 12]
        if self.dns is not None:
            return f"the {self.record} record of {self.dns}" + (f" at {self.resolver}" if self.resolver else "")
        where = urlsplit(self.url or "")
        return f"{where.netloc}{where.path}" + (f", its header {self.header}" if self.header else "")

    def asks(self, name: str) -> HttpProbe | CommandProbe | DnsProbe | None:
        """Return the probe that asks it: the same transport, deadline, caps and failures; nothing for files."""
        common: dict[str, Any] = {"name": name, "every": self.pace, "timeout": self.timeout, "expect": ()}
        if self.command is not None:
            return CommandProbe.model_construct(**common, command=self.command, folder=self.folder or ".", env=self.env)
        if self.dns is not None:
            return DnsProbe.model_construct(**common, dns=self.dns, record=self.record, resolver=self.resolver)
        if self.url is not None:
            return HttpProbe.model_construct(
                **common, url=self.url, environment=self.environment, headers=self.headers, bearer=self.bearer,
                ca=self.ca, insecure=self.insecure,
            )  # fmt: skip
        return None


def meant(name: str, names: tuple[str, ...]) -> str:
    """Say which readiness target may have been meant by a name that the plan does not have."""
    near = difflib.get_close_matches(name, names, 1)
    known = f"the plan has {', '.join(names) or 'none'}"
    there = f"did you mean “{near[0]}”?" if near else known
    return f"there is no readiness target “{name}” to be seen to; {there}"
