"""A plan whose gate reads a metric of the team's own, which gonogo.toml asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import CONFIG
from tests.cli.ground import gonogo, ok, records, refused

from gonogo.rules.plan import Criterion

METRIC = '[[metric]]\nname = "carts.abandoned"\nkind = "gauge"\nunit = "%"\nurl = "/carts"\npick = "share"\n'
PLAN = """\
title = "Two"

[[phase]]
id = "alpha"
name = "Alpha"
days = 7
  [[phase.section]]
  name = "Do"
    [[phase.section.item]]
    id = "it"
    text = "Do it"
  [[phase.criterion]]
  id = "carts"
  name = "carts"
  require = "carts.abandoned < 30%"
"""


@pytest.fixture
def home(folder: Path) -> Path:
    """A folder with a plan that reads a metric of its own."""
    (folder / "PLAN.toml").write_text(PLAN, encoding="utf-8")
    return folder


@pytest.mark.parametrize("named", [True, False])
def test_a_plan_reads_the_metrics_of_the_config(home: Path, named: bool) -> None:
    """The config lies here, or is named and lies elsewhere."""
    place = home / ("elsewhere.toml" if named else "gonogo.toml")
    place.write_text(CONFIG + METRIC, encoding="utf-8")
    state = home / "state.db"
    shop = ("--state", str(state), *(("--config", str(place)) if named else ()))
    ok(gonogo(*shop, "plan", "import", "PLAN.toml", "--start", "today"))
    assert [one.require for one in records(state, Criterion)] == ["carts.abandoned < 30%"]
    assert "carts.abandoned < 25%" in ok(gonogo(*shop, "demand", "carts", "25%"))
    refused(gonogo(*shop, "demand", "carts", "25ms"), 2, "does not fit carts.abandoned")
    (home / "PLAN.toml").write_text(PLAN.replace("Do it", "Do it all"), encoding="utf-8")
    ok(gonogo(*shop, "plan", "import", "PLAN.toml", "--yes"))
    assert "carts.abandoned" in ok(gonogo(*shop, "plan", "export", "--format", "toml"))


def test_without_a_config_the_name_is_not_known(home: Path) -> None:
    (home / "gonogo.toml").write_text(CONFIG, encoding="utf-8")
    result = gonogo("plan", "import", "PLAN.toml", "--start", "today")
    assert result.exit_code == 2
    assert "PLAN.toml:15: phase alpha: criterion carts: require: there is no reading “carts.abandoned”" in result.stderr
