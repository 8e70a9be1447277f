"""A Gatus file into probes for `gonogo.toml`: what carries over is written, what does not is named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from gonogo.formats.errors import FileError
from gonogo.formats.reasons import reason
from gonogo.rules.duration import seconds
from gonogo.rules.probe_config import ProbeBase, ProbeConfig
from gonogo.rules.text import line

MAX_BYTES = 1 << 20
_KNOWN = ("endpoints", "external-endpoints")
_CARRIED = (
    "enabled", "name", "group", "url", "method", "interval", "conditions", "headers", "body", "dns", "client",
    "alerts", "heartbeat", "extra-labels", "ui",
)  # fmt: skip
_PROBE: TypeAdapter[Any] = TypeAdapter(ProbeConfig)


@dataclass(frozen=True, slots=True)
class Carried:
    """The TOML, a sentence for each thing that could not be carried over, and whether less is watched for it."""

    text: str
    left: tuple[str, ...]
    lacking: bool = False


def read(path: Path) -> Carried:
    """Read a Gatus file; FileError when it is none."""
    import yaml

    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise FileError(f"{path} is larger than 1 MiB; that is no file of this kind.")
        tables = yaml.safe_load(raw.decode("utf-8-sig"))
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not UTF-8; save the file as UTF-8.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise FileError(
            f"{path}{where}: this is no YAML: {line(str(getattr(error, 'problem', error)), 120)}."
        ) from error
    if not isinstance(tables, Mapping) or not any(isinstance(tables.get(key), list) for key in _KNOWN):
        raise FileError(f"{path} has no `endpoints`; that is no file of Gatus.")
    return _carry(tables)


def _carry(tables: Mapping[str, Any]) -> Carried:
    parts: list[str] = []
    left = [f"`{line(str(key), 40)}` is not carried over" for key in tables if key not in _KNOWN]
    names: set[str] = set()
    lacking = False
    for key in _KNOWN:
        for one in tables.get(key) or ():
            if not isinstance(one, Mapping):
                left.append(f"an entry of `{key}` is no mapping")
                lacking = True
                continue
            name = _fresh(_slug(one), names)
            probe, missed = _probe(name, one, outside=key == "external-endpoints")
            left += [f"{name}: {words}" for words in missed]
            wanted = one.get("enabled") is not False
            lacking |= wanted and (probe is None or len(probe.get("expect", ())) < len(_conditions(one)))
            if probe:
                parts.append(_toml(probe))
    return Carried("\n".join(parts), tuple(left), lacking)


def _conditions(one: Mapping[str, Any]) -> list[str]:
    found = one.get("conditions")
    return [str(condition) for condition in found] if isinstance(found, list) else []


def _slug(one: Mapping[str, Any]) -> str:
    """Name a probe by its group and name; one without a name that can be written so, by its host."""
    said = [_plain(one.get(key)) for key in ("group", "name")]
    said[1] = said[1] or _plain(_host(one))
    return "-".join(filter(None, said))[:36].rstrip("-._") or "probe"


def _plain(words: object) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", str(words or "").lower()).strip("-._")


def _host(one: Mapping[str, Any]) -> str:
    asked = one.get("dns")
    if isinstance(asked, Mapping):
        return str(asked.get("query-name", ""))
    try:
        return urlsplit(str(one.get("url", ""))).hostname or ""
    except ValueError:
        return ""


def _fresh(name: str, names: set[str]) -> str:
    number, fresh = 2, name
    while fresh in names:
        fresh, number = f"{name}-{number}", number + 1
    names.add(fresh)
    return fresh


def _probe(name: str, one: Mapping[str, Any], *, outside: bool) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the probe's table, or nothing, and what of it is left behind."""
    left = [f"`{line(str(key), 40)}` is not carried over" for key in one if key not in (*_CARRIED, "token")]
    if one.get("enabled") is False:
        return None, [*left, "it is disabled there, and left out"]
    asked = _heartbeat(one) if outside else _asked(one)
    if isinstance(asked, str):
        return None, [*left, asked]
    probe = {"name": name, **asked}
    if one.get("interval"):
        probe["every"] = str(one["interval"])
    probe |= _thresholds(one)
    if outside:
        left.append("it is fed by `gonogo log heartbeat` instead of a token and a URL")
    _slow_down(probe, left)
    if why := _refused(probe):  # whatever is wrong with it is not its conditions' fault
        return None, [*left, f"it is left out: {why}"]
    expect = []
    for condition in _conditions(one):
        if why := _refused({**probe, "expect": [condition]}):
            left.append(f"the condition {line(condition, 80)} is not carried over: {why}")
        else:
            expect.append(condition)
    return probe | ({"expect": expect} if expect else {}), left


