"""The journal: one entry for each change with the rows before and after; and undo, also over a restart."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from tests.conftest import another, item_of

from gonogo.control.room import ControlRoom, Done
from gonogo.rules.incident import Incident
from gonogo.rules.item import AddItem, BreakGuard, EditItem, ExcuseItem, MoveItem, RemoveItem, TickItem, UntickItem
from gonogo.rules.log import LogNote, LogOrder
from gonogo.rules.plan import Item, Phase, Readiness, Section, Tick
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Act, Changes, Intent, Refusal
from gonogo.rules.response import DeclareIncident, NoteIncident
from gonogo.rules.undo import Redo, Undo
from gonogo.store import journal, rows
from gonogo.store.errors import StoreError


def entries(room: ControlRoom) -> list[dict[str, Any]]:
    """Return the whole journal, oldest first."""
    return list(room.store.db.query("SELECT * FROM journal ORDER BY seq"))


def do(room: ControlRoom, intent: Intent) -> str:
    """Do what must be possible; return what was said."""
    done = room.dispatch(intent)
    assert isinstance(done, Done)
    return done.said


def refused(room: ControlRoom, intent: Intent) -> str:
    """Ask for what must be refused; return the sentence, having seen that nothing was written."""
    before = entries(room), room.store.revisions()
    answer = room.dispatch(intent)
    assert isinstance(answer, Refusal)
    assert (entries(room), room.store.revisions()) == before
    return answer.sentence


def everything(room: ControlRoom) -> dict[str, list[Any]]:
    """Return all rows of all kinds."""
    return {kind.__name__: rows.read_all(room.store.db, kind) for kind in rows.KINDS}


def section(room: ControlRoom, name: str = "Try") -> str:
    """Return the id of a section."""
    return next(one.id for one in room.store.state().all(Section) if one.name == name)


def test_an_entry_says_who_when_what_and_the_rows(room: ControlRoom) -> None:
    walk = item_of(room, "walk")
    at = room.clock.now()
    assert do(room, TickItem(item=walk.id, note="seen")) == "ticked “Walk through it”: seen"
    entry = entries(room)[-1]
    assert (entry["actor"], entry["at"], entry["kind"], entry["intent"], entry["version"], entry["undoable"]) == (
        "ann", at.encode(), "do", "TickItem", 1, 1,
    )  # fmt: skip
    assert json.loads(entry["args"]) == {"item": walk.id, "note": "seen"}
    ((table, row_id, before, after),) = json.loads(entry["rows"])
    assert (table, row_id, before) == ("tick", walk.id, None)
    assert after == rows.raw(room.store.db, "tick", walk.id)
    do(room, EditItem(item=walk.id, text="Walk twice"))
    ((_, _, before, after),) = json.loads(entries(room)[-1]["rows"])
    assert (before["text"], after["text"]) == ("Walk through it", "Walk twice")


def test_sequence_and_ids_rise(room: ControlRoom) -> None:
    for _ in range(3):
        do(room, TickItem(item=item_of(room, "walk").id))
        do(room, UntickItem(item=item_of(room, "walk").id))
    found = entries(room)
    assert [one["seq"] for one in found] == list(range(1, len(found) + 1))
    ids = [one["id"] for one in found]
    assert ids == sorted(set(ids))


def test_a_refusal_writes_nothing(room: ControlRoom) -> None:
    assert "not ticked" in refused(room, UntickItem(item=item_of(room, "walk").id))


def test_what_is_logged_is_evidence_and_not_journalled(room: ControlRoom) -> None:
    before = entries(room)
    do(room, LogOrder(value=42, customer="phone"))
    do(room, LogNote(text="quiet"))
    assert entries(room) == before


def test_reading_the_journal(room: ControlRoom) -> None:
    do(room, DeclareIncident(title="Orders fail"))
    one = room.store.state().all(Incident)[0]
    do(room, TickItem(item=item_of(room, "walk").id))
    newest = journal.newest(room.store.db, 2)
    assert [entry.said for entry in newest] == [
        "ticked “Walk through it”",
        "declared incident 1, critical: Orders fail",
    ]
    assert [entry.said for entry in journal.about(room.store.db, one.id)] == [
        "declared incident 1, critical: Orders fail"
    ]


def changes(room: ControlRoom) -> list[Intent]:
    """Every kind of change that can be undone."""
    walk, order, quiet, look = (item_of(room, key).id for key in ("walk", "order", "quiet", "look"))
    return [
        TickItem(item=walk, note="x"),
        UntickItem(item=walk),
        EditItem(item=walk, text="Walk twice"),
        MoveItem(item=walk, by=1),
        AddItem(section=section(room), text="New", after=order),
        ExcuseItem(item=order, reason="no shop"),
        RemoveItem(item=order),
        BreakGuard(item=quiet, reason="boosted"),
        TickItem(item=quiet),
        TickItem(item=look),
        TickItem(item=look),
        RenewReadiness(readiness=room.store.state().all(Readiness)[0].id, detail="4 GB"),
    ]


def test_each_change_is_taken_back_and_done_again(room: ControlRoom) -> None:
    """Down to the first row and up again, with everything as it was at each stop."""
    stops = [everything(room)]
    for intent in changes(room):
        room.clock.advance(1)  # type: ignore[attr-defined]
        do(room, intent)
        stops.append(everything(room))
    for wanted in reversed(stops[:-1]):
        assert do(room, Undo()).startswith("took back: ")
        assert everything(room) == wanted
    assert refused(room, Undo()) == "There is nothing of yours to undo, ann."
    for wanted in stops[1:]:
        assert do(room, Redo()).startswith("did again: ")
        assert everything(room) == wanted
    assert refused(room, Redo()) == "There is nothing of yours to redo, ann."


def test_undo_outlives_a_restart(room: ControlRoom) -> None:
    before = everything(room)
    do(room, TickItem(item=item_of(room, "walk").id))
    do(room, RemoveItem(item=item_of(room, "walk").id))
    later = another(room, "ann")
    assert do(later, Undo()) == "took back: removed “Walk through it”"
    assert do(later, Undo()) == "took back: ticked “Walk through it”"
    assert everything(later) == before
    later.store.close()
    last = another(room, "ann")
    assert do(last, Redo()) == "did again: ticked “Walk through it”"
    last.store.close()


def test_redo_ends_with_the_next_change(room: ControlRoom) -> None:
    do(room, TickItem(item=item_of(room, "walk").id))
    do(room, Undo())
    do(room, TickItem(item=item_of(room, "order").id))
    assert "nothing of yours to redo" in refused(room, Redo())


def test_what_cannot_be_undone_is_passed_over(room: ControlRoom) -> None:
    do(room, TickItem(item=item_of(room, "walk").id))
    do(room, DeclareIncident(title="x"))
    do(room, NoteIncident(incident=room.store.state().all(Incident)[0].id, text="y"))
    assert do(room, Undo()) == "took back: ticked “Walk through it”"
    assert "nothing of yours" in refused(room, Undo())


def test_each_takes_back_only_their_own(room: ControlRoom) -> None:
    bob = another(room, "bob")
    do(room, TickItem(item=item_of(room, "walk").id))
    do(bob, TickItem(item=item_of(room, "order").id))
    assert do(room, Undo()) == "took back: ticked “Walk through it”"
    assert "nothing of yours" in refused(room, Undo())
    assert do(bob, Undo()) == "took back: ticked “Place an order”"
    bob.store.close()


def test_a_row_that_another_changed_is_refused_by_name(room: ControlRoom) -> None:
    walk = item_of(room, "walk").id
    bob = another(room, "bob")
    do(room, EditItem(item=walk, text="Ann's words"))
    do(bob, EditItem(item=walk, text="Bob's words"))
    words = refused(room, Undo())
    assert "bob has since reworded “Ann's words” to “Bob's words”" in words
    assert "reworded “Walk through it” to “Ann's words”" in words
    do(bob, Undo())
    assert do(room, Undo()).startswith("took back: reworded “Walk through it”")
    do(bob, EditItem(item=walk, text="Bob again"))
    words = refused(room, Redo())
    assert "bob has since reworded" in words
    assert "undone" not in words
    bob.store.close()


def test_undoing_an_added_item_that_another_ticked_is_refused_by_name(room: ControlRoom) -> None:
    """The item is as ann left it, but bob's tick hangs on it: taking it away would take his word along."""
    do(room, AddItem(section=section(room), text="New one"))
    bob = another(room, "bob")
    do(bob, TickItem(item=item_of(room, "new-one").id))
    assert "bob has since ticked “New one”" in refused(room, Undo())
    do(bob, Undo())
    assert do(room, Undo()) == "took back: added “New one”"
    bob.store.close()


