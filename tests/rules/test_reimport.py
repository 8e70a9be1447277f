"""Importing over a launch that runs: who is who, what stays, what is said before it is lost, and one undo."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from tests.conftest import START, TINY

from gonogo.rules import plan_now, reimport
from gonogo.rules.clock import Instant
from gonogo.rules.item import EditItem, RemoveItem, TickItem
from gonogo.rules.item import decide as decide_item
from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.launch import decide as decide_launch
from gonogo.rules.pairing import Told, pair
from gonogo.rules.plan import Criterion, Item, Launch, Phase, Tick
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.plan_kept import PlanSource
from gonogo.rules.record import Act, Changes, Intent, Records, Refusal
from gonogo.rules.reimport import ImportPlan

_numbers = count()
ACT = Act("ann", Instant(START, "boot-one", 0), lambda: f"{next(_numbers):08d}")


def plan(*texts: str, phase: str = "Alpha", **more: Any) -> PlanDoc:
    """Make a plan of one section with items of some texts; a text that begins with x is ticked."""
    items = [
        {"id": f"file-{number}", "text": words.removeprefix("x "), **({"tick": {}} if words.startswith("x ") else {})}
        for number, words in enumerate(texts)
    ]
    first = {
        "id": phase.lower().replace(" ", "-"),
        "name": phase,
        "days": 7,
        "section": [{"name": "Try", "item": items}],
        **more,
    }
    return PlanDoc.model_validate(
        {"title": "T", "phase": [first, {"id": "open", "name": "Open"}], "seat": TINY["seat"]}
    )


def launch(doc: PlanDoc) -> Records:
    """Found a launch from a plan and begin it."""
    state = Records()
    found = FoundLaunch(key="tiny", name="Tiny", timezone="UTC", opens=START, plan=doc, source="plan.md")
    for intent in (found, BeginLaunch()):
        done = decide_launch(state, intent, ACT)
        assert isinstance(done, Changes)
        state.apply(done)
    return state


def do(state: Records, intent: Intent) -> Changes:
    """Carry an intent out that must go well."""
    decide = reimport.decide if isinstance(intent, ImportPlan) else decide_item
    done = decide(state, intent, ACT)
    assert isinstance(done, Changes), done
    state.apply(done)
    return done


def item(state: Records, words: str) -> Item:
    """Return the item of a text."""
    return next(one for one in state.all(Item) if one.text == words)


def again(doc: PlanDoc, **more: Any) -> ImportPlan:
    """Import a plan as it comes from the team's file."""
    return ImportPlan(plan=doc, source="plan.md", **more)


def test_a_second_import_of_the_same_file_changes_nothing_whatever_was_done_and_edited_since() -> None:
    state = launch(plan("Walk it", "Order it", "x Pay it"))
    do(state, TickItem(item=item(state, "Walk it").id))
    do(state, EditItem(item=item(state, "Order it").id, text="Order and pay"))
    do(state, RemoveItem(item=item(state, "Pay it").id))
    before = {row.id: row for kind in (Item, Tick, Phase) for row in state.all(kind)}
    done = do(state, again(plan("Walk it", "Order it", "x Pay it")))
    assert done.silent
    assert {row.id: row for kind in (Item, Tick, Phase) for row in state.all(kind)} == before


def test_ticks_stay_with_their_items_when_the_file_moves_rewords_and_adds_lines() -> None:
    state = launch(plan("Walk through every user flow", "Place an order", "Read the invoice"))
    walk, order = item(state, "Walk through every user flow"), item(state, "Place an order")
    for one in (walk, order):
        do(state, TickItem(item=one.id))
    done = do(state, again(plan("Place an order", "Ask a friend", "Walk through each user flow", "Read the invoice")))
    assert state.get(Item, walk.id).text == "Walk through each user flow"  # type: ignore[union-attr]
    assert {tick.id for tick in state.all(Tick)} == {walk.id, order.id}
    assert [one.text for one in plan_now.plan_now(state).items] == [
        "Place an order", "Ask a friend", "Walk through each user flow", "Read the invoice",
    ]  # fmt: skip
    assert done.said == "imported plan.md: 1 new, 1 changed"


def test_a_tick_that_would_be_lost_is_said_before_and_refused_until_it_is_let_go_or_paired() -> None:
    state = launch(plan("Walk it", "Order it"))
    walk = item(state, "Walk it")
    do(state, TickItem(item=walk.id))
    other = plan("Stroll through the whole of the shop", "Order it")
    refused = reimport.decide(state, again(other), ACT)
    assert isinstance(refused, Refusal)
    assert "1 tick would be lost: “Walk it” (ann: the file no longer has it)" in refused.sentence
    looked = reimport.look(state, again(other))
    assert not isinstance(looked, Refusal)
    assert [(one.key, one.by) for one in looked.difference.lost] == [("file-0", "ann")]
    do(state, again(other, pairs={"file-0": "Stroll through the whole of the shop"}))
    assert state.get(Item, walk.id).text == "Stroll through the whole of the shop"  # type: ignore[union-attr]
    assert state.get(Tick, walk.id) is not None
    do(state, again(plan("Order it"), lose_ticks=True))
    assert [one.text for one in state.all(Item)] == ["Order it"]
    assert not state.all(Tick)


