"""A page to read: help, an explanation, a probe in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from gonogo.tui.actions import BY_ID, Action
from gonogo.tui.lines import Row, View
from gonogo.tui.palette import Palette
from gonogo.tui.widgets.line_pane import LinePane

ALIVE: tuple[Action, ...] = (
    replace(BY_ID["down"], shown="↑ ↓", label="scroll", rank=1),
    replace(BY_ID["back"], rank=2),
    BY_ID["incident"],
)
"""The acts that are alive on a page."""
Pages = Callable[[int], Sequence[Row]]
"""Makes the rows for a width."""


class ReadScreen(ModalScreen[None]):
    """Shows rows over the room; arrows scroll, any of q, esc and enter leaves, ! leaves for an incident."""

    BINDINGS = [
        Binding("escape,q,enter,question_mark", "dismiss", "back", show=False),
        Binding("exclamation_mark", "app.incident_now", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
    ]
    alive = ALIVE
    DEFAULT_CSS = """
    ReadScreen { align: center middle; background: $ground 60%; }
    ReadScreen LinePane { width: 92; max-width: 100%; height: 90%; border: round $focus; padding: 1 2; }
    """

    def __init__(self, palette: Callable[[], Palette], title: str, pages: Pages) -> None:
        super().__init__()
        self._palette, self._title, self._pages = palette, title, pages

    def compose(self) -> ComposeResult:
        """Show the page."""
        yield LinePane(self._palette, self._title, id="page")

    def on_mount(self) -> None:
        """Let what was said in passing give way."""
        self.app.clear_notifications()

    def on_line_pane_resized(self, message: LinePane.Resized) -> None:
        """Make the rows for the width there is."""
        pane = message.pane
        pane.show(View(tuple(self._pages(pane.content_size.width)), "q back"))

    def action_scroll(self, by: int) -> None:
        """Scroll."""
        self.query_one(LinePane).move(by)
