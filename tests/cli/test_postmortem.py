"""`gonogo incident postmortem` and `list --times`: what was measured, and what is unknown."""

from __future__ import annotations

from pathlib import Path

from tests.cli.ground import data, gonogo, ok, records
from tests.conftest import FakeClock
from tests.tui.ground import bakery, checkout_down
from tests.tui.play import by
from tests.tui.trouble import recovered

from gonogo.control.clock import Ids
from gonogo.formats.config import parse_config
from gonogo.rules.config_face import face_of
from gonogo.rules.incident import Incident
from gonogo.rules.running import BeginRun, EndRun
from gonogo.store import outbox, watching
from gonogo.store.store import Store


def worked(path: Path, clock: FakeClock) -> tuple[str, ...]:
    """Let the checkout fail, be decided on, and end; the options that name the launch."""
    bakery(path, clock)
    checkout_down(path, clock)
    options = ("--state", str(path), "--as", "ann")
    ok(gonogo(*options, "incident", "ack", at=clock))
    clock.advance(seconds=30)
    ok(gonogo(*options, "incident", "step", "decide", "--note", "roll back: <all> orders fail", at=clock))
    ok(gonogo(*options, "incident", "note", "the", "bank", "is", "quiet", at=clock))
    recovered(path, clock)
    clock.advance(minutes=4)
    ok(gonogo(*options, "incident", "resolve", "--told", "not needed because it was night", at=clock))
    return options


def test_a_postmortem_says_what_is_known_and_what_is_not(state_path: Path, clock: FakeClock) -> None:
    options = worked(state_path, clock)
    page = ok(gonogo(*options, "incident", "postmortem", "1", "--print", at=clock))
    assert page.startswith("# Incident 1: checkout down\n")
    for part in (
        "- Last change before it: v1.8.3, 12 min before the first failure",
        "- Downtime: 5:",
        "- Error budget: 6% of the 1 h 40 min that “uptime &gt;= 99% over 7d” leaves".replace("&gt;", "\\>"),
        "- Orders: no order since it began",
        "- Customers not told: not needed because it was night",
        "| to detect | 0:10 | from the onset until",
        "| to decide | 1:31 | from T+0 until the decision was logged |",
        "| to mitigate | unknown |",
        "Roll back, or not?: done by ann; roll back: \\<all\\> orders fail",
        "## The probes around it",
        "**ann** “the bank is quiet”",
        "## Where we got lucky",
        "## Actions",
    ):
        assert part in page, part


def test_it_names_what_was_run_and_who_was_called(state_path: Path, clock: FakeClock) -> None:
    bakery(state_path, clock)
    store = Store(state_path)
    team = '[launch]\nid = "bakery"\nname = "B"\n[[person]]\nname = "ann"\n'
    team += '[[channel]]\nname = "phone"\nntfy = "https://ntfy.example/ann"\npeople = ["ann"]\n'
    with store.writing() as db:
        watching.accept_config(db, team, clock.now(), face_of(parse_config(team, "a config")).model_dump_json())
    checkout_down(state_path, clock)
    with store.writing() as db:
        for parcel in outbox.claim(db, clock.now()):
            outbox.sent(db, parcel, clock.now())
    store.close()
    options = ("--state", str(state_path), "--as", "ann")
    ok(gonogo(*options, "incident", "ack", at=clock))
    incident, run = records(state_path, Incident)[0].id, Ids(clock).fresh()
    argv = ("vercel", "rollback")
    begun = BeginRun(run=run, kind="rollback", name="rollback", acts=True, argv=argv, timeout_s=9, incident=incident,
                     typed="bakery")  # fmt: skip
    by(state_path, clock, "bo", begun)
    card = ok(gonogo(*options, "incident", "handover", at=clock))
    assert "ran         the rollback, by bo at 19:32:01: runs for 0:00 of at most 0:09\n" in card
    assert "called      phone (ann): 1 message since 19:32:01\n" in card
    assert "held by     ann, since 19:32:01\n" in card
    clock.advance(seconds=42)
    by(state_path, clock, "gonogo", EndRun(run=run, outcome="ok", exit=0))
    page = ok(gonogo(*options, "incident", "postmortem", "1", "--print", at=clock))
    stamp = "2026-11-06 11:32:01Z (19:32:01 +0800)"
    for part in (
        f"- The rollback, by bo at {stamp}: was done in 0:42\n  - vercel rollback\n",
        f"- phone (ann): 1 message, first at {stamp}\n- Acknowledged by ann at {stamp}\n",
    ):
        assert part in page, page


def test_without_any_of_it_that_is_said(state_path: Path, clock: FakeClock) -> None:
    bakery(state_path, clock)
    checkout_down(state_path, clock)
    page = ok(gonogo("--state", str(state_path), "incident", "postmortem", "1", "--print", at=clock))
    assert "## What was run\n\n- Nothing by gonogo\n" in page
    assert "- Nobody: no channel was set up for it\n- Acknowledged by nobody\n" in page
    assert "Score" not in page


def test_a_postmortem_is_a_file_beside_the_state_that_stays_once_it_is_edited(
    state_path: Path, clock: FakeClock
) -> None:
    options = worked(state_path, clock)
    assert ok(gonogo(*options, "incident", "postmortem", at=clock)) == (
        f"wrote {state_path.with_name('state.postmortem-1.md')}\n"
    )
    path = state_path.with_name("state.postmortem-1.md")
    path.write_text(path.read_text(encoding="utf-8") + "mine", encoding="utf-8")
    again = gonogo(*options, "incident", "postmortem", at=clock)
    assert ok(again) == f"wrote {state_path.with_name('state.postmortem-1.new.md')}\n"
    assert "was edited and stays as it is" in again.stderr
    assert path.read_text(encoding="utf-8").endswith("mine")


def test_the_times_across_incidents(state_path: Path, clock: FakeClock) -> None:
    options = worked(state_path, clock)
    said = ok(gonogo(*options, "incident", "list", "--times", at=clock))
    assert "to detect      10 s (median of 1)        from the onset" in said
    assert "to mitigate    no incident yet" in said
    rows = data(gonogo(*options, "incident", "list", "--times", "--json", at=clock))
    assert (rows["decide"]["median_s"], rows["decide"]["incidents"]) == (91.0, 1)


def test_a_review_hands_its_actions_to_the_backlog(state_path: Path, clock: FakeClock) -> None:
    options = worked(state_path, clock)
    said = ok(gonogo(*options, "incident", "review", "--action", "high alert on failed payments", at=clock))
    assert said == "reviewed incident 1, 1 action for the backlog\n"
    assert "reviewed" in ok(gonogo(*options, "incident", "list", at=clock))
    assert "reviewed already" in gonogo(*options, "incident", "review", at=clock).stderr
