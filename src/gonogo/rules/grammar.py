"""The grammar of conditions: text into a small tree; what it does not understand it refuses, with a caret."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import ClassVar

from gonogo.rules import catalogue, patterns
from gonogo.rules.duration import LONGEST_S, UNITS
from gonogo.rules.numbers import EXACT, plain
from gonogo.rules.placed import PlacedError

MAX_LENGTH = 500
LARGEST = 18
"""The greatest power of ten that a number may have."""


class ConditionError(PlacedError):
    """A condition that cannot be read; `str()` shows it with a caret under the place."""

    def __init__(self, text: str, at: int, why: str) -> None:
        shown = re.sub(r"\s", " ", text)  # a tab or a line break would move the caret
        super().__init__((), f"{why}\n  {shown}\n  {' ' * at}^")
        self.text, self.at, self.why = text, at, why


@dataclass(frozen=True, slots=True)
class Path:
    """A reading: `status`, `body.db`, `body.items[0].id`, `orders.clean`.

    `name` is ours, `text` as written; `times` is what its value is multiplied by to count in the written unit.
    """

    value: ClassVar[None] = None
    parts: tuple[str | int, ...]
    name: str
    text: str
    times: Decimal | None = None

    @property
    def root(self) -> str:
        """The fact or reading that it begins at."""
        return str(self.parts[0])


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; `scale` names its kind of unit (`time`, `share`) or is empty."""

    value: Decimal | str | bool | re.Pattern[str] | tuple[Literal, ...] | None
    scale: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """`len(path)` or `has(path)`."""

    value: ClassVar[None] = None
    function: str
    path: Path
    text: str

    @property
    def root(self) -> str:
        """The fact or reading that its path begins at."""
        return self.path.root


Operand = Path | Literal | Call


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition; `over` is a window in seconds, or `phase` or `launch`.

    A `loose` one is written for Gatus: either side may be a reading, and text that spells a number is one.
    """

    left: Operand
    op: str
    right: Operand
    text: str
    over: float | str | None = None
    loose: bool = False

    @property
    def reading(self) -> str:
        """Our name of the reading that it looks at; the text on the left when there is none."""
        for side in (self.left, self.right):
            if not isinstance(side, Literal):
                return side.name if isinstance(side, Path) else side.path.name
        return self.left.text


_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?P<unit>%|[A-Za-z]+)?
  | (?P<string>'[^']*'|"[^"]*")
  | (?P<op>==|!=|<=|>=|<|>)
  | (?P<word>[A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\])*)
  | (?P<mark>[()\[\],])
)""",
    re.VERBOSE,
)
WORD_OPS = ("contains", "matches", "in")
CALLS = ("len", "has", "any", "pat")
ORDERS = ("<", "<=", ">", ">=")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_HINTS = {
    "=": "; write == for “is equal to”",
    "!": "; write != for “is not equal to”",
    ".": "; text such as an address stands in quotes",
    ":": "; text such as an address stands in quotes",
    "*": "; the text of a pattern stands in quotes: pat('build-*')",
    "'": "; the quote is never closed",
    '"': "; the quote is never closed",
    "&": "; one condition at a time: a list of conditions means all of them",
    "|": "; one condition at a time: { any = [...] } means that one is enough",
}


_FITTING = {
    "": "a plain number is wanted here",
    "time": f"a time is wanted here, in {' '.join(UNITS)}",
    "share": "a share is wanted here, in %",
}


def _unlike(name: str) -> str:
    """Return what a reading is that a bare number is probably not meant for: a time, or a share of a whole."""
    if name in catalogue.SECONDS:
        return ""
    return "share" if name in catalogue.PARTS else "time" if catalogue.scale_of(name) == "time" else ""


def _meant(token: _Token, known: Iterable[str]) -> str:
    near = get_close_matches(token.text, known, 1, 0.7)
    return f"; is {near[0]} meant?" if near else ""


def path_parts(name: str) -> tuple[str | int, ...]:
    """Return the steps of a dotted name: `body.items[0].id`."""
    pieces = re.findall(r"[\w-]+|\[\d+\]", name)
    return tuple(int(piece[1:-1]) if piece.startswith("[") else piece for piece in pieces)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    unit: str = ""


