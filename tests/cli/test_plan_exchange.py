"""A team's plan into a launch and out again: founded, ticked, imported over, taken back, exported, read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CONFIG
from tests.cli.ground import gonogo, ok, records, refused

from gonogo.formats.plan_back import Back, write_back
from gonogo.rules.plan import Item, Seat, Tick

PLAN = """\
# Launch

## Phase 1: Internal Testing (Week 1)

- [x] Walk through every user flow
- [ ] Place an order
- [ ] Check the logs daily

Success criteria:
- 20+ successful orders

Call it off early.

## Phase 2: Full Launch

- [ ] Post it on the site
"""


@pytest.fixture
def home(folder: Path) -> Path:
    """A folder with a config that has no launch yet, and a team's plan."""
    (folder / "gonogo.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "PLAN.md").write_text(PLAN, encoding="utf-8")
    return folder


@pytest.fixture
def state(home: Path) -> Path:
    """The launch that was founded from the team's plan."""
    ok(gonogo("plan", "import", "PLAN.md", "--start", "today"))
    return home.parent / "states" / "tiny.db"


def test_a_launch_is_founded_from_a_markdown_plan_and_says_what_it_took_from_the_bundled_one(home: Path) -> None:
    said = ok(gonogo("plan", "import", "PLAN.md", "--start", "today"))
    assert "From the bundled plan: the seats of the poll (product, tech, data, support, comms)." in said
    assert "From the bundled plan: the runbooks for what is critical, high, medium, low." in said
    path = home.parent / "states" / "tiny.db"
    assert [one.text for one in records(path, Item)][:2] == ["Walk through every user flow", "Place an order"]
    assert [(tick.by, tick.note) for tick in records(path, Tick)] == [("ann", "as PLAN.md has it")]
    assert len(records(path, Seat)) == 5


def test_what_would_be_lost_is_said_first_and_one_undo_takes_an_import_back(home: Path, state: Path) -> None:
    before = ok(gonogo("plan", "export", "--format", "json"))
    changed = PLAN.replace("- [x] Walk through every user flow\n", "").replace("on the site", "on our site")
    (home / "PLAN.md").write_text(changed, encoding="utf-8")
    result = gonogo("plan", "import", "PLAN.md")
    assert result.exit_code == 1
    assert (
        "walk-through-every-user-flow: Walk through every user flow (ann; the file no longer has it)" in result.stdout
    )
    assert "--lose-ticks" in result.stderr
    said = ok(gonogo("plan", "import", "PLAN.md", "--lose-ticks"))
    assert said.endswith("imported PLAN.md: 1 changed, 1 gone, 1 tick lost\n")
    assert "Walk" not in ok(gonogo("plan", "export"))
    ok(gonogo("undo"))
    assert ok(gonogo("plan", "export", "--format", "json")) == before
    (home / "PLAN.md").write_text(PLAN, encoding="utf-8")
    assert ok(gonogo("plan", "import", "PLAN.md")).endswith("Nothing is different.\nfound nothing new in PLAN.md\n")


def test_an_import_that_brought_a_phase_with_sections_is_taken_back_and_done_again(home: Path, state: Path) -> None:
    before = ok(gonogo("plan", "export", "--format", "json"))
    (home / "PLAN.md").write_text(
        f"{PLAN}\n## Phase 3: Later\n\nBring a coat.\n\n### Then\n\n- [ ] Rest\n", encoding="utf-8"
    )
    ok(gonogo("plan", "import", "PLAN.md"))
    after = ok(gonogo("plan", "export", "--format", "json"))
    assert "Rest" in after
    ok(gonogo("undo"))
    assert ok(gonogo("plan", "export", "--format", "json")) == before
    ok(gonogo("redo"))
    assert ok(gonogo("plan", "export", "--format", "json")) == after


@pytest.mark.parametrize("form", ["md", "toml", "json"])
def test_an_export_founds_the_same_launch_again_ticks_included(home: Path, state: Path, form: str) -> None:
    ok(gonogo("item", "tick", "place-an-order", "--note", "order 12"))
    ok(gonogo("plan", "export", f"out.{form}"))
    ok(gonogo("--state", "again.db", "plan", "import", f"out.{form}", "--start", "today"))
    assert ok(gonogo("--state", "again.db", "plan", "export", "--format", form)) == (home / f"out.{form}").read_text()
    assert {tick.note for tick in records(home / "again.db", Tick)} == {"as PLAN.md has it", "order 12"}


def test_what_people_change_in_an_export_comes_in_by_its_ids(home: Path, state: Path) -> None:
    ok(gonogo("plan", "export", "out.md"))
    sheet = (home / "out.md").read_text()
    assert "- [ ] Place an order <!-- place-an-order -->" in sheet
    sheet = sheet.replace("- [ ] Place an order <!--", "- [x] Buy a loaf <!--").replace(
        "- [ ] Post it", "- [ ] Ask a friend\n- [ ] Post it"
    )
    (home / "out.md").write_text(sheet, encoding="utf-8")
    assert ok(gonogo("plan", "import", "out.md")).endswith("imported out.md: 1 new, 1 changed, 1 ticked\n")
    texts = [one["text"] for phase in json.loads(ok(gonogo("plan", "export", "--format", "json")))["phase"]
             for section in phase["section"] for one in section["item"]]  # fmt: skip
    assert texts == [
        "Walk through every user flow",
        "Buy a loaf",
        "Check the logs daily",
        "Ask a friend",
        "Post it on the site",
    ]


def test_an_export_is_written_over_an_export_and_over_nothing_else(home: Path, state: Path) -> None:
    ok(gonogo("plan", "export", "out.toml"))
    ok(gonogo("plan", "export", "out.toml"))
    refused(gonogo("plan", "export", "PLAN.md"), 2, "gonogo did not export it")
    refused(gonogo("plan", "export", "."), 2, "is a folder")
    (home / "link.md").symlink_to("out.md")
    refused(gonogo("plan", "export", "link.md"), 2, "is a link to out.md; name the file itself.")
    (home / "out.toml").chmod(0o444)
    refused(gonogo("plan", "export", "out.toml"), 2, "is read-only")


def test_the_export_of_another_launch_and_what_is_no_pair_are_refused(home: Path, state: Path) -> None:
    other = ok(gonogo("plan", "export")).replace("- Launch: tiny", "- Launch: bakery")
    (home / "other.md").write_text(other, encoding="utf-8")
    refused(gonogo("plan", "import", "other.md"), 1, "is the plan of the launch “bakery”")
    refused(gonogo("plan", "import", "PLAN.md", "--pair", "walk"), 2, "--pair walk: write the item's key")
    refused(gonogo("plan", "import", "PLAN.md", "--url", "http://x.example"), 2, "There is a launch here already")


def test_what_is_no_plan_and_what_is_too_large_is_refused_at_once(home: Path, state: Path) -> None:
    (home / "many.md").write_text("- [ ] one more\n" * 20_001, encoding="utf-8")
    refused(gonogo("plan", "import", "many.md"), 2, "more than 20,000 items")
    (home / "large.md").write_text("a" * (5 << 20) + "b", encoding="utf-8")
    refused(gonogo("plan", "import", "large.md"), 2, "larger than 5 MB")
    refused(gonogo("plan", "import", "."), 2, "is a folder")


def test_the_teams_own_file_is_brought_up_to_date_and_nothing_else_in_it(home: Path, state: Path) -> None:
    path = home / "PLAN.md"
    raw = PLAN.replace("\n", "\r\n").encode()
    path.write_bytes(raw)
    path.chmod(0o640)
    ok(gonogo("item", "tick", "place-an-order"))
    ok(gonogo("item", "edit", "walk-through-every-user-flow", "Walk through all flows"))
    ok(gonogo("item", "add", "Ask a friend"))
    shown = ok(gonogo("plan", "export", "--write-back", "PLAN.md", "--dry-run"))
    assert "-- [ ] Place an order\n" in shown
    assert path.read_bytes() == raw
    assert ok(gonogo("plan", "export", "--write-back", "PLAN.md")) == (
        "PLAN.md: 5 lines changed, all others as they were.\n"
    )
    wanted = PLAN.replace("[x] Walk through every user flow", "[x] Walk through all flows")
    wanted = wanted.replace("[ ] Place an order", "[x] Place an order")
    wanted = wanted.replace("logs daily\n", "logs daily\n- [ ] Ask a friend\n")
    assert path.read_bytes() == wanted.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert "says what the plan says already" in ok(gonogo("plan", "export", "--write-back", "PLAN.md"))
    ok(gonogo("item", "edit", "walk-through-every-user-flow", "Walk on"))
    assert "2 lines changed" in ok(gonogo("plan", "export", "--write-back", "PLAN.md"))
    assert "found nothing new" in ok(gonogo("plan", "import", "PLAN.md"))


def test_a_file_that_cannot_be_written_back_is_left_alone_with_a_sentence(home: Path, state: Path) -> None:
    path = home / "PLAN.md"
    path.write_text(PLAN + "- [ ] Sing\n", encoding="utf-8")
    refused(gonogo("plan", "export", "--write-back", "PLAN.md"), 1, "“Sing” is new. Import it first")
    refused(gonogo("plan", "export", "--write-back", "no.md"), 2, "no.md does not exist")
    (home / "link.md").symlink_to("PLAN.md")
    refused(gonogo("plan", "export", "--write-back", "link.md"), 2, "is a link to PLAN.md")
    ok(gonogo("plan", "export", "own.md"))
    refused(gonogo("plan", "export", "--write-back", "own.md"), 2, "is in gonogo's own form")
    path.chmod(0o444)
    refused(gonogo("plan", "export", "--write-back", "PLAN.md"), 2, "is read-only")
    refused(gonogo("plan", "export", "--repair"), 2, "belong to --write-back")
    assert path.read_text(encoding="utf-8") == PLAN + "- [ ] Sing\n"


def test_what_stays_here_is_said_and_a_look_needs_no_right_to_write(home: Path, state: Path) -> None:
    path = home / "PLAN.md"
    path.chmod(0o444)
    ok(gonogo("item", "move", "check-the-logs-daily", "up"))
    ok(gonogo("item", "set", "place-an-order", "owner:ben"))
    shown = gonogo("plan", "export", "--write-back", "PLAN.md", "--dry-run")
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == ("PLAN.md: not written back: 1 moved item.\nPLAN.md: not written back: 1 changed owner.\n")
    refused(gonogo("plan", "export", "--write-back", ".", "--dry-run"), 2, "is a folder")


def test_an_import_that_changes_nothing_leaves_nothing_to_take_back(home: Path, state: Path) -> None:
    ok(gonogo("item", "tick", "place-an-order"))
    (home / "SAME.md").write_text((home / "PLAN.md").read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("PLAN.md", "SAME.md"):
        assert "found nothing new" in ok(gonogo("plan", "import", name))
    assert ok(gonogo("undo")) == "took back: ticked “Place an order”\n"


def test_a_first_import_that_changes_nothing_is_nothing_to_take_back(tiny_launch: Path, folder: Path) -> None:
    ok(gonogo("item", "tick", "walk"))
    ok(gonogo("plan", "export", "same.json"))
    assert "found nothing new in same.json" in ok(gonogo("plan", "import", "same.json"))
    assert ok(gonogo("undo")) == "took back: ticked “Walk through it”\n"


def test_bytes_from_which_an_item_would_not_be_read_are_not_written(
    home: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_a_line(*args: Any, **more: Any) -> Back:
        made = write_back(*args, **more)
        return replace(made, raw=made.raw.replace(b"- [ ] Check the logs daily\n", b""))

    monkeypatch.setattr("gonogo.formats.plan_back.write_back", without_a_line)
    ok(gonogo("item", "tick", "place-an-order"))
    refused(gonogo("plan", "export", "--write-back", "PLAN.md"), 1, "“Check the logs daily” would not be read back")
    assert (home / "PLAN.md").read_text(encoding="utf-8") == PLAN
