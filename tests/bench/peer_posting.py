"""A peer for start-up, idling and keys: posting, from PyPI, in a venv of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

VENV = Path(__file__).resolve().parents[2] / ".bench" / "posting"
PACKAGES = ("posting", "tree-sitter==0.25.2")
"""Newer tree-sitters crash posting before its first frame."""
REQUESTS = 20
MARKS = ("ask-19", "Send")
CURSOR = "#c45aff"


def install() -> str:
    """Make the venv on first use; return what went wrong in one line, or nothing."""
    if (VENV / "bin" / "posting").exists():
        return ""
    print(f"installing {' and '.join(PACKAGES)} into {VENV} ...", file=sys.stderr, flush=True)
    commands = (
        [sys.executable, "-m", "venv", str(VENV)],
        [str(VENV / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *PACKAGES],
    )
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"posting is left out: {error}"
        if done.returncode:
            words = (done.stderr or done.stdout).strip().splitlines()
            return f"posting is left out: {words[-1] if words else 'pip failed'}"
    return ""


def argv(folder: Path) -> list[str]:
    """Write a collection of requests into a folder; return how posting opens it."""
    collection = folder / "collection"
    collection.mkdir(exist_ok=True)
    for number in range(REQUESTS):
        text = f"name: ask-{number:02}\nurl: http://127.0.0.1:1/{number}\n"
        (collection / f"ask-{number:02}.posting.yaml").write_text(text, encoding="utf-8")
    return [str(VENV / "bin" / "posting"), "--collection", str(collection)]
