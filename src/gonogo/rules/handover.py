"""The card that one reads out when handing over: state, why, next, timers, who holds which seat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from gonogo.rules import words
from gonogo.rules.board import Board, IncidentRow
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.duration import countdown
from gonogo.rules.incident import current_step, step_clock
from gonogo.rules.message import update_due
from gonogo.rules.postmortem import called

Line = tuple[str, str]
"""What it is about, and what there is to say."""
MOST_DUE, MOST_REASONS, MOST_RUNS = 4, 3, 5


def card(board: Board, now: Instant) -> tuple[Line, ...]:
    """Write the card of this moment: the open incidents first, then the launch."""
    return (*(line for row in board.incidents for line in _incident(board, row, now)), *_launch(board, now))


def _clock(board: Board, at: Instant) -> str:
    return f"{at.utc.astimezone(ZoneInfo(board.launch.timezone)):%H:%M:%S}"


def _incident(board: Board, row: IncidentRow, now: Instant) -> Iterable[Line]:
    one, step = row.incident, current_step(row.steps)
    kind = "drill" if one.drill else "incident"
    yield f"{kind} {one.label}", f"{one.severity}, {one.state}: {one.title}"
    spent = countdown(elapsed(one.detected_at, now).seconds)
    began = f", since {_clock(board, one.onset_at)}" if one.onset_at else ""
    yield "clock", f"T+{spent}{began}; probes: {', '.join(one.probes) or 'none'}"
    yield "before it", one.last_change or "no change is known"
    yield "impact", _impact(row.hit)
    if one.decision:
        decider = next((step.done_by for step in row.steps if step.key == "decide" and step.done_by), None)
        yield "decided", one.decision + (f", by {decider}" if decider else "")
    if step:
        clock = step_clock(one, step, now)
        late = f", LATE by {countdown(clock.late_s)}"
        left = f", due in {countdown(clock.left_s)}" if step.due_s is not None else ""
        yield "next", f"{step.text}{late if clock.late else left}; space does it"
    else:
        yield "next", "every step is done; V resolves it"
    if due := update_due(one):
        left_s = -elapsed(due, now).seconds
        word = f"due in {countdown(left_s)}" if left_s >= 0 else f"LATE by {countdown(-left_s)}"
        yield "customers", f"{'told; next word' if one.told_at else 'not told yet; first word'} {word}; c writes it"
    else:
        yield "customers", one.told or "not told"
    for run in reversed([run for run in board.runs if run.incident == one.id][:MOST_RUNS]):
        yield "ran", f"{run.title}, by {run.by} at {_clock(board, run.started_at)}: {run.stands(now)}"
    for call in called(row.posts):
        who = f" ({words.some(call.people)})" if call.people else ""
        lost = f", {call.lost} never arrived" if call.lost else ""
        first = f" since {_clock(board, call.first_at)}" if call.first_at else ""
        yield "called", f"{call.channel}{who}: {words.count(call.arrived, 'message')}{first}{lost}"
    since = f", since {_clock(board, one.acked_at)}" if one.acked_at else ""
    yield "held by", f"{one.acked_by}{since}" if one.acked_by else "nobody has acknowledged it; y does"


def _impact(hit: tuple[int, int] | None) -> str:
    if hit is None:
        return "unknown, no order was ever logged"
    return f"{hit[0]} of {words.count(hit[1], 'order')} failed" if hit[1] else "no order since it began"


def _launch(board: Board, now: Instant) -> Iterable[Line]:
    active = board.active
    yield "launch", f"{board.launch.name}, {board.launch.state}" + (f", in {active.phase.name}" if active else "")
    reasons = board.gate.reasons[:MOST_REASONS]
    yield "verdict", f"{board.verdict}" + (f": {' '.join(reasons)}" if reasons else "")
    if board.hold:
        until = board.hold.until.astimezone(ZoneInfo(board.launch.timezone))
        yield "on hold", f"{board.hold.reason}, until {until:%a %H:%M}, by {board.hold.by}"
    for due in board.due[:MOST_DUE]:
        left = due.at - now.utc
        when = f"LATE by {words.ago(-left)}" if left < timedelta(0) else f"in {words.ago(left)}"
        yield "due", f"{due.text}, {when}"
    for name, seats in board.people.items():
        yield "seat", f"{name}: {', '.join(seats) or 'none'}"
    watched = board.watch.running and not board.watch.stalled
    yield "watch", "running" if watched else "NOBODY WATCHES; w starts it"
