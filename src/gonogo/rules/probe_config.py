"""`[[probe]]` in `gonogo.toml`: one model for each kind; the key that names what is asked tells the kind."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from gonogo.rules import catalogue, expectation, grammar
from gonogo.rules.config_values import (
    NAME,
    Argv,
    BasicAuth,
    Doc,
    Flag,
    Headers,
    Place,
    Proof,
    Url,
    UrlOrPath,
    Variables,
    Whole,
    Words,
    check_host,
    check_pace,
    check_resolver,
)
from gonogo.rules.duration import PositiveDuration
from gonogo.rules.health import MofN, Threshold
from gonogo.rules.placed import PlacedError, placed
from gonogo.rules.probe import TIMED
from gonogo.rules.reference import has_reference


def _shape(value: Any) -> Any:
    expectation.shape(value)
    return value


_Conditions = tuple[str | dict[Literal["any"], tuple[str, ...]], ...]
Expect = Annotated[_Conditions, BeforeValidator(_shape)]
"""A list of conditions, which means all, and of `{ any = [...] }`, of which one is enough."""


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class ProbePhase(Doc):
    """What a phase changes of a probe."""

    every: PositiveDuration | None = None
    timeout: PositiveDuration | None = None
    expect: Expect | None = None
    down_after: Threshold | None = None
    up_after: Threshold | None = None
    critical: Flag | None = None


class ProbeBase(Doc):
    """What every probe has, whatever it asks."""

    kind: ClassVar[str]
    knows: ClassVar[tuple[str, ...]]
    """The facts that its conditions may name."""
    refers: ClassVar[tuple[str, ...]] = ()
    """The keys in which references to secrets are read."""

    name: Annotated[str, Field(pattern=NAME)]
    was: str | None = None
    environment: str = "production"
    every: PositiveDuration = 30.0
    timeout: PositiveDuration = 5.0
    expect: Expect = ()
    down_after: Threshold = MofN(2, 3)
    up_after: Threshold = MofN(2, 2)
    critical: Flag = False
    depends_on: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    """Probes without which this one can say nothing: while one of them is down, this one is unknown."""
    during: tuple[str, ...] = ()
    phases: dict[str, ProbePhase] = {}

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for name in self.model_fields_set - {*self.refers, "phases"}:
            if any(map(has_reference, _texts(getattr(self, name)))):
                read = f"only in {', '.join(self.refers)}" if self.refers else "in none of this kind of probe"
                raise PlacedError((name,), f"no reference is read in `{name}`, {read}")
        self._check_expects()
        self.check_facts(self._unknown)
        with placed("every"):
            check_pace(self.every)
        for key, phase in self.phases.items():
            with placed("phases", key, "every"):
                check_pace(self.every if phase.every is None else phase.every)
        return self

    def _check_expects(self) -> None:
        """Refuse a probe that takes anything for well: it would be green whatever happens."""
        for phase in (None, *self.phases):
            if not self.at(phase).wants():
                place = ("expect",) if phase is None else ("phases", phase, "expect")
                field = type(self).model_fields["expect"]
                usual = "value > 0" if field.is_required() else field.default[0]
                leave = "write" if field.is_required() else "leave it out, or write"
                words = f'an empty list takes any answer for well; {leave} what has to hold, such as ["{usual}"]'
                raise PlacedError(place, words)

    def check_facts(self, amiss: Callable[[grammar.Path], str]) -> None:
        """Refuse a condition that names a fact of which something is amiss, at its place."""
        with placed("expect"):
            expectation.check(self.expect, amiss)
        for key, phase in self.phases.items():
            with placed("phases", key, "expect"):
                expectation.check(phase.expect or (), amiss)

    def _unknown(self, path: grammar.Path) -> str:
        """Say that a probe of this kind has no such fact, and which one may have been meant."""
        strange = path.root not in self.knows
        if not strange and catalogue.is_known(path.name):
            return ""
        there = sorted(one for one in catalogue.FACTS if one.split(".")[0] in self.knows)
        near = difflib.get_close_matches(path.name, there, 1)
        near = near or difflib.get_close_matches(path.root, self.knows, 1) if strange else near
        hint = f"did you mean “{near[0]}”?" if near else f"there are {', '.join(self.knows)}"
        return f"there is no fact “{path.text if path.times or not strange else path.root}” here; {hint}"

    def during_phase(self, phase: str | None) -> bool:
        """Whether it is asked in a phase."""
        return not self.during or phase in self.during

    def at(self, phase: str | None) -> Self:
        """Return this probe as a phase changes it."""
        change = self.phases.get(phase or "")
        update = {name: getattr(change, name) for name in change.model_fields_set} if change else {}
        return self.model_copy(update={name: value for name, value in update.items() if value is not None})

    def wants(self) -> Expect:
        """What has to hold of an answer; without a word of the operator's, what its kind takes for granted."""
        return self.expect

    def references(self) -> tuple[str, ...]:
        """The texts that may hold references to secrets."""
        return tuple(words for name in self.refers for words in _texts(getattr(self, name)))


