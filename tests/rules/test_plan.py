"""The plan document: what is refused as it is read, and the records that come of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError
from tests.conftest import START, TINY, FakeClock, Memory

from gonogo.rules.launch import BeginLaunch, FoundLaunch
from gonogo.rules.plan import Criterion, Item, Launch, Phase, Readiness, RunbookStep, Seat, Section, Template
from gonogo.rules.plan_doc import PlanDoc, records
from gonogo.rules.record import Changes, Refusal


def plan(change: Callable[[dict[str, Any]], object]) -> PlanDoc:
    """Read the tiny plan with a change."""
    raw = copy.deepcopy(TINY)
    change(raw)
    return PlanDoc.model_validate(raw)


def refused(match: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Assert that the changed plan is refused in these words."""
    with pytest.raises(ValidationError, match=match):
        plan(change)


def first_item(raw: dict[str, Any]) -> dict[str, Any]:
    return raw["phase"][0]["section"][0]["item"][0]


def first_criterion(raw: dict[str, Any]) -> dict[str, Any]:
    return raw["phase"][0]["criterion"][0]


@pytest.mark.parametrize(
    ("match", "change"),
    [
        ("at least 1 item", lambda raw: raw.update(phase=[])),
        ("says no `every`", lambda raw: first_item(raw).update(kind="routine")),
        ("not a duration", lambda raw: first_item(raw).update(every="daily")),
        ("longer than nothing", lambda raw: first_item(raw).update(every="0s")),
        ("Input should be", lambda raw: first_item(raw).update(kind="chore")),
        ("pattern", lambda raw: first_item(raw).update(id="Has Space")),
        ("Extra inputs", lambda raw: first_item(raw).update(txet="x")),
        ("a comparison is wanted", lambda raw: first_criterion(raw).update(require="orders.clean")),
        ("greater than or equal", lambda raw: first_criterion(raw).update(confidence=0.2)),
        ("less than", lambda raw: first_criterion(raw).update(confidence=1.0)),
        ("a whole number from 1 up", lambda raw: first_criterion(raw).update(require="orders.clean >= -20")),
        (
            "the floor 25 does not lie between 0 and the target 20",
            lambda raw: first_criterion(raw).update(require="orders.clean >= 20", floor=25),
        ),
        (
            "a count has a chance, not a confidence",
            lambda raw: first_criterion(raw).update(require="orders.clean >= 20", floor=None, confidence=0.9),
        ),
        ("nothing makes one surer", lambda raw: first_criterion(raw).update(require="p95 < 800ms", confidence=0.9)),
        ("greater than 0", lambda raw: raw["phase"][0].update(days=0)),
        ("phase id “alpha” stands twice", lambda raw: raw["phase"][1].update(id="alpha")),
        ("item id “walk” stands twice", lambda raw: raw["phase"][1]["section"][0]["item"][0].update(id="walk")),
        ("readiness id “backup” stands twice", lambda raw: raw["readiness"].append(raw["readiness"][0])),
    ],
)
def test_what_is_wrong_is_refused(match: str, change: Callable[[dict[str, Any]], object]) -> None:
    refused(match, change)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw["template"].append(raw["template"][0]),
        lambda raw: raw["seat"].append(raw["seat"][0]),
        lambda raw: raw["phase"][0]["criterion"].append(first_criterion(raw)),
        lambda raw: raw["runbook"][0]["step"].append(raw["runbook"][0]["step"][0]),
        lambda raw: raw["runbook"].append(raw["runbook"][0]),
    ],
    ids=["template", "seat", "criterion", "step", "runbook"],
)
def test_whatever_has_an_id_has_it_alone(change: Callable[[dict[str, Any]], object]) -> None:
    """The tables say UNIQUE: what is not refused here fails later, in SQLite's words."""
    refused("twice", change)


@pytest.mark.parametrize("require", ["order.clean >= 20", "orders.claen >= 20", "status == 200", "bugs < 1"])
def test_a_reading_that_does_not_exist_is_refused(require: str) -> None:
    """A criterion that reads nothing would raise wherever the board is drawn."""
    refused("there is no reading", lambda raw: first_criterion(raw).update(require=require))


@pytest.mark.parametrize(
    "require",
    ["has(orders.clean)", "len(orders.clean) >= 2", "orders.clean contains '1'", "orders.clean == 'many'",
     "orders.clean matches '2'", "orders.clean == true", "orders.clean != null"],
)  # fmt: skip
def test_a_criterion_compares_a_number(require: str) -> None:
    """“There is a reading” is no demand: it would be met by no orders at all."""
    with pytest.raises(ValidationError):
        plan(lambda raw: first_criterion(raw).update(require=require))


@pytest.mark.parametrize("days", [1e12, float("inf")])
def test_a_window_past_all_calendars_is_refused(days: float) -> None:
    with pytest.raises(ValidationError):
        plan(lambda raw: raw["phase"][0].update(days=days))


def test_the_records_of_the_tiny_plan(tiny: PlanDoc, fresh: Callable[[], str]) -> None:
    made = records(tiny, START, fresh)
    count = {kind: sum(isinstance(one, kind) for one in made) for kind in
             (Phase, Section, Item, Criterion, Readiness, RunbookStep, Template, Seat)}  # fmt: skip
    assert count == {Phase: 2, Section: 3, Item: 6, Criterion: 3, Readiness: 1, RunbookStep: 11, Template: 1, Seat: 1}
    assert len({one.id for one in made}) == len(made)
    alpha, later = (one for one in made if isinstance(one, Phase))
    assert (alpha.position, alpha.opens, alpha.closes) == (1, START, START + timedelta(days=7))
    assert (later.position, later.opens, later.closes) == (2, START + timedelta(days=7), None)
    sections = {one.id: one for one in made if isinstance(one, Section)}
    for item in made:
        if isinstance(item, Item):
            assert sections[item.section].phase == item.phase


def test_windows_are_stored_in_utc(tiny: PlanDoc, fresh: Callable[[], str]) -> None:
    made = records(tiny, START.astimezone(timezone(timedelta(hours=8))), fresh)
    phase = next(one for one in made if isinstance(one, Phase))
    assert phase.opens.tzinfo is UTC
    assert phase.opens == START


def test_a_launch_is_founded_once_and_begun_once(clock: FakeClock, tiny: PlanDoc) -> None:
    memory = Memory(clock)
    early = memory.do(BeginLaunch())
    assert early == Refusal("Only a planned launch can begin.")
    founding = FoundLaunch(key="tiny", name="Tiny", timezone="UTC", opens=clock.utc, plan=tiny)
    made = memory.do(founding)
    assert isinstance(made, Changes)
    assert not made.undoable
    again = memory.do(founding)
    assert isinstance(again, Refusal)
    assert "holds the launch “tiny” already" in again.sentence
    assert isinstance(memory.do(BeginLaunch()), Changes)
    assert memory.state.all(Launch)[0].state == "running"
    assert (memory.phase("alpha").state, memory.phase("alpha").started_at) == ("active", clock.now())
    assert memory.phase("open").state == "upcoming"
    assert memory.do(BeginLaunch()) == Refusal("Only a planned launch can begin.")
