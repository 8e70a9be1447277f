"""What is said later of something logged: void, restored, corrected, linked."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.conftest import Memory
from tests.rules.ground import at
from tests.rules.test_logbook import START, row

from gonogo.rules.amend import CorrectLogged, LinkLogged, RestoreLogged, VoidLogged, amended
from gonogo.rules.incident import Incident
from gonogo.rules.logged import Logged
from gonogo.rules.plan import Severity
from gonogo.rules.record import Changes, Intent, Records, Refusal

ORDER = row(1, label=4, value=Decimal("42"), who="anna").model_copy(update={"id": "o"})
BUG = row(1, "bug", label=3, severity=Severity.HIGH, text="invoice blank").model_copy(update={"id": "b"})
VOICE = row(1, "feedback", label=2, rating=1, who="bert").model_copy(update={"id": "f"})
BROKE = Incident(id="i", label=2, title="down", detected_at=at(START), opened_by="ann")


@pytest.fixture
def log(memory: Memory) -> Memory:
    """A launch with an order, a bug, feedback and an incident."""
    assert isinstance(memory.state, Records)
    memory.state.apply(Changes("", put=(ORDER, BUG, VOICE, BROKE)))
    return memory


def after(log: Memory, one: Logged, intent: Intent) -> Logged:
    """Return how something stands after what was said of it."""
    done = log.do(intent)
    assert isinstance(done, Changes), done
    assert not done.put
    return amended(one, done.facts[0])


def refusal(log: Memory, intent: Intent) -> str:
    """Return why something was refused."""
    done = log.do(intent)
    assert isinstance(done, Refusal)
    return done.sentence


def test_what_is_void_says_why_and_is_restored(log: Memory) -> None:
    void = after(log, ORDER, VoidLogged(logged="o", reason=" counted twice "))
    assert void.voided == "counted twice"
    assert isinstance(log.state, Records)
    log.state.apply(Changes("", put=(void,)))
    assert refusal(log, VoidLogged(logged="o", reason="x")) == "order 4 is void (counted twice); restore it first."
    assert after(log, void, RestoreLogged(logged="o")).voided == ""


def test_a_linked_order_is_no_longer_clean_until_it_is_unlinked(log: Memory) -> None:
    linked = after(log, ORDER, LinkLogged(logged="o", to="b"))
    assert linked.links == ("bug:3",)
    assert after(log, linked, LinkLogged(logged="o", to="i")).links == ("bug:3", "incident:2")
    assert refusal(log, LinkLogged(logged="o")) == "order 4 is linked to nothing."
    assert isinstance(log.state, Records)
    log.state.apply(Changes("", put=(linked,)))
    assert "already" in refusal(log, LinkLogged(logged="o", to="b"))
    assert after(log, linked, LinkLogged(logged="o")).links == ()


@pytest.mark.parametrize(
    ("one", "said", "wanted"),
    [
        (ORDER, {"value": "18.50"}, {"value": Decimal("18.50")}),
        (ORDER, {"ok": False, "who": "phone"}, {"ok": False, "who": "phone"}),
        (VOICE, {"rating": 4}, {"rating": 4}),
        (BUG, {"severity": "low", "text": "invoice  is blank"}, {"severity": "low", "text": "invoice is blank"}),
        (BUG, {"at": at(START)}, {"at": at(START)}),
    ],
)
def test_a_correction_changes_what_it_names_and_nothing_else(
    log: Memory, one: Logged, said: dict[str, Any], wanted: dict[str, Any]
) -> None:
    found = after(log, one, CorrectLogged(logged=one.id, **said))
    assert found == one.model_copy(update={**wanted, "amended": 1})


@pytest.mark.parametrize(
    ("intent", "why"),
    [
        (VoidLogged(logged="gone", reason="x"), "nothing logged under that name"),
        (VoidLogged(logged="o", reason=" "), "A reason is wanted"),
        (RestoreLogged(logged="o"), "counts already"),
        (LinkLogged(logged="o", to="o"), "such as bug:3 or incident:2"),
        (LinkLogged(logged="b", to="b"), "such as bug:3 or incident:2"),
        (CorrectLogged(logged="o", rating=3), "order 4 has no rating; it has at, value"),
        (CorrectLogged(logged="o", who="anna"), "says that already"),
        (CorrectLogged(logged="b", text=" "), "A bug needs a text"),
        (CorrectLogged(logged="o", at=at(START + timedelta(days=400))), "has not come yet"),
    ],
)
def test_what_makes_no_sense_is_refused(log: Memory, intent: Intent, why: str) -> None:
    assert why in refusal(log, intent)
