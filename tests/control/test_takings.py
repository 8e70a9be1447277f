"""The watch's eye on the orders: suspected once, joined, cleared where people see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FakeClock, found, until
from tests.control.running import PROBE, Stage
from tests.control.test_desk import accept, feed, incidents
from tests.probes.server import Site

from gonogo.control import takings, watch
from gonogo.control.desk import Desk
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.config import OrdersConfig
from gonogo.rules.incident import steps_of
from gonogo.rules.log import LogOrder
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan_doc import PlanDoc
from gonogo.store import journal

LIVE = OrdersConfig()


@pytest.fixture
def desk(room: ControlRoom) -> Iterator[Desk]:
    """The desk of a watch over ann's launch."""
    made = Desk(room.store.path, room.clock)
    yield made
    made.store.close()


def order(room: ControlRoom, many: int = 1, *, ok: bool = False, every: float = 60) -> None:
    assert isinstance(room.clock, FakeClock)
    for _ in range(many):
        room.clock.advance(every)
        assert isinstance(room.dispatch(LogOrder(ok=ok)), Done)


def said(room: ControlRoom) -> list[str]:
    return [one.said for one in journal.newest(room.store.db, 3)]


def test_failed_orders_suspect_clear_and_confirm(desk: Desk, room: ControlRoom, clock: FakeClock) -> None:
    order(room, 2)
    takings.look(desk, LIVE)
    assert incidents(desk) == []
    first = clock.now()
    order(room)
    takings.look(desk, LIVE)
    takings.look(desk, LIVE)
    (one,) = incidents(desk)
    assert (one.title, one.state, one.opened_by) == ("Orders fail", "suspected", "watch")
    assert one.onset_at == first.after(-60)
    clock.advance(minutes=16)
    takings.look(desk, LIVE)
    desk.confirm()
    (one,) = incidents(desk)
    assert (one.state, one.uncleared) == ("monitoring", ())
    assert said(room)[1:] == [
        "sees failed orders over by itself; incident 1 asks to be resolved",
        "sees incident 1 clear of failed orders: no order failed in 15 min",
    ]
    assert {step.key: step.note for step in steps_of(desk.store.state(), one)}["confirm"] == "failed orders: over"


def test_a_false_alarm_is_not_raised_again_for_the_same_orders(desk: Desk, room: ControlRoom, clock: FakeClock) -> None:
    order(room, 3)
    takings.look(desk, LIVE)
    clock.advance(5)
    ending = ResolveIncident(incident=incidents(desk)[0].id, outcome="false_alarm", reason="the test cards")
    assert isinstance(room.dispatch(ending), Done)
    takings.look(desk, LIVE)
    assert [one.is_open for one in incidents(desk)] == [False]
    order(room, 3)
    takings.look(desk, LIVE)
    assert [one.is_open for one in incidents(desk)] == [False, True]


def test_silence_is_suspected_until_the_next_order(desk: Desk, room: ControlRoom, clock: FakeClock) -> None:
    order(room, 30, ok=True, every=3600)
    clock.advance(hours=3)
    takings.look(desk, LIVE)
    assert incidents(desk) == []
    last = clock.now().after(-3 * 3600)
    clock.advance(hours=9)
    takings.look(desk, OrdersConfig(silence=False))
    assert incidents(desk) == []
    takings.look(desk, LIVE)
    (one,) = incidents(desk)
    assert (one.title, one.onset_at) == ("No orders come in", last)
    order(room, ok=True)
    takings.look(desk, LIVE)
    assert incidents(desk)[0].state == "monitoring"


def test_a_probe_that_is_still_down_keeps_it_open(desk: Desk, room: ControlRoom, clock: FakeClock) -> None:
    observer = desk.observer()
    accept(desk, observer, "checkout")
    feed(desk, observer, "xx")
    order(room, 3)
    takings.look(desk, LIVE)
    (one,) = incidents(desk)
    assert (one.probes, one.signs) == (("checkout",), ("failed orders",))
    clock.advance(minutes=20)
    takings.look(desk, LIVE)
    assert (incidents(desk)[0].state, incidents(desk)[0].uncleared) == ("suspected", ())
    feed(desk, observer, "..")
    assert incidents(desk)[0].state == "monitoring"


def test_orders_that_still_fail_keep_it_open_though_the_probe_is_up(desk: Desk, room: ControlRoom) -> None:
    observer = desk.observer()
    accept(desk, observer, "checkout")
    feed(desk, observer, "xx")
    order(room, 3)
    takings.look(desk, LIVE)
    feed(desk, observer, "..")
    assert incidents(desk)[0].state == "suspected"


@pytest.mark.usefixtures("brisk")
def test_a_running_watch_looks_at_the_orders(
    tmp_path: Path, tiny: PlanDoc, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "ORDERS_S", 0.1)
    stage = Stage(tmp_path, tiny, site)
    stage.write(PROBE, "[orders]\nfailed = 2\n")

    def script() -> None:
        until(lambda: stage.health() == "up", what="up")
        for _ in range(2):
            assert isinstance(stage.room.dispatch(LogOrder(ok=False)), Done)
        until(stage.incidents, what="the incident")

    assert stage.play(script) == "stopped"
    assert [(one.title, one.signs) for one in stage.incidents()] == [("Orders fail", ("failed orders",))]
    stage.close()


def test_without_an_active_phase_no_order_is_expected(state_path: Path, clock: FakeClock, tiny: PlanDoc) -> None:
    room = found(state_path, clock, tiny, begin=False)
    desk = Desk(state_path, clock)
    order(room, 5)
    takings.look(desk, LIVE)
    assert incidents(desk) == []
    desk.store.close()
    room.store.close()
