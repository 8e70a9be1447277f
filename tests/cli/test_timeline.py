"""`gonogo incident timeline|pin|handover`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.ground import data, gonogo, ok, refused
from tests.conftest import FakeClock
from tests.tui.ground import bakery, checkout_down


def failing(path: Path, clock: FakeClock) -> tuple[str, ...]:
    """Let the checkout fail; the options that name the launch."""
    bakery(path, clock)
    checkout_down(path, clock)
    return "--state", str(path), "--as", "ann"


def test_everything_that_happened_in_both_times(state_path: Path, clock: FakeClock) -> None:
    options = failing(state_path, clock)
    ok(gonogo(*options, "incident", "ack", at=clock))
    ok(gonogo(*options, "incident", "note", "the", "bank", "is", "quiet", at=clock))
    assert ok(gonogo(*options, "incident", "timeline", at=clock)).splitlines() == [
        "  1 2026-11-06 11:31:00Z  19:31:00 +0800  watch     suspects incident 1, critical: checkout down,"
        " status == 200: it was 502",
        "  2 2026-11-06 11:32:01Z  19:32:01 +0800  ann       acknowledged incident 1",
        "  3 2026-11-06 11:32:01Z  19:32:01 +0800  ann       “the bank is quiet”",
    ]
    ok(gonogo(*options, "incident", "comms", "--sent", "by mail", at=clock))
    rows = data(gonogo(*options, "incident", "timeline", "--only", "probes", "--json", at=clock))
    assert [(row["number"], row["source"], row["at"]) for row in rows] == [(1, "probes", "2026-11-06T11:31:00.000Z")]


def test_a_line_is_pinned_by_its_number_and_let_go(state_path: Path, clock: FakeClock) -> None:
    options = failing(state_path, clock)
    refused(gonogo(*options, "incident", "pin", "9", at=clock), 2, "has lines 1 to 1")
    ok(gonogo(*options, "incident", "pin", "1", at=clock))
    assert ok(gonogo(*options, "incident", "timeline", "--only", "pinned", at=clock)).startswith("  1*")
    clock.advance(seconds=1)
    ok(gonogo(*options, "incident", "pin", "1", "--off", at=clock))
    assert ok(gonogo(*options, "incident", "timeline", "--only", "pinned", at=clock)) == ""


def test_the_handover_card(state_path: Path, clock: FakeClock) -> None:
    options = failing(state_path, clock)
    card = ok(gonogo(*options, "incident", "handover", "--to", "bo", at=clock))
    for part in (
        "incident 1  critical, suspected: checkout down",
        "clock       T+1:01, since 19:30:50; probes: checkout",
        "before it   v1.8.3, 12 min before the first failure",
        "impact      no order since it began",
        "next        Roll back, or not?, due in 0:59; space does it",
        "customers   not told yet; first word due in 13:59; c writes it",
        "held by     nobody has acknowledged it; y does",
        "verdict     HOLD:",
        "watch       NOBODY WATCHES; w starts it",
        "handed over to bo",
    ):
        assert part in card, (part, card)
    assert "“handed over to bo”" in ok(gonogo(*options, "incident", "timeline", at=clock))


def test_the_card_without_an_incident(state_path: Path, clock: FakeClock) -> None:
    bakery(state_path, clock)
    rows = data(gonogo("--state", str(state_path), "incident", "handover", "--json", at=clock))
    assert [row["about"] for row in rows][:2] == ["launch", "verdict"]
