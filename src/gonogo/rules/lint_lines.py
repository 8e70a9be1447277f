"""Doubts that one line of a plan raises by itself: no number, no window, done once but recurring, negative."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gonogo.rules.finding import Change, Finding
from gonogo.rules.lint_words import AGAIN, IF, NEGATIVE, ONLY, PROPOSED, SET_UP, SHARE, TIMED, VAGUE
from gonogo.rules.sheet import Said, Sheet


def unquantified(sheet: Sheet) -> Iterator[Finding]:
    """Say which demands have no number: those of gates, and items that are done when something is good enough."""
    for one in sheet.of("criterion"):
        if one.require is None:
            yield _number(one)
    for one in sheet.of("item"):
        if one.kind == "task" and re.search(r"\b(?:is|are|until|till)\b", one.text, re.I) and VAGUE.search(one.text):
            yield _number(one)


def _number(one: Said) -> Finding:
    for words, said, require in PROPOSED:
        if words.search(one.text):
            if "grow" in one.text.lower():
                why = "growing says neither against what nor over how long"
                return Finding("no window", one, why, said, Change(require=require))
            change = Change(require=require) if one.role == "criterion" else None
            return Finding("unquantified", one, "no number says when it is enough", said, change)
    return Finding(
        "unquantified", one, "no number says when it is enough", "say what is counted, and how much is enough"
    )


def windowless(sheet: Sheet) -> Iterator[Finding]:
    """Say which shares have no window, and what they would allow."""
    for one in sheet.of("criterion"):
        said = f"{one.require or ''} {one.text}"
        share = SHARE.search(said)
        if share and re.search(r"\bup-?time|availab", said, re.I) and not TIMED.search(said):
            lost = 1 - float(share.group(1)) / 100
            minutes = " ".join(
                f"{lost * days * 1440:.3g} min in {name}," for days, name in ((1, "24 h"), (7, "7 days"))
            )
            why = f"{share.group(0)} uptime without a window allows {minutes} {lost * 720:.3g} h in 30 days"
            require = f"{one.require} over 7d" if one.require else f"uptime >= {share.group(0)} over 7d"
            yield Finding("no window", one, why, "over the last 7 days", Change(require=require))


def recurring(sheet: Sheet) -> Iterator[Finding]:
    """Say which boxes are ticked once though the work comes again."""
    for one in sheet.of("item"):
        if one.kind != "task" or SET_UP.search(one.text):
            continue
        for words, every, said in AGAIN:
            if words.search(one.text):
                why = "a box that is ticked once says nothing of tomorrow"
                yield Finding("recurring", one, why, f"a routine, due {said}", Change(kind="routine", every_s=every))
                break


def negative(sheet: Sheet) -> Iterator[Finding]:
    """Say which tasks forbid something, and hold only as long as nobody does it."""
    for one in sheet.of("item"):
        if one.kind != "task":
            continue
        found = NEGATIVE.search(one.text)
        if found and not IF.search(one.text):
            why = "nobody can do what must not be done; it holds until it is broken"
            if found.start() <= 1:
                yield Finding("negative", one, why, "a guard, affirmed now and then", Change(kind="guard"))
            else:
                yield Finding("negative", one, why, "the task stays; what must not be becomes a guard of its own")
        elif ONLY.search(one.text):
            why = "how little is meant stands in brackets, and nobody sees later that it grew"
            yield Finding("negative", one, why, "say in the note what is left out on purpose")


def conditional(sheet: Sheet) -> Iterator[Finding]:
    """Say which lines apply only in some case."""
    for one in sheet.of("item", "step"):
        if (found := IF.search(one.text)) and not one.when:
            why = f"“{found.group(1)}” leaves an open box that nobody may tick"
            change = Change(when=found.group(1).lower()) if one.role == "item" else None
            yield Finding("conditional", one, why, "it may be said not to apply, with the reason", change)


def commands(sheet: Sheet) -> Iterator[Finding]:
    """Say which commands are known to do something else than is meant."""
    for one in sheet.said:
        if one.command and re.search(r"\bvercel\b.*--env[= ](?:staging|preview|production)\b", one.command):
            why = "--env sets a variable of the deployment; it does not choose where it goes"
            yield Finding(
                "command", one, why, "vercel deploy --target=staging is meant; the command stays as it stands"
            )


def hidden(sheet: Sheet) -> Iterator[Finding]:
    """Say which headings demand something themselves."""
    for one in sheet.of("section", "phase", "note"):
        is_heading = one.role != "note" or one.origin.lstrip().startswith("#")
        if is_heading and re.search(r"\b(?:invite|recruit|at least|min(?:imum)?)\b.*\d", one.text, re.I):
            yield Finding("hidden", one, "nobody ticks a heading", "make it an item or a criterion of its phase")


def marks(sheet: Sheet) -> Iterator[Finding]:
    """Say where a tick that means done elsewhere stands before a target."""
    marked = [one for one in sheet.of("criterion") if re.match(r"\s*[-*]\s*(?:✅|✔|☑)", one.origin)]
    if marked:
        why = f"{len(marked)} targets begin with a sign that elsewhere means done"
        yield Finding("mark", marked[0], why, "here it marks a target: nothing is taken as reached")
