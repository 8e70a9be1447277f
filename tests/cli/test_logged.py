"""`gonogo log list` and what is said of what was logged; `gonogo people`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.ground import data, gonogo, ok, refused
from tests.conftest import FakeClock


@pytest.fixture
def told(tiny_launch: Path, clock: FakeClock) -> FakeClock:
    """A launch in which a few things were logged."""
    for line in (
        "order 42 anna", "order 7 bert", "feedback 1 bert late", "bug high invoice blank", "bug low typo",
        "question where is my invoice #invoice", "note - slow", "visit shop",
    ):  # fmt: skip
        ok(gonogo("log", *line.split(), at=clock))
    return clock


def test_a_list_shows_each_with_its_name(told: FakeClock) -> None:
    assert ok(gonogo("log", "list", "order", at=told)).splitlines() == [
        "order:2       2026-11-02 09:00  7.00 bert", "order:1       2026-11-02 09:00  42.00 anna",
    ]  # fmt: skip
    everything = ok(gonogo("log", "list", at=told))
    for name in ("order:1", "feedback:1", "bug:2", "question:1", "visit:1", "ann: - slow"):
        assert name in everything
    assert ok(gonogo("log", "list", "order", "--limit", "1", at=told)).count("\n") == 1


def test_a_program_gets_all_of_it_unless_it_says_how_many(told: FakeClock) -> None:
    lines = "".join(f'{{"kind": "order", "value": {number}}}\n' for number in range(60))
    ok(gonogo("log", "-", typed=lines, at=told))
    assert len(data(gonogo("log", "list", "order", "--json", at=told))) == 62
    assert len(data(gonogo("log", "list", "order", "--json", "--limit", "55", at=told))) == 55
    assert ok(gonogo("log", "list", "order", at=told)).count("\n") == 50


def test_what_is_void_counts_no_more_and_stands_there_with_its_reason(told: FakeClock) -> None:
    ok(gonogo("log", "void", "order:1", "counted", "twice", at=told))
    assert "void: counted twice" in ok(gonogo("log", "list", "order", at=told))
    assert data(gonogo("log", "list", "order", "--json", at=told))[1]["void"] == "counted twice"
    assert data(gonogo("status", "--json", at=told))["phase"]["gate"]["criteria"][0]["value"] == 1
    ok(gonogo("log", "restore", "order 1", at=told))
    assert data(gonogo("status", "--json", at=told))["phase"]["gate"]["criteria"][0]["value"] == 2


def test_corrections_and_links_by_command(told: FakeClock) -> None:
    ok(gonogo("log", "correct", "order:1", "--value", "43.50", "--failed", "--at", "8:30", at=told))
    ok(gonogo("log", "link", "order:2", "bug:1", at=told))
    second, first = data(gonogo("log", "list", "order", "--json", at=told))
    assert (first["value"], first["ok"], first["at"]) == (43.5, False, "2026-11-02T08:30:00.000Z")
    assert second["links"] == ["bug:1"]
    ok(gonogo("log", "link", "order:2", "--none", at=told))
    assert data(gonogo("log", "list", "order", "--json", at=told))[0]["links"] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("void order:9 x", "There is no “order:9” in the log"),
        ("void nonsense x", "There is no “nonsense” in the log"),
        ("link order:1 incident:4", "There is no “incident:4”; name a bug or an incident"),
        ("link order:1 question:1", "Link it to a bug or an incident"),
        ("correct feedback:1 --rating 7", "--rating 7: it is a whole number from 1 to 5."),
        ("correct order:1 --at 25:00", "is no time"),
        ("correct order:1 --rating 3", "order 1 has no rating"),
        ("state order:1", "There is no such bug"),
        ("faq --remove 3", "The FAQ has 0 entries; there is no 3."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(told: FakeClock, words: str, why: str) -> None:
    refused(gonogo("log", *words.split(), at=told), 2, why)


def test_the_status_counts_what_waits_for_somebody(told: FakeClock) -> None:
    found = data(gonogo("status", "--json", at=told))["log"]
    assert found == {
        "orders": {"successful": 2, "failed": 0, "customers": 2}, "feedback": {"count": 1, "one_star_unanswered": 1},
        "bugs": {"open": 2, "worst": "high"}, "questions": {"count": 1, "unanswered": 1, "common": []},
        "people": {"count": 0, "invited": 0, "ordered": 0, "lacks": None}, "newest_at": "2026-11-02T09:00:00.000Z",
    }  # fmt: skip
    for _ in range(2):
        ok(gonogo("log", "question", "what of my #invoice", at=told))
    assert data(gonogo("status", "--json", at=told))["log"]["questions"]["common"] == [{"tag": "invoice", "count": 3}]


def test_an_empty_reason_is_refused(told: FakeClock) -> None:
    refused(gonogo("log", "void", "order:1", " ", at=told), 2, "A reason is wanted")


def test_a_bug_by_command(told: FakeClock) -> None:
    said = [ok(gonogo("log", *words.split(), at=told)) for words in (
        "owner bug:1 bob", "state bug:1", "state bug:1 fixed", "told bug:1", "state bug:1",
    )]  # fmt: skip
    assert said == [
        "bug 1 is bob's now\n", "bug 1 is fixing: invoice blank\n", "bug 1 is fixed: invoice blank\n",
        "told the reporter that bug 1 is fixed\n", "bug 1 is verified: invoice blank\n",
    ]  # fmt: skip
    bug = data(gonogo("log", "list", "bug", "--json", at=told))[1]
    assert (bug["state"], bug["owner"], bug["told"], bug["due"]) == ("verified", "bob", True, None)
    told.advance(days=2)
    ok(gonogo("undo", at=told))
    assert data(gonogo("log", "list", "bug", "--json", at=told))[1]["state"] == "fixed"


def test_a_bug_past_its_limit_is_late(told: FakeClock) -> None:
    assert "late" not in ok(gonogo("log", "list", "bug", at=told))
    told.advance(days=2)
    lines = ok(gonogo("log", "list", "bug", at=told)).splitlines()
    assert ["late" in line for line in lines] == [False, True]


def test_answers_and_the_faq_by_command(told: FakeClock) -> None:
    ok(gonogo("log", "reply", "feedback:1", "sorry", at=told))
    ok(gonogo("log", "promote", "question:1", "It is in the mail.", at=told))
    assert ok(gonogo("log", "faq", at=told)) == (
        "# Questions and answers\n\n## where is my invoice\n\nIt is in the mail.\n"
    )
    ok(gonogo("log", "faq", "--edit", "1", "--answer", "In the mail that confirms it.", at=told))
    assert data(gonogo("log", "faq", "--json", at=told)) == [
        {"question": "where is my invoice", "answer": "In the mail that confirms it."}
    ]
    ok(gonogo("log", "faq", "--remove", "1", at=told))
    assert ok(gonogo("log", "faq", at=told)) == "# Questions and answers\n"
    assert "answered by ann" in ok(gonogo("log", "list", "question", at=told))


def test_the_roster_by_command(told: FakeClock) -> None:
    ok(gonogo("people", "add", "Anna", "--relation", "friend", at=told))
    ok(gonogo("people", "add", "Tess", "--tester", at=told))
    for words in ("step anna", "step anna", "edit anna --consent --contact a@b", "tested tess cart and checkout"):
        ok(gonogo("people", *words.split(), at=told))
    result = gonogo("people", "list", at=told)
    anna, tess = ok(result).splitlines()
    assert anna == "beta   Anna                briefed, consent, ordered, friend, a@b"
    assert tess == "tester Tess                not invited, no consent, tested cart and checkout"
    assert result.stderr == "gonogo: 1 of 8 invited; 1 of 2 testers have tested.\n"
    assert data(gonogo("people", "list", "--json", at=told))[0]["ordered_at"] == "2026-11-02T09:00:00.000Z"
    ok(gonogo("people", "remove", "tess", at=told))
    refused(gonogo("people", "step", "tess", at=told), 2, "“tess” is none of the roster (Anna).")
