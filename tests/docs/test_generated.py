"""What is made from the code is as the code would make it now, and the docs say what is true."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from gonogo import __version__

ROOT = Path(__file__).resolve().parents[2]


def _generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["docs/keys.md", "data/gonogo.schema.json"])
def test_generated_files_are_current(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == _generator().FILES[name](), "run docs/generate.py"


def test_readme_shows_pictures_that_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", readme)
    assert pictures
    assert all((ROOT / name).is_file() for name in pictures)


def test_readme_links_lead_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = [name for name in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in name]
    assert all((ROOT / name).exists() for name in links)


def test_architecture_names_files_that_are_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| `")]
    for row in rows:
        cell = row.split("|")[1]
        folder = ""
        for name in re.findall(r"`([^`]+)`", cell):
            folder = name.rsplit("/", 1)[0] if "/" in name.rstrip("/") else folder
            path = name if "/" in name else f"{folder}/{name}"
            assert (ROOT / "src" / "gonogo" / path).exists(), path
    assert len(rows) >= 10


def test_version_is_one_number() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{__version__}"' in project
