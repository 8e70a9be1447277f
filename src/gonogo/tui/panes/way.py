"""What an advance would change, and the moment when a phase has passed."""

from __future__ import annotations

from collections.abc import Sequence

from gonogo.rules import words
from gonogo.rules.board import Board
from gonogo.rules.record import Intent
from gonogo.tui import times
from gonogo.tui.lines import BLANK, Row, Span, fit, pad
from gonogo.tui.panes.gate import wrap

MOST = 5
"""How many lines of each kind a dialog has room for at 80x24."""


def prospect(in_the_way: Sequence[str], changes: Sequence[str]) -> tuple[Span, ...]:
    """Say what stands in the way, then what would change; what has no room is counted."""
    lines: list[Span] = [("Nothing stands in the way.", "go")] if not in_the_way else [("In the way:", "bright")]
    lines += [(f"  {line}", "hold") for line in in_the_way[:MOST]]
    if len(in_the_way) > MOST:
        lines.append((f"  and {len(in_the_way) - MOST} more, in the gate", "dim"))
    lines += [("", ""), ("Advancing would change:", "bright")]
    lines += [(f"  {line}", "text") for line in changes[: MOST + 1]]
    if len(changes) > MOST + 1:
        lines.append((f"  and {len(changes) - MOST - 1} more: gonogo advance --dry-run", "dim"))
    return tuple(lines)


def until_words(intent: Intent, zone: str) -> str:
    """Preview a hold or a waiver with its end."""
    end, reason = getattr(intent, "until", None), getattr(intent, "reason", "").strip()
    if not reason:
        return "a reason is wanted before the @"
    said = f"{end.astimezone(times.zone(zone)):%a %d %b %H:%M}" if end else "the phase ends"
    return f"{reason}, until {said}"


def passed(board: Board, retro: str, said: str, width: int) -> list[Row]:
    """Mark the moment: what the phase was in numbers, who brought it here, and what it taught."""
    active, trade = board.active, board.trade
    if active is None:
        return [Row(((said, "bright"),))]
    phase = active.phase
    days = (board.at.utc - phase.started_at.utc).total_seconds() if phase.started_at else 0
    count = len(trade.ratings)
    mean = f"{sum(trade.ratings) / count:.1f} of 5 from {words.count(count, 'rating')}" if count else ""
    facts = [
        ("took", words.span(days)),
        ("done", f"{active.done} of {words.count(active.total, 'item')}"),
        ("orders", f"{trade.orders} from {words.count(trade.customers, 'customer')}" if trade.orders else ""),
        ("voices", mean),
        ("met", ", ".join(one.criterion.name for one in board.gate.criteria if one.outcome == "met")),
        (
            "waived",
            "; ".join(
                f"{one.criterion.name}, by {one.waiver.by}: {one.waiver.reason}"
                for one in board.gate.criteria
                if one.waiver
            ),
        ),
    ]
    star = "✦" * max(1, min(3, width // 30))
    rows = [Row(((f"{star}  ", "go"), (words.sentence(said), "go bold"), (f"  {star}", "go"))), BLANK]
    rows += [fit(width, [(pad(name, 8), "dim"), (value, "text")]) for name, value in facts if value]
    if retro.strip():
        rows += [BLANK, Row((("carried into the next phase", "dim"),))]
        rows += [Row(((part, "bright"),)) for part in wrap(retro.strip(), width)]
    thanks = "A phase passed is worth a cake: tell the team, and thank the people who tested."
    return [*rows, BLANK, *(Row(((part, "dim"),)) for part in wrap(thanks, width))]
