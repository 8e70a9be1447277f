"""How one config differs from another, in sentences for the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gonogo.rules.config import Config

LONGEST = 40
_SECRET = ("headers", "body", "basic_auth", "bearer", "webhook", "send", "command", "phases")
"""What may hold more than a reference, or would be no sentence; only that it changed is said."""

_URLS = ("url", "server")
"""Whose query may hold a key."""


def differences(old: Config, new: Config) -> list[str]:
    """Say what a new config changes."""
    return [*_probes(old, new), *_tables(old, new)]


def _probes(old: Config, new: Config) -> Iterator[str]:
    before = {probe.name: probe for probe in old.probe}
    renamed = {probe.was: probe.name for probe in new.probe if probe.was in before and probe.was != probe.name}
    now = {probe.name for probe in new.probe}
    yield from (f"probe {name} is gone" for name in before if name not in now and name not in renamed)
    for probe in new.probe:
        known = before.get(probe.name) or before.get(probe.was or "")
        if known is None:
            yield f"probe {probe.name} is new"
            continue
        if known.name != probe.name:
            yield f"probe {known.name} is named {probe.name}"
        if known.kind != probe.kind:
            yield f"{probe.name}: {known.kind} → {probe.kind}"
        shared = type(known).model_fields.keys() & type(probe).model_fields.keys() - {"name", "was"}
        yield from _fields(f"{probe.name}: ", known.model_dump(include=shared), probe.model_dump(include=shared))


def _tables(old: Config, new: Config) -> Iterator[str]:
    for name in Config.model_fields:
        if name != "probe" and getattr(old, name) != getattr(new, name):
            yield f"[{name}] changed"


def _fields(head: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, before in old.items():
        after = new[name]
        if before == after:
            continue
        hidden = name in _SECRET or (name in _URLS and "?" in f"{before}{after}")
        yield f"{head}{name} changed" if hidden else f"{head}{name} {_said(before)} → {_said(after)}"


def _said(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"m", "n"}:
        return f"{value['m']} of {value['n']}"
    words = f"{value:g}" if isinstance(value, float) else ", ".join(map(str, value)) if isinstance(value, tuple) else ""
    words = words or ("nothing" if value in (None, (), {}, "") else str(value))
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
