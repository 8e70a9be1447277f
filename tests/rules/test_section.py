"""Sections: added, named, moved, removed, and done in order or confirmed together."""

from __future__ import annotations

from tests.conftest import Memory

from gonogo.rules.checklist import checklist
from gonogo.rules.item import AddItem, TickItem, UntickItem
from gonogo.rules.plan import Item, Section
from gonogo.rules.record import Changes, Intent, Refusal
from gonogo.rules.section import (
    AddSection,
    ConfirmSection,
    MoveSection,
    RemoveSection,
    RenameSection,
    SetMode,
    mates_of,
)


def names(memory: Memory) -> list[str]:
    return [one.name for one in mates_of(memory.state, memory.phase("alpha").id)]


def done(memory: Memory, intent: Intent) -> str:
    found = memory.do(intent)
    assert isinstance(found, Changes), found
    return found.said


def refused(memory: Memory, intent: Intent) -> str:
    found = memory.do(intent)
    assert isinstance(found, Refusal), found
    return found.sentence


def test_added_named_and_moved(memory: Memory) -> None:
    alpha, try_ = memory.phase("alpha").id, memory.section("Try").id
    assert done(memory, AddSection(phase=alpha, name="Bake", after=try_)) == "added the section “Bake” to Alpha"
    done(memory, AddSection(phase=alpha, name="Sell"))
    assert names(memory) == ["Try", "Bake", "Keep", "Sell"]
    done(memory, RenameSection(section=try_, name="Taste", was="Try"))
    assert "Meanwhile it was renamed to “Taste”" in refused(memory, RenameSection(section=try_, name="Eat", was="Try"))
    assert "needs a name" in refused(memory, RenameSection(section=try_, name=" "))
    done(memory, MoveSection(section=try_, by=1))
    assert names(memory) == ["Bake", "Taste", "Keep", "Sell"]
    assert "already last" in refused(memory, MoveSection(section=memory.section("Sell").id, by=1))


def test_one_with_items_goes_only_with_them(memory: Memory) -> None:
    keep = memory.section("Keep").id
    said = refused(memory, RemoveSection(section=keep))
    assert said == "“Keep” has 2 items; move them first, or remove them with it."
    assert done(memory, RemoveSection(section=keep, with_items=True)) == "removed the section “Keep” with 2 items"
    assert names(memory) == ["Try"]
    assert not [one for one in memory.state.all(Item) if one.section == keep]
    assert "not in the plan any more" in refused(memory, RemoveSection(section=keep))


def test_read_do_wants_a_reason_out_of_order(memory: Memory) -> None:
    try_ = memory.section("Try").id
    assert done(memory, SetMode(section=try_, mode="read-do")) == "said that “Try” is done one after the other"
    order = memory.item("order").id
    assert refused(memory, TickItem(item=order)) == (
        "“Walk through it” comes first in “Try”; to do this one now, say why."
    )
    done(memory, TickItem(item=order, note="the shop was open"))
    done(memory, TickItem(item=memory.item("walk").id))
    done(memory, TickItem(item=memory.item("ads").id))


def test_do_confirm_wants_one_confirmation_and_a_new_one_after_a_change(memory: Memory) -> None:
    def asked() -> list[str]:
        found = checklist(memory.state, memory.state, memory.clock.utc).mine
        assert found
        return [reason for _, reason in found.asked.found if "not confirmed" in reason]

    try_ = memory.section("Try").id
    assert "only a do-confirm section is" in refused(memory, ConfirmSection(section=try_))
    done(memory, SetMode(section=try_, mode="do-confirm"))
    done(memory, TickItem(item=memory.item("order").id))
    assert refused(memory, ConfirmSection(section=try_)) == "“Try” is not done yet: Walk through it."
    assert asked() == []
    done(memory, TickItem(item=memory.item("walk").id))
    assert asked() == ["Done and not confirmed: Try."]
    assert done(memory, ConfirmSection(section=try_)) == "confirmed “Try”"
    assert asked() == []
    assert "confirmed already, by ann" in refused(memory, ConfirmSection(section=try_))
    memory.clock.advance(60)
    done(memory, UntickItem(item=memory.item("walk").id))
    done(memory, TickItem(item=memory.item("walk").id))
    assert asked() == ["Done and not confirmed: Try."]
    done(memory, AddItem(section=try_, text="More"))
    assert "not done yet: More" in refused(memory, ConfirmSection(section=try_))
    found = memory.state.get(Section, try_)
    assert found
    assert found.confirmed_by == "ann"
