"""What people log: facts with clean words; and readiness, which decays."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError
from tests.conftest import Memory

from gonogo.rules import door, log, readiness
from gonogo.rules.log import LogBug, LogDeploy, LogFeedback, LogNote, LogOrder, LogQuestion
from gonogo.rules.plan import Readiness, Renewal
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Changes, Fact, Intent, Refusal


def fact(memory: Memory, intent: Intent) -> Fact:
    """Log something and return its fact."""
    logged = memory.do(intent)
    assert isinstance(logged, Changes)
    assert logged.silent
    assert not logged.undoable
    (one,) = logged.facts
    return one


@pytest.mark.parametrize(
    ("intent", "kind", "words"),
    [
        (LogOrder(value=Decimal("42"), customer="phone"), "order", "order 42.00, phone"),
        (LogOrder(value=Decimal("0"), ok=False), "order", "order failed 0.00"),
        (LogOrder(), "order", "order"),
        (LogFeedback(rating=5, who="beta3", text="smooth"), "feedback", "feedback 5, “smooth”"),
        (LogFeedback(rating=1), "feedback", "feedback 1"),
        (LogBug(severity="high", title="invoice blank"), "bug", "bug, high: invoice blank"),
        (LogNote(text="quiet\x1b night"), "note", "quiet\ufffd night"),
        (LogQuestion(text="open on Sunday?"), "question", "question: open on Sunday?"),
        (LogDeploy(build="v1.8.3"), "deploy", "deployed v1.8.3 to production"),
    ],
)
def test_logging_makes_a_fact(memory: Memory, intent: Intent, kind: str, words: str) -> None:
    one = fact(memory, intent)
    assert (one.kind, one.at, one.actor, one.source) == (kind, memory.clock.now(), "ann", "hand")
    assert log.words(one) == words


@pytest.mark.parametrize(
    "intent", [LogBug(severity="low", title=" "), LogNote(text=""), LogQuestion(text="\n"), LogDeploy(build=" ")]
)
def test_a_fact_without_its_words_is_refused(memory: Memory, intent: Intent) -> None:
    refused = memory.do(intent)
    assert isinstance(refused, Refusal)
    assert refused.sentence.startswith("A ")


def test_a_bug_that_was_found_at_nothing_known_is_refused(memory: Memory) -> None:
    refused = memory.do(LogBug(severity="high", title="invoice blank", about=("order:12",)))
    assert isinstance(refused, Refusal)
    assert refused.sentence == "There is no “order:12” to link it to; write one such as #order12."


def test_a_fact_may_be_of_earlier_but_not_of_later(memory: Memory) -> None:
    earlier = memory.clock.now().after(-600)
    assert fact(memory, LogNote(text="x", at=earlier)).at == earlier
    assert isinstance(memory.do(LogNote(text="x", at=memory.clock.now().after(60))), Refusal)


@pytest.mark.parametrize(
    ("kind", "args"),
    [(LogFeedback, {"rating": 0}), (LogFeedback, {"rating": 6}), (LogOrder, {"value": -1}),
     (LogBug, {"severity": "huge", "title": "x"}), (LogNote, {"text": "x", "colour": "red"})],
)  # fmt: skip
def test_what_cannot_be_is_refused(kind: type[Intent], args: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(args)


def test_readiness_is_renewed_and_decays(memory: Memory) -> None:
    backup = memory.state.all(Readiness)[0]

    def now() -> tuple[str, object]:
        return readiness.standing(backup, memory.state.get(Renewal, backup.id), memory.clock.utc)

    assert now() == ("not_set_up", None)
    assert isinstance(memory.do(RenewReadiness(readiness=backup.id, detail="4 GB\x1b")), Changes)
    stale_at = memory.clock.utc + timedelta(days=1)
    assert now() == ("ready", stale_at)
    memory.clock.advance(hours=24)
    assert now() == ("stale", stale_at)
    assert isinstance(memory.do(RenewReadiness(readiness=backup.id, ok=False, detail="empty")), Changes)
    assert now() == ("not_ready", None)
    assert isinstance(memory.do(RenewReadiness(readiness="gone")), Refusal)


def test_every_intent_has_its_rule(memory: Memory) -> None:
    """The door knows each intent of the rules, so that none raises a KeyError in a face."""
    from gonogo.rules.undo import Redo, Undo

    def below(kind: type[Intent]) -> set[type[Intent]]:
        return {one for child in kind.__subclasses__() for one in (child, *below(child))}

    kinds = {one for one in below(Intent) if one.__module__.startswith("gonogo.") and not one.__name__.startswith("_")}
    assert kinds - {Undo, Redo} == set(door._RULES)
