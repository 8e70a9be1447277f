"""Leaving customers out of a text: their names become numbers, addresses and telephone numbers go."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = (
    "phone shop web website site app email mail cash card walk-in test beta order orders customer customers guest "
    "counter window delivery friend family regular school office corner house team the and for from with van von "
    "street north south east west new old first second big small lunch dinner party group staff unknown none go up "
    "no yes nobody somebody anonymous online"
)
_ORDINARY = frozenset(_WORDS.split())
"""What people write where a name goes, and what is a part of names, but is none by itself."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TOKEN = re.compile(r"\w+")
_ADDRESS = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.\w+")
_NUMBER = re.compile(r"(?<!\w)(?:\+\d|\(?0\d)(?:[ ()/-]{0,2}\d){6,}|(?<!\w)\d{3}[ -]\d{3}[ -]\d{4}(?!\w)")


class Discreet:
    """Says a text without the customers that it knows by name; those of the team keep theirs."""

    def __init__(self, names: Iterable[str], team: Iterable[str] = ()) -> None:
        kept = {name.lower() for name in team}
        wholes = [name.strip() for name in names if _is_name(name.strip()) and name.strip().lower() not in kept]
        self._numbers: dict[str, int] = {}
        known: set[str] = set()
        for number, name in enumerate(dict.fromkeys(wholes), 1):
            for part in (name, *name.split()):
                if _is_name(part) and part.lower() not in kept:
                    self._numbers.setdefault(part.lower(), number)
                    known.add(part)
        longest = sorted(known, key=lambda name: (-len(name), name))
        self._known = re.compile("|".join(map(_word, longest)), re.IGNORECASE) if longest else None
        self._firsts = {_first(name) for name in known}

    def __call__(self, text: str) -> str:
        """Return the text without them."""
        text = _ADDRESS.sub("(address)", text)
        text = _NUMBER.sub("(number)", text)
        if self._known is None or self._firsts.isdisjoint(("", *_TOKEN.findall(text.lower()))):
            return text  # most texts name nobody, and looking for thousands of names takes a while
        return self._known.sub(self._number, text)

    def _number(self, found: re.Match[str]) -> str:
        number = self._numbers.get(found[0].lower())
        return f"customer {number}" if number else "a customer"


def _first(name: str) -> str:
    """Return the first word of a name, by which a text is known to be worth a look; nothing for one of none."""
    found = _TOKEN.search(name.lower())
    return found[0] if found else ""


def _is_name(word: str) -> bool:
    return len(word) > 1 and word.lower() not in _ORDINARY and not word.isdigit()


def _word(name: str) -> str:
    dated = r"(?<!\d )" if name.lower() in _MONTHS else ""  # “6 May 19:31” names nobody
    return rf"(?<!\w){dated}{re.escape(name)}(?!\w)"
