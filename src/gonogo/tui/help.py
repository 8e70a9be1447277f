"""The help page, made from the table of actions."""

from __future__ import annotations

from gonogo.tui.actions import Where, on
from gonogo.tui.lines import BLANK, Row, fit, pad
from gonogo.tui.panes.gate import wrap


def help_rows(where: Where, *, demo: bool, width: int, looks: bool = False) -> list[Row]:
    """Say what each key does on a screen."""
    at_once = " The demo's B and M act at once." if demo else ""
    safe = f"Lower case is safe: u takes changes back, what is logged stays. Upper case and ! ask first.{at_once}"
    every = "Every act stands in the command palette too (:), also those without a key."
    if looks:
        safe, every = (
            "Here you only look: no key changes anything, so press what you like.",
            "All of it is in the list (:) too.",
        )
    rows = [Row(((part, "text"),)) for part in wrap(safe, width)]
    rows += [*(Row(((part, "dim"),)) for part in wrap(every, width)), BLANK]
    for action in on(where, demo=demo, looks=looks):
        shown = action.shown or ":"
        cli = f"gonogo {action.cli}" if action.cli and not looks else ""
        rows.append(
            fit(
                width,
                [(pad(shown, 11), "accent bold"), (pad(action.label, 17), "bright"), (action.help, "text")],
                [(cli, "dim")] if width > 88 else (),
            )
        )
    states = "The state is glyph and word: ✓ GO  ◐ HOLD  ✕ NO-GO  ● up  ? unknown  – not set up"
    return [*rows, BLANK, *(Row(((part, "dim"),)) for part in wrap(states, width))]
