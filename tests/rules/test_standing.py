"""Where an item stands: due times, cron lines, signatures, and how well a routine is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conftest import START, FakeClock, Memory

from gonogo.rules.item import SignItem, TickItem
from gonogo.rules.plan import Item, Phase, Tick
from gonogo.rules.properties import SetItem
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.standing import ItemState, standing


def set_(memory: Memory, key: str, **values: str) -> None:
    """Set properties of an item."""
    assert isinstance(memory.do(SetItem(item=memory.item(key).id, values=values)), Changes)


def state(memory: Memory, key: str, zone: str = "UTC") -> ItemState:
    item = memory.item(key)
    phase = memory.state.get(Phase, item.phase)
    assert phase
    return standing(item, memory.state.get(Tick, item.id), phase, memory.clock.utc, zone)


def test_a_task_asks_from_a_day_before_its_time_and_is_late_after_it(memory: Memory) -> None:
    set_(memory, "walk", due="2026-11-04 08:00")
    for hours, standing_ in [(0, "open"), (24, "due"), (47, "due"), (48, "overdue")]:
        memory.clock.utc = START + timedelta(hours=hours)
        assert state(memory, "walk").standing == standing_, hours
    memory.do(TickItem(item=memory.item("walk").id))
    assert state(memory, "walk") == ItemState("done")


def test_a_day_is_due_while_it_lasts_in_the_launchs_zone(memory: Memory) -> None:
    set_(memory, "walk", due="2026-11-03")
    assert memory.item("walk").due == date(2026, 11, 3)
    memory.clock.utc = START.replace(hour=15, minute=59)
    assert state(memory, "walk", "Asia/Kuala_Lumpur").standing == "open"
    memory.clock.advance(minutes=1)
    assert state(memory, "walk", "Asia/Kuala_Lumpur").standing == "due"
    memory.clock.advance(hours=24)
    assert state(memory, "walk", "Asia/Kuala_Lumpur").standing == "overdue"


def test_a_cron_routine_is_due_at_its_time_and_overdue_half_a_turn_later(memory: Memory) -> None:
    set_(memory, "walk", cron="0 9 * * *")
    assert memory.item("walk").kind == "routine"
    for hours, wanted in [(0, "open"), (1, "due"), (12.9, "due"), (13, "overdue")]:
        memory.clock.utc = START + timedelta(hours=hours)
        assert state(memory, "walk").standing == wanted, hours
    memory.do(TickItem(item=memory.item("walk").id))
    found = state(memory, "walk")
    assert (found.standing, found.due) == ("done", START + timedelta(hours=25))


@pytest.mark.parametrize(
    ("hours", "streak", "missed"),
    [
        ([1, 25, 48, 74], 4, 0),
        ([1, 1.01, 1.02], 1, 0),
        ([1, 25, 90, 114], 2, 2),
        ([1, 25], 0, 3),
    ],
)
def test_a_routine_shows_how_often_in_a_row_and_how_often_not(
    memory: Memory, hours: list[float], streak: int, missed: int
) -> None:
    look = memory.item("look").id
    for at in hours:
        memory.clock.utc = START + timedelta(hours=at)
        memory.do(TickItem(item=look))
    memory.clock.utc = START + timedelta(hours=115 if streak != 4 else 80)
    if hours == [1, 1.01, 1.02]:
        memory.clock.utc = START + timedelta(hours=2)
    found = state(memory, "look")
    assert (found.streak, found.missed) == (streak, missed)


def test_who_ticked_does_not_sign_and_until_then_it_is_not_settled(memory: Memory) -> None:
    walk = memory.item("walk").id
    refused = memory.do(SignItem(item=walk), "bob")
    assert refused == Refusal("“Walk through it” asks for no signature.")
    set_(memory, "walk", sign_off="yes")
    assert isinstance(memory.do(SignItem(item=walk), "bob"), Refusal)
    memory.do(TickItem(item=walk))
    assert state(memory, "walk").standing == "to_sign"
    assert not state(memory, "walk").settled
    assert memory.do(SignItem(item=walk)) == Refusal("You ticked “Walk through it”; somebody else signs it.")
    assert isinstance(memory.do(SignItem(item=walk), "bob"), Changes)
    assert state(memory, "walk").settled
    assert memory.do(SignItem(item=walk), "cy") == Refusal("“Walk through it” is signed already, by bob.")


def test_a_guard_by_a_cron_line_stands_open_nowhere(clock: FakeClock, memory: Memory) -> None:
    set_(memory, "quiet", cron="0 12 * * mon")
    quiet = memory.item("quiet")
    assert (quiet.kind, quiet.every_s, quiet.cron) == ("guard", None, "0 12 * * mon")
    assert state(memory, "quiet").due == START + timedelta(hours=4)
    assert isinstance(quiet, Item)
