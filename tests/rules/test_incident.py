"""Incidents: suspected, joined, graded, stepped through, resolved; and their clock."""

from __future__ import annotations

import pytest
from tests.conftest import Memory
from tests.rules.trouble import LADDER, keys, newest, put_probe, step, suspect

from gonogo.rules.incident import Incident, IncidentStep, current_step, open_incidents, step_clock, steps_of
from gonogo.rules.outcome import ResolveIncident
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


def test_a_critical_probe_down_opens_a_suspected_incident_with_its_ladder(memory: Memory) -> None:
    said = suspect(memory)
    assert isinstance(said, Changes)
    assert said.said == "suspects incident 1, critical: checkout down, status 502"
    assert not said.undoable
    one = newest(memory)
    assert (one.label, one.severity, one.state, one.probes, one.opened_by) == (
        1, Severity.CRITICAL, "suspected", ("checkout",), "watch",
    )  # fmt: skip
    assert one.onset_at == memory.clock.now().after(-20)
    assert one.detected_at == memory.clock.now()
    assert one.last_change == "v2"
    assert [(row.key, row.due_s) for row in steps_of(memory.state, one)] == [
        ("look", 0), ("decide", 120), ("act", 300), ("confirm", 600), ("tell", 900),
    ]  # fmt: skip


def test_the_watch_has_looked_when_it_suspects(memory: Memory) -> None:
    suspect(memory)
    look = steps_of(memory.state, newest(memory))[0]
    assert (look.key, look.done_by, look.done_at, look.note) == ("look", "watch", memory.clock.now(), "status 502")
    assert keys(memory, done=False) == LADDER[1:]


@pytest.mark.parametrize("looked", [True, False])
def test_a_person_has_looked_only_with_the_probes_in_view(memory: Memory, looked: bool) -> None:
    memory.do(DeclareIncident(title="Orders fail", looked=looked))
    assert keys(memory, done=True) == (["look"] if looked else [])


def test_a_second_probe_joins_and_the_same_one_does_not_twice(memory: Memory) -> None:
    suspect(memory)
    joined = suspect(memory, "orders")
    assert isinstance(joined, Changes)
    assert joined.said.startswith("orders joined incident 1")
    assert newest(memory).probes == ("checkout", "orders")
    assert suspect(memory, "orders") == Refusal("orders is part of incident 1 already.")
    assert len(memory.state.all(Incident)) == 1


@pytest.mark.parametrize("severity", [Severity.MEDIUM, Severity.LOW])
def test_a_critical_probe_does_not_vanish_in_a_small_incident(memory: Memory, severity: Severity) -> None:
    """A typo that somebody declared low is open; the checkout going down is critical all the same."""
    memory.do(DeclareIncident(title="A typo", severity=severity))
    memory.clock.advance(60)
    suspect(memory)
    worst = open_incidents(memory.state)[0]
    assert worst.severity is Severity.CRITICAL
    assert "checkout" in worst.probes
    assert [one.key for one in steps_of(memory.state, worst)] == LADDER


def test_a_drill_is_not_joined(memory: Memory) -> None:
    suspect(memory)
    memory.state.apply(Changes("", put=(newest(memory).model_copy(update={"drill": True}),)))
    suspect(memory)
    assert [one.label for one in open_incidents(memory.state)] == [2], "it is aborted for what is real"


def test_acknowledging_declares_and_is_done_once(memory: Memory) -> None:
    suspect(memory)
    assert isinstance(memory.do(AcknowledgeIncident(incident=newest(memory).id)), Changes)
    one = newest(memory)
    assert (one.state, one.acked_by, one.acked_at) == ("declared", "ann", memory.clock.now())
    again = memory.do(AcknowledgeIncident(incident=one.id), "bob")
    assert again == Refusal("Incident 1 is acknowledged already, by ann.")


