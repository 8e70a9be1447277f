"""Letters: what is told to one channel, and how a storm of them becomes a digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gonogo.rules import words
from gonogo.rules.clock import Instant, elapsed

Kind = Literal[
    "opened", "reopened", "raised", "joined", "relapsed", "recovered", "resolved", "handed",
    "soon", "due", "overdue", "unheard", "ungraded", "unseated", "awake", "test", "message",
]  # fmt: skip
STORM, WINDOW_S, GAP_S, URGENT_GAP_S, MOST = 5, 60.0, 10.0, 2.0, 40
"""After so many posts to a channel within the window, what comes is joined, a post each gap, so many at most."""
LATE_S = 60.0


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to tell one channel. There is one per event and channel, and its id never changes."""

    id: str
    channel: str
    event: str
    kind: Kind
    title: str
    text: str
    at: Instant
    people: tuple[str, ...] = ()
    urgency: int = 3
    """From 1, which can wait, to 5, which wakes people; ntfy's own scale."""
    severity: str = ""
    incident: str | None = None
    tries: int = 0
    parcel: str | None = None
    """The post that it has gone into; it goes into the same one at each try."""


@dataclass(frozen=True, slots=True)
class Post:
    """What became of a letter, for faces."""

    letter: Letter
    state: Literal["due", "sending", "sent", "dead"]
    sent_at: Instant | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One post to a channel: mostly one letter. `key` is the same at each try, so that a receiver can tell repeats."""

    key: str
    letters: tuple[Letter, ...]

    @property
    def channel(self) -> str:
        """Where it goes."""
        return self.letters[0].channel

    @property
    def tries(self) -> int:
        """How often it was tried, this one included."""
        return max(letter.tries for letter in self.letters)

    @property
    def urgency(self) -> int:
        """How urgent the most urgent letter is."""
        return max(letter.urgency for letter in self.letters)

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it is for."""
        return tuple(dict.fromkeys(name for letter in self.letters for name in letter.people))

    @property
    def title(self) -> str:
        """What it is about in a few words."""
        first = self.letters[-1].title
        more = len(self.letters) - 1
        return f"{first} (and {words.count(more, 'message')} more)" if more else first

    def text(self, now: Instant) -> str:
        """Say all of it; what is late says so."""
        said = [late(letter, now) + letter.text for letter in self.letters]
        return "\n\n".join([f"{len(said)} messages in one:", *said]) if len(said) > 1 else said[0]


def late(letter: Letter, now: Instant) -> str:
    """Say that a letter comes late, if it does; what a person wrote goes out as it was written."""
    if letter.kind == "message":
        return ""
    age = elapsed(letter.at, now).seconds
    return f"Late by {words.span(age)}: " if age >= LATE_S else ""


def _gap_s(letters: Sequence[Letter]) -> float:
    """Return how long a post waits after the last one in a storm: what wakes people hardly does."""
    return URGENT_GAP_S if any(letter.urgency >= 5 for letter in letters) else GAP_S


def parcels(ripe: Sequence[Letter], posts: Mapping[str, Sequence[float]]) -> list[Parcel]:
    """Make posts of the letters that are due; `posts` are the ages of each channel's last ones, in seconds.

    What was in a post stays in it; of what is new, more than a few in a minute are joined, and wait for the gap.
    What a person wrote goes alone: customers read it.
    """
    made: dict[str, list[Letter]] = {}
    fresh: dict[str, list[Letter]] = {}
    for letter in ripe:
        if letter.kind == "message":
            made[letter.id] = [letter]
        elif letter.parcel is not None:
            made.setdefault(letter.parcel, []).append(letter)
        else:
            fresh.setdefault(letter.channel, []).append(letter)
    for channel, letters in fresh.items():
        lately = [age for age in posts.get(channel, ()) if 0 <= age < WINDOW_S]
        if len(lately) + len(letters) <= STORM:
            made |= {letter.id: [letter] for letter in letters}
        elif len(lately) < STORM or min(lately) >= _gap_s(letters):
            made[letters[0].id] = letters[:MOST]
    return [Parcel(key, tuple(letters)) for key, letters in made.items()]
