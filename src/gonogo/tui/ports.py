"""What the screens need from outside, handed in by whoever opens them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gonogo.formats.themes import ThemeFile


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the state lies, who acts, and what only the command line can do."""

    state: Path
    actor: str
    themes: dict[str, ThemeFile]
    theme: str
    start_watch: Callable[[], str]
    """Start a watch, and say what happened."""
    keep_theme: Callable[[str], None]
    """Remember the chosen theme."""
    config: Path | None = None
    """The gonogo.toml that commands are taken from; without one, the config that was accepted last."""
    demo: Callable[[str], str] | None = None
    """Break or mend the demo's shop, and say what happened; nothing for a real launch."""
    looks: bool = False
    """Whether whoever sits here only looks: nothing is done, and nothing is written."""
    reports: Path | None = None
    """The folder in which a report is written; without one, that of the state."""
    notices: tuple[str, ...] = ()
    """What is to be said once at the start, such as a broken theme file."""
