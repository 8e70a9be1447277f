"""Times in plans: the window of a phase, when an item is due, how often work comes due again."""

from __future__ import annotations

import re

_DASH = "[-‐‑‒–—−~至到]"
_UNITS: tuple[tuple[str, float], ...] = (
    (r"min(?:ute)?s?|minutos?|minuten|分钟|分", 1 / 1440),
    (r"h|hrs?|hours?|horas?|heures?|stunden?|小时|時間", 1 / 24),
    (r"d|days?|dias?|días?|jours?|tage?n?|giorn[oi]|天|日", 1.0),
    (r"w|wks?|weeks?|sprints?|semanas?|semaines?|wochen?|settiman[ae]|周|星期|週間?", 7.0),
    (r"months?|meses|m[êe]s|mois|monate?|mes[ie]|个月|月", 30.0),
    (r"quarters?|trimestres?|quartale?|季度", 90.0),
)  # fmt: skip
_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "um": 1, "uma": 1, "ein": 1, "eine": 1,
                 "une": 1, "two to three": 3, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4}  # fmt: skip
_NUM = rf"\d{{1,4}}|{'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))}"
_ANY = "|".join(unit for unit, _ in _UNITS)
_AMOUNT = re.compile(rf"(?<![\w])({_NUM})\s*(?:{_DASH}\s*({_NUM})\s*)?\+?\s*-?\s*({_ANY})(?![a-zà-ÿ])", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?<![\w])({_ANY})\s*({_DASH}?\s?\d+)\s*(?:{_DASH}\s*(?:(?:{_ANY})\s*)?(\d+))?\s*(\+)?", re.IGNORECASE
)
_COUNTDOWN = re.compile(
    rf"\b[TLD]\s?[-+‐‑‒–−]\s?\d+\s*(?:{_ANY})?(?:\s*(?:→|->|to|{_DASH})\s*[TLD]\s?[-+‐‑‒–−]?\s?\d+\s*(?:{_ANY})?)?",
    re.IGNORECASE,
)
_CJK_NAMED = re.compile(r"第([一二三四五六七八九十\d]+)(天|周|月|个月)")
_DATES = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
    r"dec)[a-z]*\b|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b|\bq[1-4]\b|\b20\d\d\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:before|after|prior to|ongoing|until|antes|depois|após|vor|nach|avant|après|primeira|first|last|next|dia do|"
    r"day of)\b|前|后",
    re.IGNORECASE,
)


def is_window(text: str) -> bool:
    """Whether text, such as that in brackets behind a phase's name, says a time and little else."""
    text = text.strip()
    if not 0 < len(text) <= 40:
        return False
    found = _COUNTDOWN.search(text) or _NAMED.search(text) or _CJK_NAMED.search(text) or _AMOUNT.search(text)
    if found:
        rest = re.sub(r"[\W\d_]+", "", text[: found.start()] + text[found.end() :])
        return len(rest) <= 14 or bool(_RELATIVE.search(text))
    return bool(_DATES.search(text) or (_RELATIVE.search(text) and len(text) <= 24))


def days_of(window: str) -> float | None:
    """Return how many days a window has: `Week 2` seven, `Weeks 3-4` fourteen, `30 minutes` a part of one, else "
    "nothing."""
    if named := _NAMED.search(window):
        if named[4] or window.rstrip().endswith("+"):
            return None
        first = int(re.sub(r"\D", "", named[2]))
        many = max(1, int(named[3]) - first + 1) if named[3] else 1
        return _bounded(many * _days(named[1]))
    if cjk := _CJK_NAMED.search(window):
        return {"天": 1.0, "周": 7.0}.get(cjk[2], 30.0)
    if (found := _AMOUNT.search(window)) and not window.rstrip().endswith("+") and not _RELATIVE.search(window):
        return _bounded(_number(found[2] or found[1]) * _days(found[3]))
    return None


def _bounded(days: float) -> float | None:
    return round(days, 6) if 0 < days <= 3660 else None


def _days(unit: str) -> float:
    return next(days for pattern, days in _UNITS if re.fullmatch(pattern, unit, re.IGNORECASE))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBER_WORDS[text.casefold()]


def seconds_of(text: str) -> float | None:
    """Return the seconds of a time such as `5 minutes` or `< 30 seconds`; of “immediate” none have passed."""
    low = text.casefold()
    if re.search(r"immediate|instant|at once|right away|imediat|inmediat|sofort|immédiat|立即|马上|t\s?\+?\s?0\b", low):
        return 0.0
    if found := re.search(r"(\d{1,5})\s*(?:s|secs?|seconds?|segundos?|sekunden|secondes?|秒)(?![a-zà-ÿ])", low):
        return float(found[1])
    if found := _AMOUNT.search(low):
        days = _bounded(_number(found[2] or found[1]) * _days(found[3]))
        return None if days is None else round(days * 86_400)
    if found := re.search(r"t\s?\+\s?(\d{1,4})(?::(\d\d))?", low):
        return float(int(found[1]) * 60 + int(found[2] or 0))
    return None


# When an item is due --------------------------------------------------------------------------

_DUE = re.compile(
    r"(?:due|by|until|before|deadline|📅|⏳|até|hasta|bis|avant le|entro|截止|期限)[\s:：]*"
    r"(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d)?)|[(（\[]\s*(\d{4}-\d\d-\d\d)\s*[)）\]]|\s[-–—@]?\s?(\d{4}-\d\d-\d\d)\s*$",
    re.IGNORECASE,
)
_DUE_COUNT = re.compile(rf"(?<!\w)([TD]\s?[-+‐‑−–]\s?\d+\s*(?:{_ANY})?)(?![a-zà-ÿ\d])", re.IGNORECASE)


