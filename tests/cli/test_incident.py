"""`gonogo incident`: a whole one by command."""

from __future__ import annotations

from pathlib import Path

from tests.cli.ground import data, gonogo, ok, records, refused
from tests.conftest import FakeClock
from tests.tui.ground import bakery, checkout_down

from gonogo.rules.incident import Incident, IncidentStep


def test_from_declaring_to_resolving(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("log", "deploy", "v1.8.3", "@12m", at=clock))
    assert ok(gonogo("incident", "declare", "orders", "fail", "--since", "8:50", at=clock)) == (
        "declared incident 1, critical: orders fail\n"
    )
    (made,) = records(tiny_launch, Incident)
    assert made.onset_at
    assert made.onset_at.utc.strftime("%H:%M") == "08:50"
    assert made.detected_at == clock.now()
    assert (made.acked_by, made.severity_set) == ("ann", False)
    assert made.last_change.startswith("v1.8.3, 2 min")
    refused(gonogo("incident", "ack", at=clock), 1, "acknowledged already, by ann")

    clock.advance(seconds=5)
    assert "did “Look at the probes”" in ok(gonogo("incident", "step", at=clock))
    refused(gonogo("incident", "step", at=clock), 1, "less than a second ago")
    clock.advance(seconds=5)
    assert ok(gonogo("incident", "step", "decide", "--note", "roll back", at=clock)) == "did “Decide”: roll back\n"
    clock.advance(seconds=5)
    refused(gonogo("incident", "step", "act", at=clock), 1, "runs a command; done outside gonogo?")
    refused(gonogo("incident", "step", "fly", at=clock), 1, "has no step “fly”")
    assert "late by" not in ok(gonogo("incident", "step", "--note", "by hand", at=clock))
    assert ok(gonogo("incident", "note", "the", "bank", "says", "sorry", at=clock)) == "the bank says sorry\n"
    assert records(tiny_launch, Incident)[0].state == "mitigating"

    refused(gonogo("incident", "resolve", at=clock), 1, "The fix is not confirmed: no probe watches this")
    clock.advance(seconds=5)
    ok(gonogo("incident", "step", "confirm", "--note", "a test order went through", at=clock))
    refused(gonogo("incident", "resolve", at=clock), 1, "Were the customers told?")
    told = "not needed because it was night"
    assert ok(gonogo("incident", "resolve", "--told", told, at=clock)) == "resolved incident 1: fixed\n"
    (made,) = records(tiny_launch, Incident)
    assert (made.state, made.outcome, made.told) == ("resolved", "fixed", told)
    refused(gonogo("incident", "step", "--incident", "1", at=clock), 1, "resolved already")
    refused(gonogo("incident", "ack", at=clock), 1, "No incident is open")


def test_acknowledging_one_that_the_watch_suspects(state_path: Path, clock: FakeClock) -> None:
    bakery(state_path, clock)
    checkout_down(state_path, clock)
    state = ("--state", str(state_path), "--as", "bo")
    assert ok(gonogo(*state, "incident", "ack", at=clock)) == "acknowledged incident 1\n"
    refused(gonogo(*state, "incident", "resolve", at=clock), 1, "checkout is not up yet")
    refused(gonogo(*state, "incident", "resolve", "--outcome", "false_alarm", at=clock), 1, "needs a reason")
    said = ok(gonogo(*state, "incident", "resolve", "--outcome", "false_alarm", "--reason", "our firewall", at=clock))
    assert said == "resolved incident 1: false alarm, our firewall\n"


def test_a_severity_in_front_is_the_severity(tiny_launch: Path, clock: FakeClock) -> None:
    for words, said in (
        (("high", "payments", "broken"), "declared incident 1, high: payments broken\n"),
        (("Low stock is shown",), "declared incident 2, low: stock is shown\n"),
        (("high",), "declared incident 3, critical: high\n"),
        (("highly", "odd"), "declared incident 4, critical: highly odd\n"),
        (("low", "stock", "--severity", "critical"), "declared incident 5, critical: low stock\n"),
    ):
        assert ok(gonogo("incident", "declare", *words, at=clock)) == said
    assert {one.label: one.severity_set for one in records(tiny_launch, Incident)} == {
        1: True, 2: True, 3: False, 4: False, 5: True,
    }  # fmt: skip
    assert "may begin with its severity" in ok(gonogo("incident", "declare", "--help"))


