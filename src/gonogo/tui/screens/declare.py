"""The dialog that declares an incident: how bad it is, and since when; without an answer it is critical."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.widgets import Static

from gonogo.rules.clock import Instant
from gonogo.rules.plan import Severity
from gonogo.rules.record import Refusal
from gonogo.tui.screens.choose import LEAVE, Choice, ChooseScreen

SEVERITIES = (
    Choice("1", "critical", Severity.CRITICAL, "the site is down, orders fail, data or money at risk"),
    Choice("2", "high", Severity.HIGH, "an important part fails for many"),
    Choice("3", "medium", Severity.MEDIUM, "a part fails for some, and there is a way round"),
    Choice("4", "low", Severity.LOW, "a blemish"),
)
LIMIT_S = 10
LONGEST = 20
Read = Callable[[str], tuple[Instant, str] | Refusal]
"""Reads `02:50` or `15m`: the instant and how it is said, or what would be right."""


class DeclareScreen(ChooseScreen):
    """Asks for the severity of an incident whose instant is taken; @ first takes since when customers report it.

    The time is typed in the dialog itself, which hears every key: no digit of it reaches a severity.
    """

    alive = (LEAVE,)

    def __init__(self, taken: str, read: Read) -> None:
        question = f"Incident, taken at {taken}. How bad is it? Unsure: the higher."
        super().__init__(question, SEVERITIES, limit_s=LIMIT_S, limit_words="it is critical")
        self._read = read
        self._typed: str | None = None
        self._said = ""
        self.since: Instant | None = None
        """Since when customers report it, if that was said."""

    def _foot(self) -> Content:
        if self._typed is not None:
            keys = "10:30 or 15m; enter keeps it, esc does not"
            return Content.assemble(
                ("reported since ", "bold $focus"), f"{self._typed}▏  ", (self._said or keys, "$dim")
            )
        if self._said:
            return Content.assemble((f"reported since {self._said}; ", "$foreground"), super()._foot())
        return Content.assemble(super()._foot(), ("; @ says since when it is reported", "$dim"))

    def _count(self) -> None:
        if self._typed is None:  # nothing is declared over a half-typed time
            super()._count()

    def on_key(self, event: events.Key) -> None:
        """Type the time, or begin to; any other key is an answer."""
        if self._typed is None and event.character != "@":
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        if self._typed is None:
            self._typed, self._said = "", ""
        elif event.key in ("enter", "escape"):
            self._end_typing(kept=event.key == "enter")
        elif event.key == "backspace":
            self._typed, self._said = self._typed[:-1], ""
        elif event.character and event.is_printable:
            self._typed, self._said = (self._typed + event.character)[:LONGEST], ""
        self.query_one("#foot", Static).update(self._foot())

    def _end_typing(self, *, kept: bool) -> None:
        found = self._read(self._typed or "") if kept else None
        if isinstance(found, Refusal):
            self._said = found.sentence
            return
        self.since, self._said = found or (None, "")
        self._typed, self._left = None, LIMIT_S