def test_declaring_takes_the_instant_of_the_key_and_is_acknowledged(memory: Memory) -> None:
    pressed, since = memory.clock.now(), memory.clock.now().after(-600)
    memory.clock.advance(8)
    assert isinstance(memory.do(DeclareIncident(title="Orders fail", since=since, pressed=pressed)), Changes)
    one = newest(memory)
    assert (one.state, one.severity, one.severity_set, one.title) == (
        "declared", Severity.CRITICAL, False, "Orders fail",
    )  # fmt: skip
    assert (one.detected_at, one.onset_at, one.acked_by) == (pressed, since, "ann")
    assert keys(memory) == LADDER


def test_declaring_without_words_or_in_the_future(memory: Memory) -> None:
    assert isinstance(memory.do(DeclareIncident(title=" \x1b ")), Changes)
    future = memory.do(DeclareIncident(since=memory.clock.now().after(60)))
    assert isinstance(future, Refusal)
    assert "future" in future.sentence


def test_grading_swaps_the_steps_that_remain(memory: Memory) -> None:
    suspect(memory)
    graded = memory.do(GradeIncident(incident=newest(memory).id, severity=Severity.HIGH))
    assert isinstance(graded, Changes)
    assert newest(memory).severity is Severity.HIGH
    assert keys(memory, done=True) == ["look"]
    assert keys(memory, done=False) == ["weigh", "decide", "act", "confirm", "tell"]
    due = {row.key: row.due_s for row in steps_of(memory.state, newest(memory))}
    assert due["decide"] == 1800
    assert due["act"] is None
    same = memory.do(GradeIncident(incident=newest(memory).id, severity=Severity.HIGH))
    assert same == Refusal("Incident 1 is high already.")


def test_confirming_the_grade_keeps_the_steps(memory: Memory) -> None:
    memory.do(DeclareIncident())
    before = steps_of(memory.state, newest(memory))
    assert isinstance(memory.do(GradeIncident(incident=newest(memory).id, severity=Severity.CRITICAL)), Changes)
    assert newest(memory).severity_set
    assert steps_of(memory.state, newest(memory)) == before


def test_a_double_press_does_one_step(memory: Memory) -> None:
    suspect(memory)
    assert isinstance(step(memory, "tell", "later"), Changes)
    twice = step(memory, "decide", "roll back", after=0.9)
    assert isinstance(twice, Refusal)
    assert "less than a second ago" in twice.sentence
    assert isinstance(step(memory, "decide", "roll back", after=0.1), Changes)
    assert newest(memory).decision == "roll back"


@pytest.mark.parametrize("jump", [-3600.0, -5.0])
def test_a_step_of_the_wall_clock_does_not_lock_the_ladder(memory: Memory, jump: float) -> None:
    """NTP sets the clock back in the middle of an incident: the next step is still a step, not a double press."""
    suspect(memory)
    step(memory, "tell", "later")
    memory.clock.step_wall(jump)
    assert isinstance(step(memory, "decide", "roll back", after=3), Changes)


def test_a_wall_clock_set_forward_makes_no_second_press(memory: Memory) -> None:
    suspect(memory)
    step(memory, "tell", "later")
    memory.clock.step_wall(60)
    assert isinstance(step(memory, "decide", "roll back", after=0.2), Refusal)


def test_a_command_step_wants_what_and_when(memory: Memory) -> None:
    suspect(memory)
    bare = step(memory, "act")
    assert isinstance(bare, Refusal)
    assert "Say what and when" in bare.sentence
    assert isinstance(step(memory, "act", "rolled back by hand, 10:31"), Changes)
    assert newest(memory).state == "mitigating"


def test_a_confirming_step_wants_its_probes_or_words(memory: Memory) -> None:
    suspect(memory)
    bare = step(memory, "confirm")
    assert isinstance(bare, Refusal)
    assert "checkout is not up yet" in bare.sentence
    put_probe(memory, "checkout", "up")
    assert isinstance(step(memory, "confirm"), Changes)