def test_severity_changes_the_steps(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("incident", "declare", "slow", "--severity", "critical", at=clock))
    refused(gonogo("incident", "severity", "critical", at=clock), 1, "is critical already")
    assert ok(gonogo("incident", "severity", "high", at=clock)) == "set incident 1 to high\n"
    assert "weigh" in [one.key for one in records(tiny_launch, IncidentStep)]
    assert gonogo("incident", "severity", "awful").exit_code == 2


def test_the_list_and_the_label(tiny_launch: Path, clock: FakeClock) -> None:
    assert ok(gonogo("incident", "list", at=clock)) == "No incident yet.\n"
    assert data(gonogo("incident", "list", "--json", at=clock)) == []
    ok(gonogo("incident", "declare", "first", "--severity", "low", at=clock))
    clock.advance(minutes=5)
    ok(gonogo("incident", "declare", "second", "--severity", "high", at=clock))
    lines = ok(gonogo("incident", "list", at=clock)).splitlines()
    assert lines == [
        "  2  high     declared  second  2026-11-02T09:05:00.000Z",
        "  1  low      declared  first  2026-11-02T09:00:00.000Z",
    ]
    ok(gonogo("incident", "resolve", "--incident", "1", at=clock))
    rows = data(gonogo("incident", "list", "--json", at=clock))
    assert [(row["label"], row["state"], row["outcome"]) for row in rows] == [
        (2, "declared", None),
        (1, "resolved", "fixed"),
    ]
    assert rows[1]["resolved_at"] == "2026-11-02T09:05:00.000Z"
    ok(gonogo("incident", "note", "--incident", "2", "still", "slow", at=clock))
    refused(gonogo("incident", "note", "--incident", "9", "x", at=clock), 2, "There is no incident 9")


def test_a_snooze_and_a_hand_over(tiny_launch: Path, clock: FakeClock) -> None:
    refused(gonogo("incident", "snooze", at=clock), 1, "No incident is open")
    ok(gonogo("incident", "declare", "slow", at=clock))
    assert ok(gonogo("incident", "snooze", at=clock)) == "snoozed incident 1 for 10 min, until T+10:00\n"
    assert ok(gonogo("incident", "snooze", "20m", at=clock)).endswith("until T+20:00\n")
    refused(gonogo("incident", "snooze", "ten", at=clock), 2, "“ten” is not a duration")
    refused(gonogo("incident", "snooze", "9h", at=clock), 2, "from 1 minute to 4 h")
    refused(gonogo("incident", "hand-over", at=clock), 1, "Hand it to whom?")
    assert ok(gonogo("incident", "hand-over", "ben", at=clock)) == "handed incident 1 to ben\n"
    assert records(tiny_launch, Incident)[0].acked_by is None


def test_a_time_that_has_not_come_is_refused(tiny_launch: Path, clock: FakeClock) -> None:
    refused(gonogo("incident", "declare", "x", "--since", "soon", at=clock), 2, "is no time")
    assert records(tiny_launch, Incident) == []


def test_of_two_who_declare_the_same_one_joins(tiny_launch: Path, clock: FakeClock) -> None:
    ok(gonogo("incident", "declare", "home is down", at=clock))
    again = ("--as", "bob", "incident", "declare", "home", "is", "gone")
    refused(gonogo(*again, at=clock), 1, "Incident 1, home is down, is open since 0 s; `gonogo incident ack`")
    assert len(records(tiny_launch, Incident)) == 1
    assert ok(gonogo(*again, "--another", at=clock)) == "declared incident 2, critical: home is gone\n"
