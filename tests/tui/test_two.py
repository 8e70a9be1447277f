"""Two rooms on one launch: each sees what the other did, within a second."""

from __future__ import annotations

import time
from pathlib import Path

from tests.conftest import FakeClock
from tests.tui.ground import ANN, BO
from tests.tui.play import by, opened, read_all, said, story

from gonogo.rules.item import TickItem
from gonogo.rules.plan import Item, Tick


def window(path: Path) -> str:
    return next(one.id for one in read_all(path, Item) if one.key == "window")


@story
async def test_a_tick_in_one_room_is_seen_in_the_other_within_a_second(shop: Path, clock: FakeClock) -> None:
    """The quickest of three counts: the rest is what this machine does besides."""
    async with opened(shop, clock, ANN) as ann, opened(shop, clock, BO) as bo:
        took = []
        for mark in ("✓", "□", "✓"):
            await ann.choose(f"item:{window(shop)}")
            began = time.monotonic()
            await ann.press("space")
            await bo.sees(f"{mark} A note in the shop window")
            took.append(time.monotonic() - began)
            await ann.sees(f"{mark} A note in the shop window")
        assert min(took) < 1, took
        await bo.sees("ann ticked “A note in the shop window”")
        await ann.sees("you ticked “A note in the shop window”")


@story
async def test_both_tick_the_same_item_and_the_second_is_told_who_was_first(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, ANN) as ann:
        await ann.choose(f"item:{window(shop)}")
        by(shop, clock, BO, TickItem(item=window(shop)))
        ann.app.link.taken()
        ann.app.dispatch(TickItem(item=window(shop)), lambda result: ann.app.say(getattr(result, "sentence", "done")))
        await ann.heard("is ticked already, by bo")
        (tick,) = [one for one in read_all(shop, Tick) if one.id == window(shop)]
        assert tick.by == BO


@story
async def test_undo_takes_back_only_ones_own(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, ANN) as ann, opened(shop, clock, BO) as bo:
        await ann.choose(f"item:{window(shop)}")
        await ann.press("space")
        await ann.heard("ticked “A note in the shop window”")
        await bo.press("u")
        await bo.heard("took back: did “Look at each new order”")
        assert [one.by for one in read_all(shop, Tick) if one.id == window(shop)] == [ANN]
        await ann.press("u")
        await ann.heard("took back: ticked “A note in the shop window”")
        assert said(shop, 1) == ["ann took back: ticked “A note in the shop window”"]


@story
async def test_an_incident_declared_by_one_is_announced_to_the_other(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, ANN) as ann, opened(shop, clock, BO) as bo:
        await ann.press("exclamation_mark")
        await ann.sees("How bad is it?")
        await ann.press("2")
        await bo.heard("Incident 1, high: Something is wrong")
        await bo.sees("! 1 high declared")
        assert not any("Something is wrong. ! opens" in words for words in ann.app.heard)
