"""What asks for somebody by tomorrow, beside routines: bugs past their age, and who waits for an answer."""

from __future__ import annotations

from datetime import timedelta

from tests.rules.ground import NOW, at, fact, listed

from gonogo.rules import due
from gonogo.rules.board import Due
from gonogo.rules.bug import Bug
from gonogo.rules.record import Fact, Record
from gonogo.rules.reply import Reply

HOUR = timedelta(hours=1)


def found(*facts: Fact, records: tuple[Record, ...] = ()) -> list[tuple[str, bool, str]]:
    """Return what is due by tomorrow."""
    return [(one.text, one.late, one.tab) for one in due.of(None, (), (), listed(facts, *records), NOW)]


def test_a_bug_is_due_when_its_severity_allows_no_more_age() -> None:
    high = fact("bug", 30 * HOUR, severity="high", title="invoice blank")
    assert found(high) == [("fix bug 0 (high)", True, "bugs")]
    assert found(high, records=(Bug(id=high.id, state="fixed", at=at(NOW), by="bo"),)) == []
    assert found(fact("bug", 2 * HOUR, severity="critical", title="x")) == [("fix bug 0 (critical)", False, "bugs")]
    assert found(fact("bug", 2 * HOUR, severity="medium", title="x")) == []
    assert found(fact("bug", 9000 * HOUR, severity="low", title="x")) == []


def test_a_question_and_a_single_star_wait_a_day_for_their_answer() -> None:
    asked = fact("question", 30 * HOUR, text="where is my invoice?")
    star = fact("feedback", 2 * HOUR, rating=1, text="late")
    said = found(asked, star, fact("feedback", HOUR, rating=5))
    assert said == [("answer question 0", True, "questions"), ("answer feedback 0 (one star)", False, "feedback")]
    assert found(asked, records=(Reply(id=asked.id, at=at(NOW), by="bo"),)) == []


def test_many_are_one_line_and_what_people_wrote_stands_apart() -> None:
    many = [fact("question", number * HOUR, text=f"q{number}") for number in range(1, 6)]
    assert found(*many) == [("answer 5 questions", False, "questions")]
    bugs = [fact("bug", number * HOUR, severity="critical", title=f"b{number}") for number in range(2, 7)]
    assert found(*bugs) == [("fix 5 bugs", True, "bugs")]
    (one,) = due.of(None, (), (), listed([fact("question", HOUR, text="where?")]), NOW)
    assert one == Due(NOW + 23 * HOUR, "answer question 0", tab="questions", detail="where?")