def due_of(text: str) -> str | None:
    """Return when an item is due, as a date or a time of the countdown, where its text says so."""
    if found := _DUE.search(text):
        return found[1] or found[2] or found[3]
    if found := _DUE_COUNT.search(text):
        return re.sub(r"[‐‑−–]", "-", found[1]).strip()
    return None


# How often work comes due again ---------------------------------------------------------------

_TIMES = re.compile(
    r"(\d{1,2}|twice|two|three|four|duas|três|dos|tres|zweimal|dreimal|deux|trois|两|三|四)\s*"
    r"(?:x|times?|vezes|veces|mal|fois|volte|次)?\s*(?:a|per|each|every|por|ao|al|am|pro|par|/)\s*"
    r"(day|week|hour|dia|día|semana|hora|tag|woche|stunde|jour|semaine|heure)|"
    r"每(天|日|周|小时)\s*(\d{1,2}|两|三|四)\s*次",
    re.IGNORECASE,
)
_MANY = {
    "twice": 2, "two": 2, "three": 3, "four": 4, "duas": 2, "três": 3, "dos": 2, "tres": 3, "zweimal": 2,
    "dreimal": 3, "deux": 2, "trois": 3, "两": 2, "三": 3, "四": 4,
}  # fmt: skip
_EVERY = re.compile(
    rf"\b(?:every|each|a cada|cada|alle|toutes les|tous les|ogni)\s+(?:({_NUM})\s*)?({_ANY})(?![a-zà-ÿ])|"
    r"每(?:隔)?\s*(\d{1,3})\s*(分钟|小时|天|周)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"(?:multiple|several|many|a few) times (?:a|per|each)? ?(?:day|daily)|várias vezes (?:ao|por) dia|"
    r"varias veces al día|"
    r"mehrmals (?:täglich|am tag)|plusieurs fois par jour|每天多次|每日多次",
    re.IGNORECASE,
)
_OFTEN: tuple[tuple[str, str], ...] = (
    (r"hourly|each hour|every hour|por hora|de hora em hora|stündlich|toutes les heures|每小时|毎時", "1h"),
    (r"daily|nightly|every (?:day|morning|evening|night)|each (?:day|morning|evening|night)|once a day|per day|"
     r"(?:morning|evening) (?:check|review|look)|diariamente|diári[oa]s?|todos os dias|cada día|diariamente|"
     r"todos los días|"
     r"täglich\w*|jeden tag|quotidien(?:ne)?s?|chaque jour|tous les jours|ogni giorno|"
     r"giornalier\w+|每天|每日|毎日", "1d"),
    (r"weekdays|business days|working days|dias úteis|werktags|工作日", "1d"),
    (r"bi-?weekly|fortnightly|every other week|quinzenal\w*|zweiwöchentlich|每两周|隔周", "2w"),
    (r"weekly|every week|each week|once a week|every (?:mon|tues|wednes|thurs|fri|satur|sun)day|semanal\w*|toda semana|"
     r"wöchentlich\w*|jede woche|hebdomadaires?|chaque semaine|settimanal\w+|每周|毎週", "1w"),
    (r"monthly|every month|each month|mensal\w*|mensual\w*|monatlich\w*|mensuel\w*|每月|毎月", "30d"),
)  # fmt: skip
_OFTEN_COMPILED = tuple(
    (re.compile(rf"(?<!\w)(?:{source})(?![a-zà-ÿ])", re.IGNORECASE), every) for source, every in _OFTEN
)
_MAYBE_OFTEN = re.compile(
    r"ly\b|each|every|cada|todos|toda|alle|jede|tous|toutes|chaque|ogni|times|twice|fois|mal\b|vezes|veces|per |/|"
    r"a day|a week|"
    r"[dns][ií]a|di[aá]r|semana|t[äa]g|woche|stund|heb|quotid|men[ss]|quinz|days|[每毎隔]|check|review|look",
    re.IGNORECASE,
)
"""What nearly all of these have one of: most lines of a plan are done once."""
FOUR_A_DAY = "6h"
"""“Several times a day” until the team says how many."""


def cadence_of(text: str) -> str | None:
    """Return how often work comes due again (`1d`, `6h`), where its text says so."""
    if not _MAYBE_OFTEN.search(text):
        return None
    if found := _TIMES.search(text):
        many = found[1] or found[4]
        number = int(many) if many.isdigit() else _MANY[many.casefold()]
        unit = (found[2] or found[3]).casefold()
        hours = 168 if unit[0] in "ws周" and not unit.startswith(("stunde",)) else 1 if unit in _HOURS else 24
        return _written(hours * 60 // number) if 0 < number <= hours * 60 else None
    if _SEVERAL.search(text):
        return FOUR_A_DAY
    if found := _EVERY.search(text):
        said, unit = found[1] or found[3] or "1", found[2] or found[4]
        return _written(round(_number(said) * _days(unit) * 1440))
    return next((every for pattern, every in _OFTEN_COMPILED if pattern.search(text)), None)


_HOURS = frozenset(("hour", "hora", "stunde", "heure", "小时"))


def _written(minutes: int) -> str | None:
    if not 0 < minutes <= 3653 * 1440:
        return None
    for unit, size in (("w", 10_080), ("d", 1440), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"
