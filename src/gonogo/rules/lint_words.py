"""The words that make a line of a plan doubtful, and what is proposed for each."""

from __future__ import annotations

import re

HOUR_S, DAY_S = 3600.0, 86_400.0


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms), re.I)


AGAIN: tuple[tuple[re.Pattern[str], float, str], ...] = (
    (_any(r"\b(?:multiple|several|many) times (?:a day|daily|per day)"), DAY_S / 4, "every 6 hours"),
    (_any(r"\btwice (?:a day|daily)\b"), DAY_S / 2, "every 12 hours"),
    (_any(r"\b(?:hourly|(?:every|each) hour)\b"), HOUR_S, "every hour"),
    (_any(r"\b(?:daily|nightly|(?:every|each) day)\b"), DAY_S, "every day"),
    (_any(r"\b(?:weekly|(?:every|each) week)\b"), 7 * DAY_S, "every week"),
    (_any(r"\b(?:regular|periodic|routine)(?:ly|ally)?\b"), DAY_S, "every day"),
    (_any(r"\bmonitor(?:ing)?\b", r"\btrack\b", r"\bcollect\b", r"\bkeep an eye\b"), DAY_S, "every day"),
    (_any(r"\bupdate (?:users|customers)\b"), DAY_S, "every day"),
    (_any(r"\b(?:fix|respond|reply|answer)\b.*\bquickly\b", r"\bquick(?:ly)? (?:response|respond|reply|answer)"), DAY_S,
     "every day"),
)  # fmt: skip
"""Work that comes again, and how often it is proposed to come due; the first that fits wins."""
SET_UP = _any(
    r"\b(?:enabled?|set ?up|configured?|install(?:ed)?|automated?|deploy(?:ed)?|ready|plan(?:ning)?|create|in place)\b"
)
"""What is made once, though it goes on by itself afterwards."""
NEGATIVE = _any(r"^\W*no\b(?!\.)", r"\b(?:not|never|without|don'?t|avoid|keep off)\b")
ONLY = _any(r"\((?:basic|minimal|simple|limited)\)")
IF = re.compile(
    r"\(?\b((?:if|when|where|as)\s+(?:it\s+is\s+|they\s+)?"
    r"(?:planned|needed|necessary|required|applicable|ask(?:ed)?|possible))\b\)?",
    re.I,
)
PROPOSED: tuple[tuple[re.Pattern[str], str, str | None], ...] = (
    (_any(r"\bpositive\b", r"\bhappy\b", r"\bsatisf"),
     "a mean above 4 of at least 5 ratings, and no unanswered 1-star", "feedback.mean > 4"),
    (_any(r"\bgrow(?:s|ing|th)?\b", r"\bincreas"),
     "more in these seven days than in the seven before", "orders.growth > 1"),
    (_any(r"\bperformance\b", r"\bfast\b", r"\bresponsive\b", r"\bspeed\b"),
     "p95 under 800 ms over a day, until you set a number", "p95 < 800ms over 24h"),
    (_any(r"\bmanageable\b"),
     "say how many questions a day are manageable; 10 until you do", "questions.per_day <= 10"),
    (_any(r"\bcan (?:complete|place)\b.*\borders\b", r"\borders\b.*\bwork\b"),
     "nine of ten orders succeed", "orders.success >= 90%"),
    (_any(r"\ball\b.*\b(?:test|work|feature)", r"\bfeatures\b"),
     "name the features in one list; tested means that a person walked through it once", "checklist.share >= 100%"),
    (_any(r"\bstable\b", r"\bstability\b", r"\breliab"),
     "99% uptime over three days", "uptime >= 99% over 3d"),
    (_any(r"\bno (?:major|serious|big)\b"),
     "major means critical or high, and none is open", "bugs.major == 0"),
    (_any(r"\bno (?:critical|blocking)\b"),
     "none that is critical is open", "bugs.critical == 0"),
)  # fmt: skip
"""What is often demanded without a number: the words, the ruling, and the condition that it becomes."""
VAGUE = _any(
    r"\b(?:acceptable|good|great|positive|stable|manageable|smooth|adequate|sufficient|reasonable|properly)\b",
    r"\b(?:quick(?:ly)?|fast|growing|happy|works?|solid|enough)\b",
)
TIMED = _any(r"\bover \d", r"\bper (?:day|week|hour|month)\b", r"\b\d+ ?(?:h|d|hours|days|weeks)\b", r"\.per_")
SHARE = re.compile(r"(\d+(?:\.\d+)?)\s?%")
