"""TOML into a model, with errors that name the file, the line, the place and what would be right."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gonogo.formats.errors import FileError
from gonogo.formats.lines import line_of
from gonogo.formats.reasons import reason, untagged
from gonogo.rules.text import line as one_line

MAX_BYTES = 1 << 20
_NAMES = ("id", "name", "severity")
"""Keys by which a table in a list is called."""
M = TypeVar("M", bound=BaseModel)


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Read a TOML file as (its text, its tables); FileError names what is wrong."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FileError(f"{path} does not exist.") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    if len(raw) > MAX_BYTES:
        raise FileError(f"{path} is larger than 1 MiB; that is no file of this kind.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = raw[: error.start].count(b"\n") + 1
        raise FileError(f"{path}:{number}: not UTF-8; save the file as UTF-8.") from error
    return text, parse(text, str(path))


def salvage(path: Path) -> dict[str, Any]:
    """Read a TOML file's tables; of one with a mistake in it what can be read, so that it still says whose it is."""
    try:
        return read(path)[1]
    except FileError:
        if not path.is_file() or not os.access(path, os.R_OK):
            raise
    text = path.read_bytes()[:MAX_BYTES].decode("utf-8", "replace")
    found: dict[str, Any] = {}
    for chunk in re.split(r"(?m)^(?=[ \t]*\[)", text):
        for name, value in _salvaged(chunk).items():
            if isinstance(value, list) and isinstance(found.setdefault(name, []), list):
                found[name] += value
            else:
                found.setdefault(name, value)
    return found


def _salvaged(chunk: str) -> dict[str, Any]:
    """Read one table of a damaged file: whole, or the lines that are whole."""
    if (whole := _loaded(chunk)) is not None:
        return whole
    head, _, rest = chunk.partition("\n")
    mark = re.match(r"\s*(\[\[?)\s*([\w-]+)", head)
    if mark is None:
        return {}
    table: dict[str, Any] = {}
    for row in rest.splitlines():
        table = {**(_loaded(row) or {}), **table}
    return {mark[2]: [table] if mark[1] == "[[" else table}


def _loaded(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def parse(text: str, name: str) -> dict[str, Any]:
    """Parse TOML text; FileError names the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        place = re.search(r"\(at line (\d+), column (\d+)\)", words)
        where = f"{place[1]}:{place[2]}" if place else f"{len(text.splitlines())}"
        raise FileError(f"{name}:{where}: {one_line(re.sub(r' *[(]at .*[)]', '', words), 120)}.") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{name}: {one_line(str(error), 120)}.") from error


def validate(
    model: type[M], tables: Mapping[str, Any], text: str, name: str, context: Mapping[str, Any] | None = None
) -> M:
    """Turn tables into a model; FileError names the first place that is wrong."""
    try:
        return model.model_validate(tables, context=context)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        # A misspelt key is also a missing one: the misspelling says more.
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        within = getattr(first.get("ctx", {}).get("error"), "loc", ())
        loc = _written((*untagged(first["loc"], model), *within), tables, missing=first["type"] == "missing")
        words = reason(first, model)
        place = place_of(loc, tables, text, name, shown="\n" in words)
        raise FileError(f"{place}: {words}") from None


def place_of(loc: Sequence[int | str], tables: Any, text: str, name: str, *, shown: bool = False) -> str:
    """Say a place as people look for it: `gonogo.toml:12: probe checkout: every`.

    Which of a list of texts it is, is not said of one that is `shown`.
    """
    said, keys = list[str](), list[str]()
    here = tables
    for part in loc:
        alone = isinstance(here, list) and len(here) == 1
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, str):
            keys.append(one_line(part, 40))
        elif isinstance(here, Mapping):
            named = next((here[key] for key in _NAMES if isinstance(here.get(key), str) and here[key]), str(part + 1))
            said, keys = [*said, f"{'.'.join(keys)} {one_line(named, 40)}"], []
        elif not shown and not alone:
            keys[-1:] = [f"{''.join(keys[-1:])}, number {part + 1}"]
    number = line_of(text, loc)
    where = ": ".join(filter(None, (*said, ".".join(keys)))) or "the file"
    return f"{name}:{number}: {where}" if number else f"{name}: {where}"


def _written(loc: Sequence[int | str], tables: Any, *, missing: bool) -> list[int | str]:
    """Return a place as the file has it: without what stands in no file."""
    found: list[int | str] = []
    here = tables
    for place, part in enumerate(loc):
        if isinstance(here, Mapping) and part not in here and not (missing and place == len(loc) - 1):
            continue
        found.append(part)
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
    return found
