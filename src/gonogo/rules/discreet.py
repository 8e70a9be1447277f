"""Leaving customers out of a text: their names become numbers, addresses and telephone numbers go.

A customer may be called as an ordinary word is (Will, home, launch): only in what the team wrote is every word a name.
"""

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


_ENOUGH = 40
"""So many letters of what was written are known again, where a sentence holds only its beginning."""


class Discreet:
    """Says a text without the customers that it knows by name; those of the team keep theirs.

    `written` is what the team wrote, which stands in sentences of the program and of the plan.
    """

    def __init__(self, names: Iterable[str], team: Iterable[str] = (), written: Iterable[str] = ()) -> None:
        kept = {name.lower() for name in team}
        wholes = [name.strip() for name in names if _is_name(name.strip()) and name.strip().lower() not in kept]
        self._numbers: dict[str, int] = {}
        known: set[str] = set()
        for number, name in enumerate(dict.fromkeys(wholes), 1):
            for part in (name, *name.split()):
                if _is_name(part) and part.lower() not in kept:
                    self._numbers.setdefault(part.lower(), number)
                    known.add(part)
        self._firsts = {_first(name) for name in known}
        self._known = _any_of(known)
        self._wholes = _any_of({name for name in known if " " in name})
        self._written = _written(one for one in dict.fromkeys(written) if self(one) != one)

    def __call__(self, text: str) -> str:
        """Return what somebody wrote without them."""
        return self._less(text, self._known)

    def within(self, text: str) -> str:
        """Return a sentence without them: all of them in what was written, whole names and addresses in the rest."""
        if self._written is not None:
            text = self._written.sub(lambda found: self(found[0]), text)
        return self._less(text, self._wholes)

    def _less(self, text: str, names: re.Pattern[str] | None) -> str:
        text = _ADDRESS.sub("(address)", text)
        text = _NUMBER.sub("(number)", text)
        if names is None or self._firsts.isdisjoint(("", *_TOKEN.findall(text.lower()))):
            return text  # most texts name nobody, and looking for thousands of names takes a while
        return names.sub(self._number, text)

    def _number(self, found: re.Match[str]) -> str:
        number = self._numbers.get(found[0].lower())
        return f"customer {number}" if number else "a customer"


def _any_of(names: set[str]) -> re.Pattern[str] | None:
    longest = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(_word, longest)), re.IGNORECASE) if longest else None


def _written(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Find texts in sentences, the longest first; one word by itself only where a sentence quotes or ends with it."""
    found = []
    for text in sorted(texts, key=lambda text: (-len(text), text)):
        begins = r"(?<!\w)" if " " in text else r"(?:^|(?<=[“(])|(?<=: )|(?<=; ))"
        rest = f"|{begins}{re.escape(text[:_ENOUGH])}.*" if len(text) > _ENOUGH else ""
        found.append(rf"{begins}{re.escape(text)}(?!\w){rest}")
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def _first(name: str) -> str:
    """Return the first word of a name, by which a text is known to be worth a look; nothing for one of none."""
    found = _TOKEN.search(name.lower())
    return found[0] if found else ""


def _is_name(word: str) -> bool:
    return len(word) > 1 and word.lower() not in _ORDINARY and not word.isdigit()


def _word(name: str) -> str:
    dated = r"(?<!\d )" if name.lower() in _MONTHS else ""  # “6 May 19:31” names nobody
    return rf"(?<!\w){dated}{re.escape(name)}(?!\w)"
