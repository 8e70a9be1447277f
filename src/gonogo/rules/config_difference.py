"""How one config differs from another, in sentences for the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gonogo.rules.config import Config
from gonogo.rules.metric_config import MetricConfig
from gonogo.rules.probe import UNVERIFIED
from gonogo.rules.probe_config import ProbeBase

LONGEST = 40
_SECRET = ("headers", "body", "basic_auth", "bearer", "webhook", "send", "command", "env", "phases")
"""What may hold more than a reference, or would be no sentence; only that it changed is said."""

_URLS = ("url", "server")
"""Whose query may hold a key."""


def _is_insecure(one: ProbeBase | MetricConfig) -> bool:
    """Whether it takes any certificate for good."""
    return bool(getattr(one, "insecure", False))


def insecure(config: Config) -> list[str]:
    """Say which of a config's probes and metrics take any certificate for good."""
    return [f"{one.name}: {UNVERIFIED}" for one in (*config.probe, *config.metric) if _is_insecure(one)]


def differences(old: Config, new: Config) -> list[str]:
    """Say what a new config changes."""
    return [*_named("probe", old.probe, new.probe), *_named("metric", old.metric, new.metric), *_tables(old, new)]


_Named = Sequence[ProbeBase | MetricConfig]


def _named(what: str, old: _Named, new: _Named) -> Iterator[str]:
    before = {one.name: one for one in old}
    renamed = {one.was: one.name for one in new if one.was in before and one.was != one.name}
    now = {one.name for one in new}
    yield from (f"{what} {name} is gone" for name in before if name not in now and name not in renamed)
    for one in new:
        known = before.get(one.name) or before.get(one.was or "")
        if known is None:
            yield f"{what} {one.name} is new" + (f", {UNVERIFIED}" if _is_insecure(one) else "")
            continue
        if known.name != one.name:
            yield f"{what} {known.name} is named {one.name}"
        if known.kind != one.kind:
            yield f"{one.name}: {known.kind} → {one.kind}"
        shared = type(known).model_fields.keys() & type(one).model_fields.keys() - {"name", "was", "kind"}
        yield from _fields(f"{one.name}: ", known.model_dump(include=shared), one.model_dump(include=shared))


def _tables(old: Config, new: Config) -> Iterator[str]:
    for name in Config.model_fields:
        if name not in ("probe", "metric") and getattr(old, name) != getattr(new, name):
            yield f"[{name}] changed"


def _fields(head: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, before in old.items():
        after = new[name]
        if before == after:
            continue
        if name == "insecure":
            yield f"{head}{UNVERIFIED}" if after else f"{head}its certificate is verified again"
            continue
        hidden = name in _SECRET or (name in _URLS and "?" in f"{before}{after}")
        yield f"{head}{name} changed" if hidden else f"{head}{name} {_said(before)} → {_said(after)}"


def _said(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"m", "n"}:
        return f"{value['m']} of {value['n']}"
    words = f"{value:g}" if isinstance(value, float) else ", ".join(map(str, value)) if isinstance(value, tuple) else ""
    words = words or ("nothing" if value in (None, (), {}, "") else str(value))
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
