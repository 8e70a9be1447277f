"""The page of a run: what the command says as it says it, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from gonogo.rules.run import Run
from gonogo.tui.actions import BY_ID, Action
from gonogo.tui.lines import View
from gonogo.tui.panes import run as panes
from gonogo.tui.screens.read import ALIVE
from gonogo.tui.widgets.line_pane import LinePane

if TYPE_CHECKING:
    from gonogo.control.room import ControlRoom
    from gonogo.tui.app import GonogoApp

LOOK_S = 0.3


class RunScreen(ModalScreen[bool]):
    """Shows a run over the room; it goes on whether somebody looks or not. Its answer is whether to stop it."""

    BINDINGS = [
        Binding("escape,q,enter", "dismiss(False)", "back", show=False),
        Binding("K", "stop", show=False),
        Binding("exclamation_mark", "app.incident_now", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
    ]
    DEFAULT_CSS = """
    RunScreen { align: center middle; background: $ground 60%; }
    RunScreen Vertical { width: 112; max-width: 100%; height: 90%; background: $ground; }
    RunScreen #head { height: 4; border: round $focus; padding: 0 1; }
    RunScreen #page { height: 1fr; border: round $focus; padding: 0 1; }
    """

    def __init__(self, app: GonogoApp, run: Run) -> None:
        super().__init__()
        self._gonogo, self._run, self._output, self._asked = app, run, "", False

    @property
    def alive(self) -> tuple[Action, ...]:
        """The acts that are alive on the page."""
        return ALIVE if self._run.outcome is not None else (*ALIVE, BY_ID["stop"])

    def compose(self) -> ComposeResult:
        """Show what runs, and under it what it says."""
        with Vertical():
            yield LinePane(lambda: self._gonogo.palette, "Run", id="head", focus=False)
            yield LinePane(lambda: self._gonogo.palette, "Output", id="page", tail=True)

    def on_mount(self) -> None:
        """Begin to follow it."""
        self.app.clear_notifications()
        self.set_interval(LOOK_S, self._look)
        self._look()

    def _look(self) -> None:
        """Read what is new; one question at a time, and none once its end was read."""
        if self._asked or self._is_over:
            self._draw()
            return
        self._asked, run = True, self._run.id

        def read(room: ControlRoom) -> tuple[str, Run | None]:
            from gonogo.control import run_files, runs

            runs.settle(room)
            now = room.store.state().get(Run, run)  # before its output, which is whole when it has ended
            return run_files.output(room.store.path, run), now

        self._gonogo.submit(read, self._read)

    @property
    def _is_over(self) -> bool:
        return self._run.outcome is not None and bool(self._output or self._run.tail == "")

    def _read(self, found: Any) -> None:
        self._asked = False
        if isinstance(found, tuple):  # a Refusal when the store cannot be read just now
            self._output, now = found
            self._run = now or self._run
        self._draw()

    def on_line_pane_resized(self, message: LinePane.Resized) -> None:
        """Make rows of the new width."""
        self._draw()

    def _draw(self) -> None:
        board = self._gonogo.board
        if board is None or not self.is_mounted or not self.query(LinePane):
            return
        now, actor = self._gonogo.clock.now(), self._gonogo.ports.actor
        head, page = self.query_one("#head", LinePane), self.query_one("#page", LinePane)
        if head.content_size.width > 0 and page.content_size.width > 0:
            head.show(View(tuple(panes.head(board, self._run, now, head.content_size.width, actor))))
            over = self._run.outcome is not None
            page.show(panes.page(self._output or self._run.tail, page.content_size.width, over=over))

    def action_stop(self) -> None:
        """Ask whether to stop it, on the line below."""
        if self._run.outcome is None and not self._gonogo.ports.looks:
            self.dismiss(True)

    def action_scroll(self, by: int) -> None:
        """Scroll."""
        self.query_one("#page", LinePane).move(by)