def test_a_step_by_key_or_id_once(memory: Memory) -> None:
    suspect(memory)
    assert isinstance(step(memory, "nonsense\x1b"), Refusal)
    decide = steps_of(memory.state, newest(memory))[1]
    assert isinstance(step(memory, decide.id, "wait"), Changes)
    again = step(memory, "decide")
    assert again == Refusal("“Decide” is done already, by ann.")


def test_a_step_is_no_acknowledgement(memory: Memory) -> None:
    """Whoever has it says so with its own key."""
    suspect(memory)
    step(memory, "decide", "wait")
    assert (newest(memory).state, newest(memory).acked_by) == ("suspected", None)


def test_a_late_step_says_how_late(memory: Memory) -> None:
    suspect(memory)
    late = step(memory, "decide", "wait", after=160)
    assert isinstance(late, Changes)
    assert "late by 40 s" in late.said


def test_resolving_a_critical_wants_told_and_probes_up(memory: Memory) -> None:
    suspect(memory)
    one = newest(memory).id
    down = memory.do(ResolveIncident(incident=one, told="10:40 by e-mail"))
    assert isinstance(down, Refusal)
    assert "checkout is not up yet" in down.sentence
    put_probe(memory, "checkout", "up")
    untold = memory.do(ResolveIncident(incident=one))
    assert isinstance(untold, Refusal)
    assert "Were the customers told?" in untold.sentence
    assert isinstance(memory.do(ResolveIncident(incident=one, told="10:40 by e-mail")), Changes)
    assert (newest(memory).state, newest(memory).outcome, newest(memory).told) == (
        "resolved", "fixed", "10:40 by e-mail",
    )  # fmt: skip
    assert not newest(memory).is_open


def test_the_step_tell_counts_as_told(memory: Memory) -> None:
    suspect(memory)
    put_probe(memory, "checkout", "up")
    step(memory, "tell", "not needed because nobody ordered")
    assert isinstance(memory.do(ResolveIncident(incident=newest(memory).id)), Changes)
    assert newest(memory).told == "not needed because nobody ordered"


def test_a_false_alarm_wants_a_reason(memory: Memory) -> None:
    suspect(memory)
    one = newest(memory).id
    assert isinstance(memory.do(ResolveIncident(incident=one, outcome="false_alarm")), Refusal)
    assert isinstance(memory.do(ResolveIncident(incident=one, outcome="false_alarm", reason="a test order")), Changes)
    assert newest(memory).outcome == "false_alarm"


def test_a_medium_one_is_resolved_without_telling(memory: Memory) -> None:
    memory.do(DeclareIncident(title="Slow list", severity=Severity.MEDIUM))
    assert isinstance(memory.do(ResolveIncident(incident=newest(memory).id)), Changes)


@pytest.mark.parametrize(
    "intent",
    [AcknowledgeIncident(incident="x"), GradeIncident(incident="x", severity=Severity.LOW),
     DoStep(incident="x", step="look"), RecoverIncident(incident="x"), RelapseIncident(incident="x", probe="p"),
     ResolveIncident(incident="x", told="y")],
)  # fmt: skip
def test_what_is_resolved_or_not_there_is_refused_in_a_sentence(memory: Memory, intent: Intent) -> None:
    unknown = memory.do(intent)
    assert unknown == Refusal("There is no such incident; `gonogo incident list` shows them.")
    memory.do(DeclareIncident(title="Slow", severity=Severity.LOW))
    one = newest(memory).id
    memory.do(ResolveIncident(incident=one))
    assert memory.do(intent.model_copy(update={"incident": one})) == Refusal("Incident 1 is resolved already.")


def test_a_note_is_a_fact_of_the_incident_also_afterwards(memory: Memory) -> None:
    memory.do(DeclareIncident(title="Slow", severity=Severity.LOW))
    one = newest(memory).id
    memory.do(ResolveIncident(incident=one))
    noted = memory.do(NoteIncident(incident=one, text="it was\x07 the cache"))
    assert isinstance(noted, Changes)
    assert [(fact.kind, fact.incident, fact.text) for fact in noted.facts] == [("note", one, "it was\ufffd the cache")]
    assert isinstance(memory.do(NoteIncident(incident=one, text=" ")), Refusal)


