"""The grammar of conditions: text into a small tree; what it does not understand it refuses, with a caret."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gonogo.rules import patterns
from gonogo.rules.duration import LONGEST_S, UNITS

MAX_LENGTH = 500
LARGEST = 18
"""The greatest power of ten that a number may have."""


class ConditionError(ValueError):
    """A condition that cannot be read; `str()` shows it with a caret under the place."""

    def __init__(self, text: str, at: int, why: str) -> None:
        super().__init__(f"{why}\n  {text}\n  {' ' * at}^")
        self.text, self.at, self.why = text, at, why


@dataclass(frozen=True, slots=True)
class Path:
    """A reading: `status`, `body.db`, `body.items[0].id`, `orders.clean`."""

    parts: tuple[str | int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; `scale` names its kind of unit (`time`, `share`) or is empty."""

    value: Decimal | str | bool | re.Pattern[str] | tuple[Literal, ...] | None
    scale: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """`len(path)` or `has(path)`."""

    name: str
    path: Path


Operand = Path | Literal | Call


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition; `over` is a window in seconds, or `phase` or `launch`."""

    left: Operand
    op: str
    right: Literal
    text: str
    over: float | str | None = None

    @property
    def reading(self) -> str:
        """The name on the left, as written."""
        return self.left.text if isinstance(self.left, Path | Literal) else self.left.path.text


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
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    unit: str = ""


class _Reader:
    """Walks the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._split()
        self.place = 0

    def _split(self) -> list[_Token]:
        if len(self.text) > MAX_LENGTH:
            raise ConditionError(self.text[:60] + "…", 60, f"a condition has at most {MAX_LENGTH} characters")
        found, at = [], 0
        while self.text[at:].strip():
            match = _TOKEN.match(self.text, at)
            if match is None:
                at += len(self.text[at:]) - len(self.text[at:].lstrip())
                raise ConditionError(self.text, at, f"“{self.text[at]}” has no meaning in a condition")
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
        token = self.take()
        if isinstance(left, Call) and left.name == "has" and token.kind == "end":
            return Condition(left, "==", Literal(True, text="true"), self.text)
        if token.kind != "op" and token.text not in WORD_OPS:
            self.fail(token, "a comparison is wanted here: == != < <= > >= contains matches in")
        right = self.right(token)
        over = self.window()
        if self.peek().kind != "end":
            self.fail(self.peek(), "nothing more is wanted here")
        return Condition(left, token.text, right, self.text, over)

    def operand(self) -> Operand:
        token = self.take()
        if token.kind == "word" and self.peek().text == "(":
            if token.text not in ("len", "has"):
                self.fail(token, "on the left stands a reading, len(...) or has(...)")
            self.expect("(")
            path = self.path(self.take())
            self.expect(")")
            return Call(token.text, path)
        if token.kind == "word":
            return self.path(token)
        self.fail(token, "a condition begins with a reading, such as status or body.db")
        raise AssertionError

    def path(self, token: _Token) -> Path:
        if token.kind != "word":
            self.fail(token, "the name of a reading is wanted here")
        parts: list[str | int] = []
        for piece in re.findall(r"[\w-]+|\[\d+\]", token.text):
            parts.append(int(piece[1:-1]) if piece.startswith("[") else piece)
        return Path(tuple(parts), token.text)

    def right(self, op: _Token) -> Literal:
        token = self.peek()
        if op.text == "matches":
            return Literal(self.pattern(self.take()), text=token.text)
        if op.text == "in" or (token.text == "any" and token.kind == "word"):
            return self.several(op)
        if token.text == "pat":
            self.take()
            self.expect("(")
            inner = self.take()
            glob = inner.text.strip("'\"")
            self.expect(")")
            wild = "".join(".*" if c == "*" else re.escape(c) for c in glob)
            return Literal(re.compile(wild + r"\Z", re.DOTALL), text=f"pat({glob})")
        found = self.literal(self.take())
        if op.text in ("<", "<=", ">", ">=") and not isinstance(found.value, Decimal):
            self.fail(token, f"“{op.text}” compares numbers; a number is wanted here")
        return found

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
        return Literal(tuple(values), text=", ".join(value.text for value in values))

    def literal(self, token: _Token) -> Literal:
        if token.kind == "number":
            return self.number(token)
        if token.kind == "string":
            return Literal(token.text[1:-1], text=token.text)
        if token.kind == "word" and token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text], text=token.text)
        if token.kind == "word":
            self.fail(token, f"“{token.text}” is no value; text stands in quotes: '{token.text}'")
        self.fail(token, "a value is wanted here: a number with or without unit, 'text', true, false or null")
        raise AssertionError

    def number(self, token: _Token) -> Literal:
        try:
            value = Decimal(token.text)
        except InvalidOperation:
            self.fail(token, "this is not a number")
        if not -30 <= value.adjusted() <= LARGEST:
            self.fail(token, "this number is past all bounds")
        if token.unit == "%":
            return Literal(value / 100, "share", token.text + "%")
        if token.unit and token.unit not in UNITS:
            self.fail(token, f"there is no unit “{token.unit}”; the units are % {' '.join(UNITS)}")
        if token.unit:
            return Literal(value * UNITS[token.unit], "time", token.text + token.unit)
        return Literal(value, "", token.text)

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
        token = self.take()
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
    reader = _Reader(text)
    found = reader.condition()
    if known is not None and not known(found.reading):
        raise ConditionError(text, reader.tokens[0].at, f"there is no reading “{found.reading}”")
    return found
