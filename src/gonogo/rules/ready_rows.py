"""How each readiness target stands: by the last word on it, or by what the launch itself knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gonogo.rules import contact, message, words
from gonogo.rules.board import ReadyRow
from gonogo.rules.contact import Contact
from gonogo.rules.duration import countdown
from gonogo.rules.plan import Readiness, Renewal, RunbookStep, Template
from gonogo.rules.readiness import is_rehearsed, standing
from gonogo.rules.record import State
from gonogo.rules.run import REHEARSALS, Pace, Run, is_too_slow, leeway_s


@dataclass(frozen=True, slots=True)
class Known:
    """What a launch knows beside the words on its readiness."""

    pace: Pace | None = None
    runs: Sequence[Run] = ()
    contacts: Sequence[Contact] = ()
    place: str = ""
    """Where the product is; without it nothing fills `$url`."""
    sources: Mapping[str, str] = field(default_factory=dict)


def rows(plan: State, ticks: State, known: Known, now: datetime) -> tuple[ReadyRow, ...]:
    """Return the readiness targets in their order, each with where it stands."""
    return tuple(
        _row(plan, one, ticks.get(Renewal, one.id), known, now)
        for one in sorted(plan.all(Readiness), key=lambda one: one.position)
    )


def _row(plan: State, one: Readiness, last: Renewal | None, known: Known, now: datetime) -> ReadyRow:
    if is_rehearsed(one):
        return _rehearsed(plan, one, last, known, now)
    if one.source == "templates":
        return _templates(plan.all(Template), one, last, known, now)
    if one.source == "contacts" and known.contacts:
        return _contacts(one, last, known.contacts, now)
    return _told(one, last, known, now)


def _told(one: Readiness, last: Renewal | None, known: Known, now: datetime) -> ReadyRow:
    state, stale_at = standing(one, last, now)
    where = known.sources.get(one.key)
    facts = (f"the watch looks at {where}",) if where else ()
    if last is None:
        return ReadyRow(one, None, state, None, _unset(one, where), None, facts)
    if last.amiss and not last.measured:
        facts = (*facts, f"which cannot be seen: {last.amiss}")
    blind = last.amiss and last.measured and one.source != "watch"
    said = f"cannot be seen: {last.detail}" if blind else last.detail
    return ReadyRow(one, last, state, stale_at, said, last.dated, facts)


def _unset(one: Readiness, where: str | None) -> str:
    """Say what is missing, where nobody has ever looked."""
    if one.source == "contacts":
        return "no [[contact]] is listed"
    if one.source == "config" and where is None:
        return f"no [readiness.{one.key}] yet"
    return ""


def _rehearsed(plan: State, one: Readiness, last: Renewal | None, known: Known, now: datetime) -> ReadyRow:
    """Rehearsals decide, whoever says that it is ready: while they take too long the runbook has no time for it."""
    state, stale_at = standing(one, last, now)
    book, pace = plan.all(RunbookStep), known.pace
    leeway, said = leeway_s(book), last.detail if last else ""
    facts = [f"the runbook leaves {countdown(leeway)} from the decision to its end"] if leeway is not None else []
    rehearsed = [run for run in known.runs if run.kind in REHEARSALS and run.outcome and run.ended_at]
    if pace is not None:
        facts.append(f"rehearsals: {pace.words}")
    for run in sorted(rehearsed, key=lambda run: run.started_at.utc)[-3:]:
        facts.append(f"{run.title} {run.said}, {words.ago(now - run.started_at.utc)} ago, by {run.by}")
    if is_too_slow(pace, book):
        assert pace is not None
        state, stale_at, said = "not_ready", None, f"{pace.words}, and the runbook leaves {countdown(leeway or 0)}"
    return ReadyRow(one, last, state, stale_at, said, last.at.utc if last else None, tuple(facts))


def _contacts(one: Readiness, last: Renewal | None, listed: Sequence[Contact], now: datetime) -> ReadyRow:
    facts = tuple(f"{each.name}: {each.place}, {contact.aged(each, now)}" for each in listed)
    never = [each.name for each in listed if each.verified is None]
    if never:
        return ReadyRow(one, None, "not_ready", None, f"never verified: {words.some(never, 2)}", None, facts)
    life = timedelta(seconds=one.max_age_s)
    dates = [each.verified for each in listed if each.verified]
    oldest, stale_at = min(dates), min(dates) + life
    old = [each.name for each in listed if each.verified and each.verified + life <= now]
    said = f"verified too long ago: {words.some(old, 2)}" if old else f"{words.count(len(listed), 'contact')} verified"
    return ReadyRow(one, None, "stale" if old else "ready", stale_at, said, oldest, facts)


def _templates(
    plan: Sequence[Template], one: Readiness, last: Renewal | None, known: Known, now: datetime
) -> ReadyRow:  # fmt: skip
    """Templates are ready when all that stands in them can be filled, they are the team's own, and were read lately."""
    lacking = {name for name in ("contact", "url") if not _fills(name, known)}
    facts, empty, shipped = [], [], []
    for each in plan:
        left = [f"${name}" for name in message.variables(each.body) if name in lacking]
        empty += [each.name] if left else []
        shipped += [each.name] if each.sample else []
        amiss = [f"nothing fills {' and '.join(left)}"] if left else []
        amiss += ["as shipped, and nobody has made it yours"] if each.sample else []
        facts.append(f"{each.name}: {', '.join(amiss) or 'yours, and can be filled'}")
    if "contact" in lacking and empty:
        facts.append("$contact is the first [[contact]] with public = true")
    if not plan:
        return ReadyRow(one, None, "not_set_up", None, "the plan has no template", None)
    if empty:
        marks = " and ".join(f"${name}" for name in sorted(lacking))
        said = f"nothing fills {marks} in {len(empty)} of {len(plan)}"
        return ReadyRow(one, None, "not_ready", None, said, None, tuple(facts))
    if shipped:
        said = f"{len(shipped)} of {len(plan)} are the shipped sample"
        return ReadyRow(one, None, "not_ready", None, said, None, tuple(facts))
    state, stale_at = standing(one, last, now)
    said = (last.detail if last else "nobody has read them through") or f"{words.count(len(plan), 'template')} read"
    return ReadyRow(one, last, state, stale_at, said, last.at.utc if last else None, tuple(facts))


def _fills(name: str, known: Known) -> bool:
    return any(each.public for each in known.contacts) if name == "contact" else bool(known.place)
