"""What is expected of a probe or of readiness: a list of conditions means all, `{ any = [...] }` that one is enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gonogo.rules import condition, gatus
from gonogo.rules.condition import Answer, Condition, ConditionError, Path
from gonogo.rules.grammar import Literal
from gonogo.rules.placed import placed


@dataclass(frozen=True, slots=True)
class Expectation:
    """Groups that must all hold; of a group one condition is enough, and most are of one."""

    groups: tuple[tuple[Condition, ...], ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, in the order they were written."""
        return tuple(one for group in self.groups for one in group)


NOTHING = Expectation()
"""Whatever the answer is, it will do."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A condition with its answer and what stood there."""

    condition: Condition
    answer: Answer
    saw: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to an expectation, with the answer of each condition."""

    answer: Answer
    groups: tuple[tuple[Answered, ...], ...]

    @property
    def decisive(self) -> tuple[Answered, ...]:
        """The first group that made the answer what it is; nothing when all is as expected."""
        if self.answer is Answer.PASS:
            return ()
        return next(group for group in self.groups if _group(group) is self.answer)

    @property
    def amiss(self) -> tuple[Answered, ...]:
        """The conditions of every group that does not hold."""
        return tuple(one for group in self.groups if _group(group) is not Answer.PASS for one in group)

    @property
    def sentence(self) -> str:
        """What was wanted and what was seen instead; nothing when all is as expected."""
        wanted = " or ".join(one.condition.text for one in self.decisive)
        saw = " and ".join(dict.fromkeys(one.saw for one in self.decisive))
        if self.answer is Answer.UNKNOWN:
            return f"cannot tell: {wanted}, saw {saw}"
        return f"wanted {wanted}, saw {saw}" if wanted else ""


def read_condition(text: str, known: Callable[[str], bool] | None = None) -> Condition:
    """Read a condition in our spelling or in that of Gatus; ConditionError with a caret when it means nothing."""
    return _read(text) if known is None else _fresh(text, known)


@lru_cache(maxsize=4096)  # the same words stand in many probes, and are read again when a phase begins
def _read(text: str) -> Condition:
    return _fresh(text, None)


def _fresh(text: str, known: Callable[[str], bool] | None) -> Condition:
    return gatus.parse(text) if gatus.is_gatus(text) else condition.parse(text, known)


def parse(written: Any, known: Callable[[str], bool] | None = None) -> Expectation:
    """Read a list of conditions and of `{ any = [...] }` tables, as TOML has them; PlacedError says what is wrong."""
    shape(written)
    return Expectation(tuple(_group_of(one, place, known) for place, one in enumerate(written)))


def _group_of(one: Any, place: int, known: Callable[[str], bool] | None) -> tuple[Condition, ...]:
    with placed(place):
        return tuple(read_condition(text, known) for text in _texts(one))


def check(written: Any, amiss: Callable[[Path], str]) -> None:
    """Refuse conditions at whose reading something is amiss; ConditionError with a caret under the first such."""
    for place, group in enumerate(parse(written).groups):
        for one in group:
            for side in (one.left, one.right):
                if not isinstance(side, Literal) and (
                    why := amiss(path := side if isinstance(side, Path) else side.path)
                ):
                    with placed(place):
                        raise ConditionError(one.text, _at(one.text, path.text), why)


def _at(text: str, word: str) -> int:
    """Return where a word stands, and not where it is a part of another."""
    found = re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text)
    return found.start() if found else 0


def shape(value: Any) -> None:
    """Refuse what is no list of texts and of `{ any = [...] }`; PlacedError says where and what would be right."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError('a list is wanted here, such as ["status == 200", "latency < 800ms"]')
    for place, one in enumerate(value):
        with placed(place):
            _texts(one)


def _texts(one: Any) -> Sequence[str]:
    if isinstance(one, str):
        return (one,)
    texts = one.get("any") if isinstance(one, Mapping) and len(one) == 1 else None
    if not isinstance(texts, Sequence) or isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise ValueError('in a list of conditions stand texts and tables such as { any = ["status == 200", "..."] }')
    if not texts:
        raise ValueError("any = [] can never hold; write conditions into it, of which one is enough")
    return texts


def evaluate(expectation: Expectation, facts: Mapping[str, Any]) -> Judgement:
    """Answer an expectation and each of its conditions."""
    groups = tuple(tuple(_answered(one, facts) for one in group) for group in expectation.groups)
    return Judgement(condition.together([_group(group) for group in groups]), groups)


def _group(group: tuple[Answered, ...]) -> Answer:
    return condition.either([one.answer for one in group])


def _answered(one: Condition, facts: Mapping[str, Any]) -> Answered:
    answer = condition.evaluate(one, facts)
    return Answered(one, answer, "" if answer is Answer.PASS else condition.seen(one, facts))
