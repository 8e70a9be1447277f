"""Items that are ticked by evidence: by the watch, journalled as its change, and never by what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FakeClock, item_of

from gonogo.control.desk import Desk
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.clock import Clock
from gonogo.rules.item import TickItem
from gonogo.rules.log import LogOrder
from gonogo.rules.plan import Tick
from gonogo.rules.properties import SetItem
from gonogo.rules.record import Refusal
from gonogo.rules.roster import AddMember, Member, TestedBy
from gonogo.store import journal


@pytest.fixture
def desk(room: ControlRoom, state_path: Path, clock: Clock) -> Iterator[Desk]:
    made = Desk(state_path, clock)
    yield made
    made.store.close()


def waits_for(room: ControlRoom, condition: str) -> str:
    """Let an item wait for evidence; return its id."""
    item = item_of(room, "walk").id
    assert isinstance(room.dispatch(SetItem(item=item, values={"done_when": condition})), Done)
    return item


def try_out(room: ControlRoom, name: str) -> None:
    """Let somebody test something."""
    assert isinstance(room.dispatch(AddMember(name=name, role="tester")), Done)
    member = next(one for one in room.store.state().all(Member) if one.name == name)
    assert isinstance(room.dispatch(TestedBy(member=member.id, what="ordering")), Done)


def test_two_distinct_testers_tick_it_and_the_journal_says_that_the_watch_did(room: ControlRoom, desk: Desk) -> None:
    item = waits_for(room, "testers >= 2")
    try_out(room, "beth")
    desk.prove()
    assert room.store.state().get(Tick, item) is None
    try_out(room, "carl")
    desk.prove()
    tick = room.store.state().get(Tick, item)
    assert tick
    assert (tick.state, tick.by) == ("done", "watch")
    assert "2" in (tick.note or "")
    newest = journal.newest(room.store.db, 1)[0]
    assert (newest.actor, newest.intent) == ("watch", "ProveItem")
    desk.prove()
    assert journal.newest(room.store.db, 1)[0].seq == newest.seq


@pytest.mark.parametrize("condition", ["probe.nowhere == 'up'", "bugs.critical == 0", "uptime >= 99% over 7d"])
def test_what_nobody_knows_ticks_nothing(room: ControlRoom, desk: Desk, condition: str) -> None:
    item = waits_for(room, condition)
    desk.prove()
    assert room.store.state().get(Tick, item) is None


def test_a_number_that_is_met_ticks_it(room: ControlRoom, desk: Desk, clock: FakeClock) -> None:
    item = waits_for(room, "orders.successful >= 1")
    desk.prove()
    assert room.store.state().get(Tick, item) is None
    assert isinstance(room.dispatch(LogOrder()), Done)
    desk.prove()
    assert room.store.state().get(Tick, item)


def test_by_hand_it_wants_to_know_what_was_seen(room: ControlRoom) -> None:
    item = waits_for(room, "testers >= 2")
    refused = room.dispatch(TickItem(item=item))
    assert isinstance(refused, Refusal)
    assert refused.sentence == (
        "“Walk through it” is ticked by its evidence (testers >= 2); to tick it by hand, say what you saw."
    )
    assert isinstance(room.dispatch(TickItem(item=item, note="both were here")), Done)
