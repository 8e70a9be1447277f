"""A whole drill against a fake clock: its alarms, its rehearsal, its confirmation, its score."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import TINY, FakeClock, found
from tests.control.test_alarms import TEAM, Bells
from tests.control.test_desk import accept, feed, incidents, probes

from gonogo.control import drill as drills
from gonogo.control import runs
from gonogo.control.desk import Desk
from gonogo.control.observer import Observer
from gonogo.control.post import Post, read_post
from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom, Done
from gonogo.formats.config import parse_config
from gonogo.rules.drilling import BeginDrill
from gonogo.rules.incident import Incident, steps_of
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.record import Refusal
from gonogo.rules.response import AcknowledgeIncident, DoStep
from gonogo.rules.run import Run, pace
from gonogo.rules.running import EndRun
from gonogo.store import evidence, outbox
from gonogo.store.store import Store

TWO = """
[[channel]]
name = "operator"
ntfy = "https://ntfy.example/operator"
drills = true
"""


@pytest.fixture
def desk(room: ControlRoom) -> Iterator[Desk]:
    """The desk of a watch over ann's launch."""
    made = Desk(room.store.path, room.clock)
    yield made
    made.store.close()


@pytest.fixture
def observer(desk: Desk) -> Observer:
    """The memory of that watch, over a checkout that is well."""
    made = desk.observer()
    accept(desk, made, "checkout")
    feed(desk, made, "...")
    return made


def begin(room: ControlRoom) -> Incident:
    assert isinstance(room.dispatch(BeginDrill(seed=0)), Done)
    return one(room)


def one(room: ControlRoom) -> Incident:
    return next(one for one in room.store.state().all(Incident) if one.drill)


def do(room: ControlRoom, key: str, note: str) -> None:
    done = room.dispatch(DoStep(incident=one(room).id, step=key, note=note))
    assert isinstance(done, Done), done


def test_a_whole_drill(desk: Desk, room: ControlRoom, observer: Observer, clock: FakeClock) -> None:
    played = begin(room)
    clock.advance(20)
    room.dispatch(AcknowledgeIncident(incident=played.id))
    clock.advance(40)
    do(room, "decide", "roll back")
    clock.advance(60)
    do(room, "act", "rolled back, so to say")
    for turn in range(1, 4):
        desk.confirm()
        assert one(room).state == "mitigating", f"it had passed {turn} times"
        feed(desk, observer, ".")  # what is real goes on, and is up all the time
    desk.confirm()
    assert one(room).state == "monitoring"
    confirm = next(step for step in steps_of(room.store.state(), played) if step.key == "confirm")
    assert (confirm.done_by, confirm.note) == ("watch", "checkout passed 3 times in a row")
    clock.advance(700)
    done = room.dispatch(ResolveIncident(incident=played.id, told="not needed in a drill"))
    assert isinstance(done, Done)
    ((incident, drill),) = drills.drills(room)
    assert (incident.id, drill.outcome, drill.decision_s) == (played.id, "scored", 60)
    assert drill.score == (
        "4 of 5 in time: acknowledged at 0:20 of 3:00; decided at 1:00 of 2:00; done at 2:00 of 5:00; "
        "confirmed at 3:30 of 10:00; customers told late by 0:10"
    )


def test_the_real_evidence_is_untouched(desk: Desk, room: ControlRoom, observer: Observer) -> None:
    begin(room)
    feed(desk, observer, "....")
    desk.confirm()
    assert (probes(desk)["checkout"].health, probes(desk)["checkout"].recent) == ("up", ".......")
    assert one(room).state == "suspected", "that the real probe is up ends no drill"
    assert [fact for fact in evidence.read(desk.store.db, ["health"]) if fact.data["health"] == "down"] == []


def test_what_really_fails_aborts_it_at_once(desk: Desk, room: ControlRoom, observer: Observer) -> None:
    begin(room)
    feed(desk, observer, "xx")
    drill, real = incidents(desk)
    assert (drill.outcome, drill.is_open, real.drill, real.state) == ("aborted", False, False, "suspected")
    assert [fact.text for fact in evidence.of_incident(desk.store.db, drill.id)] == [
        "DRILL ABORTED: incident 2 is real: checkout down"
    ]


def test_a_watch_that_comes_back_sees_what_is_real_behind_the_drill(
    desk: Desk, room: ControlRoom, observer: Observer
) -> None:
    """It was killed between the check and its incident: the drill must not stand for what is real."""
    begin(room)
    feed(desk, observer, "x")
    check_only = desk._incidents
    desk._incidents = lambda turned: None  # type: ignore[assignment, method-assign]
    feed(desk, observer, "x")
    desk._incidents = check_only  # type: ignore[method-assign]
    assert len(incidents(desk)) == 1
    desk.catch_up()
    assert [(each.drill, each.is_open) for each in incidents(desk)] == [(True, False), (False, True)]


def test_a_drill_is_told_only_where_drills_go(room: ControlRoom, clock: FakeClock, observer: Observer) -> None:
    bells = Bells(room, clock)
    bells.accept(TEAM + TWO)
    begin(room)
    assert bells.told() == [("opened", "operator")]
    assert bells.after(90) == [("soon", "operator")]
    letters = [post.letter for post in outbox.newest(room.store.db, 9)]
    assert all("DRILL: Tiny" in letter.title for letter in letters)
    assert all("DRILL: Tiny" in letter.text for letter in letters)
    bells.suspect()
    real = next(post.letter for post in outbox.newest(room.store.db, 9))
    assert real.text.startswith("NO DRILL: this is real, and the drill is aborted.\nTiny: checkout down. Incident 2")


