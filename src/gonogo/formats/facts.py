"""Saved facts, one JSON object in a file, into what conditions read."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from gonogo.formats.errors import FileError
from gonogo.rules import facts

LARGEST = 16 << 20


def read(path: Path) -> dict[str, Any]:
    """Read facts from a file; FileError says why they cannot be read."""
    try:
        with path.open("rb") as file:
            return parse(file.read(LARGEST + 1), str(path))
    except OSError as error:
        raise FileError(f"{path} cannot be read: {(error.strerror or 'it is no file').lower()}.") from error


def parse(source: bytes, name: str) -> dict[str, Any]:
    """Read facts from bytes; numbers stay exact, and one that is none (NaN) never passes anything."""
    if len(source) > LARGEST:
        raise FileError(f"{name} is larger than {LARGEST >> 20} MB; facts are those of one check.")
    try:
        found = json.loads(source.decode("utf-8-sig"), parse_float=_number, parse_int=_number, parse_constant=_number)
    except UnicodeDecodeError as error:
        raise FileError(f"{name} is not UTF-8 text, at byte {error.start}.") from error
    except json.JSONDecodeError as error:
        raise FileError(
            f"{name} is not JSON: {error.msg.lower()}, line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise FileError(f"{name} is nested too deep.") from error
    if not isinstance(found, dict):
        raise FileError(f'{name} holds no facts; they are one JSON object, such as {{"status": 200}}.')
    return facts.read_facts(found)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent past what decimals have
        return Decimal("NaN")
