"""The watch's hand in the store: configs taken over, batches written with what follows from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START, FakeClock, found

from gonogo.control.desk import Desk
from gonogo.control.observer import Observer
from gonogo.control.room import ControlRoom, Done
from gonogo.formats.config import parse_config
from gonogo.rules.incident import Incident, steps_of
from gonogo.rules.launch import BeginLaunch
from gonogo.rules.log import LogDeploy
from gonogo.rules.pause import PauseProbe
from gonogo.rules.plan import Launch, Phase, Readiness, Renewal
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.probe import Check, Failure, Outcome, Probe
from gonogo.rules.readiness import Seen, standing
from gonogo.rules.response import DeclareIncident
from gonogo.rules.running import BeginRun, EndRun
from gonogo.store import evidence, journal, rows, series, watching
from gonogo.store.errors import Superseded


@pytest.fixture
def desk(room: ControlRoom) -> Iterator[Desk]:
    """The desk of a watch over ann's launch."""
    made = Desk(room.store.path, room.clock)
    yield made
    made.store.close()


def accept(desk: Desk, observer: Observer, *wanted: str | dict[str, Any]) -> str:
    """Let the desk take over a config of some probes, critical ones by their names; return its text."""
    text = '[launch]\nid = "tiny"\nname = "Tiny"\n[environment.production]\nurl = "https://shop.example"\n'
    for one in wanted:
        row = {"name": one, "critical": True} if isinstance(one, str) else one
        row = {"url": f"/{row['name']}", **row}
        text += "[[probe]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in row.items())
    desk.accept(text, parse_config(text, "a config"), observer, {})
    return text


def probes(desk: Desk) -> dict[str, Probe]:
    """Return the probes of the config as they lie in the store."""
    return {one.name: one for one in rows.read_all(desk.store.db, Probe) if not one.gone}


def feed(desk: Desk, observer: Observer, marks: str, name: str = "checkout") -> None:
    """Let checks come in and be written, one batch each, as a watch would."""
    clock = desk.clock
    assert isinstance(clock, FakeClock)
    for mark in marks:
        outcome = Outcome.FAILED if mark == "x" else Outcome.OK
        failure, detail = (Failure.HTTP_STATUS, "status 502") if mark == "x" else (None, "")
        turn = observer.take(Check(name, clock.now(), outcome, 0.1, failure, detail))
        desk.write(observer.drain(clock.now()), [], [name] if turn and turn.turned else [])
        clock.advance(30)


def incidents(desk: Desk) -> list[Incident]:
    """Return all incidents."""
    return list(desk.store.state().all(Incident))


def test_each_desk_takes_the_next_epoch(room: ControlRoom, desk: Desk) -> None:
    later = Desk(room.store.path, room.clock)
    assert (desk.store.epoch, later.store.epoch) == (1, 2)
    with pytest.raises(Superseded):
        desk.beat()
    later.beat()
    later.store.close()


def test_a_config_is_kept_and_its_probes_have_rows(desk: Desk) -> None:
    observer = desk.observer()
    text = accept(desk, observer, "home", "checkout")
    found = probes(desk)
    assert {name: (one.number, one.health, one.target) for name, one in found.items()} == {
        "home": (1, "unknown", "https://shop.example/home"), "checkout": (2, "unknown", "https://shop.example/checkout"),
    }  # fmt: skip
    assert watching.accepted_config(desk.store.db) == text
    assert sorted(observer.names()) == ["checkout", "home"]


def test_the_same_config_again_changes_no_row(desk: Desk) -> None:
    observer = desk.observer()
    accept(desk, observer, "home")
    feed(desk, observer, "..", "home")
    before = probes(desk)
    accept(desk, observer, "home")
    assert probes(desk) == before


def test_a_probe_of_another_phase_is_paused_and_counts_nowhere(desk: Desk) -> None:
    accept(desk, desk.observer(), {"name": "home", "during": ["open"]})
    assert (probes(desk)["home"].health, probes(desk)["home"].counts) == ("paused", False)
    accept(desk, desk.observer(), {"name": "home"})
    assert (probes(desk)["home"].health, probes(desk)["home"].counts) == ("unknown", True)