class HttpProbe(ProbeBase):
    """Asks a URL."""

    kind = "http"
    knows = ("status", "latency", "body", "headers", "ip", "connected", "cert", "url", *TIMED[1:])
    refers = ("headers", "body", "basic_auth", "bearer")

    url: UrlOrPath
    method: Literal["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] = "GET"
    headers: Headers = {}
    body: Words | None = None
    basic_auth: BasicAuth | None = None
    """`user:password`, the password by reference."""
    bearer: Proof | None = None
    ca: str | None = None
    """A file with the certificates of the authorities to trust."""
    insecure: Flag = False
    """Whether it takes any certificate for good; every face says so."""
    redirects: Flag = False
    body_limit: Whole = Field(1 << 20, ge=1024, le=4 << 20)
    expect: Expect = ("status < 400",)

    @model_validator(mode="after")
    def _proves_once(self) -> Self:
        named = [name for name in ("basic_auth", "bearer") if getattr(self, name) is not None]
        named += [f"headers.{name}" for name in self.headers if name.lower() == "authorization"]
        if len(named) > 1:
            raise ValueError(f"there are {' and '.join(named)}; one way to say who asks is enough")
        self.check_scheme(self.url)
        return self

    def check_scheme(self, url: str) -> None:
        """Refuse to look at the certificate of a URL that has none, nor leads to one that has."""
        if url.startswith("http://") and not self.redirects:
            self.check_facts(lambda path: f"{url} has no certificate; ask https://" if path.root == "cert" else "")


class TcpProbe(ProbeBase):
    """Opens a connection; may say something, and hear the answer."""

    kind = "tcp"
    knows = ("connected", "reply", "ip", "latency", "dns", "connect", "first_byte")
    refers = ("send",)

    tcp: Place
    send: Words | None = None
    expect: Expect = ("connected == true",)


class TlsProbe(ProbeBase):
    """Shakes hands, and looks at the whole chain of certificates."""

    kind = "tls"
    knows = ("connected", "cert", "protocol", "ip", "latency", "dns", "connect", "tls")

    tls: Place
    server_name: Annotated[str, AfterValidator(check_host)] | None = None
    ca: str | None = None
    expect: Expect = ("cert.days > 14",)


class DnsProbe(ProbeBase):
    """Asks a name server for records."""

    kind = "dns"
    knows = ("rcode", "answers", "ttl", "ip", "latency")

    dns: Annotated[str, AfterValidator(check_host)]
    record: Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] = "A"
    resolver: Annotated[str, AfterValidator(check_resolver)] | None = None
    expect: Expect = ("len(answers) > 0",)


class CommandProbe(ProbeBase):
    """Runs a command of the operator's."""

    kind = "command"
    knows = ("exit", "output", "latency")
    refers = ("env",)

    command: Argv
    folder: str | None = None
    """Where it runs; else the home folder."""
    env: Variables = {}
    """What is added to the environment that it inherits from the watch; a secret by reference."""
    expect: Expect = ("exit == 0",)


class HeartbeatProbe(ProbeBase):
    """Waits for a sign of life: `gonogo log heartbeat NAME`, or a file that is written anew."""

    kind = "heartbeat"
    knows = ("age", "size")

    heartbeat: PositiveDuration
    """How often the sign comes when all is well."""
    grace: PositiveDuration | None = None
    """How long it may be late; else a tenth of its period."""
    file: str | None = None
    expect: Expect = ()

    @model_validator(mode="after")
    def _looked_at_in_time(self) -> Self:
        """Look at least as often as the sign comes, where nothing else is said."""
        if "every" not in self.model_fields_set and self.heartbeat < self.every:
            object.__setattr__(self, "every", max(1.0, self.heartbeat))
        return self

    def wants(self) -> Expect:
        """Its age stays under its period and the grace, and whatever else is expected."""
        return (f"age < {self.borne:.3f}s", *self.expect)

    @property
    def borne(self) -> float:
        """How long after a sign the next one is waited for, in seconds."""
        return self.heartbeat + (self.heartbeat / 10 if self.grace is None else self.grace)


class PromqlProbe(ProbeBase):
    """Asks a Prometheus server an instant query."""

    kind = "promql"
    knows = ("value", "series", "values", "latency", "ip", *TIMED[1:])
    refers = ("headers", "bearer")

    promql: Annotated[str, Field(min_length=1, max_length=4000)]
    server: Url
    headers: Headers = {}
    bearer: Proof | None = None
    ca: str | None = None
    expect: Expect


KINDS: dict[str, type[ProbeBase]] = {
    "url": HttpProbe, "tcp": TcpProbe, "tls": TlsProbe, "dns": DnsProbe, "command": CommandProbe,
    "heartbeat": HeartbeatProbe, "promql": PromqlProbe,
}  # fmt: skip


def _texts(value: object) -> Iterator[str]:
    """Yield the texts in a value of the config."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | tuple):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def _one_kind(value: Any) -> Any:
    """Refuse a table that asks nothing, or several things; say what may have been meant."""
    if not isinstance(value, dict):
        return value
    named = [key for key in KINDS if key in value]
    if len(named) == 1:
        return value
    near = {key: difflib.get_close_matches(str(key), KINDS, 1) for key in value}
    meant = next((f"; did you mean “{found[0]}” by “{key}”?" for key, found in near.items() if found), "")
    here = f"; here are {' and '.join(named)}" if named else meant
    raise ValueError(f"a probe asks exactly one thing: write one of {', '.join(KINDS)}{here}")


def _kind(value: Any) -> str | None:
    """Tell the kind of a probe's table by the one key that only its kind has."""
    if isinstance(value, ProbeBase):
        return value.kind
    named = [key for key in KINDS if isinstance(value, dict) and key in value]
    return KINDS[named[0]].kind if len(named) == 1 else None


ProbeConfig = Annotated[
    Annotated[HttpProbe, Tag("http")]
    | Annotated[TcpProbe, Tag("tcp")]
    | Annotated[TlsProbe, Tag("tls")]
    | Annotated[DnsProbe, Tag("dns")]
    | Annotated[CommandProbe, Tag("command")]
    | Annotated[HeartbeatProbe, Tag("heartbeat")]
    | Annotated[PromqlProbe, Tag("promql")],
    Discriminator(_kind),
    BeforeValidator(_one_kind),
]
