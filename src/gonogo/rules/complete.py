"""What a team's plan does not say, taken from the plan that gonogo ships."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gonogo.rules.plan_doc import PlanDoc, ReadinessDoc
from gonogo.rules.words import count, some

_NAMED: tuple[tuple[str, str], ...] = (
    ("dns", r"\bdns\b|ttl\b|域名"),
    ("rollback", r"roll-?back|revert|rückroll|reversão|回滚|回退"),
    ("rollback-target", r"(?:previous|last|prior|old)\w* (?:good )?(?:version|release|build)|vorherige version|上一版"),
    ("backup", r"back-?ups?\b|sicherung|sauvegarde|copia de seguridad|备份"),
    ("apology", r"apolog|sorry|social|entschuldig|desculpa"),
    ("templates", r"template|notice|boilerplate|vorlage|modelo|plantilla|模板"),
    ("contacts", r"contact|phone|support (?:list|team)|kontakt|contato|联系"),
    ("alarms", r"\balarm|\balert|警报|告警"),
)
"""By which words a target that gonogo knows is named in a team's own."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A plan that can be run, and what of it was taken from the plan that gonogo ships, in words."""

    plan: PlanDoc
    taken: tuple[str, ...]


def complete(plan: PlanDoc, standard: PlanDoc) -> Completed:
    """Give a plan the seats, runbooks, readiness targets and templates that it does not have."""
    taken: list[str] = []
    update: dict[str, object] = {}
    if not plan.seat and standard.seat:
        update["seat"] = standard.seat
        taken.append(f"the seats of the poll ({some([seat.id for seat in standard.seat], 5)})")
    there = {book.severity for book in plan.runbook}
    if more := tuple(book for book in standard.runbook if book.severity not in there):
        update["runbook"] = (*plan.runbook, *more)
        taken.append(f"the runbooks for what is {some([str(book.severity) for book in more], 4)}")
    readiness, said = _readiness(plan, standard)
    if said:
        update["readiness"] = readiness
        taken += said
    audiences = {one.audience for one in plan.template} | ({"customers"} if plan.template else set())
    ids = {one.id for one in plan.template}
    if bodies := tuple(one for one in standard.template if one.audience not in audiences and one.id not in ids):
        update["template"] = (*plan.template, *bodies)
        taken.append(f"{count(len(bodies), 'template')} ({some([one.name for one in bodies], 2)})")
    return Completed(plan.model_copy(update=update), tuple(taken))


def _readiness(plan: PlanDoc, standard: PlanDoc) -> tuple[tuple[ReadinessDoc, ...], list[str]]:
    """Give the targets that gonogo can look at itself their sources, and add those that nobody named."""
    known = {one.id: one for one in standard.readiness}
    seats = {seat.id for seat in plan.seat or standard.seat}
    made, sourced, met = list[ReadinessDoc](), list[str](), set[str]()
    for one in plan.readiness:
        words = f"{one.id} {one.name} {one.text}".casefold()
        key = one.id if one.id in known else next((key for key, form in _NAMED if re.search(form, words)), "")
        ours = known.get(key)
        if ours is None or key in met:
            made.append(one)
            continue
        met.add(key)
        if ours.source != one.source and one.source == "person":
            seat = ours.seat if one.seat is None and ours.seat in seats else one.seat
            free = all(other.id != key for other in plan.readiness)
            made.append(one.model_copy(update={"id": key if free else one.id, "source": ours.source, "seat": seat}))
            sourced.append(key)
        else:
            made.append(one)
    taken_ids = {one.id for one in made}
    added = [
        one if one.seat in seats else one.model_copy(update={"seat": None})
        for one in standard.readiness if one.id not in met and one.id not in taken_ids
    ]  # fmt: skip
    said = [f"how {some(sourced, 3)} is looked at"] if sourced else []
    said += [f"readiness targets ({some([one.id for one in added], 4)})"] if added else []
    return (*made, *added), said
