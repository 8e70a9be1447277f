"""A launch that the nearest gonogo.toml names, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock, found

from gonogo.rules.plan_doc import PlanDoc

CONFIG = """\
[launch]
id = "tiny"
name = "Tiny"

[environment.production]
url = "https://shop.example"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one; ann acts."""
    place = tmp_path / "repo"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("GONOGO_ACTOR", "ann")
    return place


@pytest.fixture
def tiny_launch(folder: Path, tmp_path: Path, clock: FakeClock, tiny: PlanDoc) -> Path:
    """The tiny launch, founded at START, with its config here; its state file."""
    (folder / "gonogo.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "states").mkdir()
    path = tmp_path / "states" / "tiny.db"
    found(path, clock, tiny).store.close()
    clock.advance(hours=1)
    return path
