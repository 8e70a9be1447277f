"""How long a rollback takes, what follows of it, and how a run's end is said."""

from __future__ import annotations

import pytest
from tests.conftest import FakeClock, Memory
from tests.rules.trouble import newest, put_probe, step, suspect

from gonogo.rules.incident import Incident, IncidentStep, step_clock, steps_of
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan import Readiness, Renewal, RunbookStep
from gonogo.rules.probe import Probe
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.response import DeclareIncident
from gonogo.rules.run import Outcome, Run, RunKind, ending, is_too_slow, leeway_s, pace, paced
from gonogo.rules.running import BeginRun, EndRun


def begin(memory: Memory, kind: RunKind = "rollback", name: str = "rollback", **more: object) -> str:
    """Begin a run; its id."""
    run = memory.ids.fresh()
    intent = {"run": run, "kind": kind, "name": name, "acts": kind != "dry_run", "argv": ("back",), "timeout_s": 180,
              "typed": "tiny"} | more  # fmt: skip
    done = memory.do(BeginRun.model_validate(intent))
    assert isinstance(done, Changes), done
    return run


def took(memory: Memory, seconds: float, kind: RunKind = "rollback", outcome: Outcome = "ok") -> None:
    """Tell a run that took so long."""
    run = begin(memory, kind)
    memory.clock.advance(seconds=seconds)
    assert isinstance(memory.do(EndRun(run=run, outcome=outcome, exit=0)), Changes)


def test_the_pace_is_of_those_that_went_well(memory: Memory) -> None:
    assert pace(memory.state.all(Run)) is None
    for seconds in (40, 50, 60, 70, 80, 90, 100, 110, 120, 300):
        took(memory, seconds)
    took(memory, 900, outcome="failed")
    begin(memory, "hotfix", "hotfix")
    found = pace(memory.state.all(Run))
    assert found is not None
    assert (found.count, found.p50_s, found.p90_s) == (10, 80, 120)
    assert found.words == "P50 1:20, P90 2:00 of 10 runs"


def test_one_rehearsal_is_its_own_pace_and_rehearsals_count(memory: Memory) -> None:
    took(memory, 41.2, "dry_run")
    found = pace(memory.state.all(Run))
    assert found is not None
    assert found.words == "took 0:42, rehearsed once"
    took(memory, 50, "drill")
    assert pace(memory.state.all(Run)).count == 2  # type: ignore[union-attr]


def test_only_the_newest_twenty_count(memory: Memory) -> None:
    for seconds in (500, *[60] * 20):
        took(memory, seconds)
    assert pace(memory.state.all(Run)).p90_s == 60  # type: ignore[union-attr]


def test_the_runbook_leaves_what_lies_between_decision_and_act(memory: Memory) -> None:
    assert leeway_s(memory.state.all(RunbookStep)) == 180
    assert leeway_s([]) is None


def rollback_tile(memory: Memory) -> str:
    """Give the plan a readiness target for the rollback; its id."""
    made = Readiness(id=memory.ids.fresh(), key="rollback", position=1, name="rollback", max_age_s=86_400)
    memory.state.apply(Changes("", put=(made,)))
    return made.id


def test_a_rehearsal_is_the_last_word_on_its_readiness(memory: Memory) -> None:
    tile = rollback_tile(memory)
    took(memory, 42, "dry_run")
    renewal = memory.state.get(Renewal, tile)
    assert renewal is not None
    assert (renewal.ok, renewal.detail) == (True, "took 0:42, rehearsed once")
    took(memory, 200)
    renewal = memory.state.get(Renewal, tile)
    assert renewal is not None
    assert (renewal.ok, renewal.detail) == (False, "P50 0:42, P90 3:20 of 2 runs, and the runbook leaves 3:00")
    assert is_too_slow(pace(memory.state.all(Run)), memory.state.all(RunbookStep))


def test_a_rehearsal_that_failed_says_so_and_one_that_was_lost_says_nothing(memory: Memory) -> None:
    tile = rollback_tile(memory)
    took(memory, 5, "dry_run", "failed")
    renewal = memory.state.get(Renewal, tile)
    assert renewal is not None
    assert (renewal.ok, renewal.detail) == (False, "dry run of the rollback failed with exit code 0 after 0:05")
    memory.do(RenewReadiness(readiness=tile))
    took(memory, 5, "dry_run", "lost")
    assert memory.state.get(Renewal, tile).ok  # type: ignore[union-attr]


def test_the_latest_start_allows_for_what_nine_in_ten_took(memory: Memory) -> None:
    took(memory, 130.4)
    memory.do(DeclareIncident(looked=True))
    [incident] = memory.state.all(Incident)
    steps = paced(steps_of(memory.state, incident), pace(memory.state.all(Run)))
    act = next(one for one in steps if one.key == "act")
    assert act.takes_s == 131
    assert step_clock(incident, act, memory.clock.now()).start_in_s == 300 - 131
    assert paced(steps_of(memory.state, incident), None) == steps_of(memory.state, incident)


