"""The one door takes what a person wrote whole, or refuses it in a sentence."""

from __future__ import annotations

import pytest
from tests.conftest import Memory

from gonogo.rules.item import AddItem, EditItem, ExcuseItem, TickItem
from gonogo.rules.log import LogBug, LogFeedback, LogNote, LogQuestion
from gonogo.rules.plan import Severity
from gonogo.rules.record import Changes, Intent, Refusal
from gonogo.rules.response import DeclareIncident


@pytest.mark.parametrize(
    ("kind", "given", "field", "most"),
    [
        (LogNote, {}, "text", 4000), (LogQuestion, {}, "text", 4000), (LogFeedback, {"rating": 5}, "text", 4000),
        (LogBug, {"severity": Severity.LOW}, "title", 500), (DeclareIncident, {}, "title", 500),
        (AddItem, {"section": "?"}, "text", 500), (EditItem, {"item": "?"}, "text", 500),
        (TickItem, {"item": "?"}, "note", 4000), (ExcuseItem, {"item": "?"}, "reason", 4000),
    ],
)  # fmt: skip
def test_a_text_is_taken_whole_or_refused(
    memory: Memory, kind: type[Intent], given: dict[str, object], field: str, most: int
) -> None:
    """Ends with a word of its own, so that a cut is seen; what surrounds it does not count."""
    where = {"item": memory.item("walk").id, "section": memory.item("walk").section}
    whole = {name: where.get(name, value) if value == "?" else value for name, value in given.items()}
    words = "a" * (most - 4) + " end"
    done = memory.do(kind.model_validate(whole | {field: f"  {words}\n"}))
    assert isinstance(done, Changes)
    kept = [record.model_dump_json() for record in (*done.put, *done.facts)]
    assert any(words in record for record in kept)
    refused = memory.do(kind.model_validate(whole | {field: words + "s"}))
    assert refused == Refusal(
        f"That is {most + 1:,} characters long and at most {most:,} are taken; shorten it.", misused=True
    )
