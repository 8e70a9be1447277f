"""The timeline: where a line comes from, what is pinned, what is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.conftest import Memory
from tests.rules.ground import NOW, at, fact
from tests.rules.trouble import newest, suspect

from gonogo.rules.board import LogLine
from gonogo.rules.record import Changes, Refusal
from gonogo.rules.timeline import PinLine, pinned, some, source_of


@pytest.mark.parametrize(
    ("actor", "kind", "source"),
    [("ann", "SendMessage", "messages"), ("watch", "SuspectIncident", "probes"), ("watch", "health", "probes"),
     ("watch", "alarm", "watch"), ("ann", "DoStep", "people"), ("ann", "note", "people")],
)  # fmt: skip
def test_where_a_line_comes_from(actor: str, kind: str, source: str) -> None:
    assert source_of(actor, kind) == source


def test_the_newest_word_on_a_line_holds() -> None:
    facts = [
        fact("pin", timedelta(minutes=3), line="a", on=True),
        fact("pin", timedelta(minutes=2), line="b", on=True),
        fact("pin", timedelta(minutes=1), line="a", on=False),
        fact("note", text="c"),
    ]
    assert pinned(facts) == {"b"}


def test_some_of_the_lines() -> None:
    one = LogLine(at(NOW), "ann", "x", id="1", source="people", pinned=True)
    two = LogLine(at(NOW), "watch", "y", id="2", source="probes")
    assert some((one, two), None) == [one, two]
    assert some((one, two), "probes") == [two]
    assert some((one, two), "pinned") == [one]


def test_pinning_is_evidence_of_an_incident(memory: Memory) -> None:
    assert isinstance(memory.do(PinLine(incident="nowhere", line="x")), Refusal)
    suspect(memory)
    said = memory.do(PinLine(incident=newest(memory).id, line="x"))
    assert isinstance(said, Changes)
    assert (said.said, said.silent) == ("pinned a line of incident 1", True)
