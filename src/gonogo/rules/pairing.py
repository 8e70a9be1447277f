"""Which line of a file is which item of a plan: by its words, and never by a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

ALIKE = 0.72
"""How much alike two texts must be."""
AHEAD = 0.1
"""By how much the best must be ahead of the next, in both directions."""
_CLOSEST = 6
"""How many of the texts with the most words in common are held against each other letter by letter."""

Place = tuple[str, str]
"""The phase and the section in which an item stands."""


@dataclass(frozen=True, slots=True)
class Told:
    """An item as far as pairing looks: every text and place that it has or had."""

    key: str
    texts: tuple[str, ...]
    places: tuple[Place, ...]


def pair(new: Sequence[Told], old: Sequence[Told], by_key: bool = False) -> dict[str, str]:
    """Return for each new line that is an old item that item's key.

    The same text in the same place, then the same text, then a text that is clearly the most alike in the same place.
    """
    found: dict[str, str] = {}
    if by_key:
        known = {one.key for one in old}
        found = {one.key: one.key for one in new if one.key in known}
    for here in (True, False):
        _same(new, old, found, here)
    _alike(new, old, found)
    return found


def _rest(new: Sequence[Told], old: Sequence[Told], found: Mapping[str, str]) -> tuple[list[Told], list[Told]]:
    taken = set(found.values())
    return [one for one in new if one.key not in found], [one for one in old if one.key not in taken]


def _same(new: Sequence[Told], old: Sequence[Told], found: dict[str, str], here: bool) -> None:
    """Pair equal texts, in their order where one stands more than once."""
    fresh, left = _rest(new, old, found)
    known: dict[tuple[str, Place | None], list[Told]] = defaultdict(list)
    for one in left:
        for words in dict.fromkeys(map(_folded, one.texts)):
            for place in one.places if here else (None,):
                known[words, place].append(one)
    taken: set[str] = set()
    for one in fresh:
        for words in map(_folded, one.texts):
            for place in one.places if here else (None,):
                mate = next((mate for mate in known.get((words, place), ()) if mate.key not in taken), None)
                if mate is not None and one.key not in found:
                    found[one.key] = mate.key
                    taken.add(mate.key)


def _alike(new: Sequence[Told], old: Sequence[Told], found: dict[str, str]) -> None:
    """Pair texts that were reworded: each is the other's best by far."""
    fresh, left = _rest(new, old, found)
    near = _Near(left)
    scores = [(one.key, mate, score) for one in fresh for mate, score in near.to(one)]
    best_new, best_old = (
        _ahead((one, mate, score) for one, mate, score in scores),
        _ahead((mate, one, score) for one, mate, score in scores),
    )
    for one, mate in best_new.items():
        if best_old.get(mate) == one:
            found[one] = mate


def _ahead(scores: Iterable[tuple[str, str, float]]) -> dict[str, str]:
    """Return each one's best, where it is good enough and clearly ahead."""
    known: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for one, mate, score in scores:
        known[one].append((score, mate))
    made = {}
    for one, mates in known.items():
        mates.sort(reverse=True)
        if mates[0][0] >= ALIKE and all(first[0] - next_[0] >= AHEAD for first, next_ in [*pairwise(mates)][:1]):
            made[one] = mates[0][1]
    return made


class _Near:
    """Finds among many texts of a place those that share most words with another."""

    def __init__(self, old: Sequence[Told]) -> None:
        self._by_word: dict[tuple[Place, str], list[tuple[Told, str]]] = defaultdict(list)
        for one in old:
            for words in dict.fromkeys(map(_folded, one.texts)):
                for place in one.places:
                    for word in _parts(words):
                        self._by_word[place, word].append((one, words))

    def to(self, one: Told) -> list[tuple[str, float]]:
        """Return the keys of those closest, each with how much alike it is."""
        made: dict[str, float] = {}
        for words in map(_folded, one.texts):
            shared: dict[tuple[str, str], int] = defaultdict(int)
            for place in one.places:
                for word in _parts(words):
                    for mate, other in self._by_word.get((place, word), ())[:200]:
                        shared[mate.key, other] += 1
            for key, other in sorted(shared, key=lambda pair: -shared[pair])[:_CLOSEST]:
                score = SequenceMatcher(None, words, other, autojunk=False).ratio()
                made[key] = max(score, made.get(key, 0.0))
        return list(made.items())


def _parts(words: str) -> set[str]:
    """Return what texts are looked up by: words, and pairs of letters where words are not set apart."""
    return set(words.split()) if words.isascii() else {*words.split(), *(a + b for a, b in pairwise(words))}


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())
