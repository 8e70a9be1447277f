"""`gonogo.toml` into a config, with secrets by reference."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gonogo.formats import toml
from gonogo.formats.errors import FileError
from gonogo.rules.config import Config
from gonogo.rules.fitting import Frame, misfit
from gonogo.rules.placed import Loc
from gonogo.rules.reference import REFERENCE

SHORTEST_SECRET = 4
"""A shorter one stands by chance in any text: hiding it would garble what is said, so it is refused instead."""


def read_config(path: Path) -> tuple[str, Config]:
    """Read a config as (its text, the config); FileError names line, key and what would be right."""
    text, tables = toml.read(path)
    return text, _checked(tables, text, str(path))


def parse_config(text: str, name: str) -> Config:
    """Read a config from its text."""
    return _checked(toml.parse(text, name), text, name)


def fit(text: str, config: Config, name: str, frame: Frame) -> FileError | None:
    """Return what in a config does not fit its launch, with file and line."""
    found = misfit(config, frame)
    if found is None:
        return None
    place = toml.place_of(found.loc, toml.parse(text, name), text, name)
    return FileError(f"{place}: {found}" + ("" if str(found).endswith("?") else "."))


def _checked(tables: Mapping[str, Any], text: str, name: str) -> Config:
    config = toml.validate(Config, tables, text, name)
    for key, place in config.environment.items():
        if place.build:
            _check_pick(place.build.pick, ("environment", key, "build", "pick"), tables, text, name)
    for number, metric in enumerate(config.metric):
        for key in ("pick", "samples"):
            if (pick := getattr(metric, key)) is not None:
                _check_pick(pick, ("metric", number, key), tables, text, name)
    return config


def _check_pick(pick: str, loc: Loc, tables: Mapping[str, Any], text: str, name: str) -> None:
    """Refuse what is no JMESPath when the file loads, and not at each check."""
    import jmespath

    try:
        jmespath.compile(pick)
    except (jmespath.exceptions.JMESPathError, RecursionError):
        where = toml.place_of(loc, tables, text, name)
        raise FileError(f"{where}: this is no JMESPath; write one such as version or app.build.id.") from None


class SecretMissing(FileError):
    """A reference leads to nothing; the probe that needs it cannot be measured."""


def resolve(value: str, env: Mapping[str, str] = os.environ) -> str:
    """Replace `${env:NAME}` and `${file:PATH}`; SecretMissing names the reference, never a value."""
    return REFERENCE.sub(lambda match: _secret(match, env), value)


def secrets_in(value: str, env: Mapping[str, str] = os.environ) -> list[str]:
    """Return what the references in a text stand for, so that it can be kept out of what is shown."""
    return [_secret(match, env) for match in REFERENCE.finditer(value)]


def forms(secret: str) -> set[str]:
    """Return a secret as it is, and as it may stand in what a site says back or in our own words."""
    return {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}


def _secret(match: re.Match[str], env: Mapping[str, str]) -> str:
    kind, name = match[1], match[2]
    found = env.get(name) if kind == "env" else _from_file(Path(name).expanduser())
    if not found:
        why = f"is not set; export {name} where the watch runs" if kind == "env" else "is empty"
        raise SecretMissing(f"${{{kind}:{name}}} {why}")
    if re.search(r"[\r\n\x00]", found):
        raise SecretMissing("a secret has a line break in it; store it without")
    if len(found) < SHORTEST_SECRET:
        raise SecretMissing(
            f"${{{kind}:{name}}} is shorter than {SHORTEST_SECRET} characters, too short to be kept out of what is"
            " shown; take a longer one, or write it out where it is no secret"
        )
    return found


def _from_file(path: Path) -> str:
    try:
        if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise SecretMissing(f"${{file:{path}}} can be read by others; chmod 600 it")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(f"${{file:{path}}} cannot be read") from error
