"""An incident begins: declared by key, or announced by the watch."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN, checkout_down
from tests.tui.play import opened, said, story
from tests.tui.trouble import in_incident, incidents, step

from gonogo.rules.plan import Severity
from gonogo.tui.screens import declare
from gonogo.tui.screens.room import RoomScreen


@pytest.mark.parametrize(
    ("key", "severity"),
    [("enter", Severity.CRITICAL), ("2", Severity.HIGH), ("4", Severity.LOW)],
)
@story
async def test_the_key_and_a_severity_declare_and_open_it(
    shop: Path, clock: FakeClock, key: str, severity: Severity
) -> None:
    async with opened(shop, clock) as play:
        pressed = clock.now()
        await play.press("exclamation_mark")
        await play.sees("Incident, taken at 19:31:00. How bad is it? Unsure: the higher.")
        assert incidents(shop) == []
        clock.advance(seconds=7)
        await play.press(key)
        await in_incident(play)
        (made,) = incidents(shop)
        assert (made.severity, made.severity_set, made.state) == (severity, True, "declared")
        assert made.detected_at == pressed
        assert made.acked_by == ANN
        await play.sees("T+0:07")
        if severity in (Severity.CRITICAL, Severity.HIGH):
            assert step(shop, "look").done_by == ANN
        assert f"declared incident 1, {severity}" in said(shop, 1)[0]
        assert "v1.8.2" in made.last_change


@story
async def test_esc_discards_it(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        before = said(shop)
        await play.press("exclamation_mark")
        await play.sees("How bad is it?")
        await play.press("x", "q", "5")
        await play.sees("How bad is it?")
        await play.press("escape")
        await play.heard("Discarded; nothing was declared.")
        assert incidents(shop) == []
        assert said(shop) == before
        assert isinstance(play.app.screen, RoomScreen)


@story
async def test_without_an_answer_it_is_critical(shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert declare.LIMIT_S == 10
    monkeypatch.setattr(declare, "LIMIT_S", 1)
    async with opened(shop, clock) as play:
        pressed = clock.now()
        await play.press("exclamation_mark")
        await in_incident(play)
        (made,) = incidents(shop)
        assert (made.severity, made.detected_at) == (Severity.CRITICAL, pressed)


@story
async def test_the_limit_counts_down_in_sight(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock) as play:
        await play.press("exclamation_mark")
        await play.sees("in 10 s it is critical; esc leaves it")
        await play.sees("in 9 s it is critical; esc leaves it")
        await play.press("escape")
        await play.heard("Discarded")


@story
async def test_a_room_that_opens_during_an_incident_opens_on_it(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.sees("Down: checkout, since 19:30 (0:10 before it was noticed)")
        await play.sees("Last change: v1.8.3, 12 min before the first failure")
        await play.sees("NOT ACKNOWLEDGED: y")
        await play.press("q")
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.sees("! 1 critical suspected")
        await play.press("exclamation_mark")
        await in_incident(play)


@story
async def test_one_that_comes_while_the_room_is_open_is_announced_and_one_key_away(
    shop: Path, clock: FakeClock
) -> None:
    async with opened(shop, clock) as play:
        checkout_down(shop, clock)
        await play.heard("Incident 1, critical: checkout down")
        assert isinstance(play.app.screen, RoomScreen)
        await play.press("exclamation_mark")
        await in_incident(play)
        assert len(incidents(shop)) == 1