def test_a_hotfix_does_the_step_too_and_leaves_no_further_one(memory: Memory) -> None:
    memory.do(DeclareIncident(looked=True))
    [incident] = memory.state.all(Incident)
    run = begin(memory, "hotfix", "hotfix", incident=incident.id)
    memory.clock.advance(seconds=70)
    memory.do(EndRun(run=run, outcome="ok", exit=0))
    steps = {one.key: one for one in memory.state.all(IncidentStep)}
    assert steps["act"].note == "the hotfix was done in 1:10"
    assert steps["decide"].note == "hotfix, by running it"
    assert "redeploy" not in steps


def test_a_decision_that_was_written_down_stays(memory: Memory) -> None:
    from gonogo.rules.response import DoStep

    memory.do(DeclareIncident(looked=True))
    [incident] = memory.state.all(Incident)
    memory.clock.advance(seconds=5)
    assert isinstance(memory.do(DoStep(incident=incident.id, step="decide", note="roll back: v2 broke it")), Changes)
    begin(memory, incident=incident.id)
    now = memory.state.get(Incident, incident.id)
    assert now is not None
    assert (now.acked_by, now.state) == ("ann", "mitigating")
    assert (now.decision, now.state) == ("roll back: v2 broke it", "mitigating")


def test_an_incident_that_was_resolved_meanwhile_is_left_alone(memory: Memory) -> None:
    memory.do(DeclareIncident(looked=True))
    [incident] = memory.state.all(Incident)
    run = begin(memory, incident=incident.id)
    memory.do(ResolveIncident(incident=incident.id, outcome="false_alarm", reason="a test order"))
    assert isinstance(memory.do(EndRun(run=run, outcome="ok", exit=0)), Changes)
    assert next(one for one in memory.state.all(IncidentStep) if one.key == "act").done_at is None


def test_an_end_is_written_once(memory: Memory, clock: FakeClock) -> None:
    run = begin(memory)
    memory.clock.advance(seconds=1)
    memory.do(EndRun(run=run, outcome="ok", exit=0))
    again = memory.do(EndRun(run=run, outcome="lost"))
    assert again == Refusal("The rollback has ended already: it was done in 0:01.")


@pytest.mark.parametrize(
    ("kind", "outcome", "said"),
    [
        (
            "rollback",
            "timed_out",
            "was not done after 3:00: we stopped waiting; the provider may still be rolling back",
        ),
        ("hotfix", "timed_out", "was not done after 3:00: we stopped waiting; what it began may still go on"),
        ("rollback", "killed", "was ended by SIGTERM after 3:00"),
        (
            "rollback",
            "stopped",
            "was stopped by hand after 3:00: we ended our command; the provider may still be rolling back",
        ),
        ("rollback", "not_started", "did not start: SIGTERM"),
    ],
)
def test_endings(kind: RunKind, outcome: Outcome, said: str) -> None:
    assert ending(kind, outcome, -15, 180, "SIGTERM") == said


def test_nothing_is_fixed_while_the_rollback_still_runs(memory: Memory) -> None:
    suspect(memory)
    one = newest(memory).id
    run = begin(memory, incident=one)
    put_probe(memory, "checkout", "up")
    memory.clock.advance(40)
    early = memory.do(ResolveIncident(incident=one, told="by mail"))
    assert early == Refusal(
        "The rollback of 0:40 ago still runs; wait for its end, stop it with `gonogo stop`, "
        "or say why it is over all the same: --reason."
    )
    ticked = step(memory, "confirm")
    assert isinstance(ticked, Refusal)
    assert "the rollback still runs" in ticked.sentence
    memory.do(EndRun(run=run, outcome="ok", exit=0))
    (probe,) = memory.state.all(Probe)
    memory.state.apply(Changes("", put=(probe.model_copy(update={"checked_at": memory.clock.now()}),)))
    before = memory.do(ResolveIncident(incident=one, told="by mail"))
    assert isinstance(before, Refusal)
    assert "checkout has not passed 3 times since the site was changed" in before.sentence
    memory.clock.advance(3 * probe.every_s)
    memory.state.apply(Changes("", put=(probe.model_copy(update={"checked_at": memory.clock.now()}),)))
    assert isinstance(memory.do(ResolveIncident(incident=one, told="by mail")), Changes)


def test_a_rollback_that_still_runs_is_left_alone_with_a_reason(memory: Memory) -> None:
    suspect(memory)
    one = newest(memory).id
    begin(memory, incident=one)
    put_probe(memory, "checkout", "up")
    assert isinstance(memory.do(ResolveIncident(incident=one, told="by mail", reason="it hangs, v2 is live")), Changes)
