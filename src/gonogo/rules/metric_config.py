"""`[[metric]]` in `gonogo.toml`: a reading that is asked of a page, a command or a Prometheus server."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from gonogo.rules import catalogue
from gonogo.rules.config_values import Argv, Doc, Flag, Headers, Proof, UrlOrPath, check_pace, check_url
from gonogo.rules.duration import PositiveDuration
from gonogo.rules.probe_config import CommandProbe, HttpProbe, PromqlProbe

Kind = Literal["counter", "count", "gauge", "rating", "text"]
Unit = Literal["", "%", "share", "ms", "s"]
LONGEST = 40
NEAR = 0.9
"""A name so close to one of ours is a slip: it would found a reading of its own, and the gate would never see it."""
FACTORS: dict[Unit, float] = {"": 1.0, "%": 0.01, "share": 1.0, "ms": 0.001, "s": 1.0}
"""How much of our own unit (a share of 1, a second) one of the source's is."""
SCALES: dict[Unit, str] = {"": "", "%": "share", "share": "share", "ms": "time", "s": "time"}
"""Which units a condition may write."""
ADDABLE = ("orders.successful", "orders.failed", "feedback.count")
"""Readings that may be counted in two places."""
_NAME = r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"
_KINDS: dict[catalogue.Nature, tuple[Kind, ...]] = {
    "count": ("counter", "count"), "open_count": ("counter", "count", "gauge"), "rate": ("counter", "count"),
    "tally": ("counter", "count"), "growth": ("counter", "count"), "rating": ("rating",), "share": ("gauge",),
    "gauge": ("gauge",), "progress": (),
}  # fmt: skip
"""Which kinds of metric a reading of ours can be made of: rates and growth are reckoned here, from a count."""
_BELONGS = {
    "headers": "url", "bearer": "url", "ca": "url", "insecure": "url", "environment": "url", "query": "url",
    "folder": "command",
}  # fmt: skip


def _name(value: str) -> str:
    if value not in catalogue.READINGS and catalogue.is_known(value):
        raise ValueError(f"“{value}” is what probes call a fact of theirs; write a name of its own: shop.{value}")
    near = () if value in catalogue.READINGS else get_close_matches(value, sorted(catalogue.READINGS), 1, NEAR)
    if near:
        raise ValueError(
            f"“{value}” is nearly “{near[0]}”; write that, or a name that nobody takes for it: shop.{value}"
        )
    return value


class MetricConfig(Doc):
    """A number from outside: what is asked, where in the answer it stands, and what it means."""

    name: Annotated[str, Field(pattern=_NAME, max_length=LONGEST), AfterValidator(_name)]
    was: str | None = None
    kind: Kind
    """`counter` only grows, and begins at 0 again when its program does; `count` is a number that may be corrected;
    `gauge` is how it stands now; `rating` is a mean of 1 to 5."""
    url: UrlOrPath | None = None
    command: Argv | None = None
    query: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    """PromQL; `url` is the Prometheus server."""
    pick: str | None = None
    """JMESPath to the number in a JSON answer; without it the whole answer is the number."""
    samples: str | None = None
    """JMESPath to how many ratings there are."""
    unit: Unit = ""
    adds: Flag = False
    """Whether what is logged counts beside it."""
    every: PositiveDuration = 60.0
    timeout: PositiveDuration = 5.0
    environment: str = "production"
    headers: Headers = {}
    bearer: Proof | None = None
    ca: str | None = None
    insecure: Flag = False
    folder: str | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        self._check_asking()
        self._check_meaning()
        check_pace(self.every)
        if self.timeout > self.every:
            raise ValueError("`timeout` is not longer than `every`; one question ends before the next one begins")
        return self

    def _check_asking(self) -> None:
        if (self.url is None) == (self.command is None):
            raise ValueError(
                "a metric asks one thing: write `url`, `command`, or `query` with the `url` of a Prometheus"
            )
        for name, owner in _BELONGS.items():
            if name in self.model_fields_set and getattr(self, owner) is None:
                raise ValueError(f"`{name}` belongs to `{owner}`, and there is none here")
        if self.query is not None:
            check_url(self.url or "")
            if self.pick is not None or self.insecure:
                raise ValueError("a `query` gives one number; leave out `pick` and `insecure`")
        if self.samples is not None and (self.kind != "rating" or self.query is not None):
            raise ValueError("`samples` says how many ratings there are; only a rating picked out of JSON has it")
        if self.bearer is not None and any(name.lower() == "authorization" for name in self.headers):
            raise ValueError("there are bearer and headers.Authorization; one way to say who asks is enough")

    def _check_meaning(self) -> None:
        if self.kind == "text":
            raise ValueError("a gate compares numbers, so that a text can be no reading; watch it with a [[probe]]")
        nature = catalogue.NATURES.get(self.name)
        if nature is not None:
            self._check_ours(nature)
        elif self.unit and self.kind != "gauge":
            raise ValueError(f"a {self.kind} has no unit; only a gauge has")
        if self.adds and (self.name not in ADDABLE or self.kind not in ("counter", "count")):
            raise ValueError(f"`adds` counts the log beside a counter or a count of {', '.join(ADDABLE)}")

    def _check_ours(self, nature: catalogue.Nature) -> None:
        """Refuse what would give a reading of ours another meaning than criteria take it to have."""
        fitting = _KINDS[nature]
        if not fitting:
            raise ValueError(f"“{self.name}” is what the checklist says; no other source can know it")
        if self.kind not in fitting:
            raise ValueError(f"“{self.name}” is made of a {' or a '.join(fitting)}, not of a {self.kind}")
        scale = catalogue.scale_of(self.name) if self.kind == "gauge" else ""
        units = [unit for unit in FACTORS if unit and SCALES[unit] == scale] if scale else [""]
        if self.unit not in units:
            wanted = " or ".join(f'unit = "{unit}"' for unit in units) if scale else "no unit"
            raise ValueError(f"“{self.name}” wants {wanted} here, so that nobody takes one for the other")

    @property
    def scale(self) -> str:
        """Which units a condition on it may write."""
        return SCALES[self.unit]

    def asks(self) -> HttpProbe | CommandProbe | PromqlProbe:
        """Return the probe that asks it: the same transport, deadline, caps and failures."""
        common: dict[str, Any] = {name: getattr(self, name) for name in ("name", "every", "timeout", "environment")}
        proof: dict[str, Any] = {"headers": self.headers, "bearer": self.bearer, "ca": self.ca}
        where = self.url or ""
        if self.command is not None:
            return CommandProbe.model_construct(**common, command=self.command, folder=self.folder)
        if self.query is not None:
            return PromqlProbe.model_construct(
                **common, **proof, promql=self.query, server=where, expect=("series == 1",)
            )
        return HttpProbe.model_construct(**common, **proof, url=where, insecure=self.insecure, expect=("status < 300",))
