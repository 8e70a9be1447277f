"""Drills: what is played, the shadow of a probe, the score, and what is real comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conftest import START, Memory
from tests.rules.ground import NOW, at, criterion, evidence
from tests.rules.trouble import newest, put_probe, step, suspect

from gonogo.rules.criterion import judge
from gonogo.rules.deadline import deadlines
from gonogo.rules.drill import Drill, Mark, as_seen, healed_at, ousts, said_of, scenarios, score
from gonogo.rules.drilling import BeginDrill, EndDrill
from gonogo.rules.incident import steps_of, unconfirmed
from gonogo.rules.outcome import ReopenIncident, ResolveIncident
from gonogo.rules.plan import Launch, Severity
from gonogo.rules.probe import Failure, Probe
from gonogo.rules.reading import read
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.response import AcknowledgeIncident, DeclareIncident, DoStep, GradeIncident


def begin(memory: Memory, probe: str = "", seed: int = 0) -> Changes | Refusal:
    return memory.do(BeginDrill(probe=probe, seed=seed))


@pytest.fixture
def played(memory: Memory) -> Memory:
    """The tiny launch with a drill that has just begun."""
    put_probe(memory, "checkout", "up")
    assert isinstance(begin(memory), Changes)
    return memory


def shadow(memory: Memory) -> Probe:
    return next(iter(as_seen(memory.state, newest(memory), memory.clock.now()).all(Probe)))


def drill(memory: Memory) -> Drill:
    return memory.state.all(Drill)[-1]


def probe(name: str, **more: object) -> Probe:
    return Probe.model_validate({"id": name, "number": 1, "name": name, "critical": True, "health": "up", **more})


@pytest.mark.parametrize(
    ("one", "many"),
    [
        (probe("checkout", target="https://shop.example/checkout"), 4),
        (probe("plain", target="http://shop.example/"), 3),
        (probe("port", kind="tcp"), 2),
        (probe("name", kind="dns"), 2),
        (probe("cert", kind="tls"), 2),
        (probe("script", kind="command"), 1),
        (probe("minor", critical=False), 0),
        (probe("later", counts=False), 0),
        (probe("rested", health="paused"), 0),
        (probe("old", gone=True), 0),
    ],
)
def test_what_can_be_played_is_what_critical_probes_that_are_asked_can_find(one: Probe, many: int) -> None:
    assert len(scenarios([one])) == many


def test_the_seed_says_what_is_played(memory: Memory) -> None:
    put_probe(memory, "checkout", "up")
    for seed, failure in enumerate((Failure.HTTP_STATUS, Failure.TIMEOUT_TOTAL, Failure.REFUSED)):
        begin(memory, seed=seed)
        assert drill(memory).failure == failure
        memory.do(EndDrill(incident=newest(memory).id, reason="another one"))


def test_a_drill_is_an_incident_that_says_so_with_the_ladder_of_the_plan(played: Memory) -> None:
    one = newest(played)
    assert (one.drill, one.title, one.state, one.severity) == (True, "checkout down", "suspected", "critical")
    assert [one.key for one in steps_of(played.state, one)] == ["look", "decide", "act", "confirm", "tell"]
    assert one.detected_at.utc - (one.onset_at or one.detected_at).utc == timedelta(seconds=30)  # 2 of 3, each 30 s


def test_one_at_a_time_and_never_beside_what_is_real(played: Memory) -> None:
    assert begin(played) == Refusal("Drill 1 is under way; it ends first.")
    suspect(played)
    assert begin(played) == Refusal("Incident 2 is open, and it is real; a drill waits until it is over.")


def test_a_probe_that_fails_is_no_time_for_a_drill(memory: Memory) -> None:
    memory.state.apply(Changes("", put=(probe("checkout", recent="..x"),)))
    assert begin(memory) == Refusal("checkout really fails now; a drill waits until that is over.")


def test_without_a_critical_probe_there_is_nothing_to_play(memory: Memory) -> None:
    assert "critical = true" in getattr(begin(memory), "sentence", "")
    put_probe(memory, "checkout", "up")
    assert begin(memory, "chekout") == Refusal("There is no scenario for “chekout”; there is checkout.")


def test_the_shadow_fails_until_it_is_mended_and_passes_in_its_own_pace(played: Memory) -> None:
    assert (shadow(played).health, shadow(played).recent[-3:], shadow(played).detail) == ("down", ".xx", "status 502")
    assert played.state.all(Probe)[0].health == "up"  # what is real is untouched
    step(played, "decide", "roll back", after=60)
    assert healed_at(steps_of(played.state, newest(played))) is None
    step(played, "act", "rolled back by hand", after=60)
    assert (shadow(played).health, shadow(played).passes) == ("down", 0)
    found = []
    for _ in range(3):
        played.clock.advance(30)
        found.append((shadow(played).health, shadow(played).passes))
    assert found == [("down", 1), ("up", 2), ("up", 3)]


def test_the_shadow_is_the_same_after_a_reboot(played: Memory) -> None:
    step(played, "decide", "roll back")
    step(played, "act", "by hand")
    played.clock.reboot(95)
    assert shadow(played).passes == 3


def test_the_fix_of_a_drill_is_confirmed_by_the_shadow_alone(played: Memory) -> None:
    step(played, "decide", "roll back")
    step(played, "act", "by hand")
    refused = step(played, "confirm")
    assert isinstance(refused, Refusal)
    assert "checkout is not up yet" in refused.sentence
    played.clock.advance(90)
    assert unconfirmed(as_seen(played.state, newest(played), played.clock.now()), newest(played)) == []
    assert isinstance(step(played, "confirm"), Changes)


def test_a_drill_is_scored_against_its_ladder(played: Memory) -> None:
    played.clock.advance(20)
    played.do(AcknowledgeIncident(incident=newest(played).id))
    step(played, "decide", "roll back", after=82)
    step(played, "act", "by hand", after=148)
    played.clock.advance(90)
    step(played, "confirm", after=10)
    step(played, "tell", "by mail", after=580)
    played.clock.advance(5)
    done = played.do(ResolveIncident(incident=newest(played).id))
    said = (
        "4 of 5 in time: acknowledged at 0:20 of 3:00; decided at 1:42 of 2:00; done at 4:10 of 5:00; "
        "confirmed at 5:50 of 10:00; customers told late by 0:30"
    )
    assert isinstance(done, Changes)
    assert done.said == f"ended drill 1: {said}"
    assert (said_of(drill(played)), drill(played).decision_s) == (said, 102)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (Mark("decided", "not decided", 120, 102), "decided at 1:42 of 2:00"),
        (Mark("decided", "not decided", 120, 120.9), "decided at 2:00 of 2:00"),
        (Mark("decided", "not decided", 120, 150), "decided late by 0:30"),
        (Mark("decided", "not decided", 120, None), "not decided"),
        (Mark("confirmed", "not confirmed", None, 60), "confirmed at 1:00"),
    ],
)
def test_a_mark_says_due_against_done(mark: Mark, said: str) -> None:
    assert mark.said == said
    assert score([mark]).endswith(said)


def test_ended_early_it_has_a_reason_and_no_score(played: Memory) -> None:
    one = newest(played)
    assert played.do(EndDrill(incident=one.id, reason=" ")) == Refusal("Say in one line why the drill ends early.")
    played.do(EndDrill(incident=one.id, reason="a customer called"))
    assert (newest(played).is_open, newest(played).outcome) == (False, "abandoned")
    assert said_of(drill(played)) == "abandoned: A customer called"
    assert played.do(EndDrill(incident=one.id, reason="again")) == Refusal("Drill 1 is over already.")


def test_what_really_fails_aborts_the_drill_in_the_same_act(played: Memory) -> None:
    done = suspect(played)
    assert isinstance(done, Changes)
    assert done.said.endswith("NO DRILL: drill 1 is aborted")
    one = next(one for one in played.state.all(type(newest(played))) if one.label == 1)
    assert (one.is_open, one.outcome) == (False, "aborted")
    assert said_of(drill(played)) == "aborted: Incident 2 is real: checkout down"
    assert [fact.incident for fact in done.facts] == [one.id]
    assert (newest(played).drill, ousts(newest(played), played.state.all(Drill))) == (False, True)


def test_what_fails_again_later_aborts_no_drill(played: Memory) -> None:
    suspect(played)
    put_probe(played, "checkout", "up")
    played.do(ResolveIncident(incident=newest(played).id, told="by mail"))
    played.clock.advance(60)
    suspect(played)
    assert newest(played).reopened == 1
    assert not ousts(newest(played), played.state.all(Drill))


@pytest.mark.parametrize(
    ("severity", "open_"), [(None, False), (Severity.HIGH, False), (Severity.MEDIUM, True), (Severity.LOW, True)]
)
def test_a_declared_incident_aborts_it_where_it_is_grave(
    played: Memory, severity: Severity | None, open_: bool
) -> None:
    played.do(DeclareIncident(title="orders fail", severity=severity))
    assert (drill(played).outcome is None) == open_
    if open_:
        played.do(GradeIncident(incident=newest(played).id, severity=Severity.CRITICAL))
        assert drill(played).outcome == "aborted"


def test_a_drill_that_is_over_comes_back_for_nothing(played: Memory) -> None:
    one = newest(played)
    step(played, "tell", "not needed")
    played.do(ResolveIncident(incident=one.id, reason="enough"))
    assert isinstance(played.do(ReopenIncident(incident=one.id, reason="again")), Refusal)
    suspect(played)
    assert (newest(played).label, newest(played).drill) == (2, False)


@pytest.mark.parametrize("outcome", ["false_alarm", "duplicate"])
def test_a_drill_is_no_false_alarm_and_no_duplicate(played: Memory, outcome: str) -> None:
    ends = ResolveIncident.model_validate({"incident": newest(played).id, "outcome": outcome, "reason": "so"})
    assert isinstance(played.do(ends), Refusal)


def test_deadlines_run_in_a_drill_as_in_earnest(played: Memory) -> None:
    one = newest(played)
    assert {"due", "overdue"} <= {each.kind for each in deadlines(one, steps_of(played.state, one), None, 1)}


def test_a_step_in_a_drill_says_what_was_done_outside(played: Memory) -> None:
    step(played, "decide", "roll back")
    assert isinstance(step(played, "act"), Refusal)
    assert isinstance(played.do(DoStep(incident=newest(played).id, step="act", note="done outside")), Changes)


@pytest.fixture
def broken(memory: Memory) -> Memory:
    """The demo's launch with a drill for which its shop is really broken."""
    launch = memory.state.all(Launch)[0].model_copy(update={"demo": True})
    memory.state.apply(Changes("", put=(launch,)))
    put_probe(memory, "checkout", "up")
    assert isinstance(memory.do(BeginDrill(seed=0, real=True)), Changes)
    return memory


