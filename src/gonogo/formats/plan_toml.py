"""Writing tables as TOML: what a plan file needs of it, read back to the same tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def as_toml(tables: Mapping[str, Any]) -> str:
    """Write tables, lists of tables as `[[name]]`, the simple values of each before what stands in it."""
    return "\n".join(_table(tables, ())).strip("\n") + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    inner = []
    for name, value in table.items():
        if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            inner.append((name, value))
        else:
            yield f"{_key(name)} = {_value(value)}"
    for name, rows in inner:
        for row in rows:
            yield ""
            yield f"[[{'.'.join(map(_key, (*path, name)))}]]"
            yield from _table(row, (*path, name))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items()) + " }"
    return _text(str(value))


def _text(value: str) -> str:
    if "\n" in value and '"""' not in value:
        rows = value.replace("\\", "\\\\")
        return f'"""\n{_escaped(rows)}"""' if not rows.endswith('"') else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _escaped(text: str) -> str:
    return re.sub("[\x00-\x08\x0b-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", text)