def test_giving_back_a_tick_whose_item_another_removed_is_refused_by_name(room: ControlRoom) -> None:
    walk = item_of(room, "walk").id
    do(room, TickItem(item=walk))
    do(room, UntickItem(item=walk))
    bob = another(room, "bob")
    do(bob, RemoveItem(item=walk))
    assert "bob has since removed “Walk through it”" in refused(room, Undo())
    bob.store.close()


def test_after_a_failed_undo_everybody_can_go_on(room: ControlRoom) -> None:
    """Whatever comes of it, no transaction is left open that would lock the others out."""
    do(room, AddItem(section=section(room), text="New one"))
    bob = another(room, "bob")
    do(bob, TickItem(item=item_of(room, "new-one").id))
    with suppress(StoreError):  # it is another test's matter whether it fails
        room.dispatch(Undo())
    assert not room.store.db.conn.in_transaction
    do(bob, TickItem(item=item_of(bob, "walk").id))
    do(room, TickItem(item=item_of(room, "order").id))
    bob.store.close()


@pytest.mark.parametrize("key", ["walk", "order"])
def test_undo_moves_both_neighbours_back(room: ControlRoom, key: str) -> None:
    before = {one.id: one.position for one in room.store.state().all(Item)}
    do(room, MoveItem(item=item_of(room, key).id, by=1))
    assert {one.id: one.position for one in room.store.state().all(Item)} != before
    do(room, Undo())
    assert {one.id: one.position for one in room.store.state().all(Item)} == before


