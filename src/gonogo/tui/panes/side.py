"""Orders and today, and the journal."""

from __future__ import annotations

import humanize

from gonogo.rules import words
from gonogo.rules.board import Board, LogLine
from gonogo.rules.clock import Instant
from gonogo.rules.reading import Reading
from gonogo.tui import times
from gonogo.tui.lines import BLANK, Row, Span, View, fit, pad, sparkline, width_of
from gonogo.tui.panes.gate import wrap

_METERED = ("orders.successful", "orders.failed", "orders.customers", "feedback.count", "bugs.open")


def trade(board: Board, now: Instant, width: int) -> View:
    """Orders, voices, and what is due today; what a metric counts is its number, with where it is from."""
    found, logged = board.trade, board.metered("orders.successful") is None
    counted = (one.target for one in board.gate.criteria
               if one.reading.name.startswith("orders.") and one.reading.nature == "count"
               and (logged or one.reading.name == "orders.successful"))  # fmt: skip
    wanted = next(counted, None)
    goal = f" of {wanted:.0f}" if wanted else " orders"
    orders, failed = _count(board, "orders.successful", found.orders), _count(board, "orders.failed", found.failed)
    first: list[Span] = [(orders, "bright"), (goal, "dim")]
    first += [("   today ", "text"), (f"{found.today}", "bright")] if logged else []
    first += [("   failed ", "text"), (failed, "bright" if failed in ("0", "–") else "nogo bold")]
    rows = [fit(width, first)]
    if logged:
        rows.append(
            fit(width, [(sparkline([float(n) for n in found.by_day], min(width, len(found.by_day))), "accent")])
        )
    for one in filter(None, (board.metered(name) for name in _METERED)):
        rows += [fit(width, [("  " if place else "", ""), (part, "nogo" if one.error else "dim")])
                 for place, part in enumerate(wrap(source(one, now), max(10, width - 2)))]  # fmt: skip
    rows += _voices(board, width, logged) + _today(board, now, width)
    return View(tuple(rows), f"{len(board.due)} today" if board.due else "")


def _count(board: Board, name: str, logged: int) -> str:
    """Say a number from whoever counts it."""
    one = board.metered(name)
    return f"{logged}" if one is None else "–" if one.value is None else f"{one.value:g}"


def source(one: Reading, now: Instant) -> str:
    """Say where a number is from, how old, and of how many samples."""
    age = f"{times.age(now.utc - one.at)} old" if one.at else "nothing yet"
    many = words.count(one.samples, "sample")
    said = f"{one.name} from {one.source}, {age}, {many}"
    return f"{said}; {one.error}" if one.error else said


def _voices(board: Board, width: int, logged: bool) -> list[Row]:
    found, money = board.trade, board.currency
    value = f"value {f'{money} {humanize.intcomma(round(found.value))}'.strip()}" if logged or found.value else ""
    stars = " ".join(str(one) for one in found.ratings) or "none yet"
    bugs = f"worst {found.worst_bug}" if found.bugs else "none open"
    stars += f"   {found.angry} unanswered" if found.angry else ""
    waiting = f"{found.waiting} unanswered" if found.waiting else ""
    common = ", ".join(f"{tag} {many} times" for tag, many in board.lists.common[:2])
    rows = [
        fit(width, [(pad(name, 12), "dim"), (f"{count:>3}   ", "text"), (rest, "dim")])
        for name, count, rest in (
            ("customers", _count(board, "orders.customers", found.customers), value),
            ("ratings", _count(board, "feedback.count", found.rated), stars),
            ("bugs", _count(board, "bugs.open", found.bugs), bugs),
            ("questions", f"{found.questions}", common or waiting),
        )
    ]
    if board.lists.warning:
        invited = sum(1 for one in board.lists.people if one.member.invited_at)
        rows.append(
            fit(width, [(pad("people", 12), "dim"), (f"{invited:>3}   ", "text"), (board.lists.warning, "hold")])
        )
    return rows


def _today(board: Board, now: Instant, width: int) -> list[Row]:
    """List what is due, each with its item, so that space acts on it."""
    rows = [BLANK, fit(width, [("Today", "bright")])] if board.due else []
    for due in board.due:
        late = due.at <= now.utc
        style = "nogo" if due.late else "hold" if late else "dim"
        at = times.clock(due.at, board.launch.timezone, now.utc)
        said = f"{at} " if not late else f"{times.age(now.utc - due.at)} ago "
        text: list[Span] = [(due.text, "text" if late else "dim")]
        text += [(f": {due.detail}", "dim")] if due.detail else []
        key = f"item:{due.item}" if due.item else None
        rows.append(fit(width, [("◔ ", style), (pad(said, 10), "text"), *text], (), key))
    return rows


def journal(board: Board, now: Instant, width: int, actor: str, height: int) -> View:
    """The newest lines, in as many columns as there is room for, newest first."""
    columns = max(1, width // 56) if height <= 6 else 1
    cell = (width - 2 * (columns - 1)) // columns
    lines = board.log[: height * columns]
    cells = [line(board, one, now, cell, actor) for one in lines]
    rows = []
    for y in range(min(height, len(cells))):
        spans: list[Span] = []
        for one in cells[y::height]:
            gap = "  " if spans else ""
            spans += [(gap, ""), *one.spans, (" " * (cell - width_of(one.spans)), "")]
        rows.append(fit(width, spans))
    return View(tuple(rows))


def line(board: Board, one: LogLine, now: Instant, width: int, actor: str) -> Row:
    """One line of what happened."""
    who = "you" if one.actor == actor else one.actor
    at = times.clock(one.at.utc, board.launch.timezone, now.utc)
    return fit(
        width, [(f"{at:>5} ", "dim"), (f"{who} ", "text"), (one.text, "text" if one.kind == "change" else "dim")]
    )
