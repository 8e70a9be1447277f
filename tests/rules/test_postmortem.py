"""The times of an incident, across incidents, and what it took of the error budget."""

from __future__ import annotations

import pytest
from tests.conftest import Memory
from tests.rules.ground import criterion
from tests.rules.trouble import newest, put_probe, step, suspect

from gonogo.rules import postmortem
from gonogo.rules.incident import Incident, steps_of
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.response import AcknowledgeIncident, RecoverIncident


def worked(memory: Memory) -> Incident:
    """Go through a whole incident: seen after 20 s, had after 10, decided 30, up 90 and ended 210 s after T+0."""
    suspect(memory)
    one = newest(memory).id
    memory.clock.advance(10)
    memory.do(AcknowledgeIncident(incident=one))
    step(memory, "decide", "roll back: all orders fail", after=20)
    step(memory, "act", "by hand", after=30)
    memory.clock.advance(30)
    put_probe(memory, "checkout", "up")
    memory.do(RecoverIncident(incident=one), "watch")
    memory.clock.advance(120)
    memory.do(ResolveIncident(incident=one, told="by mail"))
    return newest(memory)


def test_the_times_of_an_incident_from_its_own_instants(memory: Memory) -> None:
    one = worked(memory)
    assert postmortem.times(one, steps_of(memory.state, one)) == {
        "detect": 20, "declare": 10, "acknowledge": 10, "decide": 30, "mitigate": 90, "resolve": 210,
    }  # fmt: skip
    assert postmortem.downtime(one) == 110


def test_what_was_down_in_each_round_adds_up(memory: Memory) -> None:
    first = worked(memory)
    memory.clock.advance(60)
    again = worked(memory)
    assert (again.label, again.reopened) == (1, 1)
    assert [(each.onset_at, each.resolved_at) for each in again.rounds] == [(first.onset_at, first.resolved_at)]
    assert postmortem.downtime(again) == 220


def test_what_did_not_happen_has_no_time(memory: Memory) -> None:
    suspect(memory)
    one = newest(memory)
    assert postmortem.times(one, steps_of(memory.state, one)) == {
        "detect": 20, "declare": None, "acknowledge": None, "decide": None, "mitigate": None, "resolve": None,
    }  # fmt: skip
    assert postmortem.downtime(one) is None
    assert postmortem.downtime(one.model_copy(update={"probes": ()})) is None


def test_a_wall_clock_that_steps_bends_no_time(memory: Memory) -> None:
    suspect(memory)
    memory.clock.step_wall(-3600)
    memory.clock.advance(12)
    memory.do(AcknowledgeIncident(incident=newest(memory).id))
    assert postmortem.times(newest(memory), ())["acknowledge"] == 12


def test_across_incidents_the_median_says_of_how_many() -> None:
    rows = [{"detect": 10.0, "decide": None}, {"detect": 30.0, "decide": 60.0}, {"detect": 200.0}]
    assert postmortem.across(rows) == {"detect": (30.0, 3), "decide": (60.0, 1)}
    assert postmortem.across([]) == {}


@pytest.mark.parametrize(
    ("more", "counted"),
    [({}, True), ({"drill": True}, False), ({"outcome": "false_alarm"}, False), ({"outcome": "duplicate"}, False),
     ({"outcome": None}, False)],
)  # fmt: skip
def test_drills_false_alarms_and_duplicates_do_not_count(
    memory: Memory, more: dict[str, object], counted: bool
) -> None:
    assert postmortem.counts(worked(memory).model_copy(update=more)) is counted


def test_the_budget_is_what_the_demand_on_the_uptime_leaves() -> None:
    found = postmortem.budget([criterion("orders.clean >= 20"), criterion("uptime >= 99% over 7d")], "p")
    assert found
    assert found.seconds == pytest.approx(6048)
    assert postmortem.budget([criterion("orders.clean >= 20")], "p") is None
