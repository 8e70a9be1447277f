"""Where things lie: the state folder, the config of this folder, who acts."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

CONFIG_NAME = "gonogo.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """What one invocation works on; `state` and `config` as far as they are known."""

    state: Path | None
    config: Path | None
    actor: str


def state_folder() -> Path:
    """Return the folder of all launches' state."""
    if override := os.environ.get("GONOGO_STATE_DIR"):
        return Path(override).expanduser()
    from platformdirs import user_state_path

    return user_state_path("gonogo", appauthor=False)


def config_folder() -> Path:
    """Return the folder of the operator's own themes."""
    if override := os.environ.get("GONOGO_CONFIG_DIR"):
        return Path(override).expanduser()
    from platformdirs import user_config_path

    return user_config_path("gonogo", appauthor=False)


def demo_folder() -> Path:
    """Return the folder of the demo, which can be thrown away."""
    return state_folder() / "demo"


def nearest_config(start: Path) -> Path | None:
    """Find `gonogo.toml` here or in a folder above."""
    for folder in (start, *start.parents):
        if (found := folder / CONFIG_NAME).is_file():
            return found
    return None


def named(flag: str | None) -> str | None:
    """Return who was named as the one who acts: by --as, or by GONOGO_ACTOR."""
    return flag or os.environ.get("GONOGO_ACTOR") or None


def actor(flag: str | None) -> str:
    """Return who acts: `--as`, else GONOGO_ACTOR, else the login name."""
    from gonogo.rules import text

    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "operator"
    return text.line(named(flag) or login, 40) or "operator"
