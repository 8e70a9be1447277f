"""The way of a launch by command, with its exit codes: the same story that the keys tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok, records, refused
from tests.conftest import FakeClock, found

from gonogo.control.desk import Desk
from gonogo.rules.plan import Launch, Phase
from gonogo.rules.plan_doc import PlanDoc

PLAN = {
    "title": "Two steps",
    "phase": [
        {
            "id": "alpha", "name": "Alpha", "days": 7,
            "section": [{"name": "Do", "item": [
                {"id": "it", "text": "Do it"},
                {"id": "ads", "text": "No adverts", "kind": "guard", "every": "1d"},
            ]}],
            "criterion": [{"id": "orders", "name": "orders", "require": "orders.successful >= 2 over phase"}],
        },
        {
            "id": "beta", "name": "Beta", "days": 7,
            "criterion": [{"id": "speed", "name": "speed", "require": "p95 < 800ms over 24h", "ask": "Which p95?"}],
        },
    ],
    "seat": [{"id": "product", "name": "Product"}, {"id": "tech", "name": "Tech"}],
}  # fmt: skip


@pytest.fixture
def shop(state_path: Path, clock: FakeClock) -> tuple[str, ...]:
    """A launch in its first phase that was watched a moment ago; the options that name it."""
    found(state_path, clock, PlanDoc.model_validate(PLAN)).store.close()
    desk = Desk(state_path, clock)
    desk.beat()
    desk.store.close()
    return ("--state", str(state_path), "--as", "ann")


def test_the_story_by_command(shop: tuple[str, ...], state_path: Path, clock: FakeClock) -> None:
    def run(*args: str) -> str:
        return ok(gonogo(*shop, *args, at=clock))

    assert gonogo(*shop, "status", at=clock).exit_code == 10
    refused(
        gonogo(*shop, "advance", at=clock), 10, "Alpha cannot pass yet", "0 of 2", "Product, Tech have not answered"
    )
    prospect = gonogo(*shop, "advance", "--dry-run", at=clock)
    assert prospect.exit_code == 10
    assert prospect.stdout.splitlines()[-4:] == [
        "would change: Beta: its window ends Mon 09 Nov 08:00.",
        "would change: These guards end: No adverts.",
        "would change: Its gate demands p95 < 800ms over 24h.",
        "would change: It asks for a number: Which p95?",
    ]
    for _ in range(2):
        run("log", "order", "42")
    run("item", "tick", "it")
    run("item", "tick", "ads")
    assert gonogo(*shop, "status", at=clock).exit_code == 0
    assert gonogo(*shop, "poll", at=clock).exit_code == 10
    assert run_poll(shop, clock)["called_by"] is None
    assert "called the poll for Alpha" in gonogo(*shop, "poll", "--call", at=clock).stdout
    refused(gonogo(*shop, "vote", "go", at=clock), 2, "ann holds no seat")
    refused(gonogo(*shop, "vote", "go", "pilot", at=clock), 2, "no seat “pilot”", "product, tech")
    refused(gonogo(*shop, "vote", "no-go", "tech", at=clock), 2, "A no-go needs a reason")
    run("vote", "no-go", "tech", "--reason", "the cache is cold")
    assert gonogo(*shop, "poll", at=clock).exit_code == 20
    refused(gonogo(*shop, "advance", at=clock), 20, "The poll: Product has not answered; Tech says no-go")
    assert gonogo(*shop, "advance", "--dry-run", at=clock).exit_code == 20
    clock.advance(1)
    assert run("vote", "go", "product", "tech") == "voted go for Product, Tech\n"
    assert ok(gonogo(*shop, "poll", at=clock)).splitlines()[1].split()[:3] == ["GO", "Product", "ann"]
    assert run("advance", "--retro", "ask earlier") == "passed Alpha, began Beta\n"
    assert [one.state for one in records(state_path, Phase)] == ["passed", "active"]
    run("demand", "speed", "700ms")
    refused(gonogo(*shop, "demand", "speed", "--confidence", "80%", at=clock), 2, "Nothing makes one surer")
    refused(gonogo(*shop, "demand", "alpha/orders", "3", at=clock), 1, "Alpha has ended")
    refused(gonogo(*shop, "demand", "speed", "5%", at=clock), 2, "does not fit p95")
    assert gonogo(*shop, "demand", "speed", "--confidence", "much", at=clock).exit_code == 2
    assert run("step-back", "customers", "paid", "twice").startswith("stepped back from Beta to Alpha")


def run_poll(shop: tuple[str, ...], clock: FakeClock) -> dict:
    """Return the poll as data."""
    return data(gonogo(*shop, "poll", "--json", at=clock))


def test_hold_and_resume_by_command(shop: tuple[str, ...], clock: FakeClock) -> None:
    refused(gonogo(*shop, "hold", "bank", "--until", "soon", at=clock), 2, "“soon” is no end", "4h, 18:00")
    assert ok(gonogo(*shop, "hold", "the", "bank", "--until", "4h", at=clock)) == "held the launch: the bank\n"
    board = data(gonogo(*shop, "status", "--json", at=clock))
    assert board["launch"]["state"] == "hold"
    assert board["hold"] == {"reason": "the bank", "by": "ann", "until": "2026-11-02T12:00:00.000Z"}
    refused(gonogo(*shop, "advance", at=clock), 10, "on hold by ann: the bank")
    assert gonogo(*shop, "advance", "--dry-run", at=clock).exit_code == 10
    assert "resumed the launch" in ok(gonogo(*shop, "resume", at=clock))
    refused(gonogo(*shop, "resume", at=clock), 1, "not on hold")


def test_waivers_and_overrides_by_command(shop: tuple[str, ...], state_path: Path, clock: FakeClock) -> None:
    refused(gonogo(*shop, "waive", "speed", "x", at=clock), 2, "no criterion “speed”", "there are orders")
    refused(gonogo(*shop, "waive", "orders", at=clock), 2, "needs a reason")
    ok(gonogo(*shop, "waive", "orders", "the", "fair", "--until", "2d", at=clock))
    gate = data(gonogo(*shop, "status", "--json", at=clock))["phase"]["gate"]["criteria"]
    assert (gate[0]["outcome"], gate[0]["waived"]) == ("waived", "the fair")
    ok(gonogo(*shop, "waive", "orders", "--end", at=clock))
    ok(gonogo(*shop, "waive", "beta/speed", "no", "site", "--not-applicable", at=clock))
    refused(gonogo(*shop, "advance", "--override", "beta", "--reason", "x", at=clock), 2, "type the phase's id: alpha")
    refused(gonogo(*shop, "advance", "--override", "alpha", at=clock), 2, "An override needs a reason")
    ok(gonogo(*shop, "advance", "--override", "alpha", "--reason", "the fair is tomorrow", at=clock))
    board = data(gonogo(*shop, "status", "--json", at=clock))
    assert board["phases"][0] == {
        "id": "alpha", "state": "overridden", "checklist": {"done": 0, "total": 2}, "verdict": "HOLD",
        "override": "the fair is tomorrow", "retro": None,
    }  # fmt: skip
    assert "overridden  (HOLD: the fair is tomorrow)" in gonogo(*shop, "status", at=clock).stdout


def test_closing(shop: tuple[str, ...], state_path: Path, clock: FakeClock) -> None:
    refused(gonogo(*shop, "close", at=clock), 1, "Beta is still ahead")
    refused(gonogo(*shop, "close", "--abandon", "shop", "--reason", "x", at=clock), 2, "type the launch's id: tiny")
    ok(gonogo(*shop, "close", "--abandon", "tiny", "--reason", "the shop is sold", at=clock))
    assert records(state_path, Launch)[0].state == "abandoned"
    refused(gonogo(*shop, "advance", at=clock), 1, "The launch is abandoned")
    assert gonogo(*shop, "advance", "--dry-run", at=clock).exit_code == 1
