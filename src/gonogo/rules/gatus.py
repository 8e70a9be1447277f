"""Conditions as Gatus spells them, read into our own; what Gatus would quietly take for 0 is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from gonogo.rules import patterns
from gonogo.rules.grammar import MAX_LENGTH, ORDERS, Call, Condition, ConditionError, Literal, Operand, Path
from gonogo.rules.numbers import go_amount, go_duration


@dataclass(frozen=True, slots=True)
class _Place:
    """What a placeholder stands for: our reading, how many of its unit make one of ours, what it is compared with."""

    parts: tuple[str, ...]
    kind: str = "text"
    times: Decimal | None = None


_DAY_MS = Decimal(86_400_000)
_PLACES = {
    "STATUS": _Place(("status",), "number"),
    "RESPONSE_TIME": _Place(("latency",), "duration", Decimal(1000)),
    "CERTIFICATE_EXPIRATION": _Place(("cert", "days"), "duration", _DAY_MS),
    "DOMAIN_EXPIRATION": _Place(("domain", "days"), "duration", _DAY_MS),
    "BODY": _Place(("body",), "open"),
    "CONTEXT": _Place(("context",), "open"),
    "CONNECTED": _Place(("connected",), "flag"),
    "IP": _Place(("ip",)),
    "DNS_RCODE": _Place(("rcode",)),
}
_PLACEHOLDER = re.compile(rf"\[({'|'.join(_PLACES)})\]", re.IGNORECASE)
_SHOUTED = re.compile(r"\[([A-Z][A-Z_]+)\]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_OPERATOR = re.compile(r" (==|!=|<=|>=|<|>) ")
_FUNCTION = re.compile(r"(len|has|pat|any)\(")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d{1,9})\]")
_NO_GO = re.compile(r"(\d{1,9})(d|w)")


def is_gatus(text: str) -> bool:
    """Tell whether a Gatus placeholder such as [STATUS], or one misspelt, stands in a condition outside of quotes."""
    bare = _QUOTED.sub("", text)
    return bool(_PLACEHOLDER.search(bare) or _SHOUTED.search(bare))


def parse(text: str) -> Condition:
    """Read a Gatus condition; ConditionError with a caret when it means nothing."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(text[:60] + "…", 60, f"a condition has at most {MAX_LENGTH} characters")
    operator = _operator(text)
    left, right = _Side(text, 0, operator.start()), _Side(text, operator.end(), len(text))
    op = operator[1]
    found = Condition(left.operand(), op, right.operand(), text, loose=True)
    _fits(right, op, found.left, found.right)
    _fits(left, op, found.right, found.left)
    return found


def _operator(text: str) -> re.Match[str]:
    """Find the comparison: the first that does not stand inside a function's brackets."""
    spaced = [one for one in _OPERATOR.finditer(text) if text[: one.start()].strip() and text[one.end() :].strip()]
    for found in spaced:
        before = text[: found.start()].strip()
        if not _FUNCTION.match(before) or before.endswith(")"):
            return found
    if spaced:  # a bracket that is never closed: its side will say so
        return spaced[0]
    tight = re.search(r"==|!=|<=|>=|<|>", text)
    if tight is None:
        raise ConditionError(text, len(text), "a comparison is wanted here: == != < <= > >=")
    if not text[tight.end() :].strip():
        raise ConditionError(text, len(text), "a value is wanted here")
    raise ConditionError(text, tight.start(), f"a space is wanted before and behind “{tight[0]}”")


