"""Theme files: one small TOML each; a broken one is named and skipped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gonogo.formats import toml
from gonogo.formats.errors import FileError
from gonogo.formats.shipped import folder

DEFAULT = "midnight"
_ANSI = "black|red|green|yellow|blue|magenta|cyan|white"
_COLOUR = re.compile(rf"#[0-9a-fA-F]{{6}}|ansi_default|ansi_(bright_)?({_ANSI})")


def _colour(value: str) -> str:
    if not _COLOUR.fullmatch(value):
        raise ValueError(f"“{value[:30]}” is no colour; write one such as #7aa2f7 or ansi_bright_blue")
    return value


Colour = Annotated[str, AfterValidator(_colour)]


class Colours(BaseModel):
    """The colours by what they mean."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    ground: Colour
    panel: Colour
    line: Colour
    text: Colour
    dim: Colour
    bright: Colour
    go: Colour
    hold: Colour
    nogo: Colour
    accent: Colour
    guard: Colour
    on_state: Colour
    select: Colour


class ThemeFile(BaseModel):
    """A theme."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")]
    label: str = ""
    dark: bool = True
    colours: Colours

    @property
    def is_ansi(self) -> bool:
        """Whether it keeps to the terminal's own colours."""
        return self.colours.ground.startswith("ansi")


def load(own: Path) -> tuple[dict[str, ThemeFile], list[str]]:
    """Read the shipped themes and the operator's own, which win; return them and what is wrong with the others."""
    themes: dict[str, ThemeFile] = {}
    failures: list[str] = []
    for place in (folder("themes"), own):
        for path in sorted(place.glob("*.toml")) if place.is_dir() else ():
            try:
                source, tables = toml.read(path)
                theme = toml.validate(ThemeFile, tables, source, str(path))
                themes[theme.name] = theme
            except FileError as error:
                failures.append(str(error).splitlines()[0])
    return themes, failures
