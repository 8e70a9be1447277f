"""The incident by key: its clock, its steps, its end."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.conftest import FakeClock
from tests.tui.ground import ANN, Story, checkout_down, probe
from tests.tui.play import by, hearing, opened, read_all, story
from tests.tui.trouble import in_incident, incidents, recovered, step

from gonogo.rules.incident import IncidentStep
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan import Severity
from gonogo.rules.response import AcknowledgeIncident, DeclareIncident, DoStep, SuspectIncident
from gonogo.store import evidence, rows, series
from gonogo.store.store import Store
from gonogo.tui.screens.incident import IncidentScreen
from gonogo.tui.screens.room import RoomScreen


@story
async def test_acknowledging_is_an_act(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("j", "k", "down")
        assert incidents(shop)[0].acked_by is None
        await play.press("y")
        await play.heard("acknowledged incident 1")
        assert (incidents(shop)[0].acked_by, incidents(shop)[0].state) == (ANN, "declared")
        await play.sees("acknowledged by you")


@story
async def test_space_does_one_step_at_a_time(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("space")
        await play.until(lambda: play.prompt.is_open, "asking for the choice")
        assert "fix forward or wait, and why" in play.preview
        await play.type("roll back: all orders fail")
        await play.press("enter")
        await play.heard("did “Roll back, or not?”: roll back: all orders fail")
        assert incidents(shop)[0].decision == "roll back: all orders fail"
        await play.sees("Start within")
        await play.sees("command  shop roll back")
        await play.listening()
        clock.advance(seconds=2)
        await play.press("space")
        await play.until(lambda: "done outside gonogo: what and when?" in play.preview, "asking what was done")
        await play.press("enter")
        await play.until(lambda: "runs a command" in play.preview, "the refusal")
        assert step(shop, "act").done_at is None
        await play.type("by hand at 19:33")
        await play.press("enter")
        await play.heard("did “Roll back to the last good build”: by hand at 19:33")
        assert incidents(shop)[0].state == "mitigating"
        await play.listening()
        clock.advance(seconds=2)
        await play.press("space")
        await play.until(lambda: play.prompt.is_open, "the probe is not up")
        await play.press("escape")
        await play.listening()
        recovered(shop, clock)
        await play.until(lambda: play.app.board and play.app.board.probes[0].health == "up", "the recovery")
        await play.press("space")
        await play.heard("did “See it answer again”")
        assert step(shop, "confirm").done_by == ANN


@story
async def test_a_probe_that_joins_says_since_when_it_is_down_itself(shop: Path, clock: FakeClock) -> None:
    by(shop, clock, ANN, DeclareIncident(title="odd", since=clock.now().after(-1200)))
    own = clock.now().after(-10)
    checkout_down(shop, clock)
    made = incidents(shop)[0]
    assert (made.label, made.probes) == (1, ("checkout",))
    joined = made.model_copy(update={"probes": ("home", "checkout")})
    store = Store(shop)
    with store.writing() as db:
        rows.put(db, "incident", rows.encode(joined))
        store.bump(["incidents"])
    store.close()
    async with opened(shop, clock) as play:
        zone = play.app.board.launch.timezone if play.app.board else "UTC"
        await in_incident(play)
        await play.sees(f"checkout since {own.utc.astimezone(ZoneInfo(zone)):%H:%M}, since")


@story
async def test_a_second_space_within_a_second_is_refused(shop: Path, clock: FakeClock) -> None:
    by(shop, clock, ANN, DeclareIncident(severity=Severity.HIGH, title="slow"))
    clock.advance(seconds=30)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("space")
        await play.heard("did “Look closely”")
        clock.advance(seconds=0.9)
        await play.press("space")
        await play.heard("less than a second ago")
        assert step(shop, "weigh").done_at is None
        clock.advance(seconds=0.2)
        await play.press("space")
        await play.heard("did “Weigh a fix against a rollback”")


@story
async def test_a_note_goes_on_the_timeline(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("n")
        await play.type("the card processor says it is them")
        await play.press("enter")
        await play.heard("the card processor says it is them")
        store = Store(shop)
        (found,) = evidence.of_incident(store.db, incidents(shop)[0].id)
        store.close()
        assert found.text == "the card processor says it is them"
        await play.sees("“the card processor says it is")


@story
async def test_another_severity_changes_the_steps_that_are_left(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("S")
        await play.sees("How bad is it?")
        await play.press("2")
        await play.heard("set incident 1 to high")
        assert [one.key for one in read_all(shop, IncidentStep)] == ["look", "weigh", "decide", "tell"]
        await play.sees("Weigh a fix against a rollback")
        await play.press("S", "2")
        await play.heard("Incident 1 is high already")
        await play.press("S", "escape")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "back")
        assert incidents(shop)[0].severity == Severity.HIGH


@story
async def test_fixed_asks_for_a_reason_and_whether_customers_were_told(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("V")
        await play.sees("How did it end?")
        await play.press("f")
        await play.until(lambda: "why is it resolved all the same?" in play.preview, "asking why")
        await play.press("enter")
        await play.until(lambda: "a reason is wanted" in play.preview, "the refusal")
        await play.type("the probe itself is wrong")
        await play.press("enter")
        await play.until(lambda: "customers told when and how?" in play.preview, "asking about the customers")
        await play.press("enter")
        await play.until(lambda: "Were the customers told?" in play.preview, "the refusal")
        assert incidents(shop)[0].is_open
        await play.type("not needed because nobody could order anyway")
        await play.press("enter")
        await play.heard("resolved incident 1: fixed, the probe itself is wrong")
        (made,) = incidents(shop)
        assert made.reason == "the probe itself is wrong"
        assert made.told == "not needed because nobody could order anyway"
        await play.until(lambda: isinstance(play.app.screen, RoomScreen), "the room")
        await play.sees("no incident")


@story
async def test_fixed_and_told_by_its_step_asks_nothing_more(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    made = incidents(shop)[0].id
    for key in ("decide", "act", "confirm", "tell"):
        clock.advance(seconds=20)
        by(shop, clock, ANN, DoStep(incident=made, step=key, note="wait, done"))
    recovered(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("space")
        await play.heard("Every step is done; V resolves the incident.")
        await play.press("V", "f")
        await play.heard("resolved incident 1: fixed")
        assert incidents(shop)[0].told == "wait, done"


@story
async def test_a_false_alarm_needs_a_reason(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("V", "a")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("enter")
        await play.until(lambda: "needs a reason" in play.preview, "the refusal")
        await play.type("our own firewall")
        await play.press("enter")
        await play.heard("our own firewall")
        assert (incidents(shop)[0].outcome, incidents(shop)[0].reason) == ("false_alarm", "our own firewall")


@story
async def test_a_duplicate_says_of_which(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("V", "d")
        await play.heard("There is no other incident that could have it.")
        by(shop, clock, ANN, DeclareIncident(title="Orders fail", severity=Severity.HIGH, another=True))
        await play.until(lambda: play.app.board and len(play.app.board.incidents) == 2, "the other one")
        await play.press("V", "d")
        await play.sees("incident 2")
        await play.press("1")
        await play.heard("resolved incident 1: duplicate of 2")
        assert [(one.label, one.state, one.probes) for one in incidents(shop)] == [
            (1, "resolved", ("checkout",)),
            (2, "declared", ("checkout",)),
        ]


@story
async def test_esc_leaves_resolving_and_the_incident_open(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("V", "escape")
        await play.until(lambda: isinstance(play.app.screen, IncidentScreen), "back")
        await play.press("V", "f")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("escape")
        await play.until(lambda: not play.prompt.is_open, "closing")
        assert incidents(shop)[0].is_open


@story
async def test_the_key_goes_round_the_open_incidents_or_declares_another(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("exclamation_mark")
        await play.sees("How bad is it?")
        await play.press("2")
        await play.until(lambda: play.app.board and len(play.app.board.incidents) == 2, "the second on the board")
        await play.sees("INCIDENT 1 (+1 more, ! next)  critical  chec")
        await play.press("exclamation_mark")
        await play.sees("INCIDENT 2 (+1 more, ! next)  high")
        await play.press("exclamation_mark")
        await play.sees("INCIDENT 1 (+1 more, ! next)  critical  chec")
        await play.press("q")
        await play.sees("+1 more")


@story
async def test_the_banner_says_at_every_size_that_others_are_open(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    by(shop, clock, ANN, DeclareIncident(title="the invoices are late too", severity=Severity.HIGH, another=True))
    by(shop, clock, ANN, DeclareIncident(title="the admin pages are slow", severity=Severity.HIGH, another=True))
    for size in ((40, 20), (80, 24), (120, 40)):
        async with opened(shop, clock, size=size) as play:
            await in_incident(play)
            await play.sees("INCIDENT 1 (+2 more, ! next)")


@story
async def test_what_is_said_lies_above_the_hints_and_not_over_what_is_down(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock, size=(80, 24)) as play:
        await in_incident(play)
        play.app.say("this is said")
        await play.sees("this is said")
        rows = play.text().splitlines()
        assert next(at for at, row in enumerate(rows) if "this is said" in row) > 16
        assert any("Down: checkout" in row for row in rows)


@story
async def test_the_digits_count_to_the_latest_start_and_never_below_nothing(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    made = incidents(shop)[0].id
    by(shop, clock, ANN, DoStep(incident=made, step="decide", note="roll back"))
    async with opened(shop, clock, size=(50, 24)) as play:
        await in_incident(play)
        await play.sees("Start within 2:19")  # due at 5:00, takes 1:40, now T+1:01
        clock.advance(seconds=130)
        play.app.redraw()
        await play.sees("Start within 0:09")
        clock.advance(seconds=60)
        play.app.redraw()
        await play.sees("Start within 0:00")
        clock.advance(seconds=60)
        play.app.redraw()
        await play.sees("Late 0:11")
        assert "-" not in play.text().split("Steps")[0].replace("19:3", "")


@story
async def test_keys_are_deaf_after_a_line_here_too(
    shop: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = hearing(monkeypatch)
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.press("n")
        await play.until(lambda: play.prompt.is_open, "the line")
        await play.press("escape")
        await play.until(lambda: not play.prompt.is_open, "closing")
        await play.press("y", "V", "q")
        await play.settle()
        assert isinstance(play.app.screen, IncidentScreen)
        assert incidents(shop)[0].acked_by is None
        now[0] += 0.31
        await play.press("y")
        await play.heard("acknowledged incident 1")


@story
async def test_orders_and_undo_work_from_the_incident(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.sees("no order since 19:30")
        await play.press("o")
        await play.type("failed 12 eva")
        await play.press("enter")
        await play.heard("order failed 12.00, eva")
        await play.sees("1 of 1 order failed since 19:30")
        await play.listening()
        await play.press("question_mark")
        await play.sees("↑ ↓ scroll")
        await play.press("pagedown")
        await play.sees("Resolve the incident.")


@story
async def test_a_reopened_incident_has_something_left_to_do_also_after_a_restart(shop: Path, clock: FakeClock) -> None:
    checkout_down(shop, clock)
    made = incidents(shop)[0].id
    by(shop, clock, ANN, AcknowledgeIncident(incident=made))
    for key in ("decide", "act", "confirm", "tell"):
        clock.advance(seconds=20)
        by(shop, clock, ANN, DoStep(incident=made, step=key, note="wait, done"))
    recovered(shop, clock)
    by(shop, clock, ANN, ResolveIncident(incident=made))
    clock.advance(seconds=300)
    async with opened(shop, clock) as play:
        again = probe(1, "checkout", clock, critical=True, health="down", since=clock.now().after(-15), passes=0)
        store = Store(shop)
        with store.writing() as db:
            series.put_probes(db, [again])
            store.bump(["probes"])
        store.close()
        by(
            shop,
            clock,
            "watch",
            SuspectIncident(
                probe="checkout", why="it was 503", onset=clock.now().after(-15), last_change="v1.8.4, 2 min before"
            ),
        )
        await play.heard("Incident 1, critical: checkout down. ! opens it.")
        await play.press("exclamation_mark")
        await in_incident(play)
        await play.sees("NOT ACKNOWLEDGED: y")
        await play.sees("Last change: v1.8.4, 2 min before")
        await play.sees("suspected, open again")
        await play.sees("1 of 5 done")
    clock.reboot(seconds=40)
    async with opened(shop, clock) as play:
        await in_incident(play)
        await play.sees("T+≈0:40")
        await play.sees("in 1:20")
        await play.press("y")
        await play.heard("acknowledged incident 1")


@story
async def test_without_any_order_the_impact_is_unknown(state_path: Path, clock: FakeClock) -> None:
    told = Story(state_path, clock)
    told.do(ANN, DeclareIncident(title="Nobody can log in"))
    told.store.close()
    async with opened(state_path, clock) as play:
        await in_incident(play)
        await play.sees("impact unknown: no order was ever logged")
