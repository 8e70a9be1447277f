"""Bugs, answers, the FAQ and the roster: what is decided of them, and what the gate reads of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.conftest import Memory
from tests.rules.ground import NOW, at, book, criterion, evidence, fact, listed
from tests.rules.test_amend import BUG, ORDER, VOICE
from tests.rules.test_logbook import START, row

from gonogo.rules.bug import LIMITS, AssignBug, Bug, MoveBug, TellReporter, due
from gonogo.rules.criterion import judge
from gonogo.rules.lists import make
from gonogo.rules.plan import Severity
from gonogo.rules.reading import read
from gonogo.rules.record import Changes, Fact, Intent, Record, Records, Refusal
from gonogo.rules.reply import EditFaq, Faq, PromoteQuestion, RemoveFaq, Reply, ReplyTo, common, markdown
from gonogo.rules.roster import AddMember, EditMember, Member, RemoveMember, StepMember, TestedBy, warning

ASKED = row(2, "question", label=1, text="where is my invoice #invoice").model_copy(update={"id": "q"})


@pytest.fixture
def log(memory: Memory) -> Memory:
    """A launch with an order, a bug, feedback of one star and a question."""
    assert isinstance(memory.state, Records)
    memory.state.apply(Changes("", put=(ORDER, BUG, VOICE, ASKED)))
    return memory


def done(log: Memory, intent: Intent) -> str:
    """Carry out an intent; what was said."""
    found = log.do(intent)
    assert isinstance(found, Changes), found
    return found.said


def refusal(log: Memory, intent: Intent) -> str:
    """Return why something was refused."""
    found = log.do(intent)
    assert isinstance(found, Refusal), found
    return found.sentence


def test_a_bug_goes_from_open_to_verified_and_can_come_back(log: Memory) -> None:
    assert [done(log, MoveBug(bug="b")) for _ in range(3)] == [
        f"bug 3 is {state}: invoice blank" for state in ("fixing", "fixed", "verified")
    ]
    assert "is verified; to open it again" in refusal(log, MoveBug(bug="b"))
    done(log, TellReporter(bug="b"))
    assert done(log, MoveBug(bug="b", to="open")) == "bug 3 is open again: invoice blank"
    assert refusal(log, TellReporter(bug="b")) == "bug 3 is open; the reporter is told when it is fixed."
    assert refusal(log, MoveBug(bug="b", to="open")) == "bug 3 is open already."
    assert "no such bug" in refusal(log, MoveBug(bug="o"))


def test_a_bug_has_an_owner(log: Memory) -> None:
    assert done(log, AssignBug(bug="b", owner="bob")) == "bug 3 is bob's now"
    assert refusal(log, AssignBug(bug="b", owner="bob")) == "bug 3 is bob's already."
    assert done(log, AssignBug(bug="b", owner="")) == "bug 3 is nobody's now"


def test_the_limit_is_its_severitys_and_ends_with_the_fix() -> None:
    assert due(BUG, None) == BUG.at.utc + LIMITS[Severity.HIGH]
    assert due(BUG, Bug(id="b", state="fixed", at=at(START), by="ann")) is None
    assert due(BUG.model_copy(update={"severity": Severity.LOW}), None) is None


def test_a_bug_counts_until_its_fix_is_verified_whenever_it_came() -> None:
    """One of the phase before is no better for the phase having ended."""
    old = fact("bug", timedelta(days=13), severity="critical", title="x")
    held = {"started": NOW - timedelta(days=3)}

    def value(*records: Record) -> float | None:
        found = evidence((old,), lists=listed((old,), *records), **held)
        return read("bugs.critical", None, found, NOW).value

    assert value() == 1
    assert value(Bug(id=old.id, state="fixed", at=at(NOW), by="ann")) == 1
    assert value(Bug(id=old.id, state="verified", at=at(NOW), by="ann")) == 0
    assert judge(criterion("bugs.critical == 0"), evidence((old,), **held), NOW).outcome == "missed"


def test_only_unanswered_single_stars_count() -> None:
    stars: tuple[Fact, ...] = (fact("feedback", timedelta(hours=1), rating=1), fact("feedback", rating=5, who="x"))
    assert read("feedback.one_star", None, evidence(stars), NOW).value == 1
    answered = listed(stars, Reply(id=stars[0].id, at=at(NOW), by="ann"))
    assert read("feedback.one_star", None, evidence(stars, lists=answered), NOW).value == 0


def test_an_answer_keeps_its_first_instant(log: Memory) -> None:
    assert done(log, ReplyTo(logged="q", text="in your mail")) == "answered question 1: in your mail"
    first = log.state.get(Reply, "q")
    log.clock.advance(hours=2)
    done(log, ReplyTo(logged="q", text="look into your mail"))
    again = log.state.get(Reply, "q")
    assert first is not None
    assert again == first.model_copy(update={"text": "look into your mail"})
    assert "answered already" in refusal(log, ReplyTo(logged="q", text="look into your mail"))
    assert "no such question" in refusal(log, ReplyTo(logged="b"))


def test_a_question_goes_into_the_faq_once_and_is_answered_by_that(log: Memory) -> None:
    done(log, PromoteQuestion(logged="q", answer="It is in the mail."))
    (entry,) = log.state.all(Faq)
    assert (entry.question, entry.answer) == ("where is my invoice", "It is in the mail.")
    assert log.state.get(Reply, "q") is not None
    assert "in the FAQ already" in refusal(log, PromoteQuestion(logged="q", answer="x"))
    assert "no question" in refusal(log, PromoteQuestion(logged="f", answer="x"))
    done(log, EditFaq(faq=entry.id, answer="<b>In the mail</b>"))
    assert "needs a question and an answer" in refusal(log, EditFaq(faq=entry.id, answer=" "))
    page = markdown(log.state.all(Faq), "FAQ")
    assert page == "# FAQ\n\n## where is my invoice\n\n&lt;b>In the mail&lt;/b>\n"
    done(log, RemoveFaq(faq=entry.id))
    assert log.state.all(Faq) == []


def test_three_questions_about_one_thing_are_a_common_problem() -> None:
    rows = [row(n, "question", text=f"{n} #Invoice") for n in range(3)] + [row(4, "question", text="once #cart")]
    assert common(rows) == [("invoice", 3)]
    assert common([*rows[1:], rows[0].model_copy(update={"voided": "x"})]) == []


def test_somebody_is_invited_then_briefed_and_what_they_do_follows_from_the_log(log: Memory) -> None:
    done(log, AddMember(name="Anna", relation="friend"))
    (anna,) = log.state.all(Member)
    assert refusal(log, AddMember(name="anna")) == "anna is on the roster already."
    assert "not invited yet" in refusal(log, StepMember(member=anna.id, to="briefed"))
    assert [done(log, StepMember(member=anna.id)) for _ in range(2)] == ["invited Anna", "briefed Anna"]
    assert "briefed already" in refusal(log, StepMember(member=anna.id))
    assert done(log, EditMember(member=anna.id, consent=True, contact="a@b")) == "changed consent, contact of Anna"
    facts = (fact("order", ok=True, customer="anna"), fact("feedback", rating=4, who="ANNA"))
    (found,) = make([], log.state, book(*facts)).people
    assert (found.ordered, found.rating) == (NOW - timedelta(hours=1), 4)
    done(log, RemoveMember(member=anna.id))
    assert log.state.all(Member) == []


def test_the_roster_says_what_it_lacks(log: Memory) -> None:
    for number in range(8):
        done(log, AddMember(name=f"user {number}"))
    people = log.state.all(Member)
    for one in people[:7]:
        done(log, StepMember(member=one.id))
    assert warning(log.state.all(Member)) == "7 of 8 invited"
    done(log, StepMember(member=people[7].id))
    assert warning(log.state.all(Member)) == ""
    for name in ("tess", "tom"):
        done(log, AddMember(name=name, role="tester"))
    testers = [one for one in log.state.all(Member) if one.role == "tester"]
    done(log, TestedBy(member=testers[0].id, what="cart"))
    assert "has tested cart already" in refusal(log, TestedBy(member=testers[0].id, what="cart"))
    assert warning(log.state.all(Member)) == "1 of 2 testers have tested"
