"""The case of one criterion: what its table of outcomes, its confidence and its outlook look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from gonogo.rules import condition, words
from gonogo.rules.condition import Answer
from gonogo.rules.plan import Criterion
from gonogo.rules.reading import Reading
from gonogo.rules.verdict import Verdict
from gonogo.rules.waiver import Waiver

Outcome = Literal[
    "not_applicable", "waived", "missed", "stale", "unmeasurable", "collecting", "inconclusive", "met"
]  # fmt: skip
VERDICT_OF: dict[Outcome, Verdict] = {
    "not_applicable": Verdict.GO, "waived": Verdict.GO, "met": Verdict.GO,
    "stale": Verdict.HOLD, "unmeasurable": Verdict.HOLD, "collecting": Verdict.HOLD, "inconclusive": Verdict.HOLD,
    "missed": Verdict.NOGO,
}  # fmt: skip
MIN_COVERAGE = 0.9
MINUTE = timedelta(minutes=1)
WEEK_S, DAY_S, HOUR_S = 7 * 86_400.0, 86_400.0, 3600.0


@dataclass(frozen=True, slots=True)
class Case:
    """All that the table of outcomes looks at."""

    one: Criterion
    parsed: condition.Condition
    reading: Reading
    target: float | None
    answer: Answer
    sure: float | None
    waiver: Waiver | None
    now: datetime
    timezone: str = "UTC"
    closes: datetime | None = None
    """The planned end of the phase."""

    @property
    def minute(self) -> datetime:
        """The minute that is judged in: dates are told to the minute."""
        return minute_of(self.now)

    @property
    def absence(self) -> bool:
        """Whether little is wanted: nothing bad, or not much of it."""
        few = ("count", "open_count", "tally", "rate")
        return self.parsed.op in ("==", "<", "<=") and self.reading.nature in few

    @property
    def growing(self) -> bool:
        """Whether a condition that fails now may only be short of its target."""
        return self.parsed.op in (">=", ">") and self.reading.nature in ("count", "progress")

    @property
    def fails(self) -> bool:
        """Whether the condition is false of the number as it is."""
        return self.answer is Answer.FAIL

    @property
    def wanted(self) -> str:
        """What is wanted, as people read it: `≥ 20`."""
        return f"{words.OPS.get(self.parsed.op, self.parsed.op)} {self.parsed.right.text}"

    @property
    def value(self) -> str:
        """The number in the unit of its target."""
        return words.reading(self.reading.value, self.parsed.right.text, self.reading.name)

    @property
    def said(self) -> str:
        """The number with what it is made of: `98.2% (7d, checkout)`."""
        return f"{self.value} ({self.reading.detail})" if self.reading.detail else self.value


def minute_of(now: datetime) -> datetime:
    """Return the minute that an instant lies in: what is said is said to the minute."""
    return now.replace(second=0, microsecond=0)


def unit_s(reading: str) -> float:
    """Return the unit of time of a rate: a week or a day."""
    return WEEK_S if "week" in reading else DAY_S


def exposure_lack_s(case: Case) -> float:
    """Return how many more seconds must be observed before this may be judged."""
    if case.absence:
        return (case.one.per_s or unit_s(case.reading.name)) * MIN_COVERAGE - case.reading.exposure_s
    if case.reading.coverage is not None and isinstance(case.parsed.over, float):
        return case.parsed.over * MIN_COVERAGE - case.reading.exposure_s
    return 0.0
