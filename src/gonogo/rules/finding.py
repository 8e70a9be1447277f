"""What is doubtful in a plan, and the ruling that is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gonogo.rules.sheet import Said
from gonogo.rules.text import slug

Doubt = Literal[
    "unquantified", "no window", "no owner", "recurring", "negative", "conditional", "duplicate", "contradictory",
    "unreachable", "undefined", "no gate", "no procedure", "no origin", "too late", "untested", "command", "hidden",
    "mark", "no end", "no way back",
]  # fmt: skip
DOUBTS: dict[Doubt, str] = {
    "unquantified": "no number says when it is enough",
    "no window": "no time says over how long it is measured",
    "no owner": "nobody is named",
    "recurring": "work that comes again, written to be done once",
    "negative": "something that must not be, written as a task",
    "conditional": "it may not apply, and no box says so",
    "duplicate": "it stands twice",
    "contradictory": "two lines demand different things",
    "unreachable": "the numbers make it unlikely",
    "undefined": "a word that nothing defines",
    "no gate": "nothing says when the phase is passed",
    "no procedure": "nothing says what to do then",
    "no origin": "nothing says from when it is counted",
    "too late": "it is needed earlier than it is planned",
    "untested": "nothing shows that it works",
    "command": "the command does not do what is meant",
    "hidden": "a demand stands in a heading",
    "mark": "a sign that elsewhere means done",
    "no end": "nothing says when it is over",
    "no way back": "nothing says what happens when it is not passed",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What accepting a ruling changes of an item or a criterion; a ruling without one is only recorded."""

    kind: Literal["task", "routine", "guard"] | None = None
    every_s: float | None = None
    when: str | None = None
    require: str | None = None
    floor: float | None = None
    gone: bool = False
    """Whether the line goes, because another says the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: the line, what is doubtful in a sentence, and what is proposed."""

    doubt: Doubt
    said: Said
    why: str
    ruling: str
    change: Change | None = None
    twin: int = 1
    """Which of several that would have the same key."""

    @property
    def key(self) -> str:
        """A name that stays while the line says the same: `recurring:check-logs-daily`."""
        phase = f"{self.said.phase}-" if self.said.phase else ""
        twin = f"-{self.twin}" if self.twin > 1 else ""
        return f"{self.doubt.replace(' ', '-')}:{phase}{slug(self.said.text)}{twin}"
