"""A launch of three phases under way: what the way of a launch is tested on."""

from __future__ import annotations

from dataclasses import dataclass

from tests.conftest import FakeClock, item_of

from gonogo.control.desk import Desk
from gonogo.control.reader import BoardReader
from gonogo.control.room import ControlRoom, Done
from gonogo.rules.board import Board
from gonogo.rules.item import TickItem
from gonogo.rules.log import LogOrder
from gonogo.rules.plan import Criterion, Launch, Phase, Readiness
from gonogo.rules.poll import CastBallot, SeatRow
from gonogo.rules.readiness import RenewReadiness
from gonogo.rules.record import Intent, Refusal

PLAN = {
    "title": "Three steps",
    "phase": [
        {
            "id": key, "name": key.title(), "days": 7,
            "section": [{"name": "Do", "item": [{"id": f"{key}-it", "text": f"Do {key}"}]}],
            "criterion": [{"id": "orders", "name": "orders", "require": "orders.successful >= 4 over phase", "floor": 2,
                           "ask": "How many orders do you want to see?" if key == "beta" else ""}],
        }
        for key in ("alpha", "beta", "gamma")
    ],
    "readiness": [{"id": "backup", "name": "backup", "max_age": "24h"}],
    "seat": [{"id": "product", "name": "Product"}, {"id": "tech", "name": "Tech"}, {"id": "data", "name": "Data"}],
}  # fmt: skip


@dataclass
class Way:
    """A launch under way, read as a screen reads it; its watch is a desk that latches when it is told."""

    room: ControlRoom
    clock: FakeClock
    desk: Desk

    def board(self) -> Board:
        self.desk.beat()
        return BoardReader(self.room.store, self.clock).board()

    def do(self, intent: Intent) -> str:
        self.desk.beat()
        done = self.room.dispatch(intent)
        assert isinstance(done, Done), done
        return done.said

    def refused(self, intent: Intent) -> str:
        self.desk.beat()
        refusal = self.room.dispatch(intent)
        assert isinstance(refusal, Refusal), refusal
        return refusal.sentence

    def seat(self, key: str) -> SeatRow:
        return next(row for row in self.board().poll if row.seat.key == key)

    def phase(self, key: str) -> Phase:
        return next(one for one in self.room.store.state().all(Phase) if one.key == key)

    def criterion(self, phase: str) -> Criterion:
        wanted = self.phase(phase).id
        return next(one for one in self.room.store.state().all(Criterion) if one.phase == wanted)

    def launch(self) -> Launch:
        return self.room.store.state().all(Launch)[0]

    def orders(self, number: int) -> None:
        for _ in range(number):
            self.do(LogOrder(value=5))

    def make_green(self, phase: str = "alpha", orders: int = 4) -> None:
        """Bring a phase to GO, or to between floor and target."""
        self.orders(orders)
        self.do(TickItem(item=item_of(self.room, f"{phase}-it").id))
        self.renew()

    def renew(self) -> None:
        self.do(RenewReadiness(readiness=self.room.store.state().all(Readiness)[0].id))

    def vote(self, *seats: str, reason: str = "") -> None:
        every = seats or ("product", "tech", "data")
        for ballot in [(one,) for one in every] if reason else [every]:
            self.do(CastBallot(seats=ballot, choice="go", reason=reason))
