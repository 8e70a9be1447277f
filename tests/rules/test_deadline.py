"""Deadlines of an incident: each rings once, in order, late where it was missed, whatever the clocks do."""

from __future__ import annotations

import pytest
from tests.conftest import Memory
from tests.rules.trouble import newest, step, suspect

from gonogo.rules import deadline
from gonogo.rules.call import Call, HandOverIncident, SnoozeIncident
from gonogo.rules.clock import elapsed
from gonogo.rules.deadline import Deadline, Ring
from gonogo.rules.incident import steps_of
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan import Severity
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.response import (
    AcknowledgeIncident,
    DeclareIncident,
    GradeIncident,
    RecoverIncident,
)

CONTACTS = ("ann", "ben", "cyd")


class Told:
    """What of the newest incident was told."""

    def __init__(self, memory: Memory, contacts: int = 3, *, unseated: bool = False) -> None:
        self.memory, self.contacts, self.unseated = memory, contacts, unseated
        self.events: set[str] = set()

    def all(self) -> list[Deadline]:
        """Return every deadline as it is derived now."""
        one, state = newest(self.memory), self.memory.state
        return deadline.deadlines(one, steps_of(state, one), state.get(Call, one.id), self.contacts, self.unseated)

    def ring(self) -> list[Ring]:
        """Ring what has come, and remember that it was told."""
        now_s = elapsed(newest(self.memory).detected_at, self.memory.clock.now()).seconds
        rings = deadline.ripe(self.all(), self.events, now_s)
        self.events |= {one.event for rung in rings for one in (rung.deadline, *rung.missed)}
        return rings

    def rang(self) -> list[str]:
        """Ring, and say what rang in a few words."""
        return [said(rung) for rung in self.ring()]

    def until(self, seconds: int) -> list[tuple[int, str]]:
        """Let the time go on second by second; return what rang when."""
        found = []
        for _ in range(seconds):
            now = self.memory.clock.advance(1)
            at = round(elapsed(newest(self.memory).detected_at, now).seconds)
            found += [(at, what) for what in self.rang()]
        return found


def said(rung: Ring) -> str:
    """Say what rang in a few words."""
    one = rung.deadline
    return " ".join(filter(None, (one.kind, one.step.key if one.step else "", str(one.level or ""))))


@pytest.fixture
def told(memory: Memory) -> Told:
    """An incident that the watch suspects now, and what is told of it."""
    suspect(memory)
    return Told(memory)


def test_each_step_is_told_before_at_and_after_its_time(memory: Memory, told: Told) -> None:
    memory.do(AcknowledgeIncident(incident=newest(memory).id))
    memory.do(GradeIncident(incident=newest(memory).id, severity=Severity.CRITICAL))
    assert told.until(361) == [
        (90, "soon decide"), (120, "due decide"), (180, "overdue decide"),
        (270, "soon act"), (300, "due act"), (360, "overdue act"),
    ]  # fmt: skip


def test_a_step_that_is_done_is_not_asked_for(memory: Memory, told: Told) -> None:
    told.until(95)
    step(memory, "decide", "roll back")
    assert [what for _, what in told.until(70) if "decide" in what] == []


def test_without_an_acknowledgement_the_contacts_are_called_one_after_the_other(memory: Memory, told: Told) -> None:
    found = [one for one in told.until(1700) if one[1].startswith("unheard")]
    assert found[:3] == [(180, "unheard 1"), (360, "unheard 2"), (540, "unheard 3")]
    assert len(found) == 3 * deadline.ROUNDS - 1  # and then it has an end


def test_who_is_called_so_far(memory: Memory, told: Told) -> None:
    def called() -> list[str]:
        one = newest(memory)
        return deadline.called(one, memory.state.get(Call, one.id), CONTACTS, memory.clock.now())

    assert called() == ["ann"]
    memory.clock.advance(200)
    assert called() == ["ann", "ben"]
    memory.do(AcknowledgeIncident(incident=newest(memory).id), "ben")
    memory.clock.advance(900)
    assert called() == ["ann", "ben"]


def test_an_acknowledgement_ends_the_calls(memory: Memory, told: Told) -> None:
    told.until(200)
    memory.do(AcknowledgeIncident(incident=newest(memory).id), "ben")
    assert [what for _, what in told.until(400) if what.startswith("unheard")] == []


def test_a_missing_severity_and_an_empty_seat_are_said_once(memory: Memory) -> None:
    memory.do(DeclareIncident(title="Orders fail"))
    told = Told(memory, unseated=True)
    assert [one for one in told.until(600) if one[1].startswith("un")] == [(120, "ungraded"), (120, "unseated")]


