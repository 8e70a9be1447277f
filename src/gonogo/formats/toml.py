"""TOML into a model, with errors that name the file, the line, the place and what would be right."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gonogo.formats.errors import FileError
from gonogo.rules.text import line as one_line

MAX_BYTES = 1 << 20
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
        raise FileError(f"{path}, line {number}: not UTF-8; save the file as UTF-8.") from error
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
        where = f", line {place[1]}, column {place[2]}" if place else f", line {len(text.splitlines())}, the last"
        raise FileError(f"{name}{where}: {one_line(re.sub(r' *[(]at .*[)]', '', words), 120)}.") from error
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
        loc = _written((*_untagged(first["loc"], model), *within), tables, missing=first["type"] == "missing")
        where = ".".join(str(part) for part in loc) or "the file"
        number = line_of(text, loc)
        place = f"{name}, line {number}" if number else name
        raise FileError(f"{place}: {where}: {_reason(first, model)}") from None


def _untagged(loc: Sequence[int | str], model: type[BaseModel]) -> list[int | str]:
    """Return a place without the kinds of tables in it, which may be called as one of their keys is."""
    return [part for number, part in enumerate(loc) if not _of_kind(_models_at(model, loc[:number]), part)]


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


def _reason(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    kind, message = error["type"], one_line(str(error["msg"]), 400).removeprefix("Value error, ")
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "value_error" and "\n" in str(error["msg"]):
        message = str(error["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return _no_key(last, error["loc"][:-1], model)
    if kind == "string_pattern_mismatch":
        return "this is no short name; write small letters, digits and dashes, such as my-shop."
    if kind == "missing":
        return "is missing; it has to be written."
    if kind == "tuple_type":
        return 'a list is wanted here, such as ["one", "another"].'
    return message if message.endswith((".", "?", "^")) else message + "."


def _no_key(key: str, loc: Sequence[int | str], model: type[BaseModel]) -> str:
    """Say that a key is not there, and where it is, or which one may have been meant."""
    said = f"there is no key “{one_line(key, 40)}”"
    others = _models_at(model, loc[:-1])
    owners = [str(getattr(one, "kind", "")) for one in others if key in _keys(one)]
    if loc and owners and _of_kind(others, loc[-1]):
        return f"{said} in a probe of the kind {loc[-1]}, only in {' and '.join(owners)}."
    near = difflib.get_close_matches(key, [name for one in _models_at(model, loc) for name in _keys(one)], 1)
    return said + (f"; did you mean “{near[0]}”?" if near else ".")


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _of_kind(models: Sequence[type[BaseModel]], part: int | str) -> list[type[BaseModel]]:
    """Return those of several models for one place whose kind it is."""
    return [one for one in models if len(models) > 1 and getattr(one, "kind", None) == part]


def _models_at(model: type[BaseModel], loc: Sequence[int | str]) -> list[type[BaseModel]]:
    """Return the models that a place in the file may have."""
    here = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        if kind := _of_kind(here, part):
            here = kind
            continue
        fields = [f for one in here for n, f in one.model_fields.items() if part in (n, f.alias)]
        here = [inner for field in fields for inner in _models(field.annotation)] or here
    return here


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that a field holds, in a list, a mapping or one of several kinds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models(inner)]


def line_of(text: str, loc: Sequence[int | str]) -> int | None:
    """Find the line of a place such as ("probe", 1, "every"): the nth table, then its key."""
    lines = text.splitlines()
    start, path = 0, ""
    key = None
    for place, part in enumerate(loc):
        if isinstance(part, int):
            start = _nth_header(lines, path, part, start) or start
        else:
            trial = f"{path}.{part}" if path else str(part)
            header = next((n for n, row in enumerate(lines[start:], start) if _header(row) == trial), None)
            if header is not None and not (place + 1 < len(loc) and isinstance(loc[place + 1], int)):
                start = header
            path, key = trial, str(part)
    if key is not None:
        for number, row in enumerate(lines[start:], start):
            if number > start and row.lstrip().startswith("["):
                break
            if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", row):
                return number + 1
    return start + 1 if start or loc else None


def _header(row: str) -> str | None:
    match = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?", row)
    return match[1].replace('"', "") if match else None


def _nth_header(lines: Sequence[str], path: str, index: int, start: int) -> int | None:
    seen = -1
    for number, row in enumerate(lines[start:], start):
        if _header(row) == path and row.lstrip().startswith("[["):
            seen += 1
            if seen == index:
                return number
    return None
