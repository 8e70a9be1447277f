"""A drill by key, at 80x24: begun from the commands, worked, scored; and left at once for what is real."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import FakeClock
from tests.tui.ground import beat, checkout_down
from tests.tui.play import Play, opened, read_all, story
from tests.tui.trouble import in_incident, incidents, step

from gonogo.rules.drill import Drill
from gonogo.rules.plan import Severity
from gonogo.rules.response import DeclareIncident
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.read import ReadScreen

SMALL = (80, 24)


async def begun(play: Play) -> None:
    """Begin a drill as the commands do."""
    play.app.screen.act("drill")  # type: ignore[attr-defined]
    await play.sees("which probe is played to fail")
    await play.press("1")
    await in_incident(play)


@story
async def test_from_its_begin_to_its_score(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=SMALL) as play:
        await begun(play)
        await play.sees("◇ DRILL 1  critical  checkout down")
        await play.press("y")
        await play.heard("acknowledged drill 1")
        clock.advance(seconds=60)
        await play.press("space")
        await play.type("roll back: it began after a deploy")
        await play.press("enter")
        await play.heard("roll back: it began after a deploy")
        await play.listening()
        clock.advance(seconds=60)
        await play.press("space")
        await play.type("as if by hand")
        await play.press("enter")
        await play.heard("as if by hand")
        await play.listening()
        await play.press("tab")
        await play.sees("✕ checkout")
        clock.advance(seconds=95)
        await play.sees("3 in a row")
        beat(shop, clock)
        await play.press("space")
        await play.until(lambda: step(shop, "confirm").done_at, "the confirmation, by the shadow alone")
        clock.advance(seconds=5)
        await play.press("V")
        await play.sees("it is scored against its ladder")
        await play.press("d")
        await play.type("not needed in a drill")
        await play.press("enter")
        await play.until(lambda: isinstance(play.app.screen, ReadScreen), "the score")
        await play.sees("5 of 5 in time")
        await play.sees("decided at 1:00 of 2:00")
        assert read_all(shop, Drill)[0].outcome == "scored"


@story
async def test_ended_early_with_a_reason(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=SMALL) as play:
        await begun(play)
        await play.press("V")
        await play.sees("it is not scored")
        await play.press("e")
        await play.type("a customer called")
        await play.press("enter")
        await play.heard("ended drill 1 early: a customer called")
        await play.until(lambda: not isinstance(play.app.screen, IncidentScreen), "the room")
        play.app.screen.act("drills")  # type: ignore[attr-defined]
        await play.sees("abandoned: A customer called")


@story
async def test_what_is_real_stands_in_front_at_once_whatever_was_open(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=SMALL) as play:
        await begun(play)
        await play.press("V")
        await play.sees("How does the drill end?")
        checkout_down(shop, clock)
        await play.sees("NO DRILL: INCIDENT 2")
        await in_incident(play)
        await play.heard("NO DRILL: this is real. Incident 2, critical: checkout down")
        assert {one.label: one.outcome for one in incidents(shop)} == {1: "aborted", 2: None}
        assert sum(isinstance(one, IncidentScreen) for one in play.app.screen_stack) == 1


@story
async def test_from_the_room_too(shop: Path, clock: FakeClock) -> None:
    async with opened(shop, clock, size=SMALL) as play:
        await begun(play)
        await play.press("q")
        await play.sees("◇ DRILL 1 critical suspected")
        play.app.screen.dispatch(DeclareIncident(title="orders fail", severity=Severity.CRITICAL))  # type: ignore[attr-defined]
        await in_incident(play)
        await play.sees("NO DRILL: INCIDENT 2")


@story
async def test_on_R_without_a_dry_run_nothing_is_run(shop: Path, clock: FakeClock) -> None:
    config = shop.with_name("gonogo.toml")
    config.write_text('[launch]\nid = "bakery"\nname = "B"\n[rollback]\ncommand = ["/bin/false"]\n', encoding="utf-8")
    async with opened(shop, clock, size=SMALL, config=config) as play:
        await begun(play)
        await play.press("R")
        await play.heard("Drill 1: nothing acts on the site, and no dry_run is set up in [rollback]")