def test_what_was_missed_rings_once_late_in_order_with_what_passed_before_it(memory: Memory, told: Told) -> None:
    memory.do(AcknowledgeIncident(incident=newest(memory).id))
    memory.clock.advance(11 * 60)
    rings = told.ring()
    assert [said(rung) for rung in rings] == ["ungraded", "overdue decide", "overdue act", "overdue confirm"]
    assert [len(rung.missed) for rung in rings] == [0, 2, 2, 2]
    assert [(rung.late, round(rung.late_s)) for rung in rings] == [(True, 540), (True, 480), (True, 300), (False, 0)]
    assert told.rang() == []


@pytest.mark.parametrize("step_s", [3600, -3600])
def test_a_step_of_the_wall_clock_moves_no_deadline(memory: Memory, told: Told, step_s: float) -> None:
    told.until(60)
    memory.clock.step_wall(step_s)
    assert told.until(61) == [(90, "soon decide"), (120, "due decide"), (120, "ungraded")]


def test_after_a_reboot_the_wall_clock_goes_on(memory: Memory, told: Told) -> None:
    told.until(100)
    memory.clock.reboot(240)
    assert told.rang() == ["ungraded", "overdue decide", "unheard 1", "due act"]
    assert told.rang() == []


def test_a_suspended_machine_rings_when_it_wakes(memory: Memory, told: Told) -> None:
    """The boot clock counts the suspend."""
    told.until(10)
    memory.clock.advance(300)
    assert told.rang() == ["ungraded", "overdue decide", "unheard 1", "due act"]


def test_a_snooze_holds_what_comes_due_until_its_end_and_the_calls_begin_anew(memory: Memory, told: Told) -> None:
    told.until(60)
    memory.do(SnoozeIncident(incident=newest(memory).id, for_s=300), "ann")
    found = told.until(600)
    assert not [at for at, _ in found if at < 360]
    assert {what for at, what in found if at == 360} == {"awake", "ungraded", "overdue decide", "overdue act"}
    assert [at for at, what in found if what.startswith("unheard")] == [540]


def test_a_hand_over_calls_the_next_who_has_to_acknowledge(memory: Memory, told: Told) -> None:
    memory.do(AcknowledgeIncident(incident=newest(memory).id), "ann")
    memory.clock.advance(60)
    handed = memory.do(HandOverIncident(incident=newest(memory).id, to="cyd"), "ann")
    assert isinstance(handed, Changes)
    assert (handed.alarms, handed.said) == ("handed", "handed incident 1 to cyd")
    one = newest(memory)
    assert one.acked_by is None
    call = memory.state.get(Call, one.id)
    assert deadline.order(call, CONTACTS, one) == ["cyd", "ann", "ben"]
    assert [at for at, what in told.until(200) if what == "unheard 1"] == [240]


def test_a_recovered_incident_asks_only_for_what_is_left(memory: Memory, told: Told) -> None:
    memory.do(RecoverIncident(incident=newest(memory).id), "watch")
    assert {one.step.key for one in told.all() if one.step} == {"confirm", "tell"}
    assert not [one for one in told.all() if one.kind in ("unheard", "ungraded")]


def test_a_resolved_incident_asks_for_nothing(memory: Memory, told: Told) -> None:
    memory.do(ResolveIncident(incident=newest(memory).id, outcome="false_alarm", reason="a test"))
    assert told.all() == []


def test_a_reopened_one_begins_anew(memory: Memory, told: Told) -> None:
    told.until(130)
    one = newest(memory)
    memory.do(ResolveIncident(incident=one.id, told="by mail", reason="it is up"))
    memory.clock.advance(60)
    suspect(memory, onset_ago=1)
    assert newest(memory).reopened == 1
    assert [what for _, what in told.until(121)] == ["soon decide", "due decide", "ungraded"]


@pytest.mark.parametrize("for_s", [0, 59, 4 * 3600 + 1, -5])
def test_a_snooze_has_a_length_with_an_end(memory: Memory, told: Told, for_s: float) -> None:
    refused = memory.do(SnoozeIncident(incident=newest(memory).id, for_s=for_s))
    assert refused == Refusal("A snooze is from 1 minute to 4 h long, such as 10m.", True)


def test_nobody_is_no_next_contact(memory: Memory, told: Told) -> None:
    refused = memory.do(HandOverIncident(incident=newest(memory).id, to=" "))
    assert isinstance(refused, Refusal)
    assert refused.sentence.startswith("Hand it to whom?")
