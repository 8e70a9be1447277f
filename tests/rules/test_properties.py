"""Properties of an item as they are typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Memory

from gonogo.rules import properties
from gonogo.rules.properties import SetItem
from gonogo.rules.record import Changes, Decision, Refusal


def set_(memory: Memory, line: str, key: str = "walk", actor: str | None = None, **more: object) -> Decision:
    """Set what a line says."""
    values = properties.parse(line)
    if isinstance(values, Refusal):
        return values
    return memory.do(SetItem.model_validate({"item": memory.item(key).id, "values": values, **more}), actor)


def test_a_line_sets_several_at_once_and_is_written_as_it_is_typed(memory: Memory) -> None:
    done = set_(memory, "owner:anna due:fri 17:00 note:see http://x.example/a sign-off:yes done-when:testers >= 2")
    assert isinstance(done, Changes)
    assert done.said == (
        "set of “Walk through it”: owner anna, due 2026-11-06 17:00, note see http://x.example/a, sign-off yes, "
        "done-when testers >= 2"
    )
    walk = memory.item("walk")
    assert (walk.owner, walk.sign_off, walk.changed_by) == ("anna", True, "ann")
    line = properties.line_of(walk, "UTC")
    assert properties.parse(line) == {
        "owner": "anna", "note": "see http://x.example/a", "due": "2026-11-06 17:00", "done_when": "testers >= 2",
        "sign_off": "yes",
    }  # fmt: skip
    assert set_(memory, line) == Refusal("“Walk through it” is so already; nothing was changed.")


def test_double_quotes_hold_a_value_together_and_are_no_part_of_it(memory: Memory) -> None:
    line = 'owner:"anna" due:"fri 17:00" note:"ask when: today" evidence:"a" and "b"'
    assert properties.parse(line) == {
        "owner": "anna", "due": "fri 17:00", "note": "ask when: today", "evidence": '"a" and "b"',
    }  # fmt: skip
    assert isinstance(set_(memory, line), Changes)
    walk = memory.item("walk")
    assert (walk.owner, walk.note, walk.when) == ("anna", "ask when: today", None)
    assert set_(memory, properties.line_of(walk, "UTC")) == Refusal(
        "“Walk through it” is so already; nothing was changed."
    )
    assert properties.parse('owner:""') == {"owner": ""}
    quoted = walk.model_copy(update={"note": '"Said"'})
    assert properties.parse(properties.line_of(quoted, "UTC")) == {
        "owner": "anna", "due": "2026-11-06 17:00", "note": '"Said"', "evidence": '"a" and "b"',
    }  # fmt: skip


def test_an_empty_one_is_cleared(memory: Memory) -> None:
    set_(memory, "owner:anna due:2026-11-27")
    assert memory.item("walk").due == date(2026, 11, 27)
    done = set_(memory, "owner: due:")
    assert isinstance(done, Changes)
    assert done.said == "set of “Walk through it”: owner cleared, due cleared"
    assert (memory.item("walk").owner, memory.item("walk").due) == (None, None)


def test_what_comes_due_again_is_a_routine_by_one_of_the_two_and_a_task_is_neither(memory: Memory) -> None:
    set_(memory, "every:6h")
    assert (memory.item("walk").kind, memory.item("walk").every_s) == ("routine", 21_600.0)
    set_(memory, "cron:0 9 * * mon-fri")
    assert (memory.item("walk").every_s, memory.item("walk").cron) == (None, "0 9 * * mon-fri")
    set_(memory, "kind:task")
    assert (memory.item("walk").kind, memory.item("walk").cron) == ("task", None)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "says no property"),
        ("anna", "says no property; write name:value"),
        ("now owner:anna", "says no property"),
        ("ownr:anna", "There is no property “ownr”; is owner meant?"),
        ("due:soon", "“soon” is no day"),
        ("every:often", "“often” is not a duration"),
        ("every:0s", "longer than nothing"),
        ("cron:0 9 31 2 *", "“0 9 31 2 *” never fires"),
        ("every:6h cron:0 9 * * *", "give one of them"),
        ("kind:routine", "A routine comes due again; say when"),
        ("kind:chore", "kind is task, routine or guard"),
        ("optional:perhaps", "optional is yes or no"),
        ("done-when:orders.clen >= 2", "there is no reading “orders.clen”; is orders.clean meant?"),
        ("done-when:probe.shop > 2", "a probe is up or not"),
        ("done-when:testers == 'x'", "a probe or a number ticks an item"),
        ("note:" + "x" * 501, "note is 501 characters long and at most 500 are taken"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(memory: Memory, line: str, why: str) -> None:
    found = set_(memory, line)
    assert isinstance(found, Refusal)
    assert why in found.sentence
    assert "\n" not in found.sentence


def test_the_second_of_two_sees_what_the_first_has_set(memory: Memory) -> None:
    set_(memory, "owner:anna", actor="bob")
    refused = set_(memory, "owner:carl", was={"owner": ""})
    assert refused == Refusal("bob has meanwhile set owner to “anna”.", outrun=True)
    assert isinstance(set_(memory, "owner:carl", was={"owner": "anna"}), Changes)
    assert isinstance(set_(memory, "note:other", was={"owner": ""}), Changes)


def test_a_number_of_the_config_may_tick_an_item(memory: Memory) -> None:
    assert isinstance(set_(memory, "done-when:carts.left <= 10"), Refusal)
    assert isinstance(set_(memory, "done-when:carts.left <= 10", metrics=("carts.left",)), Changes)


@given(st.text(max_size=60))
def test_no_line_is_more_than_refused(line: str) -> None:
    found = properties.parse(line)
    assert isinstance(found, Refusal) or set(found) <= set(properties.FIELDS)
