"""The demo's people: who tries the shop first, what is said of them, and the answers that they were given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from gonogo.rules.logged import Logged
from gonogo.rules.record import Intent
from gonogo.rules.reply import PromoteQuestion, ReplyTo
from gonogo.rules.roster import AddMember, EditMember, Member, StepMember, TestedBy

BETA = (
    ("anna", "regular, Saturdays"), ("bea", "regular"), ("chloe", "orders for the school"), ("dan", "neighbour"),
    ("eva", "friend"), ("farid", "the cafe next door"), ("gita", "regular"), ("hugo", "friend"),
    ("ines", "early supporter"),
)  # fmt: skip
TESTERS = (("tess", "colleague", ("checkout on a phone", "invoices")), ("omar", "colleague", ("the price list",)))
QUESTIONS = ("do you deliver on Sunday? #delivery", "is there a delivery fee? #delivery", "can I change my order?")
_ANSWERS = {
    "Sunday": "Yes, until noon; order by Saturday 18:00.",
    "fee": "None from 20 EUR on; below that it is 2 EUR.",
}


def invited() -> Iterator[Intent]:
    """Put everybody on the roster."""
    for name, relation in BETA:
        yield AddMember(name=name, relation=relation, contact=f"{name}@riverside.example")
    for name, relation, _ in TESTERS:
        yield AddMember(name=name, role="tester", relation=relation, contact=f"{name}@riverside.example")


def briefed(found: Iterable[Member]) -> Iterator[Intent]:
    """Invite and brief them, and say what was tested; one was not briefed yet."""
    tested = {name: what for name, _, what in TESTERS}
    for one in found:
        yield EditMember(member=one.id, consent=True)
        yield StepMember(member=one.id, to="invited")
        if one.name != "ines":
            yield StepMember(member=one.id, to="briefed")
        for what in tested.get(one.name, ()):
            yield TestedBy(member=one.id, what=what)


def answered(asked: Iterable[Logged]) -> Iterator[tuple[timedelta, Intent]]:
    """Answer what was asked, each so long after it; the newest question still waits."""
    for one in asked:
        answer = next((words for part, words in _ANSWERS.items() if part in one.text), None)
        if answer is not None:
            yield timedelta(minutes=25), ReplyTo(logged=one.id, text=answer)
            yield timedelta(hours=2), PromoteQuestion(logged=one.id, answer=answer)
