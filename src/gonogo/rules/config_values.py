"""The values of `gonogo.toml`: how names, URLs, places, headers and commands are written, and what is refused."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from gonogo.rules.reference import check_proof, check_references, has_reference

NAME = r"^[a-z0-9][a-z0-9._-]{0,39}$"


class Doc(BaseModel):
    """A table of the file: no unknown keys, and no value in an error, which might be a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


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
    if "${" in value:
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
    if isinstance(value, list | tuple) and any(has_reference(word) for word in value if isinstance(word, str)):
        raise ValueError(
            "the words of a command stand in the list of processes, where no secret may be; let the command read it"
            " from its environment, which is that of the watch"
        )
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


def check_host(value: str) -> str:
    """Accept the name of a host; ValueError says what is wrong."""
    if not re.fullmatch(r"(?=.{1,253}\.?$)[^\s/:@\[\]]+", value):
        raise ValueError("this is not a name; write one such as shop.example")
    return value


def check_resolver(value: str) -> str:
    """Accept the address of a name server; ValueError says what is wrong."""
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
        check_proof(words)
    return value


def _flag(value: Any) -> Any:
    if not isinstance(value, bool):
        raise ValueError("write true or false here, without quotes")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number is wanted here, without quotes")
    return value


def _user_and_password(value: str) -> str:
    check_proof(value)
    if ":" not in re.sub(r"\$\{[^}]*\}", "", value):
        raise ValueError('write a user, a colon and a password, such as "ann:${env:PASSWORD}"')
    return value


def _environment(value: dict[str, str]) -> dict[str, str]:
    for name, words in value.items():
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise ValueError("a variable's name is made of letters, digits and _, such as API_TOKEN")
        if "\x00" in words:
            raise ValueError(f"the variable {name} has a NUL in it")
        check_proof(words)
    return value


Flag = Annotated[bool, BeforeValidator(_flag)]
"""True or false and nothing else: `insecure = "no"` must not be taken for a yes."""
Whole = Annotated[int, BeforeValidator(_whole)]
Words = Annotated[str, AfterValidator(check_references)]
"""A text that may hold references."""
Proof = Annotated[str, AfterValidator(check_proof)]
"""What proves who asks, by reference."""
BasicAuth = Annotated[str, AfterValidator(_user_and_password)]
Variables = Annotated[dict[str, str], AfterValidator(_environment)]
Headers = Annotated[dict[str, str], AfterValidator(_headers)]
Url = Annotated[str, AfterValidator(check_url)]
UrlOrPath = Annotated[str, AfterValidator(_url_or_path)]
Argv = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_argv), Field(min_length=1)]
Place = Annotated[str, AfterValidator(_place)]


def check_pace(every: float) -> None:
    """Refuse a pace that would hurt the site; ValueError says why."""
    if every < 1:
        raise ValueError("`every` is at least 1s; asking more often is a load test")
