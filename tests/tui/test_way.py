"""The way of a launch by key: advance with its ways on, the poll, holds, waivers, and what the gate demands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN, Story, probe
from tests.tui.play import Play, opened, said, story, watch_held
from textual.widgets._toast import Toast

from gonogo.rules import log
from gonogo.rules.hold import Hold
from gonogo.rules.item import TickItem
from gonogo.rules.plan import Criterion, Phase
from gonogo.rules.poll import Poll, Vote
from gonogo.rules.waiver import Waiver
from gonogo.tui.screens.poll import PollScreen
from gonogo.tui.screens.room import RoomScreen

PLAN = {
    "title": "Two steps",
    "phase": [
        {"id": "soft", "name": "Soft Launch", "days": 7,
         "section": [{"name": "Do", "item": [{"id": "walk", "text": "Walk through it"}]}],
         "criterion": [{"id": "orders", "name": "orders", "require": "orders.successful >= 3 over phase", "floor": 1}]},
        {"id": "full", "name": "Full Launch",
         "criterion": [{"id": "speed", "name": "speed", "require": "p95 < 800ms over 24h"}]},
    ],
    "seat": [{"id": "product", "name": "Product"}, {"id": "tech", "name": "Tech"}, {"id": "data", "name": "Data"}],
}  # fmt: skip


@pytest.fixture
def way(state_path: Path, clock: FakeClock) -> Iterator[Path]:
    """A launch in its first phase with one of three orders, watched."""
    told = Story(state_path, clock, PLAN)
    told.do("shop", log.LogOrder(value=20))
    told.probes(probe(1, "checkout", clock, critical=True))
    told.watched()
    told.store.close()
    with watch_held(state_path):
        yield state_path


def green(path: Path, clock: FakeClock) -> None:
    """Bring the gate to GO."""
    from gonogo.control.room import ControlRoom
    from gonogo.rules.plan import Item
    from gonogo.store.store import Store

    store = Store(path)
    room = ControlRoom(store, clock, ANN)
    room.dispatch(log.LogOrder(value=20))
    room.dispatch(log.LogOrder(value=20))
    room.dispatch(TickItem(item=store.state().all(Item)[0].id))
    store.close()


async def answer(play: Play, words: str) -> None:
    """Type a line and hand it in."""
    await play.type(words)
    await play.press("enter")


@story
async def test_from_hold_through_a_poll_to_go_and_into_the_next_phase(way: Path, clock: FakeClock) -> None:
    async with opened(way, clock, size=(120, 40)) as play:
        await play.press("A")
        await play.sees("Advance from Soft Launch?")
        for part in ("In the way:", "Orders: 1 of 3; past the floor of 1.", "1 item open",
                     "Product, Tech, Data have not answered", "2 Full Launch begins now", "o override"):  # fmt: skip
            await play.sees(part)
        assert "y pass" not in play.text()
        green(way, clock)
        await play.press("escape")
        await play.sees("All is GO: the poll comes next   P")
        await play.press("A")
        await play.sees("p go to the poll")
        await play.press("p")
        await play.until(lambda: isinstance(play.app.screen, PollScreen), "the poll screen")
        await play.sees("GO")
        await play.press("P")
        await play.heard("called the poll for Soft Launch")
        await play.press("G")
        await play.sees("go for Product, Tech")
        await play.press("g")
        await play.heard("voted go for Product, Tech")
        await play.press("down", "down", "G")
        await play.sees("go for Data")
        await play.press("y")
        await play.heard("voted go for Data")
        await play.sees("3 of 3 go   A advances")
        await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.sees("All seats say go: Soft Launch can pass   A advances")
        await play.press("A")
        await play.sees("Nothing stands in the way.")
        await play.press("y")
        await play.until(lambda: play.prompt.is_open, "the retro")
        await answer(play, "the fair brought ten people")
        await play.sees("Passed Soft Launch, began Full Launch")
        await play.sees("the fair brought ten people")
    soft, full = play.all(Phase)
    assert (soft.state, soft.retro, full.state) == ("passed", "the fair brought ten people", "active")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@story
async def test_the_poll_hides_no_seat_and_goes_on_to_the_advance(
    way: Path, clock: FakeClock, size: tuple[int, int]
) -> None:
    green(way, clock)
    async with opened(way, clock, size=size) as play:
        await play.press("P")
        await play.sees("– silent   Data")
        assert "A advance" in play.text().splitlines()[-1]
        await play.press("G")
        await play.sees("go for Product, Tech")
        await play.press("g")
        await play.heard("voted go for Product, Tech")
        await play.settle()
        toast = play.app.screen.query_one(Toast)
        seats = play.app.screen.query_one("#seats")
        rows = range(seats.region.y, seats.region.y + len(play.app.board.poll) * 2 + 2 if play.app.board else 0)
        assert not (set(rows) & set(range(toast.region.y, toast.region.bottom)))
        await play.press("A")
        await play.until(lambda: isinstance(play.app.screen_stack[1], RoomScreen), "the room")
        await play.sees("Advance from Soft Launch?")
        await play.sees("Data has not answered")


@story
async def test_the_seats_are_all_seen_when_the_answers_stand_among_them(way: Path, clock: FakeClock) -> None:
    green(way, clock)
    async with opened(way, clock, size=(80, 24)) as play:
        await play.press("P")
        await play.until(lambda: isinstance(play.app.screen, PollScreen), "the poll screen")
        await play.sees("✓ Orders: 3, wanted ≥ 3.")
        await play.listening()
        await play.press("G")
        await play.sees("g go for Product, Tech")
        await play.press("g")
        await play.sees("2 of 3 go")
        await play.sees("– silent   Data")


@story
async def test_a_no_go_and_a_go_against_the_evidence_ask_for_a_reason(way: Path, clock: FakeClock) -> None:
    async with opened(way, clock, size=(80, 24)) as play:
        await play.press("P")
        await play.until(lambda: isinstance(play.app.screen, PollScreen), "the poll screen")
        await play.sees("2 against")
        await play.press("G")
        await answer(play, "")
        await play.until(lambda: "Product would go against its evidence" in play.preview, "the refusal")
        await play.type("the fair is on Friday")
        await play.press("enter")
        await play.heard("voted go for Product: the fair is on Friday")
        await play.listening()
        await play.press("down", "N")
        await answer(play, "the cache is cold")
        await play.heard("voted no-go for Tech: the cache is cold")
        await play.sees("✕ NO-GO")
    assert [(one.seat, one.choice) for one in play.all(Vote)] == [("product", "go"), ("tech", "no_go")]
    assert len(play.all(Poll)) == 1


@story
async def test_an_override_asks_for_the_phase_the_reason_and_the_retro(way: Path, clock: FakeClock) -> None:
    async with opened(way, clock, size=(120, 40)) as play:
        await play.press("A")
        await play.sees("o override")
        await play.press("o")
        await answer(play, "full")
        await play.until(lambda: "type the phase's id: soft" in play.preview, "the refusal")
        await play.press(*["backspace"] * 4)
        await answer(play, "soft")
        await play.until(lambda: play.typed == "", "the next line")
        await play.press("enter")
        await play.until(lambda: "needs a reason" in play.preview, "the refusal")
        await answer(play, "the fair is tomorrow")
        await play.until(lambda: play.typed == "", "the retro")
        await play.press("enter")
        await play.sees("Overrode the gate of Soft Launch at HOLD")
        await play.press("q")
        await play.sees("the fair is tomorrow")
    assert play.all(Phase)[0].state == "overridden"


@story
async def test_hold_and_resume(way: Path, clock: FakeClock) -> None:
    async with opened(way, clock, size=(120, 40)) as play:
        await play.press("H")
        await play.type("the bank is closed")
        await play.until(lambda: "needs an end" in play.preview, "the wish for an end")
        await play.type(" @4h")
        await play.until(lambda: "the bank is closed, until Mon 02 Nov 20:00" in play.preview, "the preview")
        await play.press("enter")
        await play.heard("held the launch: the bank is closed")
        await play.sees("On hold until 20:00: the bank is closed")
        await play.listening()
        await play.press("A")
        await play.sees("Advance from Soft Launch?")
        await play.press("escape", "H")
        await play.sees("Held by ann: the bank is closed. Resume?")
        await play.press("y")
        await play.heard("resumed the launch")
    assert [one.ended_by for one in play.all(Hold)] == ["ann"]


@story
async def test_the_chosen_criterion_is_waived_excused_and_demanded_again(way: Path, clock: FakeClock) -> None:
    async with opened(way, clock, size=(120, 40)) as play:
        await play.press("W")
        await play.heard("Choose a criterion in the gate first (2).")
        await play.press("2", "W")
        await play.sees("waive it")
        await play.press("w")
        await play.type("the fair @2d")
        await play.press("enter")
        await play.heard("waived “orders”: the fair")
        await play.listening()
        await play.sees("waived by ann: the fair")
        await play.press("W")
        await play.sees("demand it again")
        await play.press("y")
        await play.heard("demands “orders” again")
        await play.press("W", "n")
        await answer(play, "nothing is sold here")
        await play.heard("“orders” does not apply: nothing is sold here")
    assert [(one.kind, bool(one.until), bool(one.ended_at)) for one in play.all(Waiver)] == [
        ("waived", True, True), ("not_applicable", False, False),
    ]  # fmt: skip


@story
async def test_what_the_gate_demands_is_set_in_the_gate(way: Path, clock: FakeClock) -> None:
    async with opened(way, clock, size=(120, 40)) as play:
        await play.press("2", "e")
        await play.until(lambda: "orders.successful >= 3 over phase" in play.preview, "the demand as it is")
        await answer(play, "many")
        await play.until(lambda: "does not fit orders.successful" in play.preview, "the refusal")
        await play.press(*["backspace"] * 4)
        await answer(play, "2, 80% sure")
        await play.until(lambda: "a chance, not a confidence" in play.preview.lower(), "the other refusal")
        await play.press(*["backspace"] * 10, "enter")
        await play.heard("moved the goalposts of “orders”")
        await play.listening()
        await play.press("u")
        await play.heard("took back: moved the goalposts")
    one = play.all(Criterion)[0]
    assert (one.require, one.confidence) == ("orders.successful >= 3 over phase", None)


@story
async def test_stepping_back_and_giving_up(way: Path, clock: FakeClock) -> None:
    async with opened(way, clock, size=(120, 40)) as play:
        await play.do("step_back")
        await answer(play, "customers paid twice")
        await play.until(lambda: "is the first phase" in play.preview, "the refusal")
        await play.press("escape")
        await play.listening()
        await play.do("abandon")
        await answer(play, "bakery the shop is sold")
        await play.heard("abandoned the launch: the shop is sold")
        await play.sees("abandoned")
    assert "ann abandoned the launch: the shop is sold" in said(way)


@story
async def test_a_criterion_is_explained_with_its_evidence(way: Path, clock: FakeClock) -> None:
    async with opened(way, clock, size=(120, 40)) as play:
        await play.press("2", "enter")
        await play.sees("evidence, the newest first")
        await play.sees("order:1  20.00")
        await play.sees("1 clean order: at most 78% could fail (95% sure)")
        await play.sees("Beta(2, 1)")
