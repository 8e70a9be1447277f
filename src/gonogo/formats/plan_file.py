"""A team's plan file into a draft: Markdown or plain text, TOML as gonogo writes it, or JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gonogo.formats import plan_data
from gonogo.formats.encoding import Text, read_text
from gonogo.formats.errors import FileError
from gonogo.formats.plan_sheet import is_sheet
from gonogo.formats.plan_sheet.words import BEGINS
from gonogo.rules.draft import Draft
from gonogo.rules.plan_doc import PlanDoc

LARGEST = 5 << 20
MOST_ITEMS = 20_000
BOM = b"\xef\xbb\xbf"
Kind = Literal["markdown", "toml", "json"]
_BOXED = re.compile(r"^[\s>|]*(?:(?:[-*+•]|\d{1,9}[.)])[ \t]+)*(?:\[[ xX]\]|☐)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan file that was read: what it says, how it was written, and the draft that it makes."""

    path: Path
    kind: Kind
    text: Text
    draft: Draft
    plan: PlanDoc | None = None
    """The plan itself, where the file is of gonogo's own form and nothing has to be made of it."""


def read_plan_file(path: Path, metrics: Mapping[str, str] = {}) -> PlanFile:
    """Read a plan file of any kind; FileError says in a sentence why it cannot be."""
    raw = _bytes(path)
    kind: Kind = {".toml": "toml", ".json": "json"}.get(path.suffix.lower(), "markdown")  # type: ignore[assignment]
    text = _own(raw) or read_text(raw, str(path))
    if kind == "markdown" and sum(1 for _ in _BOXED.finditer(text.text)) > MOST_ITEMS:
        raise _too_many(path)
    plan, draft = _read(path, kind, text, metrics)
    if len(draft.items) > MOST_ITEMS:
        raise _too_many(path)
    return PlanFile(path, kind, text, draft, plan)


def _own(raw: bytes) -> Text | None:
    """Read a sheet of gonogo's own, in which nothing was damaged: what looks so was written so."""
    if not raw.removeprefix(BOM).startswith(BEGINS.encode()):
        return None
    try:
        lines = raw.removeprefix(BOM).decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        return None
    return Text(tuple(lines), "utf-8", "\r\n" if b"\r\n" in raw else "\n", raw.startswith(BOM))


def _read(path: Path, kind: Kind, text: Text, metrics: Mapping[str, str]) -> tuple[PlanDoc | None, Draft]:
    if kind == "toml":
        return plan_data.from_toml(path, text, metrics)
    if kind == "json":
        return plan_data.from_json(path, text, metrics)
    if is_sheet(text.lines):
        return plan_data.from_sheet(path, text, metrics)
    from gonogo.formats.plan_md import read_markdown

    return None, read_markdown(text.lines, path.stem or "Plan")


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileError(f"{path} is a folder; give the plan's file.")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise FileError(f"{path} does not exist.") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {(error.strerror or 'it is no file').lower()}.") from error
    if len(raw) > LARGEST:
        raise FileError(f"{path} is larger than {LARGEST >> 20} MB; a plan is shorter. Import the part with the boxes.")
    return raw


def _too_many(path: Path) -> FileError:
    return FileError(f"{path} has more than {MOST_ITEMS:,} items; nobody ticks so many. Split it into several plans.")
