"""What a phase ended with stands: neither an act nor undo reaches back into it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import another, item_of
from tests.control.way import Way

from gonogo.control.report import read_report
from gonogo.control.room import Done
from gonogo.formats.report_text import as_text
from gonogo.rules.advance import AdvancePhase, OverrideGate, StepBack
from gonogo.rules.item import AddItem, EditItem, MoveItem, RemoveItem, TickItem, UntickItem
from gonogo.rules.plan import Tick
from gonogo.rules.record import Intent
from gonogo.rules.section import RenameSection
from gonogo.rules.target import SetTarget
from gonogo.rules.undo import Redo, Undo
from gonogo.rules.verdict import Verdict


def passed(way: Way) -> None:
    """Pass the first phase, its item ticked last."""
    way.orders(4)
    way.renew()
    way.do(TickItem(item=item_of(way.room, "alpha-it").id))
    way.vote()
    way.do(AdvancePhase())


def test_undo_does_not_take_back_a_tick_of_a_phase_that_has_passed(way: Way) -> None:
    passed(way)
    assert way.refused(Undo()) == (
        "Not undone (ticked “Do alpha”): Alpha has ended, and what it ended with stands;"
        " a step back to it opens it again."
    )
    assert way.board().phases[0].done == 1


def test_redo_does_not_tick_in_a_phase_that_was_overridden(way: Way) -> None:
    way.do(TickItem(item=item_of(way.room, "alpha-it").id))
    way.do(Undo())
    ben = another(way.room, "ben")
    assert isinstance(ben.dispatch(OverrideGate(typed="alpha", reason="go on")), Done)
    ben.store.close()
    assert "Alpha has ended" in way.refused(Redo())
    assert way.room.store.state().get(Tick, item_of(way.room, "alpha-it").id) is None


@pytest.mark.parametrize(
    "make",
    [lambda one: UntickItem(item=one.id), lambda one: EditItem(item=one.id, text="Do it all"),
     lambda one: RemoveItem(item=one.id), lambda one: AddItem(section=one.section, text="Do more"),
     lambda one: RenameSection(section=one.section, name="Did")],
)  # fmt: skip
def test_nothing_of_a_phase_that_has_ended_is_changed(way: Way, make: Callable[..., Intent]) -> None:
    passed(way)
    assert "Alpha has ended" in way.refused(make(item_of(way.room, "alpha-it")))
    assert "Alpha has ended" in way.refused(SetTarget(criterion=way.criterion("alpha").id, target="3"))


def test_a_step_back_opens_a_phase_again(way: Way) -> None:
    passed(way)
    way.do(StepBack(reason="the fair was closed"))
    way.do(UntickItem(item=item_of(way.room, "alpha-it").id))
    way.do(Undo())
    assert way.board().phases[0].done == 1
    assert "already at the" in way.refused(MoveItem(item=item_of(way.room, "alpha-it").id, by=1))


def test_the_first_run_of_a_phase_and_what_it_taught_are_kept_after_a_second_passing(way: Way) -> None:
    way.make_green()
    way.vote()
    way.do(AdvancePhase(retro="ask the bank earlier"))
    first = way.phase("alpha")
    way.clock.advance(hours=1)
    way.do(StepBack(reason="the fair was closed"))
    way.clock.advance(hours=1)
    way.do(OverrideGate(typed="alpha", reason="the fair is open", retro="call the fair"))
    alpha = way.phase("alpha")
    assert alpha.taught == ("ask the bank earlier", "call the fair")
    past = alpha.passages[0]
    assert (past.state, past.started_at, past.ended_at, past.verdict) == (
        "passed", first.started_at, first.ended_at, Verdict.GO,
    )  # fmt: skip
    assert alpha.state == "overridden"
    said = as_text(read_report(way.room))
    assert "passed, begun anew" in said
    assert "What Alpha taught: ask the bank earlier" in said
    beta = way.phase("beta")
    assert [one.state for one in beta.passages] == ["stepped_back"]