def test_a_config_that_believes_any_certificate_says_so_on_the_timeline(desk: Desk) -> None:
    accept(desk, desk.observer(), {"name": "checkout", "insecure": True})
    assert probes(desk)["checkout"].insecure
    (fact,) = evidence.read(desk.store.db, ["config"])
    assert fact.data["text"] == "took over gonogo.toml: 1 probe; checkout: insecure: certificate not verified"


def test_since_when_a_probe_is_asked_what_it_asks(desk: Desk) -> None:
    """It survives restarts and other changes: a heartbeat that never came is overdue from then on."""
    clock, observer = desk.clock, desk.observer()
    assert isinstance(clock, FakeClock)

    def since(**more: Any) -> Any:
        clock.advance(60)
        accept(desk, observer, {"name": "checkout", "every": "20s", **more})
        found = probes(desk)["checkout"].awaited_since
        assert found == observer.awaited_since("checkout")
        return found

    first = since()
    assert (first, first) == (clock.now(), since(every="30s"))
    assert since(during=["another"]) == first
    returned = since()
    assert returned == clock.now()
    assert since(url="/other") == clock.now() != returned


def test_a_renamed_probe_keeps_its_row_and_history(desk: Desk) -> None:
    observer = desk.observer()
    accept(desk, observer, "till", "home")
    feed(desk, observer, "...", "till")
    old = probes(desk)["till"]
    accept(desk, observer, {"name": "checkout", "was": "till", "critical": True}, {"name": "home"})
    assert sorted(probes(desk)) == ["checkout", "home"]
    new = probes(desk)["checkout"]
    assert (new.id, new.number, new.recent) == (old.id, old.number, old.recent)
    feed(desk, observer, ".")
    assert probes(desk)["checkout"].recent == "...."
    assert len(series.tail(desk.store.db, new.number, 10)) == 4


def test_a_probe_that_is_gone_leaves_no_history_to_the_next(desk: Desk) -> None:
    """“orders” must not inherit the outage of a “till” that was taken out of the config."""
    observer = desk.observer()
    accept(desk, observer, "home", "till")
    feed(desk, observer, "xxxx", "till")
    accept(desk, observer, "home")
    accept(desk, observer, "home", "orders")
    feed(desk, observer, ".", "orders")
    found = probes(desk)
    assert sorted(found) == ["home", "orders"]
    assert found["orders"].recent == "."
    assert found["orders"].windows["24h"]["uptime"] == 1.0
    assert found["orders"].windows["24h"]["checks"] == 1


def test_the_config_can_be_read_again_between_a_check_and_its_writing(desk: Desk) -> None:
    observer = desk.observer()
    accept(desk, observer, "checkout")
    observer.take(Check("checkout", desk.clock.now(), Outcome.OK, 0.1))
    accept(desk, observer, "checkout", "home")
    feed(desk, observer, ".")
    assert probes(desk)["checkout"].recent == ".."


def test_a_watch_that_ended_is_gone_on_from(desk: Desk, room: ControlRoom) -> None:
    """Everything that windows say comes back from the file."""
    observer = desk.observer()
    text = accept(desk, observer, "checkout")
    feed(desk, observer, "....~xx..")
    observer.settle()
    desk.write(observer.drain(desk.clock.now()), [], [])
    before = observer.probe("checkout")
    later = desk.observer()
    desk.accept(text, parse_config(text, "a config"), later, {})
    later.settle()
    (pulse,) = later.drain(desk.clock.now()).probes
    assert pulse.windows == before.windows
    assert later.probe("checkout") == before


def test_a_new_phase_is_compared_with_the_one_before_it(desk: Desk, room: ControlRoom) -> None:
    clock = room.clock
    assert isinstance(clock, FakeClock)
    observer = desk.observer()
    text = accept(desk, observer, "checkout")
    feed(desk, observer, "x" + "." * 9)
    observer.settle()
    desk.write(observer.drain(clock.now()), [], [])
    alpha, opened = sorted(desk.store.state().all(Phase), key=lambda one: one.position)
    with room.store.writing() as db:
        for phase in (
            alpha.model_copy(update={"state": "passed", "ended_at": clock.now()}),
            opened.model_copy(update={"state": "active", "started_at": clock.now()}),
        ):
            rows.put(db, "phase", rows.encode(phase))
    desk.begin_phase(observer)
    desk.accept(text, parse_config(text, "a config"), observer, {})
    feed(desk, observer, "..")
    for told in (observer, desk.observer()):
        desk.accept(text, parse_config(text, "a config"), told, {})
        told.settle()
        told.drain(clock.now())
        windows = told.probe("checkout").windows
        assert (windows["before"]["checks"], windows["before"]["error_rate"]) == (10, 0.1)
        assert (windows["phase"]["checks"], windows["phase"]["failed"]) == (2, 0)


