"""Rulings: what is accepted changes the plan, is kept, is undone, and stays quiet afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import pytest
from tests.conftest import TINY

from gonogo.rules import ruling
from gonogo.rules.clock import Instant
from gonogo.rules.draft import TO_JUDGE
from gonogo.rules.plan import Criterion, Item, Section
from gonogo.rules.plan_doc import PlanDoc, records
from gonogo.rules.record import Act, Changes, Records, Refusal
from gonogo.rules.ruling import AcceptRuling, LeaveFinding, Ruling

AT = Instant(datetime(2026, 11, 3, 9, tzinfo=UTC), "boot-one", 1)
ids = count()


def act(actor: str = "ann") -> Act:
    return Act(actor, AT, lambda: f"fresh-{next(ids)}")


@pytest.fixture
def doubtful() -> Callable[..., Records]:
    """Build a launch on the tiny plan, whose first items say something else."""

    def made(*texts: str, require: str = "uptime >= 99%") -> Records:
        doc = PlanDoc.model_validate(TINY)
        rows = records(doc, AT.utc, lambda: f"row-{next(ids)}")
        texts_left = list(texts)
        changed = []
        for row in rows:
            if isinstance(row, Item) and row.kind == "task" and not row.when and texts_left:
                row = row.model_copy(update={"text": texts_left.pop(0)})
            if isinstance(row, Criterion) and row.key == "uptime":
                row = row.model_copy(update={"require": require, "text": "99% uptime"})
            changed.append(row)
        return Records(changed)

    return made


def keys(state: Records) -> list[str]:
    return [one.key for one in ruling.open_findings(state)]


def decided(state: Records, intent: AcceptRuling | LeaveFinding, actor: str = "ann") -> str:
    answer = ruling.decide(state, intent, act(actor))
    if isinstance(answer, Refusal):
        return answer.sentence
    assert isinstance(answer, Changes)
    assert answer.undoable
    state.apply(answer)
    return answer.said


def test_an_accepted_ruling_changes_the_item_and_is_kept(doubtful: Callable[..., Records]) -> None:
    state = doubtful("Read the logs daily", require="uptime >= 99% over 7d")
    assert keys(state) == ["recurring:1-read-the-logs-daily"]
    said = decided(state, AcceptRuling(finding="recurring:1-read-the-logs-daily"))
    assert said == "ruled on “Read the logs daily”: a routine, due every day"
    (item,) = [one for one in state.all(Item) if one.text == "Read the logs daily"]
    assert (item.kind, item.every_s) == ("routine", 86_400)
    (kept,) = state.all(Ruling)
    assert (kept.choice, kept.by, kept.line) == ("accepted", "ann", "Read the logs daily")
    assert keys(state) == []


def test_an_accepted_ruling_changes_the_criterion(doubtful: Callable[..., Records]) -> None:
    state = doubtful()
    decided(state, AcceptRuling(finding="no-window:2-99-uptime"))
    (row,) = [one for one in state.all(Criterion) if one.key == "uptime"]
    assert row.require == "uptime >= 99% over 7d"
    assert keys(state) == []


def test_a_line_that_is_left_as_it_is_wants_a_reason_and_is_not_doubted_again(doubtful: Callable[..., Records]) -> None:
    state = doubtful("No adverts", require="uptime >= 99% over 7d")
    leave = LeaveFinding(finding="negative:1-no-adverts", reason="  ")
    assert decided(state, leave) == "A reason is wanted; write in one line why it stays as it is."
    decided(state, leave.model_copy(update={"reason": "agreed by mail"}))
    assert keys(state) == []
    assert [one.words for one in state.all(Ruling)] == ["agreed by mail"]
    assert decided(state, AcceptRuling(finding="negative:1-no-adverts"), "ben") == (
        "ann has ruled on “No adverts” already: agreed by mail."
    )


def test_of_two_lines_that_say_the_same_one_goes(doubtful: Callable[..., Records]) -> None:
    state = doubtful("Call the bank", "Call the bank", require="uptime >= 99% over 7d")
    (key,) = keys(state)
    decided(state, AcceptRuling(finding=key))
    assert [one.text for one in state.all(Item)].count("Call the bank") == 1
    assert keys(state) == []


def test_what_is_not_doubted_is_refused(doubtful: Callable[..., Records]) -> None:
    assert decided(doubtful(), AcceptRuling(finding="nothing")) == (
        "There is no such finding (any more); `gonogo plan lint` shows those that are open."
    )


def test_what_a_person_was_to_judge_becomes_a_demand_of_the_gate(doubtful: Callable[..., Records]) -> None:
    state = doubtful("Positive feedback", "Happy customers", require="uptime >= 99% over 7d")
    first, second = [one for one in state.all(Item) if one.text in ("Positive feedback", "Happy customers")]
    (section,) = [one for one in state.all(Section) if one.id == first.section]
    state.apply(Changes("", put=(section.model_copy(update={"name": TO_JUDGE}),)))
    decided(state, AcceptRuling(finding="unquantified:1-positive-feedback"))
    (row,) = [one for one in state.all(Criterion) if one.text == "Positive feedback"]
    assert (row.phase, row.name, row.require, row.min_samples) == (first.phase, "ratings", "feedback.mean > 4", 5)
    assert state.get(Item, first.id) is None
    decided(state, AcceptRuling(finding="unquantified:1-happy-customers"))  # the same demand: once is enough
    assert state.get(Item, second.id) is None
    assert [one.require for one in state.all(Criterion)].count("feedback.mean > 4") == 1
