"""`[[probe]]` in `gonogo.toml`: one model for each kind; the key that names what is asked tells the kind."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from gonogo.rules import condition, expectation, grammar
from gonogo.rules.duration import PositiveDuration
from gonogo.rules.health import MofN, Threshold
from gonogo.rules.probe import TIMED

NAME = r"^[a-z0-9][a-z0-9._-]{0,39}$"


class Doc(BaseModel):
    """A table of the file: no unknown keys, and no value in an error, which might be a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class PlacedError(ValueError):
    """What is wrong at a place further in than the model that noticed it."""

    def __init__(self, loc: tuple[int | str, ...], words: str) -> None:
        super().__init__(words)
        self.loc = loc


def check_url(value: str) -> str:
    """Accept an absolute http or https URL; ValueError says what is wrong."""
    _no_reference(value)
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


def _no_reference(value: str) -> None:
    if re.search(r"\$\{(env|file):", value):
        raise ValueError("a URL is shown on screens, so that no secret may stand in it; write the reference in headers")


def _url_or_path(value: str) -> str:
    _no_reference(value)
    if value.startswith("/") and not value.startswith("//") and not re.search(r"[\s\x00-\x1f\x7f]", value):
        return value
    return check_url(value)


def _argv(value: Any) -> Any:
    if isinstance(value, str):
        words = ", ".join(f'"{word}"' for word in value.split())
        raise ValueError(f"a command is a list of words, not a line for a shell; write [{words}]")
    return value