def test_what_is_old_is_dropped_in_steps_until_nothing_is_left_to_do(desk: Desk, room: ControlRoom) -> None:
    """The five minutes of the hour in which the phase began stay, so that it is read from its first second on."""
    clock = room.clock
    assert isinstance(clock, FakeClock)
    observer = desk.observer()
    accept(desk, observer, "home", "checkout")
    for _ in range(30):
        for name in ("home", "checkout"):
            feed(desk, observer, "." * 40, name)
    begun = int(START.timestamp())
    hour = "SELECT count(*) FROM rollup WHERE span = 'm' AND start_s >= ? AND start_s < ?"
    (first,) = desk.store.db.conn.execute(hour, [begun, begun + 3600]).fetchone()
    clock.advance(days=8)
    steps = 1
    while desk.prune():
        steps += 1
    left = desk.store.db.conn.execute("SELECT count(*) FROM checks").fetchone()[0]
    spans = dict(desk.store.db.conn.execute("SELECT span, count(*) FROM rollup GROUP BY span").fetchall())
    assert left == 0
    assert steps > 2
    assert spans["m"] == first > 10
    assert spans["h"] > 12


def test_a_critical_probe_down_is_an_incident_at_once(desk: Desk, room: ControlRoom) -> None:
    room.dispatch(LogDeploy(build="v1.8.3"))
    observer = desk.observer()
    accept(desk, observer, "checkout")
    room.clock.advance(minutes=12)  # type: ignore[attr-defined]
    onset = room.clock.now()
    feed(desk, observer, "xx")
    (one,) = incidents(desk)
    assert (one.state, one.severity, one.opened_by, one.probes) == ("suspected", "critical", "watch", ("checkout",))
    assert (one.onset_at, one.detected_at) == (onset, onset.after(30))
    assert one.last_change == "v1.8.3, 12 min before the first failure"
    assert [step.key for step in steps_of(desk.store.state(), one)] == ["look", "decide", "act", "confirm", "tell"]


def test_a_probe_that_is_not_critical_opens_nothing(desk: Desk) -> None:
    observer = desk.observer()
    accept(desk, observer, {"name": "checkout"})
    feed(desk, observer, "xxxx")
    assert probes(desk)["checkout"].health == "down"
    assert incidents(desk) == []


def test_recovery_is_monitored_and_confirmed_by_the_probes(desk: Desk) -> None:
    observer = desk.observer()
    accept(desk, observer, "checkout")
    feed(desk, observer, "xx")
    desk.confirm()
    feed(desk, observer, "..")
    assert incidents(desk)[0].state == "monitoring"
    assert "is watched until 3 checks in a row have passed" in journal.newest(desk.store.db, 1)[0].said
    for _ in range(4):
        feed(desk, observer, ".")
        desk.confirm()
    done = {step.key: step.done_by for step in steps_of(desk.store.state(), incidents(desk)[0])}
    assert done["confirm"] == "watch"
    assert incidents(desk)[0].acked_by is None


