"""States as a glyph and a style's name; the word stands beside them wherever it matters."""

from __future__ import annotations

from gonogo.rules.verdict import Verdict

VERDICT = {Verdict.GO: ("✓", "go"), Verdict.HOLD: ("◐", "hold"), Verdict.NOGO: ("✕", "nogo")}
HEALTH = {
    "up": ("●", "go"),
    "degraded": ("◐", "hold"),
    "down": ("✕", "nogo"),
    "unknown": ("?", "dim"),
    "paused": ("‖", "dim"),
}
ALONE = {"pause": ("‖", "paused", "dim"), "maintenance": ("◇", "maintenance", "hold")}
"""A probe that somebody leaves alone: glyph, word and style."""
DRILL = "◇"
"""What is only played."""
READY = {"ready": ("✓", "go"), "stale": ("◐", "hold"), "not_ready": ("✕", "nogo"), "not_set_up": ("–", "dim")}
STANDING = {
    "open": ("□", "text"),
    "done": ("✓", "go"),
    "due": ("◔", "hold"),
    "overdue": ("◔", "nogo"),
    "not_applicable": ("–", "dim"),
    "broken": ("✕", "nogo"),
    "to_sign": ("✎", "hold"),
}
