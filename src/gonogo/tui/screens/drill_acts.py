"""The acts on drills: begin one, end it early, read what each came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gonogo.rules.drill import scenarios
from gonogo.rules.drilling import EndDrill
from gonogo.rules.record import Refusal
from gonogo.tui.panes import drill as panes
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.writing import WritingScreen

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom, Done

MOST = 8
REALLY = "\x00really"
"""The choice of breaking the demo's shop, which no probe is named like."""


class DrillActs(WritingScreen, inherit_bindings=False):
    """Acts on drills; what is done in one are the acts of any incident."""

    def do_drill(self) -> None:
        """Begin a drill with one of the critical probes, or whichever chance says."""
        board = self.gonogo.board
        names = list(dict.fromkeys(one.probe for one in scenarios(board.probes))) if board else []
        choices = [
            Choice("a", "any", "", "chance says which"),
            *(Choice(str(place), name, name, "fails") for place, name in enumerate(names[:MOST], 1)),
        ]
        if self.gonogo.ports.demo is not None:
            choices.append(Choice("b", "break the shop", REALLY, "it really fails, and R really mends it"))

        def chosen(name: str | None) -> None:
            if name == REALLY:
                self.gonogo.submit(lambda room: _begin(room, "", real=True), self._broken)
            elif name is not None:
                self.gonogo.submit(lambda room: _begin(room, name), self._drilled)

        asks = "A drill: which probe is played to fail? The clock runs at once; no real site is touched."
        self.app.push_screen(ChooseScreen(asks, choices), chosen)

    def _broken(self, result: Any) -> None:
        if not isinstance(result, Refusal):
            self.gonogo.demo("break")
        self._drilled(result)

    def _drilled(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self.gonogo.say(result.sentence, bad=True)
            return
        self.gonogo.say(result.said)
        self.gonogo.open_incident()

    def do_end_drill(self) -> None:
        """End the drill early, and say why."""
        board = self.gonogo.board
        played = next((row.incident for row in board.incidents if row.incident.drill), None) if board else None
        if played is None:
            self.gonogo.say("No drill is under way.", bad=True)
            return
        self.ask(
            "because",
            lambda words: self.keep(EndDrill(incident=played.id, reason=words)),
            hint="why does the drill end early? it is not scored",
        )

    def do_drills(self) -> None:
        """Read what each drill came to."""
        if (board := self.gonogo.board) is not None:
            self.gonogo.read("Drills", lambda width: panes.page(board, width))


def _begin(room: ControlRoom, name: str, *, real: bool = False) -> Done | Refusal:
    from gonogo.control import drill

    return drill.begin(room, name, real=real)
