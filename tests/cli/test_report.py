"""`gonogo report`: as text against its golden, as a page in a file, and what is refused."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.cli.ground import gonogo, ok, refused
from tests.conftest import FakeClock
from tests.tui.ground import bakery, checkout_down

from gonogo.formats.report_html import MARK
from gonogo.store.store import Store

GOLDEN = Path(__file__).parents[1] / "golden" / "report.txt"


@pytest.fixture(scope="module")
def _told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FakeClock]:
    path, clock = tmp_path_factory.mktemp("report") / "state.db", FakeClock()
    bakery(path, clock)
    checkout_down(path, clock)
    return path, clock


@pytest.fixture
def launch(_told: tuple[Path, FakeClock], state_path: Path) -> tuple[Path, FakeClock]:
    """The bakery's launch with an incident that is open, and the clock of its moment."""
    path, clock = _told
    shutil.copy(path, state_path)
    return state_path, clock


def test_the_text_is_as_it_was(launch: tuple[Path, FakeClock]) -> None:
    path, clock = launch
    said = ok(gonogo("--state", str(path), "report", at=clock))
    if os.environ.get("GONOGO_UPDATE_GOLDENS") == "1":
        GOLDEN.write_text(said, encoding="utf-8")
    assert said == GOLDEN.read_text(encoding="utf-8"), "GONOGO_UPDATE_GOLDENS=1 rewrites it"
    assert ok(gonogo("--state", str(path), "report", "--text", at=clock)) == said


def test_a_page_is_written_where_it_is_wanted(launch: tuple[Path, FakeClock], tmp_path: Path) -> None:
    path, clock = launch
    target = tmp_path / "riverside.html"
    said = ok(gonogo("--state", str(path), "report", "--html", str(target), at=clock))
    assert said == f"wrote {target}\n"
    html = target.read_text(encoding="utf-8")
    assert html.startswith(MARK)
    assert "NO-GO" in html or "HOLD" in html
    assert ok(gonogo("--state", str(path), "report", "--html", "-", at=clock)) == html
    assert ok(gonogo("--state", str(path), "report", "--html", str(target), "--names", at=clock)) == said
    assert "chloe" not in html
    assert "chloe" in target.read_text(encoding="utf-8")


def test_a_report_changes_nothing(launch: tuple[Path, FakeClock]) -> None:
    path, clock = launch
    store = Store(path)
    before = store.revisions(), list(store.db.query("SELECT * FROM journal"))
    ok(gonogo("--state", str(path), "report", at=clock))
    assert (store.revisions(), list(store.db.query("SELECT * FROM journal"))) == before
    store.close()


def test_what_cannot_be_is_one_sentence(launch: tuple[Path, FakeClock], tmp_path: Path) -> None:
    path, _ = launch
    mine = tmp_path / "mine.html"
    mine.write_text("mine", encoding="utf-8")
    for target, why in ((tmp_path / "none" / "r.html", "make the folder first"), (mine, "is no report of gonogo"),
                        (tmp_path, "is a folder")):  # fmt: skip
        refused(gonogo("--state", str(path), "report", "--html", str(target)), 2, why)
    assert mine.read_text(encoding="utf-8") == "mine"
    refused(gonogo("--state", str(path), "report", "--html", str(mine), "--text"), 2, "text or a page")
