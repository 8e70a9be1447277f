"""The probe screen: one probe in full, from its newest check to thirty days back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.probe import Probe
from gonogo.tui.lines import View
from gonogo.tui.palette import Palette
from gonogo.tui.panes import probe as panes
from gonogo.tui.screens.probe_acts import ProbeActs
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt

LOW = 32
"""A screen of fewer rows shows only the windows that say most."""


class ProbeScreen(ProbeActs):
    """Shows the probe that `show` was told; its history is read anew when a check has come in."""

    where = "probe"
    first = "checks"
    pane_count = 6
    CSS_PATH = "../styles/probe.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._span = "24h"
        self._history: panes.History | None = None
        self._read_for: tuple[object, ...] | None = None
        self._reading = False

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        app = self.gonogo

        def palette() -> Palette:
            return app.palette

        yield LinePane(palette, id="banner", bar=True)
        yield LinePane(palette, "Probe", id="about", focus=False)
        yield LinePane(palette, "Windows", id="windows", focus=False)
        yield LinePane(palette, "History", id="history", focus=False)
        yield LinePane(palette, "Checks", id="checks")
        yield LinePane(palette, id="hints", bar=True)
        yield Prompt()

    def show(self, name: str) -> None:
        """Turn to a probe."""
        if name != self._name:
            self._name, self._history, self._read_for = name, None, None

    def on_mount(self) -> None:
        """Begin at the checks."""
        if self.is_whole:
            self.focus_pane()
            self.gonogo.redraw()

    def on_line_pane_resized(self, message: LinePane.Resized) -> None:
        """Make rows of the new width."""
        self.call_after_refresh(self.gonogo.redraw)

    def chosen_probe(self) -> Probe | None:
        """The probe that is shown."""
        board = self.gonogo.board
        return next((one for one in board.probes if one.name == self._name), None) if board else None

    # Drawing ------------------------------------------------------------------------------------

    def draw(self, board: Board, now: Instant, *, clocks: bool = False) -> None:
        """Draw every pane; a probe that is gone leads back."""
        probe = self.chosen_probe()
        if probe is None:
            if self.is_current:
                self.do_back()
            return
        self._read(probe)
        zone, history = board.launch.timezone, self._history
        makers: dict[str, Callable[[int], View]] = {
            "banner": lambda w: View((panes.banner(probe, board, now, w),)),
            "about": lambda w: panes.about(probe, board, history, now, w),
            "windows": lambda w: panes.windows(probe, w, 3 if self.size.height < LOW else 6),
            "history": lambda w: panes.strip(history, now, zone, w),
            "checks": lambda w: panes.checks(history, zone, w),
        }
        for name, make in makers.items():
            if clocks and name != "banner":
                continue
            pane = self.query_one(f"#{name}", LinePane)
            if pane.display and pane.content_size.width > 0:
                self._fit(pane, make(pane.content_size.width))
        if not clocks:
            pane = self.query_one("#checks", LinePane)
            pane.border_title = Content(panes.heading(pane.content_size.width))
            self.draw_hints()

    def _fit(self, pane: LinePane, view: View) -> None:
        """Show a view; all but the checks are as high as their rows."""
        height = len(view.rows) + 2
        if pane.id in ("about", "windows", "history") and (
            pane.styles.height is None or pane.styles.height.value != height
        ):
            pane.styles.height = height
        pane.show(view)

    def _read(self, probe: Probe) -> None:
        """Read the history again when there is more of it, or another span is asked for."""
        cells = self.query_one("#history", LinePane).content_size.width
        wanted = (probe.name, probe.checked_at, self._span, cells)
        if self._reading or wanted == self._read_for or cells <= 0:
            return
        self._reading, self._read_for = True, wanted

        def answered(found: Any) -> None:
            self._reading = False
            if isinstance(found, panes.History) and wanted[0] == self._name:
                self._history = found
            self.gonogo.redraw()

        self.gonogo.probe_history(probe, self._span, cells, answered)

    # Acts ---------------------------------------------------------------------------------------

    def do_left(self) -> None:
        """Show a shorter history."""
        self._turn(-1)

    def do_right(self) -> None:
        """Show a longer history."""
        self._turn(1)

    def _turn(self, by: int) -> None:
        spans = list(panes.SPANS)
        self._span = spans[max(0, min(len(spans) - 1, spans.index(self._span) + by))]
        self.gonogo.redraw()

    def do_open(self) -> None:
        """Say the chosen check in full."""
        key, board = self.query_one("#checks", LinePane).cursor, self.gonogo.board
        if key and board and self._history:
            check, zone = self._history.checks[int(key.partition(":")[2])], board.launch.timezone
            self.gonogo.read("Check", lambda width: panes.explain(check, zone, width))

    def do_back(self) -> None:
        """Go back to the room."""
        self.gonogo.close_screen(self)

    do_cancel = do_back
