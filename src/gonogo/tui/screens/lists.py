"""The lists screen: orders, feedback, bugs, questions, people, the FAQ and what was learned, a tab each."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.tui.lines import View
from gonogo.tui.palette import Palette
from gonogo.tui.panes import lists as panes
from gonogo.tui.screens.lists_acts import ListsActs
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt


class ListsScreen(ListsActs):
    """Shows one list at a time; what the board does not hold of it is read anew when something was logged."""

    where = "lists"
    first = "rows"
    pane_count = 3
    CSS_PATH = "../styles/lists.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._read_for: object = None
        self._reading = False

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        app = self.gonogo

        def palette() -> Palette:
            return app.palette

        yield LinePane(palette, id="banner", bar=True)
        yield LinePane(palette, "Lists", id="rows")
        yield LinePane(palette, id="hints", bar=True)
        yield Prompt()

    def on_mount(self) -> None:
        """Begin at the rows."""
        if self.is_whole:
            self.focus_pane()
            self.gonogo.redraw()

    def on_line_pane_resized(self, message: LinePane.Resized) -> None:
        """Make rows of the new width."""
        self.call_after_refresh(self.gonogo.redraw)

    def on_line_pane_chosen(self, message: LinePane.Chosen) -> None:
        """Open what was clicked twice."""
        self.act("open")

    def draw(self, board: Board, now: Instant, *, clocks: bool = False) -> None:
        """Draw the tabs and the rows of one of them."""
        self._read(board)
        head, pane = self.query_one("#banner", LinePane), self.query_one("#rows", LinePane)
        if head.size.width > 0:
            head.show(View((panes.banner(board, self.tab, now, head.size.width),)))
        if clocks or pane.content_size.width <= 0:
            return
        pane.border_title = Content(panes.TITLES.get(self.tab, self.tab.capitalize()))
        pane.show(panes.view(board, self.shelf, self.tab, now, pane.content_size.width))
        self.draw_hints()

    def _read(self, board: Board) -> None:
        """Read the newest orders, feedback and lessons when something was logged or said since."""
        if self._reading or board.log is self._read_for:
            return
        self._reading, self._read_for = True, board.log

        def read(room: Any) -> panes.Shelf:
            from gonogo.control import shelf

            orders, voices = (tuple(shelf.newest(room.store, kind)) for kind in ("order", "feedback"))
            lessons = tuple(shelf.notes(room.store, lessons=True))
            return panes.Shelf(orders, voices, lessons, *shelf.doubts(room.store))

        def answered(found: Any) -> None:
            self._reading = False
            if isinstance(found, panes.Shelf):
                self.shelf = found
            self.gonogo.redraw()

        self.gonogo.submit(read, answered)
