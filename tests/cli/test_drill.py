"""`gonogo drill`: begun, listed, scored and ended by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok, records, refused
from tests.conftest import FakeClock
from tests.tui.ground import bakery
from tests.tui.play import watch_held

from gonogo.rules.incident import Incident


@pytest.fixture
def shop(state_path: Path, clock: FakeClock) -> tuple[str, ...]:
    """The bakery's launch, as options."""
    bakery(state_path, clock)
    return ("--state", str(state_path), "--as", "bo")


def test_what_can_be_played_is_listed(shop: tuple[str, ...], clock: FakeClock) -> None:
    said = ok(gonogo(*shop, "drill", "--list", at=clock))
    assert said.splitlines()[0].split() == ["checkout", "http_status", "status", "502"]
    found = data(gonogo(*shop, "drill", "--list", "--json", at=clock))
    assert {one["probe"] for one in found} == {"checkout"}
    assert {one["failure"] for one in found} == {"http_status", "timeout_total", "refused", "tls_expired"}


def test_a_drill_from_its_begin_to_its_score(shop: tuple[str, ...], state_path: Path, clock: FakeClock) -> None:
    refused(gonogo(*shop, "drill", at=clock), 1, "No watch is running")
    with watch_held(state_path):
        refused(gonogo(*shop, "drill", "--demo", at=clock), 1, "Only the demo's shop is broken")
        refused(gonogo(*shop, "drill", "--probe", "homme", at=clock), 1, "no scenario for “homme”; there is checkout")
        begun = gonogo(*shop, "drill", "--probe", "checkout", "--seed", "0", "--json", at=clock)
        assert (data(begun)["probe"], data(begun)["failure"], data(begun)["outcome"]) == (
            "checkout", "http_status", None,
        )  # fmt: skip
        refused(gonogo(*shop, "drill", at=clock), 1, "Drill 1 is under way")
    assert "DRILL 1, critical, suspected: checkout down" in gonogo(*shop, "status", at=clock).stdout
    head, standing = ok(gonogo(*shop, "drill", "list", at=clock)).splitlines()
    assert (head.split()[0], head.split("  ")[-1], standing) == ("1", "checkout, status 502", "     under way")
    clock.advance(10)
    assert ok(gonogo(*shop, "incident", "ack", at=clock)) == "acknowledged drill 1\n"
    clock.advance(60)
    ok(gonogo(*shop, "incident", "step", "decide", "--note", "roll back", at=clock))
    clock.advance(60)
    ok(gonogo(*shop, "incident", "step", "act", "--note", "so to say", at=clock))
    clock.advance(100)
    ok(gonogo(*shop, "incident", "step", "confirm", at=clock))
    clock.advance(5)
    said = ok(gonogo(*shop, "incident", "resolve", "--told", "not needed", at=clock))
    score = (
        "5 of 5 in time: acknowledged at 0:10 of 3:00; decided at 1:10 of 2:00; done at 2:10 of 5:00; "
        "confirmed at 3:50 of 10:00; customers told at 3:55 of 15:00"
    )
    assert said == f"ended drill 1: {score}\n"
    (one,) = data(gonogo(*shop, "drill", "list", "--json", at=clock))
    assert (one["outcome"], one["score"], one["decision_s"], one["label"]) == ("scored", score, 70, 1)
    assert data(gonogo(*shop, "incident", "list", "--json", at=clock))[0]["drill"]
    assert f"- Score: {score}\n" in ok(gonogo(*shop, "incident", "postmortem", "1", "--print", at=clock))


def test_ended_early_by_command(shop: tuple[str, ...], state_path: Path, clock: FakeClock) -> None:
    assert ok(gonogo(*shop, "drill", "list", at=clock)) == "No drill yet; `gonogo drill` begins one.\n"
    refused(gonogo(*shop, "drill", "end", "why", at=clock), 1, "No drill is under way")
    with watch_held(state_path):
        ok(gonogo(*shop, "drill", at=clock))
    assert ok(gonogo(*shop, "drill", "end", "a", "customer", "called", at=clock)) == (
        "ended drill 1 early: a customer called\n"
    )
    (one,) = records(state_path, Incident)
    assert (one.outcome, one.is_open) == ("abandoned", False)
    assert "abandoned: A customer called" in ok(gonogo(*shop, "drill", "list", at=clock))
