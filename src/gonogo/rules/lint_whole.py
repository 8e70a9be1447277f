"""Doubts about what a plan does not say at all: no gate, no procedure, no owner, no end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gonogo.rules.finding import Finding
from gonogo.rules.sheet import Said, Sheet

_NOUN = re.compile(r"\b((?:critical|major|minor|serious|blocking)?\s*(?:bug|issue|defect|problem|incident)s?)\b", re.I)
_AGAIN = re.compile(r"\bstep back|\brepeat the (?:phase|week)|\bgo back|\bif (?:the gate|it) is not|\bnot passed", re.I)
_AFTER = re.compile(r"\bpost-?mortem|\bretro|\breview|\bwatch (?:it )?for\b|\bstays? (?:up|stable)", re.I)
_SEVERITIES = ("critical", "high", "medium", "low")


def nouns(sheet: Sheet) -> Iterator[Finding]:
    """Say how many words the plan has for what goes wrong."""
    found: dict[str, Said] = {}
    for one in sheet.said:
        for noun in _NOUN.findall(one.text):
            found.setdefault(" ".join(noun.lower().split()).removesuffix("s"), one)
    demanded = [one for one in found.values() if one.role == "criterion"]
    if len(found) > 2 and demanded:
        why = f"{len(found)} words for what goes wrong, none defined: {', '.join(sorted(found))}"
        ruling = "one scale: critical, high, medium, low; major is critical or high, a bug without a word is any"
        yield Finding("undefined", demanded[0], why, ruling)


def gates(sheet: Sheet) -> Iterator[Finding]:
    """Say which phases have no criteria."""
    phases, rows = sheet.of("phase"), sheet.of("criterion")
    own = {number for number in range(1, len(phases) + 1) if any(_within(one, number, phases) for one in rows)}
    if phases and not rows:
        why = (
            f"none of {len(phases)} phases says when it is passed"
            if len(phases) > 1
            else "nothing says when it is passed"
        )
        yield Finding("no gate", phases[0], why, "its items alone are the gate, until it has criteria")
        return
    for number, phase in enumerate(phases, 1):
        if not any(one.phase == number for one in rows):
            why, ruling = "no criterion says when it is passed", "its items alone are its gate, until it has criteria"
            yield Finding("no gate", phase, why, ruling)
        elif own and number not in own:
            why = "other phases say what passes them, this one has only metrics elsewhere"
            yield Finding("no gate", phase, why, "its success metrics are its gate")


def _within(one: Said, number: int, phases: list[Said]) -> bool:
    """Whether a criterion stands under its phase's own heading, and not in a list further down."""
    begin, after = phases[number - 1].line, phases[number].line if number < len(phases) else None
    if one.phase != number or begin is None or one.line is None:
        return one.phase == number and begin is None
    return begin < one.line < (after or 0)


def open_end(sheet: Sheet) -> Iterator[Finding]:
    """Say that the last phase has no planned end."""
    phases = sheet.of("phase")
    if phases and len(phases) not in sheet.ends:
        why = "nothing says when the last phase is over"
        yield Finding("no end", phases[-1], why, "passing its gate closes the launch")


def procedures(sheet: Sheet) -> Iterator[Finding]:
    """Say which severities the plan names and has no procedure for."""
    steps = {one.severity for one in sheet.of("step") if one.severity}
    if not steps:
        return
    for one in sheet.said:
        named = [word for word in _SEVERITIES if re.search(rf"\b{word}\b", f"{one.text} {one.origin}", re.I)]
        if len(named) >= 3 and (missing := [word for word in named if word not in steps]):
            why = f"{', '.join(missing)}: named as severities, without a procedure"
            ruling = "high: decided within 30 minutes; medium and low: written down, and mended in the next update"
            yield Finding("no procedure", one, why, ruling)
            return


def origins(sheet: Sheet) -> Iterator[Finding]:
    """Say that the deadlines of a procedure do not say from when they count."""
    due = [one for one in sheet.of("step") if one.due_s]
    said = " ".join(f"{one.text} {one.origin}" for one in sheet.of("step", "note", "section"))
    if due and not re.search(
        r"\bT\+|\bafter (?:detect|report|declar)|\bfrom (?:detect|report)|\bsince detect", said, re.I
    ):
        why = f"{len(due)} deadlines do not say from when they count: it began, it was seen, or it was declared"
        yield Finding("no origin", due[0], why, "T+0 is when it was detected, and all count from there")


def ways_back(sheet: Sheet) -> Iterator[Finding]:
    """Say that nothing tells what a missed gate means."""
    phases = sheet.of("phase")
    said = " ".join(one.text for one in sheet.said)
    if len(phases) > 1 and not _AGAIN.search(said):
        why = "nothing says what happens when a phase does not pass"
        yield Finding(
            "no way back", phases[0], why, "the phase goes on: hold, waive with a reason, or step back a phase"
        )


def owners(sheet: Sheet) -> Iterator[Finding]:
    """Say that no line names anybody."""
    items = sheet.of("item")
    if items and not sheet.seats and not any(one.owner for one in items):
        why = f"none of {len(items)} items says who does it, and nobody is named for a decision"
        yield Finding(
            "no owner", items[0], why, "seats: product, tech, data, support, comms; one person may hold several"
        )


def closing(sheet: Sheet) -> Iterator[Finding]:
    """Say that a procedure ends before anybody has looked whether it holds."""
    steps = [one for one in sheet.of("step") if one.severity in ("critical", None)]
    said = " ".join(one.text for one in sheet.of("step", "item", "note"))
    if any(one.due_s for one in steps) and not _AFTER.search(said):
        why = "after the last step nobody looks whether it holds, and nobody learns from it"
        yield Finding(
            "no end", steps[-1], why, "monitored until the probes passed, resolved with its outcome, and a postmortem"
        )


def backups(sheet: Sheet) -> Iterator[Finding]:
    """Say what an old backup may lose, and that nobody has restored one."""
    said = " ".join(f"{one.text} {one.origin}" for one in sheet.of("item", "readiness", "step", "note"))
    if re.search(r"\brestor", said, re.I):
        return
    for one in sheet.of("readiness", "item"):
        found = re.search(r"(\d+)\s*(?:h|hours)\b", one.text, re.I)
        if found and re.search(r"\bbackup", one.text, re.I):
            why = f"up to {found.group(1)} hours of orders are lost with it, and no line restores one"
            yield Finding("untested", one, why, "restore one before the limited beta, and say how long it took")
            return