def test_a_message_that_is_copied_from_a_drill_says_so_first(room: ControlRoom, observer: Observer) -> None:
    post = read_post(room, begin(room).id, None)
    assert isinstance(post, Post)
    assert post.draft(post.templates[0]) == "THIS IS A DRILL.\n\nHello"


def config(room: ControlRoom, more: str) -> None:
    path = room.store.path.with_name("gonogo.toml")
    path.write_text(f'[launch]\nid = "tiny"\nname = "Tiny"\n{more}', encoding="utf-8")


def test_R_rehearses_and_its_time_counts(desk: Desk, room: ControlRoom, observer: Observer, clock: FakeClock) -> None:
    played = begin(room)
    config(room, '[rollback]\ncommand = ["/bin/false"]\ndry_run = ["/bin/true"]\n')
    prepared = runs.prepare(room, room.store.path.with_name("gonogo.toml"), "rollback", incident=played.id)
    assert isinstance(prepared, runs.Prepared)
    assert (prepared.argv, prepared.kind, prepared.acts) == (("/bin/true",), "drill", False)
    clock.advance(30)
    run = desk.ids.fresh()
    assert isinstance(room.dispatch(prepared.intent(run, "")), Done)
    clock.advance(40)
    assert isinstance(room.dispatch(EndRun(run=run, outcome="ok", exit=0)), Done)
    steps = {step.key: step for step in steps_of(room.store.state(), played)}
    assert (steps["decide"].note, steps["act"].done_by) == ("roll back, by running it", "ann")
    assert "redeploy" not in steps, "nothing was rolled back"
    found = pace(room.store.state().all(Run))
    assert found is not None
    assert (found.count, found.p50_s, found.p90_s) == (1, 40, 40)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("rollback", '[rollback]\ncommand = ["/bin/false"]\n', "no dry_run is set up in [rollback]"),
        ("hotfix", '[hotfix]\ncommand = ["/bin/false"]\n', "the hotfix is not run"),
        ("purge", '[command.purge]\ncommand = ["/bin/false"]\n', "the purge is not run"),
    ],
)
def test_nothing_acts_on_the_site_in_a_drill(
    room: ControlRoom, observer: Observer, name: str, more: str, said: str
) -> None:
    begin(room)
    config(room, more)
    refused = runs.prepare(room, room.store.path.with_name("gonogo.toml"), name)
    assert isinstance(refused, Refusal)
    assert refused.sentence == (
        f"Drill 1: nothing acts on the site, and {said}; press space and say what you would have done."
    )


def test_without_a_watch_there_is_no_drill(room: ControlRoom, observer: Observer) -> None:
    refused = drills.begin(room)
    assert isinstance(refused, Refusal)
    assert refused.sentence.startswith("No watch is running")


def test_all_of_it_is_on_disk(desk: Desk, room: ControlRoom, observer: Observer, clock: FakeClock) -> None:
    """Room and watch are gone, the machine has booted anew: the shadow goes on where it would be."""
    begin(room)
    do_at = clock.advance(5)
    do(room, "decide", "roll back")
    clock.advance(5)
    do(room, "act", "by hand")
    clock.reboot(100)
    with_file = Desk(room.store.path, clock)
    with_file.confirm()
    with_file.store.close()
    store = Store(room.store.path)
    again = next(each for each in store.state().all(Incident))
    store.close()
    assert (again.state, again.drill) == ("monitoring", True)
    assert do_at.boot_id != clock.boot_id


GATED = {
    **TINY, "phase": [{**TINY["phase"][0], "criterion": [  # type: ignore[dict-item, index]
        {"id": "drilled", "name": "drills", "require": "drills.count >= 1 over 14d"},
        {"id": "quick", "name": "decision", "require": "drill.decision < 5m over 14d"},
    ]}],
}  # fmt: skip


def test_a_gate_demands_a_drill_and_says_where_it_knows_it_from(state_path: Path, clock: FakeClock) -> None:
    room = found(state_path, clock, PlanDoc.model_validate(GATED))
    desk = Desk(state_path, clock)
    accept(desk, desk.observer(), "checkout")
    reader = BoardReader(room.store, clock)
    assert [one.outcome for one in reader.board().gate.criteria] == ["collecting", "collecting"]
    played = begin(room)
    assert [one.outcome for one in reader.board().gate.criteria] == ["collecting", "collecting"], "not before its end"
    assert not any("checkout down" in reason for reason in reader.board().gate.reasons), "a drill moves no verdict"
    clock.advance(90)
    do(room, "decide", "roll back")
    room.dispatch(ResolveIncident(incident=played.id, reason="that was it", told="not needed"))
    ended = clock.now().utc
    clock.advance(3600)
    judged = reader.board().gate.criteria
    assert [(one.outcome, one.reading.value, one.reading.source, one.reading.at) for one in judged] == [
        ("met", 1, "drills", ended), ("met", 90, "drills", ended),
    ]  # fmt: skip
    desk.store.close()
    room.store.close()


def test_a_launch_is_parsed_with_a_channel_for_drills() -> None:
    found = parse_config(TEAM + TWO, "a config")
    assert [one.name for one in found.channel if one.drills] == ["operator"]
