"""What people are told: what fails, since when, what is next; in the launch's time, and late where it is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.conftest import Memory
from tests.rules.trouble import newest, suspect

from gonogo.rules import alarm
from gonogo.rules.alarm import Matter
from gonogo.rules.deadline import Deadline, Ring
from gonogo.rules.incident import steps_of
from gonogo.rules.letter import Kind
from gonogo.rules.message import Affected
from gonogo.rules.plan import Launch, Severity
from gonogo.rules.record import Changes


def matter(memory: Memory, **more: object) -> Matter:
    """Return the newest incident as it is told now."""
    launch = memory.state.all(Launch)[0].model_copy(update=more)
    steps = steps_of(memory.state, newest(memory))
    return Matter(launch, newest(memory), steps, memory.clock.now(), "ssh ops@host -t gonogo")


def rung(memory: Memory, kind: Kind, key: str = "", late_s: float = 0, level: int = 0) -> Ring:
    """Let a deadline of the newest incident come."""
    step = next((one for one in steps_of(memory.state, newest(memory)) if one.key == key), None)
    return Ring(Deadline("e", kind, 120, step, level), late_s)


def test_an_opening_says_what_why_since_when_what_next_and_how_to_come(memory: Memory) -> None:
    suspect(memory)
    title, text = alarm.event(matter(memory), "opened", "")
    assert title == "Tiny: checkout down"
    assert text.splitlines() == [
        "Tiny: checkout down. Incident 1, critical, suspected.",
        "Since 07:59:40 UTC. Impact unknown. Last change: v2.",
        "Next: Decide, due 08:02:00.",
        "Open the room: ssh ops@host -t gonogo",
    ]


def test_whom_it_hits_is_said_by_the_orders(memory: Memory) -> None:
    suspect(memory)
    found = replace(matter(memory), affected=Affected(5, 3, known=True))
    assert found.facts[1] == "Since 07:59:40 UTC. 3 of 5 orders failed. Last change: v2."
    calm = replace(found, affected=Affected(known=True))
    assert calm.facts[1] == "Since 07:59:40 UTC. No order since it began. Last change: v2."


def test_what_joins_is_marked_as_joined(memory: Memory) -> None:
    suspect(memory)
    joined = suspect(memory, "orders")
    assert isinstance(joined, Changes)
    assert joined.alarms == "joined"
    title, text = alarm.event(matter(memory), "joined", joined.said)
    assert title == "Joined: orders joined incident 1: status 502. Tiny: checkout down"
    assert text.splitlines()[:2] == [
        "Joined: orders joined incident 1: status 502.",
        "Tiny: checkout down. Incident 1, critical, suspected.",
    ]


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [("soon", "decide", "Due in 30 s, at 08:02:00: Decide."), ("due", "decide", "Due now: Decide."),
     ("overdue", "decide", "Overdue since 08:02:00: Decide."), ("ungraded", "", "Nobody has set a severity; it is"),
     ("unseated", "", "Nobody holds the seat Tech."), ("awake", "", "The snooze is over.")],
)  # fmt: skip
def test_each_deadline_is_a_sentence(memory: Memory, kind: Kind, key: str, words: str) -> None:
    suspect(memory)
    title, text = alarm.ring(matter(memory), rung(memory, kind, key), ["Tech"])
    assert text.startswith(words)
    assert "Incident 1, critical, suspected, T+0:00." in text
    assert title.endswith("Tiny: checkout down")


def test_who_is_called_on_hears_for_how_long_nobody_has_answered(memory: Memory) -> None:
    suspect(memory)
    _, text = alarm.ring(matter(memory), rung(memory, "unheard", level=2))
    assert text.startswith("Nobody has acknowledged in 6 min: you are called now.")


def test_what_was_missed_says_how_late_it_comes(memory: Memory) -> None:
    suspect(memory)
    missed = rung(memory, "due", "decide", late_s=840)
    assert "This comes 14 min late." in alarm.ring(matter(memory), missed)[1]
    assert alarm.noted(missed) == "due now: Decide, 14 min late"
    assert alarm.passed(missed.deadline) == "passed untold: due now: Decide"


def test_a_change_to_winter_time_is_only_a_matter_of_how_an_instant_is_shown(memory: Memory) -> None:
    """It is 01:59:00 in Lisbon; two minutes later it is 01:01:00."""
    memory.clock.utc = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)
    suspect(memory, onset_ago=0)
    lines = alarm.event(matter(memory, timezone="Europe/Lisbon"), "opened", "")[1].splitlines()
    assert lines[1].startswith("Since 01:59:00 WEST.")
    assert lines[2] == "Next: Decide, due 01:01:00."


def test_what_is_less_grave_wakes_nobody() -> None:
    assert [alarm.urgency("opened", one) for one in Severity] == [5, 4, 3, 3]
    assert [alarm.urgency(kind, Severity.CRITICAL) for kind in ("due", "soon", "resolved")] == [5, 4, 3]


def test_a_drill_says_so(memory: Memory) -> None:
    suspect(memory)
    found = matter(memory)
    drill = Matter(found.launch, found.incident.model_copy(update={"drill": True}), found.steps, found.now)
    assert alarm.event(drill, "opened", "")[0].startswith("DRILL: ")