def test_a_real_site_is_never_broken_for_a_drill(memory: Memory) -> None:
    put_probe(memory, "checkout", "up")
    assert memory.do(BeginDrill(seed=0, real=True)) == Refusal(
        "Only the demo's shop is broken for a drill; a real site is never touched."
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_real_break_is_shown_as_what_it_does_with_its_build(memory: Memory, seed: int) -> None:
    memory.state.apply(Changes("", put=(memory.state.all(Launch)[0].model_copy(update={"demo": True}),)))
    put_probe(memory, "checkout", "up")
    (probe,) = memory.state.all(Probe)
    memory.state.apply(Changes("", put=(probe.model_copy(update={"kind": "http", "target": "http://shop"}),)))
    assert isinstance(memory.do(BeginDrill(seed=seed, real=True, last_change="v1.8.1")), Changes)
    assert (drill(memory).detail, newest(memory).last_change) == ("status 502", "v1.8.3, let out by this drill")


def test_in_the_demo_what_really_fails_is_the_drill(broken: Memory) -> None:
    assert shadow(broken).health == "up", "until the watch has seen it"
    assert suspect(broken) == Refusal("checkout is part of drill 1 already.")
    suspect(broken, "till")
    assert (newest(broken).label, newest(broken).probes, drill(broken).outcome) == (1, ("checkout", "till"), None)
    assert shadow(broken).health == "down"


# Readings and gates -----------------------------------------------------------------------------

DONE = Drill(
    id="d", probe="checkout", failure=Failure.HTTP_STATUS, detail="status 502", every_s=30, outcome="scored",
    ended_at=at(NOW - timedelta(days=3)), score="5 of 5 in time", decision_s=102,
)  # fmt: skip


def test_readings_speak_of_drills_that_were_done_in_the_window() -> None:
    early = DONE.model_copy(update={"ended_at": at(NOW - timedelta(days=13)), "decision_s": 400.0})
    stopped = DONE.model_copy(update={"outcome": "abandoned", "ended_at": at(NOW)})
    found = evidence(drills=(early, DONE, stopped))
    many = read("drills.count", 14 * 86_400.0, found, NOW)
    assert (many.value, many.source, many.at) == (2, "drills", NOW - timedelta(days=3))
    assert read("drills.count", 7 * 86_400.0, found, NOW).value == 1
    took = read("drill.decision", 14 * 86_400.0, found, NOW)
    assert (took.value, took.samples, took.at) == (102, 2, NOW - timedelta(days=3))


@pytest.mark.parametrize(
    ("drills", "require", "outcome"),
    [
        ((), "drills.count >= 1 over 14d", "collecting"),
        ((DONE,), "drills.count >= 1 over 14d", "met"),
        ((), "drill.decision < 5m over 14d", "collecting"),
        ((DONE,), "drill.decision < 5m over 14d", "met"),
        ((DONE.model_copy(update={"decision_s": 301.0}),), "drill.decision < 5m over 14d", "missed"),
        ((DONE.model_copy(update={"decision_s": None}),), "drill.decision < 5m over 14d", "collecting"),
    ],
)
def test_a_gate_can_demand_a_drill(drills: tuple[Drill, ...], require: str, outcome: str) -> None:
    judged = judge(criterion(require, name="drill"), replace(evidence(), drills=drills), NOW)
    assert judged.outcome == outcome
    assert judged.reading.source == "drills"
    if outcome == "met" and "decision" in require:
        assert judged.reason == "Drill: 1:42 (checkout), wanted < 5m."


def test_a_drill_of_before_the_phase_is_not_of_it() -> None:
    found = evidence(drills=(DONE.model_copy(update={"ended_at": at(START - timedelta(days=1))}),))
    assert read("drills.count", None, found, NOW).value == 0
