"""The timeline by key: some of it only, a line in full, pinned and let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.rules.timeline import SOURCES, PinLine
from gonogo.tui.panes.timeline import in_full
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.writing import WritingScreen

if TYPE_CHECKING:
    from gonogo.rules.board import IncidentRow

_HELP = {
    "people": "what somebody did or wrote", "watch": "what the watch did beside asking",
    "probes": "what failed and recovered", "messages": "what was told to whom",
}  # fmt: skip


class TimelineActs(WritingScreen, inherit_bindings=False):
    """Acts on the timeline of the incident that is shown."""

    only: str | None = None
    """Which of its lines are shown, if not all."""

    def row(self) -> IncidentRow | None:
        """The incident that is shown."""
        raise NotImplementedError

    def do_find(self) -> None:
        """Show some of the timeline."""
        choices = [
            Choice("a", "all of it", "", ""),
            *(Choice(name[0] if name != "probes" else "r", name, name, _HELP[name]) for name in SOURCES),
            Choice("i", "pinned", "pinned", "what somebody pinned"),
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.only = name or None
                self.gonogo.redraw()

        self.app.push_screen(ChooseScreen("Show which lines?", choices), chosen)

    def open_line(self, key: str | None) -> bool:
        """Read a line of the timeline in full, and offer to pin it; return whether there is such a line."""
        row, board = self.row(), self.gonogo.board
        line = next((one for one in row.timeline if one.id == key), None) if row and key else None
        if row is None or board is None or line is None:
            return False
        incident, turn = row.incident.id, not line.pinned
        words = ("pin it", "it is marked, and the filter finds it") if turn else ("let it go", "it is pinned")
        looks = self.gonogo.ports.looks
        choices = [] if looks else [Choice("i", words[0], "pin", words[1])]
        choices.append(Choice("q", "back", "back"))

        def chosen(value: str | None) -> None:
            if value == "pin":
                self.dispatch(PinLine(incident=incident, line=line.id, on=turn))

        self.app.push_screen(ChooseScreen("A line of the timeline", choices, body=in_full(board, line)), chosen)
        return True
