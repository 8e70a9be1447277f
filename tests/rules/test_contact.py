"""Contacts: whom to call, and since when that is known to be right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.conftest import Memory
from tests.rules.ground import NOW, fact

from gonogo.rules import contact
from gonogo.rules.config import ContactConfig
from gonogo.rules.contact import ReachContact
from gonogo.rules.record import Changes, Refusal

BANK = ContactConfig(name="the bank", role="payments", phone="+60 3 1234", verified=date(2026, 11, 1))


def test_a_contact_nobody_can_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="neither a `phone` nor a `mail`"):
        ContactConfig(name="the bank")


def test_the_date_is_the_newest_of_the_config_and_of_the_acts() -> None:
    (one,) = contact.known([BANK], [])
    assert one.verified == datetime(2026, 11, 1, tzinfo=UTC)
    reached = fact("contact", timedelta(hours=3), name="the bank")
    (one,) = contact.known([BANK], [reached, fact("contact", timedelta(hours=1), name="somebody else")])
    assert one.verified == reached.at.utc
    assert contact.aged(one, NOW) == "verified 3 h ago"
    (never,) = contact.known([ContactConfig(name="x", mail="x@y")], [])
    assert contact.aged(never, NOW) == "never verified"


def test_reaching_one_is_evidence(memory: Memory) -> None:
    said = memory.do(ReachContact(name="the bank"))
    assert isinstance(said, Changes)
    assert said.silent
    assert [(one.kind, one.data["name"]) for one in said.facts] == [("contact", "the bank")]
    assert isinstance(memory.do(ReachContact(name=" ")), Refusal)
