"""Demands in prose into conditions: “20+ successful orders”, “99.9% uptime”, “fewer than 2 bugs per day”.

What is written here the condition language reads. What has no number stays a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from gonogo.rules import prose_words as words
from gonogo.rules.catalogue import NATURES, READINGS, is_known
from gonogo.rules.condition import ConditionError, parse
from gonogo.rules.numbers import plain
from gonogo.rules.prose_number import Amount, amount_of, window_of
from gonogo.rules.text import slug, tidy


@dataclass(frozen=True, slots=True)
class Demand:
    """What a line of prose demands: a condition, or a question where it has no number."""

    text: str
    require: str | None = None
    floor: float | None = None
    """Of a range, the lower end: between the two the poll may let it pass."""
    metric: str | None = None
    """The reading, where it is none of ours: a `[[metric]]` of this name has to give it."""
    note: str = ""
    """What to know of the condition beside the prose."""
    sure: bool = False
    """Whether the prose compares, and does not merely hold a number."""
    proposal: str | None = None
    """A condition that may be meant where no number is given; a person accepts it or not."""

    @property
    def question(self) -> str:
        """What to ask the operator, or nothing."""
        if self.require is None:
            return f"“{self.text}” has no number: what is measured, and how much is enough?"
        if self.metric is not None:
            return f"“{self.text}” needs a source: which [[metric]] in gonogo.toml gives {self.metric}?"
        return ""


_SPLIT = re.compile(
    r"\s*(?:[;；、]|,(?!\d)|，|\s+(?:and|und|et|e|y)\s+(?=[<>≤≥]|\d|no\s|zero\s))\s*(?![^()（）]*[)）])"
)
_GLYPHS = re.compile(r"[✅❌🟢🟡🔴☑✔✓☐*`]️?")


_PLACE = re.compile(r"\[[^\]]*\]|<[^>]*>|_+")
"""What only keeps the place for words: `[Blocker 1]`."""
_LONGEST = 2000
"""How much of a line is looked at for its number."""


def demands(text: str) -> list[str]:
    """Split a line into its demands: “0 critical bugs, all core features work”."""
    if len(text) > _LONGEST:
        return [text]
    parts = [part.strip(" .。") for part in _SPLIT.split(text)]
    return [part for part in parts if part]


@cache
def _comparing() -> re.Pattern[str]:
    said = "|".join(source for _, source in (*words.BEFORE, *words.AFTER))
    return re.compile(
        rf"[<>≤≥]|\d\s*[%％]?\+|(?<!\w)(?:{said}|{words.NONE.strip('|')})(?!\w)|{words.NONE_CJK}", re.IGNORECASE
    )


def compares(text: str) -> bool:
    """Whether a text may compare something with a number, before it is looked at closely."""
    return _comparing().search(text) is not None


def demand(text: str, *, own: bool = True) -> Demand:
    """Read one demand; without `own`, what no reading of ours answers has no condition."""
    text = tidy(text)
    low = "" if _PLACE.fullmatch(text) else _plain(text[:_LONGEST])
    span, rest = window_of(low)
    amount = amount_of(rest)
    if amount is None and span and amount_of(low) is not None and re.search(words.SPEED, low):
        amount, rest, span = amount_of(low), low, None  # “loads in 2 seconds”: the time is what is wanted
    if amount is not None:
        reading, note = reading_of(rest, amount)
        metric = None
        if reading is None and own and not amount.absent:
            reading = metric = _own_name(rest, amount)
        if reading is not None:
            written = _condition(reading, amount, rest, span)
            if written is not None:
                floor = _floor(amount, written)
                return Demand(text, written, floor, metric, note, bool(amount.op) or amount.absent)
    return Demand(text, proposal=_proposal(low))


def _plain(text: str) -> str:
    low = _GLYPHS.sub("", text).casefold()
    for old, new in (("≥", ">="), ("≤", "<="), ("＞", ">"), ("＜", "<"), ("％", "%"), ("=>", ">="), ("=<", "<=")):
        low = low.replace(old, new)
    return low


def _has(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return words.words(pattern)


# Which reading is meant -----------------------------------------------------------------------


def reading_of(text: str, amount: Amount) -> tuple[str | None, str]:
    """Return the built-in reading that a demand is of, and what to know of it; nothing where there is none."""
    if amount.unit == "%":
        return _share(text), ""
    if amount.unit in ("ms", "s", "m"):
        found = _has(words.SPEED, text) and not _has(r"first response|response plan|p50|ttfb", text)
        plain_p95 = re.search(r"\bp9[09]\b|\bp50\b", text)
        if found and plain_p95 and plain_p95[0] != "p95":
            return "p95", f"gonogo measures p95; the plan says {plain_p95[0]}"
        milder = _has(r"average|avg|mean|median|médi[oa]|durchschnitt\w*|moyen\w*|平均", text)
        note = "gonogo measures p95, which is stricter than an average" if found and milder else ""
        return ("p95" if found else None), note
    if amount.unit == "/5" or (amount.unit == "" and _is_rating(text, amount)):
        return ("feedback.mean" if _has(words.RATING, text) or amount.unit == "/5" else None), ""
    if amount.unit:
        return None, ""
    return _count(text, amount), ""


def _is_rating(text: str, amount: Amount) -> bool:
    average = _has(r"average|avg|mean|satisfaction|csat|rating|médi[oa]|满意度|评分|zufriedenheit|satisfação", text)
    return (
        average
        and 0 < amount.value <= 5
        and _has(words.RATING, text)
        and not _has(r"nps|\d+ (?:reviews|ratings)", text)
    )


def _share(text: str) -> str | None:
    if _has(words.UPTIME, text):
        return "uptime"
    if _has(words.ORDER, text) and _has(words.SUCCESS, text):
        return "orders.success"
    if _has(words.ORDER, text) and _has(words.GROWTH, text):
        return "orders.growth"
    if _has(words.ERRORS, text) and not _has(words.BUG.replace("|failures?", ""), text):
        return "error_rate"
    return "checklist.share" if _has(words.CHECKLIST, text) else None


def _count(text: str, amount: Amount) -> str | None:
    if _has(words.ONE_STAR, text):
        return "feedback.one_star"
    bug, order = _has(words.BUG, text), _has(words.ORDER, text)
    if order and not amount.absent and amount.value:
        if _has(words.CUSTOMER, text):
            return "orders.customers"
        if _has(words.FAILED, text):
            return "orders.failed"
        return "orders.clean" if _has(words.CLEAN, text) else None if _has(words.DAILY, text) else "orders.successful"
    if order and _has(words.CLEAN, text):
        return None  # “orders processed without problems”: how many, it does not say
    if bug or _has(words.CRITICAL, text):
        numbered = not amount.op and amount.value > 0 and not text[amount.end :].strip()  # “blocker 2” is a name
        return None if numbered else _bug(text, bug=bug)
    if _has(words.QUESTIONS, text) and _has(words.DAILY, text):
        return "questions.per_day"
    if _has(words.ANSWERS, text) and not amount.absent:
        return "feedback.count"
    if _has("testers?", text) and not amount.absent and not _has(words.DAILY, text):
        return "testers"
    return "burn" if _has(words.BURN, text) else None


def _bug(text: str, *, bug: bool) -> str | None:
    critical = _has(words.CRITICAL, text)
    if _has(words.WEEKLY, text):
        return "criticals.per_week" if critical else None
    if _has(words.DAILY, text):
        return None if critical else "bugs.per_day"
    if _has(r"p0/p1|p0 (?:and|or) p1|critical (?:and|or) (?:high|major)", text):
        return "bugs.major"
    if critical:
        return "bugs.critical"
    if _has(words.MAJOR, text):
        return "bugs.major"
    plain_bug = _has(r"bugs?|defects?|issues?|problems?|problemas?|fehler|缺陷|问题|defeitos?", text)
    related = _has(r"tickets?|incidents?|support|related|crash(?:es)?|failures?", text)
    return "bugs.open" if bug and plain_bug and not related else None


# The condition --------------------------------------------------------------------------------

_WINDOWS = {"uptime": "7d", "p95": "24h", "error_rate": "24h"}
"""What is measured over time needs a window; where the prose says none, these hold."""


def _condition(reading: str, amount: Amount, text: str, span: str | None) -> str | None:
    op = amount.op or _way(reading, amount, text)
    value, unit = amount.value, "" if amount.unit in ("/5", "/n") else amount.unit
    if reading == "orders.growth" and unit == "%":
        value += 100
    span = span or _WINDOWS.get(reading)
    if reading in ("bugs.per_day", "criticals.per_week", "questions.per_day") or NATURES.get(reading) == "open_count":
        span = None
    written = f"{reading} {op} {plain(value)}{unit}" + (f" over {span}" if span else "")
    try:
        parse(written)
    except ConditionError:
        return None
    return written


def _way(reading: str, amount: Amount, text: str) -> str:
    """Return how a number without a comparison is meant: errors are to be few, orders are to be many."""
    if amount.value == 0:
        return "=="
    nature = NATURES.get(reading)
    if nature is None:
        low = amount.unit in ("ms", "s", "m", "h") or _has(words.LOW_IS_GOOD, text)
    else:
        low = nature in ("open_count", "rate", "tally") or reading in ("error_rate", "p95", "burn")
    return "<=" if low and not amount.plus else ">="


def _floor(amount: Amount, written: str) -> float | None:
    return float(amount.low) if amount.low is not None and ">" in written and amount.unit == "" else None


def _own_name(text: str, amount: Amount) -> str:
    """Name a reading after what stands before the number, or around it: `delta.efficiency`."""
    label = re.split("[:：]", text)[0] if re.search("[:：]", text) else ""
    around = (label, text[: amount.start], text[amount.end :])
    parts = next(filter(None, map(_name_parts, around)), [])
    name = ".".join(part.replace("-", "_") for part in parts)[:40].strip("._")
    if not name:
        return "plan.number"
    return name if not is_known(name) and name not in READINGS else f"plan.{name}"[:40].strip("._")


def _name_parts(source: str) -> list[str]:
    bare = re.sub(r"\([^)]*\)?|（[^）]*）?", " ", source)
    parts = [one for one in (slug(word, "") for word in re.split(r"[\s/_,;:.]+", bare)) if one]
    return [part for part in parts if part not in words.STOP and not part[0].isdigit()][:3]


def _proposal(text: str) -> str | None:
    for pattern, written in words.UNCOUNTED:
        if re.search(pattern, text):
            return written
    return None
