"""Ticks that came faster than anybody looks."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import START, FakeClock

from gonogo.rules.haste import hasty
from gonogo.rules.plan import Tick


def ticks(*seconds: float, by: str = "ann") -> list[Tick]:
    """Make ticks so many seconds after the start."""
    return [
        Tick(id=f"{by}{n}", state="done", at=FakeClock(START + timedelta(seconds=s)).now(), by=by)
        for n, s in enumerate(seconds)
    ]


def test_eleven_in_nine_seconds_are_pointed_out() -> None:
    assert hasty(ticks(*[n * 0.9 for n in range(11)]), "UTC") == ("ann ticked 11 items in 9 s, Mon 02 Nov 08:00",)


def test_a_calm_hand_is_not_nor_several_people_nor_the_watch() -> None:
    assert hasty(ticks(0, 3, 6, 9, 12, 15, 18), "UTC") == ()
    assert hasty([*ticks(0, 1, 2), *ticks(0, 1, 2, by="bob")], "UTC") == ()
    assert hasty(ticks(0, 1, 2, 3, 4, by="watch"), "UTC", but=("watch",)) == ()


def test_two_runs_are_two_facts_and_ticks_at_one_instant_are_counted() -> None:
    said = hasty(ticks(0, 0, 0, 0, 0, 100, 101, 102, 103, 104), "UTC")
    assert said == ("ann ticked 5 items in 1 s, Mon 02 Nov 08:00", "ann ticked 5 items in 4 s, Mon 02 Nov 08:01")
