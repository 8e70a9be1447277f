"""Moving about in the room: from pane to pane, and to the row that is looked for."""

from __future__ import annotations

from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt

PANES = ("phases", "gate", "checklist", "probes", "ready", "trade")


class RoomMoves(ActingScreen):
    """Goes to panes and rows."""

    def __init__(self) -> None:
        super().__init__()
        self._goal: str | None = None
        """The row to go to as soon as its pane is drawn."""

    def _show_pane(self, name: str) -> None:
        self._pane, self._goal = name, None
        for one in PANES:
            self.query_one(f"#{one}").set_class(one == name, "-shown")
        self.set_class(name in ("phases", "gate"), "-left")
        self.set_class(name in ("probes", "ready", "trade"), "-right")
        self.query_one(f"#{name}", LinePane).focus()
        self.call_after_refresh(self.gonogo.redraw)

    def on_descendant_focus(self) -> None:
        """Remember the pane that the mouse has chosen."""
        super().on_descendant_focus()
        if isinstance(self.focused, LinePane) and self.focused.id in PANES:
            self._pane = self.focused.id

    def _step(self, by: int) -> None:
        self._show_pane(PANES[(PANES.index(self._pane) + by) % len(PANES)])

    def do_left(self) -> None:
        """Go to the pane before."""
        self._step(-1)

    def do_right(self) -> None:
        """Go to the pane after."""
        self._step(1)

    do_previous, do_next = do_left, do_right

    def do_pane_1(self) -> None:
        """Go to the phases."""
        self._show_pane(PANES[0])

    def do_pane_2(self) -> None:
        """Go to the gate."""
        self._show_pane(PANES[1])

    def do_pane_3(self) -> None:
        """Go to the checklist."""
        self._show_pane(PANES[2])

    def do_pane_4(self) -> None:
        """Go to the probes."""
        self._show_pane(PANES[3])

    def do_pane_5(self) -> None:
        """Go to readiness."""
        self._show_pane(PANES[4])

    def do_pane_6(self) -> None:
        """Go to the orders."""
        self._show_pane(PANES[5])

    def do_see_incident(self) -> None:
        """Go to the open incident; without one, declare none."""
        if self.gonogo.board and self.gonogo.board.incidents:
            self.gonogo.open_incident()

    def do_due(self) -> None:
        """Go to what NOW says is due: an item in the list of today, or what must be looked at again."""
        board = self.gonogo.board
        if board is None or not board.due:
            self.gonogo.say("Nothing is due in the next day.")
            return
        due = board.due[0]
        if due.tab:
            self.gonogo.open_lists(due.tab)
            return
        self._show_pane("trade" if due.item else "ready")
        self._goal = f"item:{due.item}" if due.item else due.ready

    def do_find(self) -> None:
        """Find the next row whose text has what is typed."""

        def submit(words: str) -> None:
            self.query_one(Prompt).close()
            if words.strip() and not self._find(words.strip().lower()):
                self.gonogo.say(f"Nothing here says “{words.strip()[:40]}”.", bad=True)

        self.ask("find", submit)

    def _find(self, words: str) -> bool:
        keys = self.pane.keys
        start = keys.index(self.pane.cursor) + 1 if self.pane.cursor else 0
        for key in (*keys[start:], *keys[:start]):
            if words in self.pane.text_of(key).lower():
                self.pane.choose(key)
                return True
        return False

    def go_to(self, key: str) -> None:
        """Put the cursor on a row as soon as it is drawn."""
        self._goal = key
        self._reach_goal()

    def _reach_goal(self) -> None:
        """Put the cursor on the row that was asked for, once it is there."""
        if self._goal in self.pane.keys:
            self.pane.choose(self._goal)
            self._goal = None
