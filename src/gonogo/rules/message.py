"""Messages in an incident: templates filled from the facts, what is told to whom, and when the next word is due."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from gonogo.rules import text, words
from gonogo.rules.clock import Instant
from gonogo.rules.incident import Incident, steps_of
from gonogo.rules.logged import Noted
from gonogo.rules.plan import Launch, Severity
from gonogo.rules.record import Act, AtMost, Changes, Decision, Fact, Intent, Record, Refusal, State, Words

VARIABLES = {
    "product": "the launch's name", "what": "what fails", "since": "since when", "impact": "who is hit, if known",
    "severity": "how bad it is", "last_change": "the last change before it", "next_update": "when the next word comes",
    "url": "where the product is", "contact": "where customers write or call", "incident": "the incident's number",
}  # fmt: skip
"""What a template may name, and what it stands for."""
OUTWARD = ("customers", "public", "status")
"""The audiences by which customers are told."""
FIRST_WORD_S = 900.0
"""When customers wait for a first word, after T+0, of what is critical or high."""
UPDATE_S = 1800.0
_ROUND_S = 300
_MARK = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)|(\$))")
Letter = Annotated[str, AtMost(8000)]
"""A whole message."""


class SendMessage(Intent):
    """A message goes out over a channel, or went out by hand; `next_update` is the next word that it promises."""

    incident: str
    audience: Words
    text: Letter
    template: Words = ""
    channel: Words = ""
    how: Words = ""
    """How it went out, where no channel carries it."""
    next_update: Instant | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """Whom an incident hit, as far as the orders since its onset tell."""

    orders: int = 0
    failed: int = 0
    known: bool = False
    """Whether orders are logged at all; without them the impact is unknown."""
    customers: tuple[str, ...] = ()
    """Those whose order failed, by name."""
    unnamed: int = 0

    @property
    def said(self) -> str:
        """The impact in words."""
        if not self.known:
            return "not known yet"
        if not self.orders:
            return "no order since it began"
        return f"{self.failed} of {words.count(self.orders, 'order')} failed"


@dataclass(frozen=True, slots=True)
class Situation:
    """What a message is filled from."""

    launch: Launch
    incident: Incident
    affected: Affected
    now: Instant
    next_update: Instant
    url: str = ""
    contact: str = ""


def affected(orders: Sequence[Noted], *, known: bool) -> Affected:
    """Count the orders of an incident as they stand now, and name whose failed."""
    failed = [one for one in orders if not one.ok]
    who = tuple(dict.fromkeys(one.who for one in failed if one.who))
    unnamed = sum(one.many for one in failed if not one.who)
    return Affected(sum(one.many for one in orders), sum(one.many for one in failed), known, who, unnamed)


def variables(body: str) -> list[str]:
    """Return the variables that stand in a text, each once."""
    found = (mark[1] or mark[2] for mark in _MARK.finditer(body) if not mark[3])
    return list(dict.fromkeys(found))


def check(body: str) -> None:
    """Refuse a template that names what nobody can fill; ValueError says what is meant."""
    for name in variables(body):
        if name not in VARIABLES:
            near = difflib.get_close_matches(name, VARIABLES, 1)
            hint = f"; is ${near[0]} meant?" if near else f"; there are {', '.join('$' + one for one in VARIABLES)}"
            raise ValueError(f"${name} is no variable of a template{hint}")


def fill(body: str, values: Mapping[str, str]) -> str:
    """Fill a template; what has no value stays as it is, to be seen."""

    def value(mark: re.Match[str]) -> str:
        return "$$" if mark[3] else values.get(mark[1] or mark[2]) or mark[0]

    return _MARK.sub(value, body)


def draft(body: str, values: Mapping[str, str], incident: Incident) -> str:
    """Fill a template for an incident; in a drill it says so first, wherever it is copied to."""
    head = "THIS IS A DRILL.\n\n" if incident.drill else ""
    return head + fill(body, values).strip()


def final(written: str) -> str:
    """Return a message as it goes out: a doubled dollar is one."""
    return text.block(written).replace("$$", "$").strip()


def values(at: Situation) -> dict[str, str]:
    """Say the facts as a message says them; what is not known has no value, or says so."""
    one, zone = at.incident, at.launch.timezone
    return {
        "product": at.launch.name,
        "what": one.title,
        "since": moment(one.onset_at or one.detected_at, zone, at.now),
        "impact": at.affected.said,
        "severity": str(one.severity),
        "last_change": one.last_change or "none is known",
        "next_update": moment(at.next_update, zone, at.now),
        "url": at.url,
        "contact": at.contact,
        "incident": str(one.label),
    }


def moment(at: Instant, timezone: str, now: Instant) -> str:
    """Say a time as customers read it: `19:30 (UTC+08)`, with the day where it is another."""
    local, today = at.utc.astimezone(ZoneInfo(timezone)), now.utc.astimezone(ZoneInfo(timezone))
    offset = local.strftime("%z")
    place = "UTC" if int(offset) == 0 else f"UTC{offset[:3]}" + ("" if offset.endswith("00") else f":{offset[3:]}")
    day = "" if local.date() == today.date() else f"{local:%a} {local.day} {local:%b}, "
    return f"{day}{local:%H:%M} ({place})"


def promised(now: Instant, every_s: float = UPDATE_S) -> Instant:
    """Return when the next word is promised: after the usual time, on a full five minutes."""
    at = now.utc + timedelta(seconds=every_s)
    return now.after(every_s + -at.timestamp() % _ROUND_S)


def update_due(incident: Incident) -> Instant | None:
    """Return when customers wait for the next word: as was promised, else for the first at T+15:00."""
    if incident.drill:
        return None  # nobody waits for it
    if not incident.is_open or incident.told_at:
        return incident.update_due if incident.is_open else None
    grave = incident.severity in (Severity.CRITICAL, Severity.HIGH)
    return incident.detected_at.after(FIRST_WORD_S) if grave else None


def decide(state: State, intent: Intent, act: Act) -> Decision:
    """Decide that a message goes out, and what it settles."""
    assert isinstance(intent, SendMessage)
    incident = state.get(Incident, intent.incident)
    if incident is None:
        return Refusal("There is no such incident; `gonogo incident list` shows them.")
    written, how = text.block(intent.text).strip(), text.tidy(intent.how)
    if refused := _unfit(incident, intent, written, how):
        return refused
    outward = intent.audience in OUTWARD
    via = f"over {intent.channel}" if intent.channel else how
    said = f"told {_whom(intent.audience)}, {via}" + (f" ({intent.template})" if intent.template else "")
    update: dict[str, object] = {"messages": incident.messages + 1}
    rows: list[Record] = []
    if outward:
        update |= {"told_at": incident.told_at or act.at, "update_due": intent.next_update, "told": said}
        rows = [
            step.model_copy(update={"done_at": act.at, "done_by": act.actor, "note": said})
            for step in steps_of(state, incident)
            if step.key == "tell" and not step.done_at and incident.is_open
        ]
    fact = Fact(
        id=act.fresh(), kind="message", at=act.at, actor=act.actor, incident=incident.id,
        data={"text": final(written), "audience": intent.audience, "template": intent.template, "via": via},
    )  # fmt: skip
    return Changes(
        said, put=(incident.model_copy(update=update), *rows), facts=(fact,), undoable=False, about=incident.id,
        letters=((intent.channel, final(written)),) if intent.channel else (),
    )  # fmt: skip


def _unfit(incident: Incident, intent: SendMessage, written: str, how: str) -> Refusal | None:
    """Say why a message cannot go out as it is."""
    if not written:
        return Refusal("The message is empty; write what is to be told.")
    if left := variables(written):
        named = words.some([f"${name}" for name in left])
        return Refusal(
            f"{named} {'is' if len(left) == 1 else 'are'} not filled; write what is meant before it goes out."
        )
    if incident.drill and intent.channel:
        return Refusal("In a drill nothing goes out over a channel; record it as sent by hand.")
    if not intent.channel and not how:
        return Refusal("How did it go out? Say it in a few words, such as “by mail to all of them”.")
    if intent.next_update and intent.next_update.utc <= incident.detected_at.utc:
        return Refusal("The next update cannot be promised for a time before the incident.")
    return None


def _whom(audience: str) -> str:
    return {"team": "support", "public": "the public", "status": "readers of the status"}.get(audience, audience)


def first_line(written: str) -> str:
    """Return the first line of a message, as its subject."""
    return next((line for line in written.splitlines() if line.strip()), "")


def listed(found: Affected, *, names: bool) -> Iterable[str]:
    """Say whom it hit: the count first, names only when they are asked for."""
    yield f"impact: {found.said}"
    if not found.failed:
        return
    whose = words.count(len(found.customers), "customer") + (
        f", {found.unnamed} without a name" if found.unnamed else ""
    )
    yield f"whose order failed: {whose}"
    if names:
        yield from (f"  {name}" for name in found.customers)