def test_undoing_a_tick_gives_back_the_one_before(room: ControlRoom) -> None:
    look = item_of(room, "look").id
    do(room, TickItem(item=look))
    first = room.store.state().get(Tick, look)
    room.clock.advance(days=1)  # type: ignore[attr-defined]
    do(room, TickItem(item=look))
    do(room, Undo())
    assert room.store.state().get(Tick, look) == first


def test_rows_that_hang_on_each_other_are_taken_back_in_whatever_order_they_came(room: ControlRoom) -> None:
    before = everything(room)
    phase = Phase(id="p-new", key="later", position=9, name="Later", opens=room.clock.now().utc)
    inner = Section(id="s-new", phase="p-new", position=1, name="Then")
    item = Item(id="i-new", key="rest", phase="p-new", section="s-new", position=1, text="Rest")
    act = Act(room.actor, room.clock.now(), lambda: "entry-new")
    with room.store.writing() as db:
        journal.apply(db, UntickItem(item="i-new"), Changes("brought a phase", put=(item, inner, phase)), act)
    do(room, Undo())
    assert everything(room) == before
    do(room, Redo())
    assert {one.id for one in room.store.state().all(Phase)} >= {"p-new"}
    do(room, Undo())
    with room.store.writing() as db:
        other = Act(room.actor, room.clock.now(), lambda: "entry-more")
        journal.apply(db, UntickItem(item="i-new"), Changes("brought a phase", put=(phase, inner, item)), other)
    do(room, Undo())
    assert everything(room) == before