class _Reader:
    """Walks the tokens of one condition."""

    def __init__(self, text: str, known: Callable[[str], bool] | None = None) -> None:
        self.text = text
        self.known = known
        self.tokens = self._split()
        self.place = 0
        self.scale: str | None = None
        self.bare = ""

    def _split(self) -> list[_Token]:
        if len(self.text) > MAX_LENGTH:
            raise ConditionError(self.text[:60] + "…", 60, f"a condition has at most {MAX_LENGTH} characters")
        found, at = [], 0
        while self.text[at:].strip():
            match = _TOKEN.match(self.text, at)
            if match is None:
                at += len(self.text[at:]) - len(self.text[at:].lstrip())
                mark = self.text[at]
                raise ConditionError(self.text, at, f"“{mark}” has no meaning here{_HINTS.get(mark, '')}")
            kind = match.lastgroup or ""
            kind = "number" if kind == "unit" else kind
            found.append(_Token(kind, match.group(kind), match.start(kind), match.group("unit") or ""))
            at = match.end()
        return found

    def peek(self) -> _Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else _Token("end", "", len(self.text))

    def take(self) -> _Token:
        token = self.peek()
        self.place += 1
        return token

    def expect(self, mark: str) -> None:
        token = self.take()
        if token.text != mark:
            self.fail(token, f"“{mark}” is wanted here")

    def fail(self, token: _Token, why: str) -> None:
        raise ConditionError(self.text, token.at, why)

    # The grammar: condition = operand [op literal [over window]]

    def condition(self) -> Condition:
        if not self.tokens:
            raise ConditionError(self.text, 0, "an empty condition; write one such as: status == 200")
        left = self.operand()
        op = self.take()
        if isinstance(left, Call) and left.function == "has" and op.kind == "end":
            return Condition(left, "==", Literal(True, text="true"), self.text)
        if op.kind != "op" and op.text not in WORD_OPS:
            self.fail(op, f"a comparison is wanted here: == != < <= > >= {' '.join(WORD_OPS)}{_meant(op, WORD_OPS)}")
        token = self.peek()
        right = self.right(op)
        if isinstance(left, Call):
            self.fits(left, op, right, token)
        over = self.window()
        if (rest := self.peek()).kind != "end":
            self.fail(rest, self.too_much(rest))
        return Condition(left, op.text, right, self.text, over)

    def fits(self, left: Call, op: _Token, right: Literal, token: _Token) -> None:
        """Refuse what a function can never be: has() answers yes or no, len() counts."""
        values = right.value if isinstance(right.value, tuple) else (right,)
        if left.function == "has" and not (op.text in ("==", "!=") and isinstance(right.value, bool)):
            self.fail(token if op.text in ("==", "!=") else op, "has(...) is compared with == true or == false")
        if left.function == "len" and not all(isinstance(one.value, Decimal) for one in values):
            self.fail(token, "len(...) is a number; a number is wanted here")

    def too_much(self, token: _Token) -> str:
        if token.text in UNITS or token.text == "%":
            return f"a unit stands right behind its number: 1{token.text}"
        if token.text in ("and", "or"):
            return "one condition at a time: a list means all of them, { any = [...] } that one is enough"
        return "nothing more is wanted here"

    def operand(self) -> Operand:
        token = self.take()
        if token.kind == "word" and self.peek().text == "(":
            if token.text not in ("len", "has"):
                self.fail(token, "on the left stands a reading, len(...) or has(...)")
            self.expect("(")
            path = self.path(self.take())
            self.expect(")")
            self.scale = ""
            return Call(token.text, path, f"{token.text}({path.text})")
        if token.kind == "word":
            path = self.path(token)
            self.scale, self.bare = catalogue.scale_of(path.name), _unlike(path.name)
            return path
        self.fail(token, "a condition begins with a reading, such as status or body.db")
        raise AssertionError

    def path(self, token: _Token) -> Path:
        if token.kind != "word":
            self.fail(token, "the name of a reading is wanted here")
        if self.known is not None and not self.known(token.text):
            meant = catalogue.nearest(token.text)
            self.fail(token, f"there is no reading “{token.text}”{f'; is {meant} meant?' if meant else ''}")
        return Path(path_parts(token.text), token.text, token.text)

    def right(self, op: _Token) -> Literal:
        token = self.peek()
        if op.text == "matches":
            return Literal(self.pattern(self.take()), text=token.text)
        if op.text == "in" or (token.text == "any" and token.kind == "word"):
            return self.several(op)
        if token.text == "pat" and token.kind == "word":
            return self.glob(op)
        found = self.literal(self.take())
        if op.text in ORDERS and not isinstance(found.value, Decimal):
            self.fail(token, f"“{op.text}” compares numbers; a number is wanted here")
        return found

    def glob(self, op: _Token) -> Literal:
        token = self.take()
        if op.text not in ("==", "!="):
            self.fail(token, "pat(...) stands behind == or !=")
        self.expect("(")
        inner = self.take()
        if inner.kind != "string":
            self.fail(inner, "text in quotes is wanted here: pat('build-*')")
        self.expect(")")
        return Literal(patterns.glob(inner.text[1:-1]), text=f"pat({inner.text})")

    def several(self, op: _Token) -> Literal:
        token = self.take()
        if token.text == "any" and op.text in ("==", "!=", "in"):
            token = self.take()
        opening = token.text
        if opening not in ("(", "["):
            self.fail(token, "a list is wanted here, such as (200, 204)")
        values = [self.literal(self.take())]
        while self.peek().text == ",":
            self.take()
            values.append(self.literal(self.take()))
        self.expect(")" if opening == "(" else "]")
        inner = ", ".join(value.text for value in values)
        return Literal(tuple(values), text=f"any({inner})" if op.text != "in" else f"({inner})")

    def literal(self, token: _Token) -> Literal:
        if token.kind == "number":
            return self.number(token)
        if token.kind == "string":
            return Literal(token.text[1:-1], text=token.text)
        if token.kind == "word" and token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text], text=token.text)
        if token.kind == "word":
            words = f"“{token.text}” is no value; text stands in quotes: '{token.text}'"
            self.fail(token, words + _meant(token, _CONSTANTS))
        self.fail(token, "a value is wanted here: a number with or without unit, 'text', true, false or null")
        raise AssertionError

    def number(self, token: _Token) -> Literal:
        try:
            value = Decimal(token.text)
        except InvalidOperation:
            self.fail(token, "this is not a number")
        if not -30 <= value.adjusted() <= LARGEST:
            self.fail(token, "this number is past all bounds")
        if not token.unit:
            self.needs_no_unit(token, value)
            return Literal(value, "", token.text)
        if token.unit != "%" and token.unit not in UNITS:
            self.fail(token, f"there is no unit “{token.unit}”; the units are % {' '.join(UNITS)}")
        scale = "share" if token.unit == "%" else "time"
        if self.scale is not None and scale != self.scale:
            self.fail(token, f"the unit “{token.unit}” does not fit; {_FITTING[self.scale]}")
        one = Decimal("0.01") if token.unit == "%" else UNITS[token.unit]
        return Literal(EXACT.multiply(value, one), scale, token.text + token.unit)

    def needs_no_unit(self, token: _Token, value: Decimal) -> None:
        """Refuse a bare number where it would nearly always hold: 800 is no 800ms, and 1 is all there is of a share."""
        if self.bare == "time" and value and self.peek().text not in UNITS:
            self.fail(token, f"a time is wanted here, like {token.text}ms or {token.text}s")
        if self.bare == "share" and abs(value) >= 1 and self.peek().text != "%":
            share = plain(EXACT.multiply(value, Decimal("0.01")))
            self.fail(token, f"a share is wanted here: {token.text}% or {share}")

    def pattern(self, token: _Token) -> re.Pattern[str]:
        if token.kind != "string":
            self.fail(token, "matches wants a pattern in quotes")
        source = token.text[1:-1]
        if why := patterns.hazard(source):
            self.fail(token, why)
        try:
            return re.compile(source)
        except re.error as error:
            self.fail(token, f"the pattern cannot be read: {error}")
            raise AssertionError from None

    def window(self) -> float | str | None:
        if self.peek().text != "over":
            return None
        self.take()
        token, self.scale = self.take(), "time"
        if token.text in ("phase", "launch"):
            return token.text
        if token.kind == "number" and token.unit in UNITS:
            span = self.number(token).value
            assert isinstance(span, Decimal)
            if not 0 < span <= LONGEST_S:
                self.fail(token, "a window is longer than nothing and at most ten years")
            return float(span)
        self.fail(token, "a window is wanted here: a time such as 7d, or phase, or launch")
        raise AssertionError


def parse(text: str, known: Callable[[str], bool] | None = None) -> Condition:
    """Read a condition; ConditionError with a caret when it means nothing.

    `known` says whether a reading of that name exists; without it any name passes.
    """
    return _Reader(text, known).condition()