def test_the_one_to_look_at_first_stands_in_front(memory: Memory) -> None:
    for severity in (Severity.LOW, Severity.HIGH, Severity.CRITICAL, Severity.MEDIUM):
        memory.do(DeclareIncident(title=severity, severity=severity))
    assert [one.label for one in open_incidents(memory.state)] == [3, 2, 4, 1]


def test_the_step_clock_counts_to_the_latest_start(memory: Memory) -> None:
    suspect(memory)
    one = newest(memory)
    rows = {row.key: row for row in steps_of(memory.state, one)}
    memory.clock.advance(118)
    clock = step_clock(one, rows["act"], memory.clock.now())
    assert (clock.done, clock.late, clock.left_s, clock.start_in_s, clock.late_s) == (False, False, 182, 82, 0)
    memory.clock.advance(222)
    clock = step_clock(one, rows["act"], memory.clock.now())
    assert (clock.late, clock.left_s, clock.start_in_s, clock.late_s) == (True, 0, 0, 40)
    memory.clock.step_wall(-86_400)
    assert step_clock(one, rows["act"], memory.clock.now()).late_s == 40


def test_a_step_that_is_due_at_once_gets_its_time_before_it_is_late(memory: Memory) -> None:
    suspect(memory)
    row = next(one for one in steps_of(memory.state, newest(memory)) if one.key == "look")
    assert row.due_s == 0
    row = row.model_copy(update={"done_at": None})
    memory.clock.advance(13)
    clock = step_clock(newest(memory), row, memory.clock.now())
    assert (clock.late, clock.start_in_s) == (False, 17)
    slow = row.model_copy(update={"takes_s": 60.0})
    assert step_clock(newest(memory), slow, memory.clock.now()).left_s == 47
    memory.clock.advance(27)
    assert step_clock(newest(memory), row, memory.clock.now()).late_s == 10


def test_a_done_step_keeps_how_late_it_was(memory: Memory) -> None:
    suspect(memory)
    step(memory, "decide", "wait", after=160)
    memory.clock.advance(1000)
    row = next(one for one in steps_of(memory.state, newest(memory)) if one.key == "decide")
    clock = step_clock(newest(memory), row, memory.clock.now())
    assert (clock.done, clock.late, clock.late_s) == (True, True, 40)


def test_one_step_at_a_time(memory: Memory) -> None:
    suspect(memory)
    found = []
    for _ in LADDER[1:]:
        row = current_step(steps_of(memory.state, newest(memory)))
        assert isinstance(row, IncidentStep)
        found.append(row.key)
        step(memory, row.key, "wait, done outside")
    assert found == LADDER[1:]
    assert current_step(steps_of(memory.state, newest(memory))) is None


def test_what_somebody_else_has_open_is_not_declared_a_second_time(memory: Memory) -> None:
    memory.do(DeclareIncident(title="home is down"), "bob")
    memory.clock.advance(120)
    assert memory.do(DeclareIncident(title="Home is down")) == Refusal(
        "Incident 1, home is down, is open since 2 min; `gonogo incident ack` or `note` joins it; "
        "--another declares a further one."
    )
    assert isinstance(memory.do(DeclareIncident(title="Invoices", another=True)), Changes)


@pytest.mark.parametrize(("after", "declared"), [(59, False), (61, True)])
def test_what_is_worked_on_already_is_the_same_for_a_minute(memory: Memory, after: float, declared: bool) -> None:
    memory.do(DeclareIncident(title="home is down"), "bob")
    step(memory, "act", "rolled back", after=0)
    memory.clock.advance(after)
    assert isinstance(memory.do(DeclareIncident(title="Invoices")), Changes) == declared


def test_one_may_have_several_of_ones_own(memory: Memory) -> None:
    memory.do(DeclareIncident(title="home is down"))
    assert isinstance(memory.do(DeclareIncident(title="Invoices")), Changes)
