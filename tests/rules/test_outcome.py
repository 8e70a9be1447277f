"""How incidents end and come back, and that every illegal transition is refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Memory
from tests.rules.trouble import keys, newest, put_probe, step, suspect

from gonogo.rules.incident import Incident
from gonogo.rules.message import SendMessage
from gonogo.rules.outcome import ReopenIncident, ResolveIncident, ReviewIncident
from gonogo.rules.plan import Severity
from gonogo.rules.record import Changes, Intent, Refusal
from gonogo.rules.response import (
    AcknowledgeIncident,
    DeclareIncident,
    DoStep,
    GradeIncident,
    NoteIncident,
    RecoverIncident,
    RelapseIncident,
)

INTENTS: dict[str, Any] = {
    "acknowledge": lambda one: AcknowledgeIncident(incident=one),
    "grade": lambda one: GradeIncident(incident=one, severity=Severity.HIGH),
    "step": lambda one: DoStep(incident=one, step="decide", note="roll back: all orders fail"),
    "note": lambda one: NoteIncident(incident=one, text="the bank is quiet"),
    "message": lambda one: SendMessage(incident=one, audience="customers", text="We are on it.", how="by mail"),
    "recover": lambda one: RecoverIncident(incident=one),
    "relapse": lambda one: RelapseIncident(incident=one, probe="checkout"),
    "resolve": lambda one: ResolveIncident(incident=one, told="by mail"),
    "reopen": lambda one: ReopenIncident(incident=one, reason="it fails again"),
    "review": lambda one: ReviewIncident(incident=one),
}
ALWAYS = {"note", "message"}
LEGAL = {
    "suspected": {"acknowledge", "grade", "step", "recover", "resolve"},
    "declared": {"grade", "step", "recover", "resolve"},
    "mitigating": {"grade", "step", "recover", "resolve"},
    "monitoring": {"grade", "step", "relapse", "resolve", "reopen"},
    "resolved": {"reopen", "review"},
    "reviewed": set[str](),
}


def brought_to(memory: Memory, state: str) -> str:
    """Bring an incident to a state by acts alone, its checkout up and confirmed; its id."""
    suspect(memory)
    one = newest(memory).id
    way: dict[str, tuple[Intent, ...]] = {
        "suspected": (),
        "declared": (AcknowledgeIncident(incident=one),),
        "mitigating": (AcknowledgeIncident(incident=one), DoStep(incident=one, step="act", note="by hand")),
        "monitoring": (AcknowledgeIncident(incident=one), RecoverIncident(incident=one)),
        "resolved": (AcknowledgeIncident(incident=one), ResolveIncident(incident=one, told="by mail")),
    }
    way["reviewed"] = (*way["resolved"], ReviewIncident(incident=one))
    put_probe(memory, "checkout", "up")
    for intent in way[state]:
        memory.clock.advance(5)
        assert isinstance(memory.do(intent), Changes), intent
    assert newest(memory).state == state
    memory.clock.advance(5)
    return one


@pytest.mark.parametrize("name", INTENTS)
@pytest.mark.parametrize("state", LEGAL)
def test_every_illegal_transition_is_refused_with_a_sentence(memory: Memory, state: str, name: str) -> None:
    one = brought_to(memory, state)
    said = memory.do(INTENTS[name](one))
    if name in LEGAL[state] | ALWAYS:
        assert isinstance(said, Changes), said
        return
    assert isinstance(said, Refusal)
    assert said.sentence.startswith(("Incident 1 ", "“"))
    assert said.sentence.endswith(".")
    assert newest(memory).state == state


@pytest.mark.parametrize("name", INTENTS)
def test_an_incident_that_is_not_there_is_refused_by_all(memory: Memory, name: str) -> None:
    assert memory.do(INTENTS[name]("nowhere")) == Refusal(
        "There is no such incident; `gonogo incident list` shows them."
    )


def test_a_fix_is_confirmed_by_probes_that_passed_often_enough(memory: Memory) -> None:
    suspect(memory)
    one = newest(memory).id
    put_probe(memory, "checkout", "up")
    probe = memory.state.all(type(_probe(memory)))[0]
    memory.state.apply(Changes("", put=(probe.model_copy(update={"passes": 2}),)))
    early = memory.do(ResolveIncident(incident=one, told="by mail"))
    assert isinstance(early, Refusal)
    assert "checkout passed 2 of 3 in a row" in early.sentence
    assert isinstance(step(memory, "confirm"), Refusal)
    waived = memory.do(ResolveIncident(incident=one, told="by mail", reason="it is closed for the night"))
    assert isinstance(waived, Changes)
    assert newest(memory).reason == "it is closed for the night"


def _probe(memory: Memory) -> Any:
    from gonogo.rules.probe import Probe

    return memory.state.all(Probe)[0]


def test_what_was_declared_by_hand_is_confirmed_by_its_step_or_a_reason(memory: Memory) -> None:
    memory.do(DeclareIncident(title="Orders fail"))
    one = newest(memory).id
    early = memory.do(ResolveIncident(incident=one, told="by mail"))
    assert isinstance(early, Refusal)
    assert "no probe watches this" in early.sentence
    step(memory, "confirm", "a test order went through")
    assert isinstance(memory.do(ResolveIncident(incident=one, told="by mail")), Changes)


def test_the_decision_is_logged_with_its_reason(memory: Memory) -> None:
    suspect(memory)
    bare = step(memory, "decide")
    assert isinstance(bare, Refusal)
    assert "and why?" in bare.sentence
    strange = step(memory, "decide", "banana")
    assert isinstance(strange, Refusal)
    assert "begins with its choice: roll back, hotfix, fix forward or wait" in strange.sentence
    assert isinstance(step(memory, "decide", "hotfix: the cause is known"), Changes)
    assert newest(memory).decision == "hotfix: the cause is known"


def test_what_clears_by_itself_says_so(memory: Memory) -> None:
    suspect(memory)
    alone = memory.do(RecoverIncident(incident=newest(memory).id), "watch")
    assert isinstance(alone, Changes)
    assert alone.said == "sees checkout up again by itself; incident 1 is watched until 3 checks in a row have passed"
    memory.do(RelapseIncident(incident=newest(memory).id, probe="checkout"), "watch")
    step(memory, "act", "rolled back by hand")
    mended = memory.do(RecoverIncident(incident=newest(memory).id), "watch")
    assert isinstance(mended, Changes)
    assert "by itself" not in mended.said


def test_what_has_passed_often_enough_asks_to_be_resolved(memory: Memory) -> None:
    suspect(memory)
    put_probe(memory, "checkout", "up")
    sure = memory.do(RecoverIncident(incident=newest(memory).id, sure=True), "watch")
    assert isinstance(sure, Changes)
    assert sure.said == "sees checkout up again by itself; incident 1 asks to be resolved"


@pytest.mark.parametrize(
    ("of", "sentence"),
    [(None, "Of which incident"), (9, "Of which incident"), (2, "no duplicate of itself"), (1, "itself a duplicate")],
)
def test_a_duplicate_names_another_one(memory: Memory, of: int | None, sentence: str) -> None:
    for title in ("one", "two", "three"):
        memory.do(DeclareIncident(title=title))
    first, second, _ = memory.state.all(Incident)
    assert isinstance(memory.do(ResolveIncident(incident=first.id, outcome="duplicate", duplicate_of=3)), Changes)
    said = memory.do(ResolveIncident(incident=second.id, outcome="duplicate", duplicate_of=of))
    assert isinstance(said, Refusal)
    assert sentence in said.sentence


def test_a_duplicate_hands_its_probes_over(memory: Memory) -> None:
    suspect(memory)
    memory.do(DeclareIncident(title="Orders fail", another=True))
    first, second = memory.state.all(Incident)
    said = memory.do(ResolveIncident(incident=first.id, outcome="duplicate", duplicate_of=2))
    assert isinstance(said, Changes)
    assert said.said == "resolved incident 1: duplicate of 2"
    assert newest(memory).id == second.id
    assert newest(memory).probes == ("checkout",)


def test_a_person_takes_an_incident_back_from_monitoring(memory: Memory) -> None:
    one = brought_to(memory, "monitoring")
    step(memory, "confirm")
    assert memory.do(ReopenIncident(incident=one, reason=" ")) == Refusal("Say in one line what is still wrong.")
    assert isinstance(memory.do(ReopenIncident(incident=one, reason="orders still fail")), Changes)
    assert newest(memory).state == "mitigating"
    assert "confirm" in keys(memory, done=False)


@pytest.mark.parametrize(("later_s", "again"), [(1700, True), (1900, False)])
def test_a_person_reopens_within_half_an_hour(memory: Memory, later_s: float, again: bool) -> None:
    one = brought_to(memory, "resolved")
    memory.clock.advance(later_s)
    said = memory.do(ReopenIncident(incident=one, reason="orders still fail"), "bo")
    assert isinstance(said, Changes) is again
    if again:
        state = newest(memory)
        assert (state.state, state.reopened, state.acked_by, state.outcome) == ("declared", 1, "bo", None)
        assert state.detected_at == memory.clock.now()


def test_the_actions_of_a_review_become_bugs(memory: Memory) -> None:
    one = brought_to(memory, "resolved")
    said = memory.do(ReviewIncident(incident=one, actions=("high alert on failed payments", "write the runbook")))
    assert isinstance(said, Changes)
    assert said.said == "reviewed incident 1, 2 actions for the backlog"
    assert [(fact.kind, fact.data["severity"], fact.data["title"]) for fact in said.facts] == [
        ("bug", "high", "alert on failed payments"),
        ("bug", "medium", "write the runbook"),
    ]
    assert newest(memory).reviewed_at == memory.clock.now()


def test_an_empty_action_is_refused(memory: Memory) -> None:
    one = brought_to(memory, "resolved")
    assert isinstance(memory.do(ReviewIncident(incident=one, actions=("high",))), Refusal)