class _Side:
    """One side of a comparison, and where it stands in the condition."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.words = text[start:end].strip()
        self.at = start + len(text[start:end]) - len(text[start:end].lstrip())

    def fail(self, why: str, at: int = 0) -> ConditionError:
        return ConditionError(self.text, self.at + at, why)

    def operand(self) -> Operand:
        function = _FUNCTION.match(self.words)
        if function is None or function[1] in ("pat", "any"):
            return self.path() if self.words.startswith("[") and self.named() else self.literal()
        inner = self.within(function[1])
        path = inner.path() if inner.named() else None
        if path is None or _PLACES[inner.placeholder()].kind != "open":
            raise inner.fail(f"{function[1]}(...) looks into [BODY] or [CONTEXT]")
        return Call(function[1], path, self.words)

    def within(self, function: str) -> _Side:
        """Return what stands between the brackets of a function."""
        if not self.words.endswith(")"):
            raise self.fail(f"{function}(...) is never closed; a “)” is wanted at its end", len(self.words))
        return _Side(self.text, self.at + len(function) + 1, self.at + len(self.words) - 1)

    def placeholder(self) -> str:
        found = _PLACEHOLDER.match(self.words)
        return found[1].upper() if found else ""

    def named(self) -> bool:
        """Whether a placeholder begins it; one that does not exist is refused."""
        if self.placeholder():
            return True
        if strange := _SHOUTED.match(self.words):
            from difflib import get_close_matches

            meant = get_close_matches(strange[1], _PLACES, 1, 0.6)
            hint = f"is [{meant[0]}] meant?" if meant else f"there are {', '.join(f'[{name}]' for name in _PLACES)}"
            raise self.fail(f"there is no [{strange[1]}]; {hint}")
        return False

    def path(self) -> Path:
        place = _PLACES[self.placeholder()]
        at = self.words.index("]") + 1
        parts: list[str | int] = list(place.parts)
        if at < len(self.words) and place.kind != "open":
            raise self.fail("nothing more is wanted behind this placeholder", at)
        while at < len(self.words):
            step = _STEP.match(self.words, at)
            if step is None:
                raise self.fail("a key such as .name or an index such as [0] is wanted here", at)
            parts.append(int(step[2]) if step[2] else step[1])
            at = step.end()
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)[1:]
        return Path(tuple(parts), name, self.words, place.times)

    def literal(self) -> Literal:
        function = _FUNCTION.match(self.words)
        if function is None and self.named():
            raise self.fail("inside of any(...) stand values, and no reading")
        if function is None:
            quoted = _QUOTED.fullmatch(self.words)
            return Literal(self.words[1:-1] if quoted else self.words, text=self.words)
        inner = self.within(function[1])
        if function[1] == "pat":
            return Literal(self.glob(inner.words), text=self.words)
        return Literal(tuple(side.literal() for side in inner.split()), text=self.words)

    def glob(self, words: str) -> re.Pattern[str]:
        try:
            return patterns.glob(words, _part)
        except re.error as error:
            raise self.fail(f"this pattern cannot be read: {error.msg}", len("pat(")) from None

    def split(self) -> list[_Side]:
        """Split at the commas."""
        sides, start = [], self.at
        for words in self.words.split(","):
            sides.append(_Side(self.text, start, start + len(words)))
            start += len(words) + 1
        if not all(side.words for side in sides):
            raise self.fail("any(...) holds values with commas between them, such as any(200, 204)")
        return sides


_CLASS = re.compile(r"\[(\^?)([^\]]+)\]|.", re.DOTALL)


def _part(words: str) -> str:
    """Return the pattern of a text in which `?` is any character and [a-z] one of a class, as in Go's file names."""

    def one(found: re.Match[str]) -> str:
        if found[2] is None:
            return "." if found[0] == "?" else re.escape(found[0])
        return f"[{found[1]}{re.sub(r'([^0-9A-Za-z-])', _ESCAPED, found[2])}]"

    return _CLASS.sub(one, words)


_ESCAPED = r"\\\1"


def _fits(side: _Side, op: str, other: Operand, operand: Operand) -> None:
    """Refuse a literal that can never be compared with what stands on the other side."""
    if not isinstance(operand, Literal):
        return
    kind = _kind(other, op)
    if op in ORDERS and isinstance(operand.value, tuple | re.Pattern):
        raise side.fail(f"“{op}” compares numbers; a number is wanted here")
    for one in operand.value if isinstance(operand.value, tuple) else (operand,):
        if not isinstance(one.value, str):
            continue
        if kind == "flag" and one.value not in ("true", "false"):
            raise side.fail(f"{other.text} is true or false")
        if op in ORDERS or kind in ("number", "duration"):
            _number_fits(side, kind, other, one.value)


def _kind(other: Operand, op: str) -> str:
    if isinstance(other, Call):
        return "flag" if other.function == "has" else "number" if op in ORDERS else "text"
    if isinstance(other, Literal):
        return "text"
    return next(place.kind for place in _PLACES.values() if place.parts[0] == other.parts[0])


def _number_fits(side: _Side, kind: str, other: Operand, words: str) -> None:
    if go_amount(words) is None:
        found = _NO_GO.fullmatch(words)
        hours = int(found[1]) * (24 if found[2] == "d" else 168) if found else 0
        hint = f"; Go knows no “{found[2]}”: write {hours}h" if found else ""
        raise side.fail(f"“{words}” is not a number{hint}")
    if kind == "number" and go_duration(words) is not None:
        raise side.fail(f"“{words}” is a time, and {other.text} is none; a plain number is wanted here")
