"""Checklist items: ticks, refusals, routines, guards, and edits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import START, FakeClock, Memory

from gonogo.rules import item as items
from gonogo.rules.item import (
    AddItem,
    BreakGuard,
    EditItem,
    ExcuseItem,
    MoveItem,
    RemoveItem,
    TickItem,
    UntickItem,
)
from gonogo.rules.plan import Item, Phase, Section, Tick
from gonogo.rules.record import Changes, Intent, Refusal
from gonogo.rules.standing import ItemState
from gonogo.rules.standing import standing as stands


def standing(memory: Memory, key: str) -> ItemState:
    """Say where an item stands now."""
    item = memory.item(key)
    phase = memory.state.get(Phase, item.phase)
    assert phase is not None
    return stands(item, memory.state.get(Tick, item.id), phase, memory.clock.utc)


def texts(memory: Memory, section: str) -> list[str]:
    """Return the texts of a section in order."""
    return [one.text for one in items.in_section(memory.state.all(Item), memory.section(section).id)]


def test_a_task_is_ticked_once_and_unticked(memory: Memory) -> None:
    walk = memory.item("walk").id
    assert standing(memory, "walk").standing == "open"
    done = memory.do(TickItem(item=walk, note="  all\x1b of it "))
    assert isinstance(done, Changes)
    assert done.said == "ticked “Walk through it”: all\ufffd of it"
    assert done.undoable
    tick = memory.state.get(Tick, walk)
    assert tick is not None
    assert (tick.state, tick.by, tick.at, tick.note) == ("done", "ann", memory.clock.now(), "all\ufffd of it")
    assert standing(memory, "walk").settled
    again = memory.do(TickItem(item=walk), "bob")
    assert again == Refusal("“Walk through it” is ticked already, by ann.")
    assert isinstance(memory.do(UntickItem(item=walk)), Changes)
    assert standing(memory, "walk").standing == "open"
    assert memory.do(UntickItem(item=walk)) == Refusal("“Walk through it” is not ticked.")


@pytest.mark.parametrize(
    "intent",
    [TickItem(item="gone"), UntickItem(item="gone"), ExcuseItem(item="gone", reason="x"),
     EditItem(item="gone", text="x"), BreakGuard(item="gone", reason="x"), MoveItem(item="gone", by=1),
     RemoveItem(item="gone")],
)  # fmt: skip
def test_an_item_that_is_gone_is_refused(memory: Memory, intent: Intent) -> None:
    assert memory.do(intent) == Refusal("That item is not in the plan any more; look at the checklist again.")


def test_not_applicable_wants_a_reason_and_settles(memory: Memory) -> None:
    ads = memory.item("ads").id
    assert isinstance(memory.do(ExcuseItem(item=ads, reason=" \n ")), Refusal)
    assert isinstance(memory.do(ExcuseItem(item=ads, reason="no budget")), Changes)
    assert standing(memory, "ads").standing == "not_applicable"
    assert standing(memory, "ads").settled
    assert isinstance(memory.do(TickItem(item=ads)), Changes)
    assert standing(memory, "ads").standing == "done"


def test_only_a_guard_breaks_and_affirming_mends_it(memory: Memory) -> None:
    refused = memory.do(BreakGuard(item=memory.item("walk").id, reason="x"))
    assert isinstance(refused, Refusal)
    assert "only a guard can be broken" in refused.sentence
    quiet = memory.item("quiet").id
    assert isinstance(memory.do(BreakGuard(item=quiet, reason=" ")), Refusal)
    broken = memory.do(BreakGuard(item=quiet, reason="somebody boosted a post"))
    assert isinstance(broken, Changes)
    assert "no longer holds: somebody boosted a post" in broken.said
    assert standing(memory, "quiet").standing == "broken"
    memory.clock.advance(days=30)
    assert standing(memory, "quiet").standing == "broken"
    assert isinstance(memory.do(TickItem(item=quiet)), Changes)
    assert standing(memory, "quiet").standing == "done"


@pytest.mark.parametrize(
    ("hours", "wanted"), [(0, "due"), (1.99, "due"), (2, "overdue"), (48, "overdue")]
)  # fmt: skip
def test_a_routine_never_done_is_due_from_the_start_of_its_phase(memory: Memory, hours: float, wanted: str) -> None:
    memory.clock.advance(hours=hours)
    assert standing(memory, "look").standing == wanted


@pytest.mark.parametrize(
    ("hours", "wanted"), [(0, "done"), (23.9, "done"), (24, "due"), (25.9, "due"), (26, "overdue"), (240, "overdue")]
)
def test_a_routine_comes_due_again_and_is_never_ticked_by_itself(memory: Memory, hours: float, wanted: str) -> None:
    memory.clock.advance(hours=3)
    memory.do(TickItem(item=memory.item("look").id))
    ticked = memory.clock.utc
    memory.clock.advance(hours=hours)
    found = standing(memory, "look")
    assert found.standing == wanted
    assert found.due == ticked + timedelta(days=1)
    assert found.grace_ends == ticked + timedelta(days=1, hours=2)


def test_a_guard_is_due_again_with_half_a_period_of_grace(memory: Memory) -> None:
    memory.do(TickItem(item=memory.item("quiet").id))
    memory.clock.advance(hours=24)
    assert standing(memory, "quiet").standing == "due"
    assert standing(memory, "quiet").grace_ends == START + timedelta(hours=36)
    memory.clock.advance(hours=12)
    assert standing(memory, "quiet").standing == "overdue"


def test_a_routine_keeps_its_last_ticks_and_a_task_none(memory: Memory) -> None:
    look, walk = memory.item("look").id, memory.item("walk").id
    for _ in range(40):
        memory.clock.advance(hours=1)
        assert isinstance(memory.do(TickItem(item=look)), Changes)
    memory.do(TickItem(item=walk))
    ticks = memory.state.get(Tick, look), memory.state.get(Tick, walk)
    assert [len(tick.recent) for tick in ticks if tick] == [items.KEPT_TICKS, 0]
    assert ticks[0] is not None
    assert ticks[0].recent[-1] == memory.clock.now()
    assert list(ticks[0].recent) == sorted(ticks[0].recent, key=lambda at: at.utc)


def test_four_times_a_day_counts_the_last_day(memory: Memory) -> None:
    memory.do(AddItem(section=memory.section("Keep").id, text="Walk the site"))
    added = memory.item("walk-the-site")
    routine = added.model_copy(update={"kind": "routine", "every_s": 21_600.0})
    memory.state.apply(Changes("", put=(routine,)))
    for _ in range(5):
        memory.clock.advance(hours=6)
        memory.do(TickItem(item=routine.id))
    found = standing(memory, "walk-the-site")
    assert (found.today, found.wanted_today) == (4, 4)


def test_an_upcoming_phase_asks_for_nothing(memory: Memory) -> None:
    memory.do(AddItem(section=memory.section("Tell").id, text="Answer"))
    memory.state.apply(
        Changes("", put=(memory.item("answer").model_copy(update={"kind": "routine", "every_s": 86_400.0}),))
    )
    assert standing(memory, "answer").standing == "open"


def test_an_item_is_added_at_the_end_or_after_another(memory: Memory) -> None:
    section = memory.section("Try").id
    assert isinstance(memory.do(AddItem(section=section, text="Last one")), Changes)
    after = AddItem(section=section, text="Second one", after=memory.item("walk").id)
    assert isinstance(memory.do(after), Changes)
    assert texts(memory, "Try") == [
        "Walk through it", "Second one", "Place an order", "Start the adverts", "Last one",
    ]  # fmt: skip
    added = memory.item("second-one")
    assert (added.kind, added.counted, added.optional, added.phase) == ("task", True, False, memory.phase("alpha").id)


def test_a_text_that_stands_already_gets_a_key_of_its_own(memory: Memory) -> None:
    section = memory.section("Try").id
    for _ in range(3):
        assert isinstance(memory.do(AddItem(section=section, text="Walk")), Changes)
    keys = [one.key for one in memory.state.all(Item)]
    assert len(set(keys)) == len(keys)
    assert {"walk", "walk-2", "walk-3", "walk-4"} <= set(keys)


def test_adding_after_the_same_item_again_and_again_keeps_the_order(memory: Memory) -> None:
    """Each lands right after its anchor, also when the room between two positions is used up."""
    section, anchor = memory.section("Try").id, memory.item("walk").id
    for number in range(80):
        assert isinstance(memory.do(AddItem(section=section, text=f"New {number}", after=anchor)), Changes)
    wanted = [f"New {number}" for number in reversed(range(80))]
    assert texts(memory, "Try") == ["Walk through it", *wanted, "Place an order", "Start the adverts"]


@pytest.mark.parametrize("words", ["", "  ", "\n"])
def test_an_item_needs_a_text(memory: Memory, words: str) -> None:
    assert isinstance(memory.do(AddItem(section=memory.section("Try").id, text=words)), Refusal)
    assert isinstance(memory.do(EditItem(item=memory.item("walk").id, text=words)), Refusal)


def test_a_section_that_is_gone_is_refused(memory: Memory) -> None:
    assert isinstance(memory.do(AddItem(section="gone", text="x")), Refusal)


def test_editing_gives_another_text_and_keeps_the_tick(memory: Memory) -> None:
    walk = memory.item("walk").id
    memory.do(TickItem(item=walk))
    assert isinstance(memory.do(EditItem(item=walk, text="Walk it\u202e twice")), Changes)
    assert memory.item("walk").text == "Walk it\ufffd twice"
    assert standing(memory, "walk").standing == "done"
    refused = memory.do(EditItem(item=walk, text=" Walk it\ufffd twice "))
    assert refused == Refusal("The text is the same as before.")


def test_moving_swaps_neighbours_and_stops_at_the_ends(memory: Memory) -> None:
    walk = memory.item("walk").id
    assert memory.do(MoveItem(item=walk, by=-1)) == Refusal("“Walk through it” is already at the top of its section.")
    assert isinstance(memory.do(MoveItem(item=walk, by=1)), Changes)
    assert texts(memory, "Try") == ["Place an order", "Walk through it", "Start the adverts"]
    assert isinstance(memory.do(MoveItem(item=walk, by=1)), Changes)
    assert memory.do(MoveItem(item=walk, by=1)) == Refusal("“Walk through it” is already at the end of its section.")


def test_removing_takes_the_tick_along(memory: Memory) -> None:
    walk = memory.item("walk").id
    memory.do(TickItem(item=walk))
    gone = memory.do(RemoveItem(item=walk))
    assert isinstance(gone, Changes)
    assert len(gone.remove) == 2
    assert memory.state.get(Item, walk) is None
    assert memory.state.get(Tick, walk) is None


wishes = st.lists(st.tuples(st.sampled_from(["up", "down", "add", "after", "remove"]), st.integers(0, 9)), max_size=25)


@given(wishes)
def test_the_order_agrees_with_a_list(acts: list[tuple[str, int]]) -> None:
    memory = Memory(FakeClock())
    memory.state.apply(Changes("", put=(Section(id="s", phase="p", position=1, name="S"),)))
    model: list[str] = []
    for number, (act, place) in enumerate(acts):
        if act == "add" or not model:
            memory.do(AddItem(section="s", text=f"i{number}"))
            model.append(f"i{number}")
            continue
        name = model[place % len(model)]
        where, here = model.index(name), memory.item(name).id
        if act == "after":
            memory.do(AddItem(section="s", text=f"i{number}", after=here))
            model.insert(where + 1, f"i{number}")
        elif act == "remove":
            memory.do(RemoveItem(item=here))
            model.remove(name)
        else:
            other = where + (-1 if act == "up" else 1)
            moved = memory.do(MoveItem(item=here, by=-1 if act == "up" else 1))
            assert isinstance(moved, Changes) == (0 <= other < len(model))
            if 0 <= other < len(model):
                model[where], model[other] = model[other], model[where]
        assert [one.text for one in items.in_section(memory.state.all(Item), "s")] == model
