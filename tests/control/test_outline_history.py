"""A long history of edits, taken back one by one, ends where it began; also over restarts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import TINY, FakeClock, found

from gonogo.control.room import ControlRoom, Done
from gonogo.rules.item import AddItem, EditItem, ExcuseItem, MoveItem, RemoveItem, TickItem, UntickItem
from gonogo.rules.outline import DuplicateItems, IndentItems, PasteItems, PlaceItems, RemoveItems, SplitItem
from gonogo.rules.plan import Item, Phase, Section, Tick
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.properties import SetItem
from gonogo.rules.record import Intent
from gonogo.rules.section import AddSection, ConfirmSection, MoveSection, RemoveSection, RenameSection, SetMode
from gonogo.rules.undo import Redo, Undo
from gonogo.store import journal
from gonogo.store.store import Store

Pick = Callable[[int], int]


def edits(items: list[Item], sections: list[Section], phases: list[Phase], pick: Pick) -> list[Intent]:
    """Return one of each edit, about things that are there."""
    item, other = items[pick(len(items))], items[pick(len(items))]
    section, by = sections[pick(len(sections))], (-1, 1)[pick(2)]
    two = (item.id, other.id)
    mode = (None, "read-do", "do-confirm")[pick(3)]
    many: list[dict[str, Any]] = [
        {"owner": "anna", "due": "fri"},
        {"every": "6h"},
        {"cron": "0 9 * * *"},
        {"kind": "task"},
    ]
    return [
        AddItem(section=section.id, text=f"new {pick(9)}", after=item.id), EditItem(item=item.id, text=f"t{pick(99)}"),
        MoveItem.model_validate({"item": item.id, "by": by}), RemoveItem(item=item.id),
        TickItem(item=item.id, note="x"), UntickItem(item=item.id), ExcuseItem(item=item.id, reason="no"),
        DuplicateItems(items=two),
        IndentItems.model_validate({"items": two, "by": by}), PlaceItems(items=two, section=section.id),
        PlaceItems(items=two, section=section.id, after=items[pick(len(items))].id), RemoveItems(items=two),
        SplitItem(item=item.id, texts=("left", "right")), SetItem(item=item.id, values=many[pick(4)]),
        PasteItems(section=section.id, text="- [x] a\n  - b\n- c", after=other.id),
        AddSection(phase=phases[pick(len(phases))].id, name=f"s{pick(99)}", after=section.id),
        RenameSection(section=section.id, name=f"n{pick(99)}"), ConfirmSection(section=section.id),
        MoveSection.model_validate({"section": section.id, "by": by}),
        RemoveSection(section=section.id, with_items=pick(4) == 0),
        SetMode.model_validate({"section": section.id, "mode": mode}),
    ]  # fmt: skip


def plan_of(room: ControlRoom) -> list[object]:
    """Return everything that editing touches."""
    state = room.store.state()
    return [*state.all(Section), *state.all(Item), *state.all(Tick)]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 10**6)), min_size=30, max_size=60))
def test_undo_leads_back_to_the_first_state_and_redo_to_the_last(history: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock, path = FakeClock(), Path(folder) / "state.db"
        room = found(path, clock, PlanDoc.model_validate(TINY))
        first, done = plan_of(room), 0
        for kind, seed in history:
            state = room.store.state()
            items, sections = list(state.all(Item)), list(state.all(Section))
            if not items or not sections:
                break
            numbers = iter(range(seed, seed + 10_000, 7))
            intent = edits(items, sections, list(state.all(Phase)), lambda n, it=numbers: next(it) % n)[kind]  # type: ignore[misc]
            clock.advance(1)
            done += isinstance(room.dispatch(intent), Done)
        last = plan_of(room)
        room.store.close()
        again = ControlRoom(Store(path), clock, "ann")
        for _ in range(done):
            named = journal.ahead(again.store.db, "ann")[0]
            taken = again.dispatch(Undo())
            assert isinstance(taken, Done), taken
            assert taken.said == f"took back: {named}"
        assert plan_of(again) == first
        again.store.close()
        third = ControlRoom(Store(path), clock, "ann")
        for _ in range(done):
            assert isinstance(third.dispatch(Redo()), Done)
        assert plan_of(third) == last
        third.store.close()