@pytest.mark.parametrize(("pairs", "said"), [({"nope": "Order it"}, "nope"), ({"file-0": "No such"}, "is not in")])
def test_a_pair_that_names_nothing_is_refused(pairs: dict[str, str], said: str) -> None:
    state = launch(plan("Walk it", "Order it"))
    refused = reimport.decide(state, again(plan("Order it"), pairs=pairs), ACT)
    assert isinstance(refused, Refusal)
    assert said in refused.sentence


def test_a_mark_in_the_file_ticks_and_one_that_was_taken_away_there_loses_a_tick() -> None:
    state = launch(plan("x Walk it", "Order it"))
    do(state, again(plan("x Walk it", "x Order it")))
    assert {tick.note for tick in state.all(Tick)} == {"as plan.md has it"}
    assert isinstance(reimport.decide(state, again(plan("Walk it", "x Order it")), ACT), Refusal)


def test_where_both_changed_the_edit_here_stays_unless_the_file_is_to_be_right() -> None:
    for take_file, words in ((False, "Walk it slowly"), (True, "Walk it fast")):
        state = launch(plan("Walk it", "Order it"))
        walk = item(state, "Walk it")
        do(state, EditItem(item=walk.id, text="Walk it slowly"))
        looked = reimport.look(state, again(plan("Walk it fast", "Order it"), take_file=take_file))
        assert not isinstance(looked, Refusal)
        assert "text stays" in looked.difference.ours[0]
        do(state, again(plan("Walk it fast", "Order it"), take_file=take_file))
        assert state.get(Item, walk.id).text == words  # type: ignore[union-attr]


def test_a_phase_that_has_ended_is_not_touched_and_an_active_one_is_not_lost() -> None:
    state = launch(plan("Walk it", "Order it"))
    refused = reimport.decide(state, again(plan("Walk it", phase="Quite another")), ACT)
    assert isinstance(refused, Refusal)
    assert "“Alpha” is the active phase" in refused.sentence
    alpha = next(one for one in state.all(Phase) if one.key == "alpha")
    state.apply(Changes("", put=(alpha.model_copy(update={"state": "passed", "ended_at": ACT.at}),)))
    done = do(state, again(plan("Walk it", "Ask a friend")))
    assert [one.text for one in state.all(Item)] == ["Walk it", "Order it"]
    assert all(isinstance(row, PlanSource) for row in done.put)


def test_a_criterion_keeps_its_number_when_it_was_set_here_and_the_file_stays_as_it_was() -> None:
    gate = [{"id": "speed", "name": "speed", "require": "p95 < 800ms"}]
    state = launch(plan("Walk it", criterion=gate))
    speed = state.all(Criterion)[0]
    state.apply(Changes("", put=(speed.model_copy(update={"require": "p95 < 300ms", "set_by": "ann"}),)))
    assert do(state, again(plan("Walk it", criterion=gate))).silent
    do(state, again(plan("Walk it", "Order it", criterion=[{**gate[0], "text": "Fast"}])))
    assert [(one.require, one.text, one.set_by) for one in state.all(Criterion)] == [("p95 < 300ms", "Fast", "ann")]


def test_how_long_a_vote_holds_comes_from_the_file_too_and_two_like_criteria_stay_two() -> None:
    gate = [{"id": name, "name": name, "require": "p95 < 800ms"} for name in ("speed", "pace")]
    state = launch(plan("Walk it", criterion=gate))
    other = plan("Walk it", criterion=gate).model_copy(update={"vote_life": 3600.0})
    do(state, again(other))
    assert state.all(Launch)[0].vote_life_s == 3600
    assert [one.key for one in state.all(Criterion)] == ["speed", "pace"]
    assert do(state, again(other)).silent


def test_the_export_of_another_launch_is_refused() -> None:
    state = launch(plan("Walk it"))
    other = plan("Walk it").model_copy(update={"launch": "bakery"})
    refused = reimport.decide(state, again(other), ACT)
    assert isinstance(refused, Refusal)
    assert "“bakery”" in refused.sentence


def test_a_text_is_paired_by_likeness_only_in_its_place_and_only_when_the_runner_up_is_clearly_worse() -> None:
    here, there = ("a", "Try"), ("a", "Keep")
    old = [Told("walk", ("Walk through every user flow",), (here,))]
    assert pair([Told("n", ("Walk through each user flow",), (here,))], old) == {"n": "walk"}
    assert pair([Told("n", ("Walk through each user flow",), (there,))], old) == {}
    twins = [*old, Told("walk-2", ("Walk through every user flaw",), (here,))]
    assert pair([Told("n", ("Walk through every user flew",), (here,))], twins) == {}
    assert pair([Told("n", ("walk  through EVERY user flow",), (there,))], old) == {"n": "walk"}
