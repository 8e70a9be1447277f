"""`gonogo plan import --dry-run`: what a file would become, for people and programs, and what is refused."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok, refused

PLAN = """\
# Lantern shop

## Phase 1: Friends (Week 1)
**Goal**: six orders by hand

- [x] write the mail
- [ ] look at the logs daily

**Success criteria**: 5+ orders, everybody is happy

Thanks to all.
"""
PREVIEW = """\
    1  title     Lantern shop
    3  phase     Friends (Week 1)
    4  goal      six orders by hand
    6  task      [x] write the mail
    7  routine   [ ] look at the logs daily  (every 1d)
    9  criterion 5+ orders, everybody is happy
                 -> orders.successful >= 5
                 -> ? everybody is happy
   11  note      Thanks to all.

11 lines: 6 used, 1 kept as text, 4 blank, none lost.
1 phase, 2 items (1 done), 2 criteria (1 with a condition), 1 note.

1 question:
    1  Line 9: “everybody is happy” has no number: what is measured, and how much is enough?
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan as a team keeps it."""
    path = tmp_path / "plan.md"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_the_preview_says_line_by_line_what_became_what(plan: Path) -> None:
    assert ok(gonogo("plan", "import", str(plan), "--dry-run")) == PREVIEW


def test_json_has_the_phases_the_coverage_and_the_lines(plan: Path) -> None:
    found = data(gonogo("plan", "import", str(plan), "--dry-run", "--json"))
    (phase,) = found["phases"]
    assert (phase["name"], phase["days"], phase["line"]) == ("Friends", 7.0, 3)
    assert [
        (item["text"], item["kind"], item["done"], item["counted"], item["line"])
        for section in phase["sections"]
        for item in section["items"]
    ] == [("write the mail", "task", True, True, 6), ("look at the logs daily", "routine", False, True, 7)]
    assert [(one["text"], one["require"]) for one in phase["criteria"]] == [
        ("5+ orders", "orders.successful >= 5"), ("everybody is happy", None),
    ]  # fmt: skip
    assert found["coverage"] == {"lines": 11, "used": 6, "kept": 5, "blank": 4, "lost": 0}
    assert found["repaired"] is None
    assert [one["line"] for one in found["lines"]] == list(range(1, 12))


def test_what_json_printed_is_read_again(plan: Path, tmp_path: Path) -> None:
    printed = data(gonogo("plan", "import", str(plan), "--dry-run", "--json"))
    again = tmp_path / "again.json"
    again.write_text(json.dumps(printed), encoding="utf-8")
    found = data(gonogo("plan", "import", str(again), "--dry-run", "--json"))
    for phase in found["phases"]:
        assert [[item["text"] for item in section["items"]] for section in phase["sections"]] == [
            ["write the mail", "look at the logs daily"]
        ]
        assert [one["require"] for one in phase["criteria"]] == ["orders.successful >= 5", None]
        assert phase["sections"][0]["items"][0]["done"] is True


def test_what_nothing_here_measures_is_asked_for_once(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("# T\n- [ ] go\n## Success criteria\n- churn < 3%\n- churn < 2%\n", encoding="utf-8")
    asked = "Lines 4, 5: nothing here measures churn. Which [[metric]] in gonogo.toml gives it?"
    assert data(gonogo("plan", "import", str(path), "--dry-run", "--json"))["questions"] == [asked]


def test_damage_is_put_right_and_said(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_bytes("# Étape\n- [ ] prêt – demain\n".encode().decode("mac_roman").encode())
    found = data(gonogo("plan", "import", str(path), "--dry-run", "--json"))
    assert (found["repaired"], found["mended"], found["title"]) == ("mac_roman", [1, 2], "Étape")
    assert "Repaired: 2 lines of UTF-8 that was read as Mac Roman." in ok(
        gonogo("plan", "import", str(path), "--dry-run")
    )


def test_gonogos_own_toml_is_a_plan_too() -> None:
    shipped = Path(__file__).parents[2] / "data" / "plans" / "safe-deployment.toml"
    found = data(gonogo("plan", "import", str(shipped), "--dry-run", "--json"))
    items = [item for phase in found["phases"] for section in phase["sections"] for item in section["items"]]
    assert sum(item["counted"] for item in items) == 41
    assert found["kind"] == "toml"
    assert found["coverage"]["lost"] == 0
    lines = shipped.read_text(encoding="utf-8").splitlines()
    assert all(item["text"] in "\n".join(lines[item["line"] - 1 : item["last"]]) for item in items)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plan.md", b"Only words.\n", "there is no box, no phase and no criterion in it"),
        ("plan.md", b"\x00\xff\xfe\x01" * 50, "is a binary file; a plan is text"),
        ("plan.md", b"- [ ] x\n" * 700_000, "is larger than 5 MB"),
        ("plan.md", b"- [ ] x\n" * 20_001, "has more than 20,000 items"),
        ("plan.json", b"[" * 100_000, "is nested too deep"),
        ("plan.json", b"{", "is not JSON: "),
        ("plan.json", b"[]", 'one JSON object with "phase"'),
        ("plan.json", b'{"phase": []}', "plan.json: title: is missing"),
        ("plan.toml", b"x = [", "plan.toml:1: "),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence_and_at_once(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    began = time.process_time()
    refused(gonogo("plan", "import", str(path), "--dry-run"), 2, said)
    assert time.process_time() - began < 2


def test_a_file_that_is_not_there_a_folder_and_a_real_import_are_refused(tmp_path: Path, plan: Path) -> None:
    refused(gonogo("plan", "import", str(tmp_path / "no.md"), "--dry-run"), 2, "no.md does not exist.")
    refused(gonogo("plan", "import", str(tmp_path), "--dry-run"), 2, "is a folder; give the plan's file.")
    refused(gonogo("plan", "import", str(plan)), 2, "Where is the site?")


def test_what_steers_a_terminal_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("# T\x1b]52;c;x\x07\n- [ ] red \x1b[31m \u202e [bold]x[/bold]\n", encoding="utf-8")
    shown = ok(gonogo("plan", "import", str(path), "--dry-run"))
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_thousand_items_are_read_quickly(tmp_path: Path) -> None:
    from gonogo.formats.plan_file import read_plan_file

    path = tmp_path / "plan.md"
    path.write_text("# Big\n" + "".join(
        f"## Phase {phase}: Part {phase}\n" + "".join(f"- [ ] **do** {item} by `hand`, daily\n" for item in range(50))
        for phase in range(1, 21)
    ), encoding="utf-8")  # fmt: skip
    read_plan_file(path)
    began = time.process_time()
    assert len(read_plan_file(path).draft.items) == 1000
    assert time.process_time() - began < 0.9  # some 0.15 s; the machine that tests may be slow
