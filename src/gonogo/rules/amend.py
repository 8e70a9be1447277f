"""What is said later of something logged: that it is void, or otherwise, or belongs to a bug or an incident.

The fact stays as it came. Each of these is a fact of its own, so nothing is edited and none is undone with u:
what was voided is restored, what was linked is unlinked.
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from gonogo.rules import text
from gonogo.rules.clock import Instant
from gonogo.rules.incident import Incident
from gonogo.rules.logged import Logged
from gonogo.rules.plan import Severity
from gonogo.rules.record import Act, Changes, Decision, Fact, Intent, MaybeProse, Prose, Refusal, State, Words

MOST = 1_000_000
"""No single line counts more."""


class VoidLogged(Intent):
    """Say that something logged does not count, and why."""

    logged: str
    reason: Prose


class RestoreLogged(Intent):
    """Say that something voided counts after all."""

    logged: str


class LinkLogged(Intent):
    """Say that something logged belongs to a bug or an incident, by its id; without one, to none."""

    logged: str
    to: str | None = None


class CorrectLogged(Intent):
    """Say what was otherwise; what is not given stays."""

    logged: str
    at: Instant | None = None
    value: Decimal | None = Field(None, ge=0, lt=10_000_000)
    ok: bool | None = None
    rating: int | None = Field(None, ge=1, le=5)
    severity: Severity | None = None
    count: int | None = Field(None, ge=1, le=MOST)
    who: Words | None = None
    text: MaybeProse = None


INTENTS = (VoidLogged, RestoreLogged, LinkLogged, CorrectLogged)
KINDS = ("void", "restore", "link", "correct")
_FIELDS: dict[str, tuple[str, ...]] = {
    "order": ("at", "value", "ok", "who", "count", "text"), "feedback": ("at", "rating", "who", "text"),
    "bug": ("at", "severity", "who", "text"), "question": ("at", "who", "text"), "visit": ("at", "text"),
}  # fmt: skip
"""What there is to correct of each kind."""
_ALWAYS = {"bug": ("text",), "question": ("text",)}


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide what is said of something logged."""
    assert isinstance(intent, VoidLogged | RestoreLogged | LinkLogged | CorrectLogged)
    row = state.get(Logged, intent.logged)
    if row is None:
        return Refusal("There is nothing logged under that name; `gonogo log list` shows what there is.", True)
    if row.voided and not isinstance(intent, RestoreLogged):
        return Refusal(f"{row.said} is void ({row.voided}); restore it first.")
    match intent:
        case VoidLogged():
            reason = text.tidy(intent.reason)
            if not reason:
                return Refusal("A reason is wanted; write why in one line.", True)
            return _say(row, act, "void", {"reason": reason}, f"{row.said} does not count: {reason}")
        case RestoreLogged():
            if not row.voided:
                return Refusal(f"{row.said} counts already.")
            return _say(row, act, "restore", {}, f"{row.said} counts after all")
        case LinkLogged():
            return _link(state, row, intent.to, act)
        case _:
            return _correct(row, intent, act)


def _say(row: Logged, act: Act, kind: str, data: dict[str, object], said: str) -> Changes:
    told = {"of": row.id, "text": said, **data}
    fact = Fact(id=act.fresh(), kind=kind, at=act.at, actor=act.actor, data=told)
    return Changes(said, facts=(fact,), undoable=False)


def _link(state: State, row: Logged, to: str | None, act: Act) -> Decision:
    if to is None:
        if not row.links:
            return Refusal(f"{row.said} is linked to nothing.")
        return _say(row, act, "link", {"to": None}, f"{row.said} is linked to nothing any more")
    other, incident = state.get(Logged, to), state.get(Incident, to)
    if other is not None and other.kind == "bug" and other.id != row.id:
        name, said = f"bug:{other.label}", other.said
    elif incident is not None:
        name, said = f"incident:{incident.label}", f"incident {incident.label}"
    else:
        return Refusal("Link it to a bug or an incident, such as bug:3 or incident:2.", True)
    if name in row.links:
        return Refusal(f"{row.said} is linked to {said} already.")
    return _say(row, act, "link", {"to": name}, f"{row.said} is linked to {said}")


def _correct(row: Logged, intent: CorrectLogged, act: Act) -> Decision:
    given = {name: value for name in CorrectLogged.model_fields if (value := getattr(intent, name)) is not None}
    given.pop("logged")
    given |= {name: text.tidy(value) for name, value in given.items() if isinstance(value, str) and name != "severity"}
    if strange := [name for name in given if name not in _FIELDS[row.kind]]:
        return Refusal(f"{row.said} has no {strange[0]}; it has {', '.join(_FIELDS[row.kind])}.", True)
    changed = {name: value for name, value in given.items() if getattr(row, name) != value}
    if not changed:
        return Refusal(f"{row.said} says that already.")
    if intent.at and intent.at.utc > act.at.utc:
        return Refusal("That time has not come yet; give one that has passed.", True)
    if empty := [name for name in _ALWAYS.get(row.kind, ()) if changed.get(name) == ""]:
        return Refusal(f"A {row.kind} needs a {empty[0]}.", True)
    kept = CorrectLogged(logged=row.id, **changed).model_dump(mode="json", exclude_none=True, exclude={"logged"})
    return _say(row, act, "correct", {"set": kept}, f"corrected {row.said}: {', '.join(sorted(changed))}")


def amended(row: Logged, fact: Fact) -> Logged:
    """Return something logged as it stands after what a fact says of it."""
    data = fact.data
    change: dict[str, object] = {"amended": row.amended + 1}
    match fact.kind:
        case "void":
            change["voided"] = str(data.get("reason") or "void")
        case "restore":
            change["voided"] = ""
        case "link":
            to = data.get("to")
            change["links"] = (*row.links, str(to)) if to else ()
        case "correct":
            told = CorrectLogged.model_validate({"logged": row.id, **_mapping(data.get("set"))})
            change |= {name: getattr(told, name) for name in _FIELDS[row.kind] if getattr(told, name) is not None}
    return row.model_copy(update=change)


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
