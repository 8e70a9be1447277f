"""A plan as it was read from a team's file, before it becomes part of a launch, and what became of each line of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gonogo.rules.plan import Severity

Became = Literal[
    "", "blank", "title", "phase", "section", "item", "detail", "goal", "window", "criterion", "question", "step",
    "command", "trigger", "readiness", "template", "tip", "setting", "layout", "note", "comment",
]  # fmt: skip
"""What a line became; a `detail` belongs to an item, `layout` are rules and heads of tables."""
TO_JUDGE = "Judged by a person"
"""The section of criteria for which there is no number, or nothing that gives it."""
KEPT: frozenset[Became] = frozenset(("blank", "note", "comment"))
"""What is kept as text in its place: it means nothing to gonogo."""
State = Literal["open", "done", "begun", "dropped"]
"""What the box before an item says; one that is begun is not done, one that is dropped does not apply."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the file something was read, from its first line to its last, and the text of these lines."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item as it was read; without `counted` it is work that the file gives no box."""

    text: str
    origin: Origin
    kind: Literal["task", "routine", "guard"] = "task"
    state: State = "open"
    mark: str = ""
    """What stood as its box: ` `, `x`, `☐`; empty where it had none."""
    counted: bool = True
    optional: bool = False
    every: str | None = None
    owner: str | None = None
    due: str | None = None
    note: str | None = None
    command: str | None = None
    condition: str | None = None
    when: str | None = None
    depth: int = 0

    @property
    def done(self) -> bool:
        """Whether its box is ticked."""
        return self.state == "done"


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A headed group of items; `origin` is its heading, which not every section has."""

    name: str
    origin: Origin | None = None
    items: tuple[ItemDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """What the file demands, in its words, and the condition that this is, where it has a number."""

    text: str
    origin: Origin
    require: str | None = None
    floor: float | None = None
    metric: str | None = None
    """The reading, where none of gonogo's own gives it."""
    note: str = ""
    question: str = ""
    proposal: str | None = None
    """A condition that may be meant; a person accepts it."""
    boxed: bool = False
    """Whether an item of the same line has the box."""


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """Text that stays text, in its place."""

    text: str
    origin: Origin
    phase: int | None = None
    section: str = ""
    kind: Literal["note", "comment"] = "note"


@dataclass(frozen=True, slots=True)
class PhaseDraft:
    """A phase as it was read; without `origin` the file has no heading for it."""

    name: str
    origin: Origin | None = None
    number: int | None = None
    goal: str = ""
    window: str = ""
    """Its time as the file says it: `Week 1`, `T-45 → T-30`."""
    days: float | None = None
    environment: str = "production"
    sections: tuple[SectionDraft, ...] = ()
    criteria: tuple[CriterionDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step of a runbook as it was read."""

    text: str
    origin: Origin
    due_s: float | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class RunbookDraft:
    """What to do when something breaks; not every file says of which severity it is."""

    name: str
    severity: Severity | None
    steps: tuple[StepDraft, ...]


@dataclass(frozen=True, slots=True)
class ReadinessDraft:
    """Something that must always be ready, and for how long a look at it holds, where the file says so."""

    text: str
    origin: Origin
    group: str = ""
    max_age: str | None = None


@dataclass(frozen=True, slots=True)
class TriggerDraft:
    """What makes the team roll back: no task, and no condition of a gate."""

    text: str
    origin: Origin
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """A text that waits to be filled in."""

    name: str
    body: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file and what became of it; `into` says it in words."""

    number: int
    text: str
    became: Became
    into: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a file was understood: every line is used, kept as text, or lost, which none may be."""

    lines: int
    used: int
    kept: int
    blank: int
    """How many of those kept say nothing."""
    lost: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole file as it was read."""

    title: str
    phases: tuple[PhaseDraft, ...] = ()
    runbooks: tuple[RunbookDraft, ...] = ()
    triggers: tuple[TriggerDraft, ...] = ()
    readiness: tuple[ReadinessDraft, ...] = ()
    templates: tuple[TemplateDraft, ...] = ()
    tips: tuple[str, ...] = ()
    notes: tuple[NoteDraft, ...] = ()
    lines: tuple[Line, ...] = ()
    questions: tuple[str, ...] = ()
    """What the operator is to answer beside what single criteria ask."""

    @property
    def items(self) -> list[ItemDraft]:
        """All items, in the order of the phases."""
        return [item for phase in self.phases for section in phase.sections for item in section.items]

    @property
    def criteria(self) -> list[CriterionDraft]:
        """All criteria, in the order of the phases."""
        return [one for phase in self.phases for one in phase.criteria]

    @property
    def coverage(self) -> Coverage:
        """How much of the file was understood."""
        return coverage(self.lines, self.notes)


def coverage(lines: Sequence[Line], notes: Sequence[NoteDraft]) -> Coverage:
    """Count what became of the lines; one that is kept must stand in a note."""
    noted = {number for note in notes for number in range(note.origin.first, note.origin.last + 1)}
    blank = sum(1 for line in lines if line.became == "blank")
    kept = sum(1 for line in lines if line.became in KEPT and (line.became == "blank" or line.number in noted))
    used = sum(1 for line in lines if line.became and line.became not in KEPT)
    return Coverage(len(lines), used, kept, blank, len(lines) - used - kept)
