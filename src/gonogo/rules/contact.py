"""Who can be called when something breaks, and when they were last reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from gonogo.rules import text, words
from gonogo.rules.config import ContactConfig
from gonogo.rules.record import Act, Changes, Decision, Fact, Intent, Refusal, State, Words


class ReachContact(Intent):
    """A person says that a contact was reached just now, where the list says."""

    name: Words


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call: where, and since when that is known to be right."""

    name: str
    role: str = ""
    phone: str = ""
    mail: str = ""
    public: bool = False
    """Whether customers are given it."""
    verified: datetime | None = None

    @property
    def place(self) -> str:
        """Where they are reached."""
        return ", ".join(one for one in (self.phone, self.mail) if one)


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Note that a contact was reached; it is evidence, and changes nothing."""
    assert isinstance(intent, ReachContact)
    name = text.tidy(intent.name)
    if not name:
        return Refusal("Say who was reached.")
    said = f"reached the contact {name}"
    fact = Fact(id=act.fresh(), kind="contact", at=act.at, actor=act.actor, data={"name": name, "text": said})
    return Changes(said, facts=(fact,), undoable=False)


def latest(facts: Iterable[Fact]) -> dict[str, datetime]:
    """Return when each contact was reached last, by name."""
    found: dict[str, datetime] = {}
    for fact in facts:
        name = str(fact.data.get("name", ""))
        found[name] = max(fact.at.utc, found.get(name, fact.at.utc))
    return found


def known(listed: Iterable[ContactConfig], facts: Iterable[Fact]) -> tuple[Contact, ...]:
    """Join the list of the config with when each of it was reached: by its own date, or a later act."""
    reached = latest(facts)
    made = []
    for one in listed:
        dates = [datetime.combine(one.verified, time(), UTC)] if one.verified else []
        dates += [reached[one.name]] if one.name in reached else []
        made.append(Contact(one.name, one.role, one.phone, one.mail, one.public, max(dates, default=None)))
    return tuple(made)


def aged(one: Contact, now: datetime) -> str:
    """Say since when a contact is known to be right."""
    if one.verified is None:
        return "never verified"
    return f"verified {words.ago(max(now - one.verified, timedelta(0)))} ago"
