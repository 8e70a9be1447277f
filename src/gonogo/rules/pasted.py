"""A list that was pasted, as items: its texts, its ticks, and what stands under what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gonogo.rules import text
from gonogo.rules.record import Refusal

LONGEST = 200_000
LONGEST_TEXT = 500
MOST = 1_000
_MARK = re.compile(r"(?P<in>[ \t]*)(?:[-*+•]|\d{1,4}[.)])[ \t]+(?P<rest>\S.*)")
_BOX = re.compile(r"(?:\[(?P<mark>[ xX])\]|(?P<sign>[☐☑☒✅✔]))\ufe0f?\s+(?P<rest>\S.*)")
_DONE = "xX☑☒✅✔"


@dataclass(frozen=True, slots=True)
class PastedItem:
    """One item of a list."""

    text: str
    depth: int = 0
    done: bool = False


def lines(words: str) -> list[str]:
    """Return the lines that say something; a terminal may end them with a carriage return alone."""
    return [line.rstrip() for line in re.split(r"\r\n|\r|\n", words) if line.strip()]


def looks_like_a_list(words: str) -> bool:
    """Whether a text has an item of a list in it."""
    return any(_MARK.fullmatch(line) or _BOX.fullmatch(line.strip()) for line in lines(words))


def read(words: str) -> list[PastedItem] | Refusal:
    """Read a list; a line without a mark continues the item above it, or is an item where nothing is marked."""
    marked = looks_like_a_list(words)
    found: list[PastedItem] = []
    stands: list[int] = []
    for line in lines(words):
        match = _MARK.fullmatch(line)
        box = _BOX.fullmatch(match["rest"] if match else line.strip())
        body = box["rest"] if box else match["rest"] if match else line.strip()
        if marked and match is None and box is None and found:
            before = found[-1]
            found[-1] = PastedItem(f"{before.text} {text.tidy(body)}", before.depth, before.done)
            continue
        gap = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        while stands and stands[-1] >= gap:
            stands.pop()
        stands.append(gap)
        done = box is not None and (box["mark"] or box["sign"]) in _DONE
        found.append(PastedItem(text.tidy(body), len(stands) - 1 if marked else 0, done))
        if len(found) > MOST:
            return Refusal(
                f"That list has more than {MOST:,} items; paste it in parts, or `gonogo plan import` it.", True
            )
    if not found:
        return Refusal("There is no item in what was pasted.", True)
    for place, one in enumerate(found, 1):
        if len(one.text) > LONGEST_TEXT:
            return Refusal(
                f"Item {place} is {len(one.text):,} characters long and at most {LONGEST_TEXT} are taken.", True
            )
    return found
