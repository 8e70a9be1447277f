"""Channels: what the file may say of them, whom each reaches, and in which order people are called."""

from __future__ import annotations

from typing import Any

import pytest

from gonogo.formats.config import parse_config
from gonogo.formats.errors import FileError
from gonogo.rules.channel import ChannelConfig, chain, reached
from gonogo.rules.plan import Severity

HEAD = '[launch]\nid = "tiny"\nname = "Tiny"\n[[person]]\nname = "ann"\n[[person]]\nname = "ben"\n'


def channel(name: str, **more: Any) -> ChannelConfig:
    """Make a channel that runs a command."""
    return ChannelConfig.model_validate({"name": name, "command": ["true"], **more})


@pytest.mark.parametrize(
    ("row", "words"),
    [('name = "a"', "has one of `webhook`, `slack`, `ntfy`, `command` and `apprise`"),
     ('name = "a"\nslack = "x"\nntfy = "y"', "has one of"),
     ('name = "a"\nslack = "x"\ntoken = "y"', "a `token` belongs to `ntfy`"),
     ('name = "a"\ncommand = "mail me"', 'write ["mail", "me"]'),
     ('name = "a"\nslack = "x"\npeople = ["anne"]', "reaches “anne”, and there is no such person; did you mean “ann”?"),
     ('name = "a"\nslack = "x"\nwhen = ["awful"]', "critical"),
     ('name = "a"\nslack = "x"\n[[channel]]\nname = "a"\nslack = "y"', "two channels are named “a”")],
)  # fmt: skip
def test_what_cannot_be_a_channel_is_refused_in_a_sentence(row: str, words: str) -> None:
    with pytest.raises(FileError, match="channel") as caught:
        parse_config(f"{HEAD}[[channel]]\n{row}\n", "a config")
    assert words in str(caught.value)


def test_contacts_are_the_named_people_in_the_order_of_the_config() -> None:
    ways = [channel("b", people=["cyd", "ann"]), channel("team")]
    assert chain(["ann", "ben", "cyd"], ways) == ("ann", "cyd")
    assert chain(["ann"], [channel("team")]) == ()


def test_a_channel_reaches_its_people_and_one_without_is_told_of_everything() -> None:
    team, ann, loud = (
        channel("team"),
        channel("ann", people=["ann"]),
        channel("loud", people=["ben"], when=["critical"]),
    )

    def names(severity: Severity, *who: str, drill: bool = False) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.name, people) for one, people in reached([team, ann, loud], severity, who, drill=drill)]

    assert names(Severity.CRITICAL, "ann") == [("team", ()), ("ann", ("ann",))]
    assert names(Severity.CRITICAL, "ben") == [("team", ()), ("loud", ("ben",))]
    assert names(Severity.HIGH, "ben") == [("team", ())]
    assert names(Severity.CRITICAL, "ann", drill=True) == []


def test_a_drill_leaves_the_building_only_where_the_channel_says_so() -> None:
    ways = [channel("team"), channel("pager", drills=True)]
    assert [one.name for one, _ in reached(ways, Severity.CRITICAL, (), drill=True)] == ["pager"]


def test_no_alarm_goes_over_a_channel_for_messages_only() -> None:
    ways = [channel("mail", alarms=False, people=["ann"]), channel("team")]
    assert [one.name for one, _ in reached(ways, Severity.CRITICAL, ["ann"], drill=False)] == ["team"]
    assert chain(["ann"], ways) == ()