def test_an_incident_makes_the_watch_read_its_own_probes_and_no_others(
    desk: Desk, room: ControlRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a thousand probes, reading all at each turn and each chore took a tenth of a core."""
    read: list[str] = []

    def decode(kind: Any, row: Any) -> Any:
        read.extend([row["name"]] if kind is Probe else [])
        return plain(kind, row)

    observer = desk.observer()
    accept(desk, observer, "checkout", *({"name": f"page-{number}"} for number in range(20)))
    plain = rows.decode
    feed(desk, observer, "xx")
    desk.confirm()
    monkeypatch.setattr(rows, "decode", decode)
    desk.catch_up()
    feed(desk, observer, "..")
    assert incidents(desk)[0].state == "monitoring"
    feed(desk, observer, "...")
    desk.confirm()
    assert steps_of(desk.store.state(), incidents(desk)[0])[3].done_by == "watch"
    assert set(read) == {"checkout"}
    assert isinstance(room.dispatch(PauseProbe(probe="page-7", reason="it moves", for_s=3600)), Done)
    read.clear()
    assert list(desk.pauses()) == ["page-7"]
    assert read == ["page-7"]


def test_a_rollback_is_confirmed_by_its_probe_though_that_never_failed(desk: Desk) -> None:
    """Customers told of it and no probe saw it: the probe that is named has to pass three times after the rollback."""
    observer = desk.observer()
    accept(desk, observer, "checkout")
    feed(desk, observer, ".....")
    desk.room.dispatch(DeclareIncident(looked=True))
    run = desk.ids.fresh()
    begun = BeginRun(
        run=run, kind="rollback", name="rollback", acts=True, argv=("back",), timeout_s=9, typed="tiny",
        incident=incidents(desk)[0].id, confirm="checkout",
    )  # fmt: skip
    assert isinstance(desk.room.dispatch(begun), Done)
    desk.confirm()
    desk.room.dispatch(EndRun(run=run, outcome="ok", exit=0))
    for _ in range(2):
        feed(desk, observer, ".")
        desk.confirm()
        assert incidents(desk)[0].state == "mitigating", "it passed before, too"
    feed(desk, observer, "..")
    desk.confirm()
    assert incidents(desk)[0].state == "monitoring"
    done = {step.key: step.note for step in steps_of(desk.store.state(), incidents(desk)[0])}
    assert done["confirm"] == "checkout passed 3 times in a row"


def test_a_planned_launch_begins_when_its_window_opens(state_path: Path, clock: FakeClock, tiny: PlanDoc) -> None:
    clock.advance(hours=1)
    room = found(state_path, clock, tiny, begin=False)
    clock.step_wall(-60)
    desk = Desk(state_path, clock)
    assert not desk.begin_if_due()
    clock.advance(60)
    assert desk.begin_if_due()
    assert not desk.begin_if_due()
    assert [one.state for one in desk.store.state().all(Launch)] == ["running"]
    desk.store.close()
    room.store.close()


def test_a_launch_that_was_begun_by_hand_is_not_begun_again(desk: Desk, room: ControlRoom) -> None:
    assert not desk.begin_if_due()
    assert not isinstance(room.dispatch(BeginLaunch()), Done)


def test_a_readiness_that_says_the_same_fills_no_journal(desk: Desk, room: ControlRoom) -> None:
    """Seen each minute for a day, a backup would push everything that people did out of sight."""
    before = len(journal.newest(room.store.db, 1000))
    for _ in range(30):
        room.clock.advance(minutes=60)  # type: ignore[attr-defined]
        desk.renew("backup", Seen(True, "shop.dump, 4 GB"))
    target = room.store.state().all(Readiness)[0]
    renewal = room.store.state().get(Renewal, target.id)
    assert standing(target, renewal, room.clock.now().utc)[0] == "ready"
    assert len(journal.newest(room.store.db, 1000)) - before == 1
    desk.renew("backup", Seen(False, "no such file"))
    assert len(journal.newest(room.store.db, 1000)) - before == 2
    desk.renew("nothing", Seen(True, "x"))


def test_a_verdict_is_latched_with_its_reason_when_it_changes(desk: Desk, room: ControlRoom) -> None:
    def verdicts() -> list[str]:
        found = desk.store.db.query("SELECT data FROM fact WHERE kind = 'verdict' ORDER BY rowid")
        return [row["data"] for row in found]

    desk.latch()
    desk.latch()
    assert len(verdicts()) == 1
    assert "Alpha is HOLD" in verdicts()[0]
    room.dispatch(DeclareIncident(title="Orders fail"))
    desk.latch()
    assert "Alpha is NO-GO: Incident 1 is declared: Orders fail." in verdicts()[1]


def test_a_config_that_this_version_cannot_read_does_not_stop_an_incident(room: ControlRoom) -> None:
    """The accepted copy is of an older gonogo; the alarm is lost, the incident is not."""
    with room.store.writing() as db:
        watching.accept_config(db, "[launch]\nid = 'tiny'\nold_key = 1\n", room.clock.now())
    assert isinstance(room.dispatch(DeclareIncident(title="Orders fail")), Done)
    assert [one.title for one in room.store.state().all(Incident)] == ["Orders fail"]
