"""Commands that act: what is to be confirmed, what one says while it runs, and how it ended. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gonogo.rules import words
from gonogo.rules.board import Board
from gonogo.rules.clock import Instant, elapsed
from gonogo.rules.duration import countdown
from gonogo.rules.run import Run
from gonogo.tui import times
from gonogo.tui.lines import Row, Span, View, fit

FIVE_MINUTES = 300.0
"""What a rollback may take where no step says when it is due."""
LINES = 500
"""How much of the output is laid out: the newest lines."""
_ENDED = {"ok": ("✓", "go bold"), "timed_out": ("◔", "hold bold"), "lost": ("?", "hold bold")}


@dataclass(frozen=True, slots=True)
class Asked:
    """What would be run, as it is confirmed."""

    line: str
    folder: str
    timeout_s: float
    launch: str
    acts: bool
    rollback: bool


def confirm(board: Board, asked: Asked, incident: str | None, now: Instant) -> str:
    """Say what would be run, how long it takes, what time there is, and how it is confirmed."""
    lines = [f"runs   {asked.line}   in {asked.folder}"]
    if asked.rollback:
        lines.append(f"takes  {pace(board, now)}")
    due = _due(board, incident, now)
    lines.append(f"waits  {countdown(asked.timeout_s)} at most" + (f"; {due}" if due else ""))
    how = f"type {asked.launch} and enter to run it" if asked.acts else "enter tries it; it changes nothing"
    return "\n".join([f"{how}; esc leaves it", *lines])  # first: a long command must not push it out of view


def pace(board: Board, now: Instant) -> str:
    """Say how long a rollback takes, and how old that knowledge is."""
    found = board.pace
    if found is None:
        return "nobody knows: it was never rehearsed; D tries it"
    ended = found.last.ended_at or found.last.started_at
    return f"{found.words}, the last {times.age(now.utc - ended.utc)} ago"


def _due(board: Board, incident: str | None, now: Instant) -> str:
    """Say how much time is left until the step of the rollback is due."""
    for row in board.incidents:
        if row.incident.id != incident:
            continue
        step = next((one for one in row.steps if one.command and one.done_at is None and one.due_s is not None), None)
        if step is not None and step.due_s is not None:
            left = step.due_s - elapsed(row.incident.detected_at, now).seconds
            return f"due in {countdown(left)}" if left >= 0 else f"LATE by {countdown(-left)}"
    return ""


def stopping(run: Run, launch: str) -> str:
    """Say what stopping a run means, and how it is confirmed."""
    how = f"type {launch} and enter to stop it" if run.acts else "enter stops it"
    lines = (
        f"{how}; esc lets it go on",
        f"stops  {run.line}",
        "how    TERM to its processes, and KILL after 5 s; it may stay half done",
    )
    return "\n".join(lines)


def under_way(run: Run, now: Instant) -> str:
    """Say in a line that something runs, and for how long."""
    return f"{words.sentence(run.title)} {run.stands(now)}"


def head(board: Board, run: Run, now: Instant, width: int, actor: str) -> list[Row]:
    """Say what runs, since when, and what time there is; or how it ended."""
    who = "you" if run.by == actor else run.by
    began = times.clock(run.started_at.utc, board.launch.timezone, now.utc)
    rows = [fit(width, [(run.line, "bright")], [(f"{who}, {began}", "dim")])]
    if run.outcome is None:
        due = _due(board, run.incident, now) or f"{countdown(run.lasted(now))} of {countdown(FIVE_MINUTES)}"
        late = due.startswith("LATE") or run.lasted(now) > FIVE_MINUTES
        rows.append(fit(width, [("▶ ", "accent bold"), (under_way(run, now), "accent bold")], [(due, _style(late))]))
        return rows
    glyph, style = _ENDED.get(run.outcome, ("✗", "nogo bold"))
    against = f"{countdown(math.ceil(run.lasted(now)))} of {countdown(FIVE_MINUTES)}" if run.name == "rollback" else ""
    said: list[Span] = [(f"{glyph} ", style), (f"{words.sentence(run.title)} {run.said}", style)]
    return [*rows, fit(width, said, [(against, "dim")])]


def _style(late: bool) -> str:
    return "nogo bold" if late else "hold"


def page(output: str, width: int, *, over: bool = False) -> View:
    """Lay out what a command has said, its newest lines."""
    lines = output.rstrip("\n").split("\n")[-LINES:] if output.strip() else []
    rows = [Row(((part, "text"),)) for line in lines for part in _parts(line, max(10, width))]
    return View(
        tuple(rows or [Row((("it has said nothing yet", "dim"),))]),
        "q back" if over else "q back; it goes on by itself, K stops it",
    )


def _parts(line: str, width: int) -> list[str]:
    """Cut a line into parts of a width; indentation is kept, as in a terminal."""
    return [line[at : at + width] for at in range(0, max(1, len(line)), width)]
