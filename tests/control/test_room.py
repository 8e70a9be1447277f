"""The one door: what it says is done is on disk, and everybody sees it."""

from __future__ import annotations

from tests.conftest import another, item_of

from gonogo.control.room import ControlRoom, Done
from gonogo.rules.item import TickItem
from gonogo.rules.log import LogFeedback, LogOrder
from gonogo.rules.plan import Launch, Phase, Tick
from gonogo.rules.record import Refusal
from gonogo.store import evidence
from gonogo.store.store import Store


def test_done_is_on_disk_before_it_is_said(room: ControlRoom) -> None:
    """Another process that opens the file at once sees it, with nothing left to be written."""
    walk = item_of(room, "walk").id
    assert room.dispatch(TickItem(item=walk)) == Done("ticked “Walk through it”")
    assert not room.store.db.conn.in_transaction
    other = Store(room.store.path)
    tick = other.state().get(Tick, walk)
    assert tick is not None
    assert (tick.by, tick.at) == ("ann", room.clock.now())
    other.close()


def test_founding_and_beginning(room: ControlRoom) -> None:
    state = room.store.state()
    assert [(one.key, one.state) for one in state.all(Launch)] == [("tiny", "running")]
    assert [(one.key, one.state) for one in state.all(Phase)] == [("alpha", "active"), ("open", "upcoming")]


def test_two_rooms_take_turns(room: ControlRoom) -> None:
    """What one read before the other wrote does not count: the rule sees the state inside its own transaction."""
    bob = another(room, "bob")
    walk = item_of(bob, "walk").id
    state = bob.store.state()
    assert state.all(Tick) == []
    assert isinstance(room.dispatch(TickItem(item=walk)), Done)
    assert bob.dispatch(TickItem(item=walk)) == Refusal("“Walk through it” is ticked already, by ann.")
    bob.store.close()


def test_evidence_with_a_key_counts_once(room: ControlRoom) -> None:
    for _ in range(3):
        assert isinstance(room.dispatch(LogOrder(value=5, key="o-1", source="webhook")), Done)
    assert isinstance(room.dispatch(LogFeedback(rating=5, key="o-1")), Done)
    assert len(evidence.read(room.store.db, ["order"])) == 1
    assert len(evidence.read(room.store.db, ["feedback"])) == 1