def split_place(value: str) -> tuple[str, int]:
    """Read `host:port` or `[address]:port`; ValueError says what would be right."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/\[\]]+)):(\d{1,5})", value)
    if match is None or not 0 < int(match[3]) < 65_536:
        raise ValueError("this is not a place to connect to; write host:port, such as db.example:5432")
    return match[1] or match[2], int(match[3])


def _place(value: str) -> str:
    split_place(value)
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"(?=.{1,253}\.?$)[^\s/:@\[\]]+", value):
        raise ValueError("this is not a name; write one such as shop.example")
    return value


def _resolver(value: str) -> str:
    import ipaddress

    try:
        ipaddress.ip_address(split_place(value)[0] if value.count(":") == 1 or value.startswith("[") else value)
    except ValueError:
        raise ValueError("a resolver is an address, such as 9.9.9.9 or 127.0.0.1:5353") from None
    return value


def _headers(value: dict[str, str]) -> dict[str, str]:
    for name, words in value.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise ValueError("a header's name is one word of letters, digits and hyphens, such as X-Api-Key")
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", words):
            raise ValueError(f"the header {name} has a line break or a control character in it")
    return value


Headers = Annotated[dict[str, str], AfterValidator(_headers)]
Url = Annotated[str, AfterValidator(check_url)]
UrlOrPath = Annotated[str, AfterValidator(_url_or_path)]
Argv = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_argv), Field(min_length=1)]
Place = Annotated[str, AfterValidator(_place)]


Expect = tuple[str | dict[Literal["any"], tuple[str, ...]], ...]
"""A list of conditions, which means all, and of `{ any = [...] }`, of which one is enough."""


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def check_pace(every: float) -> None:
    """Refuse a pace that would hurt the site; ValueError says why."""
    if every < 1:
        raise ValueError("`every` is at least 1s; asking more often is a load test")


class ProbePhase(Doc):
    """What a phase changes of a probe."""

    every: PositiveDuration | None = None
    timeout: PositiveDuration | None = None
    expect: Expect | None = None
    down_after: Threshold | None = None
    up_after: Threshold | None = None
    critical: bool | None = None


class ProbeBase(Doc):
    """What every probe has, whatever it asks."""

    kind: ClassVar[str]
    knows: ClassVar[tuple[str, ...]]
    """The facts that its conditions may name."""

    name: Annotated[str, Field(pattern=NAME)]
    was: str | None = None
    environment: str = "production"
    every: PositiveDuration = 30.0
    timeout: PositiveDuration = 5.0
    expect: Expect = ()
    down_after: Threshold = MofN(2, 3)
    up_after: Threshold = MofN(2, 2)
    critical: bool = False
    depends_on: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    """Probes without which this one can say nothing: while one of them is down, this one is unknown."""
    during: tuple[str, ...] = ()
    phases: dict[str, ProbePhase] = {}

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for words in (self.expect, *(phase.expect or () for phase in self.phases.values())):
            for one in expectation.parse(words).conditions:
                self._check_fact(one)
        for every in (self.every, *(phase.every for phase in self.phases.values())):
            if every is not None:
                check_pace(every)
        return self

    def _check_fact(self, one: condition.Condition) -> None:
        for side in (one.left, one.right):
            root = None if isinstance(side, grammar.Literal) else side.root
            if root is not None and root not in self.knows:
                why = f"there is no fact “{root}” here; there are {', '.join(self.knows)}"
                raise condition.ConditionError(one.text, max(0, one.text.find(root)), why)

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
        return ()


class HttpProbe(ProbeBase):
    """Asks a URL."""

    kind = "http"
    knows = ("status", "latency", "body", "headers", "ip", "connected", "cert", "url", *TIMED[1:])

    url: UrlOrPath
    method: Literal["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] = "GET"
    headers: Headers = {}
    body: str | None = None
    basic_auth: str | None = None
    """`user:password`, each by reference."""
    bearer: str | None = None
    ca: str | None = None
    """A file with the certificates of the authorities to trust."""
    insecure: bool = False
    redirects: bool = False
    body_limit: int = Field(1 << 20, ge=1024, le=4 << 20)
    expect: Expect = ("status < 400",)

    @model_validator(mode="after")
    def _proves_once(self) -> Self:
        named = [name for name in ("basic_auth", "bearer") if getattr(self, name) is not None]
        named += [f"headers.{name}" for name in self.headers if name.lower() == "authorization"]
        if len(named) > 1:
            raise ValueError(f"there are {' and '.join(named)}; one way to say who asks is enough")
        return self

    def references(self) -> tuple[str, ...]:
        """Its headers, body and ways to prove who asks."""
        return (*self.headers.values(), self.body or "", self.basic_auth or "", self.bearer or "")


class TcpProbe(ProbeBase):
    """Opens a connection; may say something, and hear the answer."""

    kind = "tcp"
    knows = ("connected", "reply", "ip", "latency", "dns", "connect", "first_byte")

    tcp: Place
    send: str | None = None
    expect: Expect = ("connected == true",)

    def references(self) -> tuple[str, ...]:
        """What it says, which may be a password."""
        return (self.send or "",)


class TlsProbe(ProbeBase):
    """Shakes hands, and looks at the whole chain of certificates."""

    kind = "tls"
    knows = ("connected", "cert", "protocol", "ip", "latency", "dns", "connect", "tls")

    tls: Place
    server_name: Annotated[str, AfterValidator(_host)] | None = None
    ca: str | None = None
    expect: Expect = ("cert.days > 14",)


class DnsProbe(ProbeBase):
    """Asks a name server for records."""

    kind = "dns"
    knows = ("rcode", "answers", "ttl", "ip", "latency")

    dns: Annotated[str, AfterValidator(_host)]
    record: Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] = "A"
    resolver: Annotated[str, AfterValidator(_resolver)] | None = None
    expect: Expect = ("len(answers) > 0",)


class CommandProbe(ProbeBase):
    """Runs a command of the operator's."""

    kind = "command"
    knows = ("exit", "output", "latency")

    command: Argv
    folder: str | None = None
    """Where it runs; else the home folder."""
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

    def wants(self) -> Expect:
        """Its age stays under its period and the grace, and whatever else is expected."""
        borne = self.heartbeat + (self.heartbeat / 10 if self.grace is None else self.grace)
        return (f"age < {borne:.3f}s", *self.expect)


class PromqlProbe(ProbeBase):
    """Asks a Prometheus server an instant query."""

    kind = "promql"
    knows = ("value", "series", "values", "latency", "ip", *TIMED[1:])

    promql: Annotated[str, Field(min_length=1, max_length=4000)]
    server: Url
    headers: Headers = {}
    bearer: str | None = None
    ca: str | None = None
    expect: Annotated[Expect, Field(min_length=1)]

    def references(self) -> tuple[str, ...]:
        """Its headers and its token."""
        return (*self.headers.values(), self.bearer or "")


KINDS: dict[str, type[ProbeBase]] = {
    "url": HttpProbe, "tcp": TcpProbe, "tls": TlsProbe, "dns": DnsProbe, "command": CommandProbe,
    "heartbeat": HeartbeatProbe, "promql": PromqlProbe,
}  # fmt: skip


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
