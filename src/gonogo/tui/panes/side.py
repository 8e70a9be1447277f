"""What must always be ready, orders and today, and the journal."""

from __future__ import annotations

import humanize

from gonogo.rules.board import Board, LogLine
from gonogo.rules.clock import Instant
from gonogo.tui import glyphs, times
from gonogo.tui.lines import BLANK, Row, Span, View, fit, pad, sparkline, width_of
from gonogo.tui.panes.gate import wrap


def ready(board: Board, now: Instant, width: int, *, looks: bool = False) -> View:
    """List the readiness targets; one that was never set up says which key does it."""
    rows = []
    for row in board.ready:
        glyph, style = glyphs.READY[row.state]
        if row.renewal is None:
            said: list[Span] = [("never looked at" if looks else "not set up: space", "dim")]
        else:
            age = times.age(now.utc - row.renewal.at.utc)
            detail = f"{row.renewal.detail}, {age}" if row.renewal.detail else f"looked at {age} ago"
            word = {"stale": "stale: ", "not_ready": "not ready: "}.get(row.state, "")
            said = [(word + detail, "dim" if row.state == "ready" else style)]
        name = "dim" if row.renewal is None else "text" if row.state == "ready" else "bright"
        rows.append(fit(width, [(f"{glyph} ", style), (pad(row.target.name, 11), name), *said], (), row.target.key))
    good = sum(1 for row in board.ready if row.state == "ready")
    return View(tuple(rows), f"{good} of {len(board.ready)}" if board.ready else "")


def explain_ready(board: Board, key: str, width: int, *, looks: bool = False) -> list[Row]:
    """Say a readiness target in full."""
    row = next(one for one in board.ready if one.target.key == key)
    said = f"{row.state.replace('_', ' ')}"
    if row.renewal:
        said += f", by {row.renewal.by} {humanize.naturaltime(board.at.utc - row.renewal.at.utc)}"
    lines = [Row(((row.target.name, "bright"), (f"   {said}", "dim"))), BLANK]
    lines += [Row(((part, "text"),)) for part in wrap(row.target.text, width)]
    every = humanize.naturaldelta(row.target.max_age_s)
    how = "" if looks else "; space says that it is ready, after you looked"
    lines += [BLANK, Row(((f"goes stale after {every}{how}", "dim"),))]
    return lines


def trade(board: Board, now: Instant, width: int) -> View:
    """Orders, voices, and what is due today."""
    found, money = board.trade, board.currency
    wanted = next(
        (
            one.target
            for one in board.gate.criteria
            if one.reading.name.startswith("orders.") and one.reading.nature == "count"
        ),
        None,
    )
    goal = f" of {wanted:.0f}" if wanted else " orders"
    rows = [
        fit(width, [(f"{found.orders}", "bright"), (goal, "dim"), ("   today ", "text"), (f"{found.today}", "bright"),
                    ("   failed ", "text"), (f"{found.failed}", "nogo bold" if found.failed else "bright")]),
        fit(width, [(sparkline([float(n) for n in found.by_day], min(width, len(found.by_day)), None), "accent")]),
    ]  # fmt: skip
    value = f"{money} {humanize.intcomma(round(found.value))}".strip()
    stars = " ".join(str(one) for one in found.ratings) or "none yet"
    bugs = f"worst {found.worst_bug}" if found.bugs else "none open"
    stars += f"   {found.angry} unanswered" if found.angry else ""
    waiting = f"{found.waiting} unanswered" if found.waiting else ""
    common = ", ".join(f"{tag} {many} times" for tag, many in board.lists.common[:2])
    for name, count, rest in (
        ("customers", found.customers, f"value {value}"),
        ("ratings", found.rated, stars),
        ("bugs", found.bugs, bugs),
        ("questions", found.questions, common or waiting),
    ):
        rows.append(fit(width, [(pad(name, 12), "dim"), (f"{count:>3}   ", "text"), (rest, "dim")]))
    rows += _today(board, now, width)
    return View(tuple(rows), f"{len(board.due)} today" if board.due else "")


def _today(board: Board, now: Instant, width: int) -> list[Row]:
    """List what is due, each with its item, so that space acts on it."""
    rows = [BLANK, fit(width, [("Today", "bright")])] if board.due else []
    for due in board.due:
        late = due.at <= now.utc
        style = "nogo" if due.late else "hold" if late else "dim"
        at = times.clock(due.at, board.launch.timezone, now.utc)
        said = f"{at} " if not late else f"{times.age(now.utc - due.at)} ago "
        words = (due.text, "text" if late else "dim")
        key = f"item:{due.item}" if due.item else None
        rows.append(fit(width, [("◔ ", style), (pad(said, 10), "text"), words], (), key))
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
