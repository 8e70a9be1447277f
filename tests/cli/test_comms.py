"""`gonogo incident comms` and `gonogo contact`: filled, refused, sent, recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok, records, refused
from tests.conftest import FakeClock
from tests.tui.ground import PLAN, Story

from gonogo.rules import log
from gonogo.rules.incident import Incident, IncidentStep
from gonogo.store import outbox
from gonogo.store.store import Store

MORE = """
[environment.production]
url = "https://shop.example"
[[channel]]
name = "mail"
command = ["true"]
alarms = false
[[contact]]
name = "helpdesk"
role = "support"
mail = "help@shop.example"
public = true
verified = 2026-10-30
"""
TEMPLATES = [
    {"id": "notice", "name": "Notice", "audience": "customers", "file": "n.md",
     "body": "$product: $what since $since.\n\nNext word by $next_update; ask $contact."},
    {"id": "clear", "name": "All clear", "audience": "customers", "file": "c.md", "body": "$product works again."},
    {"id": "brief", "name": "Brief", "audience": "team", "file": "b.md", "body": "$what; impact: $impact"},
]  # fmt: skip


@pytest.fixture
def shop(state_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A launch with templates, a channel and a contact, whose checkout fails; the options that name it."""
    told = Story(state_path, clock, {**PLAN, "template": TEMPLATES})
    told.watched(MORE)
    told.store.close()
    options = ("--state", str(state_path), "--as", "ann")
    ok(gonogo(*options, "incident", "declare", "checkout", "fails", "--since", "10m", at=clock))
    return options


def order(path: Path, clock: FakeClock, **more: object) -> None:
    store = Store(path)
    from gonogo.control.room import ControlRoom

    ControlRoom(store, clock, "shop").dispatch(log.LogOrder.model_validate(more))
    store.close()


def waiting(path: Path, clock: FakeClock) -> list[tuple[str, str]]:
    store = Store(path)
    with store.writing() as db:
        found = [(one.channel, one.text(clock.now())) for one in outbox.claim(db, clock.now())]
    store.close()
    return found


def test_what_there_is_to_tell(shop: tuple[str, ...], state_path: Path, clock: FakeClock) -> None:
    order(state_path, clock, ok=False, customer="anna")
    clock.advance(minutes=2)
    said = ok(gonogo(*shop, "incident", "comms", at=clock))
    assert "impact: 1 of 1 order failed" in said
    assert "whose order failed: 1 customer" in said
    assert "anna" not in said
    assert "first message to customers: due in 13:00" in said
    assert "notice              customers  Notice\n" in said
    assert "channels: mail" in said
    assert "contact: helpdesk, support: help@shop.example, verified 3 d ago" in said
    assert "  anna\n" in ok(gonogo(*shop, "incident", "comms", "--names", at=clock))


def test_a_void_order_hit_nobody_and_a_line_of_several_hits_as_many(
    shop: tuple[str, ...], state_path: Path, clock: FakeClock
) -> None:
    order(state_path, clock, ok=False, customer="anna")
    order(state_path, clock, ok=False, count=3)
    order(state_path, clock, count=6)
    ok(gonogo(*shop, "log", "void", "order:1", "a test of ours", at=clock))
    said = ok(gonogo(*shop, "incident", "comms", "--names", at=clock))
    assert "impact: 3 of 9 orders failed" in said
    assert "anna" not in said


def test_a_message_is_printed_and_then_sent_through_the_outbox(
    shop: tuple[str, ...], state_path: Path, clock: FakeClock
) -> None:
    printed = gonogo(*shop, "incident", "comms", "notice", "--print", at=clock)
    words = (
        "Riverside Bakery: checkout fails since 15:50 (UTC+08).\n\nNext word by 16:30 (UTC+08); ask help@shop.example."
    )
    assert ok(printed) == words + "\n"
    assert "Nothing was recorded" in printed.stderr
    assert waiting(state_path, clock) == []
    said = ok(gonogo(*shop, "incident", "comms", "notice", "--send", "mail", at=clock))
    assert said == "told customers, over mail (notice); the watch sends it\n"
    assert waiting(state_path, clock) == [("mail", words)]
    (one,) = records(state_path, Incident)
    assert one.told_at
    assert next(row for row in records(state_path, IncidentStep) if row.key == "tell").done_by == "ann"
    clock.advance(minutes=31)
    assert "next update to customers: LATE by 1:00" in ok(gonogo(*shop, "incident", "comms", at=clock))
    ok(gonogo(*shop, "incident", "comms", "clear", "--sent", "by mail to all", at=clock))
    assert "to customers:" not in ok(gonogo(*shop, "incident", "comms", at=clock))


def test_a_message_that_is_not_filled_is_refused_and_can_be_filled(
    shop: tuple[str, ...], state_path: Path, clock: FakeClock, tmp_path: Path
) -> None:
    edited = tmp_path / "edited.md"
    edited.write_text("Dear all,\nwe fix it by $when.", encoding="utf-8")
    refused(
        gonogo(*shop, "incident", "comms", "notice", "--file", str(edited), "--sent", "by mail", at=clock), 1,
        "$when is not filled",
    )  # fmt: skip
    said = ok(gonogo(*shop, "incident", "comms", "notice", "--print", "--set", "contact=Anna at 55", at=clock))
    assert "ask Anna at 55." in said
    refused(gonogo(*shop, "incident", "comms", "notice", "--set", "x=y", at=clock), 2, "is none of product")
    refused(gonogo(*shop, "incident", "comms", "notise", at=clock), 2, "is “notice” meant?")
    refused(gonogo(*shop, "incident", "comms", "notice", "--send", "mial", at=clock), 2, "is “mail” meant?")
    refused(gonogo(*shop, "incident", "comms", "notice", "--next", "soon", at=clock), 2, "is not a duration")
    refused(gonogo(*shop, "incident", "comms", "notice", "--copy", "--print", at=clock), 2, "Choose one of")
    assert records(state_path, Incident)[0].messages == 0


def test_a_contact_that_was_reached(shop: tuple[str, ...], clock: FakeClock) -> None:
    assert "verified 2 d ago" in ok(gonogo(*shop, "contact", at=clock)).replace("3 d", "2 d")
    assert ok(gonogo(*shop, "contact", "helpdesk", at=clock)) == "reached the contact helpdesk\n"
    (row,) = data(gonogo(*shop, "contact", "--json", at=clock))
    assert (row["name"], row["verified_at"]) == ("helpdesk", "2026-11-02T08:00:00.000Z")
    refused(gonogo(*shop, "contact", "helpdesc", at=clock), 2, "is “helpdesk” meant?")


def test_alarms_pass_over_a_channel_that_is_for_people(
    shop: tuple[str, ...], state_path: Path, clock: FakeClock
) -> None:
    """Customers read what goes out over `mail`: an incident that opens is none of their business."""
    ok(gonogo(*shop, "incident", "declare", "invoices", at=clock))
    assert waiting(state_path, clock) == []
