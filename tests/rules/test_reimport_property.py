"""Whatever two plans are imported over each other: the second time nothing changes, and the rows are whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.plan_sheet.test_round_trip import plans
from tests.rules.test_reimport import ACT, launch

from gonogo.rules import plan_now, reimport
from gonogo.rules.plan import Criterion, Item, Phase, Section, Tick
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.plan_kept import Remark
from gonogo.rules.record import Changes


@settings(max_examples=60, deadline=None)
@given(first=plans(), second=plans(), by_key=st.booleans())
def test_a_second_import_is_silent_and_no_row_hangs_in_the_air(first: PlanDoc, second: PlanDoc, by_key: bool) -> None:
    state = launch(first)
    before = plan_now.tables_now(state)
    again = reimport.decide(state, reimport.ImportPlan(plan=first, source="plan.md", by_key=by_key), ACT)
    assert isinstance(again, Changes)
    assert again.silent, again.said
    intent = reimport.ImportPlan(plan=second, source="plan.md", by_key=by_key, lose_ticks=True)
    done = reimport.decide(state, intent, ACT)
    if not isinstance(done, Changes):
        assert "is the active phase" in done.sentence
        assert plan_now.tables_now(state) == before
        return
    state.apply(done)
    phases, sections = {one.id for one in state.all(Phase)}, {one.id: one.phase for one in state.all(Section)}
    assert all(one.phase in phases for one in (*state.all(Section), *state.all(Criterion)))
    assert all(one.phase in phases for one in state.all(Remark) if one.phase)
    assert all(sections[one.section] == one.phase for one in state.all(Item))
    assert {one.id for one in state.all(Tick)} <= {one.id for one in state.all(Item)}
    assert len({one.key for one in state.all(Item)}) == len(state.all(Item))
    twice = reimport.decide(state, intent, ACT)
    assert isinstance(twice, Changes)
    assert twice.silent, twice.said
