"""Answers to what customers ask and say, what they ask again and again, and the FAQ made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from gonogo.rules import text
from gonogo.rules.clock import Instant
from gonogo.rules.logged import Logged
from gonogo.rules.record import Act, Changes, Decision, Intent, MaybeProse, Prose, Record, Refusal, State, Words

WITHIN = timedelta(days=1)
"""How long whoever asks waits for the first answer."""
COMMON = 3
"""So many questions about one thing are a common problem."""


class Reply(Record):
    """The first answer to a question or to feedback, under the id of what was logged."""

    part: ClassVar[str] = "lists"

    at: Instant
    by: str
    text: str = ""


class Faq(Record):
    """A question that is often asked, with its answer; `asked` is the one that it was made of."""

    part: ClassVar[str] = "lists"

    asked: str | None = None
    question: str
    answer: str
    at: Instant
    by: str


class ReplyTo(Intent):
    """Say that a question or feedback was answered, and how."""

    logged: str
    text: MaybeProse = None


class PromoteQuestion(Intent):
    """Put a question into the FAQ with its answer; in words of its own when they are given."""

    logged: str
    answer: Prose
    question: Words = ""


class EditFaq(Intent):
    """Give an entry of the FAQ another answer, or another question."""

    faq: str
    answer: MaybeProse = None
    question: MaybeProse = None


class RemoveFaq(Intent):
    """Take an entry out of the FAQ."""

    faq: str


INTENTS = (ReplyTo, PromoteQuestion, EditFaq, RemoveFaq)


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about an answer or the FAQ."""
    match intent:
        case EditFaq() | RemoveFaq():
            return _faq(state, intent)
        case ReplyTo() | PromoteQuestion():
            row = state.get(Logged, intent.logged)
            if row is None or row.kind not in ("question", "feedback"):
                return Refusal("There is no such question or feedback; `gonogo log list question` shows them.", True)
            if row.voided:
                return Refusal(f"{row.said} is void ({row.voided}); restore it first.")
            return _reply(state, row, intent, act) if isinstance(intent, ReplyTo) else _promote(state, row, intent, act)
        case _:
            raise TypeError(f"no answer: {intent!r}")


def _reply(state: State, row: Logged, intent: ReplyTo, act: Act) -> Decision:
    before, words = state.get(Reply, row.id), text.tidy(intent.text or "")
    if before is not None and before.text == words:
        return Refusal(f"{row.said} was answered already, by {before.by}.")
    first = {"at": before.at, "by": before.by} if before else {"at": act.at, "by": act.actor}
    made = Reply(id=row.id, text=words, **first)
    return Changes(f"answered {row.said}" + (f": {words}" if words else ""), put=(made,))


def _promote(state: State, row: Logged, intent: PromoteQuestion, act: Act) -> Decision:
    answer, question = text.tidy(intent.answer), text.tidy(intent.question) or row.untagged
    if not answer:
        return Refusal("An entry of the FAQ needs an answer; write it in one line.", True)
    if row.kind != "question":
        return Refusal(f"{row.said} is no question; only a question goes into the FAQ.", True)
    if any(one.asked == row.id for one in state.all(Faq)):
        return Refusal(f"{row.said} is in the FAQ already; edit it there.")
    made = Faq(id=act.fresh(), asked=row.id, question=question, answer=answer, at=act.at, by=act.actor)
    said = () if state.get(Reply, row.id) else (Reply(id=row.id, at=act.at, by=act.actor, text=answer),)
    return Changes(f"put {row.said} into the FAQ: {question}", put=(made, *said))


def _faq(state: State, intent: EditFaq | RemoveFaq) -> Decision:
    entry = state.get(Faq, intent.faq)
    if entry is None:
        return Refusal("There is no such entry in the FAQ; `gonogo log faq` shows it.", True)
    if isinstance(intent, RemoveFaq):
        return Changes(f"took “{entry.question}” out of the FAQ", remove=(entry,))
    given = {"answer": intent.answer, "question": intent.question}
    change = {name: text.tidy(value) for name, value in given.items() if value is not None}
    if any(not value for value in change.values()):
        return Refusal("An entry of the FAQ needs a question and an answer; to drop it, remove it.", True)
    if all(getattr(entry, name) == value for name, value in change.items()):
        return Refusal("The FAQ says that already.")
    return Changes(f"reworded “{entry.question}” in the FAQ", put=(entry.model_copy(update=change),))


def common(rows: Iterable[Logged]) -> list[tuple[str, int]]:
    """Return what is asked about again and again, by its tag, the most asked first."""
    tags = Counter(row.tag for row in rows if row.kind == "question" and not row.voided and row.tag)
    return [(tag, many) for tag, many in tags.most_common() if many >= COMMON]


def markdown(entries: Iterable[Faq], title: str) -> str:
    """Return the FAQ as a Markdown page."""
    parts = [f"# {title}"]
    parts += [f"## {_escaped(one.question)}\n\n{_escaped(one.answer)}" for one in entries]
    return "\n\n".join(parts) + "\n"


def _escaped(words: str) -> str:
    """Keep what a person wrote from being read as Markdown's own signs at a line's start, or as HTML."""
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return "\\" + words if words[:1] in "#>*+-|`=" else words
