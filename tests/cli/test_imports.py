"""What a command imports: a fast start is kept by what stays out."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("textual", "rich", "httpx", "httpcore", "pydantic", "sqlite_utils", "humanize", "jmespath", "asyncio")


def imported(code: str) -> set[str]:
    """Run code in a fresh process; which of the heavy modules it has imported."""
    tail = f"\nprint('LOADED', *[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}{tail}"], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rsplit("LOADED", 1)[1].split())


def command(*words: str) -> str:
    return (
        "from gonogo.cli.main import main\n"
        f"try:\n    main.main({list(words)!r}, prog_name='gonogo')\nexcept SystemExit:\n    pass"
    )


def test_version_imports_nothing_heavy() -> None:
    assert imported(command("--version")) == set()


@pytest.mark.parametrize(
    "words", [("item", "--help"), ("log", "--help"), ("status", "--help"), ("explain", "status == 200")]
)
def test_neither_screen_nor_network_is_imported_for_a_command(words: tuple[str, ...]) -> None:
    assert imported(command(*words)) & {"textual", "httpx", "httpcore", "sqlite_utils"} == set()


def test_status_imports_neither_screen_nor_network(tmp_path: object) -> None:
    assert imported(command("--state", "/nonexistent/x.db", "status")) & {"textual", "httpx", "httpcore"} == set()


@pytest.mark.parametrize(
    "module", ["gonogo.tui.app", "gonogo.tui.screens.room", "gonogo.control.link", "gonogo.control.room"]
)
def test_the_screens_never_import_the_network(module: str) -> None:
    assert imported(f"import {module}") & {"httpx", "httpcore"} == set()


ROOM = """
from pathlib import Path
import gonogo.cli.open as opening
from gonogo.control.clock import SystemClock
from gonogo.control.spawn import start_watch
from gonogo.tui.app import GonogoApp
from gonogo.tui.ports import Ports
themes, _ = opening._themes()
ports = Ports(Path("/nonexistent/x.db"), "ann", themes, "midnight", lambda: "", lambda name: None)
GonogoApp(ports, SystemClock())
"""
RULES = """
import importlib, pkgutil
import gonogo.rules
for one in pkgutil.iter_modules(gonogo.rules.__path__):
    importlib.import_module("gonogo.rules." + one.name)
"""


def test_opening_the_room_imports_no_network() -> None:
    assert imported(ROOM) & {"httpx", "httpcore"} == set()


def test_the_rules_import_only_pydantic() -> None:
    assert imported(RULES) & {"textual", "rich", "httpx", "sqlite_utils", "humanize", "jmespath"} == set()
