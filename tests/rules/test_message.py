"""Messages: filled from the facts, refused when something is missing, and what they settle."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Memory
from tests.rules.ground import NOW, at
from tests.rules.trouble import keys, newest, step, suspect

from gonogo.rules import message
from gonogo.rules.clock import Instant
from gonogo.rules.logged import Noted
from gonogo.rules.message import Affected, SendMessage, Situation
from gonogo.rules.outcome import ResolveIncident
from gonogo.rules.plan import Severity
from gonogo.rules.plan_doc import TemplateDoc
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.response import DeclareIncident


def send(memory: Memory, written: str = "We are on it.", **more: Any) -> Changes | Refusal:
    """Say that a message went out by hand, unless something else is given."""
    given = {"incident": newest(memory).id, "audience": "customers", "how": "by mail", **more}
    return memory.do(SendMessage(text=written, **given))


def order(*, ok: bool, who: str = "", count: int = 1) -> Noted:
    """Make orders as they stand in the log."""
    return Noted("order", at(NOW), ok, None, None, 0.0, who, "", count)


def test_a_template_with_an_unknown_variable_is_refused_when_it_loads() -> None:
    with pytest.raises(ValueError, match=r"\$produkt is no variable of a template; is \$product meant\?"):
        TemplateDoc(id="x", name="x", audience="customers", file="x.md", body="Sorry: $produkt is down")
    assert TemplateDoc(id="x", name="x", audience="a", file="x", body="$product costs $$5 or $5, ${since}").body


def test_filling_leaves_what_is_not_known_to_be_seen() -> None:
    filled = message.fill(
        "$product since ${since}: ask $contact, it costs $$5 or $5", {"product": "Shop", "since": "9"}
    )
    assert filled == "Shop since 9: ask $contact, it costs $$5 or $5"
    assert message.variables(filled) == ["contact"]
    assert message.final("it costs $$5\r\n\x1b[31m ") == "it costs $5\n\ufffd[31m"


def test_an_unfilled_message_does_not_go_out(memory: Memory) -> None:
    suspect(memory)
    said = send(memory, "Write to $contact by $next_update")
    assert said == Refusal("$contact, $next_update are not filled; write what is meant before it goes out.")
    assert send(memory, " \n ") == Refusal("The message is empty; write what is to be told.")
    assert isinstance(send(memory, how=" "), Refusal)
    assert newest(memory).messages == 0


def test_telling_customers_does_the_step_and_is_evidence(memory: Memory) -> None:
    suspect(memory)
    due = memory.clock.now().after(1800)
    told = send(memory, "Hello,\nwe know.", template="notice", next_update=due)
    assert isinstance(told, Changes)
    assert told.said == "told customers, by mail (notice)"
    assert [(one.kind, one.incident, one.data["text"]) for one in told.facts] == [
        ("message", newest(memory).id, "Hello,\nwe know.")
    ]
    assert told.letters == ()
    assert keys(memory, done=True) == ["look", "tell"]
    assert (newest(memory).told, newest(memory).told_at, newest(memory).update_due) == (
        told.said, memory.clock.now(), due,
    )  # fmt: skip


def test_a_word_to_support_is_none_to_customers(memory: Memory) -> None:
    suspect(memory)
    assert isinstance(send(memory, audience="team"), Changes)
    assert keys(memory, done=True) == ["look"]
    assert (newest(memory).told_at, newest(memory).messages) == (None, 1)


def test_a_channel_takes_the_words_as_they_are(memory: Memory) -> None:
    suspect(memory)
    sent = send(memory, "It costs $$5.", channel="mail", how="")
    assert isinstance(sent, Changes)
    assert sent.letters == (("mail", "It costs $5."),)
    assert sent.said == "told customers, over mail"


def test_in_a_drill_nothing_goes_out(memory: Memory) -> None:
    suspect(memory)
    memory.state.apply(Changes("", put=(newest(memory).model_copy(update={"drill": True}),)))
    assert isinstance(send(memory, channel="mail"), Refusal)
    assert isinstance(send(memory), Changes)


def test_the_update_clock_begins_at_fifteen_minutes_or_with_the_first_word(memory: Memory) -> None:
    suspect(memory)
    assert message.update_due(newest(memory)) == newest(memory).detected_at.after(900)
    memory.clock.advance(60)
    due = memory.clock.now().after(1800)
    send(memory, next_update=due)
    assert message.update_due(newest(memory)) == due
    send(memory, "It is fixed.")
    assert message.update_due(newest(memory)) is None


def test_a_small_incident_has_no_update_clock_until_somebody_is_told(memory: Memory) -> None:
    memory.do(DeclareIncident(title="A typo", severity=Severity.LOW))
    assert message.update_due(newest(memory)) is None
    due = memory.clock.now().after(600)
    send(memory, next_update=due)
    assert message.update_due(newest(memory)) == due
    memory.do(ResolveIncident(incident=newest(memory).id))
    assert message.update_due(newest(memory)) is None


def test_the_all_clear_goes_out_after_the_end_too(memory: Memory) -> None:
    suspect(memory)
    step(memory, "tell", "by mail")
    memory.do(ResolveIncident(incident=newest(memory).id, outcome="false_alarm", reason="our firewall"))
    assert isinstance(send(memory, "All is well."), Changes)
    assert newest(memory).state == "resolved"


def test_what_was_promised_is_a_full_five_minutes(memory: Memory) -> None:
    memory.clock.advance(61)
    now = memory.clock.now()
    due = message.promised(now)
    assert f"{due.utc:%H:%M:%S}" == "08:35:00"
    assert (due.boot_us - now.boot_us) / 1e6 == (due.utc - now.utc).total_seconds()


@pytest.mark.parametrize(
    ("zone", "later_s", "said"),
    [("UTC", 0, "08:00 (UTC)"), ("Asia/Kuala_Lumpur", 0, "16:00 (UTC+08)"), ("Asia/Kolkata", 0, "13:30 (UTC+05:30)"),
     ("UTC", 86_400, "Tue 3 Nov, 08:00 (UTC)")],
)  # fmt: skip
def test_a_time_is_said_with_its_zone(memory: Memory, zone: str, later_s: float, said: str) -> None:
    now: Instant = memory.clock.now()
    assert message.moment(now.after(later_s), zone, now) == said


def test_the_affected_are_counted_from_the_orders_since_the_onset() -> None:
    orders = [order(ok=True, who="ben"), order(ok=False, who="anna"), order(ok=False, who="anna"), order(ok=False)]
    found = message.affected(orders, known=True)
    assert found == Affected(4, 3, True, ("anna",), 1)
    assert found.said == "3 of 4 orders failed"
    shown = list(message.listed(found, names=False))
    assert shown == ["impact: 3 of 4 orders failed", "whose order failed: 1 customer, 1 without a name"]
    assert "  anna" in message.listed(found, names=True)
    assert message.affected([], known=False).said == "not known yet"
    assert message.affected([], known=True).said == "no order since it began"


def test_a_line_of_several_orders_counts_as_so_many() -> None:
    found = message.affected([order(ok=True, count=20), order(ok=False, count=5)], known=True)
    assert found == Affected(25, 5, True, (), 5)


def test_the_facts_fill_every_variable(memory: Memory) -> None:
    from tests.rules.ground import LAUNCH

    suspect(memory)
    now = memory.clock.now()
    at = Situation(LAUNCH, newest(memory), Affected(), now, now.after(600), "https://shop.example", "help@shop.example")
    found = message.values(at)
    assert set(found) == set(message.VARIABLES)
    assert all(found.values())
    assert found["impact"] == "not known yet"
