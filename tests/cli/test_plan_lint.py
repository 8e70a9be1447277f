"""gonogo plan lint: of a file and of a launch."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.ground import gonogo, ok, refused
from tests.conftest import FakeClock

PAPER = """# Two steps

## Phase 1: Inside (Week 1)
### Invite 4-6 neighbours

- [ ] Read the logs daily
- [ ] No adverts yet

**Success Criteria**: Positive feedback

## Phase 2: Outside (Week 2+)

- [ ] Search ads (if planned)

## Success metrics

### Phase 1
- 4+ users order
- 99% uptime
"""


def test_a_file_is_examined_as_it_is_written(folder: Path) -> None:
    (folder / "plan.md").write_text(PAPER)
    done = gonogo("plan", "lint", "plan.md", "--json")
    assert done.exit_code == 10, done.output
    found = {(one["doubt"], one["line"]) for one in json.loads(done.stdout)["findings"]}
    assert found >= {
        ("hidden", 4), ("recurring", 6), ("negative", 7), ("unquantified", 9), ("conditional", 13), ("unreachable", 18),
        ("no window", 19), ("no way back", 3), ("no end", 11),
    }  # fmt: skip
    assert "18: “4+ users order”" in gonogo("plan", "lint", "plan.md").stdout


def test_a_ruling_belongs_to_a_launch(folder: Path) -> None:
    (folder / "plan.md").write_text(PAPER)
    refused(gonogo("plan", "lint", "plan.md", "--accept", "x"), 2, "A ruling is kept with the plan of a launch")
    refused(gonogo("plan", "lint", "nothing.md"), 2, "nothing.md")


def test_a_ruling_is_accepted_left_and_taken_back(tiny_launch: Path, clock: FakeClock) -> None:
    for text in ("Read the logs daily", "No money on posters"):
        ok(gonogo("item", "add", text, at=clock))
    keys = [one["key"] for one in json.loads(gonogo("plan", "lint", "--json", at=clock).stdout)["findings"]]
    daily, posters = (next(key for key in keys if part in key) for part in ("logs", "posters"))
    said = ok(gonogo("plan", "lint", "--accept", daily, at=clock))
    assert said == "ruled on “Read the logs daily”: a routine, due every day\n"
    refused(gonogo("plan", "lint", "--leave", posters, " ", at=clock), 1, "A reason is wanted")
    ok(gonogo("plan", "lint", "--leave", posters, "agreed by mail", at=clock))
    text = gonogo("plan", "lint", at=clock).stdout
    assert "left          “No money on posters”: agreed by mail (ann)" in text
    assert "2 rulings." in text
    assert daily not in text
    ok(gonogo("undo", at=clock))
    assert posters in gonogo("plan", "lint", at=clock).stdout
