"""The people who try the product first: beta users, and testers with what they have tested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from gonogo.rules import text, words
from gonogo.rules.clock import Instant
from gonogo.rules.record import Act, Changes, Decision, Intent, Record, Refusal, State, Words

WANTED, TESTERS = 8, 2
"""How many are to be invited so that enough of them order, and how many are to test."""
Role = Literal["beta", "tester"]


class Member(Record):
    """One of them; whether they ordered and how they rated follows from what is logged under their name."""

    part: ClassVar[str] = "lists"

    role: Role = "beta"
    name: str
    relation: str = ""
    """How they know us: friend, early supporter."""
    contact: str = ""
    consent: bool = False
    """Whether they agreed to take part and to be asked."""
    invited_at: Instant | None = None
    briefed_at: Instant | None = None
    tested: tuple[str, ...] = ()
    note: str = ""


class AddMember(Intent):
    """Put somebody on the roster."""

    name: Words
    role: Role = "beta"
    relation: Words = ""
    contact: Words = ""


class EditMember(Intent):
    """Say what is otherwise of somebody; what is not given stays."""

    member: str
    name: Words | None = None
    relation: Words | None = None
    contact: Words | None = None
    consent: bool | None = None
    note: Words | None = None


class StepMember(Intent):
    """Say that somebody was invited, or briefed; without `to`, whichever comes next."""

    member: str
    to: Literal["invited", "briefed"] | None = None


class TestedBy(Intent):
    """Say what a tester has tested."""

    __test__ = False

    member: str
    what: Words


class RemoveMember(Intent):
    """Take somebody off the roster."""

    member: str


INTENTS = (AddMember, EditMember, StepMember, TestedBy, RemoveMember)


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide an intent about the roster."""
    if isinstance(intent, AddMember):
        return _add(state, intent, act)
    one = state.get(Member, getattr(intent, "member", ""))
    if one is None:
        return Refusal("Nobody of that name is on the roster; `gonogo people list` shows who is.", True)
    match intent:
        case EditMember():
            return _edit(state, one, intent)
        case StepMember():
            return _step(one, intent, act)
        case TestedBy():
            what = text.tidy(intent.what)
            if not what or what in one.tested:
                return Refusal(f"{one.name} has tested {what} already." if what else "Say what was tested.", not what)
            return Changes(f"{one.name} has tested {what}",
                           put=(one.model_copy(update={"tested": (*one.tested, what)}),))  # fmt: skip
        case _:
            return Changes(f"took {one.name} off the roster", remove=(one,))


def _add(state: State, intent: AddMember, act: Act) -> Decision:
    name = text.tidy(intent.name)
    if trouble := _trouble(state, name, None):
        return trouble
    made = Member(id=act.fresh(), role=intent.role, name=name, relation=text.tidy(intent.relation),
                  contact=text.tidy(intent.contact))  # fmt: skip
    return Changes(f"put {name} on the roster as {'tester' if made.role == 'tester' else 'beta user'}", put=(made,))


def _trouble(state: State, name: str, mine: str | None) -> Refusal | None:
    if not name:
        return Refusal("Somebody on the roster has a name; write it.", True)
    same = (one for one in state.all(Member) if one.name.casefold() == name.casefold() and one.id != mine)
    return Refusal(f"{name} is on the roster already.") if any(same) else None


def _edit(state: State, one: Member, intent: EditMember) -> Decision:
    given = intent.model_dump(exclude={"member"}, exclude_none=True)
    change = {name: text.tidy(value) if isinstance(value, str) else value for name, value in given.items()}
    change = {name: value for name, value in change.items() if getattr(one, name) != value}
    if "name" in change and (trouble := _trouble(state, str(change["name"]), one.id)):
        return trouble
    if not change:
        return Refusal(f"The roster says that of {one.name} already.")
    return Changes(f"changed {words.some(sorted(change))} of {one.name}", put=(one.model_copy(update=change),))


def _step(one: Member, intent: StepMember, act: Act) -> Decision:
    to = intent.to or ("invited" if one.invited_at is None else "briefed")
    if getattr(one, f"{to}_at") is not None:
        return Refusal(f"{one.name} was {to} already.")
    if to == "briefed" and one.invited_at is None:
        return Refusal(f"{one.name} is not invited yet; that comes before the briefing.")
    return Changes(f"{to} {one.name}", put=(one.model_copy(update={f"{to}_at": act.at}),))


def warning(members: Iterable[Member]) -> str:
    """Say what the roster lacks, or nothing: too few are invited for enough to order, or too few test."""
    found = list(members)
    invited = sum(1 for one in found if one.role == "beta" and one.invited_at)
    tested = sum(1 for one in found if one.tested)
    lacks = []
    if invited < WANTED:
        lacks.append(f"{invited} of {WANTED} invited")
    if any(one.role == "tester" for one in found) and tested < TESTERS:
        lacks.append(f"{tested} of {TESTERS} testers have tested")
    return "; ".join(lacks)
