"""What the rows of the room open: pages that explain, other screens, sections and phases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gonogo.control.room import ControlRoom
from gonogo.rules.board import Board, LogLine
from gonogo.rules.criterion import Judged
from gonogo.tui.lines import Row
from gonogo.tui.panes import checklist, gate, phases, ready
from gonogo.tui.screens.outline_edits import OutlineEdits


class RoomPages(OutlineEdits):
    """Opens the chosen row of the pane that has the focus, and closes what was opened."""

    def chosen_criterion(self) -> Judged | None:
        """The criterion under the cursor."""
        board = self.gonogo.board
        if board is None or self._pane != "gate":
            return None
        return next((one for one in board.gate.criteria if one.criterion.key == self.pane.cursor), None)

    def do_lists(self) -> None:
        """Go to the lists."""
        self.gonogo.open_lists()

    def do_open(self) -> None:
        """Explain what is chosen; end moving."""
        board, key, looks = self.gonogo.board, self.pane.cursor, self.gonogo.ports.looks
        if self._moving:
            self._end_moving()
            return
        if board is None or key is None:
            if self._pane == "trade":  # nothing is due: what was logged is what there is to see
                self.gonogo.open_lists()
            return
        if self._pane == "probes":
            self.gonogo.open_probe(key)
        elif self._pane == "phases":
            self._phase = None if key in (self._phase, board.active.phase.key if board.active else None) else key
            self._explain("Phase", lambda width: phases.explain(board, key, width))
        elif self._pane == "gate":
            self._explain_gate(board, key)
        elif self._pane == "ready":
            self._explain("Always ready", lambda width: ready.explain(board, key, width, looks=looks))
        elif key.startswith("section:"):
            self.fold(key[8:])
        elif key.startswith("item:"):
            self._explain("Item", lambda width: checklist.explain(board, key[5:], width))

    def _explain_gate(self, board: Board, key: str) -> None:
        """Explain a criterion with the newest facts that its number is made of, which the board does not hold."""
        judged = self.chosen_criterion()
        reading = judged.reading.name if judged else ""

        def read(room: ControlRoom) -> tuple[LogLine, ...]:
            from gonogo.control.history import grounds

            return grounds(room.store, reading, board)

        def answered(found: object) -> None:
            lines = found if isinstance(found, tuple) else ()
            self._explain("Why", lambda width: gate.explain(board, key, width, lines))

        self.gonogo.submit(read, answered)

    def _explain(self, title: str, pages: Callable[[int], Sequence[Row]]) -> None:
        self.gonogo.read(title, pages)

    def on_line_pane_chosen(self) -> None:
        """Open what was clicked twice."""
        self.do_open()

    def do_cancel(self) -> None:
        """End moving, leave what is cut, marked or asked for, or stop looking at another phase."""
        if self._moving:
            self._end_moving()
        elif self.drop():
            return
        elif self._phase:
            self._phase = None
            self.gonogo.redraw()
