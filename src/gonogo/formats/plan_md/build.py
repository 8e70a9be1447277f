"""What is gathered while a plan is read, and the draft that it makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from gonogo.formats.plan_md.stages import Stage
from gonogo.rules.draft import (
    Became,
    CriterionDraft,
    Draft,
    ItemDraft,
    Line,
    NoteDraft,
    Origin,
    PhaseDraft,
    ReadinessDraft,
    RunbookDraft,
    SectionDraft,
    StepDraft,
    TemplateDraft,
    TriggerDraft,
)
from gonogo.rules.plan import Severity
from gonogo.rules.prose import Demand

OUTSIDE = "Outside the phases"


@dataclass(slots=True)
class Phase:
    """A phase that is being gathered."""

    stage: Stage
    origin: Origin | None = None
    goal: str = ""
    days: float | None = None
    environment: str = "production"
    sections: dict[object, tuple[str, Origin | None, list[ItemDraft]]] = field(default_factory=dict)
    criteria: list[CriterionDraft] = field(default_factory=list)


class Build:
    """Everything that was found so far, and the fate of every line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.fates: list[tuple[Became, str]] = [("blank", "") if not line.strip() else ("", "") for line in lines]
        self.title = ""
        self.before, self.after = Phase(Stage(0, "")), Phase(Stage(0, OUTSIDE))
        """What stands before the first phase, and what stands outside of all."""
        self.phases: list[Phase] = []
        self.books: dict[object, tuple[str, Severity | None, list[StepDraft]]] = {}
        self.triggers: list[TriggerDraft] = []
        self.readiness: list[ReadinessDraft] = []
        self.templates: list[TemplateDraft] = []
        self.tips: list[str] = []
        self.notes: list[tuple[NoteDraft, Phase | None]] = []
        self.questions: list[str] = []
        self.outside: list[str] = []
        """The headings of what stands outside the phases, behind the first."""
        self.items = 0

    def origin(self, first: int, last: int) -> Origin:
        """Return a place in the file with its text."""
        return Origin(first, last, "\n".join(self.lines[first - 1 : last]))

    def mark(self, first: int, last: int, became: Became, into: str = "") -> None:
        """Say what lines became; the first word holds, and a blank line stays one."""
        for number in range(first - 1, min(last, len(self.lines))):
            if not self.fates[number][0]:
                self.fates[number] = (became, into if number == first - 1 else "")

    def is_marked(self, number: int) -> bool:
        """Whether it is known already what a line became."""
        return bool(self.fates[number - 1][0])

    def uses(self, first: int, last: int) -> bool:
        """Whether a line between these became more than text."""
        return any(
            became not in ("", "blank", "note", "comment", "layout") for became, _ in self.fates[first - 1 : last]
        )

    def item(self, phase: Phase | None, key: object, name: str, head: Origin | None, item: ItemDraft) -> None:
        """Put an item into its section; outside of all phases it waits where it stands."""
        home = phase or (self.after if self.phases else self.before)
        if home is self.after and name not in self.outside:
            self.outside.append(name)
        home.sections.setdefault(key, (name, head, []))[2].append(item)
        self.items += 1

    def criterion(self, phase: Phase | None, found: Demand, origin: Origin, *, boxed: bool = False) -> None:
        """Put a criterion into its phase."""
        made = CriterionDraft(
            found.text,
            origin,
            found.require,
            found.floor,
            found.metric,
            found.note,
            found.question,
            found.proposal,
            boxed,
        )
        (phase or self.after).criteria.append(made)

    def note(self, first: int, last: int, phase: Phase | None, section: str, *, comment: bool = False) -> None:
        """Keep what is left of some lines as text."""
        open_lines = [number for number in range(first, last + 1) if not self.is_marked(number)]
        for start, end in _runs(open_lines, self.lines):
            kind: Literal["note", "comment"] = "comment" if comment else "note"
            made = NoteDraft("\n".join(self.lines[start - 1 : end]), self.origin(start, end), None, section, kind)
            self.notes.append((made, phase))
            self.mark(start, end, kind)

    def draft(self, fallback: str) -> Draft:
        """Make the draft of all that was found."""
        title = self.title or fallback
        phases = self._settled(title)
        index = {id(phase): place for place, phase in enumerate(phases)}
        return Draft(
            title,
            tuple(_phase(phase) for phase in phases),
            tuple(RunbookDraft(name, severity, tuple(steps)) for name, severity, steps in self.books.values() if steps),
            tuple(self.triggers),
            tuple(self.readiness),
            tuple(self.templates),
            tuple(self.tips),
            tuple(replace(note, phase=index.get(id(phase))) for note, phase in self.notes),
            tuple(
                Line(number, text, *fate)
                for number, (text, fate) in enumerate(zip(self.lines, self.fates, strict=True), 1)
            ),
            tuple(self.questions),
        )

    def _settled(self, title: str) -> list[Phase]:
        """Give a phase to what stands outside of all: the first to what is before it, one of its own to the rest."""
        before, after = self.before, self.after
        if not self.phases:
            before.sections.update(after.sections)
            before.criteria += after.criteria
            before.stage = Stage(0, title)
            return [before] if before.sections or before.criteria else []
        phases = list(self.phases)
        phases[0].sections = {**before.sections, **phases[0].sections}
        phases[-1].criteria += after.criteria
        if after.sections:
            after.stage = Stage(0, self.outside[0] if len(self.outside) == 1 else OUTSIDE)
            after.criteria = []
            phases.append(after)
        return phases


def _phase(phase: Phase) -> PhaseDraft:
    return PhaseDraft(
        phase.stage.name,
        phase.origin,
        phase.stage.number,
        phase.goal,
        phase.stage.window,
        phase.days,
        phase.environment,
        tuple(SectionDraft(name, head, tuple(items)) for name, head, items in phase.sections.values()),
        tuple(phase.criteria),
    )


def _runs(numbers: list[int], lines: Sequence[str]) -> list[tuple[int, int]]:
    """Join line numbers that follow each other, blank lines between them included."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and not any(lines[between - 1].strip() for between in range(runs[-1][1] + 1, number)):
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


_SEVERITIES: tuple[tuple[str, Severity], ...] = (
    (r"non-?critical|minor|low\b|trivial|cosmetic|p[34]|sev-?[34]|menor|não crítico|gering|mineur|低|轻微|非紧急",
     Severity.LOW),
    (r"critical|p0|sev-?[01]|site down|outage|crític|kritisch|critique|严重|致命|紧急", Severity.CRITICAL),
    (r"\bhigh\b|major|serious|p1|sev-?2|alta\b|grave|schwer|majeur|重大|高", Severity.HIGH),
    (r"\bmedium\b|moderate|p2|média|mittel|moyen|中", Severity.MEDIUM),
)  # fmt: skip


def severity_of(title: str) -> Severity | None:
    """Return the severity that a runbook's heading names."""
    low = title.casefold()
    return next((severity for pattern, severity in _SEVERITIES if re.search(pattern, low)), None)
