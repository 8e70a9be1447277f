"""What fails again: relapses, reopened incidents, and what must be confirmed anew."""

from __future__ import annotations

import pytest
from tests.conftest import Memory
from tests.rules.trouble import LADDER, keys, newest, put_probe, step, suspect

from gonogo.rules.incident import current_step, step_clock, steps_of
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan import Severity
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.response import AcknowledgeIncident, GradeIncident, RecoverIncident, RelapseIncident, SuspectIncident


def test_recovery_is_monitored_and_a_relapse_goes_on(memory: Memory) -> None:
    suspect(memory)
    one = newest(memory).id
    assert isinstance(memory.do(RelapseIncident(incident=one, probe="checkout"), "watch"), Refusal)
    assert isinstance(memory.do(RecoverIncident(incident=one), "watch"), Changes)
    assert (newest(memory).state, newest(memory).recovered_at) == ("monitoring", memory.clock.now())
    assert isinstance(memory.do(RecoverIncident(incident=one), "watch"), Refusal)
    assert isinstance(memory.do(RelapseIncident(incident=one, probe="checkout"), "watch"), Changes)
    assert (newest(memory).state, newest(memory).recovered_at) == ("mitigating", None)


def test_a_probe_that_fails_again_while_monitored_goes_on_with_the_same_incident(memory: Memory) -> None:
    suspect(memory)
    memory.do(RecoverIncident(incident=newest(memory).id), "watch")
    memory.clock.advance(300)
    assert isinstance(suspect(memory), Changes)
    assert (newest(memory).label, newest(memory).state, newest(memory).recovered_at) == (1, "mitigating", None)


@pytest.mark.parametrize(("after", "label", "reopened"), [(1799, 1, 1), (1800, 1, 1), (1801, 2, 0)])
def test_within_half_an_hour_the_same_incident_reopens(memory: Memory, after: float, label: int, reopened: int) -> None:
    suspect(memory)
    step(memory, "decide", "roll back")
    put_probe(memory, "checkout", "up")
    memory.do(ResolveIncident(incident=newest(memory).id, told="yes"))
    memory.clock.advance(after)
    suspect(memory)
    one = newest(memory)
    assert (one.label, one.reopened, one.is_open) == (label, reopened, True)
    assert keys(memory, done=True) == ["look"]
    if label == 1:
        assert (one.state, one.resolved_at, one.outcome) == ("suspected", None, None)


def test_a_reopened_incident_is_a_new_round_with_its_own_facts(memory: Memory) -> None:
    suspect(memory)
    memory.do(AcknowledgeIncident(incident=newest(memory).id))
    for key in LADDER[1:]:
        step(memory, key, "roll back" if key == "decide" else "done by hand")
    put_probe(memory, "checkout", "up")
    memory.do(ResolveIncident(incident=newest(memory).id))
    memory.clock.advance(600)
    put_probe(memory, "checkout", "down")
    onset = memory.clock.now().after(-15)
    again = memory.do(SuspectIncident(probe="checkout", why="status 503", onset=onset, last_change="v3"), "watch")
    assert isinstance(again, Changes)
    assert again.alarms
    one = newest(memory)
    assert (one.label, one.reopened, one.state) == (1, 1, "suspected")
    assert (one.acked_by, one.acked_at, one.decision, one.recovered_at) == (None, None, None, None)
    assert (one.detected_at, one.onset_at, one.last_change) == (memory.clock.now(), onset, "v3")
    assert (keys(memory), keys(memory, done=True)) == (LADDER, ["look"])
    look = steps_of(memory.state, one)[0]
    assert (look.done_by, look.done_at, look.note) == ("watch", memory.clock.now(), "status 503")
    decide = current_step(steps_of(memory.state, one))
    assert decide is not None
    assert (decide.key, step_clock(one, decide, memory.clock.now()).left_s) == ("decide", 120)
    assert isinstance(memory.do(AcknowledgeIncident(incident=one.id), "bob"), Changes)
    assert (newest(memory).state, newest(memory).acked_by) == ("declared", "bob")


def test_a_reopened_incident_asks_again_whether_the_customers_were_told(memory: Memory) -> None:
    suspect(memory)
    put_probe(memory, "checkout", "up")
    memory.do(ResolveIncident(incident=newest(memory).id, told="10:40 by e-mail"))
    memory.clock.advance(60)
    suspect(memory)
    assert "tell" in keys(memory, done=False)
    put_probe(memory, "checkout", "up")
    assert isinstance(memory.do(ResolveIncident(incident=newest(memory).id)), Refusal)


def test_the_step_of_an_earlier_round_does_not_say_that_customers_were_told(memory: Memory) -> None:
    suspect(memory)
    step(memory, "tell", "10:40 by e-mail")
    put_probe(memory, "checkout", "up")
    memory.do(ResolveIncident(incident=newest(memory).id))
    memory.clock.advance(60)
    suspect(memory)
    assert newest(memory).told is None
    put_probe(memory, "checkout", "up")
    untold = memory.do(ResolveIncident(incident=newest(memory).id))
    assert isinstance(untold, Refusal)
    assert "Were the customers told?" in untold.sentence


def test_a_reopened_incident_has_the_steps_of_the_severity_that_it_was_given(memory: Memory) -> None:
    suspect(memory)
    step(memory, "decide", "wait")
    memory.do(GradeIncident(incident=newest(memory).id, severity=Severity.HIGH))
    put_probe(memory, "checkout", "up")
    memory.do(ResolveIncident(incident=newest(memory).id, told="yes"))
    suspect(memory)
    rows = {row.key: row.due_s for row in steps_of(memory.state, newest(memory))}
    assert (newest(memory).severity, rows["decide"]) == (Severity.HIGH, 1800)


@pytest.mark.parametrize("how", ["suspect", "relapse"])
def test_what_fails_again_while_monitored_is_to_be_confirmed_again(memory: Memory, how: str) -> None:
    suspect(memory)
    for key in LADDER[1:]:
        step(memory, key, "roll back" if key == "decide" else "done by hand")
    one = newest(memory).id
    put_probe(memory, "checkout", "up")
    memory.do(RecoverIncident(incident=one), "watch")
    if how == "suspect":
        suspect(memory)
    else:
        memory.do(RelapseIncident(incident=one, probe="checkout"), "watch")
    assert keys(memory, done=False) == ["confirm"]


def test_a_false_alarm_or_another_probe_does_not_reopen(memory: Memory) -> None:
    suspect(memory)
    memory.do(ResolveIncident(incident=newest(memory).id, outcome="false_alarm", reason="ours"))
    suspect(memory)
    assert newest(memory).label == 2
    put_probe(memory, "checkout", "up")
    memory.do(ResolveIncident(incident=newest(memory).id, told="yes"))
    suspect(memory, "orders")
    assert newest(memory).label == 3
