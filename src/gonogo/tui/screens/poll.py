"""The poll screen: each seat sees its evidence and answers go or no-go, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal

from gonogo.rules.board import Board
from gonogo.rules.clock import Instant
from gonogo.rules.poll import CallPoll, CastBallot, SeatRow, behalf
from gonogo.rules.verdict import Verdict
from gonogo.tui.actions import Action
from gonogo.tui.lines import View
from gonogo.tui.palette import Palette
from gonogo.tui.panes import poll as panes
from gonogo.tui.screens.acting import ActingScreen
from gonogo.tui.screens.choose import Choice, ChooseScreen
from gonogo.tui.widgets.line_pane import LinePane
from gonogo.tui.widgets.prompt import Prompt


class PollScreen(ActingScreen):
    """The poll of the active phase."""

    where = "poll"
    first = "seats"
    pane_count = 4
    CSS_PATH = "../styles/poll.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (112, "-normal")]

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        app = self.gonogo

        def palette() -> Palette:
            return app.palette

        yield LinePane(palette, id="banner", bar=True)
        with Horizontal(id="body"):
            yield LinePane(palette, "Seats", id="seats")
            yield LinePane(palette, "Evidence", id="evidence", focus=False)
        yield LinePane(palette, id="hints", bar=True)
        yield Prompt()

    def on_mount(self) -> None:
        """Begin at the seats."""
        if self.is_whole:
            self.focus_pane()
            self.gonogo.redraw()

    def on_line_pane_resized(self, message: LinePane.Resized) -> None:
        """Make rows of the new width."""
        self.call_after_refresh(self.gonogo.redraw)

    def on_line_pane_moved(self) -> None:
        """Show the evidence of the seat that is chosen now."""
        super().on_line_pane_moved()
        self.gonogo.redraw()

    def draw(self, board: Board, now: Instant, *, clocks: bool = False) -> None:
        """Draw every pane."""
        actor = self.gonogo.ports.actor
        makers: dict[str, Callable[[int], View]] = {
            "banner": lambda w: View((panes.banner(board, now, w),)),
            "seats": lambda w: panes.seats(board, actor, now, w),
            "evidence": lambda w: panes.evidence(board, self.pane.cursor, w),
        }
        for name, make in makers.items():
            pane = self.query_one(f"#{name}", LinePane)
            if pane.display and pane.content_size.width > 0 and not (clocks and name != "banner"):
                pane.show(make(pane.content_size.width))
        if not clocks:
            self.draw_hints()

    def hinted(self) -> list[Action]:
        """What follows the poll is hinted beside the answers."""
        return [replace(one, rank=3) if one.id == "advance" else one for one in super().hinted()]

    def _seat(self) -> SeatRow | None:
        board = self.gonogo.board
        return next((row for row in board.poll if row.seat.key == self.pane.cursor), None) if board else None

    # Acts ---------------------------------------------------------------------------------------

    def do_poll(self) -> None:
        """Call the poll."""
        self.dispatch(CallPoll())

    def do_go(self) -> None:
        """Answer go: a green seat at once, the other green ones that you hold with it; any other with a reason."""
        row, board = self._seat(), self.gonogo.board
        if row is None or board is None:
            return
        if any(line.verdict is not Verdict.GO for line in row.lines):
            self._reasoned(row, "go", "its evidence does not all speak for it; say why you go all the same")
            return
        other = self._for(row)
        note = "; ".join(filter(None, ("all of its evidence is green" if row.green else "", other)))
        choices = [Choice("y", f"go for {row.seat.name}", row.seat.key, note)]
        green = [one.seat for one in panes.open_and_green(board, self.gonogo.ports.actor)]
        if len(green) > 1 and row.seat in green:
            keys, names = ",".join(seat.key for seat in green), ", ".join(seat.name for seat in green)
            choices.append(Choice("g", f"go for {names}", keys, "all green seats that you hold"))

        def chosen(value: str | None) -> None:
            if value:
                self.dispatch(CastBallot(seats=tuple(value.split(",")), choice="go"))

        self.app.push_screen(ChooseScreen("Go?", choices), chosen)

    def do_no_go(self) -> None:
        """Answer no-go, with a reason."""
        if (row := self._seat()) is not None:
            self._reasoned(row, "no_go", "what must change before this seat says go?")

    def _reasoned(self, row: SeatRow, choice: str, hint: str) -> None:
        word = "go" if choice == "go" else "no-go"
        hint = "; ".join(filter(None, (hint, self._for(row))))
        self.ask(
            f"{word} for {row.seat.name}",
            lambda words: self.keep(
                CastBallot(seats=(row.seat.key,), choice="go" if choice == "go" else "no_go", reason=words)
            ),
            hint=hint,
        )

    def _for(self, row: SeatRow) -> str:
        """Warn whoever is about to answer for a seat that another holds."""
        board = self.gonogo.board
        holder = behalf(board.people, row.seat.key, self.gonogo.ports.actor) if board else ""
        return f"{holder} holds it: you answer for {holder}" if holder else ""

    def do_advance(self) -> None:
        """Go to the room, where the ways on stand."""
        self.gonogo.advance()

    def do_open(self) -> None:
        """Read the evidence of the chosen seat in full."""
        board, key = self.gonogo.board, self.pane.cursor
        if board and key:
            self.gonogo.read("Evidence", lambda width: panes.evidence(board, key, width).rows)

    def do_back(self) -> None:
        """Go back to the room."""
        self.gonogo.close_screen(self)

    do_cancel = do_back
