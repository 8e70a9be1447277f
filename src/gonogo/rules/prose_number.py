"""The number of a demand in prose: its comparison, its unit, its range, and the window that it holds over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from gonogo.rules import prose_words as words


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as prose writes it; `op` is empty where it stands bare."""

    value: Decimal
    unit: str
    """`%`, `ms`, `s`, `m`, `h`, `d`, `w`, `/5` of a rating, `/n` of another scale, or nothing."""
    op: str
    start: int
    end: int
    plus: bool = False
    low: Decimal | None = None
    absent: bool = False
    """Whether it is a “no” or a “without”, and no digit."""


_UNIT = "|".join(f"(?P<u{place}>{source})" for place, (_, source) in enumerate(words.UNITS))
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_NUMBER = re.compile(
    rf"(?<![a-zà-ÿ0-9_.,/-])(?P<sign>[~≈]?)(?P<number>{_DIGITS})"
    r"(?:\s*(?P<scale>k|m(?=\s+(?:users|orders|requests))|thousand|mil(?=\s)|million|万|千)(?![a-zà-ÿ]))?"
    rf"(?P<p1>\+)?(?:(?:\s*[-–—~至到]\s*)(?P<high>{_DIGITS}))?(?P<p2>\+)?"
    rf"(?:\s*(?:{_UNIT})(?![a-zà-ÿ]))?(?P<p3>\+)?",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"(>=|<=|==|=|>|<)\s*(?:[~≈$€£¥]\s*)?$")
_BEFORE = tuple(
    (op, re.compile(rf"(?<![a-zà-ÿ])(?:{source})\s*(?:of |de |a |an |the |为|是)?$")) for op, source in words.BEFORE
)
_AFTER = tuple((op, re.compile(rf"^\s*(?:[a-zà-ÿ]+\s+)?(?:{source})")) for op, source in words.AFTER)
_NOISE = re.compile(
    r"\d{4}-\d\d-\d\d|\b(?:returns?|http|status|status code) [1-5]\d\d\b|\b200 ok\b|\d{1,2}:\d\d|\bv\d[\w.]*|\b24/7\b|"
    r"\bt\s?[-+‑−]\s?\d+|"
    r"\b(?:phase|week|day|stage|step|month|semana|fase|etapa|woche|semaine|q[1-4]|hour)s?\s+[-\d–]+|第\s*\d+"
)
_NONE = re.compile(rf"(?<![\w])(?:{words.NONE.strip('|')})(?=\s)|(?:{words.NONE_CJK})")
_SPAN = re.compile(
    rf"\b{words.SPAN}\s+(?:the\s+|a\s+)?(?:(?:last|past|first|full|whole|rolling|next)\s+)?(?:(\d+)\+?\s*-?\s*)?"
    rf"(?P<unit>{words.SPAN_UNITS})\b(?:\s+(?:period|window|stretch))?|"
    r"\b(?P<n2>\d+)\s?-?\s?(?P<u2>days?|hours?|weeks?|h|d)\s+(?:window|period|average|rolling)|"
    r"\b(?P<n3>\d+)-(?P<u3>day|hour|week|month)\b"
)
_SPAN_CJK = re.compile(words.SPAN_CJK)
_SECONDS = {"m": "m", "h": "h", "d": "d", "w": "w", "t": "d", "j": "d", "s": "w"}


def amount_of(text: str) -> Amount | None:
    """Find the number that a text in small letters demands: one that is compared, else one with a unit, else the "
    "first."""
    text = _NOISE.sub(lambda found: " " * len(found[0]), text)
    found = [_read(text, match) for match in _NUMBER.finditer(text[:2000])]
    usable = [one for one in found if one is not None]
    for wanted in (lambda one: bool(one.op), lambda one: one.plus, lambda one: bool(one.unit), lambda one: True):
        if chosen := next(filter(wanted, usable), None):
            return chosen
    if none := _NONE.search(text):
        said = none[0] in words.ZERO
        return Amount(Decimal(0), "", "==" if said else "", none.start(), none.end(), absent=not said)
    return None


def _read(text: str, match: re.Match[str]) -> Amount | None:
    value, high = _decimal(match["number"]), _decimal(match["high"]) if match["high"] else None
    if value is None or value.adjusted() > 15:
        return None
    times = words.SCALE.get((match["scale"] or "").casefold(), 1)
    unit = next((name for place, (name, _) in enumerate(words.UNITS) if match[f"u{place}"]), "")
    plus = any(match[one] for one in ("p1", "p2", "p3"))
    low = None
    if high is not None and high > value:
        low, value = value * times, high
    op = _op(text, match) or (">=" if plus else "")
    return Amount(value * times, unit, op, match.start(), match.end(), plus, low)


def _op(text: str, match: re.Match[str]) -> str:
    before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
    if sign := _SIGNS.search(before):
        return "==" if sign[1] == "=" else sign[1]
    for op, pattern in _BEFORE:
        if (found := pattern.search(before)) and not before[: found.start()].rstrip().endswith(("not", "no")):
            return op
    return next((op for op, pattern in _AFTER if pattern.match(after)), "")


def _decimal(text: str) -> Decimal | None:
    text = text.replace("\u00a0", "").replace("\u202f", "")
    if not text.isascii() or len(text) > 20:
        return None
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    return Decimal(text.replace(",", "."))


def window_of(text: str) -> tuple[str | None, str]:
    """Take the window out of a text in small letters: (`7d`, the rest)."""
    for found in _SPAN.finditer(text):
        number = found[1] or found["n2"] or found["n3"] or "1"
        unit = found["unit"] or found["u2"] or found["u3"]
        if (span := _span(int(number[:4]), unit)) is not None:
            return span, text[: found.start()] + " " + text[found.end() :]
    if (cjk := _SPAN_CJK.search(text)) and cjk.start() < len(text):
        unit = {"天": "d", "周": "w", "小时": "h", "个月": "months"}[cjk[2]]
        return _span(int(cjk[1][:4]), unit), text[: cjk.start()] + " " + text[cjk.end() :]
    return None, text


def _span(number: int, unit: str) -> str | None:
    if number == 0:
        return None
    if unit.startswith("month"):
        return f"{30 * number}d"
    return f"{number}{_SECONDS.get(unit[0], 'd')}"
