"""Where a launch stands in one plain sentence, for whoever only wants to know."""

from __future__ import annotations

from gonogo.rules import words
from gonogo.rules.board import Board
from gonogo.rules.verdict import Verdict

OUTCOMES = {
    "met": "met", "missed": "missed", "waived": "waived", "not_applicable": "does not apply",
    "collecting": "too early to say", "inconclusive": "not clear yet", "stale": "out of date",
    "unmeasurable": "cannot be measured",
}  # fmt: skip
"""What became of a criterion, in plain words."""
READY = {"ready": "ready", "stale": "look again", "not_ready": "not ready", "not_set_up": "never looked at"}
HEALTH = {"up": "up", "degraded": "slow", "down": "down", "unknown": "not known", "paused": "paused"}


def verdict(board: Board) -> str:
    """Say whether the launch can go on, and what is missing."""
    active, gate = board.active, board.gate
    if board.launch.state != "running" or active is None:
        return " ".join(gate.reasons) or f"The launch is {board.launch.state}."
    name = active.phase.name
    if gate.verdict is Verdict.GO:
        later = [row.phase for row in board.phases if row.phase.position > active.phase.position]
        onward = f"on to {later[0].name}" if later else "to its end"
        return f"Ready: {name} has all that was asked of it and can go {onward}."
    if gate.verdict is Verdict.NOGO:
        worst = gate.reasons[0] if gate.reasons else "something is broken."
        more = len(gate.reasons) - 1
        return f"No: {worst}" + (f" And {words.count(more, 'other thing')} besides." if more > 0 else "")
    if gate.to_go:
        return f"Not yet: {name} still needs {words.some(gate.to_go)}."
    return f"Not yet: {gate.reasons[0] if gate.reasons else 'not enough is known.'}"
