"""What people log as evidence: orders, feedback, bugs, questions, notes, deploys."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from gonogo.rules import text
from gonogo.rules import words as say
from gonogo.rules.amend import MOST
from gonogo.rules.clock import Instant
from gonogo.rules.plan import Launch, Severity
from gonogo.rules.record import Act, Changes, Decision, Fact, Intent, Prose, Refusal, State, Words


class _Logged(Intent):
    at: Instant | None = None
    """When it happened; without it, now."""
    source: str = "hand"
    key: str | None = None


class LogOrder(_Logged):
    """An order that came in, or failed."""

    value: Decimal | None = Field(None, ge=0, lt=10_000_000)
    customer: Words = ""
    ok: bool = True
    count: int = Field(1, ge=1, le=MOST)
    """How many: a day's orders are one line."""


class LogFeedback(_Logged):
    """A rating from 1 to 5 and what was said."""

    rating: int = Field(ge=1, le=5)
    who: Words = ""
    text: Prose = ""


class LogBug(_Logged):
    """A bug with its severity."""

    severity: Severity
    title: Words
    who: Words = ""
    about: tuple[str, ...] = ()
    """What it was found at, as people call it: an order (`order:12`), feedback, a question, an incident."""


class LogNote(_Logged):
    """A line for the journal."""

    text: Prose


class LogQuestion(_Logged):
    """A customer's question; a word with # in front says what it is about."""

    text: Prose
    who: Words = ""


class LogVisit(_Logged):
    """A look at the site, by somebody who would have seen what is wrong."""

    text: Prose = ""


class LogDeploy(_Logged):
    """A build that went out."""

    build: Words
    environment: Words = "production"


class LogHeartbeat(_Logged):
    """A sign of life, for the heartbeat probe of that name."""

    name: str


INTENTS = (LogOrder, LogFeedback, LogBug, LogNote, LogQuestion, LogVisit, LogDeploy, LogHeartbeat)
QUIET = ("heartbeat", "message", "pin")
"""Kinds that no list of what happened shows: they come too often, or the journal says it already."""


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Turn a logged thing into a fact; nothing else changes, so nothing is journalled."""
    assert isinstance(intent, _Logged)
    if intent.at and intent.at.utc > act.at.utc:
        return Refusal("That time has not come yet; give one that has passed.", True)
    kind = type(intent).__name__.removeprefix("Log").lower()
    data = intent.model_dump(mode="json", exclude={"at", "source", "key", "about"}, exclude_defaults=False)
    data = {name: text.tidy(value) if isinstance(value, str) else value for name, value in data.items()}
    required = {"bug": "title", "note": "text", "question": "text", "deploy": "build", "heartbeat": "name"}.get(kind)
    if required and not data[required]:
        return Refusal(f"A {kind} needs a {required}.", True)
    fact = Fact(id=act.fresh(), kind=kind, at=intent.at or act.at, actor=act.actor, source=intent.source,
                key=intent.key, data=data)  # fmt: skip
    links = _links(intent, fact, act) if isinstance(intent, LogBug) else ()
    if isinstance(links, Refusal):
        return links
    beside = f", linked to {say.some(intent.about)}" if isinstance(intent, LogBug) and intent.about else ""
    said = words(fact) + beside + _when(state, intent, act)
    return Changes(said, facts=(fact, *links), undoable=False)


def _links(intent: LogBug, fact: Fact, act: Act) -> tuple[Fact, ...] | Refusal:
    """Link what the bug was found at to it, and the bug to an incident; the store knows the bug's number."""
    made = []
    for place, name in enumerate(dict.fromkeys(intent.about)):
        found = act.named(name)
        if found is None or name.startswith("bug"):
            return Refusal(f"There is no “{text.line(name, 40)}” to link it to; write one such as #order12.", True)
        of, to = (fact.id, name) if name.startswith("incident") else (found, fact.id)
        said = f"{name} is linked to a bug: {fact.data['title']}"
        key = f"{fact.key}/{place}" if fact.key else None
        made.append(Fact(id=act.fresh(), kind="link", at=act.at, actor=act.actor, key=key,
                         data={"of": of, "to": to, "text": said}))  # fmt: skip
    return tuple(made)


def _when(state: State, intent: _Logged, act: Act) -> str:
    """Say the day and time of what was backdated: an `@23:59` typed in the morning is yesterday's."""
    if intent.at is None or intent.at.utc == act.at.utc:
        return ""
    launch = next(iter(state.all(Launch)), None)
    return f", at {say.moment(intent.at.utc, act.at.utc, launch.timezone if launch else 'UTC')}"


def words(fact: Fact) -> str:
    """Say a fact in one line for the journal pane."""
    data = fact.data
    match fact.kind:
        case "order":
            value = f" {Decimal(str(data['value'])):.2f}" if data.get("value") is not None else ""
            who = f", {data['customer']}" if data.get("customer") else ""
            many = int(str(data.get("count") or 1))
            name = "order" if many == 1 else f"{many} orders"
            return f"{name}{'' if data.get('ok', True) else ' failed'}{value}{who}"
        case "feedback":
            said = f", “{data['text']}”" if data.get("text") else ""
            return f"feedback {data['rating']}{said}"
        case "bug":
            return f"bug, {data['severity']}: {data['title']}"
        case "deploy":
            return f"deployed {data['build']} to {data.get('environment', 'production')}"
        case "build":
            return f"build {data['build']} answers in {data.get('environment', 'production')}"
        case "heartbeat":
            return f"{data['name']} is alive"
        case "visit":
            return f"looked at the site{': ' if data.get('text') else ''}{data.get('text') or ''}"
        case "question":
            return f"question: {data['text']}"
        case _:
            return fact.text


def lesson(fact: Fact) -> str:
    """Return what a note of the journal tells of: `+` what worked, `-` what did not; nothing for any other."""
    return fact.text[:1] if fact.kind == "note" and fact.text[:1] in ("+", "-") else ""
