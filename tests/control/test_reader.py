"""Reading the board: cold, warm, and only what changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from tests.conftest import START, FakeClock, another, found, item_of

from gonogo.control import shelf
from gonogo.control.history import grounds
from gonogo.control.observer import Observer
from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom
from gonogo.rules.amend import VoidLogged
from gonogo.rules.bug import MoveBug
from gonogo.rules.item import TickItem
from gonogo.rules.log import LogBug, LogDeploy, LogNote, LogOrder
from gonogo.rules.plan import Readiness, Severity
from gonogo.rules.plan_doc import PlanDoc
from gonogo.rules.probe import Check, Outcome, Probe
from gonogo.rules.probe_config import HttpProbe
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.response import DeclareIncident, NoteIncident
from gonogo.rules.undo import Undo
from gonogo.rules.verdict import Verdict
from gonogo.store import evidence, journal, pulses, series, watching
from gonogo.store.errors import Busy, Refused
from gonogo.store.store import Store


@pytest.fixture
def reader(room: ControlRoom) -> Iterator[BoardReader]:
    """A reader of its own, as a screen has it."""
    store = Store(room.store.path)
    yield BoardReader(store, room.clock)
    store.close()


def test_a_cold_board_has_everything(room: ControlRoom, reader: BoardReader) -> None:
    board = reader.board()
    assert board.active is not None
    assert (board.launch.key, board.active.phase.key, board.at) == ("tiny", "alpha", room.clock.now())
    assert [(row.phase.key, row.done, row.total) for row in board.phases] == [("alpha", 0, 5), ("open", 0, 1)]
    assert [row.section.name for row in board.active.sections] == ["Try", "Keep"]
    assert board.verdict is Verdict.HOLD
    assert [one.outcome for one in board.gate.criteria] == ["collecting", "collecting"]
    assert [(row.target.key, row.state) for row in board.ready] == [("backup", "not_set_up")]
    assert [line.text for line in board.log] == ["began Alpha", "founded Tiny"]
    assert [one.key for one in board.templates] == ["notice"]
    assert (board.probes, board.incidents, board.watch.running) == ((), (), False)


def test_nothing_new_is_the_same_board(room: ControlRoom, reader: BoardReader) -> None:
    board = reader.board()
    assert reader.board() is board
    room.clock.advance(30)  # type: ignore[attr-defined]
    assert reader.board() is board


def test_a_board_that_the_clock_changes_is_made_anew(room: ControlRoom, reader: BoardReader) -> None:
    """Nothing was written, but the routine is overdue by now."""
    room.dispatch(TickItem(item=item_of(room, "look").id))
    board = reader.board()
    assert board.gate.next_change_at == START + timedelta(hours=12)  # the guard was never affirmed
    room.clock.advance(hours=26)  # type: ignore[attr-defined]
    later = reader.board()
    assert later is not board
    assert "“Look at the site” is overdue." in later.gate.reasons
    assert later.log is board.log


def test_only_what_changed_is_read_again(room: ControlRoom, reader: BoardReader) -> None:
    with room.store.writing() as db:
        series.put_probes(db, [Probe(id="p", number=1, name="home")])
        room.store.bump(["probes"])
    room.dispatch(DeclareIncident(title="x"))
    before = reader.board()
    room.dispatch(LogOrder(value=5))
    after = reader.board()
    assert after is not before
    assert after.trade.orders == 1
    assert after.probes[0] is before.probes[0]
    assert after.launch is before.launch
    assert [row.phase for row in after.phases] == [row.phase for row in before.phases]
    assert all(new.phase is old.phase for new, old in zip(after.phases, before.phases, strict=True))
    assert after.incidents[0].incident is before.incidents[0].incident
    assert after.incidents[0].timeline is before.incidents[0].timeline
    with room.store.writing() as db:
        series.put_probes(db, [Probe(id="p", number=1, name="home", health="up")])
        room.store.bump(["probes"])
    last = reader.board()
    assert last.probes[0].health == "up"
    assert last.log is after.log
    assert last.incidents[0].incident is after.incidents[0].incident


def test_lines_of_the_checklist_are_made_anew_when_one_stands_otherwise(room: ControlRoom, reader: BoardReader) -> None:
    room.dispatch(TickItem(item=item_of(room, "look").id))
    before = reader.board()
    room.dispatch(LogOrder(value=5))
    assert reader.board().phases[0].sections is before.phases[0].sections
    room.clock.advance(hours=13)  # type: ignore[attr-defined]
    assert reader.board().phases[0].sections is not before.phases[0].sections


def test_what_is_said_of_an_order_is_on_the_next_board(room: ControlRoom, reader: BoardReader) -> None:
    """Beside what was logged meanwhile, and beside what is decided of a bug."""
    room.dispatch(LogOrder(value=5))
    room.dispatch(LogBug(severity=Severity.HIGH, title="x"))
    assert (reader.board().trade.orders, len(reader.board().lists.open_bugs())) == (1, 1)
    order, bug = (shelf.newest(room.store, kind)[0] for kind in ("order", "bug"))
    room.dispatch(LogOrder(value=6))
    assert [line.text for line in grounds(room.store, "orders.clean", reader.board())] == [
        "order:2  6.00",
        "order:1  5.00",
    ]
    room.dispatch(VoidLogged(logged=order.id, reason="twice"))
    assert [line.text for line in grounds(room.store, "orders.clean", reader.board())] == ["order:2  6.00"]
    assert (reader.board().trade.orders, reader.board().trade.value) == (1, 6.0)
    for state in ("fixing", "fixed", "verified"):
        room.dispatch(MoveBug(bug=bug.id))
        assert reader.board().lists.bugs[0].state == state
    assert reader.board().lists.open_bugs() == []
    room.dispatch(Undo())
    assert reader.board().lists.bugs[0].state == "fixed"


def test_only_probes_that_were_asked_are_read_again(room: ControlRoom, reader: BoardReader) -> None:
    """And what the gate asks of all of them follows."""
    clock = room.clock
    assert isinstance(clock, FakeClock)
    observer = Observer()
    both = [Probe(id=name, number=number, name=name) for number, name in ((1, "home"), (2, "checkout"))]
    for one in both:
        observer.keep(one, HttpProbe(name=one.name, url="https://x.example"), ())
    with room.store.writing() as db:
        series.put_probes(db, both)
        pulses.put(db, observer.drain(clock.now()).probes)
        room.store.bump(["probes", "pulse"])
    before = reader.board()
    for name, number in (("home", 0), ("checkout", 1), ("home", 0)):
        clock.advance(20)
        observer.take(Check(name, clock.now(), Outcome.OK, 0.1))
        with room.store.writing() as db:
            pulses.put(db, observer.drain(clock.now()).probes)
            room.store.bump(["pulse"])
        board = reader.board()
        assert board.probes[number] == observer.probe(name)
        assert board.probes[1 - number] is before.probes[1 - number]
        store = Store(room.store.path)
        assert BoardReader(store, clock).board() == board
        store.close()
        before = board
    clock.advance(120)
    assert [one.health for one in reader.board().probes] == ["unknown", "unknown"]


def test_a_warm_board_says_what_a_cold_one_says(room: ControlRoom, reader: BoardReader) -> None:
    reader.board()
    acts = [
        TickItem(item=item_of(room, "walk").id),
        TickItem(item=item_of(room, "look").id),
        LogOrder(value=5, customer="ann"),
        LogNote(text="quiet"),
        LogDeploy(build="v2"),
        RenewReadiness(readiness=room.store.state().all(Readiness)[0].id),
        DeclareIncident(title="x"),
    ]
    for intent in acts:
        room.clock.advance(7)  # type: ignore[attr-defined]
        room.dispatch(intent)
        warm = reader.board()
        store = Store(room.store.path)
        cold = BoardReader(store, room.clock).board()
        store.close()
        assert warm == cold


def test_a_note_of_an_incident_is_on_its_timeline(room: ControlRoom, reader: BoardReader) -> None:
    room.dispatch(DeclareIncident(title="Orders fail"))
    one = reader.board().incidents[0].incident
    room.clock.advance(5)  # type: ignore[attr-defined]
    bob = another(room, "bob")
    bob.dispatch(NoteIncident(incident=one.id, text="it is the cache"))
    bob.store.close()
    lines = [(line.actor, line.text, line.kind) for line in reader.board().incidents[0].timeline]
    assert lines == [
        ("ann", "declared incident 1, critical: Orders fail", "change"),
        ("bob", "it is the cache", "fact"),
    ]


def test_a_watch_that_lives_and_dies_is_seen(room: ControlRoom, reader: BoardReader) -> None:
    assert not reader.board().watch.running
    lock = watching.take_lock(room.store.path)
    assert lock is not None
    with room.store.writing() as db:
        watching.begin(db, room.clock.now())
        room.store.bump(["watch"])
    board = reader.board()
    assert (board.watch.running, board.watch.pid) == (True, os.getpid())
    assert not any("Nobody watches" in reason for reason in board.gate.reasons)
    os.close(lock)
    assert not reader.board().watch.running
    room.clock.advance(minutes=6)  # type: ignore[attr-defined]
    assert any("Nobody watches" in reason for reason in reader.board().gate.reasons)


def test_a_planned_launch_holds_and_is_not_drawn_again_and_again(
    state_path: Path, clock: FakeClock, tiny: PlanDoc
) -> None:
    """Also when its window has opened and no watch is there to begin it."""
    room = found(state_path, clock, tiny, begin=False)
    reader = BoardReader(room.store, clock)
    board = reader.board()
    assert (board.verdict, board.active, board.launch.state) == (Verdict.HOLD, None, "planned")
    assert reader.board() is board
    room.store.close()


@pytest.mark.parametrize(("module", "name"), [(journal, "newest"), (watching, "read"), (evidence, "last_row")])
def test_trouble_in_the_middle_of_reading_loses_nothing(
    room: ControlRoom, reader: BoardReader, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> None:
    """The database is busy while the second half is read: the next board has the first half all the same."""
    reader.board()
    room.dispatch(LogOrder(value=5))
    room.dispatch(TickItem(item=item_of(room, "walk").id))
    with room.store.writing() as db:
        watching.begin(db, room.clock.now())
        room.store.bump(["watch"])

    def busy(*_: object) -> None:
        raise Busy("try again in a moment.")

    with monkeypatch.context() as patch:
        patch.setattr(module, name, busy)
        with pytest.raises(Busy):
            reader.board()
    board = reader.board()
    assert board.trade.orders == 1
    assert {line.text for line in board.log[:2]} == {"order 5.00", "ticked “Walk through it”"}
    assert len(board.log) == 4


def test_a_file_without_a_launch_is_refused_in_a_sentence(state_path: Path, clock: FakeClock) -> None:
    store = Store(state_path, create=True)
    with pytest.raises(Refused, match="holds no launch; `gonogo init` founds one"):
        BoardReader(store, clock).board()
    store.close()


def test_a_board_of_an_incident_is_of_the_worst(room: ControlRoom, reader: BoardReader) -> None:
    room.dispatch(DeclareIncident(title="Typo", severity="low"))
    assert not any("Incident" in reason for reason in reader.board().gate.reasons)
    room.dispatch(DeclareIncident(title="Orders fail"))
    board = reader.board()
    assert board.verdict is Verdict.NOGO
    assert board.gate.reasons[0] == "Incident 2 is declared: Orders fail."
    assert [row.incident.label for row in board.incidents] == [2, 1]
    assert [step.key for step in board.incidents[0].steps] == ["look", "decide", "act", "confirm", "tell"]
