"""Doubts that several lines raise together: contradictions, doubles, what is out of reach, what comes too late."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import combinations

from gonogo.rules.condition import ConditionError, parse
from gonogo.rules.finding import Change, Finding
from gonogo.rules.sheet import Said, Sheet

_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = {
    "a", "an", "and", "any", "are", "as", "at", "basic", "be", "by", "clear", "do", "for", "from", "if", "in", "is",
    "it", "its", "more", "new", "of", "on", "or", "our", "the", "their", "them", "then", "to", "with",
}  # fmt: skip
_CONVERSION = 0.8
"""How many of those invited are taken to do what is asked of them, where nothing says it."""


def words(text: str) -> frozenset[str]:
    """Return the words of a line that carry it, in a form that forgives a plural."""
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.lower()) if word not in _EMPTY)


_ORDERS = {"orders.clean", "orders.successful"}
"""Two readings that a plan in prose does not tell apart."""


def targets(sheet: Sheet) -> Iterator[Finding]:
    """Say which two criteria of a phase set the same reading two limits."""
    read = [(one, *limit) for one in sheet.of("criterion") if (limit := _limit(one.require))]
    for (one, reading, op, low, high), (two, reading2, op2, low2, high2) in combinations(read, 2):
        alike = reading == reading2 or {reading, reading2} == _ORDERS
        least = one.floor if one.floor is not None else low
        least2 = two.floor if two.floor is not None else low2
        if one.phase != two.phase or not alike or op[0] != op2[0] or (least, high) == (least2, high2):
            continue
        small, large = (one, two) if (high, least) < (high2, least2) else (two, one)
        why = f"“{small.text}” and “{large.text}” both set {reading} a limit"
        if op[0] == ">":
            floor = min(least, least2)
            ruling = f"target {max(high, high2):g}, floor {floor:g}: between them HOLD, and the poll may waive"
            change = Change(floor=floor)
            yield Finding("contradictory", large, why, ruling, change)
        else:
            yield Finding("contradictory", small, why, f"the stricter one holds: {small.require}")


def _limit(require: str | None) -> tuple[str, str, float, float] | None:
    try:
        found = parse(require or "")
    except ConditionError:
        return None
    try:
        number = float(str(found.right.value))
    except (AttributeError, ValueError):
        return None
    return found.reading, str(found.op), number, number


_NONE = re.compile(r"\bwithout (?:any )?(?:issue|problem|bug)|\bno (?:issue|problem)", re.I)
_FEWER = re.compile(r"<\s*\d+\s+(?:\w+\s+)?(?:issue|bug|incident)s?\s+(?:per|a)\b|per_week", re.I)


def absences(sheet: Sheet) -> Iterator[Finding]:
    """Say where a phase allows none of something and, in another line, fewer than one a week."""
    rows = sheet.of("criterion")
    rates = [one for one in rows if _FEWER.search(f"{one.text} {one.require}")]
    for one in rows:
        other = next((two for two in rates if two.phase == one.phase and two is not one), None)
        if other and _NONE.search(one.text):
            why = f"“{one.text}” allows none at all, “{other.text}” some that are not critical"
            ruling = "a clean order is linked to no bug and no incident; criticals are counted by the week"
            yield Finding("contradictory", one, why, ruling)


_DECIDES = re.compile(r"\b(?:decision|decide|assess)", re.I)
_ROLLBACK = re.compile(r"rollback|roll back", re.I)


def decisions(sheet: Sheet) -> Iterator[Finding]:
    """Say where the decision about a rollback has two deadlines."""
    lines = [one for one in sheet.of("step", "readiness", "item", "note") if _ROLLBACK.search(one.text)]
    if len({one.severity for one in lines if one.severity}) > 1:
        return  # each severity has a runbook of its own
    at = [(_minutes(one), one) for one in lines if _DECIDES.search(one.text) and _minutes(one)]
    if len(at) > 1 and (last := max(at, key=lambda pair: pair[0]))[0] > (first := min(at, key=lambda pair: pair[0]))[0]:
        why = f"a rollback is decided within {first[0]:g} minutes in one line and {last[0]:g} in another"
        ruling = f"{first[0]:g} minutes for critical incidents, {last[0]:g} as the bound for high ones"
        yield Finding("contradictory", last[1], why, ruling)


def _minutes(one: Said) -> float:
    if one.due_s is not None:
        return one.due_s / 60
    found = re.search(r"(\d+)[ -]?min", f"{one.text} {one.origin}", re.I)
    return float(found.group(1)) if found else 0.0


_TELL = re.compile(r"\b(?:notify|tell|communicat\w*|inform|update (?:users|customers)|announce)\b", re.I)
_HOW = {
    "only if needed": r"if (?:needed|necessary)",
    "only if they ask": r"if (?:they|asked|users|customers)",
    "before it happens": r"proactive|beforehand|in advance|maintenance",
    "always": r"with (?:affected )?(?:users|customers)|always",
    "when it is fixed": r"\bfix(?:es|ed)?\b",
}


def telling(sheet: Sheet) -> Iterator[Finding]:
    """Say where it depends on the line whether customers are told."""
    found: dict[str, Said] = {}
    for one in sheet.of("item", "step", "readiness", "note"):
        if _TELL.search(one.text):
            for how, pattern in _HOW.items():
                if re.search(pattern, one.text, re.I):
                    found.setdefault(how, one)
                    break
    if len(found) > 1 and len({one.text for one in found.values()}) > 1:
        why = "customers are told " + ", ".join(f"{how} (“{one.text}”)" for how, one in found.items())
        ruling = (
            "of a critical incident by T+15, or “not needed because …”; of the rest who reported it, once it is fixed"
        )
        yield Finding("contradictory", min(found.values(), key=lambda one: one.line or 10**9), why, ruling)


_INVITED = re.compile(r"\binvite\D{0,12}(\d+)", re.I)
_MUST = re.compile(r"(\d+)\s*\+?\s+(?:beta |test |trusted )?(?:users|testers|people|customers)", re.I)


def reachable(sheet: Sheet) -> Iterator[Finding]:
    """Say where too few are invited for as many to do something, with the arithmetic: a binomial tail."""
    invited = next(((one, int(found.group(1))) for one in sheet.said if (found := _INVITED.search(one.text))), None)
    if invited is None:
        return
    heading, few = invited
    for one in sheet.of("criterion"):
        found = _MUST.search(one.text)
        if found and one.phase in (0, heading.phase) and (p := at_least(int(found.group(1)), few)) < 0.8:
            must = int(found.group(1))
            enough = next(n for n in range(max(few, must), 10 * must + 20) if at_least(must, n) >= 0.9)
            why = (
                f"of {few} invited {must} must do it: at {_CONVERSION:.0%} conversion the chance is {p:.0%}; "
                f"with {enough} it is {at_least(must, enough):.0%}"
            )
            yield Finding("unreachable", one, why, f"invite at least {enough}; fewer is warned of")


def at_least(needed: int, of: int, p: float = _CONVERSION) -> float:
    """P(at least `needed` of `of` do it), each with probability `p`: the upper tail of a binomial."""
    return math.fsum(math.comb(of, k) * p**k * (1 - p) ** (of - k) for k in range(needed, of + 1))


def doubles(sheet: Sheet) -> Iterator[Finding]:
    """Say which items say what another item or heading says; a line that says the very same goes with the ruling."""
    first: dict[frozenset[str], Said] = {}
    for one in sheet.of("item", "section"):
        key = words(one.text) - {"enable", "enabled"}
        if len(key) < 2:
            continue
        other = first.setdefault(key, one)
        if other is not one and one.section != other.text and (one.role, other.role) != ("section", "section"):
            same = one.role == other.role == "item" and one.phase == other.phase and one.text == other.text
            why = f"“{other.text}” stands in {other.section} too"
            ruling = "one of them is enough" if same else "both stay: they belong to different work; a note says which"
            yield Finding("duplicate", one, why, ruling, Change(gone=True) if same else None)


_LATE = (
    (
        r"\balert", "step",
        "a step due in minutes needs somebody to be woken from phase 1: who looks once a day finds out after 12 hours "
        "on average, who looks four times after 3",
        "probes and messages are on from phase 1; later a test of them is due",
    ),
    (
        r"\bbackups?\b", "readiness",
        "a recent backup is wanted at all times, and making them is planned late",
        "the backup's age is watched from phase 1",
    ),
)  # fmt: skip


_LOOKS = re.compile(r"\b(?:tests?|see|check|look|rehearse|verify)\b", re.I)


def too_late(sheet: Sheet) -> Iterator[Finding]:
    """Say what a later phase sets up though it is needed from the first."""
    needs = {
        "step": any(step.due_s is not None and step.due_s <= 300 for step in sheet.of("step")),
        "readiness": any(re.search("backup", one.text, re.I) for one in sheet.of("readiness")),
    }
    for pattern, needed_by, why, ruling in _LATE:
        found = [one for one in sheet.of("item") if re.search(pattern, one.text, re.I) and not _LOOKS.search(one.text)]
        if needs[needed_by] and found and min(one.phase for one in found) > 1:
            yield Finding("too late", found[0], why, ruling)
