"""The control room: everything on one screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.probe import Probe
from gonogo.tui.actions import BY_ID, Action
from gonogo.tui.lines import Row, View
from gonogo.tui.palette import Palette
from gonogo.tui.panes import bars, gate, phases, probes, ready, side
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.screens.probe_acts import ProbeActs
from gonogo.tui.screens.room_moves import PANES, RoomMoves
from gonogo.tui.screens.room_pages import RoomPages
from gonogo.tui.screens.run_acts import RunActs
from gonogo.tui.screens.way_acts import WayActs
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt

MOVING = (
    replace(BY_ID["down"], shown="↑ ↓", label="move it", rank=1),
    replace(BY_ID["open"], label="end moving", rank=2),
)
"""The acts on an item that is being moved."""
CLOCKS = ("header", "now", "strip")
"""What shows seconds or minutes that run."""
TITLES = {
    "phases": "1 Phases", "gate": "2 Gate", "checklist": "3 Checklist", "probes": "4 Probes",
    "ready": "5 Always ready", "trade": "6 Orders and today",
}  # fmt: skip
PLAIN = {"gate": "2 What is asked", "probes": "4 The site", "journal": "What happened", "history": "What happened"}
"""What panes are called for someone who only looks."""


class RoomScreen(RoomMoves, RoomPages, ProbeActs, WayActs, RunActs):
    """The room."""

    where = "room"
    pane_count = len(PANES) + 6
    CSS_PATH = "../styles/room.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (112, "-normal"), (170, "-wide")]
    """Below 112 columns three panes beside each other would leave the checklist less than the phases have."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = False

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        app = self.gonogo

        def palette() -> Palette:
            return app.palette

        def pane(name: str) -> LinePane:
            return LinePane(palette, title(name, TITLES[name]), id=name)

        def title(name: str, usual: str) -> str:
            return PLAIN.get(name, usual) if app.ports.looks else usual

        yield LinePane(palette, id="header", bar=True)
        yield LinePane(palette, id="now", bar=True)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield pane("phases")
                yield pane("gate")
            yield pane("checklist")
            with Vertical(id="right"):
                yield pane("probes")
                yield pane("ready")
                yield pane("trade")
            yield LinePane(palette, title("history", "Journal"), id="history", focus=False)
        yield LinePane(palette, id="strip", bar=True)
        yield LinePane(palette, title("journal", "Journal"), id="journal", focus=False)
        yield LinePane(palette, id="hints", bar=True)
        yield Prompt()

    def on_mount(self) -> None:
        """Begin at the checklist."""
        if self.is_whole:  # not when the room was ended while it was laid out
            self._show_pane("checklist")
            self.gonogo.redraw()

    def on_line_pane_resized(self, message: LinePane.Resized) -> None:
        """Make rows of the new width."""
        if self.gonogo.board:
            self.call_after_refresh(self.gonogo.redraw)

    # Drawing ------------------------------------------------------------------------------------

    def draw(self, board: Board, now: Instant, *, clocks: bool = False) -> None:
        """Draw every pane that can be seen; each draws only the lines that changed."""
        actor, looks = self.gonogo.ports.actor, self.gonogo.ports.looks
        makers: dict[str, Callable[[int, int], View]] = {
            "header": lambda w, h: View((bars.header(board, actor, now, w, looks=looks),)),
            "now": lambda w, h: View((self._now(board, now, w),)),
            "phases": lambda w, h: phases.view(board, now, w),
            "gate": lambda w, h: gate.view(board, now, w),
            "checklist": lambda w, h: self.checklist_view(board, now, w, h),
            "probes": lambda w, h: probes.view(board, now, w),
            "ready": lambda w, h: ready.view(board, now, w, looks=looks),
            "trade": lambda w, h: side.trade(board, now, w),
            "strip": lambda w, h: View((bars.strip(board, now, w, looks=looks),)),
            "journal": lambda w, h: replace(side.journal(board, now, w, actor, h), summary=self.undo_words()),
            "history": lambda w, h: replace(side.journal(board, now, w, actor, h), summary=self.undo_words()),
        }
        for name, make in makers.items():
            if clocks and name not in CLOCKS:
                continue
            pane = self.query_one(f"#{name}", LinePane)
            size = pane.content_size
            if pane.display and size.width > 0:
                self._fit(pane, name, make(size.width, max(1, size.height)))
        if clocks:
            return
        self._begin_at_open(board)
        self._reach_goal()
        self.look_ahead(board)
        self.draw_hints()

    def _begin_at_open(self, board: Board) -> None:
        """Put the cursor on the first item that asks for somebody, once."""
        pane = self.query_one("#checklist", LinePane)
        if self._begun or board.active is None or not pane.keys:  # no rows yet: the pane has no width
            return
        self._begun = True
        rows = board.active.rows
        waiting = next((row for row in rows if not row.state.settled), rows[0] if rows else None)
        if waiting:
            pane.choose(f"item:{waiting.item.id}")

    def on_line_pane_moved(self) -> None:
        """Say anew what can be done here, and whether space does what is due."""
        super().on_line_pane_moved()
        board, pane = self.gonogo.board, self.query_one("#now", LinePane)
        if board and pane.content_size.width > 0:
            pane.show(View((self._now(board, self.gonogo.clock.now(), pane.content_size.width),)))

    def _now(self, board: Board, now: Instant, width: int) -> Row:
        """What is due and how to do it; to someone who only looks, how it stands."""
        if self.gonogo.ports.looks:
            return bars.sentence(board, width)
        return bars.now_line(board, now, width, self._ticked())

    def _fit(self, pane: LinePane, name: str, view: View) -> None:
        """Show a view; a pane that is as high as its rows grows with them."""
        rows = len(view.rows) + 2
        if name in ("phases", "probes", "ready") and not self.has_class("-narrow"):
            most = max(6, self.size.height * 2 // 5)
            height = min(rows, most)
            if pane.styles.height is None or pane.styles.height.value != height:
                pane.styles.height = height
        elif pane.styles.inline.has_rule("height"):
            pane.styles.inline.clear_rule("height")  # that alone lays nothing out anew
            pane.refresh(layout=True)
        pane.show(view)

    def hinted(self) -> list[Action]:
        """The acts worth a hint: those on the kind of row that is chosen."""
        if self._moving:
            return [*MOVING, BY_ID["help"], BY_ID["incident"]]
        if (mine := self.outlining()) is not None:
            return mine
        kind = self._kind()
        found = [one for one in super().hinted() if not one.on or kind in one.on]
        other = {("tick", "ready"): "ready", ("edit", "reason"): "demand"}
        return [replace(one, label=other.get((one.id, kind), one.label)) for one in found]

    def _kind(self) -> str:
        """The kind of row that is chosen, such as `item`; nothing where none can be."""
        key = self.pane.cursor
        if key is None or self._pane in ("checklist", "trade"):
            return (key or "").partition(":")[0]
        return {"phases": "phase", "gate": "reason", "probes": "probe", "ready": "ready"}[self._pane]

    def _ticked(self) -> str | None:
        """The row that space acts on, if it acts on any."""
        return self.pane.cursor if self._pane in ("checklist", "trade", "ready") else None

    def chosen_probe(self) -> Probe | None:
        """The probe under the cursor."""
        board = self.gonogo.board
        if board is None or self._pane != "probes":
            return None
        return next((one for one in board.probes if one.name == self.pane.cursor), None)

    def do_edit(self) -> None:
        """Set what the gate demands of the chosen criterion; elsewhere, reword the item."""
        if (judged := self.chosen_criterion()) is not None:
            self.demand(judged)
        else:
            super().do_edit()

    def do_find(self) -> None:
        """Show only some items of the checklist; elsewhere, find the next row that says something."""
        if self._pane == "checklist":
            self.filter()
        else:
            super().do_find()

    def do_back(self) -> None:
        """End what is under way; without any, leave the room."""
        if self._moving or self._phase or self.is_outlining:
            self.do_cancel()
        else:
            self.leave()

    def leave(self) -> None:
        """Leave the room, and ask what becomes of the watch."""
        board = self.gonogo.board
        if board is None or not board.watch.running or self.gonogo.ports.demo or self.gonogo.ports.looks:
            self.gonogo.leave(stop_watch=self.gonogo.ports.demo is not None)
            return
        choices = (
            Choice("l", "leave the watch running", "leave", "probes and alarms go on"),
            Choice("s", "stop the watch too", "stop", "nobody watches then"),
        )

        def chosen(value: str | None) -> None:
            if value:
                self.gonogo.leave(stop_watch=value == "stop")

        self.app.push_screen(ChooseScreen("Leave the room?", choices), chosen)
