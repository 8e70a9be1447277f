"""A launch on disk that began some days ago, and a folder with its config."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import found
from tests.terminal.ground import days_ago

from gonogo.rules.plan_doc import PlanDoc

CONFIG = """\
[launch]
id = "tiny"
name = "Tiny"

[environment.production]
url = "{url}"

[[probe]]
name = "home"
url = "/"
every = "1s"
timeout = "1s"
expect = ["status == 200"]
"""


@pytest.fixture
def launch(tmp_path: Path, tiny: PlanDoc, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny launch's state file; its gonogo.toml lies in the folder `repo` beside."""
    monkeypatch.setenv("GONOGO_ACTOR", "ann")
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "gonogo.toml").write_text(CONFIG.format(url="http://127.0.0.1:9"))
    (tmp_path / "states").mkdir()
    state = tmp_path / "states" / "tiny.db"
    found(state, days_ago(), tiny).store.close()
    return state


@pytest.fixture
def repo(launch: Path, tmp_path: Path) -> Path:
    """The folder with the config."""
    return tmp_path / "repo"
