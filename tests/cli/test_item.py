"""`gonogo item`, `undo` and `redo`: the checklist by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import CONFIG
from tests.cli.ground import data, gonogo, ok, records, refused
from tests.conftest import FakeClock, found

from gonogo.rules.plan import Item, Tick
from gonogo.rules.plan_doc import PlanDoc


def keys(path: Path) -> list[str]:
    """Return the keys of the first section in their order."""
    found = sorted(records(path, Item), key=lambda one: (one.section, one.position))
    return [one.key for one in found]


def tick(path: Path, key: str) -> Tick | None:
    wanted = next(one.id for one in records(path, Item) if one.key == key)
    return next((one for one in records(path, Tick) if one.id == wanted), None)


def test_tick_and_untick(tiny_launch: Path, clock: FakeClock) -> None:
    assert ok(gonogo("item", "tick", "walk", "--note", "went well", at=clock)) == (
        "ticked “Walk through it”: went well\n"
    )
    made = tick(tiny_launch, "walk")
    assert made
    assert (made.by, made.note, made.at) == ("ann", "went well", clock.now())
    refused(gonogo("item", "tick", "walk", at=clock), 1, "is ticked already, by ann")
    assert ok(gonogo("item", "untick", "walk", at=clock)) == "unticked “Walk through it”\n"
    assert tick(tiny_launch, "walk") is None
    refused(gonogo("item", "untick", "walk", at=clock), 1, "is not ticked")


def test_as_says_who_acts(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("--as", "bo", "item", "tick", "walk", at=clock))
    made = tick(tiny_launch, "walk")
    assert made
    assert made.by == "bo"


def test_a_login_is_matched_to_its_person(tiny_launch: Path, clock: FakeClock, folder: Path) -> None:
    config = folder / "gonogo.toml"
    config.write_text(config.read_text() + '\n[[person]]\nname = "Ann Smith"\nlogins = ["ann"]\n')
    ok(gonogo("item", "tick", "walk", at=clock))
    made = tick(tiny_launch, "walk")
    assert made
    assert made.by == "Ann Smith"


def test_an_item_by_a_part_of_its_text_that_only_one_has(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("item", "tick", "THROUGH", at=clock))
    assert tick(tiny_launch, "walk")
    refused(gonogo("item", "tick", "adverts", at=clock), 2, "fits 2 items (", "name one by its key")
    refused(gonogo("item", "tick", "nowhere", at=clock), 2, "There is no item “nowhere”")


def test_excuse_and_break(tiny_launch: Path, clock: FakeClock) -> None:
    assert "not applicable: no budget" in ok(gonogo("item", "excuse", "ads", "no budget", at=clock))
    assert tick(tiny_launch, "ads").state == "not_applicable"  # type: ignore[union-attr]
    assert "no longer holds: an advert ran" in ok(gonogo("item", "break", "quiet", "an advert ran", at=clock))
    assert tick(tiny_launch, "quiet").state == "broken"  # type: ignore[union-attr]
    refused(gonogo("item", "break", "walk", "x", at=clock), 1, "is a task, not a guard")
    refused(gonogo("item", "excuse", "walk", " ", at=clock), 1, "A reason is wanted")


def test_add_edit_move_remove(tiny_launch: Path, clock: FakeClock) -> None:
    assert ok(gonogo("item", "add", "Taste the bread", "--section", "try", at=clock)) == (
        "added “Taste the bread” to 1 Alpha, Try\n"
    )
    assert keys(tiny_launch)[:4] == ["walk", "order", "ads", "taste-the-bread"]
    ok(gonogo("item", "move", "taste-the-bread", "up", at=clock))
    assert keys(tiny_launch)[:4] == ["walk", "order", "taste-the-bread", "ads"]
    refused(gonogo("item", "move", "walk", "up", at=clock), 1, "already at the top")
    assert "reworded “Taste the bread” to “Eat the bread”" in ok(
        gonogo("item", "edit", "taste-the-bread", "Eat the bread", at=clock)
    )
    refused(gonogo("item", "edit", "walk", "  ", at=clock), 1, "An item needs a text")
    assert ok(gonogo("item", "remove", "taste-the-bread", at=clock)) == "removed “Eat the bread”\n"
    assert "taste-the-bread" not in keys(tiny_launch)


def test_add_without_a_section_goes_to_the_last_and_an_unclear_one_is_asked_for(
    tiny_launch: Path, clock: FakeClock
) -> None:
    ok(gonogo("item", "add", "Sleep", at=clock))
    names = {row["id"]: row["section"] for row in data(gonogo("item", "list", "--json", at=clock))}
    assert names["sleep"] == "Keep"
    refused(gonogo("item", "add", "Eat", "--section", "nowhere", at=clock), 2, "Which section?", "“Try”")


def test_undo_and_redo_are_of_this_actor(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("item", "tick", "walk", at=clock))
    refused(gonogo("--as", "bo", "undo", at=clock), 1, "nothing of yours to undo, bo")
    assert ok(gonogo("undo", at=clock)) == "took back: ticked “Walk through it”\n"
    assert tick(tiny_launch, "walk") is None
    assert ok(gonogo("redo", at=clock)) == "did again: ticked “Walk through it”\n"
    assert tick(tiny_launch, "walk")
    refused(gonogo("redo", at=clock), 1, "nothing of yours to redo, ann")


def test_undo_is_refused_by_name_when_another_has_changed_the_row(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("item", "edit", "walk", "Run through it", at=clock))
    ok(gonogo("--as", "bo", "item", "edit", "walk", "Crawl through it", at=clock))
    refused(gonogo("undo", at=clock), 1, "bo has since reworded")


def test_the_list_says_where_each_stands(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("item", "tick", "walk", at=clock))
    said = ok(gonogo("item", "list", at=clock)).splitlines()
    assert said[0].startswith("1 Alpha  1/")
    assert any(line.split()[:2] == ["done", "walk"] and line.endswith("Walk through it  ann") for line in said)
    assert any(line.split()[:2] == ["due", "look"] for line in said)
    rows = data(gonogo("item", "list", "--json", at=clock))
    walk = {"id": "walk", "phase": "alpha", "section": "Try", "text": "Walk through it", "kind": "task",
            "state": "done", "by": "ann"}  # fmt: skip
    assert any(walk.items() <= row.items() for row in rows)
    assert {row["phase"] for row in data(gonogo("item", "list", "--all", "--json", at=clock))} == {"alpha", "open"}


def test_a_planned_launch_shows_its_first_phase(folder: Path, tmp_path: Path, clock: FakeClock, tiny: PlanDoc) -> None:
    (folder / "gonogo.toml").write_text(CONFIG)
    (tmp_path / "states").mkdir()
    found(tmp_path / "states" / "tiny.db", clock, tiny, begin=False).store.close()
    said = ok(gonogo("item", "list", at=clock)).splitlines()
    assert said[0] == "1 Alpha  0/5  upcoming"
    assert any(line.split()[:2] == ["open", "walk"] for line in said)
    assert {row["phase"] for row in data(gonogo("item", "list", "--json", at=clock))} == {"alpha"}
    assert ok(gonogo("item", "add", "Sleep", at=clock)) == "added “Sleep” to 1 Alpha, Keep\n"
    assert "sleep" in ok(gonogo("item", "list", at=clock))
    assert "2 Open  0/1  upcoming" in ok(gonogo("item", "list", "--all", at=clock))


@pytest.mark.parametrize("words", [["item", "tick"], ["item", "fly"], ["item", "move", "walk", "sideways"]])
def test_bad_usage_exits_2(tiny_launch: Path, words: list[str]) -> None:
    result = gonogo(*words)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_who_was_slower_is_told_what_stands_there_and_no_key_to_press(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("item", "edit", "walk", "Run through it", at=clock))
    result = gonogo("item", "edit", "walk", "Crawl", "--was", "Walk through it", at=clock)
    refused(result, 1, "ann has meanwhile reworded it to “Run through it”.")
    assert "enter" not in result.stderr


def test_a_long_id_stands_apart_from_its_text(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("item", "add", "Walk through everything slowly", at=clock))
    key = next(one.key for one in records(tiny_launch, Item) if one.text == "Walk through everything slowly")
    assert len(key) >= 28
    assert f"{key} Walk through everything slowly" in ok(gonogo("item", "list", at=clock))


def test_properties_are_set_in_quotes(tiny_launch: Path, clock: FakeClock) -> None:
    said = ok(gonogo("item", "set", "walk", 'due:"fri 17:00"', 'note:"ask when: today"', at=clock))
    assert said == "set of “Walk through it”: due 2026-11-06 17:00, note ask when: today\n"