def _refused(probe: Mapping[str, Any]) -> str:
    """Say why the config would refuse a probe; empty when it would not."""
    try:
        _PROBE.validate_python(probe)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = next((part for part in reversed(first["loc"]) if part in probe), "")
        said = reason(first, ProbeBase).splitlines()[0].rstrip(".")
        return line(f"{where}: {said}" if where else said, 160)
    return ""


def _slow_down(probe: dict[str, Any], left: list[str]) -> None:
    """Keep the timeout under the interval, as a check has to end before the next begins."""
    try:
        every, timeout = seconds(str(probe.get("every", "60s"))), seconds(str(probe.get("timeout", "10s")))
    except ValueError:
        return  # it is named when the probe is refused
    probe.setdefault("every", "60s")  # what Gatus takes without a word
    if timeout > every:
        left.append(f"its timeout of {timeout:g} s is longer than its interval, and is made equal to it")
    probe["timeout"] = f"{min(every, timeout):g}s"


def _asked(one: Mapping[str, Any]) -> dict[str, Any] | str:
    url, client = str(one.get("url", "")), one.get("client")
    client = client if isinstance(client, Mapping) else {}
    found: dict[str, Any]
    if isinstance(one.get("dns"), Mapping):
        asked = one["dns"]
        found = {"dns": str(asked.get("query-name", "")).rstrip("."), "record": str(asked.get("query-type", "A"))}
        found |= {"resolver": url.removeprefix("udp://")} if url else {}
        return found | _timeout(client)
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"“{line(url, 60)}” is no URL"
    if parts.scheme in ("tcp", "tls"):
        return {parts.scheme: parts.netloc} | _timeout(client)
    if parts.scheme not in ("http", "https"):
        return f"{line(parts.scheme or url, 20)}:// is a kind that gonogo does not ask"
    found = {"url": _refer(url), "redirects": not client.get("ignore-redirect", False)}
    found |= {"method": str(one["method"]).upper()} if one.get("method") else {}
    found |= {"body": _refer(str(one["body"]))} if one.get("body") else {}
    if isinstance(one.get("headers"), Mapping):
        found["headers"] = {str(key): _refer(str(value)) for key, value in one["headers"].items()}
    found |= {"insecure": True} if client.get("insecure") else {}
    return found | _timeout(client)


def _timeout(client: Mapping[str, Any]) -> dict[str, Any]:
    return {"timeout": str(client.get("timeout") or "10s")}


def _heartbeat(one: Mapping[str, Any]) -> dict[str, Any] | str:
    beat = one.get("heartbeat")
    interval = beat.get("interval") if isinstance(beat, Mapping) else None
    return (
        {"heartbeat": str(interval)} if interval else "it has no heartbeat interval, so nothing tells that it is late"
    )


def _thresholds(one: Mapping[str, Any]) -> dict[str, str]:
    """Take the strictest of its alerts' thresholds, and Gatus's own where none says one."""
    alerts = [alert for alert in one.get("alerts") or () if isinstance(alert, Mapping)]
    failures = [alert.get("failure-threshold") or 3 for alert in alerts] or [3]
    successes = [alert.get("success-threshold") or 2 for alert in alerts] or [2]
    down, up = (min(int(n) for n in found if str(n).isdigit()) if found else 1 for found in (failures, successes))
    return {"down_after": f"{down} of {down}", "up_after": f"{up} of {up}"}


def _refer(value: str) -> str:
    """Write Gatus's `$NAME` and `${NAME}` as references, and its `$$` as the sign itself."""

    def one(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else f"${{env:{match[1] or match[2]}}}"

    return re.sub(r"\$\$|\$\{(\w+)\}|\$([A-Za-z_]\w*)", one, value)


def _toml(probe: Mapping[str, Any]) -> str:
    return "\n".join(("[[probe]]", *_lines(probe))) + "\n"


def _lines(probe: Mapping[str, Any]) -> Iterator[str]:
    for key, value in probe.items():
        if isinstance(value, Mapping):
            inner = ", ".join(f"{_quote(name)} = {_quote(words)}" for name, words in value.items())
            yield f"{key} = {{ {inner} }}"
        elif isinstance(value, list):
            yield f"{key} = [{', '.join(map(_quote, value))}]"
        else:
            yield f"{key} = {str(value).lower() if isinstance(value, bool) else _quote(str(value))}"


def _quote(value: str) -> str:
    """Write a TOML string."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
