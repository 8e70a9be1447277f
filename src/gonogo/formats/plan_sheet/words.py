"""The words that a sheet is made of: its headings, the names of its fields, and text that Markdown leaves alone."""

from __future__ import annotations

import re

MARK = "<!-- gonogo plan 1: tick, edit and add lines as you like; `gonogo plan import` reads them back -->"
BEGINS = "<!-- gonogo plan "
"""By what a sheet is known, whatever is said behind it."""
PHASE, SECTION, GATE = "Phase: ", "Section: ", "Gate"
READY, TEMPLATES, SEATS, TIPS, NOTES = "Always ready", "Templates", "Seats", "Tips", "Notes"
BREAKS = "When it is "
"""The heading of a runbook, before its severity."""
TICKS = {"done": "Done", "not_applicable": "Not applicable", "broken": "Broken"}
SAID = "Said"
"""What was said when an item was ticked."""

_SIGNS = re.compile(r"[\\`*\[\]<~|]|(?<!\w)_|_(?!\w)")
_FIRST = re.compile(r"^(\d{0,9})([-+#=>.)])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escape(text: str) -> str:
    """Write text so that Markdown shows it as it is."""
    return _SIGNS.sub(lambda found: "\\" + found[0], text)


def begin(text: str) -> str:
    """Write text with which a heading or a point begins."""
    return _FIRST.sub(r"\1\\\2", escape(text))


def unescape(text: str) -> str:
    """Read text that was written so."""
    return _ESCAPED.sub(r"\1", text)


def label(name: str) -> str:
    """Return a field's name as people read it: `done_when` is “Done when”."""
    return name.replace("_", " ").capitalize()
